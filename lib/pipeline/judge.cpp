#include <algorithm>
#include <utility>

#include "base/message.hpp"
#include "base/try.hpp"
#include "pipeline/machine.hpp"
#include "record/view.hpp"

namespace kith::pipeline {
namespace {

using base::quoted;

// Judges one move; what it finds against it goes to the judgement.
class Judge {
 public:
  Judge(const Machine& machine, const Move& move, const expr::Activation& activation,
        Judgement* out)
      : machine_(machine), move_(move), activation_(activation), out_(out) {}

  Status judge_move() {
    if (move_.to == nullptr) {
      refuse("transition", field_name(),
             field_name() + " cannot be emptied: a record stays in pipeline " +
                 machine_.definition.name + " once it is in one of its stages");
      return {};
    }
    const bool enters = move_.from != move_.to;
    if (enters && move_.to->retired) {
      refuse("retired_stage", field_name(),
             "the stage " + quoted(move_.to->name) + " is retired: nothing enters it any more");
    }
    KITH_TRY(move_.from == nullptr ? judge_creation() : judge_transition());
    if (move_.from != nullptr) {
      KITH_TRY(hold(machine_.of(*move_.from).exit_guard, "exit_guard",
                    "the exit guard of stage " + quoted(move_.from->name)));
    }
    return hold(machine_.of(*move_.to).entry_guard, "entry_guard",
                "the entry guard of stage " + quoted(move_.to->name));
  }

  Status judge_record() {
    if (move_.to == nullptr) return {};
    const record::View* now = activation_.root(expr::Root::kRecord).view;
    return require(*move_.to, [&](std::uint32_t field) { return !has(now, field); });
  }

  Status judge_stay() {
    if (move_.to == nullptr) return {};
    const record::View* now = activation_.root(expr::Root::kRecord).view;
    const record::View* old = activation_.root(expr::Root::kOld).view;
    return require(*move_.to,
                   [&](std::uint32_t field) { return !has(now, field) && has(old, field); });
  }

 private:
  Status judge_creation() {
    if (move_.to->retired || machine_.definition.may_create_in(move_.to->id)) return {};
    refuse("create_stage", field_name(),
           "a " + move_.type->name + " cannot be created in stage " + quoted(move_.to->name) +
               "; it may be in " + names(machine_.definition.create_stages));
    return {};
  }

  Status judge_transition() {
    std::vector<const Transition*> candidates;
    for (const Transition& transition : machine_.definition.transitions) {
      if (transition.to == move_.to->id &&
          std::binary_search(transition.from.begin(), transition.from.end(), move_.from->id)) {
        candidates.push_back(&transition);
      }
    }
    if (candidates.empty()) {
      if (!move_.to->retired) refuse_way();
      return {};
    }
    KITH_ASSIGN(const bool chosen, choose(candidates));
    // Which of several the mover had in mind is not known, so only one can ask for more.
    if (!chosen && candidates.size() > 1) return {};
    const Transition& transition = *out_->transition;
    KITH_TRY(hold(machine_.of(transition).permission, "permission",
                  "the permission of transition " + quoted(transition.name)));
    for (const std::uint32_t field : transition.required_inputs) {
      if (std::find(move_.inputs->begin(), move_.inputs->end(), field) != move_.inputs->end()) {
        continue;
      }
      const std::string& name = move_.type->find_field(field)->name;
      refuse("required_input", name,
             "the move to " + quoted(move_.to->name) + " must itself give " + name + " a value");
    }
    return {};
  }

  // The first whose guard holds. Where none does, what is against each is said.
  Result<bool> choose(const std::vector<const Transition*>& candidates) {
    std::vector<Violation> failures;
    std::swap(failures, out_->violations);
    for (const Transition* candidate : candidates) {
      const std::size_t before = out_->violations.size();
      KITH_TRY(hold(machine_.of(*candidate).guard, "guard",
                    "the guard of transition " + quoted(candidate->name)));
      if (out_->violations.size() > before) continue;
      out_->transition = candidate;
      out_->violations = std::move(failures);
      return true;
    }
    std::swap(failures, out_->violations);
    std::move(failures.begin(), failures.end(), std::back_inserter(out_->violations));
    out_->transition = candidates.front();
    return false;
  }

