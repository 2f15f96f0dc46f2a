#include <boost/test/unit_test.hpp>

#include "engine/savepoint.hpp"
#include "tests/engine/large_values.hpp"
#include "tests/support/temp_dir.hpp"

namespace kith::engine {
namespace {

BOOST_FIXTURE_TEST_SUITE(engine_large_values, Docs)

BOOST_AUTO_TEST_CASE(each_type_is_read_back_on_both_sides_of_every_boundary) {
  for (const std::size_t size : {4095, 4096, 4097, 65'519, 65'520, 65'521, 131'072, 1 << 20}) {
    const std::string text = text_of(size);
    const Value tree(Map{{Value("key"), Value(text)}});
    const RecordId id =
        create("doc", {{"body", text}, {"data", Value(Bytes{text})}, {"tree", tree}});
    BOOST_TEST(blob(id, "body").has_value() == (size > 4096));
    BOOST_TEST(blob(id, "data").has_value() == (size > 4096));
    BOOST_TEST(blob(id, "tree").has_value() == (size + 12 > 4096));
    BOOST_TEST((value(id, "body") == Value(text)));
    BOOST_TEST((value(id, "data") == Value(Bytes{text})));
    BOOST_TEST((value(id, "tree") == tree));
    BOOST_TEST((value(id, "words") == Value(static_cast<std::int64_t>(size))));
    const std::vector<Change> changes = require(read().history(id));
    BOOST_REQUIRE(changes.size() == 1u);
    BOOST_TEST((changes[0].fields[0].after == Value(text)));
    BOOST_TEST((changes[0].fields[1].after == Value(Bytes{text})));
    BOOST_TEST((changes[0].fields[2].after == tree));
  }
  check();
}

BOOST_AUTO_TEST_CASE(the_largest_value_is_kept_on_disk_and_one_more_byte_is_refused) {
  testing::TempDir dir;
  Docs docs(dir.sub("crm"));
  const std::string text = text_of(16 << 20);
  const RecordId id = docs.create("doc", {{"data", Value(Bytes{text})}});
  BOOST_TEST((docs.value(id, "data") == Value(Bytes{text})));
  Transaction t = docs.begin();
  const Status over =
      t.create("doc", {{"name", "x"}, {"data", Value(Bytes{text + "+"})}, {"nane", 1}}).status();
  BOOST_TEST((over.code() == Code::kValidation));
  BOOST_REQUIRE(over.violations().size() == 2u);
  BOOST_TEST(over.violations()[0].entity == "doc");
  BOOST_TEST(over.violations()[0].field == "data");
  BOOST_TEST(over.violations()[0].message ==
             "data has 16777217 bytes; max_value_bytes is 16777216");
  const Status tree = t.update(id, {{"tree", Value(List{Value(text)})}});
  BOOST_REQUIRE(tree.violations().size() == 1u);
  BOOST_TEST(tree.violations()[0].field == "tree");
  KITH_CHECK_OK(t.update(id, {{"name", "fine"}}));
  KITH_CHECK_OK(t.commit());
  docs.check();
}

BOOST_AUTO_TEST_CASE(a_transaction_takes_few_of_the_largest) {
  Transaction t = begin();
  Status status;
  int taken = 0;
  while (taken < 9 && status.ok()) {
    status = t.create("doc", {{"data", Value(Bytes{text_of(16 << 20)})}}).status();
    if (status.ok()) ++taken;
  }
  BOOST_TEST(taken == 3);
  BOOST_TEST((status.code() == Code::kLimit));
  BOOST_TEST((status.message().find("max_txn_blob_bytes") != std::string_view::npos));
  BOOST_TEST(!t.commit().ok());
  BOOST_TEST(stored() == 0u);
}

BOOST_AUTO_TEST_CASE(bytes_that_look_like_a_reference_are_bytes) {
  const std::string looks = record::encode({7, 70'000});
  const RecordId id = create("doc", {{"data", Value(Bytes{looks})}});
  BOOST_TEST(blob(id, "data").has_value());
  BOOST_TEST((value(id, "data") == Value(Bytes{looks})));
  BOOST_TEST((require(read().history(id))[0].fields[0].after == Value(Bytes{looks})));
  check();
}

BOOST_AUTO_TEST_CASE(a_value_that_stays_keeps_its_blob_and_writes_none) {
  const RecordId id = create("doc", {{"name", "a"}, {"body", text_of(100'000)}});
  const auto before = blob(id, "body");
  KITH_CHECK_OK(update(id, {{"name", "b"}}));
  KITH_CHECK_OK(update(id, {{"name", "c"}, {"body", text_of(100'000)}}));
  BOOST_TEST((blob(id, "body") == before));
  BOOST_TEST(stored() == 1u);
  const std::uint64_t version = require(read().get(id)).version;
  KITH_CHECK_OK(update(id, {{"body", text_of(100'000)}}));
  BOOST_TEST(require(read().get(id)).version == version);
  KITH_CHECK_OK(update(id, {{"body", text_of(100'000, 'Z')}}));  // of the same size
  BOOST_TEST((blob(id, "body") != before));
  BOOST_TEST(stored() == 2u);
  check();
}

BOOST_AUTO_TEST_CASE(changed_and_changed_back_leaves_nothing) {
  const RecordId id = create("doc", {{"body", text_of(100'000)}});
  const auto before = blob(id, "body");
  const std::uint64_t version = require(read().get(id)).version;
  Transaction t = begin();
  KITH_CHECK_OK(t.update(id, {{"body", text_of(5'000)}}));
  BOOST_TEST((require(t.get(id)).at("body") == Value(text_of(5'000))));
  KITH_CHECK_OK(t.update(id, {{"body", "short"}}));
  KITH_CHECK_OK(t.update(id, {{"body", text_of(100'000)}}));
  KITH_CHECK_OK(t.commit());
  BOOST_TEST((blob(id, "body") == before));
  BOOST_TEST(require(read().get(id)).version == version);
  BOOST_TEST(stored() == 1u);

  // The same beside a change that stays.
  Transaction u = begin();
  KITH_CHECK_OK(u.update(id, {{"body", text_of(5'000)}}));
  KITH_CHECK_OK(u.update(id, {{"body", text_of(100'000)}, {"name", "kept"}}));
  KITH_CHECK_OK(u.commit());
  const std::vector<Change> changes = require(read().history(id));
  BOOST_REQUIRE(changes.size() == 2u);
  BOOST_REQUIRE(changes[0].fields.size() == 1u);
  BOOST_TEST(changes[0].fields[0].field == "name");
  BOOST_TEST(stored() == 1u);
  check();
}

BOOST_AUTO_TEST_CASE(what_is_rolled_back_or_aborted_leaves_nothing) {
  const RecordId id = create("doc", {{"body", text_of(100'000)}});
  const auto before = blob(id, "body");
  {
    Transaction t = begin();
    {
      Savepoint savepoint(writer_of(t));
      KITH_CHECK_OK(t.update(id, {{"body", text_of(70'000)}}));
      require(t.create("doc", {{"data", Value(Bytes{text_of(5'000)})}}));
      BOOST_TEST(!savepoint.roll_back(Status(Code::kRefused, "no")).ok());
    }
    BOOST_TEST((require(t.get(id)).at("body") == Value(text_of(100'000))));
    KITH_CHECK_OK(t.update(id, {{"name", "kept"}}));
    KITH_CHECK_OK(t.commit());
  }
  BOOST_TEST((blob(id, "body") == before));
  BOOST_TEST(stored() == 1u);
  {
    Transaction t = begin();
    KITH_CHECK_OK(t.update(id, {{"body", text_of(70'000)}}));
    t.abort();
  }
  BOOST_TEST(stored() == 1u);
  check();
}

BOOST_AUTO_TEST_CASE(a_purge_takes_every_one_of_a_record) {
  const RecordId other = create("doc", {{"body", text_of(5'000)}});
  const RecordId id = create("doc", {{"body", text_of(100'000)}});
  KITH_CHECK_OK(update(id, {{"body", text_of(90'000)}, {"tree", Value(text_of(50'000))}}));
  KITH_CHECK_OK(update(id, {{"body", "short"}}));
  BOOST_TEST(stored() == 4u);
  {
    Transaction t = begin();
    KITH_CHECK_OK(t.remove(id));
    KITH_CHECK_OK(t.commit());
  }
  BOOST_TEST(stored() == 4u);
  check();
  {
    Transaction t = begin();
    KITH_CHECK_OK(t.restore(id));
    KITH_CHECK_OK(t.commit());
  }
  BOOST_TEST((value(id, "tree") == Value(text_of(50'000))));
  Transaction t = begin();
  KITH_CHECK_OK(t.update(id, {{"data", Value(Bytes{text_of(6'000)})}}));
  KITH_CHECK_OK(t.update(id, {{"tree", Value()}}));
  KITH_CHECK_OK(t.purge(id));
  KITH_CHECK_OK(t.commit());
  BOOST_TEST(stored() == 1u);
  BOOST_TEST((value(other, "body") == Value(text_of(5'000))));
  check();
}

BOOST_AUTO_TEST_CASE(a_field_that_is_removed_gives_its_blob_up_when_the_record_is_written) {
  const RecordId id = create("doc", {{"name", "a"}, {"data", Value(Bytes{text_of(5'000)})}});
  std::string model(kModel);
  const std::string field = R"("data": {"type": "bytes"},)";
  model.replace(model.find(field), field.size(), "");
  require(db.apply_model(session, model, false));
  check();
  KITH_CHECK_OK(update(id, {{"name", "b"}}));
  BOOST_TEST(test::blobs_stored(engine_db()).at(1) == 1u);  // the history's
  check();
  Transaction t = begin();
  KITH_CHECK_OK(t.purge(id));
  KITH_CHECK_OK(t.commit());
  BOOST_TEST(stored() == 0u);
}

BOOST_AUTO_TEST_CASE(rules_expressions_and_queries_see_the_value) {
  Transaction t = begin();
  const std::string secret = text_of(200'000) + "secret";
  const Status refused = t.create("doc", {{"body", secret}}).status();
  BOOST_REQUIRE(refused.violations().size() == 1u);
  BOOST_TEST(refused.violations()[0].message == "a secret");
  std::vector<RecordId> ids;
  for (int i = 0; i < 40; ++i) {
    const auto size = static_cast<std::size_t>(i % 2 == 0 ? 1'000'000 + i : 10 + i);
    ids.push_back(require(t.create("doc", {{"body", text_of(size)}})));
  }
  KITH_CHECK_OK(t.update(ids[1], {{"parent", ids[0]}}));
  KITH_CHECK_OK(t.commit());

  Snapshot s = read();
  BOOST_TEST((require(evaluate_on(s, ids[0], "body.size()")) == Value(1'000'000)));
  BOOST_TEST(
      (require(evaluate_on(s, ids[1], "parent.body.size() + size(body)")) == Value(1'000'011)));
  const auto count = [&](std::string where) {
    return require(s.query({.entity = "doc", .where = std::move(where), .select = {"id"}}))
        .rows.size();
  };
  BOOST_TEST(count("size(body) > 1000") == 20u);
  BOOST_TEST(count("body != 'x' && size(body) > 1000") == 20u);
  BOOST_TEST(count("body.startsWith('" + text_of(20) + "')") == 35u);
  const Rows ordered = require(s.query({.entity = "doc",
                                        .where = "body > 'a'",
                                        .select = {"words"},
                                        .order_by = {{"body", true}},
                                        .limit = 3}));
  BOOST_TEST((ordered.rows[0][0] == Value(1'000'038)));
  BOOST_TEST((ordered.rows[2][0] == Value(1'000'034)));
  const Rows grouped = require(s.query({.entity = "doc",
                                        .group_by = {{.name = "body", .of = "body"}},
                                        .measures = {{.name = "n"}}}));
  BOOST_TEST(grouped.rows.size() == 40u);
  for (const std::vector<Value>& row : grouped.rows) BOOST_TEST((row.back() == Value(1)));
  // More than a batch may hold, and yet not all of it in memory afterwards.
  auto reader = require(engine_db().begin_read(session.impl(), std::nullopt));
  require(reader->query({.entity = "doc", .where = "size(body) > 5", .select = {"id"}}));
  BOOST_TEST(reader->blobs().kept_bytes() < 8u << 20);
  FieldHandle body = require(s.field("doc", "body"));
  Value value;
  KITH_CHECK_OK(s.read(ids[0], &body, 1, &value));
  BOOST_TEST((value == Value(text_of(1'000'000))));
  check();
}

BOOST_AUTO_TEST_CASE(unique_keys_and_indexes_of_long_texts_are_those_of_the_whole_value) {
  const std::string name = text_of(80'000);
  const RecordId first = create("doc", {{"name", name}});
  std::string other = name;
  other.back() = '!';
  const RecordId second = create("doc", {{"name", other}});
  BOOST_TEST((require(read().find("doc", "name", Value(name))) == first));
  BOOST_TEST((require(read().find("doc", "name", Value(other))) == second));
  BOOST_TEST((update(second, {{"name", name}}).code() == Code::kValidation));
  KITH_CHECK_OK(update(first, {{"name", "free"}}));
  KITH_CHECK_OK(update(second, {{"name", name}}));
  std::string model(kModel);
  const std::string field = R"("tree": {"type": "json"},)";
  model.replace(model.find(field), field.size(), R"("tree": {"type": "json"}, )");
  const std::string index = R"("by_body": ["body"])";
  model.replace(model.find(index), index.size(), R"("by_name": ["name"])");
  require(db.apply_model(session, model, false));
  const Rows found = require(read().query({.entity = "doc",
                                           .where = "name == params.name",
                                           .select = {"id"},
                                           .params = {{Value("name"), Value(name)}}}));
  BOOST_TEST(found.rows.size() == 1u);
  check();
}

BOOST_AUTO_TEST_CASE(a_blob_that_is_gone_is_corruption_by_name_and_never_an_empty_text) {
  const RecordId id = create("doc", {{"body", text_of(5'000)}, {"name", "a"}});
  {
    auto txn = require(engine_db().store().begin_write({}));
    KITH_CHECK_OK(txn->erase(store::Table::kBlobs, record::blob_part_key(1, 0)));
    KITH_CHECK_OK(txn->commit());
  }
  const auto names_it = [](const Status& status) {
    BOOST_TEST((status.code() == Code::kCorrupt), status.to_string());
    BOOST_TEST(
        (status.message().find("blob 1 of 5000 bytes lacks its part 0") != std::string_view::npos),
        status.to_string());
  };
  Snapshot s = read();
  names_it(s.get(id).status());
  names_it(s.history(id).status());
  names_it(evaluate_on(s, id, "body").status());
  names_it(evaluate_on(s, id, "size(body) > 3").status());
  names_it(s.query({.entity = "doc", .where = "body != 'x'"}).status());
  names_it(s.query({.entity = "doc", .where = "size(body) > 3"}).status());
  names_it(s.query({.entity = "doc", .select = {"body"}}).status());
  BOOST_TEST((require(evaluate_on(s, id, "name")) == Value("a")));
  names_it(update(id, {{"body", "short"}}));  // its index entry cannot be found
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace kith::engine
