// Dumps, which come from strangers: any text is loaded or refused with its line; what was loaded is
// a sound database, and its dump loads as the same again. The checksum and the number of lines in
// the last line are made right first, or hardly a changed text would get past them.
#include <unistd.h>

#include <filesystem>
#include <sstream>

#include "exchange/dump_line.hpp"
#include "fuzz/fuzz.hpp"
#include "fuzz/sound.hpp"
#include "kith/kith.hpp"

namespace {

using namespace kith;
using fuzz::check;
using fuzz::must;

// The text with this member of its last line replaced: up to the next comma or brace.
void replace_member(std::string_view name, const std::string& value, std::string* line) {
  const std::string key = "\"" + std::string(name) + "\":";
  const std::size_t at = line->find(key);
  if (at == std::string::npos) return;
  const std::size_t begin = at + key.size();
  line->replace(begin, line->find_first_of(",}", begin) - begin, value);
}

std::string with_true_footer(std::string_view text) {
  const std::size_t footer = text.rfind("{\"end\":");
  if (footer == std::string_view::npos || footer == 0 || text[footer - 1] != '\n') {
    return std::string(text);
  }
  std::uint64_t checksum = 0;
  std::uint64_t lines = 0;
  for (std::string_view rest = text.substr(0, footer); !rest.empty(); ++lines) {
    const std::string_view line = rest.substr(0, rest.find('\n'));
    checksum = exchange::dump_checksum(checksum, line);
    rest.remove_prefix(line.size() + 1);
  }
  std::string last(text.substr(footer));
  replace_member("end", std::to_string(lines), &last);
  replace_member("checksum", "\"" + exchange::checksum_text(checksum) + "\"", &last);
  return std::string(text.substr(0, footer)) + last;
}

// A place that is empty before and after.
class Place {
 public:
  explicit Place(std::string_view name)
      : path_(std::filesystem::temp_directory_path() /
              ("kith-fuzz-" + std::to_string(::getpid()) + "-" + std::string(name))) {
    std::filesystem::remove_all(path_);
  }
  ~Place() { std::filesystem::remove_all(path_); }
  Place(const Place&) = delete;
  Place& operator=(const Place&) = delete;
  std::string str() const { return path_.string(); }

 private:
  std::filesystem::path path_;
};

// Loads a dump that is known to load, looks at the database, and dumps it.
std::string through_database(const std::string& text, std::string_view name) {
  const Place place(name);
  std::istringstream in(text);
  check(load(place.str(), in).status(), "a dump that loads in memory loads on disk");
  const Database db = must(Database::open(place.str()), "what was loaded opens");
  fuzz::check_sound(db);
  std::ostringstream out;
  check(dump(db, out).status(), "what was loaded can be dumped");
  return out.str();
}

}  // namespace

void kith::fuzz::run(std::string_view input) {
  const std::string text = with_true_footer(input);
  std::istringstream in(text);
  const Result<DumpStats> loaded = load(":memory:", in);
  if (!loaded.ok()) return check_explained(loaded.status());
  const std::string first = through_database(text, "first");
  const std::string second = through_database(first, "second");
  check(first == second, "a dump of what was loaded from a dump is that dump", second);
}
