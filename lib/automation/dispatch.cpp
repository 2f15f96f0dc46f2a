#include "automation/dispatch.hpp"

#include <algorithm>
#include <utility>

#include "automation/dispatch_index.hpp"
#include "base/try.hpp"

namespace kith::automation {
namespace {

constexpr std::int64_t kMicrosecondsOfDay = std::int64_t{86'400} * 1'000'000;
constexpr std::int64_t kMicrosecondsOfMinute = std::int64_t{60} * 1'000'000;

const Value& no_event() {
  static const Value empty{Map()};
  return empty;
}

// The numbers of the rules that a change may begin, without those whose terms it does not fulfil.
class Candidates {
 public:
  Candidates(const DispatchIndex& index, const record::View& view)
      : index_(index), view_(view), words_(index.keys.size()), read_(index.keys.size(), false) {}

  void add(const Bucket& bucket) {
    numbers_.insert(numbers_.end(), bucket.plain.begin(), bucket.plain.end());
    for (const Bucket::Keyed& keyed : bucket.keyed) {
      const std::optional<std::uint64_t>& word = word_at(keyed.key);
      if (!word) continue;
      const auto found = keyed.rules.find(*word);
      if (found == keyed.rules.end()) continue;
      numbers_.insert(numbers_.end(), found->second.begin(), found->second.end());
    }
  }
  void add(const FieldBuckets& buckets, std::uint32_t field) {
    const auto found = buckets.find(field);
    if (found != buckets.end()) add(found->second);
  }

  // Ascending, each once.
  const std::vector<std::uint32_t>& finish() {
    std::sort(numbers_.begin(), numbers_.end());
    numbers_.erase(std::unique(numbers_.begin(), numbers_.end()), numbers_.end());
    std::erase_if(numbers_, [this](std::uint32_t number) {
      const std::vector<Term>& terms = index_.rules[number].terms;
      return !std::all_of(terms.begin(), terms.end(),
                          [this](const Term& term) { return fulfils(term); });
    });
    return numbers_;
  }

 private:
  const std::optional<std::uint64_t>& word_at(std::uint32_t key) {
    if (!read_[key]) {
      words_[key] = word_of(index_.keys[key].slot, view_);
      read_[key] = true;
    }
    return words_[key];
  }
  bool fulfils(const Term& term) {
    const std::optional<std::uint64_t>& word = word_at(term.key);
    return word && std::binary_search(term.words.begin(), term.words.end(), *word);
  }

  const DispatchIndex& index_;
  const record::View& view_;
  std::vector<std::optional<std::uint64_t>> words_;  // by key
  std::vector<bool> read_;                           // by key: whether its word is known
  std::vector<std::uint32_t> numbers_;
};

bool changed(const RecordChange& change, std::uint32_t field) {
  return std::binary_search(change.fields.begin(), change.fields.end(), field) ||
         std::find(change.repeated_stages.begin(), change.repeated_stages.end(), field) !=
             change.repeated_stages.end();
}

void collect(const DispatchIndex& index, const RecordChange& change, Candidates* candidates) {
  switch (change.kind) {
    case ChangeKind::kDelete: return candidates->add(index.deleted);
    case ChangeKind::kRestore: return candidates->add(index.restored);
    case ChangeKind::kPurge: return;
    case ChangeKind::kCreate:
      candidates->add(index.created);
      for (const std::uint32_t field : change.fields) candidates->add(index.entered, field);
      return;
    case ChangeKind::kUpdate: break;
  }
  candidates->add(index.updated);
  for (const std::uint32_t field : change.fields) candidates->add(index.updated_field, field);
  for (const FieldBuckets* moved : {&index.entered, &index.left}) {
    for (const auto& [field, bucket] : *moved) {
      if (changed(change, field)) candidates->add(bucket);
    }
  }
}

// Whether a stage that the rule waits for was entered, or left; true for other rules.
bool stages_fit(const DispatchIndex& index, const Rule& rule, const RecordChange& change) {
  if (!rule.stage_key) return true;
  const Automation& definition = rule.automation->definition;
  const record::View* image =
      definition.trigger == Trigger::kStageEntered ? change.after : change.before;
  if (image == nullptr) return false;
  const auto stage = word_of(index.keys[*rule.stage_key].slot, *image);
  const std::vector<std::uint32_t>& stages = definition.stages;
  return stage && (stages.empty() || std::binary_search(stages.begin(), stages.end(), *stage));
}

Result<bool> is_halted(const Compiled& automation, const Halts& halts) {
  if (!automation.may_pass_limit || !halts) return false;
  return halts(automation);
}

// One change of a record, before the conditions of the rules it may begin.
class Matcher {
 public:
  Matcher(const RecordChange& change, const expr::Activation& base)
      : change_(change), base_(base), now_(base) {
    now_.set_record(change.record, change.after);
    if (change.before != nullptr) now_.set_old(change.record, change.before);
    activate_event(no_event(), &now_);
  }

  Status judge_rule(const Rule& rule, std::vector<Match>* out) {
    KITH_ASSIGN(Verdict verdict, judge(rule.automation->when, now_));
    if (!verdict.holds && verdict.error.empty()) return {};
    if (verdict.holds && rule.edge && change_.before != nullptr) {
      KITH_ASSIGN(const Verdict before, judge(rule.automation->when, old_image()));
      if (before.holds) return {};
    }
    out->push_back({rule.automation, std::move(verdict.error), verdict.over_limit});
    return {};
  }

 private:
  // The record as it was, as if it were so now.
  const expr::Activation& old_image() {
    if (!then_) {
      then_ = base_;
      then_->set_record(change_.record, change_.before);
      then_->set_old(change_.record, change_.before);
      activate_event(no_event(), &*then_);
    }
    return *then_;
  }

  const RecordChange& change_;
  const expr::Activation& base_;
  expr::Activation now_;
  std::optional<expr::Activation> then_;
};

}  // namespace

bool Dispatch::empty() const { return index_ == nullptr || index_->rules.empty(); }

const std::vector<std::shared_ptr<const Compiled>>& Dispatch::dated() const {
  static const std::vector<std::shared_ptr<const Compiled>> none;
  return index_ != nullptr ? index_->dated : none;
}

Status Dispatch::match(const RecordChange& change, const expr::Activation& base,
                       std::vector<Match>* out, const Halts& halts) const {
  if (empty() || change.after == nullptr) return {};
  Candidates candidates(*index_, *change.after);
  collect(*index_, change, &candidates);
  const std::vector<std::uint32_t>& numbers = candidates.finish();
  if (numbers.empty()) return {};
  Matcher matcher(change, base);
  for (const std::uint32_t number : numbers) {
    const Rule& rule = index_->rules[number];
    if (!stages_fit(*index_, rule, change)) continue;
    KITH_ASSIGN(const bool halted, is_halted(*rule.automation, halts));
    if (halted) continue;
    KITH_TRY(matcher.judge_rule(rule, out));
  }
  return {};
}

Status Dispatch::match_event(std::string_view event, const Value& data, RecordId record,
                             const record::View& view, const expr::Activation& base,
                             std::vector<Match>* out, const Halts& halts) const {
  if (empty()) return {};
  const auto found = index_->events.find(std::string(event));
  if (found == index_->events.end()) return {};
  expr::Activation activation = base;
  activation.set_record(record, &view);
  activation.set_old(record, &view);
  activate_event(data, &activation);
  for (const std::uint32_t number : found->second) {
    const Rule& rule = index_->rules[number];
    KITH_ASSIGN(const bool halted, is_halted(*rule.automation, halts));
    if (halted) continue;
    KITH_ASSIGN(Verdict verdict, judge(rule.automation->when, activation));
    if (!verdict.holds && verdict.error.empty()) continue;
    out->push_back({rule.automation, std::move(verdict.error), verdict.over_limit});
  }
  return {};
}

std::optional<Timestamp> due_of(const Automation& automation, const schema::EntityType& type,
                                const record::Layout& layout, const record::View& view) {
  const schema::Field* field = type.find_field(automation.field);
  if (field == nullptr || field->removed) return std::nullopt;
  const record::Slot& slot = layout.slot(field->id);
  if (!view.has(slot)) return std::nullopt;
  std::int64_t due = view.integer(slot);
  if (field->type == schema::FieldType::kDate) {
    due = due * kMicrosecondsOfDay + automation.at_minute * kMicrosecondsOfMinute;
  } else if (field->type != schema::FieldType::kTimestamp) {
    return std::nullopt;
  }
  if (__builtin_add_overflow(due, automation.offset_us, &due)) return std::nullopt;
  const Timestamp at = Timestamp::from_microseconds(due);
  if (!at.in_range()) return std::nullopt;
  return at;
}

}  // namespace kith::automation