  void refuse_way() {
    std::vector<std::uint32_t> ways;
    for (const Stage& stage : machine_.definition.stages) {
      const auto leads = [&](const Transition& t) {
        return t.to == stage.id && stage.id != move_.from->id &&
               std::binary_search(t.from.begin(), t.from.end(), move_.from->id);
      };
      const auto& all = machine_.definition.transitions;
      if (std::any_of(all.begin(), all.end(), leads)) ways.push_back(stage.id);
    }
    std::string message =
        "no transition leads from " + quoted(move_.from->name) + " to " + quoted(move_.to->name);
    if (!ways.empty()) {
      message += "; from there one goes to " + names(ways);
    } else if (is_closed(move_.from->stage_class)) {
      message += ": it is closed, and pipeline " + machine_.definition.name +
                 " declares no way to reopen it";
    }
    refuse("transition", field_name(), std::move(message));
  }

  // A condition of the pipeline denies unless it is true.
  Status hold(const std::optional<expr::Program>& condition, const char* code,
              const std::string& what) {
    if (!condition) return {};
    expr::Failure failure;
    const expr::Truth truth = condition->evaluate_bool(activation_, &failure);
    if (truth == expr::Truth::kTrue) return {};
    if (failure.error == expr::ErrorClass::kHost) return failure.status;
    std::string message = what;
    if (truth == expr::Truth::kFalse) {
      message += " does not hold: " + condition->source();
    } else {
      message += " could not be computed: " + failure.message + " (" + condition->source() + ")";
    }
    refuse(code, field_name(), std::move(message));
    return {};
  }

  template <typename Lacks>
  Status require(const Stage& stage, const Lacks& lacks) {
    const CompiledStage& compiled = machine_.of(stage);
    for (std::size_t i = 0; i < stage.required.size(); ++i) {
      const schema::Field* field = move_.type->find_field(stage.required[i].field);
      if (field == nullptr || field->removed || !lacks(field->id)) continue;
      std::string doubt;
      if (compiled.required_when[i]) {
        expr::Failure failure;
        const expr::Truth truth = compiled.required_when[i]->evaluate_bool(activation_, &failure);
        if (failure.error == expr::ErrorClass::kHost) return failure.status;
        // An operand that is not there means that the requirement does not apply.
        if (truth == expr::Truth::kFalse || failure.error == expr::ErrorClass::kMissing) continue;
        if (truth == expr::Truth::kError) {
          doubt = " (whether it must could not be computed: " + failure.message + ")";
        }
      }
      refuse("required", field->name,
             field->name + " must have a value in stage " + quoted(stage.name) + doubt);
    }
    return {};
  }

  bool has(const record::View* view, std::uint32_t field) const {
    return view != nullptr && view->has(move_.layout->slot(field));
  }

  std::string names(const std::vector<std::uint32_t>& ids) const {
    std::string text;
    for (const std::uint32_t id : ids) {
      text += (text.empty() ? "" : ", ") + quoted(machine_.definition.find_stage(id)->name);
    }
    return text;
  }

  const std::string& field_name() const {
    return move_.type->find_field(machine_.definition.field)->name;
  }

  void refuse(std::string code, const std::string& field, std::string message) {
    out_->violations.push_back(
        {std::move(code), move_.type->name, field, std::move(message), 0, 0});
  }

  const Machine& machine_;
  const Move& move_;
  const expr::Activation& activation_;
  Judgement* out_;
};

}  // namespace

Status judge_move(const Machine& machine, const Move& move, const expr::Activation& activation,
                  Judgement* out) {
  return Judge(machine, move, activation, out).judge_move();
}

Status judge_record(const Machine& machine, const Move& move, const expr::Activation& activation,
                    Judgement* out) {
  return Judge(machine, move, activation, out).judge_record();
}

Status judge_stay(const Machine& machine, const Move& move, const expr::Activation& activation,
                  Judgement* out) {
  return Judge(machine, move, activation, out).judge_stay();
}

}  // namespace kith::pipeline
