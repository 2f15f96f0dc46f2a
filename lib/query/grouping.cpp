#include "query/grouping.hpp"

#include <absl/container/flat_hash_map.h>

#include <limits>

#include "base/try.hpp"
#include "query/bucket.hpp"
#include "query/ordering.hpp"

namespace kith::query {
namespace {

using schema::FieldType;

constexpr std::uint32_t kUnknown = std::numeric_limits<std::uint32_t>::max();
constexpr std::int64_t kMaxDenseOption = 1 << 16;
// Days that are looked up in an array: 1900 to 2119. Others are hashed.
constexpr std::int64_t kFirstDenseDay = -25567;
constexpr std::int64_t kDenseDays = 80353;

// How the code of a row is found.
enum class Way : std::uint8_t { kOption, kDay, kInstant, kInteger, kText, kValue };

Way way_of(const BatchExpression& expression, Bucket bucket) {
  if (expression.mode() == BatchExpression::Mode::kProgram) return Way::kValue;
  const FieldType type = expression.field()->type;
  if (type == FieldType::kChoice) return Way::kOption;
  if (expression.mode() == BatchExpression::Mode::kByChoice) return Way::kValue;
  switch (type) {
    case FieldType::kDate: return Way::kDay;
    case FieldType::kTimestamp: return bucket == Bucket::kNone ? Way::kInteger : Way::kInstant;
    case FieldType::kText: return Way::kText;
    case FieldType::kFloat:
    case FieldType::kBytes: return Way::kValue;
    default: return Way::kInteger;
  }
}

// Where each option of a choice field stands among its groups.
absl::flat_hash_map<std::string, std::int64_t> option_ranks(const schema::EntityType& type,
                                                            const schema::Field& field) {
  absl::flat_hash_map<std::string, std::int64_t> ranks;
  std::int64_t position = 0;
  for (const schema::Option& option : field.options) ranks[option.name] = position++;
  const schema::DerivedField* order = type.find_derived(field.name + "_order");
  if (order == nullptr || order->base_field != field.id) return ranks;
  for (const auto& [id, value] : order->values) {
    const schema::Option* option = field.find_option(id);
    if (option != nullptr && value.integer() != nullptr) ranks[option->name] = *value.integer();
  }
  return ranks;
}

}  // namespace

struct GroupColumn::State {
  State(BatchExpression e, Bucket b, const base::TimeZone& zone)
      : expression(std::move(e)), period(period_of(b)), way(way_of(expression, b)), days(zone) {
    values.emplace_back();  // code 0 is null
  }

  std::uint32_t add(Value value, const std::string& bytes) {
    const auto [at, added] = by_bytes.try_emplace(bytes, static_cast<std::uint32_t>(values.size()));
    if (added) values.push_back(std::move(value));
    return at->second;
  }

  // The general way: evaluate, cut to the period, intern.
  Status code_of_value(const Batch& batch, std::size_t row, expr::Activation& activation,
                       std::uint32_t* code, std::uint64_t* errors) {
    const Value* value = nullptr;
    KITH_TRY(expression.evaluate(batch, row, activation, &value, errors));
    *code = 0;
    if (value->is_null()) return {};
    Value group = *value;
    if (period) {
      if (const Date* date = value->date()) {
        group = base::period_label(*period, *date);
      } else if (const Timestamp* at = value->timestamp()) {
        const std::int32_t day = days.day_of(at->to_microseconds());
        group = base::period_label(*period, Date(day));
      } else {
        return Status(Code::kExpressionFailed, "group_by '" + expression.program().source() +
                                                   "': a bucket needs dates or timestamps, not " +
                                                   std::string(kind_name(value->kind())));
      }
    }
    std::string bytes;
    KITH_TRY(encode_equal(group, &bytes));
    *code = add(std::move(group), bytes);
    return {};
  }

  Status code_of_option(const Batch& batch, std::size_t row, expr::Activation& activation,
                        std::uint32_t* code, std::uint64_t* errors) {
    const Vector& column = batch.columns[expression.column()];
    const std::int64_t option = column.present[row] ? column.values[row] + 1 : 0;
    if (option < 0 || option > kMaxDenseOption) {
      return code_of_value(batch, row, activation, code, errors);
    }
    const auto slot = static_cast<std::size_t>(option);
    if (slot >= by_option.size()) by_option.resize(slot + 1, kUnknown);
    if (by_option[slot] == kUnknown) {
      KITH_TRY(code_of_value(batch, row, activation, &by_option[slot], errors));
    }
    *code = by_option[slot];
    return {};
  }

