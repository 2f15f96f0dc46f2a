// kith/backup.hpp: copies of a whole database: as files, as text, and packed anew.
//
//   db.backup("crm-monday");                       // a copy of the files, while others write
//   kith::dump(db, out);                           // a documented text that later versions load
//   kith::load("crm2", in, {});                    // the same database again, history included
//   kith::compact("crm");                          // nobody has it open: drop unused space
//
// A backup is a database like any other, of the moment the call began; open it where it lies or put
// it in the place of a lost one. A dump is JSON lines (docs/dump-format.md): it is what is
// exchanged with strangers and between versions, as opening somebody else's files is not safe. Each
// makes its target whole or not at all: it is written under another name and renamed when it is on
// disk.
#pragma once

#include <iosfwd>
#include <string>
#include <string_view>

#include "kith/backup_options.hpp"
#include "kith/database.hpp"

namespace kith {

// Writes the database as of now, in one snapshot.
Result<DumpStats> dump(const Database& database, std::ostream& out);

// Makes a new database at `path` from a dump. kImportInvalid names the line of a dump that is not
// one, or was cut short; kVersionMismatch names both versions when a newer kith wrote it.
Result<DumpStats> load(std::string_view path, std::istream& in, const LoadOptions& options = {});

// Writes the database at `path` anew, every page full, without the places of removed fields and
// what erased data left on free pages, and puts it in the old one's place. kBusy when anybody, this
// process included, has it open. Needs the room for a second copy while it runs.
Result<CompactResult> compact(std::string_view path);

}  // namespace kith
