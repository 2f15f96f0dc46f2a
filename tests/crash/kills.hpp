// tests/crash/kills.hpp: processes that write until they are killed, and who looks at what is left.
//
//   KillTally tally;
//   bool good = kill_one_writer(350, seed, &tally) && kill_joined_writers(150, seed, &tally);
//
// A function answers false, and says why on standard error, at the first violation.
#pragma once

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <functional>
#include <random>
#include <string>
#include <thread>
#include <vector>

namespace kith::crash {

struct KillTally {
  std::uint64_t kills = 0;
  std::uint64_t steps = 0;           // acknowledged before the kills
  std::uint64_t unacknowledged = 0;  // steps that had landed and nobody was told
  std::uint64_t within = 0;          // states in the middle of a step of several commits
};

// A step that returned, as the child tells it through a pipe.
struct Note {
  std::uint32_t writer;
  std::uint32_t step;
};

// Runs `body(pipe)` in a child and kills it after a while; the notes it wrote.
inline std::vector<Note> run_and_kill(std::chrono::microseconds life,
                                      const std::function<int(int pipe)>& body, bool* survived) {
  int ends[2] = {-1, -1};
  std::vector<Note> notes;
  *survived = true;
  if (::pipe(ends) != 0) return notes;
  const pid_t child = ::fork();
  if (child == 0) {
    ::close(ends[0]);
    ::_exit(body(ends[1]));
  }
  ::close(ends[1]);
  std::this_thread::sleep_for(life);
  ::kill(child, SIGKILL);
  int status = 0;
  ::waitpid(child, &status, 0);
  *survived = !WIFSIGNALED(status);  // it ended by itself: something failed
  Note note{};
  while (::read(ends[0], &note, sizeof note) == static_cast<ssize_t>(sizeof note)) {
    notes.push_back(note);
  }
  ::close(ends[0]);
  return notes;
}

inline bool tell(int pipe, Note note) {
  return ::write(pipe, &note, sizeof note) == static_cast<ssize_t>(sizeof note);
}

bool kill_one_writer(std::uint64_t kills, std::uint64_t seed, KillTally* tally);
bool kill_joined_writers(std::uint64_t kills, std::uint64_t seed, KillTally* tally);

}  // namespace kith::crash
