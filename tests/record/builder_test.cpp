#include "record/builder.hpp"

#include <boost/test/unit_test.hpp>

#include "tests/record/capnp_reader.hpp"
#include "tests/record/random_records.hpp"

namespace kith::record {
namespace {

using schema::FieldType;
using testing::as_changes;
using testing::Random;

// What Cap'n Proto's dynamic reader says, in the shape of our own Values, by the rules of
// docs/file-format.md and without any code of record/.
Value official_value(const schema::Field& field, const CapnpNames& names,
                     const capnp::DynamicStruct::Reader& record) {
  const char* name = names.value.c_str();
  const bool present =
      names.presence.empty() ? record.has(name) : record.get(names.presence.c_str()).as<bool>();
  if (!present) return Value();
  const auto value = record.get(name);
  switch (field.type) {
    case FieldType::kBool: return Value(value.as<bool>());
    case FieldType::kInt: return Value(value.as<std::int64_t>());
    case FieldType::kFloat: return Value(value.as<double>());
    case FieldType::kDecimal: return Value(Decimal(value.as<std::int64_t>(), field.scale));
    case FieldType::kMoney: {
      const bool euro = record.get(names.currency.c_str()).as<std::uint32_t>() == 0x00525545;
      const Currency currency = euro ? Currency{{'E', 'U', 'R', 0}} : Currency();
      return Value(Money{Decimal(value.as<std::int64_t>(), 4), currency});
    }
    case FieldType::kChoice: return Value(field.options[value.as<std::uint32_t>() - 1].name);
    case FieldType::kDate: return Value(Date(value.as<std::int32_t>()));
    case FieldType::kTimestamp:
      return Value(Timestamp::from_microseconds(value.as<std::int64_t>()));
    case FieldType::kDuration: return Value(Duration::microseconds(value.as<std::int64_t>()));
    case FieldType::kReference: return Value(RecordId(value.as<std::uint64_t>()));
    case FieldType::kText: {
      const auto text = value.as<capnp::Text>();
      return Value(std::string(text.begin(), text.size()));
    }
    case FieldType::kBytes: {
      const auto data = value.as<capnp::Data>();
      return Value(Bytes{std::string(reinterpret_cast<const char*>(data.begin()), data.size())});
    }
    case FieldType::kMultiChoice: {
      List list;
      for (const auto id : value.as<capnp::List<std::uint32_t>>()) {
        list.emplace_back(field.options[id - 1].name);
      }
      return Value(std::move(list));
    }
    case FieldType::kReferenceList: {
      List list;
      for (const auto id : value.as<capnp::List<std::uint64_t>>()) list.emplace_back(RecordId(id));
      return Value(std::move(list));
    }
    case FieldType::kJson: break;  // bytes of our own codec: compared through View only
  }
  return Value();
}

schema::EntityType sample_type() {
  schema::EntityType type;
  type.id = 1;
  type.name = "deal";
  for (const auto& [name, field_type] :
       {std::pair("name", FieldType::kText), std::pair("amount", FieldType::kDecimal),
        std::pair("won", FieldType::kBool), std::pair("notes", FieldType::kText),
        std::pair("stage", FieldType::kChoice)}) {
    type.fields.push_back(testing::make_field(type, field_type, name));
  }
  return type;
}

std::string must_build(const schema::EntityType& type, const SystemWords& words,
                       const std::vector<FieldChange>& values) {
  const Result<std::string> bytes = build(type, Layout::of(type), words, values);
  BOOST_REQUIRE_MESSAGE(bytes.ok(), bytes.status().to_string());
  return *bytes;
}

BOOST_AUTO_TEST_SUITE(record_builder)

BOOST_AUTO_TEST_CASE(the_bytes_are_those_of_the_documented_format) {
  const schema::EntityType type = sample_type();
  SystemWords words;
  words.version = 7;
  words.created = 1;
  const std::string bytes =
      must_build(type, words, {{1, "Ann"}, {2, Value(Decimal(1250, 2))}, {3, Value(true)}});
  const unsigned char expected[] = {
      0,    0,   0,   0, 7,    0, 1, 0,  // root: 7 data words, 1 pointer
      7,    0,   0,   0, 0,    0, 0, 0,  // version
      1,    0,   0,   0, 0,    0, 0, 0,  // created
      0,    0,   0,   0, 0,    0, 0, 0,  // updated
      0,    0,   0,   0, 0,    0, 0, 0,  // owner
      0,    0,   0,   0, 0,    0, 0, 0,  // flags
      7,    0,   0,   0, 0,    0, 0, 0,  // presence of amount, won; value of won
      0xE2, 4,   0,   0, 0,    0, 0, 0,  // amount: 1250
      1,    0,   0,   0, 0x22, 0, 0, 0,  // list of 4 bytes in the next word
      'A',  'n', 'n', 0, 0,    0, 0, 0};
  BOOST_TEST(bytes == std::string(reinterpret_cast<const char*>(expected), sizeof expected));
}

BOOST_AUTO_TEST_CASE(an_empty_record_is_one_word) {
  const schema::EntityType type = sample_type();
  const std::string bytes = must_build(type, {}, {});
  BOOST_TEST(bytes == std::string("\xFC\xFF\xFF\xFF\0\0\0\0", 8));
  const Result<View> view = View::open(bytes);
  BOOST_REQUIRE(view.ok());
  BOOST_TEST(view->version() == 0u);
  BOOST_TEST(!view->has(Layout::of(type).slot(1)));
}

BOOST_AUTO_TEST_CASE(the_official_reader_sees_the_same_values_and_the_same_canonical_bytes) {
  Random random(21);
  for (int round = 0; round < 80; ++round) {
    const schema::EntityType type = testing::random_type(random, 40);
    const Layout layout = Layout::of(type);
    const testing::ParsedType parsed(type);
    const std::vector<CapnpNames> names = capnp_names(type);
    const SystemWords words = testing::random_words(random);
    const std::vector<Value> values = testing::random_values(random, type);
    const std::string bytes = must_build(type, words, as_changes(values));

    testing::Message message(bytes);
    const auto canonical = message.reader().getRoot<capnp::AnyStruct>().canonicalize();
    const auto canonical_bytes = canonical.asBytes();
    BOOST_REQUIRE(bytes == std::string(canonical_bytes.asChars().begin(), canonical_bytes.size()));

    const auto official = message.reader().getRoot<capnp::DynamicStruct>(parsed.schema());
    BOOST_TEST(official.get("version").as<std::uint64_t>() == words.version);
    BOOST_TEST(official.get("created").as<std::int64_t>() == words.created);
    BOOST_TEST(official.get("updated").as<std::int64_t>() == words.updated);
    BOOST_TEST(official.get("owner").as<std::uint64_t>() == words.owner.bits());
    BOOST_TEST(official.get("flags").as<std::uint64_t>() == (words.deleted ? 1u : 0u));
    const Result<View> view = View::open(bytes);
    BOOST_REQUIRE(view.ok());
    BOOST_TEST((SystemWords::of(*view) == words));
    for (const schema::Field& field : type.fields) {
      const Value& expected = values[field.id - 1];
      const Result<Value> ours = view->get(field, layout.slot(field.id));
      BOOST_REQUIRE_MESSAGE(ours.ok(), ours.status().to_string());
      BOOST_REQUIRE_MESSAGE(*ours == expected, field.name << ": " << ours->to_string() << " is not "
                                                          << expected.to_string());
      if (field.removed || field.type == FieldType::kJson) continue;
      BOOST_REQUIRE(official_value(field, names[field.id - 1], official) == expected);
    }
  }
}

BOOST_AUTO_TEST_CASE(a_patched_record_equals_a_fresh_one_byte_for_byte) {
  Random random(22);
  for (int round = 0; round < 400; ++round) {
    schema::EntityType type = testing::random_type(random, 25);
    std::vector<Value> values = testing::random_values(random, type);
    std::string bytes = must_build(type, testing::random_words(random), as_changes(values));
    for (int step = 0; step < 6; ++step) {
      if (random.one_in(4)) {
        testing::add_random_field(random, &type);
        values.emplace_back();
      } else if (random.one_in(4) && !type.fields.empty()) {
        const std::uint64_t gone = random.below(type.fields.size());
        type.fields[gone].removed = true;
        values[gone] = Value();
      }
      std::vector<FieldChange> changes;
      for (const schema::Field& field : type.fields) {
        if (field.removed || !random.one_in(3)) continue;
        changes.emplace_back(field.id, testing::random_value(random, field));
        values[field.id - 1] = changes.back().second;
      }
      const SystemWords words = testing::random_words(random);
      const Result<std::string> patched = patch(type, Layout::of(type), bytes, words, changes);
      BOOST_REQUIRE_MESSAGE(patched.ok(), patched.status().to_string());
      BOOST_REQUIRE(*patched == must_build(type, words, as_changes(values)));
      bytes = *patched;
    }
  }
}

BOOST_AUTO_TEST_CASE(a_record_from_before_a_field_was_added_reads_it_as_null) {
  schema::EntityType type = sample_type();
  const std::string bytes = must_build(type, {}, {{1, "Ann"}});
  for (int t = 1; t <= testing::kFieldTypes; ++t) {
    type.fields.push_back(testing::make_field(type, static_cast<FieldType>(t), "new"));
  }
  const Layout layout = Layout::of(type);
  const Result<View> view = View::open(bytes);
  BOOST_REQUIRE(view.ok());
  for (std::uint32_t id = 6; id <= type.fields.size(); ++id) {
    BOOST_TEST(!view->has(layout.slot(id)));
    BOOST_TEST(view->get(type.fields[id - 1], layout.slot(id))->is_null());
  }
  BOOST_TEST(view->text(layout.slot(1)) == "Ann");
}

BOOST_AUTO_TEST_CASE(a_write_drops_the_values_of_removed_fields) {
  schema::EntityType type = sample_type();
  const std::string full =
      must_build(type, {}, {{1, "Ann"}, {2, Value(Decimal(1, 2))}, {4, "secret"}, {5, "Won"}});
  type.fields[3].removed = true;
  const std::vector<FieldChange> changes = {{2, Value(Decimal(2, 2))}};
  const Result<std::string> patched = patch(type, Layout::of(type), full, {}, changes);
  BOOST_REQUIRE(patched.ok());
  BOOST_TEST(patched->find("secret") == std::string::npos);
  BOOST_TEST(patched->find("Ann") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(values_out_of_normal_form_and_unknown_fields_are_refused) {
  const schema::EntityType type = sample_type();
  const Layout layout = Layout::of(type);
  const std::vector<std::vector<FieldChange>> wrong = {
      {{1, Value(1)}},   {{2, Value("1")}}, {{2, Value(Decimal(1, 3))}},
      {{3, Value("x")}}, {{5, "Nope"}},     {{99, "x"}}};
  for (const auto& changes : wrong) {
    const Result<std::string> bytes = build(type, layout, {}, changes);
    BOOST_REQUIRE(!bytes.ok());
    BOOST_TEST((bytes.status().code() == Code::kInternal));
  }
}

BOOST_AUTO_TEST_CASE(a_record_over_the_size_limit_is_refused_and_one_at_it_is_not) {
  const schema::EntityType type = sample_type();
  const Layout layout = Layout::of(type);
  // Root word, no data word, one pointer, and the text with its NUL.
  const std::vector<FieldChange> fits = {{1, std::string(kMaxRecordBytes - 16 - 1, 'x')}};
  const Result<std::string> bytes = build(type, layout, {}, fits);
  BOOST_REQUIRE_MESSAGE(bytes.ok(), bytes.status().to_string());
  BOOST_TEST(bytes->size() == kMaxRecordBytes);
  const std::vector<FieldChange> more = {{1, std::string(kMaxRecordBytes - 16, 'x')}};
  BOOST_TEST((build(type, layout, {}, more).status().code() == Code::kLimit));
  SystemWords words;
  words.version = 1;  // one data word: the fast path must count too
  BOOST_TEST((patch(type, layout, *bytes, words, {}).status().code() == Code::kLimit));
}

BOOST_AUTO_TEST_CASE(damaged_records_are_not_patched) {
  const schema::EntityType type = sample_type();
  const Layout layout = Layout::of(type);
  std::string bytes = must_build(type, {}, {{1, "Ann"}});
  bytes[8] = 2;  // a far pointer
  BOOST_TEST((patch(type, layout, bytes, {}, {}).status().code() == Code::kCorrupt));
  BOOST_TEST((patch(type, layout, "short", {}, {}).status().code() == Code::kCorrupt));
  schema::EntityType smaller = type;
  smaller.fields.clear();
  BOOST_TEST((patch(smaller, Layout::of(smaller), must_build(type, {}, {{1, "Ann"}}), {}, {})
                  .status()
                  .code() == Code::kCorrupt));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace kith::record
