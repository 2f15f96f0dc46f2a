#include "automation/dispatch_index.hpp"

#include <algorithm>
#include <set>
#include <string_view>
#include <tuple>
#include <utility>

#include "expr/analysis.hpp"

namespace kith::automation {
namespace {

using schema::FieldType;

std::uint64_t hash_of(std::string_view text) { return std::hash<std::string_view>{}(text); }

bool has_words(FieldType type) {
  switch (type) {
    case FieldType::kBool:
    case FieldType::kInt:
    case FieldType::kDecimal:
    case FieldType::kMoney:
    case FieldType::kChoice:
    case FieldType::kDate:
    case FieldType::kTimestamp:
    case FieldType::kText:
    case FieldType::kReference: return true;
    default: return false;
  }
}

// The word of a constant that a field of this kind is compared with; nothing when the field can
// never hold it.
std::optional<std::uint64_t> word_of(const schema::Field& field, const record::Slot& slot,
                                     const Value& value) {
  switch (field.type) {
    case FieldType::kBool: return *value.boolean() ? 1 : 0;
    case FieldType::kInt: return static_cast<std::uint64_t>(*value.integer());
    case FieldType::kDecimal:
    case FieldType::kMoney: {
      const Result<Decimal> scaled = value.decimal()->rescale(slot.scale);
      if (!scaled.ok() || *scaled != *value.decimal()) return std::nullopt;
      const auto coefficient = static_cast<std::int64_t>(scaled->coefficient());
      if (coefficient != scaled->coefficient()) return std::nullopt;
      return static_cast<std::uint64_t>(coefficient);
    }
    case FieldType::kChoice: {
      const schema::Option* option = field.find_option(*value.text());
      if (option == nullptr) return std::nullopt;
      return option->id;
    }
    case FieldType::kDate:
      return static_cast<std::uint64_t>(std::int64_t{value.date()->days_since_epoch()});
    case FieldType::kTimestamp: {
      const std::int64_t microseconds = value.timestamp()->to_microseconds();
      if (Timestamp::from_microseconds(microseconds) != *value.timestamp()) return std::nullopt;
      return static_cast<std::uint64_t>(microseconds);
    }
    case FieldType::kText: return hash_of(*value.text());
    case FieldType::kReference: return value.reference()->bits();
    default: return std::nullopt;
  }
}

class IndexBuilder {
 public:
  IndexBuilder(const schema::EntityType& type, const record::Layout& layout)
      : type_(type), layout_(layout), index_(std::make_shared<DispatchIndex>()) {}

  void add(const std::shared_ptr<const Compiled>& automation) {
    const Automation& definition = automation->definition;
    if (definition.state != State::kActive) return;
    if (definition.trigger == Trigger::kDateReached) {
      index_->dated.push_back(automation);
      return;
    }
    Rule rule;
    rule.automation = automation;
    rule.edge = definition.trigger == Trigger::kUpdated &&
                definition.enrolment == EnrolmentPolicy::kOnEdge && automation->when &&
                !automation->when->reads_old();
    if (automation->when) add_terms(*automation->when, &rule);
    const bool entered = definition.trigger == Trigger::kStageEntered;
    if (entered || definition.trigger == Trigger::kStageLeft) {
      rule.stage_key = key_of(definition.field);
    }
    if (entered && !definition.stages.empty()) {
      rule.terms.push_back({*rule.stage_key, {definition.stages.begin(), definition.stages.end()}});
    }
    index_->rules.push_back(std::move(rule));
  }

  std::shared_ptr<const DispatchIndex> finish() {
    count_words();
    for (std::uint32_t i = 0; i < index_->rules.size(); ++i) place(i);
    return std::move(index_);
  }

 private:
  std::uint32_t key_of(std::uint32_t field) {
    for (std::uint32_t i = 0; i < index_->keys.size(); ++i) {
      if (index_->keys[i].field == field) return i;
    }
    index_->keys.push_back({field, layout_.slot(field)});
    return static_cast<std::uint32_t>(index_->keys.size() - 1);
  }

  void add_terms(const expr::Program& when, Rule* rule) {
    for (const expr::Conjunct& conjunct : expr::constant_conjuncts(when)) {
      if (conjunct.path.fields.size() != 1) continue;
      const schema::Field* field = type_.find_field(conjunct.path.fields.front());
      if (field == nullptr || field->removed || !has_words(field->type)) continue;
      if (field->is_formula()) continue;  // no slot to look at
      Term term;
      switch (conjunct.kind) {
        case expr::TermKind::kEqual:
        case expr::TermKind::kIn:
          for (const Value& value : conjunct.values) {
            const auto word = word_of(*field, layout_.slot(field->id), value);
            if (word) term.words.push_back(*word);
          }
          break;
        case expr::TermKind::kTruthy: term.words.push_back(1); break;
        case expr::TermKind::kFalsy: term.words.push_back(0); break;
        default: continue;
      }
      std::sort(term.words.begin(), term.words.end());
      term.key = key_of(field->id);
      rule->terms.push_back(std::move(term));
    }
  }

