#include "history/log_check.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>

#include "base/bytes.hpp"
#include "base/try.hpp"
#include "history/log.hpp"

namespace kith::history {
namespace {

using store::Table;

constexpr char kOutOfLine = '\xFF';
constexpr char kChunkLetter = 'h';

std::string where_of(std::uint64_t sequence) { return "history " + std::to_string(sequence); }

// One entry by its row; what is wrong with it is a status of kCorrupt.
Result<Entry> decode_row(store::ReadTxn& txn, std::uint64_t sequence, std::string_view row) {
  if (!row.empty() && row[0] == kOutOfLine) return read(txn, sequence);
  return decode(sequence, row);
}

class LogReader {
 public:
  using Visit = std::function<Status(const Entry&)>;

  LogReader(store::ReadTxn& txn, const store::LabelOf& label, const Visit& visit,
            store::Findings& findings)
      : txn_(txn), label_(label), visit_(visit), findings_(findings) {}

  Result<LogFacts> run() {
    KITH_TRY(store::for_each_row(txn_, Table::kHistory, store::KeyRange::all(),
                                 [&](const store::KeyValue& row) { return read_row(row); }));
    return std::move(facts_);
  }

 private:
  Status read_row(const store::KeyValue& row) {
    base::ByteReader key(row.key);
    const std::uint64_t sequence = key.u64();
    if (!key.finish("key").ok() || sequence == 0) {
      findings_.add("history_corrupt", "history", "a row has a key that is no sequence");
      return {};
    }
    follow(sequence);
    ++facts_.entries;
    ++findings_.report().changes;
    const Result<Entry> entry = decode_row(txn_, sequence, row.value);
    if (!entry.ok()) {
      if (entry.status().code() != Code::kCorrupt) return entry.status();
      findings_.add("history_corrupt", where_of(sequence), std::string(entry.status().message()));
      return {};
    }
    std::uint64_t& greatest = facts_.greatest[entry->record.type()];
    greatest = std::max(greatest, entry->record.sequence());
    judge(*entry);
    KITH_TRY(visit_(*entry));
    return entry->kind == ChangeKind::kPurge ? follow_purged(*entry) : Status();
  }

  void follow(std::uint64_t sequence) {
    if (facts_.first == 0) facts_.first = sequence;
    if (facts_.last != 0 && sequence != facts_.last + 1) {
      const std::uint64_t first = facts_.last + 1;
      const std::uint64_t last = sequence - 1;
      findings_.add("history_gap", where_of(first),
                    first == last
                        ? "it is missing"
                        : "the changes from it to " + std::to_string(last) + " are missing");
    }
    facts_.last = sequence;
  }

  void judge(const Entry& entry) {
    if (!entry.at.in_range() || !entry.effective_at.in_range()) {
      complain("history_time", entry, "its time lies outside the years 1 to 9999");
    } else if (facts_.entries > 1 && entry.at < facts_.at) {
      complain("history_time", entry, "it is earlier than the change before it");
    } else if (!entry.begins && entry.sequence == previous_ + 1 && entry.at != facts_.at) {
      complain("history_time", entry,
               "it is of the transaction of the change before it, at another time");
    } else {
      facts_.at = entry.at;
    }
    if (facts_.entries == 1 && !entry.begins) {
      complain("history_gap", entry, "its transaction began with a change that is missing");
    }
    previous_ = entry.sequence;
    if (entry.record.is_null() || entry.key_id != 0) {
      complain("history_corrupt", entry, "it is about no record, or is encrypted");
    }
    const bool in_order = std::is_sorted(
        entry.changes.begin(), entry.changes.end(),
        [](const FieldChange& a, const FieldChange& b) { return a.field_id <= b.field_id; });
    if (!in_order) complain("history_corrupt", entry, "its fields are out of order");
    const bool empty =
        std::all_of(entry.changes.begin(), entry.changes.end(),
                    [](const FieldChange& c) { return c.before.is_null() && c.after.is_null(); });
    if (entry.blanked && !empty) {
      complain("history_values", entry, "a purge has passed it and it has values still");
    }
    if (entry.kind == ChangeKind::kPurge && !entry.changes.empty()) {
      complain("history_values", entry, "it is a purge and tells of values");
    }
  }

  // The entries of a record that is no more, from its purge down.
  Status follow_purged(const Entry& purge) {
    ++facts_.purged_entries;
    std::uint64_t from = purge.sequence;
    Timestamp at = purge.prev_at;
    for (std::uint64_t next = purge.prev; next != 0;) {
      const Result<Entry> entry = read(txn_, next);
      if (entry.status().code() == Code::kHistoryTrimmed) return {};
      if (entry.status().code() == Code::kCorrupt) return {};  // reported where it lies
      if (!entry.ok()) return entry.status();
      if (entry->record != purge.record) {
        findings_.add("history_chain", where_of(from),
                      "it follows " + std::to_string(next) + ", which is about another record");
        return {};
      }
      ++facts_.purged_entries;
      if (entry->at != at)
        complain("history_time", *entry, "the change after it knows another time");
      if (!entry->blanked) {
        complain("history_values", *entry,
                 label_(purge.record) + " was purged and its values are here still");
      }
      from = next;
      at = entry->prev_at;
      next = entry->prev;
    }
    return {};
  }

  void complain(const char* code, const Entry& entry, std::string message) {
    findings_.add(code, where_of(entry.sequence), std::move(message));
  }

  store::ReadTxn& txn_;
  const store::LabelOf& label_;
  const Visit& visit_;
  store::Findings& findings_;
  LogFacts facts_;
  std::uint64_t previous_ = 0;  // the last entry that could be read
};

// One pass over the log for the records of one part.
class LinkPass {
 public:
  LinkPass(store::ReadTxn& txn, const LogFacts& facts, const StateOf& state_of,
           const store::LabelOf& label, store::Findings& findings)
      : txn_(txn), facts_(facts), state_of_(state_of), label_(label), findings_(findings) {}

