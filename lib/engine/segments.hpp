// engine/segments.hpp: the conditions of segments, which in_segment() asks for.
//
//   KITH_ASSIGN(const expr::Program* vip, segments.condition(reader, "VIP", RecordId(), contact));
//
// A segment is a record of the entity type `segment` of the standard model: name, kind, entity and
// condition. Only dynamic ones have members that can be told: the model keeps no list of those of a
// static one. Each is looked up and compiled once; forget() when records were written. What
// condition() gives is borrowed until then. kInvalidArgument: there is no such segment of this
// entity type, or its condition does not fit the model. One thread, as the reader it belongs to.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "expr/program.hpp"
#include "kith/id.hpp"
#include "kith/result.hpp"

namespace kith::engine {

class Reader;

class Segments {
 public:
  // By its id, or by its name when that is null; a name may also be written as an id, segment:3.
  Result<const expr::Program*> condition(Reader& reader, std::string_view name, RecordId id,
                                         std::uint16_t entity);
  void forget() { known_.clear(); }

 private:
  struct Known {
    std::uint16_t entity = 0;
    RecordId id{};
    std::string name;
    Status status;
    const expr::Program* program = nullptr;
  };

  Status look_up(Reader& reader, Known* out);
  Status compile(Reader& reader, const std::string& where, const std::string& source, Known* out);

  std::vector<Known> known_;
  // Compiled conditions by entity type and source: those that no record has any more stay.
  std::map<std::pair<std::uint16_t, std::string>, expr::Program> programs_;
};

}  // namespace kith::engine
