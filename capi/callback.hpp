// capi/callback.hpp: calling back into the host.
//
//   CallbackOutcome outcome;
//   bool go_on = outcome.call([&] { return write(user, data, size); });
//   KITH_TRY(outcome.status("write"));   // the callback's own number, unchanged
//
// An exception of a host in C++ is held until the rooms below have returned, then goes on to the
// guard: the engine's code never sees it.
#pragma once

#include <exception>
#include <string>

#include "handles.hpp"

namespace kith::capi {

class CallbackOutcome {
 public:
  // Whether the work should go on.
  template <typename Call>
  bool call(Call&& callback) {
    if (exception_ || answer_ != KITH_OK) return false;
    try {
      answer_ = callback();
    } catch (...) {
      exception_ = std::current_exception();
    }
    return !exception_ && answer_ == KITH_OK;
  }

  bool stopped() const { return answer_ == KITH_CALLBACK_STOP; }

  // Ok when every call said to go on, or one to stop.
  Status status(const char* name) const {
    if (exception_) std::rethrow_exception(exception_);
    if (answer_ == KITH_OK || stopped()) return {};
    const std::string said =
        std::string("the callback `") + name + "` returned " + std::to_string(answer_);
    if (answer_ > 0) return Status(Code::kInvalidArgument, said + ", which has no meaning");
    return Status(static_cast<Code>(answer_), said);
  }

 private:
  std::int32_t answer_ = KITH_OK;
  std::exception_ptr exception_;
};

// Calls the host's destroy function when the call that was given it ends, however it ends.
class DestroyAtEnd {
 public:
  DestroyAtEnd(kith_destroy_fn destroy, void* user) : destroy_(destroy), user_(user) {}
  DestroyAtEnd(const DestroyAtEnd&) = delete;
  DestroyAtEnd& operator=(const DestroyAtEnd&) = delete;
  ~DestroyAtEnd() {
    guard_free([&] {
      if (destroy_ != nullptr) destroy_(user_);
    });
  }

 private:
  kith_destroy_fn destroy_;
  void* user_;
};

}  // namespace kith::capi
