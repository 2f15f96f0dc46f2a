// kith/status.hpp: how every operation of kith says what went wrong.
//
//   kith::Status s = txn.commit();
//   if (!s.ok()) std::cerr << s.to_string() << "\n";
//
// Status is a value: cheap when ok (one null pointer), immutable, copyable, usable on any thread.
// An error carries a code, a message that says what was wrong, where and what to do, the entity
// type and field it is about when there is one, and, for a refused write, the complete list of
// violations. kith throws no exception and prints nothing.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace kith {

// The numbers are the C ABI's: frozen, grouped by hundreds. Positive codes are expected outcomes.
enum class Code : std::int32_t {
  kOk = 0,
  kNotFound = 1,  // no such record, report, type: an answer rather than a failure

  kInvalidArgument = -100,  // the call itself is wrong: bad name, bad value, wrong state
  kClosed = -101,           // the database or transaction was closed
  kWrongThread = -102,      // a write transaction was used on a thread that did not begin it
  kForked = -103,           // the handle was inherited through fork(); reopen in the child
  kAlreadyOpen = -104,      // another copy of kith in this process has the directory open
  kUnsupported = -105,      // this build or version cannot do it

  kValidation = -200,  // the write was refused; see violations()
  kConflict = -201,    // the record is not at the version the caller expected
  kRefused = -202,     // a pipeline does not allow the move
  kPermission = -203,  // the session lacks the capability or the policy denies
  kLimit = -204,       // a named limit was passed; the message names it and its option

  kModelInvalid = -300,       // the model document has errors; see violations() for each place
  kModelIncompatible = -301,  // the model cannot follow the one the database has

  kExpressionSyntax = -400,  // the text is not an expression
  kExpressionType = -401,    // the expression does not fit the entity type
  kExpressionFailed = -402,  // evaluation failed: division by zero, overflow, missing operand

  kIo = -500,               // the operating system refused; the message has its words
  kBusy = -501,             // another writer holds the database; the message names its pid
  kStoreFull = -502,        // disk or configured size used up
  kReadersFull = -503,      // too many concurrent snapshots
  kCorrupt = -504,          // stored bytes are not what they must be
  kVersionMismatch = -505,  // the directory was written by an incompatible version
  kReadOnly = -506,         // a write on a read-only handle or file system
  kUnknownOutcome = -507,   // the commit may or may not have landed
  kOutOfMemory = -508,
  kHistoryTrimmed = -509,  // asked for a time before the retention floor

  kImportInvalid = -600,  // the file or its mapping cannot be used at all

  kInternal = -900,  // a defect in kith
};

// The stable upper-case name of a code: "OK", "NOT_FOUND", "VALIDATION", ...
std::string_view code_name(Code code);

// One reason why a write or a document was refused.
struct Violation {
  std::string code;          // what rule: "required", "type", "unique", "reference", "choice", ...
  std::string entity;        // entity type name, or empty
  std::string field;         // field name, or empty when it is about the whole record
  std::string message;       // a sentence for a person, with the remedy
  std::uint32_t line = 0;    // 1-based place in a document; 0 when there is none
  std::uint32_t column = 0;  // 1-based, in code points

  friend bool operator==(const Violation&, const Violation&) = default;
};

class [[nodiscard]] Status {
 public:
  Status() = default;  // ok
  Status(Code code, std::string message);
  Status(Code code, std::string message, std::string entity, std::string field);
  Status(Code code, std::string message, std::vector<Violation> violations);

  bool ok() const { return state_ == nullptr; }
  explicit operator bool() const { return ok(); }
  Code code() const;
  // The accessors of an ok Status return empty values. Borrowed until the Status is destroyed.
  std::string_view message() const;
  std::string_view entity() const;
  std::string_view field() const;
  const std::vector<Violation>& violations() const;

  // "VALIDATION: deal refused, 2 violations\n  amount: ..." for logs and terminals.
  std::string to_string() const;

  // The same error with `context` and ": " put before its message. Ok stays ok.
  Status with_context(std::string_view context) const;

 private:
  struct State;
  std::shared_ptr<const State> state_;
};

}  // namespace kith
