#include "input_struct.hpp"

namespace kith::capi {

Status wrong_struct(const char* name, const std::string& why) {
  return Status(Code::kInvalidArgument,
                std::string(name) + ": " + why + "; call " + name + "_init before setting members");
}

Result<bool> flag(std::uint8_t value, const char* name) {
  if (value <= 1) return value == 1;
  return Status(Code::kInvalidArgument,
                std::string("`") + name + "` is 0 or 1, not " + std::to_string(value));
}

Result<Durability> durability_in(std::int32_t value, const char* struct_name) {
  if (value == KITH_DURABILITY_FULL) return Durability::kFull;
  if (value == KITH_DURABILITY_DEFERRED) return Durability::kDeferred;
  return wrong_struct(struct_name, "durability is " + std::to_string(value) +
                                       ", which is none of KITH_DURABILITY_");
}

Result<std::chrono::milliseconds> timeout_in(std::int64_t value, const char* struct_name) {
  if (value >= 0) return std::chrono::milliseconds(value);
  return wrong_struct(struct_name, "timeout_ms is negative");
}

Patch patch_in(const kith_patch* patch) { return patch != nullptr ? patch->fields : Patch(); }

Result<Map> map_in(const kith_value* value, const char* name) {
  if (value == nullptr) return Map();
  const Value& from = *unwrap(value);
  if (const Map* map = from.map(); map != nullptr) return *map;
  return Status(Code::kInvalidArgument, std::string("`") + name + "`: a map is needed, not a " +
                                            std::string(kind_name(from.kind())));
}

Result<std::vector<std::string>> texts_in(const char* const* texts, std::size_t count,
                                          const char* name) {
  if (count != 0) KITH_TRY(need(texts, name));
  std::vector<std::string> to;
  for (std::size_t i = 0; i < count; ++i) {
    KITH_TRY(need(texts[i], (std::string(name) + "[" + std::to_string(i) + "]").c_str()));
    to.emplace_back(texts[i]);
  }
  return to;
}

}  // namespace kith::capi
