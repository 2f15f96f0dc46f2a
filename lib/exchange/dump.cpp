#include "exchange/dump.hpp"

#include <utility>

#include "base/base64.hpp"
#include "base/bytes.hpp"
#include "base/message.hpp"
#include "base/try.hpp"
#include "engine/reader.hpp"
#include "exchange/dump_catalog.hpp"
#include "exchange/dump_line.hpp"
#include "exchange/dump_queue.hpp"
#include "exchange/dump_value.hpp"
#include "history/cursors.hpp"
#include "history/log.hpp"
#include "queue/keys.hpp"
#include "queue/rows.hpp"
#include "record/blob_store.hpp"
#include "record/blob_values.hpp"
#include "store/format.hpp"

namespace kith::exchange {
namespace {

using json::Writer;
using store::Table;

constexpr std::size_t kFlushBytes = 256 * 1024;
constexpr std::size_t kPage = 500;

// Rows of Table::kMeta that a dump tells of in its own way, or that loading makes anew.
bool is_known_meta(std::string_view key) {
  for (const std::string_view prefix : {"catalog/", "model/", "ids/", "build/", "cursor/"}) {
    if (key.starts_with(prefix)) return true;
  }
  return key == store::kFormatKey || key == record::kBlobCounterKey;
}

class Dumper {
 public:
  Dumper(engine::Reader& reader, ByteSink& out)
      : reader_(reader), txn_(reader.txn()), values_(reader.catalog()), out_(out) {}

  Result<DumpStats> run() {
    KITH_TRY(check_meta());
    KITH_TRY(header());
    KITH_TRY(model());
    KITH_TRY(blobs());
    KITH_TRY(records());
    KITH_TRY(history());
    KITH_TRY(queue_rows());
    KITH_TRY(cursors());
    KITH_TRY(footer());
    return stats_;
  }

 private:
  Status line(Writer writer) {
    const std::string text = writer.take();
    if (text.size() > kMaxDumpLineBytes) {
      return {Code::kLimit, "a line of the dump would be longer than max_dump_line_bytes, " +
                                std::to_string(kMaxDumpLineBytes)};
    }
    checksum_ = dump_checksum(checksum_, text);
    ++lines_;
    stats_.bytes += text.size() + 1;
    buffer_ += text;
    buffer_ += '\n';
    return buffer_.size() < kFlushBytes ? Status() : flush();
  }
  Status flush() {
    KITH_TRY(out_.write(buffer_));
    buffer_.clear();
    return {};
  }

  // Calls `visit(row)` for every row of the table.
  template <typename Visit>
  Status each_row(Table table, Visit visit) {
    store::KeyRange range = store::KeyRange::all();
    while (true) {
      store::ScanOptions how;
      how.row_limit = kPage;
      KITH_ASSIGN(const store::ScanBatch batch, txn_.scan(table, range, how));
      for (const store::KeyValue& row : batch.rows) KITH_TRY(visit(row));
      if (batch.done()) return {};
      range.first = batch.continuation;
    }
  }

  // A row that nobody here knows must not be left out in silence.
  Status check_meta() {
    return each_row(Table::kMeta, [](const store::KeyValue& row) -> Status {
      if (is_known_meta(row.key)) return {};
      return {Code::kUnsupported, "the database has a row " + base::quoted(row.key) +
                                      " that this version does not know how to dump"};
    });
  }

  Status header() {
    KITH_ASSIGN(const auto format, store::read_format(txn_));
    if (!format) return {Code::kCorrupt, "the database has no header row"};
    Writer out;
    out.begin_object().key("kith_dump").number(kDumpFormat).key("kith").text(KITH_VERSION);
    out.key("created");
    write_instant(Timestamp::from_microseconds(format->created_us), &out);
    out.key("model").text(reader_.catalog().model_name);
    out.key("generation").number(reader_.catalog().generation);
    out.key("next_index").number(std::uint64_t{reader_.catalog().next_index_id});
    KITH_ASSIGN(const std::uint64_t last_blob, number(record::kBlobCounterKey));
    if (last_blob != 0) out.key("last_blob").number(last_blob);
    out.end_object();
    return line(std::move(out));
  }

