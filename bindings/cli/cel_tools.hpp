// bindings/cli/cel_tools.hpp: what `kith cel` tells of an expression beside its value.
//
//   tools.format = true;
//   return show(env, tools, {"amount>1", "deal", ""});
//
// At most one of the wishes is set.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "bindings/cli/command.hpp"

namespace kith::cli {

struct CelTools {
  bool explain = false;
  bool format = false;
  bool fields = false;
  bool english = false;
  bool trace = false;
  std::optional<std::uint64_t> complete;  // the byte before which words are wanted

  bool any() const { return explain || format || fields || english || trace || complete; }
};

struct CelSubject {
  std::string expression;
  Map variables;
  std::string entity;  // with a database only
  std::string record;
};

void add_cel_tools(CLI::App* command, CelTools* tools, CLI::Option* on);
Status show(const Environment& env, const CelTools& tools, const CelSubject& subject);

}  // namespace kith::cli
