// Random writes through the public interface, held against a model of a few maps.
#include <map>
#include <optional>
#include <random>
#include <set>

#include "tests/api/fixture.hpp"
#include "tests/support/temp_dir.hpp"

namespace kith::test {

namespace {

constexpr std::string_view kModel = R"({
  "kith_model": 1, "name": "oracle",
  "entities": {
    "account": {"fields": {
      "name": {"type": "text", "required": true, "unique": true},
      "parent": {"type": "reference", "to": "account", "on_delete": "clear"}}},
    "contact": {"fields": {
      "name": {"type": "text", "unique": true},
      "account": {"type": "reference", "to": "account", "on_delete": "cascade"}}},
    "deal": {
      "fields": {
        "name": {"type": "text"}, "amount": {"type": "int"},
        "account": {"type": "reference", "to": "account", "on_delete": "clear"}},
      "indexes": {"by_amount": ["amount"]},
      "rules": {"not_negative": {"check": "amount == null || amount >= 0"}}},
    "note": {"fields": {
      "name": {"type": "text"},
      "account": {"type": "reference", "to": "account", "on_delete": "restrict"}}}
  }
})";

constexpr const char* kTypes[] = {"account", "contact", "deal", "note"};

std::string reference_of(std::uint16_t type) { return type == 1 ? "parent" : "account"; }

struct Image {
  std::map<std::string, Value> fields;
  bool deleted = false;
  friend bool operator==(const Image&, const Image&) = default;
};
using Images = std::map<RecordId, Image>;

// What the engine should do, from the documentation of transaction.hpp alone.
class Oracle {
 public:
  Images live;
  Images committed;
  std::map<RecordId, std::size_t> entries;  // of the history
  std::map<std::uint16_t, std::uint64_t> last_id;

  bool can_hold(RecordId id, std::uint16_t type, const std::map<std::string, Value>& patch) const {
    for (const auto& [name, value] : patch) {
      if (type == 1 && name == "name" && value.is_null()) return false;
      if (name == "name" && type <= 2 && !value.is_null() && holder(type, value, id)) return false;
      if (name == "amount" && !value.is_null() && *value.integer() < 0) return false;
      if (const RecordId* target = value.reference(); target && *target != id) {
        const auto at = live.find(*target);
        if (at == live.end() || at->second.deleted) return false;
      }
    }
    return true;
  }
  bool holder(std::uint16_t type, const Value& name, RecordId except) const {
    for (const auto& [id, image] : live) {
      if (id.type() == type && id != except && !image.deleted && image.fields.at("name") == name) {
        return true;
      }
    }
    return false;
  }
  bool remove(RecordId id) {
    const std::vector<RecordId> referrers = referring(id, false);
    for (RecordId r : referrers) {
      if (r.type() == 4) return false;
    }
    for (RecordId r : referrers) {
      if (r == id) continue;
      if (r.type() == 2) live[r].deleted = true;
      if (r.type() != 2) live[r].fields[reference_of(r.type())] = Value();
    }
    live[id].deleted = true;
    return true;
  }
  bool purge(RecordId id) {
    if (!live[id].deleted && !remove(id)) return false;
    for (RecordId r : referring(id, true)) live[r].fields[reference_of(r.type())] = Value();
    live.erase(id);
    return true;
  }
  std::vector<RecordId> referring(RecordId id, bool deleted_too) const {
    std::vector<RecordId> found;
    for (const auto& [r, image] : live) {
      if (image.deleted && !deleted_too) continue;
      if (image.fields.at(reference_of(r.type())) == Value(id)) found.push_back(r);
    }
    return found;
  }
  void commit() {
    for (const auto& [id, image] : live) {
      const auto before = committed.find(id);
      if (before == committed.end() || !(before->second == image)) ++entries[id];
    }
    committed = live;
  }
  void abort() { live = committed; }
};

class Run {
 public:
  Run(std::string path, std::uint64_t seed) : path_(std::move(path)), random_(seed) {
    crm_.emplace(path_, kModel);
  }

