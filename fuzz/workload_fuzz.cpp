// The whole engine: the input's bytes are the decisions of the generator that also drives the
// model-based and the crash tests, so each input is a story of transactions, ticks and changes of
// the model, every answer of which the oracle foresees; at its end the database is what the oracle
// says, and sound in itself.
#include "fuzz/fuzz.hpp"
#include "fuzz/sound.hpp"
#include "kith/kith.hpp"
#include "tests/workload/choices.hpp"
#include "tests/workload/compare.hpp"
#include "tests/workload/model.hpp"
#include "tests/workload/workload.hpp"

namespace {

void none(const std::vector<std::string>& complaints, const kith::workload::Workload& work,
          std::string_view property) {
  if (complaints.empty()) return;
  std::string text;
  for (const std::string& line : work.story()) text += line + "\n";
  for (const std::string& line : complaints) text += "COMPLAINT: " + line + "\n";
  kith::fuzz::check(false, property, text);
}

}  // namespace

void kith::fuzz::run(std::string_view input) {
  constexpr int kMaxSteps = 40;
  workload::ByteChoices choices(reinterpret_cast<const std::uint8_t*>(input.data()), input.size());
  const Database db = must(workload::create_database(":memory:"), "the workload's database");
  workload::Workload work(db, choices);
  for (int i = 0; i < kMaxSteps && work.ok() && !choices.used_up(); ++i) work.step();
  none(work.complaints(), work, "every answer is the one that the oracle foresaw");
  const Snapshot snapshot = must(work.session().read(work.now()), "a snapshot");
  none(workload::compare(snapshot, work.oracle()), work, "the database is what the oracle says");
  check_sound(db);
}
