#include "tests/workload/compare.hpp"

#include <algorithm>
#include <set>

namespace kith::workload {

namespace {

constexpr std::size_t kMostComplaints = 8;

class Examination {
 public:
  explicit Examination(const Snapshot& snapshot, bool is_trimmed = false)
      : snapshot_(snapshot), is_trimmed_(is_trimmed) {}

  Complaints take() { return std::move(complaints_); }

  void everything() {
    for (std::uint16_t type = 1; type <= kLastType; ++type) {
      Query query;
      query.entity = type_name(type);
      query.include_deleted = true;
      for (RecordId id : ids(query)) record(id);
    }
    indexes();
    unique_values();
  }

  void against(const Oracle& oracle) {
    for (const auto& [type, last] : oracle.last) {
      for (std::uint64_t n = 1; n <= last; ++n) foreseen(oracle, RecordId(type, n));
      Query query;
      query.entity = type_name(type);
      query.include_deleted = true;
      std::size_t wanted = 0;
      for (const auto& [id, image] : oracle.committed) wanted += id.type() == type ? 1 : 0;
      expect(ids(query).size() == wanted, query.entity + ": another number of records");
    }
    outbox(oracle);
  }

 private:
  bool expect(bool truth, const std::string& complaint) {
    if (!truth && complaints_.size() < kMostComplaints) complaints_.push_back(complaint);
    return truth;
  }
  bool good(const Status& status, const std::string& what) {
    return expect(status.ok(), what + ": " + status.to_string());
  }
  std::string name_of(RecordId id) const { return snapshot_.format_id(id); }

  std::vector<RecordId> ids(Query query) {
    query.select = {{"id", "id"}};
    std::vector<RecordId> found;
    const Result<Rows> rows = snapshot_.query(query);
    if (!good(rows.status(), "query " + query.entity + " where " + query.where)) return found;
    for (const auto& row : rows->rows) found.push_back(*row[0].reference());
    std::sort(found.begin(), found.end());
    return found;
  }

