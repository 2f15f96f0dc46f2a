// fuzz/sound.hpp: whatever was done to a database, its own check finds nothing wrong.
#pragma once

#include <algorithm>
#include <initializer_list>
#include <string_view>

#include "fuzz/fuzz.hpp"
#include "kith/kith.hpp"

namespace kith::fuzz {

// Problems of the codes `allowed` are none.
inline void check_sound(const Database& database,
                        std::initializer_list<std::string_view> allowed = {}) {
  const Session session =
      must(database.session({.actor = {}, .capabilities = Capabilities::all()}), "a session");
  const CheckReport report = must(database.check(session), "a database can be checked");
  for (const Problem& problem : report.problems) {
    const bool is_allowed =
        std::find(allowed.begin(), allowed.end(), problem.code) != allowed.end();
    check(is_allowed, "the database is sound",
          problem.code + ", " + problem.where + ": " + problem.message);
  }
}

}  // namespace kith::fuzz
