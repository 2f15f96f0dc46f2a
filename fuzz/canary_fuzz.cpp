// A target with planted defects: `./dev fuzz` fails when they are not found, for then the fuzzers
// or the sanitizers are asleep and a clean run of the others would mean nothing. The defects hide
// behind a word that only coverage and comparisons lead to; the letter after it chooses one.
#include <limits>
#include <string>
#include <vector>

#include "fuzz/fuzz.hpp"

namespace {

// Volatile, so that no compiler proves what happens and takes it away.
volatile int g_one = 1;
volatile int g_kept = 0;

void behind_the_end(std::string_view input) {
  const std::vector<int> copy(input.begin(), input.end());
  const int* end = copy.data() + copy.size();
  g_kept = end[g_one - 1];
}

void overflow() { g_kept = std::numeric_limits<int>::max() + g_one; }

void leak() {
  volatile char* lost = new char[64];
  lost[0] = 1;
}

}  // namespace

void kith::fuzz::run(std::string_view input) {
  Input in(input);
  if (in.take(6) != "canary") return;
  switch (in.byte()) {
    case 'a': behind_the_end(input); break;
    case 'u': overflow(); break;
    case 'l': leak(); break;
    case 'p': check(false, "the planted property holds"); break;
    default: break;
  }
}
