#include "fuzz/sample_model.hpp"

namespace kith::fuzz {

const std::string_view kSampleModel = R"json({
  "kith_model": 1,
  "name": "fuzz",
  "entities": {
    "user": {"title": "name", "fields": {"name": {"type": "text"}}},
    "account": {
      "title": "name",
      "fields": {
        "name": {"type": "text", "required": true, "unique": true, "max_length": 40},
        "parent": {"type": "reference", "to": "account", "inverse": "subsidiaries",
                   "on_delete": "clear"}
      }
    },
    "deal": {
      "title": "name",
      "fields": {
        "name": {"type": "text", "required": true},
        "code": {"type": "text", "unique": true},
        "account": {"type": "reference", "to": "account", "on_delete": "restrict"},
        "watchers": {"type": "reference_list", "to": "user", "on_delete": "clear"},
        "stage": {"type": "choice"},
        "tags": {"type": "multi_choice", "options": ["vip", "new", "risk"]},
        "hot": {"type": "bool"},
        "seats": {"type": "int"},
        "score": {"type": "float"},
        "rate": {"type": "decimal", "scale": 3},
        "amount": {"type": "money"},
        "close_date": {"type": "date"},
        "met_at": {"type": "timestamp"},
        "effort": {"type": "duration"},
        "photo": {"type": "bytes"},
        "extra": {"type": "json"},
        "email": {"type": "text", "semantic": "email"},
        "size_class": {"type": "text"}
      },
      "indexes": {"by_close": ["close_date"], "by_seats": ["seats", "name"]},
      "rules": {
        "seats_positive": {"check": "!has(r.seats) || seats >= 0", "field": "seats",
                           "message": "seats must not be negative"}
      }
    }
  },
  "pipelines": {
    "sales": {
      "entity": "deal", "field": "stage",
      "stages": {
        "New": {"class": "open", "probability": 10},
        "Offer": {"class": "open", "probability": 60, "required": ["account"]},
        "Won": {"class": "won"},
        "Lost": {"class": "lost"}
      }
    }
  },
  "automations": {
    "size": {"entity": "deal", "on": "before_save", "order": 1, "when": "has(r.seats)",
             "set": {"size_class": "seats >= 100 ? 'large' : 'small'"}},
    "welcome": {
      "entity": "deal", "on": "created", "when": "has(r.seats) && r.seats > 10",
      "steps": [
        {"send": {"topic": "email", "to": "r.email", "subject": "Hello ${r.name}", "body": "Hi",
                  "data": {"seats": "r.seats"}}},
        {"wait": "3d"},
        {"set": {"hot": "true"}, "when": "!has(r.hot)"}
      ]
    },
    "paid": {"entity": "deal", "on": "event", "event": "paid", "steps": [{"stop": true}]}
  }
})json";

}  // namespace kith::fuzz
