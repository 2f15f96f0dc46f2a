// choices.hpp: one of a few names, given as text.
//
//   filter.state = choice_from_python("lost", run_state_name, RunState::kSuspended, "state of a
//   run");
//
// Empty text chooses nothing. Another name is an InvalidArgument that lists the names there are.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "errors.hpp"

namespace kith::python {

template <typename Choice>
std::optional<Choice> choice_from_python(const std::string& name,
                                         std::string_view (*name_of)(Choice), Choice last,
                                         const char* what) {
  if (name.empty()) return std::nullopt;
  std::string known;
  for (int each = 0; each <= static_cast<int>(last); ++each) {
    const auto choice = static_cast<Choice>(each);
    if (name_of(choice) == name) return choice;
    known.append(known.empty() ? "" : ", ").append(name_of(choice));
  }
  throw StatusError(Status(Code::kInvalidArgument, "there is no " + std::string(what) + " \"" +
                                                       name + "\"; there are: " + known));
}

}  // namespace kith::python
