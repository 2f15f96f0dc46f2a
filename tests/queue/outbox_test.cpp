#include "queue/outbox.hpp"

#include <optional>

#include "queue/runs.hpp"
#include "tests/queue/stores.hpp"

namespace kith::queue {

namespace {

const RecordId kAda(1, 1);
const RecordId kBob(1, 2);
const OutboxLimits kLimits;
const Duration kKeep = Duration::days(1);

std::uint64_t put(store::WriteTxn& txn, RecordId record, std::string_view key = {},
                  std::int64_t when = 0) {
  MessageDraft draft;
  draft.topic = "email";
  draft.payload = Map{{Value("to"), Value("someone")}};
  draft.idempotency_key = std::string(key);
  draft.record = record;
  return require(enqueue(txn, second(when), draft, 0));
}

std::vector<OutboxMessage> take(store::WriteTxn& txn, std::int64_t when, std::uint32_t limit = 10) {
  return require(lease(txn, second(when), {.limit = limit}, kLimits));
}

// The message as it is seen at that second; nothing when it has gone.
std::optional<OutboxMessage> message_at(store::ReadTxn& txn, std::int64_t when,
                                        std::uint64_t sequence) {
  OutboxFilter from_it;
  from_it.after = sequence - 1;
  from_it.limit = 1;
  const std::vector<OutboxMessage> found = require(messages(txn, second(when), from_it));
  if (found.empty() || found.front().sequence != sequence) return std::nullopt;
  return found.front();
}

std::vector<std::uint64_t> sequences(const std::vector<OutboxMessage>& messages) {
  std::vector<std::uint64_t> found;
  for (const OutboxMessage& m : messages) found.push_back(m.sequence);
  return found;
}

using Numbers = std::vector<std::uint64_t>;

}  // namespace

BOOST_AUTO_TEST_SUITE(queue_outbox)

BOOST_AUTO_TEST_CASE(a_message_is_leased_acknowledged_and_gone) {
  for_each_store([](store::Store& store) {
    in_transaction(store, [&](store::WriteTxn& txn) {
      const std::uint64_t sequence = put(txn, kAda, "welcome/ada");
      const std::vector<OutboxMessage> leased = take(txn, 1);
      BOOST_REQUIRE(leased.size() == 1u);
      const OutboxMessage& m = leased.front();
      BOOST_TEST(m.sequence == sequence);
      BOOST_TEST(m.topic == "email");
      BOOST_TEST((m.payload == Map{{Value("to"), Value("someone")}}));
      BOOST_TEST(m.idempotency_key == "welcome/ada");
      BOOST_TEST((m.record == kAda));
      BOOST_TEST((m.created == second(0)));
      BOOST_TEST((m.state == MessageState::kLeased));
      BOOST_TEST((m.not_before == second(61)));
      BOOST_TEST(m.attempts == 1u);
      BOOST_TEST(take(txn, 60).empty());
      BOOST_TEST(
          (acknowledge(txn, second(2), sequence, m.token + 1, kKeep).code() == Code::kConflict));
      require(acknowledge(txn, second(2), sequence, m.token, kKeep));
      BOOST_TEST((acknowledge(txn, second(2), sequence, m.token, kKeep).code() == Code::kNotFound));
      BOOST_TEST(!message_at(txn, 2, sequence));
      for (char kind : {'o', 'p', 'q'}) BOOST_TEST(rows_of(txn, kind) == 0u);
    });
  });
}

BOOST_AUTO_TEST_CASE(a_lease_that_ran_out_gives_the_message_back_with_a_higher_token) {
  for_each_store([](store::Store& store) {
    in_transaction(store, [&](store::WriteTxn& txn) {
      const std::uint64_t sequence = put(txn, kAda);
      const std::uint64_t old = take(txn, 0).front().token;
      const OutboxMessage back = *message_at(txn, 60, sequence);
      BOOST_TEST((back.state == MessageState::kPending));
      const OutboxMessage again = take(txn, 60).front();
      BOOST_TEST(again.token > old);
      BOOST_TEST(again.attempts == 2u);
      BOOST_TEST((acknowledge(txn, second(61), sequence, old, kKeep).code() == Code::kConflict));
      BOOST_TEST((refuse(txn, second(61), sequence, old, {}, kLimits).code() == Code::kConflict));
      require(acknowledge(txn, second(200), sequence, again.token, kKeep));
    });
  });
}

BOOST_AUTO_TEST_CASE(messages_of_one_record_keep_their_order_and_others_do_not_wait) {
  for_each_store([](store::Store& store) {
    in_transaction(store, [&](store::WriteTxn& txn) {
      put(txn, kAda);        // 1
      put(txn, kAda);        // 2
      put(txn, kBob);        // 3
      put(txn, RecordId());  // 4
      put(txn, RecordId());  // 5
      const std::vector<OutboxMessage> first = take(txn, 1);
      BOOST_TEST((sequences(first) == Numbers{1, 3, 4, 5}));
      BOOST_TEST(take(txn, 2).empty());
      // A refused message holds its place.
      require(refuse(txn, second(2), 1, first[0].token, {.error = "bounced"}, kLimits));
      BOOST_TEST(take(txn, 3).empty());
      const OutboxMessage retried = take(txn, 32).front();
      BOOST_TEST(retried.sequence == 1u);
      BOOST_TEST(retried.last_error == "bounced");
      require(acknowledge(txn, second(33), 1, retried.token, kKeep));
      BOOST_TEST((sequences(take(txn, 33)) == Numbers{2}));
    });
  });
}

BOOST_AUTO_TEST_CASE(refusals_wait_twice_as_long_each_time_and_end_in_death) {
  for_each_store([](store::Store& store) {
    in_transaction(store, [&](store::WriteTxn& txn) {
      put(txn, kAda);
      put(txn, kAda);
      std::int64_t now = 0;
      for (std::int64_t wait : {30, 60, 120, 240, 480, 960, 1920}) {
        const OutboxMessage m = take(txn, now).front();
        BOOST_TEST(m.sequence == 1u);
        require(refuse(txn, second(now), 1, m.token, {.error = "no"}, kLimits));
        BOOST_TEST(take(txn, now + wait - 1).empty());
        now += wait;
      }
      const OutboxMessage last = take(txn, now).front();
      BOOST_TEST(last.attempts == 8u);
      require(refuse(txn, second(now), 1, last.token, {.error = "no"}, kLimits));
      BOOST_TEST((message_at(txn, now, 1)->state == MessageState::kDead));
      BOOST_TEST((sequences(take(txn, now)) == Numbers{2}));
      BOOST_TEST((refuse(txn, second(now), 1, last.token, {}, kLimits).code() == Code::kConflict));
    });
  });
}

BOOST_AUTO_TEST_CASE(the_longest_wait_is_an_hour_and_the_host_may_choose_another) {
  for_each_store([](store::Store& store) {
    in_transaction(store, [&](store::WriteTxn& txn) {
      OutboxLimits patient = kLimits;
      patient.max_attempts = 100;
      put(txn, kAda);
      std::int64_t now = 0;
      for (int i = 0; i < 10; ++i, now += 3600) {
        const OutboxMessage m = require(lease(txn, second(now), {}, patient)).front();
        require(refuse(txn, second(now), 1, m.token, {}, patient));
      }
      BOOST_TEST((message_at(txn, now, 1)->not_before == second(now)));
      const OutboxMessage m = require(lease(txn, second(now), {}, patient)).front();
      RefuseOptions soon;
      soon.retry_after = Duration::seconds(1);
      require(refuse(txn, second(now), 1, m.token, soon, patient));
      const OutboxMessage next = require(lease(txn, second(now + 1), {}, patient)).front();
      soon.retry_after = Duration::seconds(-1);
      BOOST_TEST((refuse(txn, second(now), 1, next.token, soon, patient).code() ==
                  Code::kInvalidArgument));
    });
  });
}

BOOST_AUTO_TEST_CASE(a_deliverer_that_never_comes_back_does_not_take_a_message_for_ever) {
  for_each_store([](store::Store& store) {
    in_transaction(store, [&](store::WriteTxn& txn) {
      put(txn, kAda);
      put(txn, kAda);
      std::int64_t now = 0;
      for (int i = 0; i < 8; ++i, now += 60) BOOST_TEST(take(txn, now).front().sequence == 1u);
      // The ninth lease buries it and hands out the one behind it at once.
      BOOST_TEST((sequences(take(txn, now)) == Numbers{2}));
      const OutboxMessage dead = *message_at(txn, now, 1);
      BOOST_TEST((dead.state == MessageState::kDead));
      BOOST_TEST(!dead.last_error.empty());
    });
  });
}

BOOST_AUTO_TEST_CASE(the_dead_can_be_revived_or_discarded) {
  for_each_store([](store::Store& store) {
    in_transaction(store, [&](store::WriteTxn& txn) {
      put(txn, kAda, "a");
      put(txn, kAda, "b");
      const std::uint64_t token = take(txn, 0).front().token;
      require(refuse(txn, second(0), 1, token, {.error = "gone", .dead = true}, kLimits));
      BOOST_TEST((revive(txn, second(1), 2).code() == Code::kInvalidArgument));
      BOOST_TEST((revive(txn, second(1), 9).code() == Code::kNotFound));
      require(revive(txn, second(1), 1));
      // The second is in front now; the first waits for it, as one at a time goes out.
      const OutboxMessage second_message = take(txn, 1).front();
      BOOST_TEST(second_message.sequence == 2u);
      require(acknowledge(txn, second(2), 2, second_message.token, kKeep));
      const OutboxMessage revived = take(txn, 2).front();
      BOOST_TEST(revived.sequence == 1u);
      BOOST_TEST(revived.attempts == 1u);
      BOOST_TEST(revived.token > token);
      require(discard(txn, second(3), 1, kKeep));
      BOOST_TEST((discard(txn, second(3), 1, kKeep).code() == Code::kNotFound));
      for (char kind : {'o', 'p', 'q'}) BOOST_TEST(rows_of(txn, kind) == 0u);
    });
  });
}

BOOST_AUTO_TEST_CASE(discarding_one_in_the_middle_leaves_the_first_in_front) {
  for_each_store([](store::Store& store) {
    in_transaction(store, [&](store::WriteTxn& txn) {
      for (int i = 0; i < 3; ++i) put(txn, kAda);
      require(discard(txn, second(0), 2, kKeep));
      BOOST_TEST((sequences(take(txn, 0)) == Numbers{1}));
      require(discard(txn, second(0), 1, kKeep));
      BOOST_TEST((sequences(take(txn, 0)) == Numbers{3}));
    });
  });
}

BOOST_AUTO_TEST_CASE(a_key_is_used_once_until_it_has_expired) {
  for_each_store([](store::Store& store) {
    in_transaction(store, [&](store::WriteTxn& txn) {
      BOOST_TEST(put(txn, kAda, "once") == 1u);
      BOOST_TEST(put(txn, kBob, "once") == 1u);
      BOOST_TEST(rows_of(txn, 'o') == 1u);
      const std::uint64_t token = take(txn, 0).front().token;
      require(acknowledge(txn, second(0), 1, token, Duration::seconds(100)));
      BOOST_TEST(put(txn, kAda, "once", 50) == 1u);
      BOOST_TEST(rows_of(txn, 'o') == 0u);
      BOOST_TEST(require(expire(txn, second(100), 10)) == 1u);
      BOOST_TEST(put(txn, kAda, "once", 100) == 2u);
      // Without a key each has its own, even when a host has guessed it.
      put(txn, kAda, "message/4");
      BOOST_TEST(put(txn, kAda) == 4u);
      BOOST_TEST(message_at(txn, 0, 4)->idempotency_key != "message/4");
    });
  });
}

BOOST_AUTO_TEST_CASE(what_a_run_sends_is_never_taken_for_something_sent_before) {
  for_each_store([](store::Store& store) {
    in_transaction(store, [&](store::WriteTxn& txn) {
      MessageDraft draft;
      draft.idempotency_key = "welcome/deal:1/1/1";
      BOOST_TEST(require(enqueue(txn, second(0), draft, 4)) == 1u);
      BOOST_TEST(require(enqueue(txn, second(0), draft, 9)) == 2u);
      BOOST_TEST(message_at(txn, 0, 2)->idempotency_key == "welcome/deal:1/1/1/run 9");
    });
  });
}

BOOST_AUTO_TEST_CASE(not_before_topic_and_limit_say_what_is_handed_out) {
  for_each_store([](store::Store& store) {
    in_transaction(store, [&](store::WriteTxn& txn) {
      MessageDraft later;
      later.topic = "sms";
      later.not_before = second(100);
      require(enqueue(txn, second(0), later, 3));
      for (int i = 0; i < 300; ++i) put(txn, RecordId());
      BOOST_TEST(require(lease(txn, second(99), {.limit = 10, .topic = "sms"}, kLimits)).empty());
      const auto due = require(lease(txn, second(100), {.limit = 10, .topic = "sms"}, kLimits));
      BOOST_TEST((sequences(due) == Numbers{1}));
      BOOST_TEST(due.front().run == 3u);
      BOOST_TEST(take(txn, 100, 250).size() == 250u);
      BOOST_TEST(take(txn, 100, 250).size() == 50u);
      BOOST_TEST((lease(txn, second(0), {.limit = 1, .ttl = Duration()}, kLimits).status().code() ==
                  Code::kInvalidArgument));
    });
  });
}

BOOST_AUTO_TEST_CASE(messages_are_listed_by_state_topic_and_page) {
  for_each_store([](store::Store& store) {
    in_transaction(store, [&](store::WriteTxn& txn) {
      for (int i = 0; i < 5; ++i) put(txn, RecordId());
      take(txn, 0, 2);
      const std::uint64_t token = take(txn, 0, 1).front().token;
      require(refuse(txn, second(0), 3, token, {.error = {}, .dead = true}, kLimits));
      const auto list = [&](const OutboxFilter& filter, std::int64_t now = 0) {
        return sequences(require(messages(txn, second(now), filter)));
      };
      BOOST_TEST((list({}) == Numbers{1, 2, 3, 4, 5}));
      BOOST_TEST((list({.state = MessageState::kLeased}) == Numbers{1, 2}));
      BOOST_TEST((list({.state = MessageState::kLeased}, 60).empty()));
      BOOST_TEST((list({.state = MessageState::kPending}, 60) == Numbers{1, 2, 4, 5}));
      BOOST_TEST((list({.state = MessageState::kDead}) == Numbers{3}));
      BOOST_TEST((list({.topic = "sms"}).empty()));
      BOOST_TEST((list({.topic = {}, .after = 2, .limit = 2}) == Numbers{3, 4}));
      BOOST_TEST((list({.topic = {}, .after = ~std::uint64_t{0}}).empty()));
      BOOST_TEST((list({.topic = {}, .after = 0, .limit = 0}).empty()));
    });
  });
}

BOOST_AUTO_TEST_CASE(what_is_too_large_is_refused_and_damage_reported) {
  for_each_store([](store::Store& store) {
    in_transaction(store, [&](store::WriteTxn& txn) {
      MessageDraft draft;
      draft.idempotency_key.assign(401, 'k');
      BOOST_TEST((enqueue(txn, second(0), draft, 0).status().code() == Code::kLimit));
      draft.idempotency_key.assign(400, 'k');
      draft.payload = Map{{Value("body"), Value(std::string(100'000, 'x'))}};
      BOOST_TEST((enqueue(txn, second(0), draft, 0).status().code() == Code::kLimit));
      BOOST_TEST(txn.stats().puts == 0u);
      draft.payload = Map{{Value("body"), Value(std::string(98'000, 'x'))}};
      require(enqueue(txn, second(0), draft, 0));
      // An error of any length still fits, and is not cut within a character.
      std::string error(999, 'e');
      for (int i = 0; i < 100; ++i) error += "\u00e9";
      const std::uint64_t token = take(txn, 0).front().token;
      require(refuse(txn, second(0), 1, token, {.error = error}, kLimits));
      BOOST_TEST(message_at(txn, 0, 1)->last_error == std::string(999, 'e'));

      const std::string good(*require(txn.get(store::Table::kQueue, message_key(1))));
      for (const std::string& bad :
           {std::string(), good.substr(0, 10), good.substr(0, good.size() - 1), good + "x",
            "\x02" + good.substr(1)}) {
        require(txn.put(store::Table::kQueue, message_key(1), bad));
        BOOST_TEST((discard(txn, second(0), 1, kKeep).code() == Code::kCorrupt));
        BOOST_TEST((messages(txn, second(0), {}).status().code() == Code::kCorrupt));
        BOOST_TEST((lease(txn, second(1000), {}, kLimits).status().code() == Code::kCorrupt));
      }
    });
  });
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace kith::queue
