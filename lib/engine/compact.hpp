// engine/compact.hpp: a database written anew, full pages, no places of removed fields.
//
//   KITH_ASSIGN(CompactResult done, compact("crm", core_sections()));
//
// Nobody else may have it open: kBusy. Every row is copied in the order of its key into a new file
// beside the old one, which takes its place when it is whole and on disk. On the way removed fields
// give back their slots (schema::Field::reclaimed): the catalog is stored without them, and every
// record of such a type is written in the layout that follows; large values that only a removed
// field had go. Ids of fields stay, so history means what it did. A crash at any moment leaves the
// old database or the new one, and perhaps a folder data.mdb.compact that the next call removes.
#pragma once

#include <string_view>

#include "engine/model.hpp"
#include "kith/backup_options.hpp"
#include "kith/result.hpp"

namespace kith::engine {

Result<CompactResult> compact(std::string_view path, const ModelSections& sections);

}  // namespace kith::engine
