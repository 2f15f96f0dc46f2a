#include "plain_values.hpp"

using namespace kith;
using namespace kith::capi;

int32_t kith_expression_check(kith_database* database, const char* entity, size_t entity_size,
                              const char* expression, size_t expression_size, kith_string** type,
                              kith_error** error) {
  return guard(error, [&]() -> Status {
    clear_optional(type);
    KITH_ASSIGN(const Database open, use(database));
    KITH_ASSIGN(const std::string_view of, text_in(entity, entity_size, "entity"));
    KITH_ASSIGN(const std::string_view text, text_in(expression, expression_size, "expression"));
    KITH_ASSIGN(std::string found, check_expression(open, of, text));
    return type != nullptr ? give(std::move(found), type) : Status();
  });
}

int32_t kith_expression_evaluate(const char* expression, size_t expression_size,
                                 const char* variables, size_t variables_size, const kith_time* now,
                                 kith_value** out, kith_error** error) {
  return guard(error, [&]() -> Status {
    KITH_TRY(clear(out, "out"));
    KITH_ASSIGN(const std::string_view text, text_in(expression, expression_size, "expression"));
    KITH_ASSIGN(const Map values, json_map_in(variables, variables_size, "variables"));
    Timestamp time;
    if (now != nullptr) {
      KITH_ASSIGN(time, time_in(now, "now"));
    }
    KITH_ASSIGN(Value value, evaluate(text, values, time));
    return give(std::move(value), out);
  });
}

int32_t kith_expression_evaluate_on(const kith_reader* reader, uint64_t id, const char* expression,
                                    size_t expression_size, kith_value** out, kith_error** error) {
  return guard(error, [&]() -> Status {
    KITH_TRY(clear(out, "out"));
    KITH_ASSIGN(const Reader* view, use(reader));
    KITH_ASSIGN(const std::string_view text, text_in(expression, expression_size, "expression"));
    KITH_ASSIGN(Value value, evaluate_on(*view, RecordId(id), text));
    return give(std::move(value), out);
  });
}
