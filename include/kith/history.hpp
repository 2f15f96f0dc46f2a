// kith/history.hpp: what happened to a record.
//
//   for (const kith::Change& c : *snapshot.history(deal)) print(c.at, c.kind, c.fields);
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "kith/value.hpp"

namespace kith {

enum class ChangeKind : std::uint8_t { kCreate, kUpdate, kDelete, kRestore, kPurge };
std::string_view change_kind_name(ChangeKind kind);  // "create", "update", ...

// One entry of the history: what one transaction did to one record.
struct Change {
  std::uint64_t sequence = 0;  // also the record's version after it
  RecordId record{};
  ChangeKind kind = ChangeKind::kUpdate;
  Timestamp at{};
  Timestamp effective_at{};
  RecordId actor{};
  std::string cause{};
  bool overridden = false;  // it took the capability pipeline.override
  struct FieldChange {
    std::string field{};
    Value before{};
    Value after{};
  };
  std::vector<FieldChange> fields{};
};

}  // namespace kith
