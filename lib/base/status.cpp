#include "kith/status.hpp"

#include <utility>

namespace kith {

struct Status::State {
  Code code;
  std::string message;
  std::string entity;
  std::string field;
  std::vector<Violation> violations;
};

std::string_view code_name(Code code) {
  switch (code) {
    case Code::kOk: return "OK";
    case Code::kNotFound: return "NOT_FOUND";
    case Code::kInvalidArgument: return "INVALID_ARGUMENT";
    case Code::kClosed: return "CLOSED";
    case Code::kWrongThread: return "WRONG_THREAD";
    case Code::kForked: return "FORKED";
    case Code::kAlreadyOpen: return "ALREADY_OPEN";
    case Code::kUnsupported: return "UNSUPPORTED";
    case Code::kValidation: return "VALIDATION";
    case Code::kConflict: return "CONFLICT";
    case Code::kRefused: return "REFUSED";
    case Code::kPermission: return "PERMISSION";
    case Code::kLimit: return "LIMIT";
    case Code::kModelInvalid: return "MODEL_INVALID";
    case Code::kModelIncompatible: return "MODEL_INCOMPATIBLE";
    case Code::kExpressionSyntax: return "EXPRESSION_SYNTAX";
    case Code::kExpressionType: return "EXPRESSION_TYPE";
    case Code::kExpressionFailed: return "EXPRESSION_FAILED";
    case Code::kIo: return "IO";
    case Code::kBusy: return "BUSY";
    case Code::kStoreFull: return "STORE_FULL";
    case Code::kReadersFull: return "READERS_FULL";
    case Code::kCorrupt: return "CORRUPT";
    case Code::kVersionMismatch: return "VERSION_MISMATCH";
    case Code::kReadOnly: return "READ_ONLY";
    case Code::kUnknownOutcome: return "UNKNOWN_OUTCOME";
    case Code::kOutOfMemory: return "OUT_OF_MEMORY";
    case Code::kHistoryTrimmed: return "HISTORY_TRIMMED";
    case Code::kImportInvalid: return "IMPORT_INVALID";
    case Code::kInternal: return "INTERNAL";
  }
  return "INTERNAL";
}

Status::Status(Code code, std::string message)
    : Status(code, std::move(message), std::string(), std::string()) {}

Status::Status(Code code, std::string message, std::string entity, std::string field) {
  if (code == Code::kOk) return;
  state_ = std::make_shared<const State>(
      State{code, std::move(message), std::move(entity), std::move(field), {}});
}

Status::Status(Code code, std::string message, std::vector<Violation> violations) {
  if (code == Code::kOk) return;
  std::string entity = violations.empty() ? std::string() : violations.front().entity;
  std::string field = violations.empty() ? std::string() : violations.front().field;
  state_ = std::make_shared<const State>(
      State{code, std::move(message), std::move(entity), std::move(field), std::move(violations)});
}

Code Status::code() const { return state_ ? state_->code : Code::kOk; }

std::string_view Status::message() const {
  return state_ ? std::string_view(state_->message) : std::string_view();
}

std::string_view Status::entity() const {
  return state_ ? std::string_view(state_->entity) : std::string_view();
}

std::string_view Status::field() const {
  return state_ ? std::string_view(state_->field) : std::string_view();
}

const std::vector<Violation>& Status::violations() const {
  static const std::vector<Violation> none;
  return state_ ? state_->violations : none;
}

std::string Status::to_string() const {
  if (ok()) return "OK";
  std::string text(code_name(code()));
  text.append(": ").append(message());
  for (const Violation& v : violations()) {
    text.append("\n  ");
    if (v.line != 0) {
      text.append(std::to_string(v.line)).append(":").append(std::to_string(v.column)).append(" ");
    }
    if (!v.entity.empty()) text.append(v.entity);
    if (!v.entity.empty() && !v.field.empty()) text.append(".");
    text.append(v.field);
    if (!v.entity.empty() || !v.field.empty()) text.append(": ");
    text.append(v.message).append(" [").append(v.code).append("]");
  }
  return text;
}

Status Status::with_context(std::string_view context) const {
  if (ok()) return *this;
  auto state = std::make_shared<State>(*state_);
  state->message.insert(0, std::string(context) + ": ");
  Status result;
  result.state_ = std::move(state);
  return result;
}

}  // namespace kith
