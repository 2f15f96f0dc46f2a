#include "fuzz/related_crm.hpp"

#include <array>
#include <span>
#include <string_view>

namespace kith::fuzz {

namespace {

constexpr Timestamp kNow{1'790'000'000, 0};

constexpr std::string_view kModel = R"json({
  "kith_model": 1,
  "name": "related",
  "organisation": {"time_zone": "Europe/Berlin", "currency": "EUR", "calendar": "office",
    "calendars": {"office": {"hours": {"mon": ["09:00-17:00"], "tue": ["09:00-12:00"]}}}},
  "entities": {
    "user": {"title": "name", "fields": {"name": {"type": "text"}}},
    "account": {"title": "name", "fields": {
      "name": {"type": "text"},
      "parent": {"type": "reference", "to": "account", "inverse": "children",
                 "on_delete": "clear"},
      "size": {"type": "int"},
      "open_deals": {"type": "int", "formula": "count(deals, d, d.stage != 'Won')"},
      "family": {"type": "int", "formula": "size(children) + (has(parent.size) ? 1 : 0)"},
      "hot_deals": {"type": "int", "formula": "rollup('hot')"},
      "rates": {"type": "decimal", "scale": 6, "formula": "rollup('rate_sum')"}
    }, "rollups": {
      "hot": {"of": "deals", "count": true, "where": "hot == true && per_seat > 0.1"},
      "rate_sum": {"of": "deals", "sum": "rate * 2"}
    }},
    "contact": {"title": "name", "fields": {
      "name": {"type": "text"},
      "vip": {"type": "bool"},
      "born": {"type": "date"},
      "account": {"type": "reference", "to": "account", "inverse": "contacts",
                  "on_delete": "clear"}
    }},
    "deal": {"title": "name", "fields": {
      "name": {"type": "text"},
      "account": {"type": "reference", "to": "account", "inverse": "deals", "on_delete": "clear"},
      "watchers": {"type": "reference_list", "to": "contact", "inverse": "watched",
                   "on_delete": "clear"},
      "stage": {"type": "choice"},
      "tags": {"type": "multi_choice", "options": ["vip", "new", "risk"]},
      "hot": {"type": "bool"},
      "seats": {"type": "int"},
      "chance": {"type": "float"},
      "rate": {"type": "decimal", "scale": 3},
      "amount": {"type": "money"},
      "close_date": {"type": "date"},
      "met_at": {"type": "timestamp"},
      "effort": {"type": "duration"},
      "extra": {"type": "json"},
      "per_seat": {"type": "decimal", "scale": 6, "formula": "rate / decimal(seats)"},
      "due_in": {"type": "int", "formula": "days_between(today(), close_date)"},
      "twice": {"type": "int", "formula": "seats * 2"},
      "label": {"type": "text", "formula": "name + ' of ' + account.name"}
    },
    "indexes": {"by_close": ["close_date"], "by_seats": ["seats", "name"], "by_rate": ["rate"],
                "by_met": ["met_at"], "by_twice": ["twice"], "by_hot": ["hot"]}}
  },
  "scores": {
    "fit": {"entity": "deal", "min": -50, "max": 50, "rows": [
      {"name": "hot", "when": "hot", "points": "10"},
      {"name": "seats", "points": "seats / 3", "cap": 20},
      {"name": "rate", "when": "rate > 1.0", "points": "rate / (rate - 2.0)",
       "half_life": "7d", "since": "met_at"}]}
  },
  "pipelines": {
    "sales": {"entity": "deal", "field": "stage", "create_stages": "*", "stages": {
      "New": {"class": "open", "probability": 10},
      "Offer": {"class": "open", "probability": 60},
      "Won": {"class": "won"},
      "Lost": {"class": "lost"}
    }}
  }
})json";

constexpr std::array<std::string_view, 8> kTexts = {
    "", "Acme", "acme", "a_b%", "7", "vip", "\xC3\xA9t\xC3\xA9", "ann@acme.example"};

std::string text_of(Input& in) { return std::string(kTexts[in.below(kTexts.size())]); }

// Every other value is null.
template <typename Make>
void maybe(Patch& patch, const char* field, Input& in, Make&& make) {
  if (in.below(2) == 1) patch.push_back({field, make()});
}

Patch deal_values(Input& in, std::span<const RecordId> accounts,
                  std::span<const RecordId> contacts) {
  static constexpr std::array<const char*, 4> kStages = {"New", "Offer", "Won", "Lost"};
  static constexpr std::array<const char*, 3> kTags = {"vip", "new", "risk"};
  Patch deal;
  maybe(deal, "name", in, [&] { return Value(text_of(in)); });
  maybe(deal, "account", in, [&] { return Value(accounts[in.below(accounts.size())]); });
  maybe(deal, "watchers", in, [&] {
    List list;
    for (const RecordId contact : contacts) {
      if (in.below(2) == 1) list.emplace_back(contact);
    }
    return Value(list);
  });
  maybe(deal, "stage", in, [&] { return Value(kStages[in.below(kStages.size())]); });
  maybe(deal, "tags", in, [&] { return Value(List{Value(kTags[in.below(kTags.size())])}); });
  maybe(deal, "hot", in, [&] { return Value(in.below(2) == 1); });
  maybe(deal, "seats", in, [&] { return Value(in.number()); });
  maybe(deal, "chance", in, [&] { return Value(static_cast<double>(in.number()) / 7); });
  maybe(deal, "rate", in, [&] { return Value(Decimal(in.below(250), 2)); });
  maybe(deal, "amount", in, [&] {
    const Currency currency =
        in.below(4) == 0 ? Currency{{'U', 'S', 'D', 0}} : Currency{{'E', 'U', 'R', 0}};
    return Value(Money{Decimal(static_cast<std::int64_t>(in.below(250)) * 1000, 2), currency});
  });
  maybe(deal, "close_date", in, [&] { return Value(Date(20'600 + in.byte())); });
  maybe(deal, "met_at", in, [&] {
    return Value(Timestamp(kNow.seconds() + (std::int64_t{in.byte()} - 128) * 40'000, 0));
  });
  maybe(deal, "effort", in, [&] { return Value(Duration::minutes(in.byte())); });
  maybe(deal, "extra", in, [&] {
    return Value(Map{{Value("a"), Value(std::int64_t{in.byte()})}, {Value("b"), Value(List{})}});
  });
  return deal;
}

}  // namespace

RelatedCrm::RelatedCrm()
    : database_(must(Database::create(":memory:", {.model = std::string(kModel), .now = kNow}),
                     "the model of the related records makes a database")),
      session_(must(database_.session({.actor = {}, .capabilities = Capabilities::all()}),
                    "a session")) {}

Transaction RelatedCrm::begin() const {
  return must(session_.begin({.now = kNow}), "a transaction");
}

std::vector<RecordId> RelatedCrm::fill(Transaction& t, Input& in) {
  std::vector<RecordId> accounts;
  for (int i = 0; i < 2; ++i) {
    Patch account;
    maybe(account, "name", in, [&] { return Value(text_of(in)); });
    maybe(account, "size", in, [&] { return Value(in.number()); });
    if (!accounts.empty()) maybe(account, "parent", in, [&] { return Value(accounts[0]); });
    accounts.push_back(must(t.create("account", account), "an account"));
  }
  std::vector<RecordId> contacts;
  for (std::size_t i = in.below(4); i > 0; --i) {
    Patch contact;
    maybe(contact, "name", in, [&] { return Value(text_of(in)); });
    maybe(contact, "vip", in, [&] { return Value(in.below(2) == 1); });
    maybe(contact, "born", in, [&] { return Value(Date(3'000 + 80 * in.byte())); });
    maybe(contact, "account", in, [&] { return Value(accounts[in.below(2)]); });
    contacts.push_back(must(t.create("contact", contact), "a contact"));
  }
  std::vector<RecordId> deals;
  for (std::size_t i = 3 + in.below(3); i > 0; --i) {
    deals.push_back(must(t.create("deal", deal_values(in, accounts, contacts)), "a deal"));
  }
  return deals;
}

RelatedCrm& related_crm() {
  static RelatedCrm crm;
  return crm;
}

}  // namespace kith::fuzz
