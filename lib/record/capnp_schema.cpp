#include "record/capnp_schema.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <string_view>
#include <unordered_set>

#include "base/hash.hpp"
#include "record/layout.hpp"

namespace kith::record {
namespace {

using schema::FieldType;

constexpr std::array<std::string_view, kSystemWords> kSystemMembers = {
    "version @0 :UInt64;  # key of the last history entry",
    "created @1 :Int64;   # microseconds since 1970-01-01 UTC",
    "updated @2 :Int64;   # microseconds since 1970-01-01 UTC",
    "owner @3 :UInt64;    # record id: 16 bits of entity type, 48 of sequence",
    "flags @4 :UInt64;    # bit 0: deleted"};

// The language's own words, which do not parse as the name of a member, and the system members.
constexpr std::array<std::string_view, 22> kReserved = {
    "version", "created",   "updated", "owner", "flags",  "struct",     "union",   "group",
    "enum",    "interface", "const",   "using", "import", "annotation", "extends", "void",
    "true",    "false",     "inf",     "nan",   "embed",  "from"};

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
char upper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; }
char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

// "campaign_member" -> "CampaignMember"; what is neither letter nor digit ends a word.
std::string pascal_case(std::string_view name, std::string_view fallback) {
  std::string out;
  bool word_start = true;
  for (const char c : name) {
    const bool digit = c >= '0' && c <= '9';
    if (!is_letter(c) && !digit) {
      word_start = true;
      continue;
    }
    if (out.empty() && digit) out = fallback;
    out += word_start ? upper(c) : c;
    word_start = false;
  }
  return out.empty() ? std::string(fallback) : out;
}

std::string camel_case(std::string_view name) {
  std::string out = pascal_case(name, "Field");
  out[0] = lower(out[0]);
  return out;
}

std::string obsolete(std::uint32_t ordinal) { return "obsolete" + std::to_string(ordinal); }

std::uint32_t member_count(FieldType type) {
  if (type == FieldType::kMoney) return 3;
  return schema::is_pointer_type(type) ? 1 : 2;
}

class Namer {
 public:
  explicit Namer(const schema::EntityType& type) {
    for (const std::string_view name : kReserved) taken_.emplace(name);
    // Every ordinal may become obsolete one day; none of these names is given to anything else.
    std::uint32_t ordinals = kSystemWords;
    for (const schema::Field& field : type.fields) {
      if (field.has_slot()) ordinals += member_count(field.type);
    }
    for (std::uint32_t i = kSystemWords; i < ordinals; ++i) taken_.insert(obsolete(i));
  }

  CapnpNames name(const schema::Field& field) {
    const std::uint32_t ordinal = next_;
    next_ += member_count(field.type);
    const bool scalar = !schema::is_pointer_type(field.type);
    const bool money = field.type == FieldType::kMoney;
    CapnpNames names;
    if (field.removed) {
      if (scalar) names.presence = obsolete(ordinal);
      names.value = obsolete(ordinal + (scalar ? 1 : 0));
      if (money) names.currency = obsolete(ordinal + 2);
      return names;
    }
    if (scalar) names.presence = unique("has" + pascal_case(field.name, "Field"));
    names.value = unique(camel_case(field.name));
    if (money) names.currency = unique(camel_case(field.name) + "Currency");
    return names;
  }

 private:
  std::string unique(const std::string& wanted) {
    std::string name = wanted;
    for (int i = 2; !taken_.insert(name).second; ++i) {
      // The X keeps a number at the end of the wanted name apart from this one.
      name = wanted + "X" + std::to_string(i);
    }
    return name;
  }

