// values.hpp: kith::Value to Python objects and back.
//
//   kith::Value v = from_python(object, References::kText);
//   py::object o = to_python(v, names);
//
// Rules: bool before int; an int out of range is an OverflowError; decimals pass as text, never
// through a float; a datetime must be aware and comes back in UTC, as kith.Timestamp when it has
// nanoseconds; a str with lone surrogates is refused. All functions need the GIL, except those of
// IdNames, which any thread may call.
#pragma once

#include <chrono>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>

#include "kith/automation.hpp"
#include "kith/capture.hpp"
#include "kith/expression.hpp"
#include "kith/feed.hpp"
#include "kith/history.hpp"
#include "kith/outbox.hpp"
#include "kith/pipeline.hpp"
#include "kith/query.hpp"
#include "kith/record.hpp"
#include "kith/timeline.hpp"
#include "kith/value.hpp"
#include "python.hpp"

namespace kith {
class Reader;
}

namespace kith::python {

// The names of entity types, as far as results have shown them. A type's number is never given to
// another and its name never changes, so what is learnt holds for the life of the database.
class IdNames {
 public:
  // Makes sure that every id in these can be printed.
  void learn(const Reader& reader, RecordId id);
  void learn(const Reader& reader, const Value& value);
  void learn(const Reader& reader, const Evaluation& evaluation);
  void learn(const Reader& reader, const Rows& rows);
  void learn(const Reader& reader, const Record& record);
  void learn(const Reader& reader, const Change& change);
  void learn(const Reader& reader, const FeedPage& page);
  void learn(const Reader& reader, const StageVisit& visit);
  void learn(const Reader& reader, const Run& run);
  void learn(const Reader& reader, const OutboxMessage& message);
  void learn(const Reader& reader, const TimelineItem& item);
  void learn(const Reader& reader, const CaptureResult& captured);
  template <typename T>
  void learn(const Reader& reader, const std::vector<T>& all) {
    for (const T& each : all) learn(reader, each);
  }

  // "deal:42"; "#<bits>" for a type that was never learnt.
  std::string text(RecordId id) const;

 private:
  mutable std::mutex mutex_;
  std::unordered_map<std::uint16_t, std::string> names_;
};

// How a kith.RecordId is passed on: as the text that the write path reads by this database's own
// names, or as the id that expressions compare.
enum class References : std::uint8_t { kText, kId };

// Make Python's datetime interface ready, before anything else here is used.
void init_from_python();
void init_to_python();

Value from_python(py::handle object, References references);
Patch patch_from_python(const py::dict& fields);
Map map_from_python(const py::dict& values);
Timestamp timestamp_from_python(py::handle object);
Duration duration_from_python(py::handle object);
std::optional<Timestamp> optional_timestamp_from_python(py::handle object);  // None: nothing
// Seconds to wait, with a fraction.
std::chrono::milliseconds timeout_from_python(double seconds);

py::object to_python(const Value& value, const IdNames& names);
py::object to_python(RecordId id, const IdNames& names);  // None for the null id
py::object to_python(Timestamp when);
py::object to_python(std::optional<Timestamp> when);  // None for nothing
py::object to_python(Duration duration);
py::str text_to_python(std::string_view text);

}  // namespace kith::python
