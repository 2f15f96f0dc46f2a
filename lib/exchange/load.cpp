// Loading a dump: its lines in their order, each read strictly, the whole in bounded transactions.
#include <istream>
#include <optional>
#include <utility>
#include <vector>

#include "base/bytes.hpp"
#include "base/message.hpp"
#include "base/try.hpp"
#include "engine/database.hpp"
#include "exchange/dump.hpp"
#include "exchange/dump_line.hpp"
#include "exchange/dump_queue.hpp"
#include "exchange/load_blobs.hpp"
#include "exchange/load_changes.hpp"
#include "exchange/load_model.hpp"
#include "exchange/load_records.hpp"
#include "exchange/staged_directory.hpp"
#include "store/batched_writer.hpp"
#include "store/format.hpp"

namespace kith::exchange {
namespace {

using json::Node;
using store::Table;

// The kinds of lines in the order in which they come.
enum class Part : std::uint8_t {
  kHeader,
  kType,
  kGap,
  kDocument,
  kSection,
  kBlob,
  kRecord,
  kChange,
  kQueue,
  kCursor,
  kEnd
};

std::optional<Part> part_of(std::string_view kind) {
  if (kind == "kith_dump") return Part::kHeader;
  if (kind == "type") return Part::kType;
  if (kind == "gap") return Part::kGap;
  if (kind == "document") return Part::kDocument;
  if (kind == "section") return Part::kSection;
  if (kind == "blob" || kind == "part") return Part::kBlob;
  if (kind == "record") return Part::kRecord;
  if (kind == "change") return Part::kChange;
  if (is_queue_line(kind)) return Part::kQueue;
  if (kind == "cursor") return Part::kCursor;
  if (kind == "end") return Part::kEnd;
  return std::nullopt;
}

// Lines are loaded in transactions of this size.
constexpr std::size_t kBatchBytes = 4 * store::kTargetTxnBytes;

class Loader {
 public:
  Loader(std::istream& in, store::Store& store, const LoadOptions& options,
         const engine::ModelSections& sections)
      : lines_(in),
        writer_(store, kBatchBytes, store::Durability::kDeferred),
        store_(store),
        model_(options.open.limits, sections) {}

  Result<DumpStats> run() {
    KITH_TRY(check_empty());
    while (true) {
      KITH_ASSIGN(const bool more, lines_.next());
      if (!more) break;
      stats_.bytes += lines_.text().size() + 1;
      KITH_TRY(lines_.place(line()));
    }
    if (part_ != Part::kEnd) {
      return LineReader::place(Status(Code::kImportInvalid, "the dump ends before its last line"),
                               lines_.number() + 1);
    }
    KITH_TRY(finish());
    return stats_;
  }

 private:
  Status check_empty() {
    KITH_ASSIGN(const auto txn, store_.begin_read());
    KITH_ASSIGN(const store::ScanBatch rows,
                txn->scan(Table::kMeta, store::KeyRange::all(), {.row_limit = 1}));
    if (rows.rows.empty()) return {};
    return {Code::kInvalidArgument, "a dump is loaded into an empty place, and this one is not"};
  }

  Status line() {
    KITH_ASSIGN(const Node node, lines_.parse());
    const std::string& kind = node.members().front().name;
    const std::optional<Part> part = part_of(kind);
    if (!part) {
      return dump_error(node, lines_.number() == 1 ? "this is not the first line of a dump of kith"
                                                   : "a line of the kind " + base::quoted(kind) +
                                                         " is not known in this format");
    }
    if ((*part == Part::kHeader) != (lines_.number() == 1)) {
      return dump_error(node, "the first line, and no other, begins with \"kith_dump\"");
    }
    if (part_ == Part::kEnd || *part < part_) {
      return dump_error(
          node, "a line of the kind " + base::quoted(kind) + " cannot come after those before it");
    }
    part_ = *part;
    return read(*part, node);
  }

  Status read(Part part, const Node& node) {
    switch (part) {
      case Part::kHeader: return model_.header(node);
      case Part::kType: return model_.type(node);
      case Part::kGap: return model_.gap(node);
      case Part::kDocument: return model_.document(node);
      case Part::kSection: return model_.section(node);
      case Part::kBlob: return blob(node);
      case Part::kRecord: return record(node);
      case Part::kChange: return change(node);
      case Part::kQueue: return queue_row(node);
      case Part::kCursor: return cursor(node);
      case Part::kEnd: return footer(node);
    }
    return {};
  }

  // Once the model is whole: with the first line after it.
  Status open_model() {
    if (records_) return {};
    KITH_ASSIGN(store::WriteTxn * txn, writer_.room_for(0));
    KITH_TRY(model_.store(*txn));
    values_.emplace(model_.compiled().catalog());
    blobs_.emplace(*values_);
    records_.emplace(model_.compiled(), model_.last_ids(), *values_, *blobs_);
    changes_.emplace(model_.last_ids(), *values_, *blobs_);
    queue_.emplace(*values_);
    return {};
  }

