// automation/compiled.hpp: an automation ready to be matched and stepped through. Pure: it decides
// and never acts; the engine carries out the effects.
//
//   KITH_ASSIGN(auto welcome, automation::compile(definition, environments, limits));
//   KITH_ASSIGN(Effect effect, automation::decide(*welcome, run.step, activation));
//   std::visit(carry_out, effect);
//
// Immutable; any thread. An expression that does not fit the catalog (any more) is kModelInvalid.
// Besides the roots of the entity type, expressions see `event`, a map: the data of the event that
// began the run.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "automation/definition.hpp"
#include "expr/program.hpp"
#include "expr/text_template.hpp"
#include "kith/options.hpp"
#include "kith/value.hpp"
#include "schema/types.hpp"

namespace kith::automation {

// What names mean about a type: how the engine lends its environments.
using EnvironmentOf = std::function<expr::Environment(std::uint16_t entity)>;

struct CompiledStep {
  std::optional<expr::Program> when;
  std::vector<std::pair<std::string, expr::Program>> set;  // field name -> value
  std::optional<expr::Program> to;
  std::optional<expr::TextTemplate> subject;
  std::optional<expr::TextTemplate> body;
  std::vector<std::pair<std::string, expr::Program>> data;
  std::optional<expr::Program> until;
};

struct Compiled {
  Automation definition;
  std::optional<expr::Program> when;
  bool may_pass_limit = false;  // `when` may cost more than max_expression_cost
  std::optional<expr::Program> exit_when;
  std::vector<CompiledStep> steps;  // as definition.steps
};

inline constexpr std::string_view kEventVariable = "event";

// The environment of an automation's expressions: that of its type, and `event`.
expr::Environment environment_of(const EnvironmentOf& environments, std::uint16_t entity);

Result<std::shared_ptr<const Compiled>> compile(const Automation& definition,
                                                const schema::Catalog& catalog,
                                                const EnvironmentOf& environments,
                                                const Limits& limits);

// What a condition says: a missing operand is not true; another failure is told in `error`, for
// people. No condition always holds. A failure of the host is returned.
struct Verdict {
  bool holds = false;
  bool over_limit = false;  // it failed for the work that it took
  std::string error;
};
Result<Verdict> judge(const std::optional<expr::Program>& condition,
                      const expr::Activation& activation);

// ---- effects: what the engine is to do, with every value computed -----------------------------

struct SetEffect {
  Patch fields;
};
struct CreateEffect {
  std::uint16_t entity = 0;
  Patch fields;
};
struct MoveEffect {
  std::uint32_t field = 0;
  std::uint32_t stage = 0;
  Patch fields;
};
struct AssignEffect {
  std::uint32_t field = 0;
  std::uint16_t among = 0;
  std::string where;  // expression about a candidate; empty is all
};
struct SendEffect {
  std::string topic;
  std::string message_template;  // to be looked up by its name: render_message(); or empty
  Map payload;  // to, subject and body, as far as they are given, then each member of data
};
struct WaitEffect {
  Timestamp until{};
};
struct StopEffect {};
struct PassEffect {};  // its `when` does not hold

using Effect = std::variant<SetEffect, CreateEffect, MoveEffect, AssignEffect, SendEffect,
                            WaitEffect, StopEffect, PassEffect>;

// What step `step` of the automation asks for. The activation has the run's record as `r`, the
// time, and what activate_event() set. An expression that fails is kExpressionFailed with the step
// named; a `when` that lacks an operand counts as false.
Result<Effect> decide(const Compiled& automation, std::uint32_t step,
                      const expr::Activation& activation);

// Gives the effect the subject and body of a template record, rendered: their ${expressions} see
// what the automation's do (`environment` is environment_of() its type) and each member of the
// payload by its name.
Status render_message(std::string_view subject, std::string_view body,
                      expr::Environment environment, const Limits& limits,
                      expr::Activation activation, SendEffect* effect);

// Makes `data` the `event` of the activation; borrowed as long as the activation is used.
void activate_event(const Value& data, expr::Activation* activation);

}  // namespace kith::automation
