// fuzz/sample_model.hpp: the model document of a small CRM with a field of every type.
#pragma once

#include <string_view>

namespace kith::fuzz {

extern const std::string_view kSampleModel;

}  // namespace kith::fuzz
