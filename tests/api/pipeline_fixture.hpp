// A CRM whose deals are moved by two pipelines, and an ordinary session that is bound by them.
#pragma once

#include <boost/test/unit_test.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "tests/api/fixture.hpp"

namespace kith::test {

inline constexpr std::string_view kPipelineModel = R"({
  "kith_model": 1, "name": "moves",
  "entities": {
    "user": {"title": "name", "fields": {"name": {"type": "text"}}},
    "account": {"title": "name", "fields": {"name": {"type": "text", "unique": true}}},
    "note": {"fields": {"text": {"type": "text"}}},
    "deal": {
      "title": "name",
      "fields": {
        "name": {"type": "text", "required": true, "unique": true},
        "account": {"type": "reference", "to": "account", "on_delete": "clear"},
        "stage": {"type": "choice"}, "approval": {"type": "choice"},
        "amount": {"type": "int"}, "close_date": {"type": "date"},
        "loss_reason": {"type": "text"}, "trail": {"type": "text"}, "hint": {"type": "text"}
      },
      "indexes": {"by_entered": ["stage_entered"]},
      "rules": {"small": {"check": "!has(amount) || amount < 1000000", "field": "amount"}}
    }
  },
  "pipelines": {
    "sales": {
      "entity": "deal", "field": "stage", "create_stages": ["New", "Offer"],
      "stages": {
        "New": {"class": "open", "probability": 10, "exit_guard": "hint != 'locked'",
                "on_exit": {"trail": "(has(r.trail) ? r.trail : '') + ' -New'"}},
        "Offer": {"class": "open", "probability": 60, "required": ["amount", "account"],
                  "entry_guard": "amount > 0",
                  "on_entry": {"trail": "(has(r.trail) ? r.trail : '') + ' +Offer'"}},
        "Won": {"class": "won", "required": ["close_date"],
                "on_entry": {"hint": "'won from ' + old.stage"}},
        "Lost": {"class": "lost"},
        "Past": {"class": "open", "probability": 5, "retired": true}
      },
      "policy": "any",
      "transitions": [
        {"name": "big", "from": ["Offer"], "to": "Won", "guard": "amount >= 1000",
         "permission": "user == null || user.name != 'Intern'",
         "set": {"trail": "r.trail + ' big'"}},
        {"name": "small", "from": ["Offer"], "to": "Won", "guard": "amount >= 100"},
        {"name": "offer", "from": ["New"], "to": "Offer",
         "set": {"trail": "r.trail + ' offer'"}},
        {"name": "again", "from": ["Offer"], "to": "Offer"},
        {"name": "lose", "from": "*", "to": "Lost", "required_inputs": ["loss_reason"]},
        {"name": "revive", "from": ["Lost"], "to": "Offer", "reopen": true,
         "set": {"loss_reason": "null"}}
      ]
    },
    "approval": {
      "entity": "deal", "field": "approval",
      "stages": {"Draft": {"class": "open", "probability": 0}, "Approved": {"class": "won"}},
      "policy": "any", "transitions": [{"name": "redo", "from": ["Draft"], "to": "Draft"}]
    }
  },
  "automations": {
    "push": {"entity": "deal", "on": "before_save", "when": "hint == 'push' && stage == 'New'",
             "set": {"stage": "'Offer'"}}
  }
})";

struct Moves {
  SmallCrm crm{":memory:", kPipelineModel};
  RecordId acme = crm.create("account", {{"name", "Acme"}});
  int count = 0;

  // From now on everybody is bound by the rules.
  Moves() { act_as({}, {}); }
  void act_as(RecordId actor, Capabilities capabilities) {
    crm.session = require(crm.db.session({.actor = actor, .capabilities = capabilities}));
  }
  RecordId deal(Patch fields = {}) {
    fields.emplace_back("name", "deal " + std::to_string(++count));
    return crm.create("deal", fields);
  }
  RecordId offer(int amount = 500) {
    return deal({{"stage", "Offer"}, {"amount", amount}, {"account", acme}});
  }
  Result<MoveResult> move(RecordId id, std::string_view stage, MoveOptions options = {}) {
    if (options.field.empty()) options.field = "stage";
    Transaction t = crm.begin();
    Result<MoveResult> result = t.move(id, stage, options);
    if (result.ok()) KITH_CHECK_OK(t.commit());
    return result;
  }
  Value at(RecordId id, std::string_view field) { return require(crm.read().get(id)).at(field); }
  Change last(RecordId id) { return require(crm.read().history(id, 1)).at(0); }
};

// "code:field" of each.
inline std::string codes(const std::vector<Violation>& violations) {
  std::string text;
  for (const Violation& v : violations) {
    text += (text.empty() ? "" : " ") + v.code + ":" + v.field;
  }
  return text;
}
inline std::string codes(const Status& status) { return codes(status.violations()); }
template <typename T>
std::string codes(const Result<T>& result) {
  return codes(result.status());
}

}  // namespace kith::test