  Status code_of_day(const Batch& batch, std::size_t row, std::int64_t day,
                     expr::Activation& activation, std::uint32_t* code, std::uint64_t* errors) {
    const std::int64_t dense = day - kFirstDenseDay;
    if (dense < 0 || dense >= kDenseDays) {
      return code_of_value(batch, row, activation, code, errors);
    }
    if (by_day.empty()) by_day.resize(kDenseDays, kUnknown);
    std::uint32_t& known = by_day[static_cast<std::size_t>(dense)];
    if (known == kUnknown) KITH_TRY(code_of_value(batch, row, activation, &known, errors));
    *code = known;
    return {};
  }

  Status code_of_integer(const Batch& batch, std::size_t row, std::int64_t value,
                         expr::Activation& activation, std::uint32_t* code, std::uint64_t* errors) {
    const auto [at, added] = by_integer.try_emplace(value, 0);
    if (added) KITH_TRY(code_of_value(batch, row, activation, &at->second, errors));
    *code = at->second;
    return {};
  }

  // The same bytes for as long as the query runs. Those of a large value are the batch's; the
  // group's value has them too, too long to move when it does.
  static std::string_view lasting(std::string_view text, const Value& group) {
    if (text.size() <= record::kInlineValueBytes) return text;
    if (group.text() != nullptr) return *group.text();
    return group.bytes() != nullptr ? std::string_view(group.bytes()->data) : text;
  }

  Status code_of_text(const Batch& batch, std::size_t row, std::string_view text,
                      expr::Activation& activation, std::uint32_t* code, std::uint64_t* errors) {
    if (const auto at = by_text.find(text); at != by_text.end()) {
      *code = at->second;
      return {};
    }
    KITH_TRY(code_of_value(batch, row, activation, code, errors));
    by_text.emplace(lasting(text, values[*code]), *code);
    return {};
  }

  Status code_of(const Batch& batch, std::size_t row, expr::Activation& activation,
                 std::uint32_t* code, std::uint64_t* errors) {
    if (way == Way::kOption) return code_of_option(batch, row, activation, code, errors);
    if (way == Way::kValue) return code_of_value(batch, row, activation, code, errors);
    const Vector& column = batch.columns[expression.column()];
    *code = 0;
    if (column.present[row] == 0) return {};
    switch (way) {
      case Way::kDay: return code_of_day(batch, row, column.values[row], activation, code, errors);
      case Way::kInstant: {
        const std::int32_t day = days.day_of(column.values[row]);
        return code_of_day(batch, row, day, activation, code, errors);
      }
      case Way::kText: return code_of_text(batch, row, column.texts[row], activation, code, errors);
      default: return code_of_integer(batch, row, column.values[row], activation, code, errors);
    }
  }

