#include "benchmarks/kith_deals.hpp"

namespace kith::bench {

namespace {

std::string model(bool indexes) {
  std::string stages;
  for (int i = 0; i < kStages; ++i) {
    const char* kind = i == 5 ? "won" : i == 6 ? "lost" : "open";
    stages += std::string(i == 0 ? "" : ", ") + "\"" + stage_name(i) + "\": {\"class\": \"" + kind +
              "\"}";
  }
  std::string text = R"({"kith_model": 1, "name": "bench", "entities": {"deal": {"fields": {
    "name": {"type": "text"}, "next_step": {"type": "text"}, "source": {"type": "text"},
    "region": {"type": "text"}, "description": {"type": "text"}, "account": {"type": "int"},
    "contact": {"type": "int"}, "amount": {"type": "decimal", "scale": 2},
    "discount": {"type": "decimal", "scale": 2}, "quantity": {"type": "int"},
    "score": {"type": "int"}, "employees": {"type": "int"}, "calls": {"type": "int"},
    "mails": {"type": "int"}, "weight": {"type": "float"}, "stage": {"type": "choice"},
    "close_date": {"type": "date"}, "start_date": {"type": "date"},
    "renewal": {"type": "bool"}, "hot": {"type": "bool"}})";
  if (indexes) {
    text += R"(, "indexes": {"by_account": ["account"], "by_contact": ["contact"],
      "by_stage": ["stage"], "by_close": ["close_date"], "by_amount": ["amount"]})";
  }
  return text +
         R"(}}, "pipelines": {"sales": {"entity": "deal", "field": "stage", "create_stages": "*",
    "stages": {)" +
         stages + "}}}}";
}

const Timestamp kNow(1'772'355'600, 0);

}  // namespace

KithDeals::KithDeals(const std::filesystem::path& folder, bool indexes)
    : db_(must(Database::create((folder / "kith").string(),
                                {.model = model(indexes), .now = kNow, .open = {}}))),
      session_(must(db_.session({}))) {
  type_ = must(must(session_.read()).field("deal", "amount")).type;
}

void KithDeals::put(Transaction& txn, const Deal& d) {
  must(txn.create("deal", {{"name", d.name},
                           {"next_step", d.next_step},
                           {"source", d.source},
                           {"region", d.region},
                           {"description", d.description},
                           {"account", d.account},
                           {"contact", d.contact},
                           {"amount", Decimal(d.amount, 2)},
                           {"discount", Decimal(d.discount, 2)},
                           {"quantity", d.quantity},
                           {"score", d.score},
                           {"employees", d.employees},
                           {"calls", d.calls},
                           {"mails", d.mails},
                           {"weight", d.weight},
                           {"stage", stage_name(d.stage)},
                           {"close_date", Date(d.close_day)},
                           {"start_date", Date(d.start_day)},
                           {"renewal", d.renewal},
                           {"hot", d.hot}}));
}

void KithDeals::create(DealSource& source, int count) {
  Transaction txn = must(session_.begin({.now = kNow}));
  for (int i = 0; i < count; ++i) put(txn, source.next());
  must(txn.commit());
}

void KithDeals::write_one(DealSource& source) {
  const Deal deal = source.next();
  must(session_.write({.now = kNow}, [&](Transaction& txn) {
    put(txn, deal);
    return Status();
  }));
}

void KithDeals::fill(std::int64_t count) {
  DealSource source;
  for (std::int64_t done = 0; done < count; done += 1000) {
    create(source, static_cast<int>(std::min<std::int64_t>(1000, count - done)));
  }
}

KithDeals& filled_kith() {
  static Folder folder;
  static KithDeals deals(folder.path(), false);
  static const bool filled = (deals.fill(record_count()), true);
  (void)filled;
  return deals;
}

}  // namespace kith::bench
