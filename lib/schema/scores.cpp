#include "schema/scores.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "base/bytes.hpp"
#include "base/nearest_name.hpp"
#include "base/try.hpp"
#include "kith/date.hpp"
#include "schema/object_reader.hpp"

namespace kith::schema {
namespace {

using base::ByteReader;
using base::ByteWriter;

constexpr std::uint8_t kFormat = 0;
constexpr std::size_t kMaxScores = 500;
constexpr std::size_t kMaxRows = 100;
constexpr std::size_t kMaxDurationBytes = 64;
constexpr std::int64_t kMostPoints = 1'000'000'000;

constexpr auto kKeys = std::to_array<std::string_view>({"entity", "label", "min", "max", "rows"});
constexpr auto kRowKeys =
    std::to_array<std::string_view>({"name", "when", "points", "cap", "half_life", "since"});

std::string quote(std::string_view text) { return "\"" + std::string(text) + "\""; }

std::optional<Decimal> read_bound(const ObjectReader& in, std::string_view member,
                                  std::int64_t least) {
  const json::Node* node = in.find(member);
  if (node == nullptr) return std::nullopt;
  if (node->is_number()) {
    const Result<Decimal> value = node->as_decimal();
    if (value.ok() && *value >= Decimal(least) && *value <= Decimal(kMostPoints)) {
      const Result<Decimal> exact = value->rescale_exact(kScoreScale);
      if (exact.ok()) return exact->normalized();
    }
  }
  in.error(member, "range",
           quote(member) + " must be a number from " + std::to_string(least) + " to " +
               std::to_string(kMostPoints) + " with at most " + std::to_string(kScoreScale) +
               " digits after the point");
  return std::nullopt;
}

void read_decay(const ObjectReader& in, ScoreRow* row) {
  const std::string text = in.text("half_life", kMaxDurationBytes);
  row->since = in.expression("since");
  if (in.find("half_life") != nullptr) {
    const Result<Duration> span = Duration::parse(text);
    if (!span.ok() || span->total_microseconds() <= 0) {
      in.error("half_life", "duration",
               "\"half_life\" must be a duration above zero, such as \"30d\" or \"12h\"");
    } else {
      row->half_life_us = span->total_microseconds();
    }
    if (in.find("since") == nullptr) {
      in.error("half_life", "missing_member",
               "\"since\" is missing: from when on do the points halve every " + quote(text) +
                   "? Write a timestamp or a date, such as \"since\": \"updated\"");
    }
  } else if (in.find("since") != nullptr) {
    in.error("since", "missing_member",
             "\"half_life\" is missing: in which time do the points halve since then? Write "
             "\"half_life\": \"30d\", or leave \"since\" out");
  }
}

void read_row(const json::Node& node, const Scope& outer, const Score& score,
              ScoreDeclaration* out) {
  Scope scope = outer;
  scope.where += ", row " + std::to_string(score.rows.size() + 1);
  if (const json::Node* name = node.find("name"); name != nullptr && name->is_text()) {
    scope.where = outer.where + ", row " + quote(name->text());
  }
  const ObjectReader in(node, scope, kRowKeys);
  if (!in.ok()) return;
  ScoreRow row;
  row.name = in.required_text("name", scope.limits->max_name_length);
  if (!row.name.empty()) {
    const std::string problem = identifier_problem(row.name, *scope.limits);
    if (!problem.empty()) in.error("name", "name", quote(row.name) + " " + problem);
    const bool taken = std::any_of(score.rows.begin(), score.rows.end(),
                                   [&](const ScoreRow& other) { return other.name == row.name; });
    if (taken) {
      in.error("name", "duplicate_name",
               "the score has a row " + quote(row.name) + " already: name this one otherwise");
    }
  }
  row.when = in.expression("when");
  if (in.find("points") == nullptr) {
    in.error("points", "missing_member",
             "\"points\" is missing: an expression that gives a number, such as \"20\"");
  }
  row.points = in.expression("points");
  row.cap = read_bound(in, "cap", 0);
  read_decay(in, &row);
  out->rows.push_back({in.place("when"), in.place("points"), in.place("since")});
  out->score.rows.push_back(std::move(row));
}

void read_rows(const ObjectReader& in, ScoreDeclaration* out) {
  const json::Node* rows = in.find("rows");
  if (rows == nullptr || !rows->is_array() || rows->elements().empty()) {
    in.error("rows", rows == nullptr ? "missing_member" : "type",
             std::string(rows == nullptr ? "\"rows\" is missing" : "\"rows\" cannot be that") +
                 ": a score is a list of rows, [{\"name\": \"senior\", \"when\": ..., \"points\": "
                 "\"20\"}]");
    return;
  }
  if (rows->elements().size() > kMaxRows) {
    in.error("rows", "limit",
             "a score has at most " + std::to_string(kMaxRows) + " rows, and this one " +
                 std::to_string(rows->elements().size()));
    return;
  }
  for (const json::Node& row : rows->elements()) read_row(row, in.scope(), out->score, out);
}

void read_score(const json::Member& member, const ModelLimits& limits, Diagnostics& diagnostics,
                std::vector<ScoreDeclaration>* all) {
  Scope scope{&diagnostics, &limits, "", "", "score " + quote(member.name)};
  const std::string problem = identifier_problem(member.name, limits);
  if (!problem.empty()) {
    scope.error(place_of(member), "name", quote(member.name) + " " + problem);
  }
  const ObjectReader head(member.value, scope, kKeys);
  if (!head.ok()) return;
  ScoreDeclaration out;
  out.place = place_of(member);
  out.score.name = member.name;
  out.score.entity = head.required_text("entity", limits.max_name_length);
  out.entity_place = head.place("entity");
  out.score.label = head.label("label", label_from_name(member.name));
  out.score.min = read_bound(head, "min", -kMostPoints);
  out.score.max = read_bound(head, "max", -kMostPoints);
  if (out.score.min && out.score.max && *out.score.min > *out.score.max) {
    head.error("min", "range",
               "\"min\" is above \"max\": no score lies between " + out.score.min->to_string() +
                   " and " + out.score.max->to_string());
  }
  read_rows(head, &out);
  all->push_back(std::move(out));
}

void write_decimal(ByteWriter& out, const std::optional<Decimal>& value) {
  out.string(value ? value->to_string() : std::string());
}

std::optional<Decimal> read_decimal(ByteReader& in) {
  const std::string text = base::read_string(in);
  if (text.empty()) return std::nullopt;
  const Result<Decimal> value = Decimal::parse(text);
  if (value.ok() && value->scale() <= kScoreScale) return *value;
  in.fail();
  return std::nullopt;
}

void write_row(ByteWriter& out, const ScoreRow& row) {
  out.string(row.name);
  out.string(row.when);
  out.string(row.points);
  write_decimal(out, row.cap);
  out.signed_varint(row.half_life_us);
  out.string(row.since);
}

ScoreRow read_row(ByteReader& in) {
  ScoreRow row;
  row.name = base::read_string(in);
  row.when = base::read_string(in);
  row.points = base::read_string(in);
  row.cap = read_decimal(in);
  row.half_life_us = in.signed_varint();
  row.since = base::read_string(in);
  if (row.half_life_us < 0 || (row.half_life_us > 0) == row.since.empty()) in.fail();
  if (row.points.empty()) in.fail();
  return row;
}

}  // namespace

std::vector<ScoreDeclaration> parse_scores(const json::Node* member, const ModelLimits& limits,
                                           Diagnostics& diagnostics) {
  std::vector<ScoreDeclaration> out;
  if (member == nullptr) return out;
  const Scope scope{&diagnostics, &limits, "", "", "scores"};
  if (!member->is_object()) {
    scope.error(place_of(*member), "type",
                "\"scores\" must be an object of scores by name, not " +
                    std::string(json::kind_name(member->kind())));
    return out;
  }
  if (member->members().size() > kMaxScores) {
    scope.error(place_of(*member), "limit",
                "a model has at most " + std::to_string(kMaxScores) + " scores");
    return out;
  }
  for (const json::Member& score : member->members()) {
    read_score(score, limits, diagnostics, &out);
  }
  return out;
}

void check_scores(const std::vector<ScoreDeclaration>& declared, const Catalog& catalog,
                  Diagnostics& diagnostics) {
  std::vector<std::string> names;
  for (const EntityType& type : catalog.types) {
    if (!type.removed) names.push_back(type.name);
  }
  for (const ScoreDeclaration& declaration : declared) {
    const Score& score = declaration.score;
    if (score.entity.empty() || catalog.find(score.entity) != nullptr) continue;
    diagnostics.error(declaration.entity_place, "unknown_entity", "", "",
                      "score " + quote(score.name) + ": there is no entity type " +
                          quote(score.entity) + base::did_you_mean(score.entity, names));
  }
}

Scores scores_of(const std::vector<ScoreDeclaration>& declared) {
  Scores out;
  for (const ScoreDeclaration& declaration : declared) out.push_back(declaration.score);
  return out;
}

const Score* find_score(const Scores& scores, std::string_view entity, std::string_view name) {
  const auto found = std::find_if(scores.begin(), scores.end(), [&](const Score& score) {
    return score.name == name && score.entity == entity;
  });
  return found != scores.end() ? &*found : nullptr;
}

std::string encode(const Scores& scores) {
  if (scores.empty()) return {};
  ByteWriter out;
  out.u8(kFormat);
  base::write_all(out, scores, [](ByteWriter& to, const Score& score) {
    to.string(score.name);
    to.string(score.label);
    to.string(score.entity);
    write_decimal(to, score.min);
    write_decimal(to, score.max);
    base::write_all(to, score.rows, write_row);
  });
  return out.take();
}

Result<Scores> decode_scores(std::string_view payload) {
  Scores out;
  if (payload.empty()) return out;
  ByteReader in(payload);
  if (in.u8() != kFormat) in.fail();
  out = base::read_all<Score>(in, [](ByteReader& from) {
    Score score;
    score.name = base::read_string(from);
    score.label = base::read_string(from);
    score.entity = base::read_string(from);
    score.min = read_decimal(from);
    score.max = read_decimal(from);
    score.rows = base::read_all<ScoreRow>(from, [](ByteReader& rows) { return read_row(rows); });
    return score;
  });
  KITH_TRY(in.finish("stored scores"));
  return out;
}

}  // namespace kith::schema
