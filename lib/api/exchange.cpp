#include "kith/exchange.hpp"

#include <ostream>

#include "api/guard.hpp"
#include "api/stream_sink.hpp"
#include "base/try.hpp"
#include "engine/database.hpp"
#include "engine/reader.hpp"
#include "exchange/engine_target.hpp"
#include "exchange/exporter.hpp"

namespace kith {

namespace {

exchange::IdText id_text(const Reader& ids) {
  return [&ids](RecordId id) { return ids.format_id(id); };
}

}  // namespace

Result<ImportReport> import_csv(const Session& session, std::string_view entity,
                                const std::string& path, const ImportOptions& options) {
  return guarded([&]() -> Result<ImportReport> {
    TransactionOptions transaction;
    transaction.now = options.now;
    transaction.cause = "import " + path.substr(path.find_last_of('/') + 1);
    KITH_ASSIGN(auto target, exchange::EngineTarget::open(session.impl(), transaction));
    return exchange::import_file(path, std::string(entity), options, *target);
  });
}

Result<std::uint64_t> export_records(const Reader& reader, std::string_view entity,
                                     std::ostream& out, const ExportOptions& options) {
  return guarded([&]() -> Result<std::uint64_t> {
    Query query;
    query.entity = entity;
    query.where = options.where;
    query.include_deleted = options.include_deleted;
    // Pages keep the memory of an export small, however many records there are.
    query.limit = 10'000;
    for (const std::string& column : options.columns) query.select.emplace_back(column);
    StreamSink sink(out);
    std::optional<exchange::Exporter> exporter;
    do {
      KITH_ASSIGN(Rows rows, reader.query(query));
      if (!exporter) {
        std::vector<std::string> names;
        for (const Column& column : rows.columns) names.push_back(column.name);
        exporter.emplace(sink, exchange::ExporterOptions{options.format, {}}, std::move(names),
                         id_text(reader));
      }
      for (const std::vector<Value>& row : rows.rows) KITH_TRY(exporter->row(row));
      query.continuation = rows.continuation;
    } while (!query.continuation.empty());
    KITH_TRY(exporter->finish());
    return exporter->rows();
  });
}

Result<std::uint64_t> export_records(const Session& session, std::string_view entity,
                                     std::ostream& out, const ExportOptions& options) {
  KITH_ASSIGN(Snapshot snapshot, session.read());
  return export_records(snapshot, entity, out, options);
}

std::string to_csv(const Rows& rows, const Reader& ids) {
  std::vector<std::string> names;
  for (const Column& column : rows.columns) names.push_back(column.name);
  exchange::StringSink sink;
  exchange::Exporter exporter(sink, {}, std::move(names), id_text(ids));
  // A string takes everything.
  for (const std::vector<Value>& row : rows.rows) (void)exporter.row(row);
  (void)exporter.finish();
  return std::move(sink.text);
}

}  // namespace kith
