// fuzz/capi_calls.hpp: the C interface with owners for its objects and a judge for every call.
//
//   Txn txn;
//   check(make(&txn, kith_txn_begin, session.get(), &options) == KITH_OK, "a transaction");
//   call(kith_txn_remove, txn.get(), id, std::uint64_t{0});
//
// Each call's error object is taken and freed, and must fit what was returned.
#pragma once

#include <kith.h>

#include <cstdint>
#include <memory>

#include "fuzz/fuzz.hpp"

namespace kith::fuzz::c {

template <auto Free>
struct Freer {
  void operator()(auto* object) const { Free(object); }
};
template <typename T, auto Free>
using Owned = std::unique_ptr<T, Freer<Free>>;
using Database = Owned<kith_database, kith_database_free>;
using Session = Owned<kith_session, kith_session_free>;
using Txn = Owned<kith_txn, kith_txn_free>;
using Reader = Owned<kith_reader, kith_reader_free>;
using Record = Owned<kith_record, kith_record_free>;
using PatchObject = Owned<kith_patch, kith_patch_free>;
using ValueObject = Owned<kith_value, kith_value_free>;
using Text = Owned<kith_string, kith_string_free>;
using Rows = Owned<kith_rows, kith_rows_free>;
using History = Owned<kith_history, kith_history_free>;

// Takes the error object of one call and checks that it fits the result.
class Error {
 public:
  ~Error() { kith_error_free(error_); }
  Error() = default;
  Error(const Error&) = delete;
  Error& operator=(const Error&) = delete;
  kith_error** out() { return &error_; }

  std::int32_t judge(std::int32_t code) const {
    check((code < 0) == (error_ != nullptr), "a failure has an error object, and nothing else has");
    if (error_ == nullptr) return code;
    check(kith_error_code(error_) == code, "the error has the code that was returned");
    check(code != KITH_INTERNAL, "no program is a defect of kith",
          kith_error_text(error_, nullptr));
    std::size_t size = 0;
    const char* message = kith_error_message(error_, &size);
    check(size > 0 && message[size] == '\0', "a failure has a message");
    for (std::size_t i = 0; i < kith_error_violation_count(error_); ++i) {
      check(*kith_error_violation_message(error_, i, nullptr) != '\0', "a violation has a message");
    }
    return code;
  }

 private:
  kith_error* error_ = nullptr;
};

// call(f, arguments..., out) with the error taken and judged.
template <typename Function, typename... Arguments>
std::int32_t call(Function function, Arguments... arguments) {
  Error error;
  return error.judge(function(arguments..., error.out()));
}
template <typename Object, typename Function, typename... Arguments>
std::int32_t make(Object* object, Function function, Arguments... arguments) {
  typename Object::pointer made = nullptr;
  const std::int32_t code = call(function, arguments..., &made);
  object->reset(made);
  check(code == KITH_OK || made == nullptr, "what fails makes nothing");
  return code;
}

}  // namespace kith::fuzz::c
