#include "tests/workload/model.hpp"

namespace kith::workload {

namespace {

constexpr const char* kHead = R"({
  "kith_model": 1, "name": "workload",
  "entities": {
    "account": {"fields": {
      "name": {"type": "text", "required": true, "unique": true},
      "parent": {"type": "reference", "to": "account", "on_delete": "clear"}}},
    "contact": {"fields": {
      "name": {"type": "text"},
      "email": {"type": "text", "semantic": "email", "unique": true},
      "account": {"type": "reference", "to": "account", "on_delete": "cascade"}}},
    "deal": {
      "fields": {
        "name": {"type": "text"}, "amount": {"type": "int"}, "size": {"type": "text"},
        "score": {"type": "int"}, "stage": {"type": "choice"},
        "account": {"type": "reference", "to": "account", "on_delete": "clear"}},
      "rules": {"not_negative": {"check": "amount == null || amount >= 0"}},
      "indexes": {)";

constexpr const char* kTail = R"(}},
    "note": {"fields": {
      "name": {"type": "text"},
      "account": {"type": "reference", "to": "account", "on_delete": "restrict"}}},
    "activity": {"fields": {
      "kind": {"type": "choice", "options": ["form", "call"]},
      "subject": {"type": "text"},
      "contact": {"type": "reference", "to": "contact", "on_delete": "cascade"}}}
  },
  "pipelines": {
    "sales": {
      "entity": "deal", "field": "stage", "policy": "any",
      "stages": {
        "New": {"class": "open", "probability": 10},
        "Offer": {"class": "open", "probability": 60},
        "Won": {"class": "won", "required": ["amount"]},
        "Lost": {"class": "lost"}},
      "transitions": [{"name": "revive", "from": ["Lost"], "to": "New", "reopen": true}]
    }
  },
  "automations": {
    "size": {"entity": "deal", "on": "before_save", "order": 1, "when": "amount != null",
             "set": {"size": "amount >= 50 ? 'large' : 'small'"}},
    "follow": {"entity": "deal", "on": "created", "steps": [
      {"set": {"score": "1"}},
      {"send": {"topic": "email", "subject": "Welcome"}},
      {"wait": "1d"},
      {"set": {"score": "2"}}]}
  }
})";

constexpr const char* kIndexes[kModelForms] = {
    R"("by_amount": ["amount"])",
    R"("by_amount": ["amount"], "by_stage": ["stage", "amount"], "by_account": ["account"])",
    R"("by_stage": ["stage", "amount"], "by_name": ["name"])",
};

}  // namespace

const char* type_name(std::uint16_t type) {
  static constexpr const char* kNames[] = {"account", "contact", "deal", "note", "activity"};
  return kNames[type - 1];
}

const char* reference_name(std::uint16_t type) {
  if (type == kAccount) return "parent";
  return type == kActivity ? "contact" : "account";
}

std::string model_document(std::uint64_t form) {
  return std::string(kHead) + kIndexes[form % kModelForms] + kTail;
}

Result<Database> create_database(const std::string& path) {
  CreateOptions options;
  options.model = model_document(0);
  options.now = start_time();
  return Database::create(path, options);
}

Result<Session> open_session(const Database& database) {
  SessionOptions options;
  options.capabilities.purge = true;
  options.capabilities.change_model = true;
  return database.session(options);
}

}  // namespace kith::workload
