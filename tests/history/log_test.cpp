#include "history/log.hpp"

#include <boost/test/unit_test.hpp>

namespace kith::history {
namespace {

using store::Table;

const RecordId kDeal(3, 42);
const RecordId kOther(3, 43);
const Timestamp kNoon(1'488'369'600, 0);  // 2017-03-01T12:00:00Z

template <typename T>
T must(Result<T> result) {
  BOOST_REQUIRE_MESSAGE(result.ok(), result.status().to_string());
  return *std::move(result);
}
void must(const Status& status) { BOOST_REQUIRE_MESSAGE(status.ok(), status.to_string()); }

struct Fixture {
  std::shared_ptr<store::Store> store = must(store::open_memory());

  std::unique_ptr<store::WriteTxn> write() { return must(store->begin_write({})); }
  std::unique_ptr<store::ReadTxn> read_txn() { return must(store->begin_read()); }

  // One transaction with one entry; returns its sequence.
  std::uint64_t add(RecordId record, std::uint64_t prev, std::string text = "x",
                    Timestamp now = kNoon) {
    auto txn = write();
    Appender log = must(Appender::open(txn.get(), now));
    Entry entry;
    entry.record = record;
    entry.prev = prev;
    entry.kind = prev == 0 ? ChangeKind::kCreate : ChangeKind::kUpdate;
    entry.changes = {{1, Value(), Value(std::move(text))}};
    const std::uint64_t sequence = must(log.append(std::move(entry)));
    must(txn->commit());
    return sequence;
  }
};

BOOST_FIXTURE_TEST_SUITE(history_log, Fixture)

BOOST_AUTO_TEST_CASE(sequences_start_at_one_and_rise_by_one) {
  BOOST_TEST(must(last_sequence(*read_txn())) == 0u);
  auto txn = write();
  Appender log = must(Appender::open(txn.get(), kNoon));
  BOOST_TEST(log.next_sequence() == 1u);
  for (std::uint64_t expected = 1; expected <= 3; ++expected) {
    Entry entry;
    entry.record = kDeal;
    entry.prev = expected - 1;
    BOOST_TEST(must(log.append(entry)) == expected);
  }
  must(txn->commit());
  BOOST_TEST(must(last_sequence(*read_txn())) == 3u);
  BOOST_TEST(add(kOther, 0) == 4u);
}

BOOST_AUTO_TEST_CASE(an_aborted_transaction_leaves_nothing) {
  {
    auto txn = write();
    Appender log = must(Appender::open(txn.get(), kNoon));
    must(log.append(Entry{.record = kDeal}));
  }
  BOOST_TEST(must(last_sequence(*read_txn())) == 0u);
}

BOOST_AUTO_TEST_CASE(time_never_goes_back_and_effective_at_may) {
  add(kDeal, 0, "x", kNoon);
  auto txn = write();
  Appender log = must(Appender::open(txn.get(), Timestamp(kNoon.seconds() - 60, 0)));
  BOOST_TEST((log.at() == kNoon));
  Entry entry{.record = kDeal};
  entry.prev = 1;
  entry.effective_at = Timestamp(5, 0);
  must(log.append(entry));
  BOOST_TEST((must(read(*txn, 2)).at == kNoon));
  BOOST_TEST((must(read(*txn, 2)).effective_at == Timestamp(5, 0)));
  BOOST_TEST((must(read(*txn, 1)).effective_at == kNoon));
  const Timestamp later(kNoon.seconds(), 1'500);
  BOOST_TEST((must(Appender::open(txn.get(), later)).at() == Timestamp(kNoon.seconds(), 1'000)));
  BOOST_TEST((Appender::open(txn.get(), Timestamp(INT64_MAX, 0)).status().code() ==
              Code::kInvalidArgument));
}

BOOST_AUTO_TEST_CASE(a_chain_that_would_not_go_back_is_refused) {
  auto txn = write();
  Appender log = must(Appender::open(txn.get(), kNoon));
  Entry entry{.record = kDeal};
  entry.prev = 1;
  BOOST_TEST((log.append(entry).status().code() == Code::kInternal));
}

BOOST_AUTO_TEST_CASE(a_walk_follows_one_record_newest_first_in_pages) {
  std::uint64_t version = 0;
  for (int i = 0; i < 5; ++i) {
    version = add(kDeal, version);
    add(kOther, 0);
  }
  auto txn = read_txn();
  const Chain all = must(walk(*txn, version, 100));
  BOOST_REQUIRE_EQUAL(all.entries.size(), 5u);
  BOOST_TEST(all.next == 0u);
  BOOST_TEST(!all.trimmed);
  for (std::size_t i = 0; i < 5; ++i) {
    BOOST_TEST((all.entries[i].record == kDeal));
    BOOST_TEST(all.entries[i].sequence == 9 - 2 * i);
  }
  const Chain page = must(walk(*txn, version, 2));
  BOOST_TEST(page.entries.size() == 2u);
  BOOST_TEST(page.next == 5u);
  BOOST_TEST(must(walk(*txn, page.next, 100)).entries.size() == 3u);
  BOOST_TEST(must(walk(*txn, 0, 100)).entries.empty());
}

BOOST_AUTO_TEST_CASE(a_feed_goes_on_from_its_cursor) {
  for (int i = 0; i < 5; ++i) add(kOther, 0);
  auto txn = read_txn();
  Feed feed = must(scan(*txn, 0, 2));
  BOOST_REQUIRE_EQUAL(feed.entries.size(), 2u);
  BOOST_TEST(feed.entries[0].sequence == 1u);
  BOOST_TEST(feed.cursor == 2u);
  BOOST_TEST(!feed.done);
  feed = must(scan(*txn, feed.cursor, 10));
  BOOST_REQUIRE_EQUAL(feed.entries.size(), 3u);
  BOOST_TEST(feed.cursor == 5u);
  BOOST_TEST(feed.done);
  feed = must(scan(*txn, feed.cursor, 10));
  BOOST_TEST(feed.entries.empty());
  BOOST_TEST(feed.cursor == 5u);
  BOOST_TEST(feed.done);
  BOOST_TEST(must(scan(*txn, UINT64_MAX, 10)).done);
}

BOOST_AUTO_TEST_CASE(entries_not_there_say_why) {
  std::uint64_t version = 0;
  for (int i = 0; i < 4; ++i) version = add(kDeal, version);
  auto txn = write();
  BOOST_TEST((read(*txn, 0).status().code() == Code::kNotFound));
  BOOST_TEST((read(*txn, 5).status().code() == Code::kNotFound));
  must(txn->erase(Table::kHistory, sequence_key(1)));
  must(txn->erase(Table::kHistory, sequence_key(2)));
  BOOST_TEST((read(*txn, 2).status().code() == Code::kHistoryTrimmed));
  const Chain chain = must(walk(*txn, version, 100));
  BOOST_TEST(chain.entries.size() == 2u);
  BOOST_TEST(chain.trimmed);
  BOOST_TEST((walk(*txn, 2, 100).status().code() == Code::kHistoryTrimmed));
  must(txn->put(Table::kHistory, sequence_key(1), *encode(Entry{.record = kDeal})));
  BOOST_TEST((read(*txn, 2).status().code() == Code::kCorrupt));  // a hole
  must(txn->put(Table::kHistory, sequence_key(3), "nonsense"));
  BOOST_TEST((read(*txn, 3).status().code() == Code::kCorrupt));
  BOOST_TEST((walk(*txn, version, 100).status().code() == Code::kCorrupt));
  BOOST_TEST((scan(*txn, 2, 100).status().code() == Code::kCorrupt));
}

BOOST_AUTO_TEST_CASE(a_chain_into_another_record_is_corrupt) {
  add(kOther, 0);
  const std::uint64_t version = add(kDeal, 1);
  BOOST_TEST((walk(*read_txn(), version, 100).status().code() == Code::kCorrupt));
}

BOOST_AUTO_TEST_CASE(large_entries_lie_out_of_line) {
  const std::string large(150'000, 'L');  // three chunks
  const std::uint64_t version = add(kDeal, 0, large);
  auto txn = write();
  const auto row = must(txn->get(Table::kHistory, sequence_key(version)));
  BOOST_REQUIRE(row.has_value());
  BOOST_TEST(row->size() < 10u);
  BOOST_TEST(*must(read(*txn, version)).changes[0].after.text() == large);
  BOOST_TEST(*must(scan(*txn, 0, 1)).entries[0].changes[0].after.text() == large);
  const auto chunks = must(txn->scan(Table::kBlobs, store::KeyRange::all(), {}));
  BOOST_TEST(chunks.rows.size() == 3u);
  const std::string last_chunk(chunks.rows[2].key);
  must(txn->erase(Table::kBlobs, last_chunk));
  BOOST_TEST((read(*txn, version).status().code() == Code::kCorrupt));
}

BOOST_AUTO_TEST_CASE(blanking_keeps_the_facts_and_erases_the_values) {
  const std::uint64_t first = add(kDeal, 0, "Ada");
  const std::uint64_t other = add(kOther, 0, "Bob");
  const std::uint64_t second = add(kDeal, first, std::string(150'000, 'A'));
  auto txn = write();
  must(blank(*txn, second));
  for (const std::uint64_t sequence : {first, second}) {
    const Entry entry = must(read(*txn, sequence));
    BOOST_TEST(entry.blanked);
    BOOST_REQUIRE_EQUAL(entry.changes.size(), 1u);
    BOOST_TEST(entry.changes[0].field_id == 1u);
    BOOST_TEST(entry.changes[0].before.is_null());
    BOOST_TEST(entry.changes[0].after.is_null());
    BOOST_TEST((entry.at == kNoon));
  }
  BOOST_TEST(must(txn->scan(Table::kBlobs, store::KeyRange::all(), {})).rows.empty());
  BOOST_TEST(*must(read(*txn, other)).changes[0].after.text() == "Bob");
}

// Transactions of 1, 2, 3 and 2 entries, an hour apart.
struct Transactions : Fixture {
  Transactions() {
    int hour = 0;
    for (const int entries : {1, 2, 3, 2}) {
      auto txn = write();
      Appender log = must(Appender::open(txn.get(), at(hour++)));
      for (int i = 0; i < entries; ++i) {
        must(log.append(Entry{.record = kDeal}));
      }
      must(txn->commit());
    }
  }
  static Timestamp at(int hour) { return Timestamp(kNoon.seconds() + hour * 3600, 0); }
};

BOOST_FIXTURE_TEST_CASE(a_transaction_is_found_from_any_of_its_entries, Transactions) {
  auto txn = read_txn();
  const Span spans[] = {{1, 1}, {2, 3}, {2, 3}, {4, 6}, {4, 6}, {4, 6}, {7, 8}, {7, 8}};
  for (std::uint64_t sequence = 1; sequence <= 8; ++sequence) {
    BOOST_TEST((must(transaction_of(*txn, sequence)) == spans[sequence - 1]));
    BOOST_TEST(must(transaction_start(*txn, sequence)) == spans[sequence - 1].first);
  }
  BOOST_TEST((transaction_of(*txn, 9).status().code() == Code::kNotFound));
  BOOST_TEST((transaction_of(*txn, 0).status().code() == Code::kNotFound));
  auto damaged = write();
  must(damaged->erase(Table::kHistory, sequence_key(4)));
  BOOST_TEST((transaction_of(*damaged, 5).status().code() == Code::kCorrupt));
}

BOOST_FIXTURE_TEST_CASE(the_last_entry_of_a_moment_is_found, Transactions) {
  auto txn = read_txn();
  BOOST_TEST(must(last_sequence_at(*txn, Timestamp(kNoon.seconds() - 1, 0))) == 0u);
  BOOST_TEST(must(last_sequence_at(*txn, at(0))) == 1u);
  BOOST_TEST(must(last_sequence_at(*txn, Timestamp(at(1).seconds() + 5, 0))) == 3u);
  BOOST_TEST(must(last_sequence_at(*txn, at(2))) == 6u);
  BOOST_TEST(must(last_sequence_at(*txn, at(300))) == 8u);
  const auto empty = must(store::open_memory());
  BOOST_TEST(must(last_sequence_at(*must(empty->begin_read()), at(1))) == 0u);
}

BOOST_FIXTURE_TEST_CASE(visits_go_back_to_a_sequence, Transactions) {
  auto txn = read_txn();
  std::vector<std::uint64_t> seen;
  const auto note = [&](const Entry& entry) {
    seen.push_back(entry.sequence);
    return Status();
  };
  must(visit_since(*txn, 5, note));
  BOOST_TEST((seen == std::vector<std::uint64_t>{8, 7, 6}));
  seen.clear();
  must(visit_since(*txn, 8, note));
  must(visit_since(*txn, UINT64_MAX, note));
  BOOST_TEST(seen.empty());
  const Status no(Code::kRefused, "no");
  BOOST_TEST((visit_since(*txn, 0, [&](const Entry&) { return no; }).code() == Code::kRefused));
}

BOOST_FIXTURE_TEST_CASE(trimming_drops_whole_transactions, Transactions) {
  const std::uint64_t large = add(kOther, 0, std::string(150'000, 'L'));
  const std::uint64_t after = add(kOther, large);
  auto txn = write();
  BOOST_TEST((trim(*txn, 5).status().code() == Code::kInternal));
  std::vector<std::uint64_t> lost;
  const auto note = [&](const Entry& entry) {
    lost.push_back(entry.sequence);
    return Status();
  };
  BOOST_TEST(must(trim(*txn, 4, note)) == 3u);
  BOOST_TEST((lost == std::vector<std::uint64_t>{1, 2, 3}));
  BOOST_TEST(must(first_sequence(*txn)) == 4u);
  BOOST_TEST(must(trim(*txn, 4)) == 0u);
  BOOST_TEST(must(trim(*txn, 2)) == 0u);
  BOOST_TEST((transaction_of(*txn, 3).status().code() == Code::kHistoryTrimmed));
  BOOST_TEST((must(transaction_of(*txn, 5)) == Span{4, 6}));
  BOOST_TEST(must(last_sequence_at(*txn, at(1))) == 0u);
  BOOST_TEST(!must(txn->scan(Table::kBlobs, store::KeyRange::all(), {})).rows.empty());
  BOOST_TEST(must(trim(*txn, after)) == 6u);
  BOOST_TEST(must(txn->scan(Table::kBlobs, store::KeyRange::all(), {})).rows.empty());
  BOOST_TEST((trim(*txn, after + 1).status().code() == Code::kNotFound));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace kith::history