  BatchExpression expression;
  std::optional<base::Period> period;
  Way way;
  LocalDays days;
  std::vector<Value> values;
  absl::flat_hash_map<std::string, std::int64_t> option_rank;
  bool ranked = false;
  absl::flat_hash_map<std::string, std::uint32_t> by_bytes;
  absl::flat_hash_map<std::int64_t, std::uint32_t> by_integer;
  // The keys are the records' own bytes, which live as long as the transaction; see lasting().
  absl::flat_hash_map<std::string_view, std::uint32_t, std::hash<std::string_view>, std::equal_to<>>
      by_text;
  std::vector<std::uint32_t> by_option;
  std::vector<std::uint32_t> by_day;
};

GroupColumn::GroupColumn(BatchExpression expression, Bucket bucket, const base::TimeZone& zone,
                         const schema::EntityType& type)
    : state_(std::make_unique<State>(std::move(expression), bucket, zone)) {
  const BatchExpression& e = state_->expression;
  if (e.mode() != BatchExpression::Mode::kField || e.field()->type != FieldType::kChoice) return;
  state_->ranked = true;
  state_->option_rank = option_ranks(type, *e.field());
}
GroupColumn::GroupColumn(GroupColumn&&) noexcept = default;
GroupColumn& GroupColumn::operator=(GroupColumn&&) noexcept = default;
GroupColumn::~GroupColumn() = default;

Status GroupColumn::encode(const Batch& batch, const RowSelection& selection,
                           expr::Activation& activation, std::vector<std::uint32_t>* codes,
                           std::uint64_t* errors) {
  codes->resize(selection.size());
  for (std::size_t i = 0; i < selection.size(); ++i) {
    KITH_TRY(state_->code_of(batch, selection[i], activation, &(*codes)[i], errors));
  }
  return {};
}

const Value& GroupColumn::value(std::uint32_t code) const { return state_->values[code]; }

int GroupColumn::compare(std::uint32_t a, std::uint32_t b) const {
  const Value& x = value(a);
  const Value& y = value(b);
  if (state_->ranked && x.text() != nullptr && y.text() != nullptr) {
    const auto rank_x = state_->option_rank.find(*x.text());
    const auto rank_y = state_->option_rank.find(*y.text());
    if (rank_x != state_->option_rank.end() && rank_y != state_->option_rank.end() &&
        rank_x->second != rank_y->second) {
      return rank_x->second < rank_y->second ? -1 : 1;
    }
  }
  return compare_values(x, y);
}

const expr::Program& GroupColumn::program() const { return state_->expression.program(); }

struct GroupTable::State {
  std::uint64_t max_groups;
  // Level i maps (tuple of the first i codes, code i) to a tuple of i + 1 codes. The first level,
  // whose codes are dense, is an array.
  std::vector<std::uint32_t> first;
  std::vector<absl::flat_hash_map<std::uint64_t, std::uint32_t>> levels;
  std::vector<std::uint32_t> tuples;  // counts, by level
  std::size_t columns;
  std::vector<std::uint32_t> codes;  // of the groups, one row of `columns` each
  std::size_t groups = 0;

  std::uint32_t step(std::size_t level, std::uint32_t tuple, std::uint32_t code) {
    if (level == 0) {
      if (code >= first.size()) first.resize(code + 1, kUnknown);
      if (first[code] == kUnknown) first[code] = tuples[0]++;
      return first[code];
    }
    const std::uint64_t key = std::uint64_t{tuple} << 32 | code;
    const auto [at, added] = levels[level].try_emplace(key, tuples[level]);
    if (added) ++tuples[level];
    return at->second;
  }
};

GroupTable::GroupTable(std::size_t columns, std::uint64_t max_groups)
    : state_(std::make_unique<State>()) {
  state_->max_groups = max_groups;
  state_->columns = columns;
  state_->levels.resize(columns);
  state_->tuples.resize(columns, 0);
  if (columns == 0) state_->groups = 1;  // the whole is one group, even of no record
}
GroupTable::GroupTable(GroupTable&&) noexcept = default;
GroupTable::~GroupTable() = default;

Status GroupTable::assign(const std::vector<std::vector<std::uint32_t>>& codes,
                          const RowSelection& selection, std::size_t batch_size,
                          std::vector<std::uint32_t>* groups) {
  State& state = *state_;
  groups->resize(batch_size);
  for (std::size_t i = 0; i < selection.size(); ++i) {
    std::uint32_t tuple = 0;
    for (std::size_t c = 0; c < state.columns; ++c) tuple = state.step(c, tuple, codes[c][i]);
    (*groups)[selection[i]] = tuple;
    if (tuple < state.groups) continue;
    // Tuples of the last level are numbered in order of appearance: this one is new.
    ++state.groups;
    for (std::size_t c = 0; c < state.columns; ++c) state.codes.push_back(codes[c][i]);
    if (state.groups > state.max_groups) {
      return Status(Code::kLimit,
                    "the query has more than max_groups = " + std::to_string(state.max_groups) +
                        " groups; group by less, or raise the option");
    }
  }
  return {};
}

std::size_t GroupTable::size() const { return state_->groups; }

std::uint32_t GroupTable::code(std::size_t group, std::size_t column) const {
  return state_->codes[group * state_->columns + column];
}

}  // namespace kith::query
