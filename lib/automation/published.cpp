#include "automation/published.hpp"

#include <set>
#include <utility>

#include "base/bytes.hpp"
#include "base/try.hpp"

namespace kith::automation {
namespace {

constexpr std::uint8_t kBeforeRulesAlone = 0;  // the form of databases without automations
constexpr std::uint8_t kFormat = 1;

Status check_ids(const Definitions& definitions) {
  std::set<std::uint32_t> ids;
  for (const Automation& automation : definitions.automations) {
    if (automation.id >= definitions.next_id || !ids.insert(automation.id).second) {
      return {Code::kCorrupt,
              "stored automations: \"" + automation.name +
                  "\" has an id that it cannot have: " + std::to_string(automation.id)};
    }
  }
  return {};
}

// There are two forms, and what has the other one or none was not written by encode().
Status check_form(const Published& published, std::string_view bytes) {
  if (encode(published) == bytes) return {};
  return {Code::kCorrupt, "stored automations: not in the form they are written in"};
}

}  // namespace

std::string encode(const Published& published) {
  // The high-water mark of ids outlives the automations, so that no id is given twice.
  if (published.definitions == Definitions()) {
    return published.before.rules.empty() ? std::string() : encode(published.before);
  }
  base::ByteWriter out;
  out.u8(kFormat);
  out.string(encode(published.before));
  out.varint(published.definitions.next_id);
  base::write_all(out, published.definitions.automations,
                  [](base::ByteWriter& to, const Automation& a) { to.string(encode(a)); });
  return out.take();
}

Result<Published> decode_published(std::string_view bytes) {
  Published published;
  if (bytes.empty()) return published;
  base::ByteReader in(bytes);
  const std::uint8_t format = in.u8();
  if (format == kBeforeRulesAlone) {
    KITH_ASSIGN(published.before, decode(bytes));
    KITH_TRY(check_form(published, bytes));
    return published;
  }
  if (format != kFormat) in.fail();
  const std::string_view before = in.string();
  published.definitions.next_id = in.varint32();
  const auto stored =
      base::read_all<std::string_view>(in, [](base::ByteReader& from) { return from.string(); });
  KITH_TRY(in.finish("stored automations"));
  KITH_ASSIGN(published.before, decode(before));
  for (const std::string_view automation : stored) {
    KITH_ASSIGN(Automation decoded, decode_automation(automation));
    published.definitions.automations.push_back(std::move(decoded));
  }
  KITH_TRY(check_ids(published.definitions));
  KITH_TRY(check_form(published, bytes));
  return published;
}

}  // namespace kith::automation
