// tests/workload/workload.hpp: operations over the public interface, one after the other, each
// foreseen by an oracle. The one generator behind the model-based, crash, kill and fuzz tests.
//
//   SeededChoices choices(seed);
//   Workload work(*create_database(":memory:"), choices);
//   for (int i = 0; i < 80 && work.ok(); ++i) work.step();
//   for (const std::string& line : work.complaints()) print(line);
//
// A step is a transaction of a few writes, a tick, another form of the model, or closing and
// opening again. What it does depends on the choices and on the oracle, never on the database: the
// same choices are the same steps everywhere. A complaint is an answer that the oracle did not
// foresee; what follows one means nothing. A copy goes on by itself, with the same Choices. One
// thread.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "kith/database.hpp"
#include "kith/transaction.hpp"
#include "tests/workload/choices.hpp"
#include "tests/workload/oracle.hpp"

namespace kith::workload {

struct WorkloadOptions {
  bool deferred = false;      // some transactions are Durability::kDeferred
  bool model_changes = true;  // apply_model among the steps
  bool large_values = true;   // texts over 4 kB, which lie apart
  // Opens the database again, which was closed; without it no step does so.
  std::function<Result<Database>()> reopen{};
};

class Workload {
 public:
  Workload(Database database, Choices& choices, WorkloadOptions options = {});

  void step();
  // Goes on in another database, which must hold the same.
  void attach(Database database, std::function<Result<Database>()> reopen = {});
  void draw_from(Choices& choices) { choices_ = &choices; }
  // Gives the database up, so that it can be opened elsewhere.
  void detach();

  bool ok() const { return complaints_.empty(); }
  const std::vector<std::string>& complaints() const { return complaints_; }
  // A line for every step, for people who look for the first wrong one.
  const std::vector<std::string>& story() const { return story_; }
  const Oracle& oracle() const { return oracle_; }
  const Session& session() const { return session_; }
  Timestamp now() const { return now_; }
  // Was the last step's transaction Durability::kDeferred?
  bool last_was_deferred() const { return deferred_; }

 private:
  std::uint64_t below(std::uint64_t n) { return choices_->below(n); }
  bool expect(bool wanted, const Status& status, const std::string& what);
  void tell(const std::string& what);

  void write_transaction();
  void write(Transaction& txn);
  void create(Transaction& txn);
  void change(Transaction& txn, RecordId id);
  void move(Transaction& txn, RecordId id);
  void capture(Transaction& txn);
  void tick();
  void change_model();
  void reopen();

  // A record as the transaction sees it, deleted ones among them; null when there is none.
  RecordId pick(std::uint16_t type);
  RecordId pick_any();
  Fields random_fields(std::uint16_t type, bool creating);

  Choices* choices_;
  WorkloadOptions options_;
  Database database_;
  Session session_;
  Oracle oracle_;
  Timestamp now_ = start_time();
  bool deferred_ = false;
  std::uint64_t form_ = 0;
  std::uint64_t steps_ = 0;
  std::vector<std::string> complaints_;
  std::vector<std::string> story_;
};

}  // namespace kith::workload
