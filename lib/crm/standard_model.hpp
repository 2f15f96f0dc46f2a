// crm/standard_model.hpp: the standard CRM model and the JSON Schema of model documents, compiled
// in.
//
//   auto plan = engine::check_model(crm::standard_model(), "standard", sections);
//
// Both are UTF-8 JSON texts that live as long as the program.
#pragma once

#include <string_view>

namespace kith::crm {

std::string_view standard_model();  // lib/crm/standard_model.json
std::string_view model_schema();    // lib/crm/model.schema.json

}  // namespace kith::crm
