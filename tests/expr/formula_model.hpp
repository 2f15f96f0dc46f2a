// tests/expr/formula_model.hpp: the sample model with formulas, scores and rollups.
//
//   struct Mine : FormulaModel { Mine() { add_formula("twice", FieldType::kInt, "seats * 2"); } };
//   outcome("twice > 3", environment(), on(deal));     // what was added is final from here on
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "expr/formulas.hpp"
#include "tests/expr/sample_model.hpp"

namespace kith::expr::test {

struct FormulaModel : SampleModel {
  const schema::Field& add_formula(std::string name, schema::FieldType type, std::string formula,
                                   std::uint16_t entity = kDeal, std::uint8_t scale = 2) {
    schema::EntityType& owner = catalog.types[entity - 1u];
    schema::Field& field = owner.fields.emplace_back();
    field.id = static_cast<std::uint32_t>(owner.fields.size());
    field.name = std::move(name);
    field.type = type;
    field.scale = type == schema::FieldType::kDecimal ? scale : std::uint8_t{0};
    field.formula = std::move(formula);
    return field;
  }

  Formulas& formulas() {
    if (!formulas_) {
      const Environment environment = SampleModel::environment();
      formulas_.emplace(catalog,
                        [environment](std::uint16_t id) { return environment.layout(id); });
      formulas_->set_scores(&scores);
    }
    return *formulas_;
  }
  // The next who asks has them compiled with what has been added since.
  void compile_anew() { formulas_.reset(); }

  Environment environment(std::uint16_t type = kDeal) {
    Environment out = SampleModel::environment(type);
    out.set_formulas(&formulas());
    return out;
  }

  schema::Scores scores;

 private:
  std::optional<Formulas> formulas_;
};

}  // namespace kith::expr::test
