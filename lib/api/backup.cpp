#include "kith/backup.hpp"

#include "api/guard.hpp"
#include "api/sections.hpp"
#include "api/stream_sink.hpp"
#include "base/try.hpp"
#include "engine/compact.hpp"
#include "engine/database.hpp"
#include "engine/reader.hpp"
#include "exchange/dump.hpp"

namespace kith {

Result<DumpStats> dump(const Database& database, std::ostream& out) {
  return guarded([&]() -> Result<DumpStats> {
    KITH_ASSIGN(const Session session, database.session());
    KITH_ASSIGN(auto reader, session.impl()->database().begin_read(session.impl(), std::nullopt));
    StreamSink sink(out);
    return exchange::dump(*reader, sink);
  });
}

Result<DumpStats> load(std::string_view path, std::istream& in, const LoadOptions& options) {
  return guarded(
      [&]() -> Result<DumpStats> { return exchange::load(in, path, options, model_sections()); });
}

Result<CompactResult> compact(std::string_view path) {
  return guarded(
      [&]() -> Result<CompactResult> { return engine::compact(path, model_sections()); });
}

}  // namespace kith
