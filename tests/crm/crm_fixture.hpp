// A CRM of the standard model in memory, and short words for what the tests of lib/crm do.
#pragma once

#include <boost/test/unit_test.hpp>
#include <string>
#include <vector>

#include "tests/api/fixture.hpp"

namespace kith::test {

struct StandardCrm : SmallCrm {
  StandardCrm() : SmallCrm(":memory:", "") {}

  Result<CaptureResult> try_capture(const CaptureEvent& event) {
    Transaction t = begin();
    Result<CaptureResult> result = t.capture(event);
    if (result.ok()) KITH_CHECK_OK(t.commit());
    return result;
  }
  CaptureResult capture(const CaptureEvent& event) { return require(try_capture(event)); }

  std::string text(RecordId id, std::string_view field) {
    const Value value = require(read().get(id)).at(field);
    if (const std::string* given = value.text()) return *given;
    if (const RecordId* to = value.reference()) return read().format_id(*to);
    return value.to_string();
  }
  std::uint64_t count(std::string_view entity) {
    Query query;
    query.entity = entity;
    query.measures = {{"n", Measure::Function::kCount, {}, {}, {}, {}, {}, {}}};
    return static_cast<std::uint64_t>(*require(read().query(query)).rows[0][0].integer());
  }
};

inline std::string joined(const std::vector<std::string>& lines) {
  std::string all;
  for (const std::string& line : lines) all += line + "\n";
  return all;
}

}  // namespace kith::test
