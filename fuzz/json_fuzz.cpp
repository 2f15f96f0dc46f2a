// base/json and base/json_value: any text parses or is refused with its place, and what was parsed
// is written and read again as the same document.
#include "base/json.hpp"

#include <algorithm>

#include "base/json_value.hpp"
#include "fuzz/fuzz.hpp"

namespace {

using kith::fuzz::check;
using kith::json::Node;

bool same(const Node& a, const Node& b) {
  if (a.kind() != b.kind() || a.boolean() != b.boolean() || a.text() != b.text() ||
      a.lexeme() != b.lexeme() || a.elements().size() != b.elements().size() ||
      a.members().size() != b.members().size()) {
    return false;
  }
  for (std::size_t i = 0; i < a.elements().size(); ++i) {
    if (!same(a.elements()[i], b.elements()[i])) return false;
  }
  for (std::size_t i = 0; i < a.members().size(); ++i) {
    if (a.members()[i].name != b.members()[i].name ||
        !same(a.members()[i].value, b.members()[i].value)) {
      return false;
    }
  }
  return true;
}

void check_refusal(const kith::Status& status, std::string_view text) {
  kith::fuzz::check_explained(status);
  check(status.violations().size() == 1, "a refusal has one violation");
  const kith::Violation& violation = status.violations()[0];
  check(violation.line >= 1 && violation.column >= 1, "a violation has a place");
  check(violation.line <= 1 + std::count(text.begin(), text.end(), '\n') +
                              std::count(text.begin(), text.end(), '\r'),
        "the line is in the text");
}

}  // namespace

void kith::fuzz::run(std::string_view input) {
  const json::ParseOptions options{.max_depth = 32, .max_bytes = 64 << 10};
  const Result<Node> parsed = json::parse(input, options);
  if (!parsed.ok()) return check_refusal(parsed.status(), input);

  for (const json::Style style : {json::Style::kCompact, json::Style::kPretty}) {
    const std::string written = json::Writer(style).node(*parsed).take();
    const Node again = must(json::parse(written), "what was written parses");
    check(same(*parsed, again), "what was written is the same document", written);
    check(json::Writer(style).node(again).take() == written, "writing is stable", written);
  }

  const Result<Value> value = json::to_value(*parsed);
  if (!value.ok()) return check_explained(value.status());
  const auto ids = [](RecordId id) { return std::to_string(id.bits()); };
  const auto next = [&](const Value& v) {
    return must(json::to_value(must(json::parse(json::to_json(v, ids)), "a value's JSON parses")),
                "a value's JSON is a value");
  };
  // A double may come back as the decimal that it is written as; from then on nothing changes.
  const Value second = next(*value);
  const std::string text = json::to_json(second, ids);
  check(json::to_json(next(second), ids) == text, "a value's JSON is stable", text);
}