  void record(RecordId id) {
    const Result<Record> record = snapshot_.get(id);
    if (!good(record.status(), "get " + name_of(id))) return;
    history(*record);
    const Value& to = record->at(reference_name(id.type()));
    if (const RecordId* target = to.reference()) {
      const Result<std::vector<RecordId>> back =
          snapshot_.referring(*target, record->entity, reference_name(id.type()), 100'000);
      if (!good(back.status(), "what refers to " + name_of(*target))) return;
      const bool listed = std::find(back->begin(), back->end(), id) != back->end();
      expect(listed == !record->deleted, name_of(id) + " and the inverse list of its reference");
      if (!record->deleted && *target != id) {
        const Result<Record> there = snapshot_.get(*target);
        expect(there.ok() && !there->deleted, name_of(id) + " refers to what is not there");
      }
    }
  }

  void history(const Record& record) {
    const Result<std::vector<Change>> changes = snapshot_.history(record.id, 1'000'000);
    const std::string name = name_of(record.id);
    if (is_trimmed_ && changes.status().code() == Code::kHistoryTrimmed) return;
    if (!good(changes.status(), "history of " + name)) return;
    if (!expect(!changes->empty(), name + " has no history")) return;
    expect(changes->front().sequence == record.version, name + ": version and last change");
    std::uint64_t above = record.version + 1;
    Fields fields(record.fields.begin(), record.fields.end());
    for (const Change& change : *changes) {
      expect(change.sequence < above && change.record == record.id, name + ": order of changes");
      above = change.sequence;
      for (const Change::FieldChange& field : change.fields) {
        expect(fields[field.field] == field.after,
               name + "." + field.field + " after change " + std::to_string(change.sequence));
        fields[field.field] = field.before;
      }
    }
    if (is_trimmed_) return;
    // One transaction that makes a record and deletes it has one entry for both.
    const ChangeKind first = changes->back().kind;
    expect(first == ChangeKind::kCreate || first == ChangeKind::kDelete, name + " was never made");
    for (const auto& [field, value] : fields) {
      expect(value.is_null(), name + "." + field + " had a value before it was there");
    }
  }

  // The condition as an index can help with it, and in a form that none can.
  void same_answer(const std::string& entity, const std::string& narrow, const std::string& wide) {
    Query query;
    query.entity = entity;
    query.where = narrow;
    const std::vector<RecordId> by_index = ids(query);
    query.where = wide;
    expect(by_index == ids(query), entity + " where " + narrow + ": not what a scan finds");
  }

  void indexes() {
    for (const char* low : {"0", "30", "70"}) {
      const std::string floor(low);
      same_answer("deal", "amount >= " + floor, "has(amount) && amount + 1 > " + floor);
    }
    same_answer("deal", "amount == null", "!has(amount)");
    for (const char* stage : {"New", "Offer", "Won", "Lost"}) {
      const std::string quoted = "'" + std::string(stage) + "'";
      same_answer("deal", "stage == " + quoted, "stage + '' == " + quoted);
    }
    for (int i = 0; i < 25; i += 4) {
      const std::string quoted = "'n" + std::to_string(i) + "'";
      same_answer("deal", "name == " + quoted, "has(name) && name + '' == " + quoted);
      same_answer("account", "name == " + quoted, "name + '' == " + quoted);
    }
  }

  void unique_values() {
    unique_values(kAccount, "name");
    unique_values(kContact, "email");
  }

  void unique_values(std::uint16_t type, const char* field) {
    Query query;
    query.entity = type_name(type);
    query.where = std::string("has(") + field + ")";
    std::set<std::string> seen;
    for (RecordId id : ids(query)) {
      const Result<Record> record = snapshot_.get(id);
      if (!good(record.status(), "get " + name_of(id))) continue;
      const Value& value = record->at(field);
      expect(seen.insert(*value.text()).second, name_of(id) + ": " + *value.text() + " twice");
      const Result<RecordId> found = snapshot_.find(query.entity, field, value);
      expect(found.ok() && *found == id, name_of(id) + " is not found by " + *value.text());
    }
  }

  void foreseen(const Oracle& oracle, RecordId id) {
    const auto at = oracle.committed.find(id);
    const Result<Record> record = snapshot_.get(id);
    if (at == oracle.committed.end()) {
      expect(record.status().code() == Code::kNotFound, name_of(id) + " should not be there");
      return;
    }
    if (!good(record.status(), "get " + name_of(id))) return;
    expect(record->deleted == at->second.deleted, name_of(id) + ": deleted or not");
    for (const auto& [field, value] : at->second.fields) {
      expect(record->at(field) == value, name_of(id) + "." + field + " is " +
                                             record->at(field).to_string() + ", not " +
                                             value.to_string());
    }
    const Result<std::vector<Change>> changes = snapshot_.history(id, 1'000'000);
    if (!good(changes.status(), "history of " + name_of(id))) return;
    expect(changes->size() == oracle.entries.at(id), name_of(id) + ": number of changes");
  }

  void outbox(const Oracle& oracle) {
    OutboxFilter filter;
    filter.limit = 1'000'000;
    const Result<std::vector<OutboxMessage>> messages = snapshot_.outbox(filter);
    if (!good(messages.status(), "outbox")) return;
    std::map<RecordId, std::size_t> found;
    for (const OutboxMessage& message : *messages) ++found[message.record];
    for (const auto& [id, count] : oracle.messages) {
      if (!oracle.committed.contains(id)) continue;
      expect(found[id] == count, name_of(id) + ": number of messages");
    }
  }

  const Snapshot& snapshot_;
  bool is_trimmed_;
  Complaints complaints_;
};

}  // namespace

Complaints examine(const Snapshot& snapshot, bool is_trimmed) {
  Examination examination(snapshot, is_trimmed);
  examination.everything();
  return examination.take();
}

Complaints compare(const Snapshot& snapshot, const Oracle& oracle) {
  Examination examination(snapshot);
  examination.everything();
  examination.against(oracle);
  return examination.take();
}

Complaints check(const Database& database, const Session& session) {
  const Result<CheckReport> report = database.check(session, {.max_problems = 10});
  if (!report.ok()) return {"check: " + report.status().to_string()};
  Complaints complaints;
  for (const Problem& problem : report->problems) {
    complaints.push_back("check: " + problem.code + ", " + problem.where + ": " + problem.message);
  }
  if (complaints.empty() && !report->clean()) complaints.emplace_back("check: not clean");
  return complaints;
}

}  // namespace kith::workload