  void go(int transactions) {
    for (int i = 0; i < transactions; ++i) {
      one_transaction();
      if (i % 10 == 9) compare();
      if (i % 25 == 24 && path_ != ":memory:") reopen();
    }
    compare();
  }

 private:
  std::uint64_t below(std::uint64_t n) { return random_() % n; }

  void reopen() {
    crm_->session = Session(nullptr);
    crm_->db.close();
    crm_->db = require(Database::open(path_));
    crm_->session = require(crm_->db.session({.actor = {}, .capabilities = Capabilities::all()}));
  }

  std::optional<RecordId> pick(std::optional<std::uint16_t> type) {
    std::vector<RecordId> all;
    for (const auto& [id, image] : oracle_.live) {
      if (!type || id.type() == *type) all.push_back(id);
    }
    if (all.empty()) return std::nullopt;
    return all[below(all.size())];
  }

  std::map<std::string, Value> random_patch(std::uint16_t type) {
    std::map<std::string, Value> patch;
    if (below(4) != 0) {
      patch["name"] = below(12) == 0 ? Value() : Value("n" + std::to_string(below(25)));
    }
    if (type == 3 && below(2) == 0) {
      patch["amount"] = below(8) == 0 ? Value() : Value(static_cast<int>(below(110)) - 10);
    }
    if (below(2) == 0) {
      const auto target = below(6) == 0 ? std::nullopt : pick(std::uint16_t{1});
      patch[reference_of(type)] = target ? Value(*target) : Value();
    }
    return patch;
  }

  static Patch patch_of(const std::map<std::string, Value>& fields) {
    return Patch(fields.begin(), fields.end());
  }

  void one_transaction() {
    Transaction t = crm_->begin();
    for (std::uint64_t n = 1 + below(5); n > 0; --n) one_write(t);
    if (below(8) == 0) {
      t.abort();
      oracle_.abort();
      last_ = kept_;
      return;
    }
    KITH_CHECK_OK(t.commit());
    oracle_.commit();
    kept_ = last_;
  }

  void one_write(Transaction& t) {
    const std::uint64_t what = below(10);
    if (what < 4 || oracle_.live.empty()) return create(t);
    const RecordId id = *pick(std::nullopt);
    Image& image = oracle_.live[id];
    Status status;
    bool expected = true;
    if (what < 7) {
      const auto patch = random_patch(id.type());
      status = t.update(id, patch_of(patch));
      expected = !image.deleted && oracle_.can_hold(id, id.type(), patch);
      if (expected) {
        for (const auto& [name, value] : patch) image.fields[name] = value;
      }
    } else if (what == 7) {
      status = t.remove(id);
      expected = image.deleted || oracle_.remove(id);
    } else if (what == 8) {
      status = t.restore(id);
      expected = !image.deleted || oracle_.can_hold(id, id.type(), image.fields);
      if (expected) image.deleted = false;
    } else {
      status = t.purge(id);
      expected = oracle_.purge(id);
      BOOST_TEST((!expected || t.get(id).status().code() == Code::kNotFound));
    }
    BOOST_TEST(status.ok() == expected, t.format_id(id) << " " << what << status.to_string());
  }

  void create(Transaction& t) {
    const auto type = static_cast<std::uint16_t>(1 + below(4));
    auto patch = random_patch(type);
    Image image;
    for (const char* name : {"name", "amount"}) {
      if (type == 3 || std::string_view(name) == "name") image.fields[name] = Value();
    }
    image.fields[reference_of(type)] = Value();
    for (const auto& [name, value] : patch) image.fields[name] = value;
    const RecordId id(type, last_[type] + 1);
    const Result<RecordId> made = t.create(kTypes[type - 1], patch_of(patch));
    const bool expected = oracle_.can_hold(id, type, image.fields);
    BOOST_REQUIRE_MESSAGE(made.ok() == expected, made.status().to_string());
    if (!expected) return;
    BOOST_TEST((*made == id), "ids rise by one");
    oracle_.live[id] = std::move(image);
    last_[type] = id.sequence();
  }

