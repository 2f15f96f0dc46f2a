// The outbox against a simple model of what it promises, over random operations.
#include <algorithm>
#include <map>
#include <random>

#include "queue/outbox.hpp"
#include "queue/runs.hpp"
#include "tests/queue/stores.hpp"

namespace kith::queue {

namespace {

const OutboxLimits kLimits{.max_attempts = 3};
const Duration kKeep = Duration::hours(2);

struct Sketch {
  RecordId record;
  std::string key;
  MessageState state = MessageState::kPending;
  std::int64_t not_before = 0;
  std::uint32_t attempts = 0;
  std::uint64_t token = 0;
  bool in_front = false;
};

// What the outbox should do, written without any index.
class Model {
 public:
  std::uint64_t enqueue(RecordId record, const std::string& key, std::int64_t now,
                        std::int64_t not_before) {
    if (keys_.contains(key)) return keys_.at(key);
    const std::uint64_t sequence = ++last_;
    Sketch m;
    m.record = record;
    m.key = key;
    m.not_before = std::max(now, not_before);
    m.in_front = !held(record);
    messages_[sequence] = m;
    keys_[key] = sequence;
    return sequence;
  }

  std::vector<std::uint64_t> lease(std::int64_t now, std::size_t limit) {
    std::vector<std::uint64_t> taken;
    while (taken.size() < limit) {
      const std::uint64_t next = first_due(now);
      if (next == 0) break;
      Sketch& m = messages_.at(next);
      if (m.attempts >= kLimits.max_attempts) {
        die(next);
        continue;
      }
      m.state = MessageState::kLeased;
      m.not_before = now + 60;
      ++m.attempts;
      ++m.token;
      taken.push_back(next);
    }
    return taken;
  }

  bool holds(std::uint64_t sequence, std::uint64_t token) const {
    auto at = messages_.find(sequence);
    return at != messages_.end() && at->second.state == MessageState::kLeased &&
           at->second.token == token;
  }
  void refuse(std::uint64_t sequence, std::int64_t now) {
    Sketch& m = messages_.at(sequence);
    if (m.attempts >= kLimits.max_attempts) return die(sequence);
    m.state = MessageState::kPending;
    m.not_before = now + (m.attempts == 1 ? 30 : 60);
  }
  void drop(std::uint64_t sequence, std::int64_t now) {
    const Sketch m = messages_.at(sequence);
    messages_.erase(sequence);
    forgotten_.emplace(now + 7200, m.key);
    if (m.in_front) step_forward(m.record);
  }
  void revive(std::uint64_t sequence, std::int64_t now) {
    Sketch& m = messages_.at(sequence);
    m.in_front = !held(m.record);
    m.state = MessageState::kPending;
    m.attempts = 0;
    m.not_before = now;
  }
  void expire(std::int64_t now) {
    while (!forgotten_.empty() && forgotten_.begin()->first <= now) {
      keys_.erase(forgotten_.begin()->second);
      forgotten_.erase(forgotten_.begin());
    }
  }

  const std::map<std::uint64_t, Sketch>& messages() const { return messages_; }

 private:
  bool held(RecordId record) const {
    return !record.is_null() &&
           std::any_of(messages_.begin(), messages_.end(), [&](const auto& item) {
             return item.second.record == record && item.second.in_front;
           });
  }
  std::uint64_t first_due(std::int64_t now) const {
    std::uint64_t best = 0;
    for (const auto& [sequence, m] : messages_) {
      if (!m.in_front || m.not_before > now) continue;
      if (best == 0 || m.not_before < messages_.at(best).not_before) best = sequence;
    }
    return best;
  }
  void step_forward(RecordId record) {
    if (record.is_null()) return;
    for (auto& [sequence, m] : messages_) {
      if (m.record != record || m.state == MessageState::kDead) continue;
      m.in_front = true;
      return;
    }
  }
  void die(std::uint64_t sequence) {
    Sketch& m = messages_.at(sequence);
    m.state = MessageState::kDead;
    if (std::exchange(m.in_front, false)) step_forward(m.record);
  }

  std::uint64_t last_ = 0;
  std::map<std::uint64_t, Sketch> messages_;
  std::map<std::string, std::uint64_t> keys_;
  std::multimap<std::int64_t, std::string> forgotten_;
};

class Walk {
 public:
  Walk(store::WriteTxn& txn, std::uint64_t seed) : txn_(txn), random_(seed) {}

