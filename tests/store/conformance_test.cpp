// Every sentence of store/store.hpp, over every back-end.
#include <cstdint>
#include <limits>
#include <thread>

#include "tests/store/backends.hpp"

namespace {

using namespace kith::store;
using namespace kith::store::testing;
using kith::Code;
using Ids = std::vector<std::uint64_t>;

constexpr Table kT = Table::kIndex;

const std::string kMaxKey(kMaxKeyBytes, 'k');

}  // namespace

BOOST_AUTO_TEST_SUITE(store_conformance)

BOOST_DATA_TEST_CASE(an_absent_key_is_no_error, kBackends) {
  Opened db(sample);
  auto txn = db.read();
  BOOST_TEST(get(*txn, kT, "k") == "(absent)");
  BOOST_TEST(must(txn->scan(kT, KeyRange::all(), {})).rows.empty());
  BOOST_TEST(must(txn->scan(kT, KeyRange::all(), {})).done());
  BOOST_TEST(postings(*txn, "k") == Ids());
  BOOST_TEST(must(txn->count_postings("k")) == 0u);
}

BOOST_DATA_TEST_CASE(what_is_put_and_committed_is_read, kBackends) {
  Opened db(sample);
  db.fill(kT, {{"k", "v"}, {"empty", ""}, {std::string("\0\xff", 2), std::string("\0", 1)}});
  auto txn = db.read();
  BOOST_TEST(get(*txn, kT, "k") == "v");
  BOOST_TEST(get(*txn, kT, "empty") == "");
  BOOST_TEST(get(*txn, kT, std::string("\0\xff", 2)) == std::string("\0", 1));
  db.fill(kT, {{"k", "again"}});
  BOOST_TEST(get(*db.read(), kT, "k") == "again");
}

BOOST_DATA_TEST_CASE(tables_do_not_share_keys, kBackends) {
  Opened db(sample);
  for (const TableSpec& spec : table_specs()) {
    if (spec.kind != TableKind::kMap) continue;
    db.fill(spec.table, {{"8bytekey", std::string(spec.name) +
                                          std::string(8, '.').substr(spec.name.size() % 8)}});
  }
  auto txn = db.read();
  for (const TableSpec& spec : table_specs()) {
    if (spec.kind != TableKind::kMap) continue;
    BOOST_TEST(get(*txn, spec.table, "8bytekey").substr(0, spec.name.size()) == spec.name);
  }
}

BOOST_DATA_TEST_CASE(multi_get_answers_in_the_order_of_its_keys, kBackends) {
  Opened db(sample);
  db.fill(kT, {{"a", "1"}, {"b", "2"}, {"c", "3"}});
  auto txn = db.read();
  auto values = must(txn->multi_get(kT, std::vector<std::string>{"c", "x", "a", "c"}));
  BOOST_REQUIRE(values.size() == 4u);
  BOOST_TEST(text(values[0]) + text(values[1]) + text(values[2]) + text(values[3]) ==
             "3(absent)13");
  BOOST_TEST(must(txn->multi_get(kT, {})).empty());
  BOOST_TEST(txn->stats().multi_gets == 2u);
  BOOST_TEST(txn->stats().gets == 0u);
}

BOOST_DATA_TEST_CASE(keys_compare_as_unsigned_bytes, kBackends) {
  Opened db(sample);
  db.fill(kT, {{"\x80", "4"}, {"\x7f", "3"}, {"a", "1"}, {"aa", "2"}, {"\xff\xff", "5"}});
  auto batch = must(db.read()->scan(kT, KeyRange::all(), {}));
  std::string order;
  for (const KeyValue& row : batch.rows) order.append(row.value);
  BOOST_TEST(order == "12345");
}

