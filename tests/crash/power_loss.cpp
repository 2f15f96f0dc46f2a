// Power failures: what can be left of data.mdb at any moment of a story is opened and judged.
//
//   power_loss [--images N] [--steps N] [--broken sync|meta]
//
// At every write and every sync the disk keeps what was synced and a random part of the rest, torn
// at 512 bytes. Each such image must hold exactly the state after some commit: none before the last
// one that was promised, none after the one under way. Some are also opened by the engine, examined
// record by record, checked row by row and written to. With --broken the disk breaks a promise,
// which must be noticed: `sync`: fdatasync does nothing; `meta`: the descriptor that should write
// through does not.
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <new>
#include <unordered_set>

#include "base/hash.hpp"
#include "tests/crash/disk.hpp"
#include "tests/crash/story.hpp"
#include "tests/support/temp_dir.hpp"
#include "tests/workload/compare.hpp"
#include "tests/workload/replay.hpp"
#include "tests/workload/workload.hpp"

namespace kith::crash {

namespace {

constexpr std::uint64_t kEngineEvery = 25;  // images between two that the engine opens
constexpr unsigned kWorkers = 2;

enum class Broken : std::uint8_t { kNothing, kSync, kMeta };

struct Options {
  StoryOptions story;
  std::uint64_t images = 10'000;
  Broken broken = Broken::kNothing;
};

// What the workers tell, in memory they share.
struct Tally {
  std::atomic<std::uint64_t> images{0};
  std::atomic<std::uint64_t> by_engine{0};
  std::atomic<std::uint64_t> violations{0};
  std::atomic<std::uint64_t> behind{0};     // images that lack acknowledged deferred commits
  std::atomic<std::uint64_t> most_lost{0};  // so many of them at most
};

// The states that may be found, by the number of commits.
struct Bounds {
  std::uint64_t safe = 0;          // not before this one
  std::uint64_t acknowledged = 0;  // what the caller was told, deferred commits among it
  std::uint64_t begun = 0;         // not after this one
};

Bounds bounds_after(const Story& story, std::int64_t last_step) {
  if (last_step < 0) return {0, 0, story.steps[0].commits};
  const auto step = static_cast<std::size_t>(last_step);
  const std::size_t next = std::min(step + 1, story.steps.size() - 1);
  return {story.steps[step].safe, story.steps[step].commits, story.steps[next].commits};
}

// Writes images to one file, only what differs from the last one.
class ImageFile {
 public:
  explicit ImageFile(std::string folder) : folder_(std::move(folder)) {
    std::filesystem::create_directory(folder_);
  }
  const std::string& folder() const { return folder_; }
  void forget() { last_.clear(); }  // somebody else has written to it

  bool put(const std::string& image) {
    const int fd = ::open((folder_ + "/data.mdb").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    bool good = fd >= 0 && ::ftruncate(fd, static_cast<off_t>(image.size())) == 0;
    for (std::size_t at = 0; good && at < image.size(); at += kSector) {
      const std::string_view sector = std::string_view(image).substr(at, kSector);
      if (at < last_.size() && std::string_view(last_).substr(at, kSector) == sector) continue;
      good = ::pwrite(fd, sector.data(), sector.size(), static_cast<off_t>(at)) ==
             static_cast<ssize_t>(sector.size());
    }
    last_ = image;
    return ::close(fd) == 0 && good;
  }

 private:
  std::string folder_;
  std::string last_;
};

class Judge {
 public:
  Judge(const Story& story, const std::string& folder)
      : story_(story), plain_(folder), engine_(folder + "-engine") {
    const auto& states = story.witness.states;
    for (std::size_t n = 0; n < states.size(); ++n) numbers_.emplace(states[n], n);
  }

  // Empty when the image is what it may be; then `found` is the number of its last commit.
  std::string judge(const std::string& image, const Bounds& bounds, std::uint64_t* found) {
    if (!plain_.put(image)) return "cannot write the image";
    store::OpenOptions how;
    how.create = false;
    how.read_only = true;
    const auto store = store::open_lmdb(plain_.folder(), how);
    // A database that was not yet made need not be there.
    if (!store.ok() && bounds.acknowledged == 0) return {};
    if (!store.ok()) return store.status().to_string();
    const Result<Digest> content = digest(**store);
    if (!content.ok()) return content.status().to_string();
    const auto [first, last] = numbers_.equal_range(*content);
    if (first == last) return "the content is that of no commit";
    // A commit that changes nothing has the content of the one before it.
    bool allowed = false;
    for (auto at = first; at != last; ++at) {
      if (at->second < bounds.safe || at->second > bounds.begun) continue;
      allowed = true;
      *found = at->second;
    }
    return allowed ? "" : "the content is that of commit " + std::to_string(first->second);
  }

