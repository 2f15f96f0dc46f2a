// exchange/dump.hpp: a whole database as text, and back.
//
//   KITH_ASSIGN(DumpStats done, dump(reader, sink));
//   KITH_ASSIGN(DumpStats same, load(lines, "crm2", options, sections));
//
// JSON lines, described in docs/dump-format.md: a header, the types and the numbers they were
// given, the model, then records, history and queue, then a footer with counts and a checksum,
// without which a dump is one that was cut short. Ids, versions, sequences and times are kept, so a
// database that was loaded answers every question as the one that was dumped did. The same
// database gives the same bytes, and so does one that was loaded from them.
//
// A dump comes from strangers: whatever it holds is read strictly, built by the code that builds
// records and rows for everybody, and refused with its line when it does not fit together. Both
// ways need memory for one line and one transaction of bounded size, and a few bytes for each
// record that has messages.
#pragma once

#include <iosfwd>
#include <memory>
#include <string_view>

#include "engine/model.hpp"
#include "exchange/byte_source.hpp"
#include "kith/backup_options.hpp"
#include "kith/result.hpp"
#include "store/store.hpp"

namespace kith::engine {
class Reader;
}

namespace kith::exchange {

// The newest format that this version reads, and the one that it writes.
inline constexpr std::uint64_t kDumpFormat = 1;

Result<DumpStats> dump(engine::Reader& reader, ByteSink& out);

// Into a folder beside `path`, which takes its name when it is whole and on disk. ":memory:" only
// looks whether the dump can be loaded.
Result<DumpStats> load(std::istream& in, std::string_view path, const LoadOptions& options,
                       const engine::ModelSections& sections);

// The same into a store that is empty. It holds no database before the last of several
// transactions; when loading fails it is to be thrown away.
Result<DumpStats> load_into(std::istream& in, const std::shared_ptr<store::Store>& store,
                            const LoadOptions& options, const engine::ModelSections& sections);

}  // namespace kith::exchange
