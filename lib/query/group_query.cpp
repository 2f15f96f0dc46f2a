#include "query/group_query.hpp"

#include <algorithm>
#include <numeric>

#include "base/time_zone.hpp"
#include "base/try.hpp"
#include "query/candidates.hpp"
#include "query/compile.hpp"
#include "query/filter.hpp"
#include "query/grouping.hpp"
#include "query/measure.hpp"
#include "query/ordering.hpp"
#include "query/prefetch.hpp"

namespace kith::query {
namespace {

using expr::Type;
using expr::TypeKind;
using Function = Measure::Function;

// A measure of the query: an aggregate, or the ratio of two others.
struct Slot {
  std::unique_ptr<MeasureColumn> column;  // null for a ratio
  std::size_t numerator = 0;
  std::size_t denominator = 0;
};

struct SortTerm {
  std::size_t column = 0;  // of the result: groups, then measures
  bool descending = false;
};

std::string default_name(const Measure& measure) {
  static const char* const names[] = {"count", "count_distinct", "sum", "avg", "min",
                                      "max",   "ratio"};
  const std::string function = names[static_cast<std::size_t>(measure.function)];
  return measure.of.empty() ? function : function + "(" + measure.of + ")";
}

class GroupQuery {
 public:
  GroupQuery(const Query& query, const Context& context, Compiler compiler)
      : query_(query),
        context_(context),
        compiler_(std::move(compiler)),
        params_(query.params),
        activation_(activation_for(context, params_)),
        filter_(compiler_.type()),
        prefetch_filter_(*context.catalog, context.layouts, compiler_.type()),
        prefetch_(*context.catalog, context.layouts, compiler_.type()) {
    activation_.set_formula_errors(&rows_.stats.errors);
  }

  Result<Rows> run() {
    KITH_TRY(prepare());
    GroupTable table(groups_.size(), context_.limits.max_groups);
    if (filter_.never()) {
      rows_.stats.plan = "nothing can match";
    } else {
      KITH_TRY(read(&table));
    }
    KITH_TRY(make_rows(table));
    KITH_TRY(keep_having());
    return finish(table);
  }

  Status prepare() {
    if (!query_.select.empty()) {
      return Status(Code::kInvalidArgument,
                    "a query with groups or measures has no \"select\": its columns are the "
                    "groups and the measures");
    }
    KITH_ASSIGN(hash_, query_hash(query_));
    if (!query_.continuation.empty()) {
      KITH_ASSIGN(const Position position, read_token(query_.continuation, hash_));
      offset_ = position.offset;
    }
    if (!query_.where.empty()) {
      KITH_ASSIGN(expr::Program where, compiler_.condition(query_.where, "where"));
      prefetch_filter_.add(where);
      filter_.add(std::move(where), activation_, &fields_);
    }
    if (context_.row_filter != nullptr) {
      prefetch_filter_.add(*context_.row_filter);
      filter_.add(*context_.row_filter, activation_, &fields_);
    }
    KITH_TRY(prepare_groups());
    KITH_TRY(prepare_measures());
    KITH_TRY(prepare_order());
    return prepare_having();
  }

 private:
  Status add_column(Column column) {
    if (column.name.empty()) return Status(Code::kInternal, "a result column without a name");
    if (rows_.column(column.name) >= 0) {
      return Status(Code::kInvalidArgument, "two groups or measures are named \"" + column.name +
                                                "\"; give one of them another name");
    }
    if (column.label.empty()) column.label = column.name;
    rows_.columns.push_back(std::move(column));
    return {};
  }

  Status prepare_groups() {
    KITH_ASSIGN(const base::TimeZone zone, base::TimeZone::load(context_.time_zone));
    for (const GroupBy& group : query_.group_by) {
      const std::string name = group.name.empty() ? group.of : group.name;
      const std::string part = "group_by \"" + name + "\"";
      KITH_ASSIGN(expr::Program program, compiler_.value(group.of, part));
      const TypeKind kind = program.type().unwrapped().kind();
      if (!is_orderable(program.type())) {
        return Status(Code::kExpressionType,
                      part + ": " + program.type().to_string() + " cannot be grouped by");
      }
      const bool bucketed = group.bucket != Bucket::kNone;
      if (bucketed && kind != TypeKind::kDate && kind != TypeKind::kTimestamp &&
          kind != TypeKind::kDyn) {
        return Status(Code::kExpressionType, part + ": a bucket needs a date or timestamp, not " +
                                                 program.type().to_string());
      }
      std::string label = group.label;
      const auto plain = plain_field(program, compiler_.type());
      // A name that the query chose itself says more than the field's label.
      if (label.empty() && plain && name == group.of) {
        label = field_of(compiler_.type(), *plain)->label;
      }
      KITH_TRY(add_column({name, label, bucketed ? "string" : column_type(program.type()), {}}));
      having_types_.push_back(bucketed ? Type::of(TypeKind::kString) : program.type().unwrapped());
      prefetch_.add(program);
      groups_.emplace_back(BatchExpression(std::move(program), compiler_.type(), &fields_),
                           group.bucket, zone, compiler_.type());
    }
    return {};
  }