  void step() {
    now_ += below(40);
    switch (below(8)) {
      case 0:
      case 1:
      case 2: return put();
      case 3: return take();
      case 4: return answer(true);
      case 5: return answer(false);
      case 6: return raise_or_drop();
      default: return forget();
    }
  }

  void compare() {
    const std::vector<OutboxMessage> found = require(messages(txn_, second(now_), {}));
    BOOST_REQUIRE(found.size() == model_.messages().size());
    std::size_t in_front = 0;
    for (const OutboxMessage& m : found) {
      const Sketch& s = model_.messages().at(m.sequence);
      const bool ran_out = s.state == MessageState::kLeased && s.not_before <= now_;
      BOOST_REQUIRE((m.state == (ran_out ? MessageState::kPending : s.state)));
      BOOST_REQUIRE((m.not_before == second(s.not_before)));
      BOOST_REQUIRE(m.attempts == s.attempts);
      BOOST_REQUIRE(m.idempotency_key == s.key);
      in_front += s.in_front ? 1 : 0;
    }
    BOOST_REQUIRE(rows_of(txn_, 'p') == in_front);
  }

 private:
  std::int64_t below(std::int64_t bound) {
    return static_cast<std::int64_t>(random_() % static_cast<std::uint64_t>(bound));
  }

  void put() {
    MessageDraft draft;
    draft.record = RecordId(below(4) == 0 ? 0u : RecordId(1, 1 + below(4)).bits());
    draft.idempotency_key = "key/" + std::to_string(below(200));
    const std::int64_t not_before = now_ + (below(3) == 0 ? below(100) : 0);
    draft.not_before = second(not_before);
    const std::uint64_t wanted =
        model_.enqueue(draft.record, draft.idempotency_key, now_, not_before);
    BOOST_REQUIRE(require(enqueue(txn_, second(now_), draft, 0)) == wanted);
  }

  void take() {
    const auto limit = static_cast<std::uint32_t>(1 + below(5));
    const std::vector<std::uint64_t> wanted = model_.lease(now_, limit);
    const auto leased = require(lease(txn_, second(now_), {.limit = limit}, kLimits));
    std::vector<std::uint64_t> found;
    for (const OutboxMessage& m : leased) {
      found.push_back(m.sequence);
      tokens_.emplace_back(m.sequence, m.token);
    }
    BOOST_REQUIRE((found == wanted));
  }

  void answer(bool delivered) {
    if (tokens_.empty()) return;
    const auto [sequence, token] =
        tokens_[static_cast<std::size_t>(below(static_cast<std::int64_t>(tokens_.size())))];
    const bool there = model_.messages().contains(sequence);
    const Code wanted = model_.holds(sequence, token) ? Code::kOk
                        : there                       ? Code::kConflict
                                                      : Code::kNotFound;
    if (delivered) {
      BOOST_REQUIRE((acknowledge(txn_, second(now_), sequence, token, kKeep).code() == wanted));
      if (wanted == Code::kOk) model_.drop(sequence, now_);
    } else {
      BOOST_REQUIRE((refuse(txn_, second(now_), sequence, token, {}, kLimits).code() == wanted));
      if (wanted == Code::kOk) model_.refuse(sequence, now_);
    }
  }

  void raise_or_drop() {
    if (model_.messages().empty()) return;
    auto at = model_.messages().begin();
    std::advance(at, below(static_cast<std::int64_t>(model_.messages().size())));
    const std::uint64_t sequence = at->first;
    if (at->second.state == MessageState::kDead && below(3) > 0) {
      require(revive(txn_, second(now_), sequence));
      model_.revive(sequence, now_);
    } else if (below(3) == 0) {
      require(discard(txn_, second(now_), sequence, kKeep));
      model_.drop(sequence, now_);
    }
  }

  void forget() {
    require(expire(txn_, second(now_), 1'000'000));
    model_.expire(now_);
  }

  store::WriteTxn& txn_;
  std::mt19937_64 random_;
  Model model_;
  std::int64_t now_ = 0;
  std::vector<std::pair<std::uint64_t, std::uint64_t>> tokens_;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(queue_outbox_model)

BOOST_AUTO_TEST_CASE(any_order_of_operations_keeps_what_is_promised) {
  for_each_store([](store::Store& store) {
    for (std::uint64_t seed = 1; seed <= 10; ++seed) {
      BOOST_TEST_CONTEXT("seed " << seed) {
        auto txn = require(store.begin_write({}));
        Walk walk(*txn, seed);
        for (int i = 0; i < 400; ++i) {
          walk.step();
          if (i % 10 == 0) walk.compare();
        }
        walk.compare();
      }
    }
  });
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace kith::queue
