// Several threads that write at once share a commit; each of their writes is all there or not.
#include <atomic>
#include <deque>
#include <filesystem>
#include <map>
#include <set>

#include "kith/kith.hpp"
#include "tests/crash/kills.hpp"
#include "tests/support/temp_dir.hpp"
#include "tests/workload/compare.hpp"
#include "tests/workload/model.hpp"

namespace kith::crash {

namespace {

constexpr std::uint32_t kWriters = 4;
constexpr std::uint32_t kKept = 3;  // deals that a writer leaves

// What a thread works on: two counters that always agree, and its last few deals.
struct Desk {
  RecordId first;
  RecordId second;
  std::uint32_t done = 0;
  std::deque<RecordId> deals;
};

std::string writer_name(std::uint32_t writer) { return "writer" + std::to_string(writer); }

std::string deal_name(std::uint32_t writer, std::uint32_t step) {
  return writer_name(writer) + "/" + std::to_string(step);
}

TransactionOptions when(bool deferred) {
  TransactionOptions options;
  options.now = workload::start_time();
  if (deferred) options.durability = Durability::kDeferred;
  return options;
}

Status set_up(const std::string& folder, std::vector<Desk>* desks) {
  const Result<Database> database = workload::create_database(folder);
  if (!database.ok()) return database.status();
  const Result<Session> session = workload::open_session(*database);
  if (!session.ok()) return session.status();
  Result<Transaction> txn = session->begin(when(false));
  if (!txn.ok()) return txn.status();
  for (std::uint32_t writer = 0; writer < kWriters; ++writer) {
    const Patch zero = {{"name", writer_name(writer)}, {"amount", 0}};
    const Result<RecordId> first = txn->create("deal", zero);
    const Result<RecordId> second = txn->create("deal", zero);
    if (!first.ok()) return first.status();
    if (!second.ok()) return second.status();
    Desk desk;
    desk.first = *first;
    desk.second = *second;
    desks->push_back(desk);
  }
  return txn->commit();
}

// One write: both counters, a new deal, an old one gone for ever.
Status write(Transaction& txn, std::uint32_t writer, const Desk& desk, RecordId* made) {
  const std::uint32_t step = desk.done + 1;
  if (Status s = txn.update(desk.first, {{"amount", step}}); !s.ok()) return s;
  const Result<RecordId> deal = txn.create("deal", {{"name", deal_name(writer, step)}});
  if (!deal.ok()) return deal.status();
  if (desk.deals.size() == kKept) {
    if (Status s = txn.purge(desk.deals.front()); !s.ok()) return s;
  }
  *made = *deal;
  return txn.update(desk.second, {{"amount", step}});
}

int work(const Session& session, std::uint32_t writer, Desk desk, int pipe) {
  while (true) {
    if (desk.done % 5 == 4) {
      // One that is given up must leave nothing, and hinder nobody.
      const Result<std::uint64_t> refused = session.write(when(false), [&](Transaction& txn) {
        if (!txn.create("deal", {{"name", "given up"}}).ok()) return Status();
        return Status(Code::kInvalidArgument, "thought better of it");
      });
      if (refused.status().code() != Code::kInvalidArgument) return 4;
    }
    RecordId made;
    const Result<std::uint64_t> done =
        session.write(when(desk.done % 3 == 0),
                      [&](Transaction& txn) { return write(txn, writer, desk, &made); });
    if (!done.ok()) return 5;
    if (desk.deals.size() == kKept) desk.deals.pop_front();
    desk.deals.push_back(made);
    ++desk.done;
    if (!tell(pipe, {writer, desk.done})) return 6;
  }
}

int write_until_killed(const std::string& folder, const std::vector<Desk>& desks, int pipe) {
  const Result<Database> database = Database::open(folder);
  if (!database.ok()) return 1;
  const Result<Session> session = workload::open_session(*database);
  if (!session.ok()) return 2;
  std::vector<std::thread> threads;
  for (std::uint32_t writer = 0; writer < kWriters; ++writer) {
    threads.emplace_back([&, writer] { ::_exit(work(*session, writer, desks[writer], pipe)); });
  }
  for (std::thread& thread : threads) thread.join();
  return 3;
}

Result<std::vector<RecordId>> deals_named(const Snapshot& snapshot, const std::string& name) {
  Query query;
  query.entity = "deal";
  query.where = "name == params.name";
  query.select = {{"id", "id"}};
  query.include_deleted = true;
  query.params = {{"name", name}};
  const Result<Rows> rows = snapshot.query(query);
  if (!rows.ok()) return rows.status();
  std::vector<RecordId> ids;
  for (const auto& row : rows->rows) ids.push_back(*row[0].reference());
  return ids;
}

// Takes over what is on disk of a writer's work, if it is what it must be.
std::string settle(const Snapshot& snapshot, std::uint32_t writer, std::uint32_t acknowledged,
                   Desk* desk, KillTally* tally) {
  const Result<Record> first = snapshot.get(desk->first);
  const Result<Record> second = snapshot.get(desk->second);
  if (!first.ok()) return first.status().to_string();
  if (!second.ok()) return second.status().to_string();
  const auto found = static_cast<std::uint32_t>(*first->at("amount").integer());
  if (first->at("amount") != second->at("amount")) return writer_name(writer) + ": half a write";
  if (found != acknowledged && found != acknowledged + 1) {
    return writer_name(writer) + " was told of step " + std::to_string(acknowledged) +
           ", and there is step " + std::to_string(found);
  }
  tally->unacknowledged += found - acknowledged;
  desk->done = found;
  desk->deals.clear();
  for (std::uint32_t step = found > 4 ? found - 4 : 1; step <= found + 1; ++step) {
    const auto deals = deals_named(snapshot, deal_name(writer, step));
    if (!deals.ok()) return deals.status().to_string();
    const bool wanted = step <= found && step + kKept > found;
    if (deals->size() != (wanted ? 1u : 0u)) {
      return deal_name(writer, step) + " is there " + std::to_string(deals->size()) + " times";
    }
    if (wanted) desk->deals.push_back(deals->front());
  }
  return {};
}

std::string look(const std::string& folder, const std::vector<Note>& notes,
                 std::vector<Desk>* desks, KillTally* tally) {
  std::vector<std::uint32_t> acknowledged;
  for (const Desk& desk : *desks) acknowledged.push_back(desk.done);
  for (const Note& note : notes) acknowledged[note.writer] = note.step;
  tally->steps += notes.size();
  const Result<Database> database = Database::open(folder);
  if (!database.ok()) return database.status().to_string();
  const Result<Session> session = workload::open_session(*database);
  if (!session.ok()) return session.status().to_string();
  const Result<Snapshot> snapshot = session->read();
  if (!snapshot.ok()) return snapshot.status().to_string();
  for (std::uint32_t writer = 0; writer < kWriters; ++writer) {
    std::string why = settle(*snapshot, writer, acknowledged[writer], &(*desks)[writer], tally);
    if (!why.empty()) return why;
  }
  const auto given_up = deals_named(*snapshot, "given up");
  if (!given_up.ok()) return given_up.status().to_string();
  if (!given_up->empty()) return "a write that was given up is there";
  if (const auto wrong = workload::examine(*snapshot); !wrong.empty()) return wrong.front();
  const auto found = workload::check(*database, *session);
  return found.empty() ? "" : found.front();
}

}  // namespace

bool kill_joined_writers(std::uint64_t kills, std::uint64_t seed, KillTally* tally) {
  const testing::TempDir parent;
  const std::string folder = parent.sub("crm");
  std::mt19937_64 dice(seed);
  std::vector<Desk> desks;
  std::string why;
  while (tally->kills < kills && why.empty()) {
    if (tally->kills % 40 == 0) {  // a longer history only costs time
      std::filesystem::remove_all(folder);
      desks.clear();
      if (const Status status = set_up(folder, &desks); !status.ok()) why = status.to_string();
      if (!why.empty()) break;
    }
    bool survived = false;
    const std::vector<Note> notes = run_and_kill(
        std::chrono::microseconds(1000 + dice() % 20'000),
        [&](int pipe) { return write_until_killed(folder, desks, pipe); }, &survived);
    ++tally->kills;
    why = survived ? "a writer failed" : look(folder, notes, &desks, tally);
  }
  if (why.empty()) return true;
  std::fprintf(stderr, "kill %llu of joined writers, seed %llu: %s\n",
               static_cast<unsigned long long>(tally->kills), static_cast<unsigned long long>(seed),
               why.c_str());
  return false;
}

}  // namespace kith::crash
