#include <boost/test/unit_test.hpp>
#include <iterator>
#include <map>
#include <optional>
#include <random>

#include "engine/savepoint.hpp"
#include "history/log.hpp"
#include "tests/engine/large_values.hpp"

namespace kith::engine {
namespace {

BOOST_AUTO_TEST_SUITE(engine_large_values_counts)

// Every operation on a handful of records, with values around the boundaries; after each
// transaction the counts are what a walk finds, and the values what was written.
BOOST_AUTO_TEST_CASE(counts_are_true_after_any_sequence_of_operations) {
  for (std::uint32_t seed = 1; seed <= 12; ++seed) {
    BOOST_TEST_CONTEXT("seed " << seed) {
      std::mt19937 random(seed);
      const auto below = [&](std::size_t n) { return random() % n; };
      const auto some_text = [&]() -> Value {
        constexpr std::size_t kSizes[] = {0, 20, 4096, 4097, 4097, 9'000, 65'520, 65'521, 140'000};
        const std::size_t size = kSizes[below(9)];
        if (size == 0) return Value();
        return Value(text_of(size, static_cast<char>('a' + below(2))));
      };
      const auto some_fields = [&] {
        Patch patch;
        if (below(2) == 0) patch.emplace_back("body", some_text());
        if (below(3) == 0) {
          const Value text = some_text();
          patch.emplace_back("data", text.is_null() ? Value() : Value(Bytes{*text.text()}));
        }
        if (below(3) == 0) {
          const Value text = some_text();
          patch.emplace_back("tree", text.is_null() ? Value() : Value(List{text, Value(1)}));
        }
        return patch;
      };
      Docs docs;
      std::map<RecordId, std::map<std::string, Value>> expected;
      for (int round = 0; round < 25; ++round) {
        auto after = expected;
        Transaction t = docs.begin();
        for (std::size_t step = below(5); step-- > 0;) {
          const auto before_step = after;
          std::optional<Savepoint> savepoint;
          if (below(4) == 0) savepoint.emplace(Docs::writer_of(t));
          bool purged = false;
          if (after.empty() || below(4) == 0) {
            const Patch fields = some_fields();
            const RecordId id = require(t.create("doc", fields));
            for (const auto& [name, value] : fields) after[id][name] = value;
            after[id];
          } else {
            auto target =
                std::next(after.begin(), static_cast<std::ptrdiff_t>(below(after.size())));
            const RecordId id = target->first;
            switch (below(savepoint ? 5 : 6)) {
              case 0: KITH_CHECK_OK(t.remove(id)); break;
              case 5:
                KITH_CHECK_OK(t.purge(id));
                after.erase(id);
                purged = true;
                break;
              default: {
                KITH_CHECK_OK(t.restore(id));
                const Patch fields = some_fields();
                KITH_CHECK_OK(t.update(id, fields));
                for (const auto& [name, value] : fields) after[id][name] = value;
              }
            }
          }
          if (savepoint && !purged && below(2) == 0) {
            BOOST_TEST(!savepoint->roll_back(Status(Code::kRefused, "no")).ok());
            after = before_step;
          }
        }
        if (below(6) == 0) {
          t.abort();
        } else {
          KITH_CHECK_OK(t.commit());
          expected = after;
        }
        docs.check();
        for (const auto& [id, fields] : expected) {
          const Record record = require(docs.read().get(id));
          for (const auto& [name, value] : fields) BOOST_TEST((record.at(name) == value));
        }
      }
      // A history that is trimmed to nothing leaves what the records have.
      {
        auto txn = require(docs.engine_db().store().begin_write({}));
        history::Feed feed;
        for (std::uint64_t cursor = 0; !feed.done; cursor = feed.cursor) {
          feed = require(history::scan(*txn, cursor, 100));
          for (const history::Entry& entry : feed.entries) {
            KITH_CHECK_OK(record::release_entry(*txn, entry));
            KITH_CHECK_OK(
                txn->erase(store::Table::kHistory, history::sequence_key(entry.sequence)));
          }
        }
        KITH_CHECK_OK(txn->commit());
      }
      docs.check();
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace kith::engine