  // The same image, record by record, and it can be written to.
  std::string judge_by_engine(const std::string& image, std::uint64_t number) {
    engine_.forget();
    if (!engine_.put(image)) return "cannot write the image";
    Result<Database> database = Database::open(engine_.folder());
    if (!database.ok()) return database.status().to_string();
    const Result<Session> session = workload::open_session(*database);
    if (!session.ok()) return session.status().to_string();
    if (std::string complaint = look(*session, number); !complaint.empty()) return complaint;
    if (std::string complaint = check(*database, *session); !complaint.empty()) return complaint;
    TransactionOptions when;
    when.now = Timestamp::from_microseconds(workload::start_time().to_microseconds() +
                                            Duration::days(1000).total_microseconds());
    Result<Transaction> txn = session->begin(when);
    if (!txn.ok()) return txn.status().to_string();
    const Result<RecordId> id = txn->create("account", {{"name", "after the failure"}});
    if (!id.ok()) return id.status().to_string();
    if (const Status status = txn->commit(); !status.ok()) return status.to_string();
    if (std::string complaint = check(*database, *session); !complaint.empty()) return complaint;
    return look(*session, story_.witness.states.size());
  }

 private:
  static std::string check(const Database& database, const Session& session) {
    const workload::Complaints complaints = workload::check(database, session);
    return complaints.empty() ? "" : complaints.front();
  }

  std::string look(const Session& session, std::uint64_t number) const {
    const Result<Snapshot> snapshot = session.read();
    if (!snapshot.ok()) return snapshot.status().to_string();
    // The oracle knows the states between two steps, not those within one.
    const auto step = std::find_if(story_.steps.begin(), story_.steps.end(),
                                   [&](const Step& s) { return s.commits == number; });
    const workload::Complaints complaints = step == story_.steps.end()
                                                ? workload::examine(*snapshot)
                                                : workload::compare(*snapshot, step->oracle);
    return complaints.empty() ? "" : complaints.front();
  }

  const Story& story_;
  ImageFile plain_;
  ImageFile engine_;
  std::multimap<Digest, std::uint64_t> numbers_;
};

// Calls `at(disk, bounds)` at every moment of the story.
template <typename AtMoment>
void replay(const Story& story, Broken broken, AtMoment&& at) {
  Disk disk;
  Bounds bounds = bounds_after(story, -1);
  for (const LoggedEvent& event : story.log.events) {
    switch (event.event) {
      case Event::kWrite: disk.write(event.offset, event.bytes); break;
      case Event::kDurableWrite:
        disk.write(event.offset, event.bytes);
        at(disk, bounds);  // while it is under way
        if (broken != Broken::kMeta) disk.write_durably(event.offset, event.bytes);
        break;
      case Event::kSync:
        if (broken != Broken::kSync) disk.sync();
        break;
      case Event::kTruncate: disk.truncate(event.offset); break;
      case Event::kMark:
        bounds = bounds_after(story, static_cast<std::int64_t>(event.offset));
        break;
    }
    at(disk, bounds);
  }
}

// The moments at which something is there to lose.
std::uint64_t count_moments(const Story& story, Broken broken) {
  std::uint64_t moments = 0;
  replay(story, broken,
         [&](const Disk& disk, const Bounds&) { moments += disk.has_unsynced() ? 1 : 0; });
  return moments;
}

class Worker {
 public:
  Worker(const Options& options, const Story& story, std::string folder, unsigned number,
         Tally* tally)
      : options_(options),
        story_(story),
        folder_(std::move(folder)),
        number_(number),
        tally_(*tally),
        judge_(story, folder_) {}

  void work() {
    // Some come out equal: a quarter more than are wanted.
    const std::uint64_t moments = count_moments(story_, options_.broken);
    const std::uint64_t per_moment =
        1 + options_.images * 5 / 4 / std::max<std::uint64_t>(moments, 1);
    replay(story_, options_.broken, [&](const Disk& disk, const Bounds& bounds) {
      const std::uint64_t wanted = disk.has_unsynced() ? per_moment : 1;
      for (std::uint64_t i = 0; i < wanted; ++i, ++image_) {
        if (image_ % kWorkers == number_) draw(disk, bounds);
      }
    });
  }

 private:
  void draw(const Disk& disk, const Bounds& bounds) {
    // Each image has its own choices, so that it can be made again by itself.
    workload::SeededChoices choices(options_.story.seed * 1'000'003 + image_);
    const auto loss = static_cast<Loss>(choices.below(5));
    const std::string image = disk.after_failure(loss, choices);
    const std::uint64_t hash = base::stable_hash(image, bounds.safe * 8191 + bounds.begun);
    if (!seen_.insert(hash).second) return;
    const std::uint64_t number = ++tally_.images;
    if (options_.broken != Broken::kNothing) return judge_apart(image, bounds);
    if (!tell(judge_one(image, bounds, number % kEngineEvery == 0), loss, bounds)) {
      ++tally_.violations;
    }
  }

  std::string judge_one(const std::string& image, const Bounds& bounds, bool by_engine) {
    std::uint64_t found = 0;
    std::string complaint = judge_.judge(image, bounds, &found);
    if (!complaint.empty() || found < story_.steps[0].commits) return complaint;
    if (const std::uint64_t lost = changes_between(found, bounds.acknowledged); lost > 0) {
      ++tally_.behind;
      tally_.most_lost = std::max<std::uint64_t>(tally_.most_lost, lost);
    }
    if (by_engine) {
      ++tally_.by_engine;
      complaint = judge_.judge_by_engine(image, found);
    }
    return complaint;
  }

