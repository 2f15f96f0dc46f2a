#include <algorithm>

#include "plain_values.hpp"

using namespace kith;
using namespace kith::capi;

namespace {

Status give_rows(Rows rows, kith_rows** out) {
  *out = new kith_rows;
  (*out)->result.rows = std::move(rows);
  return {};
}

Rows describe(const std::vector<ReportInfo>& reports) {
  Rows rows;
  rows.columns = {{"name", "Name", "string", ""},
                  {"title", "Title", "string", ""},
                  {"built_in", "Built in", "bool", ""},
                  {"parameters", "Parameters", "map", ""}};
  for (const ReportInfo& report : reports) {
    rows.rows.push_back({report.name, report.title, report.built_in, report.parameters});
  }
  return rows;
}

Status find(const kith_reader* reader, const char* entity, size_t entity_size, const char* field,
            size_t field_size, const Value& value, uint64_t* id) {
  KITH_ASSIGN(const Reader* view, use(reader));
  KITH_ASSIGN(const std::string_view type, text_in(entity, entity_size, "entity"));
  KITH_ASSIGN(const std::string_view name, text_in(field, field_size, "field"));
  KITH_ASSIGN(const RecordId found, view->find(type, name, value));
  *id = found.bits();
  return {};
}

Status open_as_of(const kith_session* session, const AsOf& when, kith_reader** out) {
  KITH_TRY(need(session, "session"));
  KITH_ASSIGN(Snapshot snapshot, session->session.read_as_of(when));
  *out = new kith_reader{std::move(snapshot), nullptr};
  return {};
}

}  // namespace

int32_t kith_reader_open(const kith_session* session, const kith_time* now, kith_reader** out,
                         kith_error** error) {
  return guard(error, [&]() -> Status {
    KITH_TRY(clear(out, "out"));
    KITH_TRY(need(session, "session"));
    std::optional<Timestamp> time;
    if (now != nullptr) {
      KITH_ASSIGN(time, time_in(now, "now"));
    }
    KITH_ASSIGN(Snapshot snapshot, session->session.read(time));
    *out = new kith_reader{std::move(snapshot), nullptr};
    return {};
  });
}

int32_t kith_reader_open_as_of(const kith_session* session, const kith_time* time,
                               kith_reader** out, kith_error** error) {
  return guard(error, [&]() -> Status {
    KITH_TRY(clear(out, "out"));
    KITH_ASSIGN(const Timestamp at, time_in(time, "time"));
    return open_as_of(session, AsOf::time(at), out);
  });
}

int32_t kith_reader_open_as_of_change(const kith_session* session, uint64_t sequence,
                                      kith_reader** out, kith_error** error) {
  return guard(error, [&]() -> Status {
    KITH_TRY(clear(out, "out"));
    if (sequence == 0) {
      return Status(Code::kInvalidArgument, "`sequence` is 0: the first change has 1");
    }
    return open_as_of(session, AsOf::change(sequence), out);
  });
}

void kith_reader_free(kith_reader* reader) {
  guard_free([&] { delete reader; });
}

int32_t kith_reader_get(const kith_reader* reader, uint64_t id, kith_record** out,
                        kith_error** error) {
  return guard(error, [&]() -> Status {
    KITH_TRY(clear(out, "out"));
    KITH_ASSIGN(const Reader* view, use(reader));
    KITH_ASSIGN(Record record, view->get(RecordId(id)));
    *out = new kith_record{std::move(record)};
    return {};
  });
}

int32_t kith_reader_find(const kith_reader* reader, const char* entity, size_t entity_size,
                         const char* field, size_t field_size, const kith_value* value,
                         uint64_t* id, kith_error** error) {
  return guard(error, [&]() -> Status {
    KITH_TRY(clear(id, "id"));
    KITH_TRY(need(value, "value"));
    return find(reader, entity, entity_size, field, field_size, *unwrap(value), id);
  });
}

int32_t kith_reader_find_text(const kith_reader* reader, const char* entity, size_t entity_size,
                              const char* field, size_t field_size, const char* text,
                              size_t text_size, uint64_t* id, kith_error** error) {
  return guard(error, [&]() -> Status {
    KITH_TRY(clear(id, "id"));
    KITH_ASSIGN(const std::string_view value, text_in(text, text_size, "text"));
    return find(reader, entity, entity_size, field, field_size, Value(value), id);
  });
}

