// Amounts from one currency into another, by the rates that the host has.
#include <optional>
#include <string>

#include "base/message.hpp"
#include "expr/library.hpp"
#include "expr/time_math.hpp"
#include "kith/value.hpp"
#include "schema/organisation.hpp"

namespace kith::expr::library {
namespace {

constexpr int kMoneyScale = 4;  // of money fields
constexpr std::uint64_t kRateCost = 20;

// Units of the organisation's currency for one unit of `code`; false with *error.
bool rate_of(const Call& call, const Datum* args, std::string_view code, Date day, Decimal* rate,
             Datum* error) {
  Frame& frame = call.frame;
  Host& host = *frame.activation().host();
  if (code == host.organisation()->currency) {
    *rate = Decimal(1);
    return true;
  }
  if (!frame.charge(kRateCost)) return *error = frame.exhausted(), false;
  const Result<std::optional<Decimal>> found = host.rate(code, day);
  if (!found.ok()) {
    const bool data = found.status().code() == kith::Code::kInvalidArgument;
    *error = data ? frame.data_error(found.status().message()) : frame.host_failed(found.status());
    return false;
  }
  if (!*found || (*found)->is_zero() || (*found)->is_negative()) {
    *error = frame.data_error("convert() from " + std::string(args[1].text()) + " to " +
                              std::string(args[2].text()) + ": there is no rate of exchange for " +
                              std::string(code) + " on " + day.to_string() +
                              (*found ? " above zero" : " or before"));
    return false;
  }
  *rate = **found;
  return true;
}

// convert(amount, from, to, day?). Only the result is rounded.
Datum convert(const Call& call, const Datum* args) {
  Frame& frame = call.frame;
  for (const int i : {1, 2}) {
    if (Currency::parse(args[i].text()).ok()) continue;
    return frame.data_error(base::quoted(args[i].text()) +
                            " is no currency; write three capital letters, such as EUR");
  }
  if (args[1].text() == args[2].text()) return args[0];
  const Host* host = frame.activation().host();
  const schema::Organisation* organisation = host == nullptr ? nullptr : host->organisation();
  if (organisation == nullptr || organisation->currency.empty()) {
    return frame.data_error(
        "convert() needs the organisation's currency, which rates are told in: "
        "\"organisation\": {\"currency\": \"EUR\"} in the model");
  }
  Date day;
  Datum error;
  if (call.count > 3) {
    day = args[3].date();
  } else if (!today(frame, &day, &error)) {
    return error;
  }
  Decimal from;
  Decimal to;
  if (!rate_of(call, args, args[1].text(), day, &from, &error)) return error;
  if (!rate_of(call, args, args[2].text(), day, &to, &error)) return error;
  const Result<Decimal> worth = args[0].decimal().multiply(from);
  if (!worth.ok()) return frame.data_error(worth.status().message());
  const Result<Decimal> amount = worth->divide(to, kMoneyScale, Rounding::kHalfEven);
  return amount.ok() ? Datum::decimal(*amount) : frame.data_error(amount.status().message());
}

Datum no_currency(const Call& call, const Datum*) {
  return call.frame.bug(
      "convert() of an amount that is no money field needs its currency: "
      "convert(amount, 'USD', 'EUR')");
}

void define_convert(FunctionRegistry* registry, const char* id, std::vector<Type> parameters,
                    Function implementation) {
  Overload overload = make_overload(id, std::move(parameters), decimal(), implementation);
  overload.constant = false;
  overload.cost = 5;
  registry->add("convert", std::move(overload));
}

}  // namespace

void add_money(FunctionRegistry* registry) {
  define_convert(registry, "convert", {decimal(), string(), string()}, &convert);
  define_convert(registry, "convert_on", {decimal(), string(), string(), date()}, &convert);
  // Of a money field: its currency is put between, and one of those above is called.
  define_convert(registry, "convert_money", {decimal(), string()}, &no_currency);
  define_convert(registry, "convert_money_on", {decimal(), string(), date()}, &no_currency);
}

}  // namespace kith::expr::library