  // A number in Table::kMeta; 0 when it was never set.
  Result<std::uint64_t> number(std::string_view key) {
    KITH_ASSIGN(const auto row, txn_.get(Table::kMeta, key));
    if (!row) return std::uint64_t{0};
    base::ByteReader in(*row);
    const std::uint64_t last = in.u64();
    KITH_TRY(in.finish("row " + base::quoted(key)));
    return last;
  }
  Result<std::uint64_t> last_id(std::uint16_t type) {
    base::ByteWriter key;
    key.raw("ids/");
    key.u16(type);
    return number(key.bytes());
  }

  Status gaps() {
    KITH_ASSIGN(const auto all, schema::load_field_gaps(txn_));
    for (const schema::FieldGap& gap : all) {
      Writer out;
      write_gap(gap, &out);
      KITH_TRY(line(std::move(out)));
    }
    return {};
  }

  Status model() {
    for (const schema::EntityType& type : reader_.catalog().types) {
      KITH_ASSIGN(const std::uint64_t last, last_id(type.id));
      Writer out;
      write_type(type, last, &out);
      KITH_TRY(line(std::move(out)));
    }
    KITH_TRY(gaps());
    const engine::StoredModel& stored = reader_.model().stored();
    if (!stored.document.empty()) {
      Writer out;
      out.begin_object().key("document").text(stored.document).end_object();
      KITH_TRY(line(std::move(out)));
    }
    for (const auto& [name, payload] : stored.payloads) {
      Writer out;
      out.begin_object().key("section").text(name);
      out.key("bytes").text(base::base64_encode(payload)).end_object();
      KITH_TRY(line(std::move(out)));
    }
    return {};
  }

  Status blobs() {
    for (std::uint64_t next = 1;;) {
      KITH_ASSIGN(const auto blob, record::next_blob(txn_, next));
      if (!blob) return {};
      Writer head;
      head.begin_object().key("blob").number(blob->ref.id).key("size").number(blob->ref.size);
      head.end_object();
      KITH_TRY(line(std::move(head)));
      for (std::uint32_t part = 0; part < record::blob_parts(blob->ref); ++part) {
        KITH_ASSIGN(const std::string_view bytes, record::read_blob_part(txn_, blob->ref, part));
        Writer out;
        out.begin_object().key("part").number(std::uint64_t{part});
        out.key("bytes").text(base::base64_encode(bytes)).end_object();
        KITH_TRY(line(std::move(out)));
      }
      ++stats_.blobs;
      next = blob->ref.id + 1;
    }
  }

  void put_id(std::string_view name, RecordId id, Writer* out) {
    if (!id.is_null()) out->key(name).text(values_.id_text(id));
  }

  Status records() {
    return each_row(Table::kRecords, [this](const store::KeyValue& row) -> Status {
      base::ByteReader key(row.key);
      const RecordId id(key.u64());
      KITH_TRY(key.finish("key of a record"));
      ++stats_.records;
      return record(id, row.value).with_context(values_.id_text(id));
    });
  }

  Status record(RecordId id, std::string_view bytes) {
    const engine::CompiledType* type = reader_.model().find(id.type());
    if (type == nullptr) return {Code::kCorrupt, "the record has no entity type"};
    KITH_ASSIGN(const record::View view, record::View::open(bytes));
    Writer out;
    out.begin_object().key("record").text(values_.id_text(id));
    out.key("version").number(view.version()).key("created");
    write_instant(Timestamp::from_microseconds(view.created()), &out);
    out.key("updated");
    write_instant(Timestamp::from_microseconds(view.updated()), &out);
    put_id("owner", view.owner(), &out);
    if (view.deleted()) out.key("deleted").boolean(true);
    out.key("fields").begin_object();
    for (const schema::Field& field : type->type->fields) {
      const record::Slot& slot = type->layout.slot(field.id);
      if (field.removed || !view.has(slot)) continue;
      KITH_ASSIGN(const Value value, record::stored_value(view, field, slot));
      out.key(field.name);
      values_.write(field, value, &out);
    }
    out.end_object().end_object();
    return line(std::move(out));
  }

  Status history() {
    history::Feed page;
    while (!page.done) {
      KITH_ASSIGN(page, history::scan(txn_, page.cursor, kPage));
      for (const history::Entry& entry : page.entries) {
        ++stats_.changes;
        KITH_TRY(change(entry).with_context("history entry " + std::to_string(entry.sequence)));
      }
    }
    return {};
  }

