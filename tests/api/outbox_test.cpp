// The outbox through the public interface: what a host does with it.
#include "tests/api/fixture.hpp"
#include "tests/support/temp_dir.hpp"

namespace kith::test {

namespace {

MessageDraft letter(RecordId about = {}) {
  MessageDraft draft;
  draft.topic = "email";
  draft.payload = Map{{Value("to"), Value("ada@example.com")}};
  draft.record = about;
  return draft;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(api_outbox)

BOOST_AUTO_TEST_CASE(a_transaction_of_messages_alone_is_kept) {
  testing::TempDir folder;
  const std::string path = folder.sub("crm");
  {
    SmallCrm crm(path);
    Transaction t = crm.begin();
    BOOST_TEST(require(t.send(letter())) == 1u);
    BOOST_TEST(require(t.outbox()).size() == 1u);
    KITH_CHECK_OK(t.commit());
    BOOST_TEST(t.committed_sequence() == 0u);
  }
  const Database db = require(Database::open(path));
  const Session session = require(db.session({}));
  const Timestamp now = at("2026-03-01T10:00:00Z");
  std::uint64_t token = 0;
  {
    Transaction t = require(session.begin({.now = now}));
    const std::vector<OutboxMessage> leased = require(t.lease());
    BOOST_REQUIRE(leased.size() == 1u);
    token = leased.front().token;
    KITH_CHECK_OK(t.commit());
  }
  BOOST_TEST((require(require(session.read(now)).outbox()).front().state == MessageState::kLeased));
  Transaction t = require(session.begin({.now = now}));
  KITH_CHECK_OK(t.acknowledge(1, token));
  KITH_CHECK_OK(t.commit());
  BOOST_TEST(require(require(session.read(now)).outbox()).empty());
}

BOOST_AUTO_TEST_CASE(a_lease_of_a_dropped_transaction_was_never_taken) {
  SmallCrm crm;
  {
    Transaction t = crm.begin();
    require(t.send(letter()));
    KITH_CHECK_OK(t.commit());
  }
  {
    Transaction t = crm.begin();
    BOOST_TEST(require(t.lease()).size() == 1u);
  }
  const OutboxMessage m = require(require(crm.session.read(crm.now)).outbox()).front();
  BOOST_TEST((m.state == MessageState::kPending));
  BOOST_TEST(m.attempts == 0u);
}

BOOST_AUTO_TEST_CASE(a_refused_message_leaves_the_transaction_as_it_was) {
  SmallCrm crm;
  const RecordId acme = crm.create("account", {{"name", "Acme"}});
  Transaction t = crm.begin();
  MessageDraft nameless = letter(acme);
  nameless.topic.clear();
  BOOST_TEST((t.send(nameless).status().code() == Code::kInvalidArgument));
  BOOST_TEST((t.send(letter(RecordId(acme.type(), 99))).status().code() == Code::kInvalidArgument));
  MessageDraft large = letter();
  large.payload = Map{{Value("body"), Value(std::string(200'000, 'x'))}};
  BOOST_TEST((t.send(large).status().code() == Code::kLimit));
  BOOST_TEST((t.acknowledge(1, 1).code() == Code::kNotFound));
  BOOST_TEST((t.discard(1).code() == Code::kNotFound));
  require(t.send(letter(acme)));
  BOOST_TEST((t.revive(1).code() == Code::kInvalidArgument));
  BOOST_TEST((t.acknowledge(1, 1).code() == Code::kConflict));
  KITH_CHECK_OK(t.update(acme, {{"industry", "retail"}}));
  KITH_CHECK_OK(t.commit());
  BOOST_TEST(require(crm.read().outbox()).size() == 1u);
}

BOOST_AUTO_TEST_CASE(the_limit_of_attempts_is_the_databases) {
  CreateOptions options;
  options.now = at("2026-03-01T09:00:00Z");
  options.open.limits.max_message_attempts = 2;
  const Database db = require(Database::create(":memory:", options));
  const Session session = require(db.session({}));
  Timestamp now = options.now;
  const auto act = [&](auto body) {
    Transaction t = require(session.begin({.now = now}));
    body(t);
    KITH_CHECK_OK(t.commit());
  };
  act([](Transaction& t) { require(t.send(letter())); });
  for (int i = 0; i < 2; ++i) {
    act([](Transaction& t) {
      const OutboxMessage m = require(t.lease()).front();
      KITH_CHECK_OK(t.refuse(m.sequence, m.token, {.error = "bounced"}));
    });
    now = Timestamp(now.seconds() + 3600, 0);
  }
  const OutboxMessage dead = require(require(session.read(now)).outbox()).front();
  BOOST_TEST((dead.state == MessageState::kDead));
  BOOST_TEST(dead.last_error == "bounced");
  act([](Transaction& t) { KITH_CHECK_OK(t.revive(1)); });
  act([](Transaction& t) { BOOST_TEST(require(t.lease()).size() == 1u); });
  act([](Transaction& t) { KITH_CHECK_OK(t.discard(1)); });
  BOOST_TEST(require(require(session.read(now)).outbox()).empty());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace kith::test
