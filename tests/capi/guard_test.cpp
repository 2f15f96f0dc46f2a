// The guard of the C interface: whatever is thrown ends there.
#include "guard.hpp"

#include <boost/test/unit_test.hpp>
#include <new>
#include <stdexcept>
#include <string>
#include <system_error>

#include "callback.hpp"
#include "handles.hpp"

namespace {

using kith::Code;
using kith::Status;
using kith::capi::guard;
using kith::capi::guard_free;
using kith::capi::guard_get;

struct Thrown {
  std::int32_t code;
  std::string message;
};

template <typename Exception>
Thrown thrown(Exception exception) {
  kith_error* error = nullptr;
  const std::int32_t code = guard(&error, [&]() -> Status { throw exception; });
  BOOST_REQUIRE(error != nullptr);
  BOOST_CHECK_EQUAL(kith_error_code(error), code);
  Thrown result{code, kith_error_message(error, nullptr)};
  kith_error_free(error);
  // Without an error to be set, and where nothing can be returned.
  BOOST_CHECK_EQUAL(guard(nullptr, [&]() -> Status { throw exception; }), code);
  BOOST_CHECK_EQUAL(guard_get(-7, [&]() -> int { throw exception; }), -7);
  guard_free([&] { throw exception; });
  return result;
}

struct NoStandardException {};

BOOST_AUTO_TEST_SUITE(capi_guard)

BOOST_AUTO_TEST_CASE(an_ok_status_makes_no_error) {
  kith_error* error = reinterpret_cast<kith_error*>(&error);
  BOOST_CHECK_EQUAL(guard(&error, [] { return Status(); }), KITH_OK);
  BOOST_CHECK(error == nullptr);
}

BOOST_AUTO_TEST_CASE(an_expected_outcome_makes_no_error) {
  kith_error* error = nullptr;
  BOOST_CHECK_EQUAL(guard(&error, [] { return Status(Code::kNotFound, "nobody"); }),
                    KITH_NOT_FOUND);
  BOOST_CHECK(error == nullptr);
}

BOOST_AUTO_TEST_CASE(a_failure_carries_its_parts) {
  kith_error* error = nullptr;
  const auto refuse = [] {
    return Status(Code::kValidation, "refused",
                  {{"required", "deal", "name", "a deal has a name", 3, 9}});
  };
  BOOST_CHECK_EQUAL(guard(&error, refuse), KITH_VALIDATION);
  BOOST_CHECK_EQUAL(kith_error_message(error, nullptr), "refused");
  BOOST_CHECK_EQUAL(kith_error_entity(error, nullptr), "deal");
  BOOST_CHECK_EQUAL(kith_error_field(error, nullptr), "name");
  BOOST_REQUIRE_EQUAL(kith_error_violation_count(error), 1U);
  BOOST_CHECK_EQUAL(kith_error_violation_code(error, 0, nullptr), "required");
  BOOST_CHECK_EQUAL(kith_error_violation_line(error, 0), 3U);
  BOOST_CHECK_EQUAL(kith_error_violation_column(error, 0), 9U);
  kith_error_free(error);
}

BOOST_AUTO_TEST_CASE(exceptions_end_here) {
  const Thrown defect = thrown(std::runtime_error("the words of the exception"));
  BOOST_CHECK_EQUAL(defect.code, KITH_INTERNAL);
  BOOST_CHECK(defect.message.find("the words of the exception") != std::string::npos);
  BOOST_CHECK_EQUAL(thrown(std::logic_error("x")).code, KITH_INTERNAL);
  BOOST_CHECK_EQUAL(thrown(std::length_error("x")).code, KITH_INTERNAL);
  BOOST_CHECK_EQUAL(thrown(std::out_of_range("x")).code, KITH_INTERNAL);
  BOOST_CHECK_EQUAL(thrown(std::system_error(std::make_error_code(std::errc::io_error))).code,
                    KITH_INTERNAL);
  BOOST_CHECK_EQUAL(thrown(std::bad_variant_access()).code, KITH_INTERNAL);
  BOOST_CHECK_EQUAL(thrown(NoStandardException()).code, KITH_INTERNAL);
  BOOST_CHECK_EQUAL(thrown(42).code, KITH_INTERNAL);
}

BOOST_AUTO_TEST_CASE(running_out_of_memory_allocates_nothing) {
  const Thrown first = thrown(std::bad_alloc());
  BOOST_CHECK_EQUAL(first.code, KITH_OUT_OF_MEMORY);
  BOOST_CHECK_EQUAL(first.message, "out of memory");
  BOOST_CHECK_EQUAL(thrown(std::bad_array_new_length()).code, KITH_OUT_OF_MEMORY);
  // One object for everybody: freeing it does nothing.
  kith_error* one = nullptr;
  kith_error* other = nullptr;
  guard(&one, []() -> Status { throw std::bad_alloc(); });
  kith_error_free(one);
  guard(&other, [] { return Status(Code::kOutOfMemory, "from below"); });
  BOOST_CHECK(one == other);
  BOOST_CHECK_EQUAL(kith_error_code_name(other), "OUT_OF_MEMORY");
}

BOOST_AUTO_TEST_CASE(what_a_callback_throws_waits_for_the_guard) {
  kith::capi::CallbackOutcome outcome;
  int calls = 0;
  const auto callback = [&]() -> std::int32_t {
    ++calls;
    throw std::runtime_error("the host's own");
  };
  BOOST_CHECK(!outcome.call(callback));
  BOOST_CHECK(!outcome.call(callback));
  BOOST_CHECK_EQUAL(calls, 1);  // none is called after one has thrown
  kith_error* error = nullptr;
  BOOST_CHECK_EQUAL(guard(&error, [&] { return outcome.status("write"); }), KITH_INTERNAL);
  BOOST_CHECK(std::string(kith_error_message(error, nullptr)).find("the host's own") !=
              std::string::npos);
  kith_error_free(error);
}

BOOST_AUTO_TEST_CASE(destroy_is_called_once_and_may_throw) {
  int calls = 0;
  const auto destroy = [](void* user) {
    ++*static_cast<int*>(user);
    throw std::runtime_error("from destroy");
  };
  { const kith::capi::DestroyAtEnd at_end(destroy, &calls); }
  BOOST_CHECK_EQUAL(calls, 1);
  { const kith::capi::DestroyAtEnd nothing(nullptr, nullptr); }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