  // How many different words the rules ask for, by key: a key of many tells rules apart best.
  void count_words() {
    std::vector<std::set<std::uint64_t>> words(index_->keys.size());
    for (const Rule& rule : index_->rules) {
      for (const Term& term : rule.terms) {
        words[term.key].insert(term.words.begin(), term.words.end());
      }
    }
    for (const auto& of_key : words) distinct_.push_back(of_key.size());
  }

  // The term that leaves the fewest images; nullptr when the rule has none.
  const Term* best_term(const Rule& rule) const {
    const Term* best = nullptr;
    const auto weaker = [this](const Term& a, const Term& b) {
      return distinct_[a.key] * (b.words.size() + 1) < distinct_[b.key] * (a.words.size() + 1);
    };
    for (const Term& term : rule.terms) {
      if (best == nullptr || weaker(*best, term)) best = &term;
    }
    return best;
  }

  void put(std::uint32_t number, Bucket* bucket) const {
    const Term* term = best_term(index_->rules[number]);
    if (term == nullptr) {
      bucket->plain.push_back(number);
      return;
    }
    auto keyed = std::find_if(bucket->keyed.begin(), bucket->keyed.end(),
                              [&](const Bucket::Keyed& k) { return k.key == term->key; });
    if (keyed == bucket->keyed.end()) {
      keyed = bucket->keyed.insert(keyed, {term->key, {}});
    }
    for (const std::uint64_t word : term->words) {
      std::vector<std::uint32_t>& rules = keyed->rules[word];
      if (rules.empty() || rules.back() != number) rules.push_back(number);
    }
  }

  void place(std::uint32_t number) {
    const Compiled& automation = *index_->rules[number].automation;
    const Automation& definition = automation.definition;
    switch (definition.trigger) {
      case Trigger::kCreated: return put(number, &index_->created);
      case Trigger::kDeleted: return put(number, &index_->deleted);
      case Trigger::kRestored: return put(number, &index_->restored);
      case Trigger::kStageEntered: return put(number, &index_->entered[definition.field]);
      case Trigger::kStageLeft: return put(number, &index_->left[definition.field]);
      case Trigger::kChanged: put(number, &index_->created); return put(number, &index_->updated);
      case Trigger::kUpdated: {
        const std::vector<std::uint32_t> watched = watched_fields(automation);
        if (watched.empty()) return put(number, &index_->updated);
        for (const std::uint32_t field : watched) put(number, &index_->updated_field[field]);
        return;
      }
      case Trigger::kEvent: index_->events[definition.event].push_back(number); return;
      case Trigger::kDateReached: return;
    }
  }

  const schema::EntityType& type_;
  const record::Layout& layout_;
  std::shared_ptr<DispatchIndex> index_;
  std::vector<std::size_t> distinct_;
};

}  // namespace

std::optional<std::uint64_t> word_of(const record::Slot& slot, const record::View& view) {
  if (!view.has(slot)) return std::nullopt;
  switch (slot.type) {
    case FieldType::kBool: return view.boolean(slot) ? 1 : 0;
    case FieldType::kChoice: return view.choice(slot);
    case FieldType::kText: return hash_of(view.text(slot));
    case FieldType::kReference: return view.reference(slot).bits();
    default: return static_cast<std::uint64_t>(view.integer(slot));
  }
}

std::vector<std::uint32_t> watched_fields(const Compiled& automation) {
  const Automation& definition = automation.definition;
  if (definition.trigger != Trigger::kUpdated) return {};
  if (!definition.watch.empty() || !automation.when) return definition.watch;
  // changed(stage) && amount > 10.0 cannot become true while the stage stays.
  if (const auto needed = expr::changes_needed(*automation.when); needed && !needed->empty()) {
    return *needed;
  }
  if (automation.when->reads_anything()) return {};
  std::set<std::uint32_t> fields;
  for (const expr::FieldPath& path : automation.when->paths()) {
    if (path.root == expr::Root::kUser) continue;
    const std::uint32_t first = path.fields.front();
    if ((first & expr::kSystemFieldBit) == 0) {
      fields.insert(first);
      continue;
    }
    const auto system = static_cast<schema::SystemField>(first & ~expr::kSystemFieldBit);
    // Every write moves these two, so whatever is written concerns the condition.
    if (system == schema::SystemField::kVersion || system == schema::SystemField::kUpdated) {
      return {};
    }
    if (system == schema::SystemField::kOwner) fields.insert(schema::system_field_id(system));
  }
  return {fields.begin(), fields.end()};
}

Dispatch Dispatch::of(const schema::EntityType& type, const record::Layout& layout,
                      const std::vector<std::shared_ptr<const Compiled>>& automations) {
  std::vector<std::shared_ptr<const Compiled>> ordered = automations;
  std::sort(ordered.begin(), ordered.end(), [](const auto& a, const auto& b) {
    return std::tie(a->definition.order, a->definition.name) <
           std::tie(b->definition.order, b->definition.name);
  });
  IndexBuilder builder(type, layout);
  for (const auto& automation : ordered) builder.add(automation);
  Dispatch dispatch;
  if (!ordered.empty()) dispatch.index_ = builder.finish();
  return dispatch;
}

}  // namespace kith::automation
