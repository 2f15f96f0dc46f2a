// Dumps, which come from strangers: any text is loaded or refused with its line; what was loaded is
// a database that is sound but for what it tells of its past, and its dump loads as the same again.
// The checksum and the counts in the last line are made right first, or hardly a changed text would
// get past them.
#include <map>
#include <sstream>

#include "exchange/dump_line.hpp"
#include "exchange/dump_queue.hpp"
#include "fuzz/fuzz.hpp"
#include "fuzz/sound.hpp"
#include "kith/kith.hpp"
#include "tests/support/temp_dir.hpp"

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

// The member of the last line that counts such lines.
std::string_view counted_as(std::string_view line) {
  if (!line.starts_with("{\"")) return "others";
  const std::string_view kind = line.substr(2, line.find('"', 2) - 2);
  if (kind == "record") return "records";
  if (kind == "change") return "changes";
  if (kind == "blob") return "blobs";
  return exchange::is_queue_line(kind) ? "queue_rows" : "others";
}

std::string with_true_footer(std::string_view text) {
  const std::size_t footer = text.rfind("{\"end\":");
  if (footer == std::string_view::npos || footer == 0 || text[footer - 1] != '\n') {
    return std::string(text);
  }
  std::uint64_t checksum = 0;
  std::map<std::string_view, std::uint64_t> counts;
  for (std::string_view rest = text.substr(0, footer); !rest.empty(); ++counts["end"]) {
    const std::string_view line = rest.substr(0, rest.find('\n'));
    checksum = exchange::dump_checksum(checksum, line);
    ++counts[counted_as(line)];
    rest.remove_prefix(line.size() + 1);
  }
  std::string last(text.substr(footer));
  for (const char* name : {"end", "records", "changes", "queue_rows", "blobs"}) {
    replace_member(name, std::to_string(counts[name]), &last);
  }
  replace_member("checksum", "\"" + exchange::checksum_text(checksum) + "\"", &last);
  return std::string(text.substr(0, footer)) + last;
}

// Loads a dump that is known to load, looks at the database, and dumps it.
std::string through_database(const std::string& text) {
  const testing::TempDir dir;
  std::istringstream in(text);
  check(load(dir.sub("crm"), in).status(), "a dump that loads in memory loads on disk");
  const Database db = must(Database::open(dir.sub("crm")), "what was loaded opens");
  // What loading does not look at; see docs/dump-format.md.
  fuzz::check_sound(db, {"record_missing", "record_purged", "record_version", "record_values",
                         "record_times", "reference_deleted", "owner_unknown", "history_chain",
                         "history_values", "model_differs"});
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
  const std::string first = through_database(text);
  const std::string second = through_database(first);
  check(first == second, "a dump of what was loaded from a dump is that dump", second);
}
