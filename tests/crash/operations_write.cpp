// Records written in transactions.
#include "tests/crash/operation_parts.hpp"
#include "tests/workload/oracle.hpp"

namespace kith::crash {

namespace {

using workload::kAccount;
using workload::kContact;
using workload::kDeal;

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

}  // namespace

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

}  // namespace kith::crash
