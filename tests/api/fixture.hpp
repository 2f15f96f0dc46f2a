// A small CRM in memory for tests of the public interface, with a clock that the test owns.
#pragma once

#include <boost/test/unit_test.hpp>
#include <string>
#include <string_view>

#include "kith/kith.hpp"

namespace kith::test {

// A status that explains itself when a check on it fails.
#define KITH_CHECK_OK(expression)                                      \
  do {                                                                 \
    const ::kith::Status kith_check_status = (expression);             \
    BOOST_TEST(kith_check_status.ok(), kith_check_status.to_string()); \
  } while (false)

template <typename T>
T require(Result<T> result) {
  BOOST_REQUIRE_MESSAGE(result.ok(), result.status().to_string());
  return *std::move(result);
}

inline Decimal decimal(std::string_view text) { return require(Decimal::parse(text)); }
inline Date date(std::string_view text) { return require(Date::parse(text)); }
inline Timestamp at(std::string_view text) { return require(Timestamp::parse(text)); }

inline constexpr std::string_view kSmallCrm = R"({
  "kith_model": 1,
  "name": "small",
  "entities": {
    "user": {"title": "name", "fields": {"name": {"type": "text", "required": true}}},
    "account": {
      "title": "name",
      "fields": {
        "name": {"type": "text", "required": true, "unique": true, "max_length": 40},
        "industry": {"type": "choice", "options": ["retail", "finance"]},
        "parent": {"type": "reference", "to": "account", "inverse": "subsidiaries",
                   "on_delete": "clear"}
      }
    },
    "contact": {
      "fields": {
        "email": {"type": "text", "semantic": "email", "unique": true},
        "account": {"type": "reference", "to": "account", "on_delete": "cascade"}
      }
    },
    "deal": {
      "title": "name",
      "fields": {
        "name": {"type": "text", "required": true},
        "account": {"type": "reference", "to": "account", "on_delete": "restrict"},
        "stage": {"type": "choice"},
        "amount": {"type": "decimal", "scale": 2},
        "probability": {"type": "int", "default": 50},
        "close_date": {"type": "date"},
        "note": {"type": "text"},
        "segment": {"type": "text"}
      },
      "indexes": {"by_close": ["close_date"], "by_amount": ["amount"]},
      "rules": {
        "amount_not_negative": {"check": "amount == null || amount >= 0",
                                "message": "the amount must not be negative", "field": "amount"}
      }
    }
  },
  "pipelines": {
    "sales": {
      "entity": "deal", "field": "stage",
      "stages": {
        "New": {"class": "open", "probability": 10},
        "Offer": {"class": "open", "probability": 60},
        "Won": {"class": "won"},
        "Lost": {"class": "lost"}
      }
    }
  },
  "automations": {
    "segment": {"entity": "deal", "on": "before_save", "order": 1,
                "when": "amount != null",
                "set": {"segment": "amount >= 1000 ? 'large' : 'small'"}}
  }
})";

struct SmallCrm {
  Timestamp now = at("2026-03-01T09:00:00Z");
  Database db;
  Session session;

  explicit SmallCrm(std::string path = ":memory:", std::string_view model = kSmallCrm)
      : db(require(Database::create(path, {.model = std::string(model), .now = now, .open = {}}))),
        session(require(db.session({.actor = {}, .capabilities = Capabilities::all()}))) {}

  Transaction begin() { return require(session.begin({.now = now})); }
  Snapshot read() { return require(session.read()); }

  RecordId create(std::string_view entity, const Patch& fields) {
    Transaction t = begin();
    RecordId id = require(t.create(entity, fields));
    KITH_CHECK_OK(t.commit());
    return id;
  }
  Status update(RecordId id, const Patch& fields, std::uint64_t expected_version = 0) {
    Transaction t = begin();
    Status status = t.update(id, fields, expected_version);
    return status.ok() ? t.commit() : status;
  }
};

}  // namespace kith::test
