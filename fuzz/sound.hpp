// fuzz/sound.hpp: whatever was done to a database, its own check finds nothing wrong.
#pragma once

#include "fuzz/fuzz.hpp"
#include "kith/kith.hpp"

namespace kith::fuzz {

inline void check_sound(const Database& database) {
  const Session session =
      must(database.session({.actor = {}, .capabilities = Capabilities::all()}), "a session");
  const CheckReport report = must(database.check(session), "a database can be checked");
  for (const Problem& problem : report.problems) {
    check(false, "the database is sound", problem.where + ": " + problem.message);
  }
}

}  // namespace kith::fuzz
