// exchange/load_model.hpp: the header, the types and the model of a dump.
//
//   ModelLoader model(limits, sections);
//   KITH_TRY(model.header(node)); ... model.type(node) ... model.document(node) ...
//   KITH_TRY(model.store(txn));                       // checked as a whole, compiled and written
//   model.compiled().catalog()
//
// The stored model of a dump must be what its document says: applying the document to the types
// changes nothing. (Of a dump by another version it must only compile: versions may complete a
// document in different ways.) One thread.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "engine/compiled_model.hpp"
#include "engine/model.hpp"
#include "kith/options.hpp"
#include "kith/result.hpp"
#include "schema/field_gaps.hpp"
#include "store/store.hpp"

namespace kith::exchange {

class ModelLoader {
 public:
  ModelLoader(const Limits& limits, const engine::ModelSections& sections)
      : limits_(limits), sections_(sections) {}

  // kVersionMismatch for a format that is newer than this version's.
  Status header(const json::Node& node);
  Status type(const json::Node& node);
  Status gap(const json::Node& node);
  Status document(const json::Node& node);
  Status section(const json::Node& node);

  Status store(store::WriteTxn& txn);

  // After store(). Borrowed.
  const engine::CompiledModel& compiled() const { return *compiled_; }
  const std::vector<std::uint64_t>& last_ids() const { return last_ids_; }  // by type id - 1
  std::uint64_t last_blob() const { return last_blob_; }
  std::int64_t created_us() const { return created_us_; }

 private:
  Status check_document() const;

  Limits limits_;
  const engine::ModelSections& sections_;
  std::string writer_;
  std::int64_t created_us_ = 0;
  std::uint64_t last_blob_ = 0;
  engine::StoredModel stored_;
  std::vector<std::uint64_t> last_ids_;
  std::vector<schema::FieldGap> gaps_;
  std::shared_ptr<const engine::CompiledModel> compiled_;
};

}  // namespace kith::exchange
