// errors.hpp: a failed Status becomes a Python exception.
//
//   check(transaction.commit());
//   kith::Record record = take(reader.get(id));
//
// Both throw StatusError, which the module's translator turns into the class of kith.errors that
// belongs to the code, with its entity, field and violations. The GIL must be held where the
// exception leaves a bound function; it need not be where it is thrown.
#pragma once

#include <exception>
#include <utility>
#include <vector>

#include "kith/result.hpp"
#include "python.hpp"

namespace kith::python {

class StatusError : public std::exception {
 public:
  explicit StatusError(Status status) : status_(std::move(status)) {}
  const Status& status() const { return status_; }
  const char* what() const noexcept override { return "kith error"; }

 private:
  Status status_;
};

inline void check(Status status) {
  if (!status.ok()) throw StatusError(std::move(status));
}

template <typename T>
T take(Result<T> result) {
  if (!result.ok()) throw StatusError(result.status());
  return std::move(*result);
}

// The text of a message; bytes that are not UTF-8 are replaced, so that an error is never lost.
py::str message_text(std::string_view text);

// (code, entity, field, message, line, column) of each.
py::list violations_to_python(const std::vector<Violation>& violations);

void bind_errors(py::module_& module);

}  // namespace kith::python