BOOST_DATA_TEST_CASE(a_range_is_half_open_and_its_end_may_be_open, kBackends) {
  Opened db(sample);
  db.fill(kT, {{"a", "1"}, {"b", "2"}, {"bb", "3"}, {"c", "4"}});
  auto txn = db.read();
  BOOST_TEST(scan(*txn, kT, {"a", "c"}) == "a=1 b=2 bb=3");
  BOOST_TEST(scan(*txn, kT, {"", "b"}) == "a=1");
  BOOST_TEST(scan(*txn, kT, {"bb", ""}) == "bb=3 c=4");
  BOOST_TEST(scan(*txn, kT, {"b", "b"}) == "");
  BOOST_TEST(scan(*txn, kT, {"c", "a"}) == "");
  BOOST_TEST(scan(*txn, kT, {"aa", "az"}) == "");
  BOOST_TEST(scan(*txn, kT, {"d", ""}) == "");
  for (bool reverse : {false, true}) {
    ScanOptions options;
    options.reverse = reverse;
    BOOST_TEST(must(txn->scan(kT, {"c", "a"}, options)).rows.empty());
    BOOST_TEST(must(txn->scan(kT, {"aa", "az"}, options)).rows.empty());
  }
}

BOOST_DATA_TEST_CASE(range_ends_may_be_longer_than_any_key, kBackends) {
  Opened db(sample);
  db.fill(kT, {{"a", "1"}, {kMaxKey, "2"}, {"z", "3"}});
  auto txn = db.read();
  const std::string after = kMaxKey + "!";  // sorts right after kMaxKey
  BOOST_TEST(scan(*txn, kT, {after, ""}) == "z=3");
  BOOST_TEST(scan(*txn, kT, {"", after}) == "a=1 " + kMaxKey + "=2");
  ScanOptions reverse;
  reverse.reverse = true;
  BOOST_TEST(scan(*txn, kT, {"b", after}, reverse) == kMaxKey + "=2");
  BOOST_TEST(scan(*txn, kT, {after, ""}, reverse) == "z=3");
}

BOOST_AUTO_TEST_CASE(a_prefix_is_a_range) {
  BOOST_TEST(KeyRange::prefix("ab").first == "ab");
  BOOST_TEST(KeyRange::prefix("ab").last == "ac");
  BOOST_TEST(KeyRange::prefix("a\xff\xff").last == "b");
  BOOST_TEST(KeyRange::prefix("\xff").last == "");
  BOOST_TEST(KeyRange::prefix("\x7f").last == "\x80");
  BOOST_TEST(KeyRange::prefix("").first + KeyRange::prefix("").last == "");
}

BOOST_DATA_TEST_CASE(a_prefix_range_holds_its_keys_only, kBackends) {
  Opened db(sample);
  db.fill(kT, {{"ab", "1"}, {"ab\xff", "2"}, {"ac", "3"}, {"aa", "0"}});
  BOOST_TEST(scan(*db.read(), kT, KeyRange::prefix("ab")) == "ab=1 ab\xff=2");
}

BOOST_DATA_TEST_CASE(a_scan_stops_at_its_row_limit_and_goes_on, kBackends) {
  Opened db(sample);
  db.fill(kT, {{"a", "1"}, {"b", "2"}, {"c", "3"}, {"d", "4"}, {"e", "5"}});
  auto txn = db.read();
  ScanOptions two;
  two.row_limit = 2;
  KeyRange range{"a", "e"};
  auto batch = must(txn->scan(kT, range, two));
  BOOST_TEST(shown(batch) == "a=1 b=2");
  BOOST_TEST(!batch.done());
  range.first = batch.continuation;
  batch = must(txn->scan(kT, range, two));
  BOOST_TEST(shown(batch) == "c=3 d=4");
  BOOST_TEST(batch.done());  // e is not in the range: nothing more to ask for
}

BOOST_DATA_TEST_CASE(a_reverse_scan_comes_from_the_last_key_down, kBackends) {
  Opened db(sample);
  db.fill(kT, {{"a", "1"}, {"b", "2"}, {"c", "3"}, {"d", "4"}});
  auto txn = db.read();
  ScanOptions options;
  options.reverse = true;
  BOOST_TEST(scan(*txn, kT, KeyRange::all(), options) == "d=4 c=3 b=2 a=1");
  BOOST_TEST(scan(*txn, kT, {"b", "d"}, options) == "c=3 b=2");
  BOOST_TEST(scan(*txn, kT, {"bb", "cc"}, options) == "c=3");
  options.row_limit = 1;
  KeyRange range{"b", ""};
  std::string order;
  while (true) {
    auto batch = must(txn->scan(kT, range, options));
    order += shown(batch);
    if (batch.done()) break;
    range.last = batch.continuation;
  }
  BOOST_TEST(order == "d=4c=3b=2");
}

