// Compiled expressions.
#include "input_struct.hpp"

using namespace kith;
using namespace kith::capi;

namespace kith::capi {

template <>
struct Known<kith_expr_options> {
  static constexpr const char* kName = "kith_expr_options";
  static constexpr std::size_t kFirstSize = KITH_EXPR_OPTIONS_V1_SIZE;
  static kith_expr_options defaults() {
    const ExpressionOptions from;
    kith_expr_options to{};
    to.expected_size = KITH_NTS;
    to.container_size = KITH_NTS;
    to.max_bytes = from.max_bytes;
    to.max_depth = from.max_depth;
    to.max_loop_nesting = from.max_loop_nesting;
    to.max_cost = from.max_cost;
    to.max_memory = from.max_memory;
    return to;
  }
};

template <>
struct Known<kith_evaluation> {
  static constexpr const char* kName = "kith_evaluation";
  static constexpr std::size_t kFirstSize = KITH_EVALUATION_V1_SIZE;
  static kith_evaluation defaults() { return {}; }
};

}  // namespace kith::capi

namespace {

Result<ExpressionOptions> read_options(const kith_expr_options* options) {
  ExpressionOptions to;
  if (options == nullptr) return to;
  KITH_ASSIGN(const kith_expr_options from, read_struct(options));
  if (!is_zero(from.reserved) || from.reserved_too != 0) {
    return wrong_struct("kith_expr_options", "reserved is not 0");
  }
  KITH_ASSIGN(const bool unchecked, flag(from.unchecked, "unchecked"));
  to.check = !unchecked;
  KITH_ASSIGN(auto names, texts_in(from.variable_names, from.variable_count, "variable_names"));
  KITH_ASSIGN(auto types, texts_in(from.variable_types, from.variable_count, "variable_types"));
  for (std::size_t i = 0; i < names.size(); ++i) {
    to.variables.emplace_back(std::move(names[i]), std::move(types[i]));
  }
  KITH_ASSIGN(to.expected, text_in(from.expected, from.expected_size, "expected"));
  KITH_ASSIGN(to.container, text_in(from.container, from.container_size, "container"));
  to.max_bytes = from.max_bytes;
  to.max_depth = from.max_depth;
  to.max_loop_nesting = from.max_loop_nesting;
  to.max_cost = from.max_cost;
  to.max_memory = from.max_memory;
  return to;
}

Status give(Expression expression, kith_expr** out) {
  *out = new kith_expr{std::move(expression)};
  return {};
}

Status give_texts(std::vector<std::string> texts, kith_value** out) {
  List list;
  for (std::string& text : texts) list.emplace_back(std::move(text));
  return capi::give(Value(std::move(list)), out);
}

// The caller's struct: as much of it as both sides know.
class Report {
 public:
  // kInvalidArgument when it was never initialised.
  static Result<Report> open(kith_evaluation* out) {
    if (out != nullptr) {
      KITH_ASSIGN(kith_evaluation known, read_struct(out));
      const std::uint32_t size = known.struct_size;
      known = {};
      known.struct_size = size;
      known.error_class = KITH_EVALUATION_HOST;  // until it was evaluated
      write(known, out);
    }
    return Report(out);
  }

  void set(const Evaluation& from) const {
    if (out_ == nullptr) return;
    kith_evaluation to{};
    std::memcpy(&to.struct_size, out_, sizeof to.struct_size);
    to.error_class = static_cast<std::int32_t>(from.error);
    to.line = from.line;
    to.column = from.column;
    to.cost = from.cost;
    write(to, out_);
  }

 private:
  explicit Report(kith_evaluation* out) : out_(out) {}
  static void write(const kith_evaluation& from, kith_evaluation* out) {
    std::memcpy(out, &from, std::min<std::size_t>(from.struct_size, sizeof from));
  }
  kith_evaluation* out_;
};

// What the functions that evaluate share; `evaluate` gives the Evaluation, or why there is none.
template <typename Evaluate>
Status run(const kith_expr* expr, kith_value** out, kith_evaluation* evaluation,
           Evaluate&& evaluate) {
  KITH_TRY(clear(out, "out"));
  KITH_ASSIGN(const Report report, Report::open(evaluation));
  KITH_TRY(need(expr, "expr"));
  KITH_ASSIGN(Evaluation all, evaluate(expr->expression));
  report.set(all);
  if (!all.ok()) return std::move(all.status);
  return capi::give(std::move(all.value), out);
}

Result<Timestamp> now_in(const kith_time* now) {
  return now != nullptr ? time_in(now, "now") : Result<Timestamp>(Timestamp());
}

}  // namespace

