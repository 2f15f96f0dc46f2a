// The grammar of random_condition(): patterns in which $ and a letter stand for an expression of
// the type of that letter: b bool, n int, q decimal, f double, s string, d date, t timestamp,
// w duration, x what may have any type.
#include <map>
#include <span>

#include "fuzz/related_crm.hpp"

namespace kith::fuzz {

namespace {

using Patterns = std::span<const std::string_view>;

constexpr int kDepth = 4;
constexpr std::size_t kMaxBytes = 1'500;

// The first of each kind need no other expression, and end the tree.
constexpr std::size_t kEnds = 4;

constexpr std::string_view kBool[] = {"hot",
                                      "true",
                                      "hot == null",
                                      "account.parent.name != null",
                                      "($b && $b)",
                                      "($b || $b)",
                                      "!($b)",
                                      "($b ? $b : $b)",
                                      "($n < $n)",
                                      "($n == $n)",
                                      "($q >= $q)",
                                      "($f > $n)",
                                      "($s == $s)",
                                      "($s < $s)",
                                      "($d <= $d)",
                                      "($t < $t)",
                                      "($w > $w)",
                                      "$s.startsWith($s)",
                                      "$s.contains($s)",
                                      "like($s, $s)",
                                      "contains_ci($s, $s)",
                                      "has(r.seats)",
                                      "has(r.account)",
                                      "has(account.size)",
                                      "seats in [$n, $n]",
                                      "stage in [$s, $s]",
                                      "'vip' in tags",
                                      "tags.exists(x, x == $s)",
                                      "account.contacts.exists(c, c.vip == true && c.name == $s)",
                                      "account.contacts.all(c, has(c.born))",
                                      "watchers.exists_one(w, w.name == $s)",
                                      "account.deals.filter(e, e.stage == stage).size() > $n",
                                      "account == account.deals[0].account",
                                      "(formula_error(per_seat) == null)",
                                      "(formula_error(label) != $s)",
                                      "is_new()",
                                      "changed(seats)",
                                      "r.?seats.hasValue()",
                                      "!r.?account.hasValue()",
                                      "extra.a == $n",
                                      "'a' in extra",
                                      "type($x) == int",
                                      "dyn($x) == dyn($x)",
                                      "[$n, $n].exists(v, v == $n)",
                                      "cel.bind(v, $n, v == v)",
                                      "is_weekend($d)"};
constexpr std::string_view kInt[] = {"seats",
                                     "1",
                                     "twice",
                                     "account.open_deals",
                                     "account.hot_deals",
                                     "0",
                                     "-3",
                                     "9223372036854775807",
                                     "due_in",
                                     "account.family",
                                     "account.size",
                                     "($n + $n)",
                                     "($n - $n)",
                                     "($n * $n)",
                                     "($n / $n)",
                                     "($n % $n)",
                                     "-($n)",
                                     "($b ? $n : $n)",
                                     "size($s)",
                                     "size(tags)",
                                     "size(account.contacts)",
                                     "count(account.deals, e, e.hot == true)",
                                     "sum(account.deals, e, e.seats)",
                                     "max(account.deals, e, e.seats)",
                                     "days_since($d)",
                                     "days_between($d, $d)",
                                     "months_between($d, $d)",
                                     "($d).getQuarter()",
                                     "int($f)",
                                     "int($s)",
                                     "r.?seats.orValue($n)",
                                     "math.greatest($n, $n)",
                                     "($t).getFullYear()",
                                     "$w.getHours()",
                                     "account.contacts.map(c, size(c.name))[$n]",
                                     "size(\"%s %d\".format([$s, $n]))"};
constexpr std::string_view kDecimal[] = {"rate",
                                         "decimal('1.5')",
                                         "per_seat",
                                         "decimal(3)",
                                         "account.rates",
                                         "score('fit')",
                                         "amount",
                                         "($q + $q)",
                                         "($q - $q)",
                                         "($q * $q)",
                                         "($q / $q)",
                                         "($q + $n)",
                                         "round($q, 2)",
                                         "ratio($n, $n)",
                                         "sum(account.deals, e, e.rate)",
                                         "sum(account.deals, e, e.amount)",

                                         "min(account.deals, e, e.rate)",
                                         "avg(account.deals, e, e.rate)",
                                         "($b ? $q : $q)",
                                         "decimal($s)"};
constexpr std::string_view kDouble[] = {"chance",       "1.5",       "0.0",       "double('NaN')",
                                        "($f + $f)",    "($f * $n)", "($f / $f)", "double($q)",
                                        "math.abs($f)", "double($s)"};
constexpr std::string_view kString[] = {"name",
                                        "'Acme'",
                                        "stage",
                                        "label",
                                        "''",
                                        "account.name",
                                        "account.parent.name",
                                        "account.contacts[0].name",
                                        "amount_ccy",
                                        "($s + $s)",
                                        "$s.lowerAscii()",
                                        "fold($s)",
                                        "digits($s)",
                                        "email_domain($s)",
                                        "string($n)",
                                        "string($q)",
                                        "string($d)",
                                        "$s.substring(1)",
                                        "$s.replace($s, 'b')",
                                        "$s.split('a')[0]",
                                        "watchers.map(w, w.name).join(',')",
                                        "was(name)",
                                        "r.?name.orValue($s)",
                                        "$s.charAt($n)",
                                        "\"%s|%.2f|%d\".format([$x, $f, $n])",
                                        "($b ? $s : $s)",
                                        "quarter($d)",
                                        "user.name"};
constexpr std::string_view kDate[] = {"close_date",
                                      "today()",
                                      "date('2026-09-21')",
                                      "account.contacts[0].born",
                                      "$d.addDays($n)",
                                      "$d.addMonths($n)",
                                      "$d.addYears($n)",
                                      "start_of($d, 'quarter')",
                                      "add_business_days($d, $n)",
                                      "$t.date('UTC')"};
constexpr std::string_view kTimestamp[] = {"met_at",
                                           "now",
                                           "timestamp('2026-09-21T12:00:00Z')",
                                           "account.deals[0].met_at",
                                           "($t + $w)",
                                           "($t - $w)",
                                           "($b ? $t : $t)"};
constexpr std::string_view kDuration[] = {
    "effort",    "duration('36h')", "duration('-1s')", "stage_age()",
    "($t - $t)", "($w + $w)",       "($w - $w)",       "business_duration($t, $t)"};
constexpr std::string_view kAny[] = {
    "extra", "null", "tags", "account",  "$n",       "$q",      "$s",
    "$b",    "$d",   "[$n]", "{$s: $x}", "watchers", "extra.b", "optional.of($n)"};

Patterns patterns(char type) {
  switch (type) {
    case 'n': return kInt;
    case 'q': return kDecimal;
    case 'f': return kDouble;
    case 's': return kString;
    case 'd': return kDate;
    case 't': return kTimestamp;
    case 'w': return kDuration;
    case 'x': return kAny;
    default: return kBool;
  }
}

void write(Input& in, char type, int depth, std::string& out) {
  const Patterns all = patterns(type);
  const bool end = depth == 0 || out.size() > kMaxBytes || in.empty();
  const std::string_view pattern = all[in.below(end ? kEnds : all.size())];
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    if (pattern[i] == '$') {
      write(in, pattern[++i], depth - 1, out);
    } else {
      out += pattern[i];
    }
  }
}

}  // namespace

std::string random_condition(Input& in) {
  std::string source;
  write(in, 'b', kDepth, source);
  return source;
}

}  // namespace kith::fuzz
