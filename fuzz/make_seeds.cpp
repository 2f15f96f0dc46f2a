// Writes the seeds that no editor can: rows of a database that has lived a little, for the targets
// that read kith's own bytes. Run it when a stored form changes:
//   build/fuzz/bin/kith_fuzz_seeds fuzz/corpus
// The first bytes of each seed choose codec or type as codecs_fuzz.cpp and record_fuzz.cpp say.
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <sstream>

#include "base/value_codec.hpp"
#include "engine/database.hpp"
#include "fuzz/fuzz.hpp"
#include "fuzz/sample_crm.hpp"
#include "store/store.hpp"

namespace {

using namespace kith;
using fuzz::must;

constexpr std::size_t kMaxSeedBytes = 700;
constexpr std::size_t kMaxDumpBytes = 16'000;
constexpr int kSeedsOfAKind = 3;

class Seeds {
 public:
  explicit Seeds(std::filesystem::path folder) : folder_(std::move(folder)) {}

  // `kind` names the file; of one kind the first few are kept, of those that are small.
  void add(const std::string& target, const std::string& kind, const std::string& head,
           std::string_view bytes, std::size_t max_bytes = kMaxSeedBytes) {
    if (bytes.size() > max_bytes || made_[target + kind] == kSeedsOfAKind) return;
    const int number = ++made_[target + kind];
    const std::filesystem::path path = folder_ / target;
    std::filesystem::create_directories(path);
    std::ofstream(path / (kind + "_" + std::to_string(number)), std::ios::binary) << head << bytes;
  }

 private:
  std::filesystem::path folder_;
  std::map<std::string, int> made_;
};

// What happens in the database: records of every kind of field, changes, a run and its message.
Database story() {
  const Database db = fuzz::sample_database();
  const Session session =
      must(db.session({.actor = {}, .capabilities = Capabilities::all()}), "a session");
  Transaction t = must(session.begin({.now = fuzz::kNow, .cause = "seeds"}), "a transaction");
  const RecordId ada = must(t.create("user", {{"name", "Ada"}}), "a user");
  const RecordId acme = must(t.create("account", {{"name", "Acme"}}), "an account");
  const RecordId deal =
      must(t.create("deal", {{"name", "Pilot"},
                             {"account", acme},
                             {"watchers", List{Value(ada)}},
                             {"tags", List{Value("vip"), Value("risk")}},
                             {"hot", true},
                             {"seats", 12},
                             {"score", 0.5},
                             {"rate", Decimal(1250, 3)},
                             {"amount", Money{Decimal(1'250'000, 4), Currency{{'E', 'U', 'R', 0}}}},
                             {"close_date", Date(20'500)},
                             {"met_at", fuzz::kNow},
                             {"effort", Duration::minutes(90)},
                             {"photo", Bytes{"\x01\x02"}},
                             {"extra", Map{{Value("a"), Value(List{Value(1), Value()})}}},
                             {"email", "ann@acme.example"}}),
           "a deal");
  must(t.create("deal", {{"name", "Empty"}}), "a deal");
  fuzz::check(t.commit(), "commit");
  Transaction second = must(session.begin({.now = fuzz::kNow}), "a transaction");
  fuzz::check(second.update(deal, {{"stage", "Offer"}, {"hot", Value()}}), "an update");
  must(second.receive({.id = "e-1", .name = "paid", .record = deal, .data = {}}), "an event");
  fuzz::check(second.commit(), "commit");
  fuzz::check(session.tick({.now = fuzz::kNow}).status(), "a tick");
  return db;
}

template <typename Take>
void each_row(store::ReadTxn& txn, store::Table table, Take take) {
  const auto batch = must(txn.scan(table, store::KeyRange::all(), {.row_limit = 10'000}), "a scan");
  for (const store::KeyValue& row : batch.rows) take(row.key, row.value);
}

std::string one(int byte) { return std::string(1, static_cast<char>(byte)); }

void stored_rows(const Database& db, Seeds* seeds) {
  const auto txn = must(db.impl()->store().begin_read(), "a snapshot");
  each_row(*txn, store::Table::kMeta, [&](std::string_view key, std::string_view value) {
    if (key.starts_with("catalog/type/")) seeds->add("codecs", "type", one(8), value);
    if (key == "catalog/head") seeds->add("codecs", "head", one(9), value);
    if (key.starts_with("model/section/pipelines/")) {
      seeds->add("codecs", "pipelines", one(7), value);
    }
    if (key.starts_with("model/section/automations/")) {
      seeds->add("codecs", "automations", one(5), value);
    }
  });
  each_row(*txn, store::Table::kHistory, [&](std::string_view, std::string_view value) {
    seeds->add("codecs", "history", one(1), value);
  });
  each_row(*txn, store::Table::kQueue, [&](std::string_view key, std::string_view value) {
    if (key[0] == 'o') seeds->add("codecs", "message", one(2), value);
    if (key[0] == 'r') seeds->add("codecs", "run", one(3), value);
  });
  each_row(*txn, store::Table::kRecords, [&](std::string_view, std::string_view value) {
    for (int type = 0; type < 3; ++type) {
      seeds->add("record", "type" + std::to_string(type), one(type) + one(7 * type), value);
    }
  });
}

void dumps(const Database& db, Seeds* seeds) {
  std::ostringstream out;
  fuzz::check(dump(db, out).status(), "a dump");
  seeds->add("dump", "story", "", out.str(), kMaxDumpBytes);
  const Database empty =
      must(Database::create(":memory:", {.model = R"({"kith_model": 1})", .now = fuzz::kNow}),
           "an empty database");
  std::ostringstream nothing;
  fuzz::check(dump(empty, nothing).status(), "a dump");
  seeds->add("dump", "empty", "", nothing.str());
}

void values(Seeds* seeds) {
  const Value all[] = {
      Value(),
      Value(true),
      Value(-5),
      Value(std::uint64_t{7}),
      Value(0.5),
      Value(Decimal(-12345, 2)),
      Value(Money{Decimal(5), Currency{{'U', 'S', 'D', 0}}}),
      Value("text"),
      Value(Bytes{"\x01"}),
      Value(Date(20'000)),
      Value(fuzz::kNow),
      Value(Duration::minutes(3)),
      Value(RecordId(2, 7)),
      Value(TypeName{"int"}),
  };
  List list(std::begin(all), std::end(all));
  list.emplace_back(Map{{Value("key"), Value(List{Value(1)})}, {Value(1), Value(true)}});
  base::ByteWriter out;
  fuzz::check(base::encode_value(Value(list), &out), "values are encoded");
  seeds->add("codecs", "value", one(0), out.bytes());
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 2) {
    std::fprintf(stderr, "usage: kith_fuzz_seeds FOLDER\n");
    return 2;
  }
  Seeds seeds(arguments[1]);
  const Database db = story();
  stored_rows(db, &seeds);
  dumps(db, &seeds);
  values(&seeds);
  return 0;
}