int32_t kith_expr_options_init(kith_expr_options* options, size_t size) {
  return guard(nullptr, [&] { return initialise(options, size); });
}

int32_t kith_evaluation_init(kith_evaluation* evaluation, size_t size) {
  return guard(nullptr, [&] { return initialise(evaluation, size); });
}

int32_t kith_expr_compile(const char* source, size_t source_size, const kith_expr_options* options,
                          kith_expr** out, kith_error** error) {
  return guard(error, [&]() -> Status {
    KITH_TRY(clear(out, "out"));
    KITH_ASSIGN(const std::string_view text, text_in(source, source_size, "source"));
    KITH_ASSIGN(const ExpressionOptions how, read_options(options));
    KITH_ASSIGN(Expression made, Expression::compile(text, how));
    return give(std::move(made), out);
  });
}

int32_t kith_expr_compile_on(kith_database* database, const char* entity, size_t entity_size,
                             const char* source, size_t source_size,
                             const kith_expr_options* options, kith_expr** out,
                             kith_error** error) {
  return guard(error, [&]() -> Status {
    KITH_TRY(clear(out, "out"));
    KITH_ASSIGN(const Database open, use(database));
    KITH_ASSIGN(const std::string_view of, text_in(entity, entity_size, "entity"));
    KITH_ASSIGN(const std::string_view text, text_in(source, source_size, "source"));
    KITH_ASSIGN(const ExpressionOptions how, read_options(options));
    KITH_ASSIGN(Expression made, Expression::compile(open, of, text, how));
    return give(std::move(made), out);
  });
}

void kith_expr_free(kith_expr* expr) {
  guard_free([&] { delete expr; });
}

const char* kith_expr_source(const kith_expr* expr, size_t* size) {
  return guard_get("", [&] {
    return expr != nullptr ? lend(expr->expression.source(), size) : lend_nothing(size);
  });
}

const char* kith_expr_entity(const kith_expr* expr, size_t* size) {
  return guard_get("", [&] {
    return expr != nullptr ? lend(expr->expression.entity(), size) : lend_nothing(size);
  });
}

int32_t kith_expr_type(const kith_expr* expr, kith_string** out, kith_error** error) {
  return guard(error, [&]() -> Status {
    KITH_TRY(clear(out, "out"));
    KITH_TRY(need(expr, "expr"));
    return capi::give(expr->expression.type(), out);
  });
}

int32_t kith_expr_format(const kith_expr* expr, uint32_t width, kith_string** out,
                         kith_error** error) {
  return guard(error, [&]() -> Status {
    KITH_TRY(clear(out, "out"));
    KITH_TRY(need(expr, "expr"));
    return capi::give(expr->expression.format(width), out);
  });
}

int32_t kith_expr_english(const kith_expr* expr, kith_string** out, kith_error** error) {
  return guard(error, [&]() -> Status {
    KITH_TRY(clear(out, "out"));
    KITH_TRY(need(expr, "expr"));
    return capi::give(expr->expression.english(), out);
  });
}

int32_t kith_expr_explain_to_json(const kith_expr* expr, kith_string** out, kith_error** error) {
  return guard(error, [&]() -> Status {
    KITH_TRY(clear(out, "out"));
    KITH_TRY(need(expr, "expr"));
    return capi::give(to_json(expr->expression.explain()), out);
  });
}

int32_t kith_expr_fields(const kith_expr* expr, kith_value** out, kith_error** error) {
  return guard(error, [&]() -> Status {
    KITH_TRY(clear(out, "out"));
    KITH_TRY(need(expr, "expr"));
    return give_texts(expr->expression.fields(), out);
  });
}

int32_t kith_expr_watched(const kith_expr* expr, kith_value** out, kith_error** error) {
  return guard(error, [&]() -> Status {
    KITH_TRY(clear(out, "out"));
    KITH_TRY(need(expr, "expr"));
    return give_texts(expr->expression.watched(), out);
  });
}

