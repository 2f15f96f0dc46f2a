// crm/people.hpp: who is meant by an e-mail address, a telephone number, the name of a company.
//
//   KITH_ASSIGN(std::vector<RecordId> found, holders(reader, contact, emails, "ann@example.org"));
//
// All look-ups return live records, oldest (lowest id) first, at most kMaxHolders of them: enough
// to choose one and name the others. They use the indexes the model gives these fields. Threads
// and errors: as the reader given.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "engine/compiled_model.hpp"
#include "kith/id.hpp"
#include "kith/result.hpp"
#include "schema/types.hpp"

namespace kith::engine {
class Reader;
}

namespace kith::crm {

inline constexpr std::size_t kMaxHolders = 21;

using Fields = std::vector<const schema::Field*>;

// The live text fields that mean this, in model order.
Fields fields_meaning(const schema::EntityType& type, schema::Semantic semantic);
// The live reference field to `target`: the one of its name, else the first; nullptr for none.
const schema::Field* reference_to(const schema::EntityType& type, const schema::EntityType* target);

// Records that have the value, in normal form, in one of the fields. An address is looked for as
// it is and in lower case; unique fields compare as uniqueness does.
Result<std::vector<RecordId>> holders(engine::Reader& reader, const schema::EntityType& type,
                                      const Fields& fields, const std::string& value);
// Records whose `field` is this name: exactly, or when there are none, but for case and space.
Result<std::vector<RecordId>> named(engine::Reader& reader, const schema::EntityType& type,
                                    const schema::Field& field, const std::string& name);
// Records of `type` whose reference names `target` and that are in an open stage of their pipeline.
Result<std::vector<RecordId>> open_records(engine::Reader& reader, const engine::CompiledType& type,
                                           const schema::Field& field, RecordId target);

}  // namespace kith::crm
