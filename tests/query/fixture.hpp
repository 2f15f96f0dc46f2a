// A small CRM in a store: accounts and deals with every kind of index, written as the write path
// would write them.
#pragma once

#include <boost/test/unit_test.hpp>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "kith/query.hpp"
#include "query/context.hpp"
#include "query/executor.hpp"
#include "query/index_writer.hpp"
#include "query/snapshot_host.hpp"
#include "record/builder.hpp"
#include "record/layout.hpp"
#include "schema/types.hpp"
#include "store/store.hpp"

namespace kith::query_test {

inline constexpr std::uint16_t kAccount = 1;
inline constexpr std::uint16_t kDeal = 2;

inline schema::Field field(std::uint32_t id, std::string name, schema::FieldType type) {
  schema::Field f;
  f.id = id;
  f.name = std::move(name);
  f.label = f.name;
  f.type = type;
  return f;
}

inline schema::Index index(std::uint32_t id, std::string name, schema::IndexKind kind,
                           std::vector<std::uint32_t> fields) {
  schema::Index i;
  i.id = id;
  i.name = std::move(name);
  i.kind = kind;
  i.fields = std::move(fields);
  return i;
}

inline schema::EntityType account_type() {
  using schema::FieldType;
  schema::EntityType type;
  type.id = kAccount;
  type.name = "account";
  type.fields = {field(1, "name", FieldType::kText), field(2, "region", FieldType::kText),
                 field(3, "parent", FieldType::kReference), field(4, "revenue", FieldType::kMoney)};
  type.fields[2].target = kAccount;
  return type;
}

// Field ids of a deal.
enum : std::uint32_t {
  kName = 1,
  kStage,
  kAmount,
  kPrice,
  kClose,
  kAt,
  kScore,
  kActive,
  kAccountRef,
  kEmail,
  kCount,
  kSpan,
};

inline void add_derived(schema::EntityType* type) {
  using schema::DerivedField;
  using schema::FieldType;
  DerivedField stage_class{"stage_class", "Class", kStage, FieldType::kText, {}};
  DerivedField probability{"stage_probability", "Probability", kStage, FieldType::kInt, {}};
  DerivedField order{"stage_order", "Order", kStage, FieldType::kInt, {}};
  const char* classes[] = {"open", "open", "won", "lost"};
  const int probabilities[] = {10, 50, 100, 0};
  const int orders[] = {2, 1, 3, 4};  // Engaging comes before Prospecting
  for (std::uint32_t i = 0; i < 4; ++i) {
    stage_class.values.emplace_back(i + 1, classes[i]);
    probability.values.emplace_back(i + 1, probabilities[i]);
    order.values.emplace_back(i + 1, orders[i]);
  }
  type->derived = {stage_class, probability, order};
}

inline schema::EntityType deal_type() {
  using schema::FieldType;
  using schema::IndexKind;
  using schema::SystemField;
  schema::EntityType type;
  type.id = kDeal;
  type.name = "deal";
  type.fields = {field(kName, "name", FieldType::kText),
                 field(kStage, "stage", FieldType::kChoice),
                 field(kAmount, "amount", FieldType::kDecimal),
                 field(kPrice, "price", FieldType::kMoney),
                 field(kClose, "close_date", FieldType::kDate),
                 field(kAt, "at", FieldType::kTimestamp),
                 field(kScore, "score", FieldType::kFloat),
                 field(kActive, "active", FieldType::kBool),
                 field(kAccountRef, "account", FieldType::kReference),
                 field(kEmail, "email", FieldType::kText),
                 field(kCount, "parts", FieldType::kInt),
                 field(kSpan, "span", FieldType::kDuration)};
  type.fields[kStage - 1].options = {{1, "Prospecting", "Prospecting", false},
                                     {2, "Engaging", "Engaging", false},
                                     {3, "Won", "Won", false},
                                     {4, "Lost", "Lost", false}};
  type.fields[kStage - 1].pipeline = "sales";
  type.fields[kAmount - 1].scale = 2;
  type.fields[kAccountRef - 1].target = kAccount;
  type.fields[kEmail - 1].semantic = schema::Semantic::kEmail;
  add_derived(&type);
  const std::uint32_t owner = schema::system_field_id(SystemField::kOwner);
  type.indexes = {index(1, "by_stage_close", IndexKind::kOrdered, {kStage, kClose}),
                  index(2, "by_close", IndexKind::kOrdered, {kClose}),
                  index(3, "by_amount", IndexKind::kOrdered, {kAmount}),
                  index(4, "by_name", IndexKind::kOrdered, {kName}),
                  index(5, "by_owner_close", IndexKind::kOrdered, {owner, kClose}),
                  index(6, "by_stage", IndexKind::kPostings, {kStage}),
                  index(7, "by_account", IndexKind::kPostings, {kAccountRef}),
                  index(8, "by_email", IndexKind::kUnique, {kEmail}),
                  index(9, "by_score", IndexKind::kOrdered, {kScore, kCount}),
                  index(10, "by_active", IndexKind::kPostings, {kActive}),
                  index(11, "by_price", IndexKind::kOrdered, {kPrice})};
  return type;
}

using Values = std::vector<record::FieldChange>;

class Crm {
 public:
  explicit Crm(std::shared_ptr<store::Store> store) : store_(std::move(store)) {
    catalog.types = {account_type(), deal_type()};
    relayout();
  }
  Crm() : Crm(*store::open_memory()) {}