BOOST_DATA_TEST_CASE(a_byte_limit_gives_at_least_one_row, kBackends) {
  Opened db(sample);
  const std::string big(1000, 'x');
  db.fill(kT, {{"a", big}, {"b", big}, {"c", "small"}});
  auto txn = db.read();
  ScanOptions options;
  options.byte_limit = 10;
  auto batch = must(txn->scan(kT, KeyRange::all(), options));
  BOOST_TEST(batch.rows.size() == 1u);
  BOOST_TEST(batch.continuation == "b");
  options.byte_limit = 2002;
  BOOST_TEST(must(txn->scan(kT, KeyRange::all(), options)).rows.size() == 2u);
  options.byte_limit = 2001;
  BOOST_TEST(must(txn->scan(kT, KeyRange::all(), options)).rows.size() == 1u);
  options.keys_only = true;  // values do not count when they do not come
  options.byte_limit = 3;
  BOOST_TEST(scan(*txn, kT, KeyRange::all(), options) == "a= b= c=");
}

BOOST_DATA_TEST_CASE(a_scan_without_rows_to_give_is_refused, kBackends) {
  Opened db(sample);
  ScanOptions none;
  none.row_limit = 0;
  BOOST_TEST(
      (db.read()->scan(kT, KeyRange::all(), none).status().code() == Code::kInvalidArgument));
}

BOOST_DATA_TEST_CASE(long_scans_give_every_row_once, kBackends) {
  Opened db(sample);
  auto writer = db.write();
  for (int i = 0; i < 3000; ++i) {
    must(writer->put(kT, "key" + std::to_string(10000 + i), std::to_string(i)));
  }
  must(writer->commit());
  auto txn = db.read();
  for (bool reverse : {false, true}) {
    ScanOptions options;
    options.reverse = reverse;
    options.row_limit = 700;
    KeyRange range;
    int seen = 0;
    while (true) {
      auto batch = must(txn->scan(kT, range, options));
      for (const KeyValue& row : batch.rows) {
        const int expected = reverse ? 2999 - seen : seen;
        BOOST_REQUIRE(row.value == std::to_string(expected));
        ++seen;
      }
      if (batch.done()) break;
      (reverse ? range.last : range.first) = batch.continuation;
    }
    BOOST_TEST(seen == 3000);
  }
}

BOOST_DATA_TEST_CASE(a_reader_keeps_the_snapshot_it_began_with, kBackends) {
  Opened db(sample);
  db.fill(kT, {{"k", "old"}, {"gone", "here"}});
  auto before = db.read();
  auto writer = db.write();
  must(writer->put(kT, "k", "new"));
  must(writer->erase(kT, "gone"));
  must(writer->put(kT, "more", "x"));
  must(writer->add_posting("p", 1));
  auto during = db.read();
  must(writer->commit());
  auto after = db.read();
  for (ReadTxn* old : {before.get(), during.get()}) {
    BOOST_TEST(scan(*old, kT, KeyRange::all()) == "gone=here k=old");
    BOOST_TEST(get(*old, kT, "more") == "(absent)");
    BOOST_TEST(postings(*old, "p") == Ids());
  }
  BOOST_TEST(scan(*after, kT, KeyRange::all()) == "k=new more=x");
  BOOST_TEST(postings(*after, "p") == Ids{1});
}

BOOST_DATA_TEST_CASE(views_of_a_read_transaction_live_until_it_ends, kBackends) {
  Opened db(sample);
  db.fill(kT, {{"k", "first"}, {"l", "second"}});
  auto txn = db.read();
  const std::string_view value = *must(txn->get(kT, "k"));
  const auto batch = must(txn->scan(kT, KeyRange::all(), {}));
  for (int i = 0; i < 20; ++i) {
    auto writer = db.write();
    must(writer->put(kT, "k", std::to_string(i) + std::string(5000, 'z')));
    if (i % 2 != 0) must(writer->erase_range(kT, {"l", ""}));
    must(writer->commit());
    must(db.read()->get(kT, "k"));
  }
  BOOST_TEST(value == "first");
  BOOST_TEST(shown(batch) == "k=first l=second");
}

