// A database in memory with as much of the write path as an import can tell: required and unique
// fields, references, conversion, refusals and failures that the test asks for.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "exchange/importer.hpp"
#include "record/convert.hpp"

namespace kith::exchange::testing {

class FakeTarget final : public ImportTarget {
 public:
  using Image = std::map<std::string, Value>;

  explicit FakeTarget(schema::Catalog catalog) : catalog_(std::move(catalog)) {}

  std::function<Status(const std::string& entity, const Patch&)> refuse;
  std::function<Status()> fail_commit;
  int begun = 0;
  int committed = 0;
  std::vector<Timestamp> effective;  // of each write that landed in the fake, aborted ones too

  const schema::Catalog& catalog() const override { return catalog_; }
  Result<Timestamp> local_instant(const CivilTime& time) const override {
    CivilTime east = time;  // this place is two hours east
    east.offset_seconds = 7200;
    return to_instant(east, {});
  }

  Status begin() override {
    if (open_) return Status(Code::kInternal, "begin in an open chunk");
    open_ = true;
    ++begun;
    return {};
  }
  Status commit() override {
    if (fail_commit) {
      if (Status status = fail_commit(); !status.ok()) {
        abort();
        return status;
      }
    }
    open_ = false;
    undo_.clear();
    ++committed;
    return {};
  }
  void abort() override {
    while (!undo_.empty()) {
      auto& [id, old] = undo_.back();
      unindex(id);
      if (old) {
        records_[id] = *old;
        index(id);
      } else {
        records_.erase(id);
      }
      undo_.pop_back();
    }
    open_ = false;
  }

  Result<std::vector<RecordId>> find(const schema::EntityType& type, const schema::Field& field,
                                     const Value& value) override {
    if (!open_) return Status(Code::kInternal, "find outside a chunk");
    return by_value_[key(type.id, field.name, value)];
  }
  Result<bool> exists(RecordId id) override { return records_.contains(id); }

  Result<RecordId> create(const schema::EntityType& type, const Patch& patch,
                          Timestamp effective_at) override {
    const RecordId id(type.id, ++last_[type.id]);
    Image image;
    for (const schema::Field& field : type.fields) {
      if (field.default_value) image[field.name] = *field.default_value;
    }
    if (Status status = apply(type, id, patch, &image); !status.ok()) return status;
    undo_.emplace_back(id, std::nullopt);
    records_[id] = std::move(image);
    index(id);
    effective.push_back(effective_at);
    return id;
  }
  Result<bool> update(RecordId id, const Patch& patch, Timestamp effective_at) override {
    const auto found = records_.find(id);
    if (found == records_.end()) return Status(Code::kNotFound, "there is no such record");
    Image image = found->second;
    if (Status s = apply(*catalog_.find(id.type()), id, patch, &image); !s.ok()) return s;
    if (image == found->second) return false;
    undo_.emplace_back(id, found->second);
    unindex(id);
    found->second = std::move(image);
    index(id);
    effective.push_back(effective_at);
    return true;
  }

  // For the test.
  std::vector<Image> all(std::string_view entity) const {
    std::vector<Image> out;
    for (const auto& [id, image] : records_) {
      if (id.type() == catalog_.find(entity)->id) out.push_back(image);
    }
    return out;
  }
  const Image* by(std::string_view entity, const std::string& field, const Value& value) const {
    const auto found = by_value_.find(key(catalog_.find(entity)->id, field, value));
    if (found == by_value_.end() || found->second.empty()) return nullptr;
    return &records_.at(found->second[0]);
  }
  const Image* at(const Value& reference) const {
    return reference.reference() == nullptr ? nullptr : &records_.at(*reference.reference());
  }

 private:
  static std::string key(std::uint16_t type, const std::string& field, const Value& value) {
    return std::to_string(type) + "/" + field + "/" + value.to_string();
  }
  void index(RecordId id) {
    for (const auto& [field, value] : records_[id])
      by_value_[key(id.type(), field, value)].push_back(id);
  }
  void unindex(RecordId id) {
    for (const auto& [field, value] : records_[id])
      std::erase(by_value_[key(id.type(), field, value)], id);
  }

  Status apply(const schema::EntityType& type, RecordId id, const Patch& patch, Image* image) {
    if (!open_) return Status(Code::kInternal, "a write outside a chunk");
    std::vector<Violation> violations;
    const auto blame = [&](const char* code, const std::string& field, std::string message) {
      violations.push_back({code, type.name, field, std::move(message), 0, 0});
    };
    for (const auto& [name, value] : patch) {
      const schema::Field* field = type.find_field(name);
      if (field == nullptr) return Status(Code::kInvalidArgument, "no field " + name);
      Result<Value> stored = record::convert(type, *field, value);
      if (!stored.ok()) return stored.status();
      const RecordId* target = stored->reference();
      if (target != nullptr && !records_.contains(*target)) blame("reference", name, "dangling");
      if (stored->is_null()) {
        image->erase(name);
      } else {
        (*image)[name] = *std::move(stored);
      }
    }
    for (const schema::Field& field : type.fields) {
      const auto value = image->find(field.name);
      if (value == image->end()) {
        if (field.required) blame("required", field.name, field.name + " is required");
        continue;
      }
      if (!field.unique) continue;
      for (const RecordId other : by_value_[key(type.id, field.name, value->second)]) {
        if (other != id) blame("unique", field.name, "another record has it");
      }
    }
    if (!violations.empty()) return Status(Code::kValidation, "refused", std::move(violations));
    return refuse ? refuse(type.name, patch) : Status();
  }

  schema::Catalog catalog_;
  bool open_ = false;
  std::map<RecordId, Image> records_;
  std::map<std::string, std::vector<RecordId>> by_value_;
  std::map<std::uint16_t, std::uint64_t> last_;
  std::vector<std::pair<RecordId, std::optional<Image>>> undo_;
};

}  // namespace kith::exchange::testing