  void relayout() {
    for (const schema::EntityType& type : catalog.types) {
      layouts[type.id] = record::Layout::of(type);
    }
  }
  schema::EntityType& deal() { return catalog.types[kDeal - 1]; }

  // Writes a record and its index entries, in a transaction of their own or in `open`.
  void begin() { open_ = std::move(*store_->begin_write({})); }
  void commit() {
    BOOST_REQUIRE(open_->commit().ok());
    open_.reset();
  }

  void put(RecordId id, const Values& values, record::SystemWords words = {}) {
    const bool own = open_ == nullptr;
    if (own) begin();
    const schema::EntityType& type = *catalog.find(id.type());
    const record::Layout& layout = layouts[type.id];
    const std::string key = query::record_key(id);
    std::string old_bytes;
    record::View before;
    const auto stored = *open_->get(store::Table::kRecords, key);
    if (stored) {
      old_bytes = std::string(*stored);
      BOOST_REQUIRE(before.init(old_bytes));
    }
    const auto built = record::build(type, layout, words, values);
    BOOST_REQUIRE_MESSAGE(built.ok(), built.status().to_string());
    record::View after;
    BOOST_REQUIRE(after.init(*built));
    BOOST_REQUIRE(open_->put(store::Table::kRecords, key, *built).ok());
    const Status indexed =
        query::update_indexes(*open_, type, layout, id, stored ? &before : nullptr, &after);
    BOOST_REQUIRE_MESSAGE(indexed.ok(), indexed.to_string());
    if (own) commit();
  }

  RecordId account(std::uint64_t n, Values values) {
    put(RecordId(kAccount, n), values);
    return RecordId(kAccount, n);
  }
  RecordId deal(std::uint64_t n, Values values, record::SystemWords words = {}) {
    put(RecordId(kDeal, n), values, words);
    return RecordId(kDeal, n);
  }

  // Runs a query on a snapshot of its own.
  Result<Rows> run(const Query& query, bool use_indexes = true) {
    auto txn = std::move(*store_->begin_read());
    query::SnapshotHost host(*txn);
    query::Context context = base_context;
    context.catalog = &catalog;
    context.layouts = lookup();
    context.txn = txn.get();
    context.host = &host;
    context.use_indexes = use_indexes;
    return query::run(query, context);
  }

  expr::LayoutLookup lookup() {
    return [this](std::uint16_t type) -> const record::Layout* {
      const auto at = layouts.find(type);
      return at == layouts.end() ? nullptr : &at->second;
    };
  }

  store::Store& store() { return *store_; }

  schema::Catalog catalog;
  std::map<std::uint16_t, record::Layout> layouts;
  query::Context base_context;

 private:
  std::shared_ptr<store::Store> store_;
  std::unique_ptr<store::WriteTxn> open_;
};

inline Value dec(const char* text) { return Value(*Decimal::parse(text)); }
inline Value day(const char* text) { return Value(*Date::parse(text)); }
inline Value money(const char* amount, const char* currency) {
  return Value(Money{*Decimal::parse(amount)->rescale(4), *Currency::parse(currency)});
}
inline Value ref(std::uint16_t type, std::uint64_t n) { return Value(RecordId(type, n)); }

// The rows as text, one line each: easy to compare and to read in a failure.
inline std::string print(const Rows& rows) {
  std::string text;
  for (const std::vector<Value>& row : rows.rows) {
    for (std::size_t i = 0; i < row.size(); ++i) text += (i ? "|" : "") + row[i].to_string();
    text += "\n";
  }
  return text;
}

}  // namespace kith::query_test