BOOST_DATA_TEST_CASE(a_writer_sees_its_own_writes, kBackends) {
  Opened db(sample);
  db.fill(kT, {{"a", "1"}, {"b", "2"}, {"c", "3"}});
  auto txn = db.write();
  must(txn->put(kT, "b", "two"));
  must(txn->put(kT, "bb", "new"));
  must(txn->erase(kT, "c"));
  BOOST_TEST(get(*txn, kT, "b") == "two");
  BOOST_TEST(get(*txn, kT, "c") == "(absent)");
  auto values = must(txn->multi_get(kT, std::vector<std::string>{"a", "bb", "c"}));
  BOOST_TEST(text(values[0]) + text(values[1]) + text(values[2]) == "1new(absent)");
  BOOST_TEST(scan(*txn, kT, KeyRange::all()) == "a=1 b=two bb=new");
  ScanOptions reverse;
  reverse.reverse = true;
  BOOST_TEST(scan(*txn, kT, KeyRange::all(), reverse) == "bb=new b=two a=1");
  must(txn->put(kT, "c", "back"));
  BOOST_TEST(get(*txn, kT, "c") == "back");
}

BOOST_DATA_TEST_CASE(what_is_written_may_be_a_view_of_the_transaction, kBackends) {
  Opened db(sample);
  auto txn = db.write();
  for (int i = 0; i < 60; ++i) {
    must(txn->put(kT, "k" + std::to_string(100 + i), std::string(10 + i, char('a' + i % 26))));
  }
  for (int i = 59; i > 0; --i) {  // each takes its predecessor's value, in pages that change
    const std::string to = "k" + std::to_string(100 + i);
    must(txn->put(kT, to, *must(txn->get(kT, "k" + std::to_string(99 + i)))));
    const ScanBatch first = must(txn->scan(kT, KeyRange::all(), {.row_limit = 1}));
    must(txn->put(kT, first.rows[0].key, first.rows[0].value));
  }
  for (int i = 1; i < 60; ++i) {
    BOOST_REQUIRE(get(*txn, kT, "k" + std::to_string(100 + i)) ==
                  std::string(9 + i, char('a' + (i - 1) % 26)));
  }
}

BOOST_DATA_TEST_CASE(destroying_a_writer_leaves_nothing_of_it, kBackends) {
  Opened db(sample);
  db.fill(kT, {{"k", "v"}});
  {
    auto txn = db.write();
    must(txn->put(kT, "k", "other"));
    must(txn->put(kT, "l", "x"));
    must(txn->add_posting("p", 4));
  }
  auto txn = db.read();
  BOOST_TEST(scan(*txn, kT, KeyRange::all()) == "k=v");
  BOOST_TEST(postings(*txn, "p") == Ids());
  must(db.write()->commit());  // the gate is open again; an empty commit is fine
}

BOOST_DATA_TEST_CASE(erasing_what_is_absent_is_fine, kBackends) {
  Opened db(sample);
  auto txn = db.write();
  must(txn->erase(kT, "no"));
  must(txn->erase_range(kT, {"a", "z"}));
  must(txn->remove_posting("no", 1));
  must(txn->commit());
}

BOOST_DATA_TEST_CASE(erase_range_takes_its_range_and_no_more, kBackends) {
  Opened db(sample);
  db.fill(kT, {{"a", "1"}, {"b", "2"}, {"bb", "3"}, {"c", "4"}});
  auto txn = db.write();
  must(txn->put(kT, "bx", "own"));
  must(txn->erase_range(kT, {"b", "c"}));
  BOOST_TEST(scan(*txn, kT, KeyRange::all()) == "a=1 c=4");
  must(txn->erase_range(kT, {"c", "b"}));  // empty
  BOOST_TEST(scan(*txn, kT, KeyRange::all()) == "a=1 c=4");
  must(txn->commit());
  txn = db.write();
  must(txn->erase_range(kT, KeyRange::all()));
  must(txn->commit());
  BOOST_TEST(scan(*db.read(), kT, KeyRange::all()) == "");
}

