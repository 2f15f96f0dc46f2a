#include "automation/before_rules.hpp"

#include <utility>

#include "base/bytes.hpp"
#include "base/try.hpp"
#include "schema/assignment_codec.hpp"

namespace kith::automation {
namespace {

constexpr std::uint8_t kFormat = 0;
constexpr std::uint32_t kMaxOrder = 1'000'000;

BeforeRule read_rule(base::ByteReader& in) {
  BeforeRule rule;
  rule.name = std::string(in.string());
  rule.entity = in.varint16();
  const std::uint32_t order = in.varint32();
  if (order > kMaxOrder || rule.entity == 0) in.fail();
  rule.order = static_cast<std::int32_t>(order % (kMaxOrder + 1));
  rule.when = std::string(in.string());
  rule.set = base::read_all<schema::Assignment>(in, schema::read_assignment);
  return rule;
}

}  // namespace

std::vector<const BeforeRule*> BeforeRules::for_entity(std::uint16_t entity) const {
  std::vector<const BeforeRule*> found;
  for (const BeforeRule& rule : rules) {
    if (rule.entity == entity) found.push_back(&rule);
  }
  return found;
}

std::string encode(const BeforeRules& rules) {
  base::ByteWriter out;
  out.u8(kFormat);
  out.varint(rules.rules.size());
  for (const BeforeRule& rule : rules.rules) {
    out.string(rule.name);
    out.varint(rule.entity);
    out.varint(static_cast<std::uint32_t>(rule.order));
    out.string(rule.when);
    base::write_all(out, rule.set, schema::write_assignment);
  }
  return out.take();
}

Result<BeforeRules> decode(std::string_view bytes) {
  BeforeRules rules;
  if (bytes.empty()) return rules;  // nothing was ever published
  base::ByteReader in(bytes);
  if (in.u8() != kFormat) in.fail();
  const std::size_t count = in.count(5);
  for (std::size_t i = 0; i < count && in.ok(); ++i) rules.rules.push_back(read_rule(in));
  KITH_TRY(in.finish("stored before_save rules"));
  return rules;
}

}  // namespace kith::automation
