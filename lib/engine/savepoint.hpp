// engine/savepoint.hpp: several writes of a transaction that succeed together or leave nothing.
//
//   Savepoint savepoint(writer);
//   ... writer.create(), writer.update() ...
//   if (refused) return savepoint.roll_back(refusal);   // records are as they were, and the
//   refusal
//
// Destroyed without roll_back(), what was written stays. Savepoints nest, the inner one within the
// outer one's life. It covers creates, updates, removals and restores of records; not purges, and
// not what is written past the records, such as the queue: write that last. Threads: the writer's.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/change_set.hpp"
#include "engine/compiled_model.hpp"
#include "kith/id.hpp"
#include "kith/status.hpp"

namespace kith::engine {

class Writer;

class Savepoint {
 public:
  explicit Savepoint(Writer& writer);
  ~Savepoint();
  Savepoint(const Savepoint&) = delete;
  Savepoint& operator=(const Savepoint&) = delete;

  // Puts every record back that was written since. Returns `reason`, or the failure of the store
  // that kept it from doing so, which ends the transaction.
  Status roll_back(Status reason);

  // For the writer: this record is about to be put; `before` is its present image.
  void note(const CompiledType& type, RecordId id, std::optional<std::string_view> before);

 private:
  struct Written {
    const CompiledType* type;
    RecordId id;
    std::optional<std::string> before;
    ChangeSet::StageNotes stages;
  };

  Status put_back(const Written& written);

  Writer& writer_;
  Savepoint* outer_;
  std::map<std::uint16_t, std::uint64_t> last_ids_;
  std::vector<Written> written_;
};

}  // namespace kith::engine
