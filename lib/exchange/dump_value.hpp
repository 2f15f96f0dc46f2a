// exchange/dump_value.hpp: values in a dump: JSON that loses nothing.
//
//   const DumpValues values(catalog);
//   values.write(*amount_field, value, &out);             // "12.50": as the field's type says
//   values.write(value, &out);                            // {"$decimal":"12.50"}: says its kind
//   KITH_ASSIGN(Value same, values.read(*amount_field, node));
//
// The two forms are described in docs/dump-format.md. Reading is strict: kImportInvalid with the
// column of what is wrong. Borrows the catalog. Const use from any thread.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "base/json.hpp"
#include "exchange/dump_scalar.hpp"
#include "kith/result.hpp"
#include "kith/value.hpp"
#include "schema/types.hpp"

namespace kith::exchange {

class DumpValues {
 public:
  explicit DumpValues(const schema::Catalog& catalog);

  // A value of any kind.
  void write(const Value& value, json::Writer* out) const;
  Result<Value> read(const json::Node& node) const;

  // A value of a field in its stored form (record/blob_values.hpp), as its type says; a large one
  // as
  // {"$blob":[id,size]}. What no write leaves in such a field is written as above,
  // and refused when it is read.
  void write(const schema::Field& field, const Value& value, json::Writer* out) const;
  Result<Value> read(const schema::Field& field, const json::Node& node) const;

  // "deal:42", also of types that were removed; "#7:42" where there is no such type.
  std::string id_text(RecordId id) const;
  Result<RecordId> read_id(const json::Node& node) const;

  const schema::Catalog& catalog() const { return catalog_; }

 private:
  Result<Value> read_tagged(const json::Member& member) const;
  Result<Value> read_map(const json::Node& node) const;
  Result<Value> read_plain(const schema::Field& field, const json::Node& node) const;

  const schema::Catalog& catalog_;
  std::map<std::string, std::uint16_t, std::less<>> types_;  // removed ones too
};

}  // namespace kith::exchange
