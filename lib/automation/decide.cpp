// What a step asks for, with every value computed.
#include <string_view>

#include "automation/compiled.hpp"
#include "base/try.hpp"

namespace kith::automation {
namespace {

constexpr std::int64_t kSecondsOfDay = 86'400;

enum class Missing { kFails, kIsNull };

// Computes the expressions of one step.
class Decider {
 public:
  Decider(const Compiled& automation, std::uint32_t step, const expr::Activation& activation)
      : automation_(automation),
        step_(automation.definition.steps[step]),
        compiled_(automation.steps[step]),
        activation_(activation) {}

  Result<Effect> run() const {
    KITH_ASSIGN(const bool wanted, holds());
    if (!wanted) return Effect(PassEffect{});
    switch (step_.kind) {
      case StepKind::kSet: {
        KITH_ASSIGN(Patch fields, patch());
        return Effect(SetEffect{std::move(fields)});
      }
      case StepKind::kCreate: {
        KITH_ASSIGN(Patch fields, patch());
        return Effect(CreateEffect{step_.entity, std::move(fields)});
      }
      case StepKind::kMove: {
        KITH_ASSIGN(Patch fields, patch());
        return Effect(MoveEffect{step_.field, step_.stage, std::move(fields)});
      }
      case StepKind::kAssign: return Effect(AssignEffect{step_.field, step_.entity, step_.among});
      case StepKind::kSend: return send();
      case StepKind::kWait: return wait();
      case StepKind::kStop: return Effect(StopEffect{});
    }
    return Effect(PassEffect{});
  }

 private:
  Status failed(std::string_view what, std::string_view message,
                Code code = Code::kExpressionFailed) const {
    std::string text = "automation " + automation_.definition.name + ", step " + step_.name;
    if (!what.empty()) text.append(", ").append(what);
    return {code, text.append(": ").append(message)};
  }

  Status failed(std::string_view what, const expr::Failure& failure) const {
    if (failure.error == expr::ErrorClass::kHost) return failure.status;
    return failed(
        what, failure.message,
        failure.error == expr::ErrorClass::kLimit ? Code::kLimit : Code::kExpressionFailed);
  }

  Result<bool> holds() const {
    if (!compiled_.when) return true;
    expr::Failure failure;
    const expr::Truth truth = compiled_.when->evaluate_bool(activation_, &failure);
    if (truth == expr::Truth::kError && failure.error != expr::ErrorClass::kMissing) {
      return failed("when", failure);
    }
    return truth == expr::Truth::kTrue;
  }

  Result<Value> value(const expr::Program& program, std::string_view what, Missing missing) const {
    Value result;
    expr::Failure failure;
    if (program.evaluate(activation_, &result, &failure)) return result;
    if (missing == Missing::kIsNull && failure.error == expr::ErrorClass::kMissing) return Value();
    return failed(what, failure);
  }

  Result<Patch> patch() const {
    Patch fields;
    for (const auto& [field, program] : compiled_.set) {
      KITH_ASSIGN(Value computed, value(program, "set " + field, Missing::kFails));
      fields.emplace_back(field, std::move(computed));
    }
    return fields;
  }

  Status add_text(const std::optional<expr::TextTemplate>& text, const char* name,
                  Map* payload) const {
    if (!text) return {};
    Result<std::string> rendered = text->render(activation_);
    if (!rendered.ok()) {
      const Code code = rendered.status().code();
      if (code != Code::kExpressionFailed && code != Code::kLimit) return rendered.status();
      return failed(name, rendered.status().message(), code);
    }
    payload->emplace_back(name, *std::move(rendered));
    return {};
  }

  Result<Effect> send() const {
    SendEffect effect;
    effect.topic = step_.topic;
    effect.message_template = step_.message_template;
    if (compiled_.to) {
      KITH_ASSIGN(Value to, value(*compiled_.to, "to", Missing::kIsNull));
      if (to.is_null()) return failed("to", "there is nobody to send to: the value is null");
      effect.payload.emplace_back("to", std::move(to));
    }
    KITH_TRY(add_text(compiled_.subject, "subject", &effect.payload));
    KITH_TRY(add_text(compiled_.body, "body", &effect.payload));
    for (const auto& [name, program] : compiled_.data) {
      KITH_ASSIGN(Value computed, value(program, "data " + name, Missing::kIsNull));
      effect.payload.emplace_back(name, std::move(computed));
    }
    return Effect(std::move(effect));
  }

  Result<Effect> wait() const {
    if (!compiled_.until) {
      if (!activation_.now()) return failed("wait", "there is no now", Code::kInvalidArgument);
      const Timestamp now = *activation_.now();
      const std::int64_t microseconds = now.to_microseconds();
      std::int64_t until = 0;
      if (__builtin_add_overflow(microseconds, step_.wait_us, &until)) {
        return failed("wait", "the wait ends after the last instant there is");
      }
      return in_range(Timestamp::from_microseconds(until));
    }
    KITH_ASSIGN(const Value until, value(*compiled_.until, "until", Missing::kIsNull));
    if (const Timestamp* at = until.timestamp()) return in_range(*at);
    if (const Date* day = until.date()) {
      return in_range(Timestamp(day->days_since_epoch() * kSecondsOfDay, 0));
    }
    return failed("until",
                  "must give a timestamp or a date, not " + std::string(kind_name(until.kind())));
  }

  Result<Effect> in_range(Timestamp until) const {
    if (!until.in_range()) return failed("wait", "the wait ends after the last instant there is");
    return Effect(WaitEffect{until});
  }

  const Compiled& automation_;
  const Step& step_;
  const CompiledStep& compiled_;
  const expr::Activation& activation_;
};

}  // namespace

Result<Effect> decide(const Compiled& automation, std::uint32_t step,
                      const expr::Activation& activation) {
  if (step >= automation.steps.size()) {
    return Status(Code::kInternal, "automation " + automation.definition.name + " has no step " +
                                       std::to_string(step + 1));
  }
  return Decider(automation, step, activation).run();
}

Status render_message(std::string_view subject, std::string_view body,
                      expr::Environment environment, const Limits& limits,
                      expr::Activation activation, SendEffect* effect) {
  for (const auto& [name, value] : effect->payload) {
    environment.add_variable(*name.text(), expr::Type());
    activation.set_variable(*name.text(), &value);
  }
  expr::CompileOptions options;
  options.limits.max_source_bytes = limits.max_expression_bytes;
  const auto render = [&](std::string_view text, const char* part) -> Result<std::string> {
    const auto compiled = expr::TextTemplate::compile(text, environment, options);
    Result<std::string> rendered =
        compiled.ok() ? compiled->render(activation) : Result<std::string>(compiled.status());
    if (rendered.ok()) return rendered;
    return rendered.status().with_context("template " + effect->message_template + ", " + part);
  };
  KITH_ASSIGN(std::string rendered_subject, render(subject, "subject"));
  KITH_ASSIGN(std::string rendered_body, render(body, "body"));
  std::erase_if(effect->payload, [](const auto& member) {
    return *member.first.text() == "subject" || *member.first.text() == "body";
  });
  effect->payload.emplace_back("subject", std::move(rendered_subject));
  effect->payload.emplace_back("body", std::move(rendered_body));
  return {};
}

}  // namespace kith::automation
