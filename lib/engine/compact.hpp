// engine/compact.hpp: a database written anew, full pages, no places of removed fields.
//
//   KITH_ASSIGN(CompactResult done, compact("crm", core_sections()));
#pragma once

#include <string_view>

#include "engine/model.hpp"
#include "kith/backup.hpp"
#include "kith/result.hpp"

namespace kith::engine {

Result<CompactResult> compact(std::string_view path, const ModelSections& sections);

}  // namespace kith::engine
