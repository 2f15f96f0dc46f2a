// tests/expr/sample_model.hpp: accounts and deals in memory, for tests of expressions on records.
#pragma once

#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "expr/program.hpp"
#include "record/builder.hpp"
#include "record/layout.hpp"
#include "record/view.hpp"
#include "schema/types.hpp"

namespace kith::expr::test {

class SampleModel : public Host {
 public:
  static constexpr std::uint16_t kUser = 1;
  static constexpr std::uint16_t kAccount = 2;
  static constexpr std::uint16_t kDeal = 3;

  SampleModel();

  Environment environment(std::uint16_t type = kDeal) const;
  // Stores a record; values by field name, in normal form.
  RecordId put(std::uint16_t type, std::uint64_t sequence, const Patch& values);
  // An activation with this record as `r`, this model as host and a fixed now.
  Activation on(RecordId id);

  Result<const record::View*> load(RecordId id) override;
  Status prefetch(std::span<const RecordId> ids) override;
  Status related(RecordId parent, const Relation& relation, std::size_t limit,
                 std::vector<RecordId>* ids) override;
  Result<const Program*> segment(std::string_view name, RecordId id, std::uint16_t entity) override;

  schema::Catalog catalog;
  int loads = 0;
  std::vector<std::vector<RecordId>> prefetched;  // by round
  std::map<std::string, Program> segments;        // of deals

 private:
  struct Stored {
    std::string bytes;
    record::View view;
  };
  std::map<std::uint16_t, record::Layout> layouts_;
  std::map<RecordId, std::unique_ptr<Stored>> records_;
};

}  // namespace kith::expr::test