BOOST_DATA_TEST_CASE(erase_range_of_many_rows, kBackends) {
  Opened db(sample);
  auto txn = db.write();
  for (int i = 0; i < 5000; ++i) must(txn->put(kT, "k" + std::to_string(i), std::string(20, 'v')));
  must(txn->commit());
  txn = db.write();
  must(txn->erase_range(kT, KeyRange::prefix("k4")));  // k4, k40..k49, k400..k499, k4000..k4999
  must(txn->commit());
  ScanOptions all;
  all.row_limit = 10000;
  BOOST_TEST(must(db.read()->scan(kT, KeyRange::all(), all)).rows.size() == 5000u - 1111u);
}

BOOST_DATA_TEST_CASE(postings_are_sets_in_ascending_order, kBackends) {
  Opened db(sample);
  constexpr std::uint64_t kTop = std::numeric_limits<std::uint64_t>::max();
  auto txn = db.write();
  for (std::uint64_t id : {std::uint64_t{300}, kTop, std::uint64_t{2}, std::uint64_t{0},
                           std::uint64_t{1} << 48, std::uint64_t{300}}) {
    must(txn->add_posting("k", id));
  }
  must(txn->add_posting("kk", 5));
  must(txn->add_posting(std::string("k\0", 2), 6));
  BOOST_TEST(postings(*txn, "k") == (Ids{0, 2, 300, std::uint64_t{1} << 48, kTop}));
  must(txn->remove_posting("k", 2));
  must(txn->remove_posting("k", 77));
  must(txn->commit());
  auto read = db.read();
  BOOST_TEST(postings(*read, "k") == (Ids{0, 300, std::uint64_t{1} << 48, kTop}));
  BOOST_TEST(must(read->count_postings("k")) == 4u);
  BOOST_TEST(postings(*read, "kk") == Ids{5});
  BOOST_TEST(postings(*read, std::string("k\0", 2)) == Ids{6});
  BOOST_TEST(postings(*read, "none") == Ids());
}

BOOST_DATA_TEST_CASE(postings_scan_from_an_id_up_to_a_limit, kBackends) {
  Opened db(sample);
  auto txn = db.write();
  for (std::uint64_t id = 0; id < 20000; id += 2) must(txn->add_posting("k", id));
  must(txn->commit());
  auto read = db.read();
  BOOST_TEST(postings(*read, "k", 10, 3) == (Ids{10, 12, 14}));
  BOOST_TEST(postings(*read, "k", 11, 3) == (Ids{12, 14, 16}));
  BOOST_TEST(postings(*read, "k", 19998, 3) == Ids{19998});
  BOOST_TEST(postings(*read, "k", 19999, 3) == Ids());
  BOOST_TEST(postings(*read, "k", 5, 0) == Ids());
  BOOST_TEST(must(read->count_postings("k")) == 10000u);
  Ids all;  // in uneven blocks
  for (std::uint64_t from = 0;;) {
    const Ids block = postings(*read, "k", from, 777);
    if (block.empty()) break;
    all.insert(all.end(), block.begin(), block.end());
    from = block.back() + 1;
  }
  BOOST_REQUIRE(all.size() == 10000u);
  for (std::size_t i = 0; i < all.size(); ++i) BOOST_REQUIRE(all[i] == 2 * i);
}

BOOST_DATA_TEST_CASE(postings_can_shrink_to_nothing, kBackends) {
  Opened db(sample);
  auto txn = db.write();
  for (std::uint64_t id = 1; id <= 3000; ++id) must(txn->add_posting("k", id));
  must(txn->commit());
  txn = db.write();
  for (std::uint64_t id = 3000; id > 0; --id) must(txn->remove_posting("k", id));
  BOOST_TEST(postings(*txn, "k") == Ids());
  must(txn->commit());
  BOOST_TEST(must(db.read()->count_postings("k")) == 0u);
}