  std::unordered_set<std::string> taken_;
  std::uint32_t next_ = kSystemWords;
};

std::string_view capnp_type(FieldType type) {
  switch (type) {
    case FieldType::kBool: return "Bool";
    case FieldType::kInt:
    case FieldType::kDecimal:
    case FieldType::kMoney:
    case FieldType::kTimestamp:
    case FieldType::kDuration: return "Int64";
    case FieldType::kFloat: return "Float64";
    case FieldType::kChoice: return "UInt32";
    case FieldType::kDate: return "Int32";
    case FieldType::kReference: return "UInt64";
    case FieldType::kMultiChoice: return "List(UInt32)";
    case FieldType::kText: return "Text";
    case FieldType::kBytes:
    case FieldType::kJson: return "Data";
    case FieldType::kReferenceList: return "List(UInt64)";
  }
  return "Data";
}

// Text of a model inside a comment must not end the line.
std::string one_line(std::string text) {
  std::replace_if(
      text.begin(), text.end(),
      [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; }, ' ');
  return text;
}

std::string comment(const schema::Field& field) {
  switch (field.type) {
    case FieldType::kDecimal:
      return "decimal, " + std::to_string(field.scale) + " digits after the point";
    case FieldType::kMoney: return "amount, 4 digits after the point";
    case FieldType::kDate: return "days since 1970-01-01";
    case FieldType::kTimestamp: return "microseconds since 1970-01-01 UTC";
    case FieldType::kDuration: return "microseconds";
    case FieldType::kReference:
    case FieldType::kReferenceList: return "record id, 0 is none";
    case FieldType::kJson: return "encoded value, see docs/file-format.md";
    case FieldType::kChoice:
    case FieldType::kMultiChoice: {
      std::string options;
      for (const schema::Option& option : field.options) {
        options += (options.empty() ? "" : ", ") + std::to_string(option.id) + " " + option.name;
      }
      return one_line(options);
    }
    default: return {};
  }
}

void add_member(const std::string& name, std::string_view type, const std::string& note,
                std::uint32_t* ordinal, std::string* out) {
  *out += "  " + name + " @" + std::to_string((*ordinal)++) + " :" + std::string(type) + ";";
  if (!note.empty()) *out += "  # " + note;
  *out += "\n";
}

// Any 64-bit number with the top bit set may be a file's id; this one depends on the name only.
std::string file_id(std::string_view name) {
  const std::uint64_t id = base::stable_hash(name) | std::uint64_t{1} << 63;
  std::string hex;
  for (int shift = 60; shift >= 0; shift -= 4) hex += "0123456789abcdef"[(id >> shift) & 15];
  return "@0x" + hex + ";\n\n";
}

}  // namespace

std::string capnp_struct_name(const schema::EntityType& type) {
  std::string name = pascal_case(type.name, "Record");
  // The names of the types that members use must keep their meaning.
  constexpr std::array<std::string_view, 8> kBuiltin = {"Bool",   "Int32",   "Int64", "UInt32",
                                                        "UInt64", "Float64", "Text",  "List"};
  const bool hides =
      name == "Data" || std::find(kBuiltin.begin(), kBuiltin.end(), name) != kBuiltin.end();
  return hides ? name + "Record" : name;
}

std::vector<CapnpNames> capnp_names(const schema::EntityType& type) {
  Namer namer(type);
  std::vector<CapnpNames> names(type.fields.size());
  for (const schema::Field* field : schema::fields_with_slots(type)) {
    names[field->id - 1] = namer.name(*field);
  }
  return names;
}

std::string capnp_schema(const schema::EntityType& type) {
  std::string out = file_id(type.name) + "struct " + capnp_struct_name(type) + " {\n";
  for (const std::string_view member : kSystemMembers) out += "  " + std::string(member) + "\n";
  const std::vector<CapnpNames> names = capnp_names(type);
  std::uint32_t ordinal = kSystemWords;
  for (const schema::Field* field : schema::fields_with_slots(type)) {
    const CapnpNames& of = names[field->id - 1];
    if (!of.presence.empty()) add_member(of.presence, "Bool", {}, &ordinal, &out);
    add_member(of.value, capnp_type(field->type), comment(*field), &ordinal, &out);
    if (!of.currency.empty()) {
      add_member(of.currency, "UInt32", "three letters, first one lowest", &ordinal, &out);
    }
  }
  return out + "}\n";
}

}  // namespace kith::record
