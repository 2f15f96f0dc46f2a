#include "record/layout.hpp"

#include <boost/test/unit_test.hpp>

#include "tests/record/capnp_reader.hpp"
#include "tests/record/random_records.hpp"

namespace kith::record {
namespace {

using schema::FieldType;
using testing::make_field;

schema::EntityType type_of(std::initializer_list<FieldType> types) {
  schema::EntityType type;
  type.id = 1;
  type.name = "deal";
  for (const FieldType t : types) {
    type.fields.push_back(make_field(type, t, "f" + std::to_string(type.fields.size() + 1)));
  }
  return type;
}

std::uint32_t width_shift(const capnp::schema::Type::Reader& type) {
  switch (type.which()) {
    case capnp::schema::Type::BOOL: return 0;
    case capnp::schema::Type::UINT32:
    case capnp::schema::Type::INT32: return 5;
    default: return 6;
  }
}

std::uint32_t bit_offset(const capnp::schema::Field::Slot::Reader& slot) {
  return slot.getOffset() << width_shift(slot.getType());
}

BOOST_AUTO_TEST_SUITE(record_layout)

BOOST_AUTO_TEST_CASE(a_type_without_fields_has_the_system_words_only) {
  const Layout layout = Layout::of(type_of({}));
  BOOST_TEST(layout.data_words() == kSystemWords);
  BOOST_TEST(layout.pointer_count() == 0u);
}

BOOST_AUTO_TEST_CASE(slots_fill_the_holes_that_earlier_ones_left) {
  const Layout layout =
      Layout::of(type_of({FieldType::kInt, FieldType::kDate, FieldType::kText, FieldType::kMoney}));
  BOOST_TEST(layout.slot(1).presence_bit == 5 * 64u);  // first bit of a new word
  BOOST_TEST(layout.slot(1).value_bit == 6 * 64u);
  BOOST_TEST(layout.slot(2).presence_bit == 5 * 64u + 1);
  BOOST_TEST(layout.slot(2).value_bit == 5 * 64u + 32);  // the word's other half
  BOOST_TEST(!layout.slot(3).in_data());
  BOOST_TEST(layout.slot(3).pointer == 0);
  BOOST_TEST(layout.slot(4).presence_bit == 5 * 64u + 2);
  BOOST_TEST(layout.slot(4).value_bit == 7 * 64u);
  BOOST_TEST(layout.slot(4).currency_bit == 8 * 64u);
  BOOST_TEST(layout.slot(4).scale == 4);
  BOOST_TEST(layout.data_words() == 9u);
  BOOST_TEST(layout.pointer_count() == 1u);
}

BOOST_AUTO_TEST_CASE(a_field_that_the_type_does_not_have_is_absent) {
  const Layout layout = Layout::of(type_of({FieldType::kInt}));
  BOOST_TEST(!layout.slot(0).in_data());
  BOOST_TEST(!layout.slot(2).in_data());
  BOOST_TEST(layout.slot(2).pointer >= layout.pointer_count());
}

BOOST_AUTO_TEST_CASE(adding_and_removing_never_moves_a_slot) {
  testing::Random random(11);
  schema::EntityType type = type_of({});
  Layout before = Layout::of(type);
  for (int step = 0; step < 512; ++step) {
    if (!type.fields.empty() && random.one_in(4)) {
      type.fields[random.below(type.fields.size())].removed = true;
    } else {
      testing::add_random_field(random, &type);
    }
    const Layout after = Layout::of(type);
    for (std::uint32_t id = 1; id <= before.field_count(); ++id) {
      BOOST_REQUIRE(before.slot(id) == after.slot(id));
    }
    before = after;
  }
}

BOOST_AUTO_TEST_CASE(capnproto_places_every_field_of_the_printed_schema_where_we_do) {
  testing::Random random(12);
  for (int round = 0; round < 60; ++round) {
    const schema::EntityType type = testing::random_type(random, round < 50 ? 40 : 300);
    const Layout layout = Layout::of(type);
    const testing::ParsedType parsed(type);
    const std::vector<CapnpNames> names = capnp_names(type);
    BOOST_REQUIRE_EQUAL(parsed.schema().getProto().getStruct().getDataWordCount(),
                        layout.data_words());
    BOOST_REQUIRE_EQUAL(parsed.schema().getProto().getStruct().getPointerCount(),
                        layout.pointer_count());
    for (const schema::Field& field : type.fields) {
      const Slot& slot = layout.slot(field.id);
      const CapnpNames& name = names[field.id - 1];
      BOOST_TEST_CONTEXT("field " << name.value << " of\n" << capnp_schema(type)) {
        if (!slot.in_data()) {
          BOOST_REQUIRE_EQUAL(parsed.slot(name.value).getOffset(), slot.pointer);
          continue;
        }
        BOOST_REQUIRE_EQUAL(bit_offset(parsed.slot(name.presence)), slot.presence_bit);
        BOOST_REQUIRE_EQUAL(bit_offset(parsed.slot(name.value)), slot.value_bit);
        if (slot.currency_bit != Slot::kNone) {
          BOOST_REQUIRE_EQUAL(bit_offset(parsed.slot(name.currency)), slot.currency_bit);
        }
      }
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace kith::record
