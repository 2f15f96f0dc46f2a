#include "engine/exchange_rates.hpp"

#include <string>

#include "base/try.hpp"
#include "query/index_key.hpp"

namespace kith::engine {
namespace {

struct RateFields {
  const schema::Field* currency = nullptr;
  const schema::Field* rate = nullptr;
  const schema::Field* valid_from = nullptr;
  const schema::Index* index = nullptr;
};

Status lacks(std::string_view what) {
  return Status(Code::kInvalidArgument,
                "rates of exchange are records of the type exchange_rate, and the model has no " +
                    std::string(what));
}

Result<RateFields> find_fields(const CompiledType& type) {
  RateFields out;
  out.currency = type.type->find_field("currency");
  out.rate = type.type->find_field("rate");
  out.valid_from = type.type->find_field("valid_from");
  if (out.currency == nullptr || out.currency->type != schema::FieldType::kText) {
    return lacks("text field \"currency\" in it");
  }
  if (out.rate == nullptr || out.rate->type != schema::FieldType::kDecimal) {
    return lacks("decimal field \"rate\" in it");
  }
  if (out.valid_from == nullptr || out.valid_from->type != schema::FieldType::kDate) {
    return lacks("date field \"valid_from\" in it");
  }
  for (const schema::Index& index : type.type->indexes) {
    const bool serves = !index.removed && index.kind == schema::IndexKind::kOrdered &&
                        index.state == schema::IndexState::kReady && index.fields.size() >= 2 &&
                        index.fields[0] == out.currency->id &&
                        index.fields[1] == out.valid_from->id;
    if (serves) out.index = &index;
  }
  if (out.index == nullptr) return lacks("ready index over its currency and valid_from");
  return out;
}

}  // namespace

Result<std::optional<Decimal>> rate_of_exchange(Reader& reader, std::string_view currency,
                                                Date day) {
  const schema::EntityType* entity = reader.catalog().find("exchange_rate");
  const CompiledType* type = entity == nullptr ? nullptr : reader.model().find(entity->id);
  if (type == nullptr) return lacks("such type");
  KITH_ASSIGN(const RateFields fields, find_fields(*type));
  const std::string one_currency = [&] {
    std::string key = query::index_prefix(fields.index->id);
    query::append_text(currency, &key);
    return key;
  }();
  // From the day down to where the dates of this currency begin; rows without a date sort before.
  std::string until = one_currency;
  query::append_date(day.days_since_epoch(), &until);
  std::string since = one_currency;
  query::append_date(Date::from_civil(1, 1, 1)->days_since_epoch(), &since);
  store::KeyRange range = query::key_range(since, query::after_prefix(until));
  store::ScanOptions options;
  options.row_limit = 8;  // deleted records are in the index, too
  options.reverse = true;
  options.keys_only = true;
  while (true) {
    KITH_ASSIGN(const store::ScanBatch batch,
                reader.txn().scan(store::Table::kIndex, range, options));
    for (const store::KeyValue& row : batch.rows) {
      KITH_ASSIGN(const RecordId id, query::ordered_key_id(row.key));
      KITH_ASSIGN(const record::View* view, reader.load(id));
      if (view == nullptr) continue;
      KITH_ASSIGN(Value rate, view->get(*fields.rate, type->layout.slot(fields.rate->id)));
      if (rate.decimal() != nullptr) return std::optional<Decimal>(*rate.decimal());
    }
    if (batch.done()) return std::optional<Decimal>();
    range.last = batch.continuation;
  }
}

}  // namespace kith::engine