int32_t kith_reader_referring(const kith_reader* reader, uint64_t id, const char* entity,
                              size_t entity_size, const char* field, size_t field_size,
                              uint64_t* ids, size_t capacity, size_t* count, kith_error** error) {
  return guard(error, [&]() -> Status {
    KITH_TRY(clear(count, "count"));
    KITH_ASSIGN(const Reader* view, use(reader));
    KITH_ASSIGN(const std::string_view type, text_in(entity, entity_size, "entity"));
    KITH_ASSIGN(const std::string_view name, text_in(field, field_size, "field"));
    if (capacity == 0) return {};
    KITH_TRY(need(ids, "ids"));
    KITH_ASSIGN(const std::vector<RecordId> found,
                view->referring(RecordId(id), type, name, capacity));
    *count = std::min(found.size(), capacity);
    std::transform(found.begin(), found.begin() + static_cast<std::ptrdiff_t>(*count), ids,
                   [](RecordId record) { return record.bits(); });
    return {};
  });
}

int32_t kith_reader_query(const kith_reader* reader, const char* query, size_t query_size,
                          const char* continuation, size_t continuation_size, kith_rows** out,
                          kith_error** error) {
  return guard(error, [&]() -> Status {
    KITH_TRY(clear(out, "out"));
    KITH_ASSIGN(const Reader* view, use(reader));
    KITH_ASSIGN(const std::string_view text, text_in(query, query_size, "query"));
    KITH_ASSIGN(const std::string_view from,
                text_in(continuation, continuation_size, "continuation"));
    KITH_ASSIGN(Query question, Query::from_json(text));
    if (!from.empty()) question.continuation = from;
    KITH_ASSIGN(Rows rows, view->query(question));
    return give_rows(std::move(rows), out);
  });
}

int32_t kith_reader_report(const kith_reader* reader, const char* report, size_t report_size,
                           const char* parameters, size_t parameters_size, kith_rows** out,
                           kith_error** error) {
  return guard(error, [&]() -> Status {
    KITH_TRY(clear(out, "out"));
    KITH_ASSIGN(const Reader* view, use(reader));
    KITH_ASSIGN(const std::string_view text, text_in(report, report_size, "report"));
    KITH_ASSIGN(const Map replaced, json_map_in(parameters, parameters_size, "parameters"));
    KITH_ASSIGN(ReportResult result, view->report(text, replaced));
    *out = new kith_rows{std::move(result)};
    return {};
  });
}

int32_t kith_reader_reports(const kith_reader* reader, kith_rows** out, kith_error** error) {
  return guard(error, [&]() -> Status {
    KITH_TRY(clear(out, "out"));
    KITH_ASSIGN(const Reader* view, use(reader));
    KITH_ASSIGN(const std::vector<ReportInfo> reports, view->reports());
    return give_rows(describe(reports), out);
  });
}

int32_t kith_reader_history(const kith_reader* reader, uint64_t id, uint64_t limit,
                            kith_history** out, kith_error** error) {
  return guard(error, [&]() -> Status {
    KITH_TRY(clear(out, "out"));
    KITH_ASSIGN(const Reader* view, use(reader));
    KITH_ASSIGN(std::vector<Change> changes,
                view->history(RecordId(id), limit == 0 ? UINT64_MAX : limit));
    *out = new kith_history{std::move(changes)};
    return {};
  });
}

int32_t kith_id_parse(const kith_reader* reader, const char* text, size_t text_size, uint64_t* id,
                      kith_error** error) {
  return guard(error, [&]() -> Status {
    KITH_TRY(clear(id, "id"));
    KITH_ASSIGN(const Reader* view, use(reader));
    KITH_ASSIGN(const std::string_view from, text_in(text, text_size, "text"));
    KITH_ASSIGN(const RecordId parsed, view->parse_id(from));
    *id = parsed.bits();
    return {};
  });
}

int32_t kith_id_format(const kith_reader* reader, uint64_t id, kith_string** out,
                       kith_error** error) {
  return guard(error, [&]() -> Status {
    KITH_TRY(clear(out, "out"));
    KITH_ASSIGN(const Reader* view, use(reader));
    return give(view->format_id(RecordId(id)), out);
  });
}