  Status prepare_measures() {
    std::vector<std::string> names;
    for (const Measure& measure : query_.measures) {
      names.push_back(measure.name.empty() ? default_name(measure) : measure.name);
    }
    for (std::size_t i = 0; i < query_.measures.size(); ++i) {
      Measure measure = query_.measures[i];
      measure.name = names[i];
      Slot slot;
      Type type = Type::of(TypeKind::kDecimal);
      if (measure.function == Function::kRatio) {
        KITH_ASSIGN(slot.numerator, find_measure(names, i, measure.numerator, "numerator"));
        KITH_ASSIGN(slot.denominator, find_measure(names, i, measure.denominator, "denominator"));
        if (measure.label.empty()) measure.label = measure.numerator + " / " + measure.denominator;
      } else {
        KITH_ASSIGN(slot.column, MeasureColumn::make(measure, compiler_, activation_, &fields_));
        type = slot.column->type();
        for (const expr::Program& program : slot.column->programs()) prefetch_.add(program);
      }
      KITH_TRY(add_column({measure.name, measure.label, column_type(type), measure.format}));
      having_types_.push_back(type);
      measures_.push_back(std::move(slot));
    }
    for (std::size_t i = 0; i < measures_.size(); ++i) settle_ratio_type(i);
    rows_.measures = measures_.size();
    return {};
  }

  Result<std::size_t> find_measure(const std::vector<std::string>& names, std::size_t self,
                                   const std::string& name, std::string_view role) const {
    for (std::size_t i = 0; i < names.size(); ++i) {
      if (names[i] != name) continue;
      if (query_.measures[i].function != Function::kRatio) return i;
      return Status(Code::kInvalidArgument, "measure \"" + names[self] + "\": the " +
                                                std::string(role) + " \"" + name +
                                                "\" is itself a ratio");
    }
    return Status(Code::kInvalidArgument,
                  "measure \"" + names[self] + "\": there is no measure \"" + name +
                      "\" to be its " + std::string(role) + suggestion(name, names));
  }

  // A ratio is a double when one of its parts is.
  void settle_ratio_type(std::size_t i) {
    if (measures_[i].column != nullptr) return;
    const auto is_double = [this](std::size_t m) {
      return measures_[m].column->type().is(TypeKind::kDouble);
    };
    if (!is_double(measures_[i].numerator) && !is_double(measures_[i].denominator)) return;
    const std::size_t column = groups_.size() + i;
    having_types_[column] = Type::of(TypeKind::kDouble);
    rows_.columns[column].type = column_type(having_types_[column]);
  }

  Status prepare_order() {
    for (const Order& term : query_.order_by) {
      const int column = rows_.column(term.of);
      if (column < 0) {
        std::vector<std::string> names;
        for (const Column& c : rows_.columns) names.push_back(c.name);
        return Status(Code::kInvalidArgument, "order_by: there is no group or measure \"" +
                                                  term.of + "\"" + suggestion(term.of, names));
      }
      order_.push_back({static_cast<std::size_t>(column), term.descending});
    }
    for (std::size_t i = 0; i < groups_.size(); ++i) order_.push_back({i, false});
    return {};
  }

  Status prepare_having() {
    if (query_.having.empty()) return {};
    expr::Environment environment;
    environment.add_standard_roots();
    for (std::size_t i = 0; i < rows_.columns.size(); ++i) {
      environment.add_variable(rows_.columns[i].name, Type::wrapper(having_types_[i]));
    }
    expr::CompileOptions options;
    options.limits = context_.limits.parse;
    options.expected = Type::of(TypeKind::kBool);
    Result<expr::Program> program = expr::compile(query_.having, environment, options);
    if (!program.ok()) return program.status().with_context("having");
    having_ = *std::move(program);
    return {};
  }

  Status read(GroupTable* table) {
    PlanRequest plan_request;
    plan_request.type = &compiler_.type();
    plan_request.terms = &filter_.terms();
    plan_request.include_deleted = query_.include_deleted;
    VectorRequest request;
    request.type = &compiler_.type();
    request.layout = &compiler_.layout();
    request.fields = fields_.ids();
    request.include_deleted = query_.include_deleted;
    request.blobs = context_.blobs;
    KITH_ASSIGN(const Input input,
                open_input(context_, make_plan(plan_request), request, RecordId()));
    rows_.stats.plan = input.text;
    Batch batch;
    while (true) {
      KITH_ASSIGN(const bool more, input.cursor->next(&batch));
      if (!more) return {};
      KITH_TRY(add_batch(batch, table));
    }
  }

  Status add_batch(const Batch& batch, GroupTable* table) {
    std::uint64_t* errors = &rows_.stats.errors;
    rows_.stats.scanned += batch.visited;
    select_all(batch.size(), &selection_);
    KITH_TRY(prefetch_filter_.run(batch, selection_, context_.host));
    KITH_TRY(filter_.apply(batch, activation_, &selection_, errors));
    KITH_TRY(prefetch_.run(batch, selection_, context_.host));
    rows_.stats.matched += selection_.size();
    codes_.resize(groups_.size());
    for (std::size_t i = 0; i < groups_.size(); ++i) {
      KITH_TRY(groups_[i].encode(batch, selection_, activation_, &codes_[i], errors));
    }
    KITH_TRY(table->assign(codes_, selection_, batch.size(), &group_of_));
    for (const Slot& slot : measures_) {
      if (slot.column == nullptr) continue;
      KITH_TRY(slot.column->add(batch, selection_, group_of_, table->size(), activation_, errors));
    }
    return {};
  }

