// fuzz/sample_crm.hpp: records and databases of the sample model.
//
//   const SampleRecords& sample = sample_records();     // pure: catalog, layouts, two deals
//   Database db = sample_database();                     // a new one in memory, with kSampleModel
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "expr/program.hpp"
#include "fuzz/sample_model.hpp"
#include "kith/kith.hpp"
#include "record/layout.hpp"
#include "record/view.hpp"
#include "schema/types.hpp"

namespace kith::fuzz {

inline constexpr Timestamp kNow{1'790'000'000, 0};

// An empty database in memory; the same calls make the same database.
Database sample_database();

// Records outside any database, as expressions and codecs see them.
class SampleRecords : public expr::Host {
 public:
  SampleRecords();

  const schema::EntityType& deal() const { return *catalog_.find("deal"); }
  const record::Layout& layout(std::uint16_t type) const { return layouts_.at(type); }
  expr::Environment environment() const;
  RecordId full() const { return RecordId(deal().id, 1); }  // every field has a value
  RecordId bare() const { return RecordId(deal().id, 2); }  // none has

  Result<const record::View*> load(RecordId id) override;

 private:
  void put(const char* type, std::uint64_t sequence, const Patch& values);

  schema::Catalog catalog_;
  std::map<std::uint16_t, record::Layout> layouts_;
  std::map<RecordId, std::string> bytes_;
  std::map<RecordId, record::View> views_;
};

SampleRecords& sample_records();

}  // namespace kith::fuzz
