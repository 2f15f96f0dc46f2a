// exchange/reference_resolver.hpp: from what the cells of a row say to the records they mean.
//
//   resolver.begin();                                        // of a transaction
//   KITH_ASSIGN(Resolution found, resolver.resolve(row, Waiting::kHold));
//   if (found.hold) ...
//
// Records found in other types are remembered until the next begin().
// Errors: those of the target that are not about one row. Ownership: borrows. Threads: one.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "exchange/binding.hpp"
#include "exchange/importer.hpp"
#include "exchange/prepared_row.hpp"

namespace kith::exchange {

// Whether an error is about what was to be written rather than about the store.
bool is_about_the_row(Code code);

// What a reference to the imported type means when it finds nothing.
enum class Waiting : std::uint8_t {
  kHold,   // the record may come later: hold the row back
  kOver,   // it is not there
  kAtEnd,  // it may be among the rows of this transaction: set it when all are in
};

struct Resolution {
  Patch patch;  // all fields of the row, references resolved
  bool hold = false;
  bool at_end = false;                // a reference was left for the end of the transaction
  bool made = false;                  // a record was created, whatever becomes of the row
  std::uint64_t newly_made = 0;       // such records, a dry run's earlier ones not counted
  std::vector<ImportReject> blank;    // references left out
  std::vector<ImportReject> refused;  // reasons against the row; then nothing else counts
};

class ReferenceResolver {
 public:
  ReferenceResolver(const BoundMapping& bound, ImportTarget& target);

  void begin() { known_.clear(); }
  Result<Resolution> resolve(const PreparedRow& row, Waiting waiting);

  // Under which names other rows can refer to this one.
  std::vector<std::string> names(const PreparedRow& row) const;
  const std::set<const schema::Field*>& name_fields() const { return name_fields_; }
  // The rows that will be in the transaction by its end.
  void expect(std::set<std::string> names) { expected_ = std::move(names); }
  // A dry run takes its records back; these would be there.
  void pretend(const std::set<std::string>& names) {
    pretended_.insert(names.begin(), names.end());
  }
  void pretend_made();  // and so would those made since the last call

 private:
  struct Found {
    int matches = 0;  // 0, 1, or 2 for several
    RecordId id;
    Value wanted;  // what was looked for, as the look-up field holds it; null by id
  };
  struct Slot {  // one member of a reference: found, or to be made
    RecordId id;
    Value wanted;
  };

  Result<Found> look_up(const BoundReference& reference, const std::string& text);
  Status resolve_text(const BoundColumn& column, const std::string& text, Waiting waiting,
                      std::vector<Slot>* slots, Resolution* out);
  Status make(const BoundColumn& column, const PreparedRow& row, Slot* slot, Resolution* out);

  const BoundMapping& bound_;
  ImportTarget& target_;
  std::map<std::pair<const schema::Field*, std::string>, RecordId> known_;
  std::set<const schema::Field*> name_fields_;
  std::set<std::string> expected_;
  std::set<std::string> pretended_;
  std::set<std::string> made_;
  std::set<std::string> pretended_made_;
};

}  // namespace kith::exchange
