#include "tests/workload/oracle.hpp"

namespace kith::workload {

namespace {

const char* unique_field(std::uint16_t type) {
  if (type == kAccount) return "name";
  return type == kContact ? "email" : nullptr;
}

// Null in a new record that says nothing of them.
std::vector<const char*> field_names(std::uint16_t type) {
  switch (type) {
    case kAccount: return {"name", "parent"};
    case kContact: return {"name", "email", "account"};
    case kDeal: return {"name", "amount", "size", "score", "account"};
    case kNote: return {"name", "account"};
    default: return {"kind", "subject", "contact"};
  }
}

// The rule before saving.
void put_size(Image& image) {
  const auto amount = image.fields.find("amount");
  if (amount == image.fields.end() || amount->second.is_null()) return;
  image.fields["size"] = *amount->second.integer() >= 50 ? "large" : "small";
}

}  // namespace

bool Oracle::holds(std::uint16_t type, const char* field, const Value& value,
                   RecordId except) const {
  for (const auto& [id, image] : live) {
    if (id.type() == type && id != except && !image.deleted && image.fields.at(field) == value) {
      return true;
    }
  }
  return false;
}

// May a live record `id` have these fields, as far as they are given?
bool Oracle::can_hold(RecordId id, const Fields& fields) const {
  const char* unique = unique_field(id.type());
  for (const auto& [name, value] : fields) {
    if (id.type() == kAccount && name == "name" && value.is_null()) return false;
    if (unique != nullptr && name == unique && !value.is_null() &&
        holds(id.type(), unique, value, id)) {
      return false;
    }
    if (name == "amount" && !value.is_null() && *value.integer() < 0) return false;
    if (const RecordId* target = value.reference(); target && *target != id) {
      const auto at = live.find(*target);
      if (at == live.end() || at->second.deleted) return false;
    }
  }
  return true;
}

RecordId Oracle::next_id(std::uint16_t type) { return RecordId(type, given_[type] + 1); }

void Oracle::put_stage(Image& image, const std::string& stage) const {
  image.fields["stage"] = stage;
  image.fields["stage_entered"] = now_;
}

bool Oracle::create(std::uint16_t type, const Fields& patch, RecordId* id) {
  *id = next_id(type);
  Image image;
  for (const char* name : field_names(type)) image.fields[name] = Value();
  if (type == kDeal) put_stage(image, "New");
  for (const auto& [name, value] : patch) image.fields[name] = value;
  if (!can_hold(*id, image.fields)) return false;
  // Records are made in open stages only.
  if (type == kDeal && image.fields["stage"] == Value("Won")) return false;
  put_size(image);
  given_[type] = id->sequence();
  live[*id] = std::move(image);
  return true;
}

bool Oracle::update(RecordId id, const Fields& patch) {
  Image& image = live.at(id);
  if (image.deleted || !can_hold(id, patch)) return false;
  if (id.type() == kDeal && image.fields["stage"] == Value("Won")) {
    const auto amount = patch.find("amount");
    const bool empties = amount != patch.end() && amount->second.is_null();
    // One that lacks it already was never won.
    if (empties) return false;
  }
  for (const auto& [name, value] : patch) image.fields[name] = value;
  put_size(image);
  return true;
}

bool Oracle::move(RecordId id, const std::string& stage) {
  Image& image = live.at(id);
  if (image.deleted) return false;
  const std::string from = *image.fields.at("stage").text();
  if (from == stage) return true;
  if (from == "Won" || (from == "Lost" && stage != "New")) return false;
  if (stage == "Won" && image.fields.at("amount").is_null()) return false;
  put_stage(image, stage);
  return true;
}

std::vector<RecordId> Oracle::referring(RecordId id, bool deleted_too) const {
  std::vector<RecordId> found;
  for (const auto& [r, image] : live) {
    if (image.deleted && !deleted_too) continue;
    if (image.fields.at(reference_name(r.type())) == Value(id)) found.push_back(r);
  }
  return found;
}

bool Oracle::remove(RecordId id) {
  if (live.at(id).deleted) return true;
  std::vector<RecordId> going{id};
  std::vector<RecordId> cleared;
  std::set<RecordId> seen{id};
  for (std::size_t i = 0; i < going.size(); ++i) {
    for (RecordId r : referring(going[i], false)) {
      if (!seen.insert(r).second) continue;
      if (r.type() == kNote) return false;
      (r.type() == kContact || r.type() == kActivity ? going : cleared).push_back(r);
    }
  }
  for (RecordId r : cleared) live[r].fields[reference_name(r.type())] = Value();
  for (RecordId r : going) live[r].deleted = true;
  return true;
}

bool Oracle::restore(RecordId id) {
  Image& image = live.at(id);
  if (!image.deleted) return true;
  if (!can_hold(id, image.fields)) return false;
  image.deleted = false;
  return true;
}

bool Oracle::purge(RecordId id) {
  if (!remove(id)) return false;
  for (RecordId r : referring(id, true)) live[r].fields[reference_name(r.type())] = Value();
  live.erase(id);
  return true;
}

void Oracle::capture(const std::string& email, const std::string& kind, const std::string& subject,
                     RecordId* person, RecordId* activity) {
  *person = RecordId();
  for (const auto& [id, image] : live) {
    const bool matches = id.type() == kContact && !image.deleted;
    if (matches && image.fields.at("email") == Value(email)) *person = id;
  }
  if (person->is_null()) {
    // Called by what stands before the @.
    create(kContact, {{"name", email.substr(0, email.find('@'))}, {"email", email}}, person);
  }
  create(kActivity, {{"kind", kind}, {"subject", subject}, {"contact", *person}}, activity);
}

void Oracle::commit() {
  for (const auto& [id, image] : live) {
    const auto before = committed.find(id);
    if (before == committed.end() || !(before->second == image)) ++entries[id];
    if (before == committed.end() && id.type() == kDeal) runs_[id] = Run();
  }
  committed = live;
  last = given_;
}

void Oracle::abort() {
  live = committed;
  given_ = last;
}

void Oracle::tick(Timestamp now) {
  for (auto at = runs_.begin(); at != runs_.end();) {
    auto& [id, run] = *at;
    const auto record = live.find(id);
    if (run.due > now) {
      ++at;
      continue;
    }
    if (record == live.end() || record->second.deleted) {
      at = runs_.erase(at);
      continue;
    }
    record->second.fields["score"] = run.waiting ? 2 : 1;
    ++entries[id];
    if (run.waiting) {
      at = runs_.erase(at);
      continue;
    }
    ++messages[id];
    run = {true, Timestamp::from_microseconds(now.to_microseconds() +
                                              Duration::days(1).total_microseconds())};
    ++at;
  }
  committed = live;
}

}  // namespace kith::workload
