#include "handles.hpp"

using namespace kith;
using namespace kith::capi;

uint32_t kith_version_number(void) {
  return guard_get(uint32_t{0}, [] { return uint32_t{KITH_VERSION_NUMBER}; });
}

const char* kith_version_string(void) {
  return guard_get("", [] { return version().data(); });
}

uint8_t kith_has_feature(int32_t feature) {
  return guard_get(uint8_t{0}, [&]() -> uint8_t {
    switch (feature) {
      case KITH_FEATURE_DISK_STORE:
      case KITH_FEATURE_MEMORY_STORE:
      case KITH_FEATURE_EXPRESSIONS:
      case KITH_FEATURE_REPORTS:
      case KITH_FEATURE_CSV:
      case KITH_FEATURE_PIPELINES:
      case KITH_FEATURE_AUTOMATIONS:
      case KITH_FEATURE_OUTBOX:
      case KITH_FEATURE_CAPTURE:
      case KITH_FEATURE_CHECK:
      case KITH_FEATURE_BACKUP:
      case KITH_FEATURE_PAST:
      case KITH_FEATURE_FEED:
      case KITH_FEATURE_POOL: return 1;
      default: return 0;
    }
  });
}

const char* kith_string_data(const kith_string* string, size_t* size) {
  return guard_get(
      "", [&] { return string != nullptr ? lend(string->text, size) : lend_nothing(size); });
}

void kith_string_free(kith_string* string) {
  guard_free([&] { delete string; });
}
