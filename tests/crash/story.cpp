#include "tests/crash/story.hpp"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/crash/twin.hpp"
#include "tests/workload/workload.hpp"

namespace kith::crash {

namespace {

using workload::SeededChoices;
using workload::Workload;

workload::WorkloadOptions with_reopening(std::function<Result<Database>()> reopen) {
  workload::WorkloadOptions options;
  options.deferred = true;
  options.reopen = std::move(reopen);
  return options;
}

// In a child: the real engine on a real file.
int tell_on_disk(const StoryOptions& options, const std::string& path, const std::string& log) {
  const int fd = ::open(log.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (fd < 0) return 1;
  interposer_log(fd);
  Result<Database> database = workload::create_database(path);
  if (!database.ok()) return 2;
  interposer_mark(0);
  SeededChoices choices(options.seed);
  Workload work(*database, choices, with_reopening([&] { return Database::open(path); }));
  database->close();
  for (std::uint64_t step = 1; step <= options.steps; ++step) {
    work.step();
    if (!work.ok()) return 3;
    interposer_mark(step);
  }
  work.detach();
  interposer_log(-1);
  return ::close(fd);
}

std::string tell_in_memory(const StoryOptions& options, Story* story) {
  const auto witness = std::make_shared<Witness>();
  const Result<Database> database = create_watched(witness);
  if (!database.ok()) return database.status().to_string();
  SeededChoices choices(options.seed);
  Workload work(*database, choices, with_reopening([&] { return database; }));
  std::uint64_t commits = witness->states.size() - 1;
  story->steps.push_back({commits, commits, work.oracle()});
  for (std::uint64_t step = 1; step <= options.steps; ++step) {
    work.step();
    if (!work.ok()) return work.complaints().front();
    // A commit that changes nothing writes nothing, so it takes no deferred one before it along.
    const bool wrote = witness->states.back() != witness->states[commits];
    commits = witness->states.size() - 1;
    const bool full = wrote && !work.last_was_deferred();
    story->steps.push_back({commits, full ? commits : story->steps.back().safe, work.oracle()});
  }
  story->witness = *witness;
  return {};
}

}  // namespace

std::string tell(const StoryOptions& options, const std::string& folder, Story* story) {
  const std::string log = folder + "/log";
  const pid_t child = ::fork();
  if (child == 0) ::_exit(tell_on_disk(options, folder + "/original", log));
  int status = 0;
  if (child < 0 || ::waitpid(child, &status, 0) != child) return "cannot fork";
  if (status != 0) return "the writer ended with status " + std::to_string(status);
  if (std::string complaint = tell_in_memory(options, story); !complaint.empty()) return complaint;
  return read_log(log, &story->log);
}

}  // namespace kith::crash