  // A line may cost several times its own size: indexes, order, both values of a change.
  Result<store::WriteTxn*> room_for_line() { return writer_.room_for(3 * lines_.text().size()); }

  Status blob(const Node& node) {
    KITH_TRY(open_model());
    KITH_ASSIGN(store::WriteTxn * txn, room_for_line());
    return blobs_->load(node, *txn);
  }
  Status record(const Node& node) {
    KITH_TRY(open_model());
    KITH_TRY(blobs_->complete());
    KITH_ASSIGN(store::WriteTxn * txn, room_for_line());
    ++stats_.records;
    if (stats_.records == 1) first_record_line_ = lines_.number();
    return records_->load(node, *txn);
  }
  Status change(const Node& node) {
    KITH_TRY(open_model());
    KITH_TRY(blobs_->complete());
    KITH_ASSIGN(store::WriteTxn * txn, room_for_line());
    ++stats_.changes;
    return changes_->load(node, *txn);
  }
  Status queue_row(const Node& node) {
    KITH_TRY(open_model());
    KITH_ASSIGN(store::WriteTxn * txn, room_for_line());
    ++stats_.queue_rows;
    return queue_->load(node, *txn);
  }

  Status cursor(const Node& node) {
    KITH_TRY(open_model());
    KITH_ASSIGN(store::WriteTxn * txn, room_for_line());
    return changes_->load_cursor(node, *txn);
  }

  Status footer(const Node& node) {
    KITH_TRY(open_model());
    DumpObject in(node, *values_);
    KITH_ASSIGN(const std::uint64_t lines, in.number("end"));
    KITH_ASSIGN(const std::uint64_t records, in.number("records"));
    KITH_ASSIGN(const std::uint64_t changes, in.number("changes"));
    KITH_ASSIGN(const std::uint64_t queue_rows, in.number("queue_rows"));
    KITH_ASSIGN(const std::uint64_t blobs, in.number("blobs"));
    KITH_ASSIGN(const std::string checksum, in.text("checksum"));
    KITH_TRY(in.finish());
    stats_.blobs = blobs;
    if (lines != lines_.number() - 1 || records != stats_.records || changes != stats_.changes ||
        queue_rows != stats_.queue_rows || blobs != blobs_->count()) {
      return dump_error(node,
                        "lines are missing from the dump or were added: the last one counts " +
                            std::to_string(lines) + " before it");
    }
    if (checksum != checksum_text(lines_.checksum_before())) {
      return dump_error(node, "the dump was altered: the checksum of its lines is another one");
    }
    return {};
  }

  // What can only be said, and written, at the end.
  Status finish() {
    {
      KITH_ASSIGN(store::WriteTxn * txn, writer_.room_for(0));
      KITH_TRY(lines_.place(queue_->finish(*txn, model_.compiled(), changes_->last_at())));
      KITH_TRY(records_->finish(*txn, first_record_line_));
      KITH_TRY(lines_.place(blobs_->finish(*txn)));
    }
    KITH_ASSIGN(store::WriteTxn * txn, writer_.begin(store::Durability::kFull));
    store::FormatHeader header;
    header.writer_version = KITH_VERSION;
    header.created_us = model_.created_us();
    KITH_TRY(store::write_format(*txn, header));
    return writer_.commit();
  }

  LineReader lines_;
  store::BatchedWriter writer_;
  store::Store& store_;
  ModelLoader model_;
  std::optional<DumpValues> values_;  // those below borrow from it and from the model
  std::optional<BlobLoader> blobs_;
  std::optional<RecordLoader> records_;
  std::optional<ChangeLoader> changes_;
  std::optional<QueueLoader> queue_;
  Part part_ = Part::kHeader;
  std::uint64_t first_record_line_ = 0;
  DumpStats stats_;
};

}  // namespace

Result<DumpStats> load_into(std::istream& in, const std::shared_ptr<store::Store>& store,
                            const LoadOptions& options, const engine::ModelSections& sections) {
  return Loader(in, *store, options, sections).run();
}

Result<DumpStats> load(std::istream& in, std::string_view path, const LoadOptions& options,
                       const engine::ModelSections& sections) {
  if (path == engine::kMemoryPath) {
    KITH_ASSIGN(const auto store, store::open_memory());
    return load_into(in, store, options, sections);
  }
  KITH_ASSIGN(StagedDirectory staged, StagedDirectory::begin(path));
  DumpStats stats;
  {
    store::OpenOptions how;
    how.max_readers = options.open.max_readers;
    how.max_map_bytes = options.open.max_file_bytes;
    KITH_ASSIGN(const auto store, store::open_lmdb(staged.path(), how));
    KITH_ASSIGN(stats, load_into(in, store, options, sections));
  }
  KITH_TRY(staged.publish());
  return stats;
}

}  // namespace kith::exchange
