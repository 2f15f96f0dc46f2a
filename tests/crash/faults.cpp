// Failing calls: every operation of a host is tried with the first, the second, ... call below it
// failing, once or from then on, until one attempt meets no fault.
//
//   faults [--operation NAME] [--kind NAME]
//
// Calls are writes (no room, an error, half of it written), syncs, opening files, mapping memory
// and allocations. The operation must answer an error and leave the database as it was, or as it is
// after the operation where the outcome is said to be unknown; the open database must go on
// working or say that it cannot; opened again it must be whole and take writes.
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <new>
#include <set>
#include <string_view>

#include "engine/database.hpp"
#include "tests/crash/content.hpp"
#include "tests/crash/interposer.hpp"
#include "tests/crash/operations.hpp"
#include "tests/support/temp_dir.hpp"
#include "tests/workload/compare.hpp"
#include "tests/workload/replay.hpp"
#include "tests/workload/workload.hpp"

// An AddressSanitizer has allocations to itself; C++ ones can still be refused before it. Never
// inlined: a compiler that sees only one of the two believes that they do not match.
#if defined(__SANITIZE_ADDRESS__)
[[gnu::noinline]] void* operator new(std::size_t size) {
  if (kith::crash::interposer_refuses_allocation()) throw std::bad_alloc();
  void* block = std::malloc(size);
  if (block == nullptr) throw std::bad_alloc();
  return block;
}
[[gnu::noinline]] void operator delete(void* block) noexcept { std::free(block); }
[[gnu::noinline]] void operator delete(void* block, std::size_t) noexcept { std::free(block); }
#endif

namespace kith::crash {

namespace {

struct Kind {
  const char* name;
  Call call;
  int error;
};

constexpr Kind kKinds[] = {
    {"no room", Call::kWrite, ENOSPC},
    {"write error", Call::kWrite, EIO},
    {"short write", Call::kWrite, kShortWrite},
    {"sync error", Call::kSync, EIO},
    {"truncate error", Call::kTruncate, ENOSPC},
    {"no map", Call::kMap, ENOMEM},
    {"no file", Call::kOpen, EMFILE},
    {"no memory", Call::kAllocate, ENOMEM},
};

// What the database holds that is tried on: something of everything the operations look for.
constexpr std::uint64_t kSeed = 3;
constexpr int kSteps = 45;

// For whoever reads how it crashed.
char present[256] = "";

void on_crash(int signal) {
  static constexpr char kCrashed[] = "crashed: ";
  static_cast<void>(!::write(STDERR_FILENO, kCrashed, sizeof kCrashed - 1));
  static_cast<void>(!::write(STDERR_FILENO, present, sizeof present));
  static_cast<void>(!::write(STDERR_FILENO, "\n", 1));
  std::signal(signal, SIG_DFL);
  std::raise(signal);
}

// What the operations are tried on: a database that is put back before each attempt.
struct Stage {
  std::string folder;
  std::string template_file;
  workload::Oracle oracle;
  Timestamp now{};

  Scene scene() const {
    Scene scene;
    scene.folder = folder + "/crm";
    scene.scratch = folder + "/scratch";
    scene.oracle = &oracle;
    scene.now = now;
    return scene;
  }
};

void put_back(const Stage& stage) {
  namespace fs = std::filesystem;
  for (const auto& entry : fs::directory_iterator(stage.folder)) fs::remove_all(entry.path());
  fs::create_directory(stage.folder + "/crm");
  fs::copy_file(stage.template_file, stage.folder + "/crm/data.mdb");
  std::ofstream rows(stage.folder + "/scratch");
  rows << "name\n";
  for (int i = 0; i < 12; ++i) rows << "imported " << i << "\n";
}

Result<Digest> content_of(const Stage& stage) {
  store::OpenOptions how;
  how.create = false;
  const auto store = store::open_lmdb(stage.scene().folder, how);
  return store.ok() ? digest(**store) : store.status();
}

Status open(Scene* scene) {
  const Result<Database> database = Database::open(scene->folder);
  if (!database.ok()) return database.status();
  scene->database = *database;
  const Result<Session> session = workload::open_session(*database);
  if (!session.ok()) return session.status();
  scene->session = *session;
  return {};
}

Status write_something(const Scene& scene) {
  TransactionOptions how;
  how.now = scene.now;
  Result<Transaction> txn = scene.session->begin(how);
  if (!txn.ok()) return txn.status();
  if (Status s = txn->create("account", {{"name", "afterwards"}}).status(); !s.ok()) return s;
  return txn->commit();
}

struct Fault {
  Kind kind;
  std::uint64_t nth;
  bool persistent;
};

class Trial {
 public:
  Trial(const Stage& stage, const Operation& operation) : stage_(stage), operation_(operation) {}

