// base64.
#include "base/base64.hpp"
#include "expr/library.hpp"

namespace kith::expr::library {
namespace {

Datum encode(const Call& call, const Datum* args) {
  const std::string_view data = args[0].text();
  if (!call.frame.charge_text(data.size())) return call.frame.exhausted();
  return call.frame.string(base::base64_encode(data));
}

// With or without its padding.
Datum decode(const Call& call, const Datum* args) {
  std::string text(args[0].text());
  if (!call.frame.charge_text(text.size())) return call.frame.exhausted();
  while (text.size() % 4 != 0 && (text.empty() || text.back() != '=' || text.size() % 4 == 3)) {
    text.push_back('=');
  }
  const Result<std::string> data = base::base64_decode(text);
  if (!data.ok()) return call.frame.data_error(data.status().message());
  return call.frame.bytes(*data);
}

}  // namespace

void add_encoders(FunctionRegistry* registry) {
  define(registry, "base64.encode", "base64_encode", {bytes()}, string(), &encode);
  define(registry, "base64.decode", "base64_decode", {string()}, bytes(), &decode);
}

}  // namespace kith::expr::library
