#include "base/try.hpp"
#include "expr/checker.hpp"
#include "query/measure_kinds.hpp"
#include "record/view.hpp"

namespace kith::query {
namespace {

// `r.account.revenue_ccy` for the path {account, revenue} when that ends at a money field.
Result<std::string> currency_source(const expr::FieldPath& path, const Compiler& compiler) {
  const schema::Catalog& catalog = *compiler.environment().catalog();
  const schema::EntityType* type = &compiler.type();
  std::string source = "r";
  for (std::size_t i = 0; i < path.fields.size(); ++i) {
    const std::uint32_t id = path.fields[i];
    const bool last = i + 1 == path.fields.size();
    if ((id & expr::kSystemFieldBit) != 0) {
      const auto system = static_cast<schema::SystemField>(id & ~expr::kSystemFieldBit);
      if (last || system != schema::SystemField::kOwner) return std::string();
      source += ".owner";
      type = catalog.find("user");
    } else {
      const schema::Field* field = type->find_field(id);
      if (field == nullptr) return std::string();
      source += "." + field->name;
      if (last) return field->type == schema::FieldType::kMoney ? source + "_ccy" : std::string();
      type = catalog.find(field->target);
    }
    if (type == nullptr) return std::string();
  }
  return std::string();
}

std::string currency_name(std::uint32_t packed) {
  return packed == 0 ? "no currency" : std::string(record::unpack_currency(packed).view());
}

}  // namespace

Result<CurrencyGuard> CurrencyGuard::of(const expr::Program& program, std::string measure,
                                        const Compiler& compiler, FieldSet* fields) {
  CurrencyGuard guard;
  guard.measure_ = std::move(measure);
  if (program.type().unwrapped().kind() != expr::TypeKind::kDecimal) return guard;
  for (const expr::FieldPath& path : program.paths()) {
    if (path.root != expr::Root::kRecord || program.checked().converted.contains(path)) continue;
    if (const auto id = direct_field(path)) {
      const schema::Field* field = field_of(compiler.type(), *id);
      if (field != nullptr && field->type == schema::FieldType::kMoney) {
        guard.columns_.push_back(fields->add(*id));
      }
      continue;
    }
    KITH_ASSIGN(const std::string source, currency_source(path, compiler));
    if (source.empty()) continue;
    KITH_ASSIGN(expr::Program currency, compiler.value(source, "currency of " + guard.measure_));
    guard.related_.push_back(std::move(currency));
  }
  return guard;
}

Status CurrencyGuard::see(std::uint32_t currency, std::uint32_t group) {
  std::uint32_t& seen = seen_[group];
  if (seen == kUnseen) seen = currency;
  if (seen == currency) return {};
  return Status(Code::kExpressionFailed,
                "measure \"" + measure_ + "\" would mix " + currency_name(seen) + " and " +
                    currency_name(currency) +
                    "; group by the currency or keep to one with \"where\"");
}

Status CurrencyGuard::check(const Batch& batch, std::size_t row, std::uint32_t group,
                            expr::Activation& activation) {
  for (const std::size_t c : columns_) {
    const Vector& column = batch.columns[c];
    if (column.present[row] != 0) KITH_TRY(see(column.currencies[row], group));
  }
  for (const expr::Program& program : related_) {
    activation.set_record(batch.ids[row], &batch.views[row]);
    Value value;
    std::uint64_t errors = 0;
    KITH_TRY(evaluate_value(program, activation, &value, &errors));
    if (value.text() == nullptr) continue;
    const Result<Currency> currency = Currency::parse(*value.text());
    KITH_TRY(see(currency.ok() ? record::pack_currency(*currency) : 0, group));
  }
  return {};
}

}  // namespace kith::query