  // Empty, or what is wrong. Learns what the operation makes of the database.
  std::string learn() {
    put_back(stage_);
    before_ = *content_of(stage_);
    Scene scene = stage_.scene();
    if (!operation_.opens) {
      if (Status status = open(&scene); !status.ok()) return status.to_string();
    }
    const Status status = operation_.run(scene);
    is_there_ = status.code() != Code::kUnsupported;
    if (is_there_ && !status.ok()) return status.to_string();
    if (std::string why = judge_beside(scene, status); !why.empty()) return why;
    close(&scene);
    after_ = *content_of(stage_);
    return {};
  }
  bool is_there() const { return is_there_; }
  std::uint64_t faults() const { return faults_; }

  // All faults of a kind.
  std::string try_kind(const Kind& kind) {
    for (const bool persistent : {false, true}) {
      // LMDB 0.9.24 frees a list of pages twice when memory is gone for good within a commit.
      if (persistent && kind.call == Call::kAllocate) continue;
      for (std::uint64_t nth = 1;; nth = next(nth)) {
        bool struck = false;
        const std::string why = attempt({kind, nth, persistent}, &struck);
        if (!why.empty()) {
          return std::string(present) + ": " + why;
        }
        if (!struck) break;
        ++faults_;
      }
    }
    return {};
  }

 private:
  // Every one of the first calls, then ever fewer: some operations allocate thousands of times.
  static std::uint64_t next(std::uint64_t nth) { return nth < 48 ? nth + 1 : nth + nth / 7; }

  static void close(Scene* scene) {
    scene->session.reset();
    scene->database.reset();
  }

  std::string attempt(const Fault& fault, bool* struck) {
    std::snprintf(present, sizeof present, "%s, %s %llu%s", operation_.name.c_str(),
                  fault.kind.name, static_cast<unsigned long long>(fault.nth),
                  fault.persistent ? " and later ones" : "");
    ::alarm(60);  // a lock that nobody gives back
    put_back(stage_);
    Scene scene = stage_.scene();
    if (!operation_.opens) {
      if (Status status = open(&scene); !status.ok()) return status.to_string();
    }
    interposer_arm(fault.kind.call, fault.nth, fault.kind.error, fault.persistent);
    const Status status = operation_.run(scene);
    *struck = interposer_disarm() >= fault.nth;
    if (!*struck && !status.ok()) return "failed without a fault: " + status.to_string();
    if (std::string why = judge_answer(status); !why.empty()) return why;
    if (std::string why = judge_beside(scene, status); !why.empty()) return why;
    // Half of the attempts look at what the open database still can, the others at the file at
    // once.
    bool wrote = false;
    if (!operation_.opens && fault.nth % 2 == 0) {
      if (std::string why = go_on(scene, &wrote); !why.empty()) return why;
    }
    close(&scene);
    if (std::string why = wrote ? "" : judge_content(status); !why.empty()) return why;
    return open_again();
  }

  std::string judge_beside(const Scene& scene, const Status& status) const {
    const std::string why = operation_.judge ? operation_.judge(scene, status) : "";
    return why.empty() ? "" : why + " after " + (status.ok() ? "success" : status.to_string());
  }

  static std::string judge_answer(const Status& status) {
    static const std::set<Code> kExpected = {Code::kOk,          Code::kIo,
                                             Code::kStoreFull,   Code::kOutOfMemory,
                                             Code::kCorrupt,     Code::kUnknownOutcome,
                                             Code::kReadersFull, Code::kImportInvalid};
    return kExpected.contains(status.code()) ? "" : "a misleading answer: " + status.to_string();
  }

  // The open database after the failure: it works, or it says that it must be opened again.
  std::string go_on(const Scene& scene, bool* wrote) const {
    const Result<Snapshot> snapshot = scene.session->read(scene.now);
    if (snapshot.ok()) {
      const auto complaints = workload::examine(*snapshot, operation_.trims);
      if (!complaints.empty()) return "still open, " + complaints.front();
    }
    const Status status = write_something(scene);
    *wrote = status.ok();
    if (status.ok()) return {};
    const bool says = status.to_string().find("reopen") != std::string::npos ||
                      status.to_string().find("pen the database again") != std::string::npos;
    return says ? "" : "still open, a write answers " + status.to_string();
  }

  std::string judge_content(const Status& status) const {
    const Result<Digest> found = content_of(stage_);
    if (!found.ok()) return "opened again: " + found.status().to_string();
    if (operation_.several && !status.ok()) return {};  // examined below
    if (status.ok()) return *found == after_ ? "" : "it succeeded, and is not there";
    if (*found == before_) return {};
    if (*found != after_) return "half of it is there after " + status.to_string();
    return status.code() == Code::kUnknownOutcome
               ? ""
               : "it is there, and the answer was " + status.to_string();
  }

  std::string open_again() const {
    Scene scene = stage_.scene();
    if (Status status = open(&scene); !status.ok()) return "opened again: " + status.to_string();
    const Result<Snapshot> snapshot = scene.session->read(scene.now);
    if (!snapshot.ok()) return "opened again: " + snapshot.status().to_string();
    const auto complaints = workload::examine(*snapshot, operation_.trims);
    if (!complaints.empty()) return "opened again: " + complaints.front();
    const Status status = write_something(scene);
    // The name is taken when it was written before.
    if (status.ok() || status.code() == Code::kValidation) return {};
    return "opened again, a write answers " + status.to_string();
  }

