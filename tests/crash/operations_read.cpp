// Snapshots that are asked, and answers as texts.
#include <sstream>

#include "tests/crash/operation_parts.hpp"

namespace kith::crash {

namespace {

using workload::kContact;
using workload::kDeal;

Query query_of(const char* where) {
  return input([&] {
    Query query;
    query.entity = "deal";
    query.where = where;
    return query;
  });
}

}  // namespace

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

}  // namespace kith::crash