  void compare() {
    Snapshot s = crm_->read();
    for (const auto& [type, last] : kept_) {
      for (std::uint64_t n = 1; n <= last; ++n) compare_record(s, RecordId(type, n));
    }
    for (int low : {0, 30, 70}) {
      std::set<RecordId> wanted;
      for (const auto& [id, image] : oracle_.committed) {
        if (id.type() != 3 || image.deleted || image.fields.at("amount").is_null()) continue;
        if (*image.fields.at("amount").integer() >= low) wanted.insert(id);
      }
      Query query{.entity = "deal", .where = "amount >= " + std::to_string(low)};
      query.select = {{"id", "id"}};
      std::set<RecordId> found;
      for (const auto& row : require(s.query(query)).rows) found.insert(*row[0].reference());
      BOOST_TEST((found == wanted));
    }
  }

  void compare_record(Snapshot& s, RecordId id) {
    const auto at = oracle_.committed.find(id);
    const Result<Record> record = s.get(id);
    BOOST_REQUIRE(record.ok() == (at != oracle_.committed.end()));
    if (!record.ok()) {
      BOOST_TEST((record.status().code() == Code::kNotFound));
      BOOST_TEST((s.history(id).status().code() == Code::kNotFound));
      return;
    }
    BOOST_TEST(record->deleted == at->second.deleted);
    for (const auto& [name, value] : at->second.fields) {
      BOOST_TEST((record->at(name) == value), s.format_id(id) << "." << name);
    }
    const Value& name = at->second.fields.at("name");
    if (id.type() <= 2 && !name.is_null() && !at->second.deleted) {
      BOOST_TEST((require(s.find(kTypes[id.type() - 1], "name", name)) == id));
    }
    compare_history(s, *record);
    if (id.type() != 1) return;
    std::size_t contacts = 0;
    for (const auto& [r, image] : oracle_.committed) {
      if (r.type() == 2 && !image.deleted && image.fields.at("account") == Value(id)) ++contacts;
    }
    BOOST_TEST(require(s.referring(id, "contact", "account")).size() == contacts);
  }

  // The changes, undone from the newest to the oldest, lead from the record to nothing.
  void compare_history(Snapshot& s, const Record& record) {
    const std::vector<Change> changes = require(s.history(record.id));
    BOOST_REQUIRE(changes.size() == oracle_.entries[record.id]);
    BOOST_TEST(changes.front().sequence == record.version);
    std::map<std::string, Value> fields;
    for (const auto& [name, value] : record.fields) fields[name] = value;
    for (const Change& change : changes) {
      for (const Change::FieldChange& field : change.fields) {
        BOOST_TEST((fields[field.field] == field.after));
        fields[field.field] = field.before;
      }
    }
    for (const auto& [name, value] : fields) BOOST_TEST(value.is_null(), name);
  }

  std::string path_;
  std::mt19937_64 random_;
  std::optional<SmallCrm> crm_;
  Oracle oracle_;
  std::map<std::uint16_t, std::uint64_t> last_;  // ids given, of this transaction too
  std::map<std::uint16_t, std::uint64_t> kept_;  // of committed ones
};

}  // namespace

BOOST_AUTO_TEST_SUITE(api_model_based)

BOOST_AUTO_TEST_CASE(random_writes_in_memory) {
  for (std::uint64_t seed = 1; seed <= 3; ++seed) {
    BOOST_TEST_CONTEXT("seed " << seed) { Run(":memory:", seed).go(80); }
  }
}

BOOST_AUTO_TEST_CASE(random_writes_on_disk_with_reopening) {
  for (std::uint64_t seed = 11; seed <= 12; ++seed) {
    testing::TempDir dir;
    BOOST_TEST_CONTEXT("seed " << seed) { Run(dir.sub("crm"), seed).go(80); }
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace kith::test
