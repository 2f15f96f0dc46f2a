// Fields that leave the model and come back: what their records lost in between, check knows.
#include "schema/field_gaps.hpp"

#include "tests/engine/check_fixture.hpp"
#include "tests/exchange/dump_fixture.hpp"
#include "tests/support/temp_dir.hpp"

namespace kith::test {

namespace {

using schema::FieldGap;

std::string model_with(const std::string& fields) {
  return R"({"kith_model": 1, "name": "gaps", "entities": {"thing": {"fields": {
    "name": {"type": "text"})" +
         fields + "}}}}";
}
const std::string kFew = model_with("");
const std::string kAll = model_with(R"(, "number": {"type": "int"}, "note": {"type": "text"})");

struct Things : SmallCrm {
  RecordId kept, changed, late;

  explicit Things(const std::string& path = ":memory:") : SmallCrm(path, kAll) {
    kept = create("thing", {{"name", "kept"}, {"number", 1}, {"note", "one"}});
    changed = create("thing", {{"name", "changed"}, {"number", 2}, {"note", "two"}});
  }
  void apply(const std::string& model) { require(db.apply_model(session, model)); }
  std::string problems() { return told(require(db.check(session))); }
  std::vector<FieldGap> gaps() {
    auto txn = require(db.impl()->store().begin_read());
    return require(schema::load_field_gaps(*txn));
  }
  Value value(RecordId id, const char* field) { return require(read().get(id)).at(field); }
  // The fields go, one record is changed and one made without them, and they come back.
  void lose() {
    apply(kFew);
    KITH_CHECK_OK(update(changed, {{"name", "changed 1"}}));
    KITH_CHECK_OK(update(changed, {{"name", "changed 2"}}));
    late = create("thing", {{"name", "late"}});
    apply(kAll);
  }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(engine_field_gaps)

BOOST_AUTO_TEST_CASE(values_that_were_dropped_are_no_contradiction) {
  Things crm;
  BOOST_TEST(crm.gaps().empty());
  crm.lose();
  BOOST_TEST((crm.value(crm.kept, "number") == Value(1)));
  BOOST_TEST(crm.value(crm.changed, "number").is_null());
  BOOST_TEST(crm.problems() == "");
  const auto gaps = crm.gaps();
  BOOST_REQUIRE(gaps.size() == 2u);
  for (const FieldGap& gap : gaps) BOOST_TEST((gap.from == 2u && gap.to == 5u && !gap.dropped));
  // Written again, a field begins from nothing.
  for (const RecordId id : {crm.kept, crm.changed, crm.late}) {
    KITH_CHECK_OK(crm.update(id, {{"number", 7}, {"note", "again"}}));
  }
  BOOST_TEST(crm.problems() == "");
  // Gone once more, and removed still.
  crm.lose();
  crm.apply(kFew);
  BOOST_TEST(crm.problems() == "");
  crm.apply(kAll);
  crm.apply(kFew);
  crm.apply(kAll);
  BOOST_TEST(crm.problems() == "");
  BOOST_TEST(crm.gaps().size() == 4u);
}

BOOST_AUTO_TEST_CASE(what_contradicts_the_history_otherwise_is_still_found) {
  for (const int which : {0, 1, 2, 3}) {
    BOOST_TEST_CONTEXT("case " << which) {
      Things crm;
      crm.lose();
      const auto key_of = [](RecordId id) { return query::unique_entry(id); };
      auto txn = require(crm.db.impl()->store().begin_write({}));
      const auto image = [&](RecordId id) {
        return std::string(*require(txn->get(Table::kRecords, key_of(id))));
      };
      const auto words = [&](RecordId id, const std::string& other) {
        KITH_CHECK_OK(txn->put(Table::kRecords, key_of(id), other));
      };
      if (which == 0) {  // a value changes in the one that was not written in between
        std::string bytes = image(crm.kept);
        const std::size_t at = bytes.find("one");
        BOOST_REQUIRE(at != std::string::npos);
        words(crm.kept, bytes.replace(at, 3, "eno"));
      } else if (which == 1) {  // one that was lost is there again
        std::string bytes = image(crm.kept);
        const std::string lost = image(crm.changed);
        bytes.replace(8, 32, lost, 8, 32);  // the system's words: its version is its own
        words(crm.changed, bytes);
      } else {  // nobody knows of the gaps any more, or a row of them is damaged
        for (const FieldGap& gap : crm.gaps()) {
          FieldGap other = gap;
          other.to = other.from;
          if (which == 2) KITH_CHECK_OK(schema::put_field_gap(*txn, other));
        }
        const auto row =
            require(txn->scan(Table::kMeta, store::KeyRange::prefix(schema::kFieldGapPrefix), {}));
        const std::string key(row.rows.front().key);
        if (which == 3) KITH_CHECK_OK(txn->put(Table::kMeta, key, "\x09"));
      }
      KITH_CHECK_OK(txn->commit());
      txn.reset();
      const std::string found = crm.problems();
      BOOST_TEST(found.find(which == 3 ? "model_corrupt" : "record_values") != std::string::npos,
                 found);
    }
  }
}

BOOST_AUTO_TEST_CASE(a_dump_tells_of_them) {
  const testing::TempDir dir;
  Things crm(dir.sub("a"));
  crm.lose();
  crm.apply(kFew);
  const std::string text = dump_text(crm.db);
  BOOST_TEST(text.find("{\"gap\":") != std::string::npos);
  require(load_text(dir.sub("b"), text));
  SessionOptions who;
  who.capabilities = Capabilities::all();
  const Database same = require(Database::open(dir.sub("b")));
  const Session session = require(same.session(who));
  BOOST_TEST((dump_text(same) == text));
  BOOST_TEST(told(require(same.check(session))) == "");
  // Loading has dropped all values of the fields that are not in the model.
  require(same.apply_model(session, kAll));
  BOOST_TEST(require(require(session.read()).get(crm.kept)).at("number").is_null());
  BOOST_TEST(told(require(same.check(session))) == "");
  BOOST_TEST(dump_text(same).find("\"dropped\":true") != std::string::npos);
  // Lines that do not fit.
  for (const auto& [what, with] : std::vector<std::pair<std::string, std::string>>{
           {"\"field\":2", "\"field\":99"},
           {"\"from\":2,\"to\":5", "\"from\":5,\"to\":2"},
           {"\"field\":3", "\"field\":1"}}) {
    std::vector<std::string> lines = lines_of(text);
    bool replaced = false;
    for (std::string& line : lines) {
      const std::size_t at = line.find(what);
      if (replaced || !line.starts_with("{\"gap\"") || at == std::string::npos) continue;
      line.replace(at, what.size(), with);
      replaced = true;
    }
    BOOST_REQUIRE(replaced);
    const auto refused = load_text(dir.sub("c"), signed_text(lines));
    BOOST_TEST((refused.status().code() == Code::kImportInvalid), refused.status().to_string());
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace kith::test