BOOST_DATA_TEST_CASE(erase_range_takes_whole_postings, kBackends) {
  Opened db(sample);
  auto txn = db.write();
  for (std::uint64_t id = 0; id < 1500; ++id) {
    must(txn->add_posting("a", id));
    must(txn->add_posting("b", id));
  }
  must(txn->add_posting(std::string("b\0c", 3), 9));
  must(txn->add_posting("c", 1));
  must(txn->commit());
  txn = db.write();
  must(txn->erase_range(Table::kPostings, {"b", "c"}));
  must(txn->commit());
  auto read = db.read();
  BOOST_TEST(must(read->count_postings("a")) == 1500u);
  BOOST_TEST(must(read->count_postings("b")) == 0u);
  BOOST_TEST(must(read->count_postings(std::string("b\0c", 3))) == 0u);
  BOOST_TEST(must(read->count_postings("c")) == 1u);
}

BOOST_DATA_TEST_CASE(keys_and_values_have_limits, kBackends) {
  Opened db(sample);
  const std::string long_key(kMaxKeyBytes + 1, 'k');
  const std::string max_value(kMaxValueBytes, 'v');
  auto txn = db.write();
  must(txn->put(kT, kMaxKey, max_value));
  must(txn->add_posting(kMaxKey, 1));
  BOOST_TEST((txn->put(kT, long_key, "v").code() == Code::kLimit));
  BOOST_TEST((txn->put(kT, "k", max_value + "v").code() == Code::kLimit));
  BOOST_TEST((txn->put(kT, "", "v").code() == Code::kInvalidArgument));
  BOOST_TEST((txn->erase(kT, "").code() == Code::kInvalidArgument));
  BOOST_TEST((txn->erase(kT, long_key).code() == Code::kLimit));
  BOOST_TEST((txn->get(kT, "").status().code() == Code::kInvalidArgument));
  BOOST_TEST((txn->get(kT, long_key).status().code() == Code::kLimit));
  BOOST_TEST((txn->multi_get(kT, std::vector<std::string>{"a", long_key}).status().code() ==
              Code::kLimit));
  BOOST_TEST((txn->add_posting(long_key, 1).code() == Code::kLimit));
  BOOST_TEST((txn->remove_posting("", 1).code() == Code::kInvalidArgument));
  BOOST_TEST((txn->count_postings(long_key).status().code() == Code::kLimit));
  const std::string message(txn->put(kT, long_key, "v").message());
  BOOST_TEST(message.find("512") != std::string::npos);
  BOOST_TEST(message.find("max_key_bytes") != std::string::npos);
  must(txn->commit());  // what was refused changed nothing and broke nothing
  BOOST_TEST(get(*db.read(), kT, kMaxKey) == max_value);
  BOOST_TEST(postings(*db.read(), kMaxKey) == Ids{1});
}

BOOST_DATA_TEST_CASE(the_aligned_table_refuses_what_would_break_it, kBackends) {
  Opened db(sample);
  auto txn = db.write();
  BOOST_TEST((txn->put(Table::kRecords, "7 bytes", "8 bytes.").code() == Code::kInternal));
  BOOST_TEST((txn->put(Table::kRecords, "8bytekey", "7 bytes").code() == Code::kInternal));
  must(txn->put(Table::kRecords, "8bytekey", ""));
  must(txn->put(Table::kRecords, "8bytekez", "16 bytes, really"));
  must(txn->commit());
}

BOOST_DATA_TEST_CASE(values_of_the_aligned_table_are_aligned, kBackends) {
  Opened db(sample);
  auto aligned = [](std::string_view value) {
    return reinterpret_cast<std::uintptr_t>(value.data()) % 8 == 0;
  };
  auto txn = db.write();
  for (int i = 0; i < 2000; ++i) {
    const std::string key = std::to_string(10000000 + i * 7919 % 2000);
    must(txn->put(Table::kRecords, key, std::string(8 * (i % 40), 'v')));
    if (i % 100 == 0) BOOST_REQUIRE(aligned(*must(txn->get(Table::kRecords, key))));
  }
  must(txn->put(Table::kRecords, "overflow", std::string(8000, 'o')));
  must(txn->commit());
  auto read = db.read();
  ScanOptions all;
  all.row_limit = 5000;
  for (const KeyValue& row : must(read->scan(Table::kRecords, KeyRange::all(), all)).rows) {
    BOOST_REQUIRE(aligned(row.value));
    BOOST_REQUIRE(aligned(*must(read->get(Table::kRecords, std::string(row.key)))));
  }
}

