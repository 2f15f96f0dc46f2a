// kith/feed.hpp: the changes of a database as a stream, for whoever keeps something in step with
// it.
//
//   kith::FeedOptions from{.cursor = *snapshot.cursor("mailer"), .entity = "contact"};
//   kith::Result<kith::FeedPage> page = snapshot.changes(from);
//   for (const kith::Change& c : page->changes) send(c);
//   txn.save_cursor("mailer", page->cursor);                 // then commit
//   db.wait(page->cursor, std::chrono::seconds(30));         // for the next change, of any process
//
// A cursor is the sequence of the last change that was dealt with; 0 begins at the oldest change
// kept. Changes come in the order of their commits, a transaction's together in the order of its
// writes. Delivery is at least once: a reader that dies before it saves its cursor sees the same
// changes again, and knows them by Change::sequence. A named cursor is kept in the database and
// protects what lies behind it: trim_history() never drops a change that it has yet to pass. Drop a
// cursor that nobody uses any more.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "kith/history.hpp"

namespace kith {

struct FeedOptions {
  std::uint64_t cursor = 0;
  std::string entity{};               // changes of this type only; empty: of every type
  std::vector<std::string> fields{};  // updates only when they change one of these; other kinds all
  std::uint64_t limit = 1000;         // changes in a page; at least 1
};

struct FeedPage {
  std::vector<Change> changes{};
  // Where the next page begins; it moves on over changes that the filter left out, too.
  std::uint64_t cursor = 0;
  bool done = false;  // nothing was left behind `cursor` in this snapshot
};

struct FeedCursor {
  std::string name{};
  std::uint64_t sequence = 0;
};

}  // namespace kith
