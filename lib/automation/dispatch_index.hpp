// automation/dispatch_index.hpp: the tables behind Dispatch. Private to dispatch.
//
// Every rule that a record change can begin has a number, in order of matching. A bucket holds the
// numbers of the rules that one kind of change concerns: those with an equality term under the
// value the term asks for, the others in a plain list.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "automation/dispatch.hpp"

namespace kith::automation {

// A field that equality terms speak of.
struct Key {
  std::uint32_t field = 0;
  record::Slot slot;
};

// The field's value as a word that equals another one wherever the values are equal; nothing for
// null. Words of texts are hashes: they may agree where texts do not.
std::optional<std::uint64_t> word_of(const record::Slot& slot, const record::View& view);

// key's word is one of `words` (ascending) in every image that the rule's condition holds for.
struct Term {
  std::uint32_t key = 0;
  std::vector<std::uint64_t> words;
};

struct Rule {
  std::shared_ptr<const Compiled> automation;
  std::vector<Term> terms;
  bool edge = false;  // `when` must not have been true of the old image
  // Of the pipeline field whose stage is entered or left.
  std::optional<std::uint32_t> stage_key;
};

struct Bucket {
  struct Keyed {
    std::uint32_t key = 0;
    std::unordered_map<std::uint64_t, std::vector<std::uint32_t>> rules;
  };
  std::vector<std::uint32_t> plain;
  std::vector<Keyed> keyed;
};
using FieldBuckets = std::unordered_map<std::uint32_t, Bucket>;

struct DispatchIndex {
  std::vector<Key> keys;
  std::vector<Rule> rules;  // in order of matching
  Bucket created;
  Bucket updated;  // by whatever field
  Bucket deleted;
  Bucket restored;
  FieldBuckets updated_field;
  FieldBuckets entered;
  FieldBuckets left;
  std::unordered_map<std::string, std::vector<std::uint32_t>> events;
  std::vector<std::shared_ptr<const Compiled>> dated;
};

}  // namespace kith::automation