  Status run(std::size_t part, std::size_t parts) {
    KITH_TRY(store::for_each_row(
        txn_, Table::kHistory, store::KeyRange::all(), [&](const store::KeyValue& row) -> Status {
          base::ByteReader key(row.key);
          const std::uint64_t sequence = key.u64();
          if (!key.finish("key").ok()) return {};
          const Result<Entry> entry = decode_row(txn_, sequence, row.value);
          if (!entry.ok()) return {};
          // Sequences of records are dense, so their remainder spreads them evenly.
          return entry->record.sequence() % parts == part ? link(*entry) : Status();
        }));
    for (const auto& [record, last] : last_) KITH_TRY(judge_end(record, last));
    return {};
  }

 private:
  struct Last {
    std::uint64_t sequence = 0;
    ChangeKind kind = ChangeKind::kUpdate;
  };

  Status link(const Entry& entry) {
    const auto [at, first] = last_.try_emplace(entry.record);
    const bool trimmed = first && facts_.first > 1 && entry.prev < facts_.first;
    if (entry.prev != at->second.sequence && !trimmed) {
      KITH_ASSIGN(const RecordState state, state_of_(entry.record));
      // One that cannot be read was reported where it lies, and may be the one in between.
      const bool lost = entry.prev != 0 && !read(txn_, entry.prev).ok();
      if (state != RecordState::kSuspect && !lost) {
        findings_.add("history_chain", where_of(entry.sequence),
                      "it follows " + std::to_string(entry.prev) + ", but the change of " +
                          label_(entry.record) + " before it is " +
                          std::to_string(at->second.sequence));
      }
    }
    at->second = {entry.sequence, entry.kind};
    return {};
  }

  Status judge_end(RecordId record, const Last& last) {
    KITH_ASSIGN(const RecordState state, state_of_(record));
    if (state == RecordState::kAbsent && last.kind != ChangeKind::kPurge) {
      findings_.add("record_missing", label_(record),
                    "the history knows it (last change " + std::to_string(last.sequence) +
                        ") and no purge of it, but it is not there");
    }
    if (state == RecordState::kPresent && last.kind == ChangeKind::kPurge) {
      findings_.add("record_purged", label_(record),
                    "change " + std::to_string(last.sequence) + " purged it, but it is there");
    }
    return {};
  }

  store::ReadTxn& txn_;
  const LogFacts& facts_;
  const StateOf& state_of_;
  const store::LabelOf& label_;
  store::Findings& findings_;
  std::unordered_map<RecordId, Last> last_;
};

// The chunks of one entry against the size that its row states.
struct Chunks {
  std::uint64_t sequence = 0;
  std::uint64_t bytes = 0;
  std::uint32_t next = 0;
  bool in_order = true;
  bool open = false;
};

Status judge_chunks(store::ReadTxn& txn, const Chunks& chunks, store::Findings& findings) {
  if (!chunks.open) return {};
  KITH_ASSIGN(const auto row, txn.get(Table::kHistory, sequence_key(chunks.sequence)));
  std::string what;
  if (!row) {
    what = "parts of an entry are there, but the entry is not";
  } else if (row->empty() || (*row)[0] != kOutOfLine) {
    what = "parts of an entry are there, but the entry lies in its row";
  } else {
    base::ByteReader in(row->substr(1));
    const std::uint64_t size = in.varint();
    if (in.finish("row").ok() && size == chunks.bytes && chunks.in_order) return {};
    what = "the parts of the entry are not what its row says";
  }
  findings.add("history_chunks", where_of(chunks.sequence), what);
  return {};
}

}  // namespace

Result<LogFacts> check_log(store::ReadTxn& txn, const store::LabelOf& label,
                           const std::function<Status(const Entry&)>& visit,
                           store::Findings& findings) {
  return LogReader(txn, label, visit, findings).run();
}

Status check_links(store::ReadTxn& txn, const LogFacts& facts, const StateOf& state_of,
                   const store::LabelOf& label, store::Findings& findings) {
  const std::size_t parts = facts.entries / kRecordsPerPass + 1;
  for (std::size_t part = 0; part < parts; ++part) {
    KITH_TRY(LinkPass(txn, facts, state_of, label, findings).run(part, parts));
  }
  return {};
}

Status check_chunks(store::ReadTxn& txn, store::Findings& findings) {
  Chunks chunks;
  const Status whole = store::for_each_row(
      txn, Table::kBlobs, store::KeyRange::prefix(std::string(1, kChunkLetter)),
      [&](const store::KeyValue& row) -> Status {
        base::ByteReader key(row.key);
        key.u8();
        const std::uint64_t sequence = key.u64();
        const std::uint32_t number = key.u32();
        if (!key.finish("key").ok()) {
          findings.add("history_chunks", "history", "a part of an entry has a key that is none");
          return {};
        }
        ++findings.report().blobs;
        if (!chunks.open || sequence != chunks.sequence) {
          KITH_TRY(judge_chunks(txn, chunks, findings));
          chunks = {sequence, 0, 0, true, true};
        }
        // All but the last are full.
        chunks.in_order = chunks.in_order && number == chunks.next++ &&
                          chunks.bytes % kChunkBytes == 0 && row.value.size() <= kChunkBytes &&
                          !row.value.empty();
        chunks.bytes += row.value.size();
        return {};
      });
  KITH_TRY(whole);
  return judge_chunks(txn, chunks, findings);
}

}  // namespace kith::history