BOOST_DATA_TEST_CASE(maps_and_postings_are_not_mixed_up, kBackends) {
  Opened db(sample);
  auto txn = db.write();
  BOOST_TEST((txn->put(Table::kPostings, "k", "v").code() == Code::kInvalidArgument));
  BOOST_TEST((txn->erase(Table::kPostings, "k").code() == Code::kInvalidArgument));
  BOOST_TEST((txn->get(Table::kPostings, "k").status().code() == Code::kInvalidArgument));
  BOOST_TEST((txn->scan(Table::kPostings, {}, {}).status().code() == Code::kInvalidArgument));
  BOOST_TEST((txn->multi_get(Table::kPostings, {}).status().code() == Code::kInvalidArgument));
}

BOOST_DATA_TEST_CASE(a_transaction_has_a_size_limit, kBackends) {
  Opened db(sample, 100 * 1000);
  auto txn = db.write();
  const std::string value(10000 - 1 - kOperationBytes, 'v');
  for (char c = 'a'; c < 'a' + 10; ++c) must(txn->put(kT, std::string(1, c), value));
  const kith::Status over = txn->put(kT, "z", "");
  BOOST_TEST((over.code() == Code::kLimit));
  BOOST_TEST(std::string(over.message()).find("max_txn_bytes") != std::string::npos);
  BOOST_TEST((txn->add_posting("z", 1).code() == Code::kLimit));
  BOOST_TEST(get(*txn, kT, "j") == value);
  must(txn->commit());  // what fitted stays
  BOOST_TEST(must(db.read()->scan(kT, KeyRange::all(), {})).rows.size() == 10u);
}

BOOST_DATA_TEST_CASE(statistics_count_what_was_asked, kBackends) {
  Opened db(sample);
  auto txn = db.write();
  must(txn->put(kT, "key", "value"));
  must(txn->add_posting("key", 1));
  must(txn->erase(kT, "key"));
  must(txn->erase_range(kT, {"a", "b"}));
  must(txn->remove_posting("key", 1));
  must(txn->get(kT, "key"));
  must(txn->count_postings("key"));
  must(txn->multi_get(kT, std::vector<std::string>{"a", "b", "c"}));
  must(txn->scan(kT, {}, {}));
  postings(*txn, "key");
  const TxnStats& stats = txn->stats();
  BOOST_TEST(stats.puts == 2u);
  BOOST_TEST(stats.deletes == 3u);
  BOOST_TEST(stats.gets == 2u);
  BOOST_TEST(stats.multi_gets == 1u);
  BOOST_TEST(stats.scans == 2u);
  BOOST_TEST(stats.bytes_written == 3u + 5u + 3u + 8u);
}

BOOST_TEST_DECORATOR(*boost::unit_test::label("concurrent"))
BOOST_DATA_TEST_CASE(a_second_writer_waits_and_then_is_told_who_holds_the_gate, kBackends) {
  Opened db(sample);
  auto txn = db.write();
  WriteOptions soon;
  soon.timeout = std::chrono::milliseconds(30);
  kith::Status refused;
  std::thread([&] { refused = db->begin_write(soon).status(); }).join();
  BOOST_TEST((refused.code() == Code::kBusy));
  BOOST_TEST(std::string(refused.message()).find(std::to_string(::getpid())) != std::string::npos);
  // The same thread would wait for itself: it is told at once.
  const auto start = std::chrono::steady_clock::now();
  BOOST_TEST((db->begin_write({}).status().code() == Code::kBusy));
  BOOST_TEST((std::chrono::steady_clock::now() - start < std::chrono::seconds(1)));
  txn.reset();
  std::thread([&] { refused = db->begin_write(soon).status(); }).join();
  BOOST_TEST(refused.ok());
}