  Status change(const history::Entry& entry) {
    const schema::EntityType* type = reader_.catalog().find(entry.record.type());
    if (type == nullptr) return {Code::kCorrupt, "its record has no entity type"};
    Writer out;
    out.begin_object().key("change").number(entry.sequence);
    out.key("record").text(values_.id_text(entry.record));
    out.key("kind").text(change_kind_name(entry.kind)).key("at");
    write_instant(entry.at, &out);
    if (entry.effective_at != entry.at) {
      out.key("effective_at");
      write_instant(entry.effective_at, &out);
    }
    put_id("actor", entry.actor, &out);
    if (!entry.cause.empty()) {
      out.key("cause");
      values_.write(Value(entry.cause), &out);
    }
    if (entry.prev != 0) {
      out.key("prev").number(entry.prev).key("prev_at");
      write_instant(entry.prev_at, &out);
    }
    if (entry.key_id != 0) out.key("key_id").number(std::uint64_t{entry.key_id});
    if (entry.blanked) out.key("blanked").boolean(true);
    if (entry.overridden) out.key("overridden").boolean(true);
    if (entry.begins) out.key("begins").boolean(true);
    out.key("changes").begin_array();
    for (const history::FieldChange& change : entry.changes) {
      KITH_TRY(field_change(*type, change, &out));
    }
    out.end_array().end_object();
    return line(std::move(out));
  }

  // [field id, name, before, after]
  Status field_change(const schema::EntityType& type, const history::FieldChange& change,
                      Writer* out) {
    out->begin_array().number(std::uint64_t{change.field_id});
    if (const auto system = schema::system_field_from_id(change.field_id)) {
      out->text(schema::system_field_name(*system));
      values_.write(change.before, out);
      values_.write(change.after, out);
    } else if (const schema::Field* field = type.find_field(change.field_id)) {
      out->text(field->name);
      values_.write(*field, change.before, out);
      values_.write(*field, change.after, out);
    } else {
      return {Code::kCorrupt, "it changes a field with id " + std::to_string(change.field_id) +
                                  ", which the entity type does not have"};
    }
    out->end_array();
    return {};
  }

  Result<bool> is_ready(const queue::Row& row) {
    const auto* message = std::get_if<OutboxMessage>(&row);
    if (message == nullptr || message->state == MessageState::kDead) return false;
    KITH_ASSIGN(
        const auto ready,
        txn_.get(Table::kQueue, queue::message_ready_key(message->not_before, message->sequence)));
    return ready.has_value();
  }

  Status queue_rows() {
    return each_row(Table::kQueue, [this](const store::KeyValue& stored) -> Status {
      KITH_ASSIGN(const queue::Row row, queue::decode_row(stored.key, stored.value));
      KITH_ASSIGN(const bool ready, is_ready(row));
      Writer out;
      KITH_ASSIGN(const bool written, write_queue_row(row, ready, values_, &out));
      if (!written) return {};
      ++stats_.queue_rows;
      return line(std::move(out));
    });
  }

  Status cursors() {
    KITH_ASSIGN(const auto cursors, history::all_cursors(txn_));
    for (const history::Cursor& cursor : cursors) {
      Writer out;
      out.begin_object().key("cursor");
      values_.write(Value(cursor.name), &out);
      out.key("of").text(cursor.reading == history::Reading::kFeed ? "feed" : "columns");
      out.key("sequence").number(cursor.sequence).end_object();
      KITH_TRY(line(std::move(out)));
    }
    return {};
  }

  Status footer() {
    Writer out;
    out.begin_object().key("end").number(lines_).key("records").number(stats_.records);
    out.key("changes").number(stats_.changes).key("queue_rows").number(stats_.queue_rows);
    out.key("blobs").number(stats_.blobs);
    out.key("checksum").text(checksum_text(checksum_)).end_object();
    KITH_TRY(line(std::move(out)));
    return flush();
  }

  engine::Reader& reader_;
  store::ReadTxn& txn_;
  DumpValues values_;
  ByteSink& out_;
  std::string buffer_;
  std::uint64_t lines_ = 0;
  std::uint64_t checksum_ = 0;
  DumpStats stats_;
};

}  // namespace

Result<DumpStats> dump(engine::Reader& reader, ByteSink& out) { return Dumper(reader, out).run(); }

}  // namespace kith::exchange
