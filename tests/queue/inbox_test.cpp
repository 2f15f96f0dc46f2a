#include "queue/inbox.hpp"

#include "queue/runs.hpp"
#include "tests/queue/stores.hpp"

namespace kith::queue {

BOOST_AUTO_TEST_SUITE(queue_inbox)

BOOST_AUTO_TEST_CASE(an_event_is_remembered_with_its_answer_until_it_is_forgotten) {
  for_each_store([](store::Store& store) {
    in_transaction(store, [&](store::WriteTxn& txn) {
      BOOST_TEST(!require(find_event(txn, "form/1")));
      require(remember_event(txn, "form/1", second(0), Duration::seconds(10), "made deal 4"));
      require(remember_event(txn, "form/2", second(0), Duration::seconds(20), ""));
      BOOST_TEST((require(find_event(txn, "form/1")) == std::optional<std::string>("made deal 4")));
      BOOST_TEST(require(expire(txn, second(9), 10)) == 0u);
      BOOST_TEST(require(expire(txn, second(10), 10)) == 1u);
      BOOST_TEST(!require(find_event(txn, "form/1")));
      BOOST_TEST((require(find_event(txn, "form/2")) == std::optional<std::string>("")));
    });
  });
}

BOOST_AUTO_TEST_CASE(remembering_again_lasts_from_then_on) {
  for_each_store([](store::Store& store) {
    in_transaction(store, [&](store::WriteTxn& txn) {
      require(remember_event(txn, "e", second(0), Duration::seconds(10), "one"));
      require(remember_event(txn, "e", second(5), Duration::seconds(10), "two"));
      BOOST_TEST(require(expire(txn, second(14), 10)) == 0u);
      BOOST_TEST((require(find_event(txn, "e")) == std::optional<std::string>("two")));
      BOOST_TEST(require(expire(txn, second(15), 10)) == 1u);
      BOOST_TEST(rows_of(txn, 'x') == 0u);
    });
  });
}

BOOST_AUTO_TEST_CASE(an_id_has_a_length_and_damage_is_reported) {
  for_each_store([](store::Store& store) {
    in_transaction(store, [&](store::WriteTxn& txn) {
      const std::string longest(kMaxEventIdBytes, 'x');
      require(remember_event(txn, longest, second(0), Duration::seconds(1), ""));
      for (const std::string& id : {std::string(), longest + "x"}) {
        BOOST_TEST((find_event(txn, id).status().code() == Code::kInvalidArgument));
        BOOST_TEST((remember_event(txn, id, second(0), Duration::seconds(1), "").code() ==
                    Code::kInvalidArgument));
      }
      require(txn.put(store::Table::kQueue, inbox_key("bad"), "\x01"));
      BOOST_TEST((find_event(txn, "bad").status().code() == Code::kCorrupt));
    });
  });
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace kith::queue
