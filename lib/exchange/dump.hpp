// exchange/dump.hpp: a whole database as text, and back.
//
//   KITH_ASSIGN(DumpStats done, dump(reader, sink));
//   KITH_ASSIGN(DumpStats same, load(lines, "crm2", options, sections));
//
// JSON lines, described in docs/dump-format.md: a header, the model and the numbers it was given,
// then records, history, blobs and queue, then a footer with the counts, without which a dump is
// one that was cut short. Ids, versions, sequences and times are kept, so a database that was
// loaded answers every question as the one that was dumped did.
#pragma once

#include <iosfwd>
#include <string_view>

#include "engine/model.hpp"
#include "exchange/byte_source.hpp"
#include "kith/backup.hpp"
#include "kith/result.hpp"

namespace kith::engine {
class Reader;
}

namespace kith::exchange {

Result<DumpStats> dump(engine::Reader& reader, ByteSink& out);
Result<DumpStats> load(std::istream& in, std::string_view path, const LoadOptions& options,
                       const engine::ModelSections& sections);

}  // namespace kith::exchange