  Status make_rows(const GroupTable& table) {
    rows_.rows.resize(table.size());
    numbers_.resize(table.size());
    std::iota(numbers_.begin(), numbers_.end(), std::size_t{0});
    for (std::size_t g = 0; g < table.size(); ++g) {
      std::vector<Value>& row = rows_.rows[g];
      row.resize(rows_.columns.size());
      for (std::size_t c = 0; c < groups_.size(); ++c) {
        row[c] = groups_[c].value(table.code(g, c));
      }
      for (std::size_t m = 0; m < measures_.size(); ++m) {
        if (measures_[m].column == nullptr) continue;
        KITH_ASSIGN(row[groups_.size() + m], measures_[m].column->result(g));
      }
      for (std::size_t m = 0; m < measures_.size(); ++m) {
        if (measures_[m].column != nullptr) continue;
        KITH_ASSIGN(row[groups_.size() + m], ratio(row[groups_.size() + measures_[m].numerator],
                                                   row[groups_.size() + measures_[m].denominator]));
      }
    }
    return {};
  }

  Status keep_having() {
    if (!having_) return {};
    std::vector<std::size_t> kept;
    for (const std::size_t g : numbers_) {
      expr::Activation activation = activation_for(context_, params_);
      for (std::size_t c = 0; c < rows_.columns.size(); ++c) {
        activation.set_variable(rows_.columns[c].name, &rows_.rows[g][c]);
      }
      expr::Failure failure;
      const expr::Truth truth = having_->evaluate_bool(activation, &failure);
      if (truth == expr::Truth::kTrue) kept.push_back(g);
      if (truth != expr::Truth::kError || failure.error == expr::ErrorClass::kMissing) continue;
      return Status(Code::kExpressionFailed, "having: " + failure.message);
    }
    numbers_ = std::move(kept);
    return {};
  }

  bool before(const GroupTable& table, std::size_t a, std::size_t b) const {
    for (const SortTerm& term : order_) {
      const int order =
          term.column < groups_.size()
              ? groups_[term.column].compare(table.code(a, term.column), table.code(b, term.column))
              : compare_values(rows_.rows[a][term.column], rows_.rows[b][term.column]);
      if (order != 0) return term.descending ? order > 0 : order < 0;
    }
    return false;
  }

  Result<Rows> finish(const GroupTable& table) {
    std::sort(numbers_.begin(), numbers_.end(),
              [&](std::size_t a, std::size_t b) { return before(table, a, b); });
    const std::uint64_t begin = std::min<std::uint64_t>(offset_, numbers_.size());
    std::uint64_t count = numbers_.size() - begin;
    if (query_.limit > 0 && count > query_.limit) {
      count = query_.limit;
      KITH_ASSIGN(rows_.continuation, make_token({hash_, {}, RecordId(), begin + count}));
    }
    if (count > context_.limits.max_result_rows) {
      return Status(Code::kLimit, "the query has more than max_result_rows = " +
                                      std::to_string(context_.limits.max_result_rows) +
                                      " rows; give it a limit, or raise the option");
    }
    std::vector<std::vector<Value>> rows;
    rows.reserve(count);
    for (std::uint64_t i = 0; i < count; ++i) {
      rows.push_back(std::move(rows_.rows[numbers_[begin + i]]));
    }
    rows_.rows = std::move(rows);
    return std::move(rows_);
  }

  const Query& query_;
  const Context& context_;
  Compiler compiler_;
  const Value params_;
  expr::Activation activation_;
  FieldSet fields_;
  Filter filter_;
  Prefetcher prefetch_filter_;
  Prefetcher prefetch_;
  std::vector<GroupColumn> groups_;
  std::vector<Slot> measures_;
  std::vector<Type> having_types_;  // of all result columns
  std::vector<SortTerm> order_;
  std::optional<expr::Program> having_;
  std::uint64_t hash_ = 0;
  std::uint64_t offset_ = 0;
  RowSelection selection_;
  std::vector<std::vector<std::uint32_t>> codes_;
  std::vector<std::uint32_t> group_of_;
  std::vector<std::size_t> numbers_;  // of the groups in the result
  Rows rows_;
};

}  // namespace

Result<Rows> run_group_query(const Query& query, const Context& context) {
  KITH_ASSIGN(Compiler compiler, Compiler::of(query, context));
  return GroupQuery(query, context, std::move(compiler)).run();
}

Status check_group_query(const Query& query, const Context& context) {
  KITH_ASSIGN(Compiler compiler, Compiler::of(query, context));
  return GroupQuery(query, context, std::move(compiler)).prepare();
}

}  // namespace kith::query