  std::uint64_t changes_between(std::uint64_t from, std::uint64_t to) const {
    std::uint64_t changes = 0;
    for (; from < to; ++from) {
      changes += story_.witness.states[from] != story_.witness.states[from + 1] ? 1 : 0;
    }
    return changes;
  }

  bool tell(const std::string& complaint, Loss loss, const Bounds& bounds) const {
    if (complaint.empty()) return true;
    std::fprintf(stderr,
                 "image %llu of seed %llu (loss %d): %s; expected commit %llu to %llu\n"
                 "  again: KITH_SEED=%llu power_loss --steps %llu\n",
                 static_cast<unsigned long long>(image_),
                 static_cast<unsigned long long>(options_.story.seed), static_cast<int>(loss),
                 complaint.c_str(), static_cast<unsigned long long>(bounds.safe),
                 static_cast<unsigned long long>(bounds.begun),
                 static_cast<unsigned long long>(options_.story.seed),
                 static_cast<unsigned long long>(options_.story.steps));
    return false;
  }

  // LMDB trusts its file: what is left by a disk that lies may crash whoever opens it.
  void judge_apart(const std::string& image, const Bounds& bounds) {
    const pid_t child = ::fork();
    if (child == 0) {
      ::alarm(10);
      ::_exit(judge_one(image, bounds, true).empty() ? 0 : 1);
    }
    int status = 0;
    if (child < 0 || ::waitpid(child, &status, 0) != child) std::abort();
    if (status != 0) ++tally_.violations;
  }

  const Options& options_;
  const Story& story_;
  std::string folder_;
  unsigned number_;
  Tally& tally_;
  Judge judge_;
  std::uint64_t image_ = 0;
  std::unordered_set<std::uint64_t> seen_;
};

// False when one of them died.
bool run_workers(const Options& options, const Story& story, const std::string& folder,
                 Tally* tally) {
  std::vector<pid_t> children;
  for (unsigned number = 0; number < kWorkers; ++number) {
    const pid_t child = ::fork();
    if (child == 0) {
      Worker(options, story, folder + "/worker" + std::to_string(number), number, tally).work();
      ::_exit(0);
    }
    children.push_back(child);
  }
  bool good = true;
  for (const pid_t child : children) {
    int status = 0;
    if (child < 0 || ::waitpid(child, &status, 0) != child || status != 0) {
      std::fprintf(stderr, "a worker ended with status %d\n", status);
      good = false;
    }
  }
  return good;
}

bool parse(int argc, char** argv, Options* options) {
  for (int i = 1; i + 1 < argc; i += 2) {
    const std::string_view name(argv[i]);
    const std::string_view value(argv[i + 1]);
    const std::uint64_t number = std::strtoull(argv[i + 1], nullptr, 10);
    if (name == "--images") {
      options->images = number;
    } else if (name == "--steps") {
      options->story.steps = number;
    } else if (name == "--broken" && (value == "sync" || value == "meta")) {
      options->broken = value == "sync" ? Broken::kSync : Broken::kMeta;
    } else {
      return false;
    }
  }
  options->story.seed = workload::wanted_seed().value_or(1);
  return argc % 2 == 1;
}

int run(const Options& options) {
  const testing::TempDir folder;
  Story story;
  if (const std::string why = tell(options.story, folder.path(), &story); !why.empty()) {
    std::fprintf(stderr, "seed %llu: %s\n", static_cast<unsigned long long>(options.story.seed),
                 why.c_str());
    return 1;
  }
  void* shared =
      ::mmap(nullptr, sizeof(Tally), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (shared == MAP_FAILED) return 1;
  auto* tally = new (shared) Tally;
  bool good = run_workers(options, story, folder.path(), tally);
  const std::uint64_t images = tally->images;
  const std::uint64_t violations = tally->violations;
  std::printf(
      "%zu commits, %llu images of which %llu opened by the engine, %llu violations; "
      "%llu images lacked deferred commits, %llu at most\n",
      story.witness.states.size() - 1, static_cast<unsigned long long>(images),
      static_cast<unsigned long long>(tally->by_engine.load()),
      static_cast<unsigned long long>(violations),
      static_cast<unsigned long long>(tally->behind.load()),
      static_cast<unsigned long long>(tally->most_lost.load()));
  if (images < options.images) {
    std::fprintf(stderr, "only %llu images: the story is too short\n",
                 static_cast<unsigned long long>(images));
    good = false;
  }
  // A broken disk shows in many images, or we would not see it.
  const bool found_out = violations * 10 > images;
  return good && (options.broken == Broken::kNothing ? violations == 0 : found_out) ? 0 : 1;
}

}  // namespace

}  // namespace kith::crash

int main(int argc, char** argv) {
  kith::crash::Options options;
  if (!kith::crash::parse(argc, argv, &options)) {
    std::fprintf(stderr, "usage: power_loss [--images N] [--steps N] [--broken sync|meta]\n");
    return 2;
  }
  return kith::crash::run(options);
}
