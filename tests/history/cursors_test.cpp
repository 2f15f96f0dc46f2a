#include "history/cursors.hpp"

#include <boost/test/unit_test.hpp>

namespace kith::history {
namespace {

template <typename T>
T must(Result<T> result) {
  BOOST_REQUIRE_MESSAGE(result.ok(), result.status().to_string());
  return *std::move(result);
}
void must(const Status& status) { BOOST_REQUIRE_MESSAGE(status.ok(), status.to_string()); }

struct Fixture {
  std::shared_ptr<store::Store> store = must(store::open_memory());
  std::unique_ptr<store::WriteTxn> txn = must(store->begin_write({}));
};

BOOST_FIXTURE_TEST_SUITE(history_cursors, Fixture)

BOOST_AUTO_TEST_CASE(a_cursor_stands_where_it_was_saved_last) {
  BOOST_TEST(!must(find_cursor(*txn, Reading::kFeed, "mailer")).has_value());
  must(save_cursor(*txn, Reading::kFeed, "mailer", 7));
  must(save_cursor(*txn, Reading::kFeed, "mailer", 9));
  must(save_cursor(*txn, Reading::kColumns, "mailer", 3));
  BOOST_TEST(must(find_cursor(*txn, Reading::kFeed, "mailer")).value() == 9u);
  BOOST_TEST(must(find_cursor(*txn, Reading::kColumns, "mailer")).value() == 3u);
  BOOST_TEST(!must(find_cursor(*txn, Reading::kFeed, "mail")).has_value());
  must(drop_cursor(*txn, Reading::kFeed, "mailer"));
  must(drop_cursor(*txn, Reading::kFeed, "mailer"));
  BOOST_TEST(!must(find_cursor(*txn, Reading::kFeed, "mailer")).has_value());
}

BOOST_AUTO_TEST_CASE(the_lowest_one_holds_the_floor) {
  BOOST_TEST(!must(lowest_cursor(*txn)).has_value());
  must(save_cursor(*txn, Reading::kFeed, "a", 5));
  must(save_cursor(*txn, Reading::kFeed, "b", 0));
  must(save_cursor(*txn, Reading::kColumns, "deal", 2));
  BOOST_TEST((must(lowest_cursor(*txn)).value() == Cursor{Reading::kFeed, "b", 0}));
  must(drop_cursor(*txn, Reading::kFeed, "b"));
  BOOST_TEST((must(lowest_cursor(*txn)).value() == Cursor{Reading::kColumns, "deal", 2}));
  const std::vector<Cursor> expected = {{Reading::kColumns, "deal", 2}, {Reading::kFeed, "a", 5}};
  BOOST_TEST((must(all_cursors(*txn)) == expected));
}

BOOST_AUTO_TEST_CASE(names_have_bounds_and_damage_is_told) {
  for (const std::string& name : {std::string(), std::string(101, 'n')}) {
    BOOST_TEST((save_cursor(*txn, Reading::kFeed, name, 1).code() == Code::kInvalidArgument));
    BOOST_TEST((find_cursor(*txn, Reading::kFeed, name).status().code() == Code::kInvalidArgument));
    BOOST_TEST((drop_cursor(*txn, Reading::kFeed, name).code() == Code::kInvalidArgument));
  }
  const std::string odd("\0\xFF/", 3);
  must(save_cursor(*txn, Reading::kFeed, odd, 1));
  BOOST_TEST((must(all_cursors(*txn)).front().name == odd));
  must(txn->put(store::Table::kMeta, "cursor/fx", "short"));
  BOOST_TEST((find_cursor(*txn, Reading::kFeed, "x").status().code() == Code::kCorrupt));
  BOOST_TEST((lowest_cursor(*txn).status().code() == Code::kCorrupt));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace kith::history
