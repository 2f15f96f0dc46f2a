// kith/result.hpp: a value or the reason why there is none.
//
//   kith::Result<kith::RecordId> id = txn.create("account", {{"name", "Acme"}});
//   if (!id.ok()) return id.status();
//   use(*id);
//
// Asking a failed Result for its value is a defect of the caller: it ends the program with
// std::terminate() in every build, as std::optional::value() without a handler would.
#pragma once

#include <exception>
#include <optional>
#include <utility>

#include "kith/status.hpp"

namespace kith {

template <typename T>
class [[nodiscard]] Result {
 public:
  using value_type = T;

  Result(T value) : value_(std::move(value)) {}         // NOLINT: implicit by intent
  Result(Status status) : status_(std::move(status)) {  // NOLINT: implicit by intent
    if (status_.ok()) std::terminate();                 // an ok Status carries no value
  }

  bool ok() const { return value_.has_value(); }
  explicit operator bool() const { return ok(); }
  const Status& status() const { return status_; }

  T& value() & { return checked(); }
  const T& value() const& { return const_cast<Result*>(this)->checked(); }
  T&& value() && { return std::move(checked()); }
  T& operator*() & { return checked(); }
  const T& operator*() const& { return const_cast<Result*>(this)->checked(); }
  T&& operator*() && { return std::move(checked()); }
  T* operator->() { return &checked(); }
  const T* operator->() const { return &const_cast<Result*>(this)->checked(); }

  T value_or(T fallback) && { return ok() ? std::move(*value_) : std::move(fallback); }

 private:
  T& checked() {
    if (!value_) std::terminate();
    return *value_;
  }

  std::optional<T> value_;
  Status status_;
};

}  // namespace kith
