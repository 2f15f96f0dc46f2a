// CSV into an engine in memory: any mapping document and any file; every row is accounted for, and
// a file that was taken whole under a key changes nothing when it is imported again. The mapping
// comes first in the input, then a line of %%, then the file; an empty mapping is the default one.
#include <sstream>

#include "exchange/engine_target.hpp"
#include "fuzz/fuzz.hpp"
#include "fuzz/sample_crm.hpp"
#include "fuzz/sound.hpp"
#include "kith/exchange.hpp"

namespace {

using namespace kith;
using fuzz::check;
using fuzz::must;

Result<ImportReport> import(const Session& session, std::string_view csv,
                            const exchange::Mapping& mapping, std::uint32_t chunk_rows) {
  const auto target = must(exchange::EngineTarget::open(session.impl(), {.now = fuzz::kNow}),
                           "an import's target opens");
  exchange::MemorySource source(csv);
  exchange::StringSink rejects;
  exchange::ImportJob job;
  job.entity = mapping.entity.empty() ? "deal" : "";
  job.mapping = mapping;
  job.options.chunk_rows = chunk_rows;
  job.rejects = &rejects;
  job.max_held_bytes = 64 << 10;
  Result<ImportReport> report = exchange::import_rows(source, job, *target);
  if (!report.ok()) {
    fuzz::check_explained(report.status());
    return report;
  }
  check(report->rows == report->created + report->updated + report->unchanged + report->rejected,
        "every row is accounted for");
  check((report->rejected == 0) == rejects.text.empty(), "refused rows are handed back");
  check(report->rejects.size() >= (report->rejected == 0 ? 0u : 1u), "refusals have reasons");
  return report;
}

}  // namespace

void kith::fuzz::run(std::string_view input) {
  Input in(input);
  const std::string_view document = in.part();
  const std::string_view csv = in.rest();
  exchange::Mapping mapping = exchange::default_mapping();
  if (!document.empty()) {
    Result<exchange::Mapping> parsed = exchange::parse_mapping(document, "fuzz.json");
    if (!parsed.ok()) return check_explained(parsed.status());
    mapping = *std::move(parsed);
  }
  const Database db = sample_database();
  const Session session =
      must(db.session({.actor = {}, .capabilities = Capabilities::all()}), "a session");
  const Result<ImportReport> first = import(session, csv, mapping, 3);
  if (!first.ok()) return;

  std::ostringstream out;
  const std::string entity = mapping.entity.empty() ? "deal" : mapping.entity;
  const std::uint64_t exported =
      must(export_records(session, entity, out), "what was imported is exported");
  check(exported >= first->created, "every record that was made is there");
  check_sound(db);

  if (mapping.key.empty() || mapping.update_duplicates || first->rejected != 0) return;
  const Result<ImportReport> second = import(session, csv, mapping, 500);
  check(second.status(), "a file that was taken is taken again");
  check(second->created == 0 && second->updated == 0 && second->rejected == 0,
        "a file that was taken whole changes nothing when it comes again");
}
