#include "history/entry.hpp"

#include <boost/test/unit_test.hpp>

#include "tests/record/random_records.hpp"

namespace kith::history {
namespace {

Entry sample() {
  Entry entry;
  entry.sequence = 900;
  entry.record = RecordId(3, 42);
  entry.kind = ChangeKind::kCreate;
  entry.at = *Timestamp::parse("2017-03-01T09:30:00.000001Z");
  entry.effective_at = *Timestamp::parse("1969-12-31T23:59:59.5Z");
  entry.actor = RecordId(1, 7);
  entry.cause = "import deals.csv";
  entry.prev = 899;
  entry.prev_at = *Timestamp::parse("2016-12-31T23:59:59.999999Z");
  entry.key_id = 5;
  entry.changes = {{1, Value(), Value("Acme")},
                   {0xFFFF0004, Value(RecordId(1, 7)), Value()},
                   {3, Value(Decimal(100, 2)), Value(Money{Decimal(1, 4), Currency()})}};
  return entry;
}

BOOST_AUTO_TEST_SUITE(history_entry)

BOOST_AUTO_TEST_CASE(an_entry_comes_back_as_it_was) {
  const Entry entry = sample();
  const Result<Entry> same = decode(900, *encode(entry));
  BOOST_REQUIRE_MESSAGE(same.ok(), same.status().to_string());
  BOOST_TEST((*same == entry));
  Entry blanked = entry;
  blanked.blanked = true;
  BOOST_TEST((*decode(900, *encode(blanked)) == blanked));
  blanked.overridden = true;
  BOOST_TEST((*decode(900, *encode(blanked)) == blanked));
  blanked.begins = true;
  BOOST_TEST((*decode(900, *encode(blanked)) == blanked));
  const Entry empty;
  BOOST_TEST(decode(1, *encode(empty)).ok());
}

BOOST_AUTO_TEST_CASE(entries_of_every_kind_and_value_come_back) {
  record::testing::Random random(51);
  for (int round = 0; round < 500; ++round) {
    const schema::EntityType type = record::testing::random_type(random, 20);
    Entry entry = sample();
    entry.kind = static_cast<ChangeKind>(random.below(5));
    entry.changes.clear();
    for (const schema::Field& field : type.fields) {
      entry.changes.push_back({field.id, record::testing::random_value(random, field),
                               record::testing::random_value(random, field)});
    }
    const Result<Entry> same = decode(900, *encode(entry));
    BOOST_REQUIRE_MESSAGE(same.ok(), same.status().to_string());
    BOOST_REQUIRE((*same == entry));
  }
}

BOOST_AUTO_TEST_CASE(anything_but_the_exact_bytes_is_corrupt) {
  const std::string bytes = *encode(sample());
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    const Result<Entry> cut = decode(900, std::string_view(bytes).substr(0, size));
    BOOST_REQUIRE((cut.status().code() == Code::kCorrupt));
  }
  BOOST_TEST((decode(900, bytes + '\0').status().code() == Code::kCorrupt));
  // A previous entry that is not older than this one would make a walk go round in circles.
  BOOST_TEST((decode(899, bytes).status().code() == Code::kCorrupt));
  for (const auto& [at, value] : {std::pair(0, 2), std::pair(1, 5), std::pair(2, 8)}) {
    std::string wrong = bytes;
    wrong[at] = static_cast<char>(value);
    BOOST_TEST((decode(900, wrong).status().code() == Code::kCorrupt));
  }
}

BOOST_AUTO_TEST_CASE(damaged_bytes_are_refused_or_read_but_harm_nothing) {
  record::testing::Random random(52);
  const std::string bytes = *encode(sample());
  for (int round = 0; round < 5000; ++round) {
    std::string damaged = bytes;
    for (std::uint64_t hits = 1 + random.below(3); hits > 0; --hits) {
      damaged[random.below(damaged.size())] = static_cast<char>(random.below(256));
    }
    const Result<Entry> entry = decode(900, damaged);
    if (entry.ok()) {
      BOOST_REQUIRE(*encode(*entry) == damaged);
    } else {
      BOOST_REQUIRE((entry.status().code() == Code::kCorrupt));
    }
  }
}

BOOST_AUTO_TEST_CASE(kinds_have_names) {
  BOOST_TEST(change_kind_name(ChangeKind::kCreate) == "create");
  BOOST_TEST(change_kind_name(ChangeKind::kPurge) == "purge");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace kith::history