int32_t kith_expr_plan(const kith_expr* expr, const kith_reader* reader, const kith_value* params,
                       kith_value** out, kith_error** error) {
  return guard(error, [&]() -> Status {
    KITH_TRY(clear(out, "out"));
    KITH_TRY(need(expr, "expr"));
    KITH_ASSIGN(const Reader* view, use(reader));
    KITH_ASSIGN(const Map given, map_in(params, "params"));
    KITH_ASSIGN(std::vector<std::string> lines, expr->expression.plan(*view, given));
    return give_texts(std::move(lines), out);
  });
}

uint8_t kith_expr_reads_now(const kith_expr* expr) {
  return guard_get(uint8_t{0}, [&]() -> uint8_t {
    return expr != nullptr && expr->expression.reads_now() ? 1 : 0;
  });
}

int32_t kith_expr_cost(const kith_expr* expr, uint64_t* min, uint64_t* max, kith_error** error) {
  return guard(error, [&]() -> Status {
    clear_optional(min);
    clear_optional(max);
    KITH_TRY(need(expr, "expr"));
    const CostEstimate cost = expr->expression.cost();
    if (min != nullptr) *min = cost.min;
    if (max != nullptr) *max = cost.max.value_or(UINT64_MAX);
    return {};
  });
}

int32_t kith_expr_evaluate(const kith_expr* expr, const kith_value* variables, const kith_time* now,
                           kith_value** out, kith_evaluation* evaluation, kith_error** error) {
  return guard(error, [&] {
    return run(expr, out, evaluation, [&](const Expression& on) -> Result<Evaluation> {
      KITH_ASSIGN(const Map given, map_in(variables, "variables"));
      KITH_ASSIGN(const Timestamp time, now_in(now));
      return on.evaluate(given, time);
    });
  });
}

int32_t kith_expr_evaluate_json(const kith_expr* expr, const char* variables, size_t variables_size,
                                const kith_time* now, kith_value** out, kith_evaluation* evaluation,
                                kith_error** error) {
  return guard(error, [&] {
    return run(expr, out, evaluation, [&](const Expression& on) -> Result<Evaluation> {
      KITH_ASSIGN(const Map given, json_map_in(variables, variables_size, "variables"));
      KITH_ASSIGN(const Timestamp time, now_in(now));
      return on.evaluate(given, time);
    });
  });
}

int32_t kith_expr_evaluate_on(const kith_expr* expr, const kith_reader* reader, uint64_t id,
                              const kith_value* params, kith_value** out,
                              kith_evaluation* evaluation, kith_error** error) {
  return guard(error, [&] {
    return run(expr, out, evaluation, [&](const Expression& on) -> Result<Evaluation> {
      KITH_ASSIGN(const Reader* view, use(reader));
      KITH_ASSIGN(const Map given, map_in(params, "params"));
      return on.evaluate(*view, RecordId(id), given);
    });
  });
}

const char* kith_evaluation_error_name(int32_t error_class) {
  return guard_get("HOST", [&] {
    const bool known = error_class >= KITH_EVALUATION_NONE && error_class <= KITH_EVALUATION_HOST;
    return evaluation_error_name(known ? static_cast<EvaluationError>(error_class)
                                       : EvaluationError::kHost)
        .data();
  });
}

int32_t kith_expr_complete_to_json(const char* source, size_t source_size, size_t offset,
                                   const kith_expr_options* options, kith_string** out,
                                   kith_error** error) {
  return guard(error, [&]() -> Status {
    KITH_TRY(clear(out, "out"));
    KITH_ASSIGN(const std::string_view text, text_in(source, source_size, "source"));
    KITH_ASSIGN(const ExpressionOptions how, read_options(options));
    KITH_ASSIGN(const auto all, complete_expression(text, offset, how));
    return capi::give(to_json(all), out);
  });
}

int32_t kith_expr_complete_on_to_json(kith_database* database, const char* entity,
                                      size_t entity_size, const char* source, size_t source_size,
                                      size_t offset, const kith_expr_options* options,
                                      kith_string** out, kith_error** error) {
  return guard(error, [&]() -> Status {
    KITH_TRY(clear(out, "out"));
    KITH_ASSIGN(const Database open, use(database));
    KITH_ASSIGN(const std::string_view of, text_in(entity, entity_size, "entity"));
    KITH_ASSIGN(const std::string_view text, text_in(source, source_size, "source"));
    KITH_ASSIGN(const ExpressionOptions how, read_options(options));
    KITH_ASSIGN(const auto all, complete_expression(open, of, text, offset, how));
    return capi::give(to_json(all), out);
  });
}
