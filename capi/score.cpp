// Scores: what one comes to for a record, and why.
#include "lists.hpp"

using namespace kith;
using namespace kith::capi;

namespace {

const ScoreRow* row_at(const kith_score* score, std::size_t index) {
  return score != nullptr ? item_of(score->result.rows, index) : nullptr;
}

}  // namespace

int32_t kith_reader_score(const kith_reader* reader, uint64_t id, const char* name,
                          size_t name_size, kith_score** out, kith_error** error) {
  return guard(error, [&]() -> Status {
    KITH_TRY(clear(out, "out"));
    KITH_ASSIGN(const Reader* view, use(reader));
    KITH_ASSIGN(const std::string_view which, text_in(name, name_size, "name"));
    KITH_ASSIGN(Score found, view->score(RecordId(id), which));
    auto score = std::make_unique<kith_score>();
    score->total = Value(found.total);
    for (const ScoreRow& row : found.rows) score->points.emplace_back(row.points);
    score->result = std::move(found);
    *out = score.release();
    return {};
  });
}

void kith_score_free(kith_score* score) {
  guard_free([&] { delete score; });
}

const char* kith_score_name(const kith_score* score, size_t* size) {
  return guard_get("", [&] { return text(result_of(score), &Score::name, size); });
}

const char* kith_score_label(const kith_score* score, size_t* size) {
  return guard_get("", [&] { return text(result_of(score), &Score::label, size); });
}

const kith_value* kith_score_total(const kith_score* score) {
  return guard_get(static_cast<const kith_value*>(nullptr), [&]() -> const kith_value* {
    return score != nullptr ? wrap(&score->total) : nullptr;
  });
}

size_t kith_score_count(const kith_score* score) {
  return guard_get(size_t{0},
                   [&]() -> size_t { return score != nullptr ? score->result.rows.size() : 0; });
}

const char* kith_score_row(const kith_score* score, size_t index, size_t* size) {
  return guard_get("", [&] { return text(row_at(score, index), &ScoreRow::name, size); });
}

const kith_value* kith_score_points(const kith_score* score, size_t index) {
  return guard_get(static_cast<const kith_value*>(nullptr), [&]() -> const kith_value* {
    const Value* points = score != nullptr ? item_of(score->points, index) : nullptr;
    return points != nullptr ? wrap(points) : nullptr;
  });
}

uint8_t kith_score_matched(const kith_score* score, size_t index) {
  return guard_get(uint8_t{0},
                   [&] { return number<uint8_t>(row_at(score, index), &ScoreRow::matched); });
}

int32_t kith_score_error_class(const kith_score* score, size_t index) {
  return guard_get(int32_t{KITH_EVALUATION_NONE},
                   [&] { return number<int32_t>(row_at(score, index), &ScoreRow::error); });
}

const char* kith_score_message(const kith_score* score, size_t index, size_t* size) {
  return guard_get("", [&] { return text(row_at(score, index), &ScoreRow::message, size); });
}

int32_t kith_score_to_json(const kith_score* score, kith_string** out, kith_error** error) {
  return guard(error, [&]() -> Status {
    KITH_TRY(clear(out, "out"));
    KITH_TRY(need(score, "score"));
    return give(to_json(score->result), out);
  });
}