BOOST_TEST_DECORATOR(*boost::unit_test::label("concurrent"))
BOOST_DATA_TEST_CASE(waiting_writers_all_get_their_turn, kBackends) {
  Opened db(sample);
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&db] {
      for (int i = 0; i < 10; ++i) {
        auto txn = db->begin_write({});
        if (!txn.ok()) continue;
        auto old = (*txn)->get(kT, "n");
        if (!old.ok()) continue;
        const int n = *old ? std::stoi(std::string(**old)) : 0;
        if (!(*txn)->put(kT, "n", std::to_string(n + 1)).ok()) continue;
        static_cast<void>((*txn)->commit().ok());
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  BOOST_TEST(get(*db.read(), kT, "n") == "40");
}

BOOST_TEST_DECORATOR(*boost::unit_test::label("concurrent"))
BOOST_DATA_TEST_CASE(a_writer_belongs_to_its_thread, kBackends) {
  Opened db(sample);
  auto txn = db.write();
  Code codes[5] = {};
  std::thread([&] {
    codes[0] = txn->put(kT, "k", "v").code();
    codes[1] = txn->get(kT, "k").status().code();
    codes[2] = txn->commit().code();
    codes[3] = txn->scan(kT, {}, {}).status().code();
    codes[4] = txn->erase_range(kT, {}).code();
  }).join();
  for (Code code : codes) BOOST_TEST((code == Code::kWrongThread));
  must(txn->put(kT, "k", "v"));  // and is none the worse for it
  must(txn->commit());
}

BOOST_TEST_DECORATOR(*boost::unit_test::label("concurrent"))
BOOST_DATA_TEST_CASE(a_writer_destroyed_elsewhere_ends_when_its_thread_comes_back, kBackends) {
  Opened db(sample);
  auto txn = db.write();
  must(txn->put(kT, "k", "v"));
  std::thread([&] { txn.reset(); }).join();
  db.fill(kT, {{"l", "w"}});
  BOOST_TEST(scan(*db.read(), kT, {}) == "l=w");
}

BOOST_TEST_DECORATOR(*boost::unit_test::label("concurrent"))
BOOST_DATA_TEST_CASE(a_reader_may_move_between_threads, kBackends) {
  Opened db(sample);
  db.fill(kT, {{"k", "v"}});
  auto txn = db.read();
  std::string seen;
  std::thread([&] {
    seen = text(*txn->get(kT, "k"));
    txn.reset();
  }).join();
  BOOST_TEST(seen == "v");
  db.fill(kT, {{"k", "w"}});
  BOOST_TEST(get(*db.read(), kT, "k") == "w");
}

BOOST_DATA_TEST_CASE(a_committed_writer_is_over, kBackends) {
  Opened db(sample);
  auto txn = db.write();
  must(txn->put(kT, "k", "v"));
  must(txn->commit());
  BOOST_TEST((txn->commit().code() == Code::kClosed));
  BOOST_TEST((txn->put(kT, "k", "w").code() == Code::kClosed));
  BOOST_TEST((txn->get(kT, "k").status().code() == Code::kClosed));
  db.fill(kT, {{"l", "next"}});  // although the first object still exists
  BOOST_TEST(scan(*db.read(), kT, {}) == "k=v l=next");
}

BOOST_DATA_TEST_CASE(a_transaction_keeps_its_store_alive, kBackends) {
  std::unique_ptr<ReadTxn> txn;
  {
    Opened db(sample);
    db.fill(kT, {{"k", "v"}});
    txn = db.read();
  }
  BOOST_TEST(get(*txn, kT, "k") == "v");
}

BOOST_DATA_TEST_CASE(deferred_commits_are_seen_at_once, kBackends) {
  Opened db(sample);
  WriteOptions deferred;
  deferred.durability = Durability::kDeferred;
  auto txn = must(db->begin_write(deferred));
  must(txn->put(kT, "k", "v"));
  must(txn->commit());
  BOOST_TEST(get(*db.read(), kT, "k") == "v");
  db.fill(kT, {{"l", "full"}});
  BOOST_TEST(get(*db.read(), kT, "l") == "full");
}

BOOST_DATA_TEST_CASE(info_describes_the_store, kBackends) {
  Opened db(sample);
  db.fill(kT, {{"k", "v"}});
  auto txn = db.read();
  const StoreInfo info = must(db->info());
  BOOST_TEST(info.readers == 1u);
  BOOST_TEST(!info.read_only);
  BOOST_TEST(info.in_memory == (sample == Backend::kMemory));
  if (!info.in_memory) BOOST_TEST(info.file_bytes > 0u);
  if (!info.in_memory) BOOST_TEST(info.map_bytes >= info.file_bytes);
}

BOOST_AUTO_TEST_SUITE_END()
