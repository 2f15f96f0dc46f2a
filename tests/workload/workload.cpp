#include "tests/workload/workload.hpp"

#include <utility>

namespace kith::workload {

namespace {

std::string name_of(RecordId id) {
  return type_name(id.type()) + (":" + std::to_string(id.sequence()));
}

std::string text_of(const Fields& fields) {
  std::string text;
  for (const auto& [name, value] : fields) {
    const std::string shown = value.reference() ? name_of(*value.reference()) : value.to_string();
    text += " " + name + "=" + (shown.size() > 40 ? shown.substr(0, 40) + "..." : shown);
  }
  return text;
}

Patch patch_of(const Fields& fields) { return Patch(fields.begin(), fields.end()); }

}  // namespace

Workload::Workload(Database database, Choices& choices, WorkloadOptions options)
    : choices_(&choices),
      options_(std::move(options)),
      database_(std::move(database)),
      session_(nullptr) {
  attach(database_, options_.reopen);
}

void Workload::attach(Database database, std::function<Result<Database>()> reopen) {
  database_ = std::move(database);
  options_.reopen = std::move(reopen);
  const Result<Session> session = open_session(database_);
  if (expect(true, session.status(), "open a session")) session_ = *session;
}

void Workload::detach() {
  session_ = Session(nullptr);
  database_.close();
}

bool Workload::expect(bool wanted, const Status& status, const std::string& what) {
  if (status.ok() != wanted) {
    complaints_.push_back("step " + std::to_string(steps_) + ": " + what + ": " +
                          (wanted ? status.to_string() : std::string("accepted, not refused")));
  }
  return status.ok() == wanted;
}

void Workload::tell(const std::string& what) {
  story_.push_back("step " + std::to_string(steps_) + ": " + what);
}

void Workload::step() {
  ++steps_;
  deferred_ = false;
  now_ = Timestamp::from_microseconds(
      now_.to_microseconds() +
      Duration::minutes(static_cast<std::int64_t>(1 + below(400))).total_microseconds());
  const std::uint64_t what = below(20);
  if (what < 15) return write_transaction();
  if (what < 18) return tick();
  if (what == 18 && options_.model_changes) return change_model();
  if (what == 19 && options_.reopen) return reopen();
  write_transaction();
}

void Workload::write_transaction() {
  TransactionOptions how;
  how.now = now_;
  deferred_ = below(4) == 0 && options_.deferred;
  if (deferred_) how.durability = Durability::kDeferred;
  tell(deferred_ ? "begin, deferred" : "begin");
  Result<Transaction> txn = session_.begin(how);
  if (!expect(true, txn.status(), "begin")) return;
  oracle_.begin(now_);
  for (std::uint64_t n = 1 + below(5); n > 0 && ok(); --n) write(*txn);
  if (!ok()) return;
  if (below(8) == 0) {
    tell("abort");
    txn->abort();
    return oracle_.abort();
  }
  tell("commit");
  if (expect(true, txn->commit(), "commit")) oracle_.commit();
}

void Workload::write(Transaction& txn) {
  const std::uint64_t what = below(16);
  if (what < 5) return create(txn);
  if (what == 5) return capture(txn);
  const RecordId id = pick_any();
  if (id.is_null()) return create(txn);
  if (what < 10) return change(txn, id);
  if (what < 12) {
    const RecordId deal = pick(kDeal);
    return deal.is_null() ? create(txn) : move(txn, deal);
  }
  // What becomes of the runs of a deal that is gone before it was ever committed is not foreseen.
  if (id.type() == kDeal && oracle_.is_new(id)) return change(txn, id);
  if (what < 14) {
    tell("remove " + name_of(id));
    const bool wanted = oracle_.remove(id);
    expect(wanted, txn.remove(id), "remove " + name_of(id));
  } else if (what == 14) {
    tell("restore " + name_of(id));
    const bool wanted = oracle_.restore(id);
    expect(wanted, txn.restore(id), "restore " + name_of(id));
  } else {
    tell("purge " + name_of(id));
    const bool wanted = oracle_.purge(id);
    if (!expect(wanted, txn.purge(id), "purge " + name_of(id)) || !wanted) return;
    expect(false, txn.get(id).status(), "get the purged " + name_of(id));
  }
}

void Workload::create(Transaction& txn) {
  const auto type = static_cast<std::uint16_t>(1 + below(kLastType));
  const Fields fields = random_fields(type, true);
  const std::string what = std::string("create ") + type_name(type) + text_of(fields);
  tell(what);
  RecordId foreseen;
  const bool wanted = oracle_.create(type, fields, &foreseen);
  const Result<RecordId> made = txn.create(type_name(type), patch_of(fields));
  if (!expect(wanted, made.status(), what) || !wanted) return;
  if (*made != foreseen) complaints_.push_back(what + " became " + name_of(*made));
}

void Workload::change(Transaction& txn, RecordId id) {
  const Fields fields = random_fields(id.type(), false);
  const std::string what = "update " + name_of(id) + text_of(fields);
  tell(what);
  const bool wanted = oracle_.update(id, fields);
  expect(wanted, txn.update(id, patch_of(fields)), what);
}

void Workload::move(Transaction& txn, RecordId id) {
  static constexpr const char* kStages[] = {"New", "Offer", "Won", "Lost"};
  std::string stage = kStages[below(4)];
  // A closed stage may be left for what the model says, and nothing is said of the other closed
  // one.
  const std::string from = *oracle_.live.at(id).fields.at("stage").text();
  if (from == "Won" || from == "Lost") stage = below(3) == 0 ? "Offer" : "New";
  const std::string what = "move " + name_of(id) + " to " + stage;
  tell(what);
  const bool wanted = oracle_.move(id, stage);
  expect(wanted, txn.move(id, stage).status(), what);
}

void Workload::capture(Transaction& txn) {
  CaptureEvent event;
  event.kind = below(2) == 0 ? "form" : "call";
  event.email = "e" + std::to_string(below(20)) + "@example.org";
  event.subject = "s" + std::to_string(below(9));
  const bool twice = below(3) == 0;
  if (twice) event.id = "event-" + std::to_string(steps_) + "-" + std::to_string(story_.size());
  const std::string what = "capture " + event.kind + " " + event.email + " " + event.id;
  tell(what);
  RecordId person;
  RecordId activity;
  oracle_.capture(event.email, event.kind, event.subject, &person, &activity);
  for (int i = 0; i < (twice ? 2 : 1); ++i) {
    const Result<CaptureResult> got = txn.capture(event);
    if (!expect(true, got.status(), what)) return;
    if (got->person != person || got->activity != activity || got->repeated != (i == 1)) {
      complaints_.push_back(what + ": another person or activity, or wrongly repeated");
    }
  }
}

void Workload::tick() {
  TickOptions how;
  how.now = now_;
  deferred_ = below(4) == 0 && options_.deferred;
  if (deferred_) how.durability = Durability::kDeferred;
  tell(deferred_ ? "tick, deferred" : "tick");
  const Result<TickResult> done = session_.tick(how);
  if (!expect(true, done.status(), "tick")) return;
  if (done->failures != 0) complaints_.push_back("a run failed in " + story_.back());
  oracle_.tick(now_);
}

void Workload::change_model() {
  form_ = below(kModelForms);
  tell("apply model " + std::to_string(form_));
  expect(true, database_.apply_model(session_, model_document(form_)).status(), "apply a model");
}

void Workload::reopen() {
  tell("reopen");
  detach();
  Result<Database> database = options_.reopen();
  if (expect(true, database.status(), "reopen")) attach(*std::move(database), options_.reopen);
}

RecordId Workload::pick(std::uint16_t type) {
  std::vector<RecordId> all;
  for (const auto& [id, image] : oracle_.live) {
    if (id.type() == type) all.push_back(id);
  }
  return all.empty() ? RecordId() : all[below(all.size())];
}

RecordId Workload::pick_any() {
  if (oracle_.live.empty()) return RecordId();
  auto at = oracle_.live.begin();
  std::advance(at, static_cast<std::ptrdiff_t>(below(oracle_.live.size())));
  return at->first;
}

Fields Workload::random_fields(std::uint16_t type, bool creating) {
  Fields fields;
  if (type == kActivity) {
    fields["kind"] = below(2) == 0 ? "form" : "call";
    fields["subject"] = "s" + std::to_string(below(30));
  } else if (below(4) != 0 || type == kContact) {
    // A contact without a name would be given one by a capture.
    const bool null = below(12) == 0 && type != kContact;
    fields["name"] = null ? Value() : Value("n" + std::to_string(below(25)));
    if (type == kNote && options_.large_values && below(6) == 0) {
      fields["name"] = std::string(4000 + below(3000), static_cast<char>('a' + below(26)));
    }
  }
  if (type == kContact && below(2) == 0) {
    fields["email"] =
        below(8) == 0 ? Value() : Value("e" + std::to_string(below(20)) + "@example.org");
  }
  if (type == kDeal && below(2) == 0) {
    fields["amount"] = below(8) == 0 ? Value() : Value(static_cast<int>(below(110)) - 10);
  }
  if (type == kDeal && creating && below(4) == 0) {
    static constexpr const char* kStages[] = {"New", "Offer", "Won"};
    fields["stage"] = kStages[below(3)];
  }
  if (below(2) == 0) {
    const RecordId target =
        below(6) == 0 ? RecordId() : pick(type == kActivity ? kContact : kAccount);
    fields[reference_name(type)] = target.is_null() ? Value() : Value(target);
  }
  return fields;
}

}  // namespace kith::workload
