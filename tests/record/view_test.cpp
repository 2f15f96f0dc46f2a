#include "record/view.hpp"

#include <boost/test/unit_test.hpp>

#include "record/builder.hpp"
#include "tests/record/random_records.hpp"

namespace kith::record {
namespace {

using testing::Random;

// Touches everything a reader can touch; sanitizers judge.
std::uint64_t read_all(const schema::EntityType& type, const Layout& layout,
                       std::string_view bytes) {
  const Result<View> view = View::open(bytes);
  if (!view.ok()) return 0;
  std::uint64_t sum = view->version() + view->owner().bits() + (view->deleted() ? 1 : 0) +
                      static_cast<std::uint64_t>(view->created() ^ view->updated());
  for (const schema::Field& field : type.fields) {
    const Slot& slot = layout.slot(field.id);
    if (slot.in_data()) {
      sum += view->boolean(slot) + view->choice(slot) + view->currency(slot) +
             static_cast<std::uint64_t>(view->integer(slot));
    } else {
      for (const char c : view->text(slot)) sum += static_cast<unsigned char>(c);
      for (const char c : view->bytes(slot)) sum += static_cast<unsigned char>(c);
      const auto choices = view->choices(slot);
      for (std::uint32_t i = 0; i < choices.size(); ++i) sum += choices[i];
      const auto references = view->references(slot);
      for (std::uint32_t i = 0; i < references.size(); ++i) sum += references[i];
    }
    const Result<Value> value = view->get(field, slot);
    if (!value.ok()) {
      BOOST_REQUIRE((value.status().code() == Code::kCorrupt));
      BOOST_REQUIRE(value.status().field() == field.name);
    }
  }
  return sum + (view->verify(type, layout).ok() ? 1 : 0);
}

struct Sample {
  schema::EntityType type;
  Layout layout;
  std::string bytes;
};

Sample random_sample(Random& random, std::size_t fields) {
  Sample sample;
  sample.type = testing::random_type(random, fields);
  sample.layout = Layout::of(sample.type);
  const auto values = testing::as_changes(testing::random_values(random, sample.type));
  sample.bytes = *build(sample.type, sample.layout, testing::random_words(random), values);
  return sample;
}

// A copy of exact size on the heap, so that reading past its end is caught.
std::vector<char> exact(std::string_view bytes) { return {bytes.begin(), bytes.end()}; }

BOOST_AUTO_TEST_SUITE(record_view)

BOOST_AUTO_TEST_CASE(every_truncation_is_read_without_harm) {
  Random random(31);
  for (int round = 0; round < 20; ++round) {
    const Sample sample = random_sample(random, 20);
    for (std::size_t size = 0; size <= sample.bytes.size(); ++size) {
      const std::vector<char> cut = exact(std::string_view(sample.bytes).substr(0, size));
      read_all(sample.type, sample.layout, {cut.data(), cut.size()});
    }
  }
}

BOOST_AUTO_TEST_CASE(random_damage_is_read_without_harm) {
  Random random(32);
  for (int round = 0; round < 3000; ++round) {
    const Sample sample = random_sample(random, 12);
    std::vector<char> bytes = exact(sample.bytes);
    for (std::uint64_t hits = 1 + random.below(4); hits > 0; --hits) {
      bytes[random.below(bytes.size())] = static_cast<char>(random.below(256));
    }
    read_all(sample.type, sample.layout, {bytes.data(), bytes.size()});
  }
}

BOOST_AUTO_TEST_CASE(random_bytes_are_read_without_harm) {
  Random random(33);
  const Sample sample = random_sample(random, 40);
  for (int round = 0; round < 3000; ++round) {
    std::vector<char> bytes(random.below(20) * 8);
    for (char& c : bytes) c = static_cast<char>(random.below(256));
    // Half the time a plausible root, so that the fields are reached.
    if (bytes.size() >= 8 && random.one_in(2)) {
      std::fill(bytes.begin(), bytes.begin() + 8, '\0');
      bytes[4] = static_cast<char>(random.below(6));
      bytes[6] = static_cast<char>(random.below(6));
    }
    read_all(sample.type, sample.layout, {bytes.data(), bytes.size()});
  }
}

BOOST_AUTO_TEST_CASE(a_record_need_not_be_aligned) {
  Random random(34);
  const Sample sample = random_sample(random, 30);
  const std::string shifted = "x" + sample.bytes;
  const Result<View> aligned = View::open(sample.bytes);
  const Result<View> odd = View::open(std::string_view(shifted).substr(1));
  BOOST_REQUIRE(aligned.ok() && odd.ok());
  for (const schema::Field& field : sample.type.fields) {
    const Slot& slot = sample.layout.slot(field.id);
    BOOST_TEST((*aligned->get(field, slot) == *odd->get(field, slot)));
  }
}

BOOST_AUTO_TEST_CASE(roots_that_are_not_a_canonical_structs_are_refused) {
  const auto opens = [](std::initializer_list<unsigned char> head, std::size_t words) {
    std::string bytes(words * 8, '\0');
    std::copy(head.begin(), head.end(), bytes.begin());
    return View::open(bytes).ok();
  };
  BOOST_TEST(opens({0, 0, 0, 0, 1, 0, 0, 0}, 2));
  BOOST_TEST(!opens({0, 0, 0, 0, 2, 0, 0, 0}, 2));  // more data than there is
  BOOST_TEST(!opens({0, 0, 0, 0, 1, 0, 1, 0}, 2));  // more pointers than there are
  BOOST_TEST(!opens({0, 0, 0, 0, 0, 0, 0, 0}, 2));  // null
  BOOST_TEST(!opens({1, 0, 0, 0, 1, 0, 0, 0}, 2));  // a list
  BOOST_TEST(!opens({2, 0, 0, 0, 1, 0, 0, 0}, 2));  // far
  BOOST_TEST(!opens({3, 0, 0, 0, 1, 0, 0, 0}, 2));  // a capability
  BOOST_TEST(!opens({4, 0, 0, 0, 1, 0, 0, 0}, 3));  // not the next word
  BOOST_TEST(opens({0xFC, 0xFF, 0xFF, 0xFF, 0, 0, 0, 0}, 1));
  BOOST_TEST(!View::open("").ok());
  BOOST_TEST(!View::open("1234567").ok());
  BOOST_TEST((View::open("").status().code() == Code::kCorrupt));
}

BOOST_AUTO_TEST_CASE(damage_is_reported_and_marks_the_view) {
  schema::EntityType type;
  type.name = "note";
  type.fields.push_back(testing::make_field(type, schema::FieldType::kText, "body"));
  type.fields.push_back(testing::make_field(type, schema::FieldType::kMultiChoice, "tags"));
  const Layout layout = Layout::of(type);
  const std::vector<FieldChange> values = {{1, "hello"}, {2, Value(List{Value("Won")})}};
  const std::string good = *build(type, layout, {}, values);
  const auto damaged_by = [&](std::size_t at, char value) {
    std::string bytes = good;
    bytes[at] = value;
    const View view = *View::open(bytes);
    view.text(layout.slot(1));
    view.choices(layout.slot(2));
    const bool reported = !view.verify(type, layout).ok();
    BOOST_TEST(view.damaged() == reported);
    return reported;
  };
  BOOST_TEST(!damaged_by(16 + 8, 'j'));  // another letter of the text is no damage
  BOOST_TEST(damaged_by(8, 2));          // far pointer
  BOOST_TEST(damaged_by(8, 0));          // struct pointer
  BOOST_TEST(damaged_by(9, 1));          // target beyond the end
  BOOST_TEST(damaged_by(11, '\x80'));    // target before its pointer
  BOOST_TEST(damaged_by(12, 0x33));      // two bytes an element
  BOOST_TEST(damaged_by(14, 1));         // longer than the record
  BOOST_TEST(damaged_by(24 + 5, 'x'));   // no NUL at the end of the text
}

BOOST_AUTO_TEST_CASE(an_option_id_that_the_field_lacks_is_damage) {
  schema::EntityType type;
  type.name = "deal";
  type.fields.push_back(testing::make_field(type, schema::FieldType::kChoice, "stage"));
  const Layout layout = Layout::of(type);
  const std::vector<FieldChange> values = {{1, "Lost"}};
  const std::string bytes = *build(type, layout, {}, values);
  type.fields[0].options.pop_back();
  const View view = *View::open(bytes);
  BOOST_TEST(view.choice(layout.slot(1)) == 3u);
  const Result<Value> value = view.get(type.fields[0], layout.slot(1));
  BOOST_REQUIRE(!value.ok());
  BOOST_TEST((value.status().code() == Code::kCorrupt));
  BOOST_TEST(value.status().field() == "stage");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace kith::record
