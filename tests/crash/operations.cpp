#include "tests/crash/operations.hpp"

#include <filesystem>
#include <sstream>
#include <utility>

#include "kith/kith.hpp"
#include "tests/crash/interposer.hpp"
#include "tests/workload/compare.hpp"
#include "tests/workload/model.hpp"
#include "tests/workload/replay.hpp"

namespace kith::crash {

namespace {

using workload::kAccount;
using workload::kContact;
using workload::kDeal;
using workload::Type;

// What the host makes for itself, untouched by the fault: the inputs of the call that is tried.
template <typename Make>
auto input(Make&& make) {
  const bool was = interposer_pause(true);
  auto made = make();
  interposer_pause(was);
  return made;
}

// The first record of a type that is there, deleted or not.
RecordId record_of(const Scene& scene, Type type, bool deleted) {
  for (const auto& [id, image] : scene.oracle->committed) {
    if (id.type() == type && image.deleted == deleted) return id;
  }
  return RecordId();
}

// An account that takes contacts with it when it goes, and that nothing keeps.
RecordId find_account_with_contacts(const Scene& scene) {
  for (const auto& [id, image] : scene.oracle->committed) {
    if (id.type() != kContact || image.deleted) continue;
    const RecordId* account = image.fields.at("account").reference();
    workload::Oracle trial = *scene.oracle;
    if (account != nullptr && trial.remove(*account)) return *account;
  }
  return RecordId();
}

RecordId account_with_contacts(const Scene& scene) {
  return input([&] { return find_account_with_contacts(scene); });
}

Patch patch(const char* name, int amount) {
  return input([&] {
    return amount < 0 ? Patch{{"name", name}} : Patch{{"name", name}, {"amount", amount}};
  });
}

const std::string kLarge(9000, 'x');

using Write = std::function<Status(const Scene&, Transaction&)>;
using Read = std::function<Status(const Scene&, const Snapshot&)>;

Operation writing(std::string name, Write write, Durability durability = Durability::kFull) {
  return {std::move(name), [write = std::move(write), durability](Scene& scene) -> Status {
            TransactionOptions how;
            how.now = scene.now;
            how.durability = durability;
            Result<Transaction> txn = scene.session->begin(how);
            if (!txn.ok()) return txn.status();
            if (Status status = write(scene, *txn); !status.ok()) return status;
            return txn->commit();
          }};
}

Operation reading(std::string name, Read read) {
  return {std::move(name), [read = std::move(read)](Scene& scene) -> Status {
            const Result<Snapshot> snapshot = scene.session->read(scene.now);
            return snapshot.ok() ? read(scene, *snapshot) : snapshot.status();
          }};
}

Operation using_database(std::string name, std::function<Status(Scene&)> run,
                         bool several = false) {
  Operation operation{std::move(name), std::move(run)};
  operation.several = several;
  return operation;
}

Operation opening(std::string name, std::function<Status(Scene&)> run) {
  Operation operation{std::move(name), std::move(run)};
  operation.opens = true;
  return operation;
}

Query query_of(const char* where) {
  return input([&] {
    Query query;
    query.entity = "deal";
    query.where = where;
    return query;
  });
}

// Leases a message, and does something with it.
Status with_message(Transaction& txn, const std::function<Status(const OutboxMessage&)>& then) {
  const MessageDraft message = input([] {
    MessageDraft draft;
    draft.topic = "email";
    draft.payload = {{"subject", "Hello"}};
    return draft;
  });
  if (const auto sent = txn.send(message); !sent.ok()) return sent.status();
  const Result<std::vector<OutboxMessage>> leased = txn.lease({});
  if (!leased.ok()) return leased.status();
  return leased->empty() ? Status() : then(leased->front());
}

std::string copied_to(const Scene& scene) { return scene.scratch + ".copy"; }

// After an answer that is no error the whole database is there; after an error it is, or nothing.
std::string judge_copy(const Scene& scene, const Status& status) {
  const std::string path = copied_to(scene);
  if (!std::filesystem::exists(path)) return status.ok() ? "there is nothing at its target" : "";
  Result<Database> copy = Database::open(path);
  if (!copy.ok()) return "its target: " + copy.status().to_string();
  const Result<Session> session = workload::open_session(*copy);
  if (!session.ok()) return "its target: " + session.status().to_string();
  const workload::Complaints found = workload::check(*copy, *session);
  if (!found.empty()) return "its target, " + found.front();
  std::ostringstream text;
  if (const Status done = dump(*copy, text).status(); !done.ok()) {
    return "its target: " + done.to_string();
  }
  return text.str() == scene.dumped ? "" : "its target holds something else";
}

// What a failed load leaves must not keep the next one from its place.
std::string judge_loaded(const Scene& scene, const Status& status) {
  const std::string path = copied_to(scene);
  if (!status.ok() && !std::filesystem::exists(path)) {
    std::istringstream again(scene.dumped);
    if (const Status done = load(path, again).status(); !done.ok()) {
      return "loaded again: " + done.to_string();
    }
  }
  if (std::filesystem::exists(path + ".loading")) return "its workspace is still there";
  return judge_copy(scene, status);
}

// Of the database as it is: a copy must give the same text.
Status dump_it(Scene* scene) {
  return input([&] {
    std::ostringstream text;
    Status status = dump(*scene->database, text).status();
    scene->dumped = text.str();
    return status;
  });
}

void add_writes(std::vector<Operation>* all) {
  all->push_back(writing("create", [](const Scene&, Transaction& txn) {
    return txn.create("deal", patch("new", 70)).status();
  }));
  all->push_back(writing(
      "create and tell later",
      [](const Scene&, Transaction& txn) { return txn.create("deal", patch("new", 70)).status(); },
      Durability::kDeferred));
  all->push_back(writing("create ten, and one large", [](const Scene&, Transaction& txn) {
    for (int i = 0; i < 10; ++i) {
      const auto made = txn.create("note", patch(i == 9 ? kLarge.c_str() : "small", -1));
      if (!made.ok()) return made.status();
    }
    return Status();
  }));
  all->push_back(writing("update", [](const Scene& scene, Transaction& txn) {
    return txn.update(record_of(scene, kDeal, false), patch("changed", 99));
  }));
  all->push_back(writing("remove with a cascade", [](const Scene& scene, Transaction& txn) {
    return txn.remove(account_with_contacts(scene));
  }));
  all->push_back(writing("restore", [](const Scene& scene, Transaction& txn) {
    return txn.restore(record_of(scene, kDeal, true));
  }));
  all->push_back(writing("purge", [](const Scene& scene, Transaction& txn) {
    return txn.purge(account_with_contacts(scene));
  }));
  all->push_back(writing("move", [](const Scene& scene, Transaction& txn) {
    const auto made = txn.create("deal", patch("mover", 70));
    if (!made.ok()) return made.status();
    static_cast<void>(scene);
    return txn.move(*made, "Won").status();
  }));
  all->push_back(writing("capture", [](const Scene&, Transaction& txn) {
    const CaptureEvent event = input([] {
      CaptureEvent made;
      made.id = "captured";
      made.kind = "form";
      made.email = "somebody@example.org";
      made.subject = "Hello";
      return made;
    });
    return txn.capture(event).status();
  }));
  all->push_back(writing("receive an event", [](const Scene& scene, Transaction& txn) {
    const InboundEvent event = input([&] {
      InboundEvent made;
      made.id = "received";
      made.name = "payment.received";
      made.record = record_of(scene, kDeal, false);
      return made;
    });
    return txn.receive(event).status();
  }));
  all->push_back(writing("send and lease", [](const Scene&, Transaction& txn) {
    return with_message(txn, [](const OutboxMessage&) { return Status(); });
  }));
  all->push_back(writing("acknowledge", [](const Scene&, Transaction& txn) {
    return with_message(
        txn, [&](const OutboxMessage& m) { return txn.acknowledge(m.sequence, m.token); });
  }));
  all->push_back(writing("refuse a message", [](const Scene&, Transaction& txn) {
    return with_message(
        txn, [&](const OutboxMessage& m) { return txn.refuse(m.sequence, m.token, {}); });
  }));
  all->push_back(writing("undo", [](const Scene& scene, Transaction& txn) {
    const Result<Record> record = txn.get(record_of(scene, kAccount, false));
    if (!record.ok()) return record.status();
    const Status status = txn.undo(record->version).status();
    // Somebody may have changed it since; that is an answer.
    return status.code() == Code::kConflict || status.code() == Code::kValidation ? Status()
                                                                                  : status;
  }));
  all->push_back(writing("save a cursor", [](const Scene&, Transaction& txn) {
    return txn.save_cursor("mirror", 5);
  }));
  all->push_back(using_database("write, joined", [](Scene& scene) -> Status {
    TransactionOptions how;
    how.now = scene.now;
    return scene.session
        ->write(how, [](Transaction& txn) { return txn.create("note", patch("j", -1)).status(); })
        .status();
  }));
}

void add_work(std::vector<Operation>* all) {
  all->push_back(using_database(
      "tick",
      [](Scene& scene) -> Status {
        TickOptions how;
        how.now = scene.now;
        return scene.session->tick(how).status();
      },
      true));
  all->push_back(using_database(
      "apply a model with new indexes",
      [](Scene& scene) -> Status {
        const std::string document = input([] { return workload::model_document(1); });
        return scene.database->apply_model(*scene.session, document).status();
      },
      true));
  all->push_back(using_database("try a model", [](Scene& scene) -> Status {
    const std::string document = input([] { return workload::model_document(2); });
    return scene.database->apply_model(*scene.session, document, true).status();
  }));
  all->push_back(using_database(
      "import",
      [](Scene& scene) -> Status {
        ImportOptions how;
        how.now = scene.now;
        how.chunk_rows = 5;
        const Result<ImportReport> done = import_csv(*scene.session, "note", scene.scratch, how);
        return done.status();
      },
      true));
  all->push_back(using_database("export", [](Scene& scene) -> Status {
    std::ostringstream out;
    return export_records(*scene.session, "deal", out).status();
  }));
  all->push_back(using_database("backup", [](Scene& scene) -> Status {
    if (Status status = dump_it(&scene); !status.ok()) return status;
    const std::string path = input([&] { return copied_to(scene); });
    return scene.database->backup(path);
  }));
  all->back().judge = judge_copy;
  all->push_back(using_database("dump", [](Scene& scene) -> Status {
    std::ostringstream out;
    return dump(*scene.database, out).status();
  }));
  all->push_back(using_database("load", [](Scene& scene) -> Status {
    if (Status status = dump_it(&scene); !status.ok()) return status;
    const std::string path = input([&] { return copied_to(scene); });
    std::istringstream text = input([&] { return std::istringstream(scene.dumped); });
    return load(path, text).status();
  }));
  all->back().judge = judge_loaded;
  all->push_back(using_database("check", [](Scene& scene) -> Status {
    const Result<CheckReport> report = scene.database->check(*scene.session);
    if (report.ok() && report->problem_count > 0) {
      return Status(Code::kCorrupt, report->problems.front().message);
    }
    return report.status();
  }));
  all->push_back(using_database(
      "trim the history",
      [](Scene& scene) -> Status {
        SessionOptions who;
        who.capabilities = Capabilities::all();
        const Result<Session> session = scene.database->session(who);
        if (!session.ok()) return session.status();
        TrimOptions how;
        how.keep_from = scene.now;
        return session->trim_history(how).status();
      },
      true));
  all->back().trims = true;
}

// What a host does with an answer, and makes of a request. Texts throw: they cannot say otherwise
// that memory has run out.
void add_json(std::vector<Operation>* all) {
  all->push_back(reading("history as JSON", [](const Scene& scene, const Snapshot& s) {
    const Result<std::vector<Change>> changes = s.history(record_of(scene, kDeal, false));
    if (!changes.ok()) return changes.status();
    try {
      return to_json(*changes, s).empty() ? Status(Code::kInternal, "no text") : Status();
    } catch (const std::bad_alloc&) {
      return Status(Code::kOutOfMemory, "out of memory");
    }
  }));
  all->push_back(reading("events from JSON", [](const Scene&, const Snapshot& s) {
    constexpr std::string_view kCapture =
        R"({"id": "1", "kind": "form", "person_fields": {"name": "N"}, "data": {"a": [1, 2.5]}})";
    if (Status status = capture_event_from_json(kCapture, s).status(); !status.ok()) return status;
    const std::string_view event = R"({"id": "1", "name": "paid", "data": {"amount": 5}})";
    if (Status status = inbound_event_from_json(event, s).status(); !status.ok()) return status;
    const std::string_view draft = R"({"topic": "email", "payload": {"subject": "Hello"}})";
    if (Status status = message_draft_from_json(draft, s).status(); !status.ok()) return status;
    if (Status status = value_from_json("[1, \"two\"]").status(); !status.ok()) return status;
    return patch_from_json(R"({"name": "a name", "amount": 12.50})").status();
  }));
}

void add_reads(std::vector<Operation>* all) {
  all->push_back(reading("get and history", [](const Scene& scene, const Snapshot& s) {
    const RecordId id = record_of(scene, kDeal, false);
    if (Status status = s.get(id).status(); !status.ok()) return status;
    return s.history(id).status();
  }));
  all->push_back(reading("query by an index", [](const Scene&, const Snapshot& s) {
    return s.query(query_of("amount >= 30")).status();
  }));
  all->push_back(reading("query by a scan", [](const Scene&, const Snapshot& s) {
    const Query query = input([] {
      Query made = query_of("has(name) && name + 'x' != 'n'");
      made.order_by = {{"name", true}};
      return made;
    });
    return s.query(query).status();
  }));
  all->push_back(reading("group", [](const Scene&, const Snapshot& s) {
    const Query query = input([] {
      Query made = query_of("");
      made.group_by = {{"stage", "stage"}};
      made.measures = {{"n", Measure::Function::kCount, {}, {}, {}, {}, {}, {}}};
      return made;
    });
    return s.query(query).status();
  }));
  all->back().hashes = true;
  all->push_back(reading("report", [](const Scene&, const Snapshot& s) {
    return s
        .report(R"({"entity": "deal", "group_by": [{"name": "stage", "of": "stage"}],
                        "measures": [{"name": "total", "function": "sum", "of": "amount"}]})")
        .status();
  }));
  all->back().hashes = true;
  all->push_back(reading("timeline and stages", [](const Scene& scene, const Snapshot& s) {
    const RecordId id = record_of(scene, kDeal, false);
    if (Status status = s.stage_history(id).status(); !status.ok()) return status;
    if (Status status = s.possible_moves(id).status(); !status.ok()) return status;
    return s.timeline(record_of(scene, kContact, false)).status();
  }));
  all->push_back(reading("runs and outbox", [](const Scene&, const Snapshot& s) {
    if (Status status = s.runs().status(); !status.ok()) return status;
    return s.outbox().status();
  }));
  all->push_back(reading("changes", [](const Scene&, const Snapshot& s) {
    return s.changes(FeedOptions()).status();
  }));
  all->push_back(using_database("as of then", [](Scene& scene) -> Status {
    const Result<Snapshot> then = scene.session->read_as_of(AsOf::change(10));
    return then.ok() ? then->query(query_of("amount >= 30")).status() : then.status();
  }));
}

void add_openings(std::vector<Operation>* all) {
  all->push_back(
      opening("open", [](Scene& scene) { return Database::open(scene.folder).status(); }));
  all->push_back(opening("open for reading", [](Scene& scene) {
    OpenOptions how;
    how.read_only = true;
    return Database::open(scene.folder, how).status();
  }));
  all->push_back(opening("open in a pool", [](Scene& scene) -> Status {
    DatabasePool pool = input([] { return DatabasePool({.max_open = 1}); });
    if (Status status = pool.open(scene.folder).status(); !status.ok()) {
      // What failed has taken no place.
      const PoolStats stats = pool.stats();
      return stats.open + stats.opened == 0 ? status : Status(Code::kInternal, "half opened");
    }
    const Result<Database> again = pool.open(scene.folder);
    if (!again.ok() || pool.stats().opened == 1) return again.status();
    return Status(Code::kInternal, "opened twice");
  }));
  all->push_back(opening("create a database", [](Scene& scene) {
    CreateOptions options = input([] {
      CreateOptions made;
      made.model = workload::model_document(0);
      made.now = workload::start_time();
      return made;
    });
    const std::string path = input([&] { return scene.scratch + ".new"; });
    return Database::create(path, options).status();
  }));
  all->push_back(opening("compact", [](Scene& scene) { return compact(scene.folder).status(); }));
}

}  // namespace

const std::vector<Operation>& operations() {
  static const std::vector<Operation> all = [] {
    std::vector<Operation> found;
    add_openings(&found);
    add_writes(&found);
    add_work(&found);
    add_reads(&found);
    add_json(&found);
    return found;
  }();
  return all;
}

}  // namespace kith::crash
