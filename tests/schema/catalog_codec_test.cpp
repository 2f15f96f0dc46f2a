#include "schema/catalog_codec.hpp"

#include <boost/test/unit_test.hpp>

#include "tests/schema/model_fixture.hpp"

using namespace kith;
using namespace kith::schema;

namespace {

const char* const kEntities = R"({
  "account": {"title": "name", "fields": {"name": {"type": "text", "unique": true, "help": "h"}}},
  "deal": {"fields": {
    "amount": {"type": "decimal", "scale": 2, "default": 1.5},
    "tier": {"type": "choice", "options": ["gold", "silver"], "default": "gold"},
    "tags": {"type": "multi_choice", "options": ["x", "y"], "default": ["x"]},
    "account": {"type": "reference", "to": "account", "inverse": "deals", "on_delete": "clear"}},
    "indexes": {"by_amount": ["owner", "amount"]},
    "rules": {"positive": {"check": "amount >= 0.0"}}}})";

Catalog sample() {
  Catalog catalog = testing::planned(kEntities);
  set_stages(catalog.types[1], 2, "sales", {{"gold", "Gold", false, "won", 1}}, "gold");
  catalog.model_name = "sample";
  return catalog;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(schema_catalog_codec)

BOOST_AUTO_TEST_CASE(types_come_back_as_they_went) {
  const Catalog catalog = sample();
  for (const EntityType& type : catalog.types) {
    const auto same = decode_type(encode_type(type));
    BOOST_REQUIRE_MESSAGE(same.ok(), same.status().to_string());
    BOOST_TEST((*same == type));
  }
}

BOOST_AUTO_TEST_CASE(truncated_rows_are_corrupt) {
  const std::string row = encode_type(sample().types[1]);
  for (std::size_t size = 0; size < row.size(); ++size) {
    const auto decoded = decode_type(std::string_view(row).substr(0, size));
    BOOST_REQUIRE(!decoded.ok());
    BOOST_REQUIRE((decoded.status().code() == Code::kCorrupt));
  }
  BOOST_TEST(!decode_type(row + "x").ok());
}

BOOST_AUTO_TEST_CASE(changed_bytes_never_harm) {
  const std::string row = encode_type(sample().types[1]);
  std::size_t refused = 0;
  for (std::size_t at = 0; at < row.size(); ++at) {
    for (const int change : {1, 0x80, 0xFF}) {
      std::string bent = row;
      bent[at] = static_cast<char>(bent[at] ^ change);
      const auto decoded = decode_type(bent);
      // What is read has its ids in place: it can be written and read again.
      if (decoded.ok()) {
        BOOST_REQUIRE((*decode_type(encode_type(*decoded)) == *decoded));
      } else {
        ++refused;
      }
    }
  }
  BOOST_TEST(refused > row.size() / 2);
}

BOOST_AUTO_TEST_CASE(heads) {
  Catalog catalog = sample();
  catalog.generation = 7;
  const auto head = decode_head(encode_head(catalog));
  BOOST_REQUIRE(head.ok());
  BOOST_TEST(head->generation == 7u);
  BOOST_TEST(head->type_count == 2u);
  BOOST_TEST(head->next_index_id == catalog.next_index_id);
  BOOST_TEST(head->model_name == "sample");
  const std::string row = encode_head(catalog);
  for (std::size_t size = 0; size < row.size(); ++size) {
    BOOST_TEST(!decode_head(std::string_view(row).substr(0, size)).ok());
  }
}

BOOST_AUTO_TEST_CASE(saved_and_loaded) {
  const auto store = *store::open_memory();
  Catalog catalog = sample();
  {
    auto txn = *store->begin_write({});
    BOOST_TEST(*load_generation(*txn) == 0u);
    BOOST_TEST(load_catalog(*txn)->types.empty());
    BOOST_REQUIRE(save_catalog(*txn, &catalog).ok());
    BOOST_TEST(catalog.generation == 1u);
    BOOST_REQUIRE(txn->commit().ok());
  }
  {
    auto txn = *store->begin_read();
    BOOST_TEST(*load_generation(*txn) == 1u);
    const auto loaded = load_catalog(*txn);
    BOOST_REQUIRE_MESSAGE(loaded.ok(), loaded.status().to_string());
    BOOST_TEST((*loaded == catalog));
  }
  auto txn = *store->begin_write({});
  const std::uint64_t puts = txn->stats().puts;
  BOOST_REQUIRE(save_catalog(*txn, &catalog).ok());
  BOOST_TEST(txn->stats().puts == puts);  // nothing differs, nothing is written
  BOOST_TEST(catalog.generation == 1u);
  catalog.types[0].label = "Client";
  BOOST_REQUIRE(save_catalog(*txn, &catalog).ok());
  BOOST_TEST(txn->stats().puts == puts + 2);  // one row and the head
  BOOST_TEST(catalog.generation == 2u);
  BOOST_REQUIRE(save_catalog(*txn, &catalog, true).ok());
  BOOST_TEST(catalog.generation == 3u);
}

BOOST_AUTO_TEST_CASE(damaged_catalogs_are_reported) {
  const auto store = *store::open_memory();
  Catalog catalog = sample();
  auto txn = *store->begin_write({});
  BOOST_REQUIRE(save_catalog(*txn, &catalog).ok());
  const std::string first = std::string(kCatalogTypePrefix) + std::string("\0\1", 2);
  const std::string second = std::string(kCatalogTypePrefix) + std::string("\0\2", 2);
  const std::string row(*(*txn->get(store::Table::kMeta, first)));
  BOOST_REQUIRE(txn->put(store::Table::kMeta, second, row).ok());
  BOOST_TEST((load_catalog(*txn).status().code() == Code::kCorrupt));
  BOOST_REQUIRE(txn->erase(store::Table::kMeta, second).ok());
  BOOST_TEST((load_catalog(*txn).status().code() == Code::kCorrupt));
}

BOOST_AUTO_TEST_CASE(a_type_too_large_is_refused_by_name) {
  const auto store = *store::open_memory();
  Catalog catalog = sample();
  catalog.types[0].fields[0].help = std::string(store::kMaxValueBytes, 'x');
  auto txn = *store->begin_write({});
  const Status status = save_catalog(*txn, &catalog);
  BOOST_TEST((status.code() == Code::kLimit));
  BOOST_TEST(status.entity() == "account");
  BOOST_TEST((check_storable(catalog).code() == Code::kLimit));
  BOOST_TEST(check_storable(sample()).ok());
}

BOOST_AUTO_TEST_SUITE_END()
