// Options: choice and multi_choice.
#include <algorithm>

#include "base/message.hpp"
#include "base/nearest_name.hpp"
#include "record/converter.hpp"

namespace kith::record {

using base::quoted;

bool Converter::holds(std::string_view option) const {
  if (current_ == nullptr) return false;
  if (current_->text() != nullptr) return *current_->text() == option;
  if (current_->list() == nullptr) return false;
  return std::any_of(current_->list()->begin(), current_->list()->end(),
                     [&](const Value& v) { return v.text() != nullptr && *v.text() == option; });
}

Result<const schema::Option*> Converter::option_of(const Value& input) const {
  if (input.text() == nullptr) return wrong_type(input, "the name of an option as text");
  const std::string_view name = *input.text();
  const schema::Option* option = field_.find_option(name);
  // Whether a retired stage may be entered is for its pipeline to say.
  const bool writable = option != nullptr && (!option->retired || !field_.pipeline.empty());
  if (writable || (option != nullptr && holds(name))) return option;
  std::vector<std::string_view> names;
  for (const schema::Option& o : field_.options) {
    if (!o.retired) names.push_back(o.name);
  }
  if (option != nullptr) {
    return violation("choice", "can no longer be " + quoted(name) +
                                   ": the option is retired; choose one of " + listed(names));
  }
  std::string advice = base::did_you_mean(name, names);
  if (advice.empty()) advice = "; choose one of " + listed(names);
  return violation("choice", "has no option " + quoted(name) + advice);
}

std::string Converter::listed(const std::vector<std::string_view>& names) {
  constexpr std::size_t kShown = 10;
  std::string out;
  for (std::size_t i = 0; i < std::min(names.size(), kShown); ++i) {
    out += (i == 0 ? "" : ", ") + quoted(names[i]);
  }
  if (names.size() > kShown) out += ", ...";
  return names.empty() ? "none: the field has no options" : out;
}

Result<Value> Converter::to_choice(const Value& input) const {
  const Result<const schema::Option*> option = option_of(input);
  return option.ok() ? Result<Value>(Value((*option)->name)) : option.status();
}

Result<Value> Converter::to_multi_choice(const Value& input) const {
  std::vector<const schema::Option*> chosen;
  const List single = {input};
  const List& items = input.list() != nullptr ? *input.list() : single;
  if (Status s = check_count(items.size()); !s.ok()) return s;
  for (const Value& item : items) {
    const Result<const schema::Option*> option = option_of(item);
    if (!option.ok()) return option.status();
    chosen.push_back(*option);
  }
  std::sort(chosen.begin(), chosen.end(),
            [](const auto* a, const auto* b) { return a->id < b->id; });
  chosen.erase(std::unique(chosen.begin(), chosen.end()), chosen.end());
  List names;
  for (const schema::Option* option : chosen) names.emplace_back(option->name);
  return Value(std::move(names));
}

}  // namespace kith::record
