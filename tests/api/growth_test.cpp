// A model that grows over records there are: what it costs and what old records say.
#include "engine/database.hpp"
#include "engine/writer.hpp"
#include "tests/api/fixture.hpp"

namespace kith::test {

namespace {

std::string model(std::string_view fields, std::string_view options, std::string_view rest = "") {
  return std::string(R"({"kith_model": 1, "name": "grow", "entities": {"deal": {"fields": {
    "name": {"type": "text"}, "kind": {"type": "choice", "options": ["a")") +
         std::string(options) + "]}" + std::string(fields) + "}" + std::string(rest) + "}";
}

// Every row of the database and its bytes.
struct Size {
  std::size_t rows = 0;
  std::size_t bytes = 0;
};

Size size_of(store::ReadTxn& txn) {
  Size size;
  for (const store::TableSpec& spec : store::table_specs()) {
    if (spec.kind != store::TableKind::kMap) continue;
    store::KeyRange range;
    for (bool done = false; !done;) {
      const store::ScanBatch batch = require(txn.scan(spec.table, range, {}));
      for (const store::KeyValue& row : batch.rows) size.bytes += row.key.size() + row.value.size();
      size.rows += batch.rows.size();
      done = batch.done();
      range.first = batch.continuation;
    }
  }
  return size;
}

// Rows and bytes that growing the model adds to a database of so many deals.
Size growth(int deals, const std::string& grown) {
  SmallCrm crm(":memory:", model("", "", "}}"));
  for (int made = 0; made < deals;) {
    Transaction t = crm.begin();
    for (int i = 0; i < 2000 && made < deals; ++i, ++made) {
      BOOST_REQUIRE(t.create("deal", {{"name", "D"}, {"kind", "a"}}).ok());
    }
    KITH_CHECK_OK(t.commit());
  }
  store::Store& store = crm.session.impl()->database().store();
  const Size before = size_of(*require(store.begin_read()));
  BOOST_TEST(crm.db.apply_model(crm.session, grown, false).ok());
  const Size after = size_of(*require(store.begin_read()));
  return {after.rows - before.rows, after.bytes - before.bytes};
}

}  // namespace

BOOST_AUTO_TEST_SUITE(api_growth)

BOOST_AUTO_TEST_CASE(fields_options_and_types_are_added_without_touching_records) {
  const std::string grown =
      model(R"(, "rating": {"type": "int", "default": 3}, "code": {"type": "text", "unique": true},
               "note": {"type": "text"})",
            R"(, "b")", R"(}, "task": {"fields": {"what": {"type": "text"}}}})");
  const Size few = growth(100, grown);
  const Size many = growth(10'000, grown);
  BOOST_TEST(few.rows == many.rows);
  BOOST_TEST(few.bytes == many.bytes);
  BOOST_TEST(many.rows <= 4u);
}

BOOST_AUTO_TEST_CASE(old_records_read_a_new_field_as_null_and_take_a_value) {
  SmallCrm crm(":memory:", model("", "", "}}"));
  const RecordId old = crm.create("deal", {{"name", "old"}, {"kind", "a"}});
  const std::string grown =
      model(R"(, "rating": {"type": "int"}, "note": {"type": "text"}, "need": {"type": "bool"})",
            R"(, "b")", R"(, "rules": {"rated": {"check": "rating == null || rating < 10"}}}})");
  BOOST_TEST(crm.db.apply_model(crm.session, grown, false).ok());
  const RecordId fresh =
      crm.create("deal", {{"name", "new"}, {"rating", 5}, {"kind", "b"}, {"need", false}});
  BOOST_TEST(require(crm.read().get(old)).at("rating").is_null());
  BOOST_TEST(require(crm.read().get(old)).at("note").is_null());
  BOOST_TEST(require(crm.read().get(old)).at("need").is_null());
  const auto found = [&](const std::string& where) {
    return require(crm.read().query({.entity = "deal", .where = where})).rows.size();
  };
  BOOST_TEST(found("rating == null") == 1u);
  BOOST_TEST(found("rating > 4") == 1u);
  BOOST_TEST(found("need == false") == 1u);
  BOOST_TEST((crm.update(old, {{"rating", 11}}).code() == Code::kValidation));
  KITH_CHECK_OK(crm.update(old, {{"rating", 9}, {"note", "later"}, {"kind", "b"}}));
  BOOST_TEST(found("rating > 4 && kind == 'b'") == 2u);
  const std::vector<Change> changes = require(crm.read().history(old));
  BOOST_REQUIRE(changes.size() == 2u);
  BOOST_TEST(changes[0].fields.size() == 3u);
  BOOST_TEST((require(crm.read().get(fresh)).at("need") == Value(false)));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace kith::test