  const Stage& stage_;
  const Operation& operation_;
  Digest before_{};
  Digest after_{};
  bool is_there_ = true;
  std::uint64_t faults_ = 0;
};

// In a child: a database with something of everything in it, in a file by itself.
int make_template(const std::string& folder, const std::string& file) {
  const Result<Database> database = workload::create_database(folder);
  if (!database.ok()) return 1;
  workload::SeededChoices choices(workload::wanted_seed().value_or(kSeed));
  workload::WorkloadOptions options;
  options.model_changes = false;
  workload::Workload work(*database, choices, options);
  for (int i = 0; i < kSteps; ++i) work.step();
  if (!work.ok()) return 2;
  work.detach();
  std::error_code error;
  std::filesystem::copy_file(folder + "/data.mdb", file, error);
  return error ? 3 : 0;
}

// The same steps in memory, for what is in it.
Stage set_stage(const std::string& folder) {
  Stage stage;
  stage.folder = folder + "/stage";
  stage.template_file = folder + "/template.mdb";
  std::filesystem::create_directory(stage.folder);
  const Result<Database> twin = workload::create_database(":memory:");
  workload::SeededChoices choices(workload::wanted_seed().value_or(kSeed));
  workload::WorkloadOptions options;
  options.model_changes = false;
  workload::Workload work(*twin, choices, options);
  for (int i = 0; i < kSteps; ++i) work.step();
  stage.oracle = work.oracle();
  stage.now = Timestamp::from_microseconds(work.now().to_microseconds() +
                                           Duration::days(2).total_microseconds());
  return stage;
}

// In a child, so that a crash is told from the others: the number of faults goes to `out`.
int try_operation(const Stage& stage, const Operation& operation, std::string_view only_kind,
                  int out) {
  for (const int signal : {SIGSEGV, SIGBUS, SIGABRT, SIGALRM}) std::signal(signal, on_crash);
  Trial trial(stage, operation);
  if (const std::string why = trial.learn(); !why.empty()) {
    std::fprintf(stderr, "%s without a fault: %s\n", operation.name.c_str(), why.c_str());
    return 1;
  }
  if (!trial.is_there()) {
    std::fprintf(stderr, "%s: not in this build\n", operation.name.c_str());
    return 0;
  }
  int result = 0;
  for (const Kind& kind : kKinds) {
    if (!only_kind.empty() && only_kind != kind.name) continue;
    if (kind.call == Call::kAllocate && operation.hashes) continue;
    const std::string why = trial.try_kind(kind);
    if (why.empty()) continue;
    std::fprintf(stderr, "%s\n", why.c_str());
    result = 1;
  }
  const std::uint64_t faults = trial.faults();
  return ::write(out, &faults, sizeof faults) == static_cast<ssize_t>(sizeof faults) ? result : 1;
}

int run(std::string_view only, std::string_view only_kind) {
  const testing::TempDir folder;
  const pid_t maker = ::fork();
  if (maker == 0) ::_exit(make_template(folder.sub("made"), folder.sub("template.mdb")));
  int status = 0;
  if (maker < 0 || ::waitpid(maker, &status, 0) != maker || status != 0) {
    std::fprintf(stderr, "the database to try on could not be made: %d\n", status);
    return 1;
  }
  const Stage stage = set_stage(folder.path());
  int ends[2];
  if (::pipe(ends) != 0) return 1;
  int result = 0;
  std::uint64_t faults = 0;
  std::uint64_t tried = 0;
  for (const Operation& operation : operations()) {
    if (!only.empty() && operation.name != only) continue;
    std::fflush(nullptr);
    // One that is asked for runs here, for a debugger.
    if (!only.empty()) return try_operation(stage, operation, only_kind, ends[1]);
    const pid_t child = ::fork();
    if (child == 0) ::exit(try_operation(stage, operation, only_kind, ends[1]));
    if (child < 0 || ::waitpid(child, &status, 0) != child || status != 0) {
      std::fprintf(stderr, "%s: ended with status %d\n", operation.name.c_str(), status);
      result = 1;
    }
    ++tried;
  }
  ::close(ends[1]);
  std::uint64_t more = 0;
  while (::read(ends[0], &more, sizeof more) == static_cast<ssize_t>(sizeof more)) faults += more;
  std::printf("%llu operations, %llu faults\n", static_cast<unsigned long long>(tried),
              static_cast<unsigned long long>(faults));
  return result;
}

}  // namespace

}  // namespace kith::crash

int main(int argc, char** argv) {
  std::string_view operation;
  std::string_view kind;
  for (int i = 1; i + 1 < argc; i += 2) {
    (std::string_view(argv[i]) == "--kind" ? kind : operation) = argv[i + 1];
  }
  if (argc % 2 == 0) {
    std::fprintf(stderr, "usage: faults [--operation NAME] [--kind NAME]\n");
    return 2;
  }
  return kith::crash::run(operation, kind);
}
