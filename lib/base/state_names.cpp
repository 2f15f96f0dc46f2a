// The names of states and classes that hosts see.
#include "kith/automation.hpp"
#include "kith/expression_forms.hpp"
#include "kith/outbox.hpp"
#include "kith/timeline.hpp"

namespace kith {

std::string_view run_state_name(RunState state) {
  switch (state) {
    case RunState::kActive: return "active";
    case RunState::kDone: return "done";
    case RunState::kStopped: return "stopped";
    case RunState::kFailed: return "failed";
    case RunState::kCancelled: return "cancelled";
    case RunState::kSuspended: return "suspended";
  }
  return "";
}

std::string_view message_state_name(MessageState state) {
  switch (state) {
    case MessageState::kPending: return "pending";
    case MessageState::kLeased: return "leased";
    case MessageState::kDead: return "dead";
  }
  return "";
}

std::string_view timeline_kind_name(TimelineKind kind) {
  return kind == TimelineKind::kChange ? "change" : "activity";
}

std::string_view evaluation_error_name(EvaluationError error) {
  switch (error) {
    case EvaluationError::kNone: return "NONE";
    case EvaluationError::kMissing: return "MISSING";
    case EvaluationError::kData: return "DATA";
    case EvaluationError::kLimit: return "LIMIT";
    case EvaluationError::kBug: return "BUG";
    case EvaluationError::kHost: return "HOST";
  }
  return "HOST";
}

}  // namespace kith
