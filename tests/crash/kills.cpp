// kill -9: a process writes and is killed, five hundred times; whoever opens the database then must
// find every step that was acknowledged, and of the one under way all or nothing.
//
//   kills [--kills N]
#include "tests/crash/kills.hpp"

#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string_view>

#include "tests/crash/twin.hpp"
#include "tests/support/temp_dir.hpp"
#include "tests/workload/compare.hpp"
#include "tests/workload/replay.hpp"
#include "tests/workload/workload.hpp"

namespace kith::crash {

namespace {

constexpr std::size_t kMostCommits = 250;  // of a chain: larger databases only cost time
constexpr std::uint64_t kCompareEvery = 5;

// The same operations in a file, by children that are killed, and in memory.
class Chain {
 public:
  Chain(std::string folder, std::uint64_t seed, KillTally* tally)
      : folder_(std::move(folder)), choices_(seed), seed_(seed), tally_(*tally) {}

  std::string begin() {
    std::filesystem::remove_all(folder_);
    const Result<Database> disk = workload::create_database(folder_);
    if (!disk.ok()) return disk.status().to_string();
    const Result<Database> twin = create_watched(witness_);
    if (!twin.ok()) return twin.status().to_string();
    work_ = std::make_unique<workload::Workload>(*twin, choices_, options(*twin));
    return {};
  }

  bool is_over() const { return over_ || witness_->states.size() > kMostCommits; }

  // A kill, and what is left.
  std::string round(std::chrono::microseconds life, bool closely) {
    choices_ = workload::SeededChoices(++seed_);
    bool survived = false;
    const std::vector<Note> notes = run_and_kill(
        life, [this](int pipe) { return write_until_killed(pipe); }, &survived);
    if (survived) return "the writer ended before it was killed";
    ++tally_.kills;
    tally_.steps += notes.size();
    for (std::size_t i = 0; i < notes.size(); ++i) work_->step();
    if (std::string why = settle(); !why.empty() || over_) return why;
    return closely ? compare() : "";
  }

  // A twin that has gone one change further must be told from the disk, or this proves nothing.
  std::string notices_a_lost_change() {
    const Digest before = witness_->states.back();
    while (witness_->states.back() == before) work_->step();
    const Result<Digest> found = on_disk();
    if (!found.ok()) return found.status().to_string();
    return *found == witness_->states.back() ? "a lost change was not noticed" : "";
  }

 private:
  workload::WorkloadOptions options(const Database& twin) const {
    workload::WorkloadOptions options;
    options.deferred = true;
    options.reopen = [twin] { return Result<Database>(twin); };
    return options;
  }

  int write_until_killed(int pipe) {
    const auto open = [this] { return Database::open(folder_); };
    Result<Database> database = open();
    if (!database.ok()) return 1;
    work_->attach(*database, open);
    database->close();
    for (std::uint32_t step = 1;; ++step) {
      work_->step();
      if (!work_->ok()) return 2;
      if (!tell(pipe, {0, step})) return 3;
    }
  }

  Result<Digest> on_disk() const {
    store::OpenOptions how;
    how.create = false;
    how.read_only = true;
    const auto store = store::open_lmdb(folder_, how);
    if (!store.ok()) return store.status();
    return digest(**store);
  }

  // Brings the twin to the state on disk: all acknowledged steps, and perhaps one more.
  std::string settle() {
    const Result<Digest> found = on_disk();
    if (!found.ok()) return found.status().to_string();
    if (*found == witness_->states.back()) return {};
    const std::size_t acknowledged = witness_->states.size();
    work_->step();
    const auto& states = witness_->states;
    if (*found == states.back()) {
      ++tally_.unacknowledged;
      return {};
    }
    for (std::size_t n = acknowledged; n < states.size(); ++n) {
      if (states[n] != *found) continue;
      ++tally_.within;
      over_ = true;  // the twin cannot be brought to the middle of a step
      return examine_only();
    }
    return "the content is not that of the acknowledged steps, nor of one more";
  }

  std::string examine_only() const {
    const Result<Database> database = Database::open(folder_);
    if (!database.ok()) return database.status().to_string();
    const Result<Session> session = workload::open_session(*database);
    if (!session.ok()) return session.status().to_string();
    const Result<Snapshot> snapshot = session->read();
    if (!snapshot.ok()) return snapshot.status().to_string();
    const auto complaints = workload::examine(*snapshot);
    return complaints.empty() ? "" : complaints.front();
  }

  std::string compare() const {
    OpenOptions read_only;
    read_only.read_only = true;
    const Result<Database> database = Database::open(folder_, read_only);
    if (!database.ok()) return database.status().to_string();
    const Result<Session> session = workload::open_session(*database);
    if (!session.ok()) return session.status().to_string();
    const Result<Snapshot> snapshot = session->read();
    if (!snapshot.ok()) return snapshot.status().to_string();
    const auto complaints = workload::compare(*snapshot, work_->oracle());
    return complaints.empty() ? "" : complaints.front();
  }

  std::string folder_;
  workload::SeededChoices choices_;
  std::uint64_t seed_;
  KillTally& tally_;
  std::shared_ptr<Witness> witness_ = std::make_shared<Witness>();
  std::unique_ptr<workload::Workload> work_;
  bool over_ = false;
};

}  // namespace

bool kill_one_writer(std::uint64_t kills, std::uint64_t seed, KillTally* tally) {
  const testing::TempDir folder;
  std::mt19937_64 dice(seed);
  std::unique_ptr<Chain> chain;
  std::string why;
  while (tally->kills < kills && why.empty()) {
    if (chain == nullptr || chain->is_over()) {
      if (chain != nullptr) chain.reset();
      chain = std::make_unique<Chain>(folder.sub("crm"), dice(), tally);
      why = chain->begin();
    }
    const std::chrono::microseconds life(1000 + dice() % 20'000);
    if (why.empty()) why = chain->round(life, tally->kills % kCompareEvery == 0);
  }
  if (why.empty() && chain->is_over() == false) why = chain->notices_a_lost_change();
  if (why.empty()) return true;
  std::fprintf(stderr, "kill %llu of seed %llu: %s\n  again: KITH_SEED=%llu kills\n",
               static_cast<unsigned long long>(tally->kills), static_cast<unsigned long long>(seed),
               why.c_str(), static_cast<unsigned long long>(seed));
  return false;
}

}  // namespace kith::crash

int main(int argc, char** argv) {
  using namespace kith::crash;
  std::uint64_t kills = 500;
  if (argc == 3 && std::string_view(argv[1]) == "--kills") {
    kills = std::strtoull(argv[2], nullptr, 10);
  } else if (argc != 1) {
    std::fprintf(stderr, "usage: kills [--kills N]\n");
    return 2;
  }
  const std::uint64_t seed = kith::workload::wanted_seed().value_or(1);
  KillTally one;
  KillTally joined;
  const bool good = kill_one_writer(kills * 7 / 10, seed, &one) &&
                    kill_joined_writers(kills - kills * 7 / 10, seed, &joined);
  std::printf(
      "%llu kills, %llu steps acknowledged, %llu landed without, %llu in the middle of "
      "one; %llu kills of joined writers, %llu acknowledged, %llu landed without\n",
      static_cast<unsigned long long>(one.kills), static_cast<unsigned long long>(one.steps),
      static_cast<unsigned long long>(one.unacknowledged),
      static_cast<unsigned long long>(one.within), static_cast<unsigned long long>(joined.kills),
      static_cast<unsigned long long>(joined.steps),
      static_cast<unsigned long long>(joined.unacknowledged));
  return good ? 0 : 1;
}
