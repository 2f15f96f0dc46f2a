// Model documents: any text is checked; what is right makes a database, applying it again changes
// nothing, and a second document is followed or refused as a whole. The two stand in the input with
// a line of %% between them.
#include <vector>

#include "fuzz/fuzz.hpp"
#include "fuzz/sample_crm.hpp"
#include "fuzz/sound.hpp"

namespace {

using namespace kith;
using fuzz::check;
using fuzz::must;

// A record of every type, as far as its rules let an empty one be.
void write_records(const Database& db, const Session& session) {
  Transaction t = must(session.begin({.now = fuzz::kNow}), "a transaction begins");
  for (const EntityInfo& entity : must(db.entities(), "the entities")) {
    const Result<RecordId> id = t.create(entity.name, {});
    if (!id.ok()) {
      fuzz::check_explained(id.status());
      continue;
    }
    check(t.get(*id).status(), "what was created can be read");
  }
  check(t.commit(), "the transaction lands");
}

void apply_second(const Database& db, const Session& session, std::string_view document) {
  const std::string before = must(db.model(), "the model");
  const bool sound = check_model(document).ok();
  const Result<ApplyResult> applied = db.apply_model(session, document);
  if (!applied.ok()) {
    fuzz::check_explained(applied.status());
    check(must(db.model(), "the model") == before, "a refused model changes nothing");
    return;
  }
  check(sound, "what can be applied is right by itself");
  check(must(db.apply_model(session, document), "a model can be applied twice").changes.empty(),
        "applying a model again changes nothing", document);
  write_records(db, session);
}

}  // namespace

void kith::fuzz::run(std::string_view input) {
  Input in(input);
  const std::string first(in.part());
  const std::string second(in.rest());
  if (first.empty()) return;  // that stands for the standard model
  const Status checked = check_model(first, "fuzz.json");
  const Result<Database> db = Database::create(":memory:", {.model = first, .now = kNow});
  check(checked.ok() == db.ok(), "a model that is right makes a database, and no other",
        checked.ok() ? db.status().to_string() : checked.to_string());
  if (!db.ok()) {
    check_explained(checked);
    return check(!checked.violations().empty(), "a wrong model has violations");
  }
  const Session session =
      must(db->session({.actor = {}, .capabilities = Capabilities::all()}), "a session");
  const std::uint64_t generation = must(db->info(), "info").generation;
  const ApplyResult again = must(db->apply_model(session, first), "a model can be applied twice");
  check(again.changes.empty() && again.generation == generation,
        "applying a model again changes nothing", first);
  write_records(*db, session);
  check(session.tick({.now = kNow, .max_runs = 100}).status(), "a tick");
  if (!second.empty()) apply_second(*db, session, second);
  check_sound(*db);
}
