// schema/scores.hpp: the `scores` section of a model document: numbers made of rows of points.
//
//   auto declared = schema::parse_scores(member, limits, diagnostics);
//   schema::check_scores(declared, catalog, diagnostics);
//   Scores scores = schema::scores_of(declared);
//   const schema::Score* fit = schema::find_score(scores, "lead", "fit");
//
// A score belongs to one entity type. What a row means is said in expr/scores.hpp, which computes
// them. Here are its parts as text and numbers: to be read from a document, stored and loaded.
// Immutable once read; any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "kith/decimal.hpp"
#include "schema/diagnostics.hpp"
#include "schema/model_section.hpp"

namespace kith::schema {

// Digits after the point of scores and of the numbers that bound them.
inline constexpr int kScoreScale = 4;

struct ScoreRow {
  std::string name;
  std::string when;  // a condition; empty: always
  std::string points;
  std::optional<Decimal> cap;     // of the points, whatever their sign
  std::int64_t half_life_us = 0;  // 0: the points do not decay
  std::string since;              // from when on they decay; empty when they do not
  friend bool operator==(const ScoreRow&, const ScoreRow&) = default;
};

struct Score {
  std::string name;
  std::string label;
  std::string entity;
  std::optional<Decimal> min;
  std::optional<Decimal> max;
  std::vector<ScoreRow> rows;  // in document order
  friend bool operator==(const Score&, const Score&) = default;
};
using Scores = std::vector<Score>;  // in document order

struct ScoreRowPlaces {
  Place when, points, since;
};

struct ScoreDeclaration {
  Score score;
  Place place;  // of the name
  Place entity_place;
  std::vector<ScoreRowPlaces> rows;
};

// `member` may be null: no scores.
std::vector<ScoreDeclaration> parse_scores(const json::Node* member, const ModelLimits& limits,
                                           Diagnostics& diagnostics);
// Complains of those that are about no type of the catalog.
void check_scores(const std::vector<ScoreDeclaration>& declared, const Catalog& catalog,
                  Diagnostics& diagnostics);
Scores scores_of(const std::vector<ScoreDeclaration>& declared);

// nullptr when the type has no such score.
const Score* find_score(const Scores& scores, std::string_view entity, std::string_view name);

// As a section's payload; empty text is no scores. kCorrupt for what is none.
std::string encode(const Scores& scores);
Result<Scores> decode_scores(std::string_view payload);

}  // namespace kith::schema
