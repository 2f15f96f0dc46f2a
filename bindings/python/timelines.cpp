// Timelines in Python: the story of a record.
#include "reader.hpp"

namespace kith::python {

py::list PyReader::timeline(const std::string& id, std::uint64_t limit, bool newest_first,
                            const std::vector<std::string>& related) {
  const TimelineOptions options{.limit = limit, .newest_first = newest_first, .related = related};
  const auto items = run_on(id, [&](const Reader& reader, RecordId parsed) {
    return learnt(reader.timeline(parsed, options), reader, *names_);
  });
  py::list result;
  for (const TimelineItem& item : items) {
    result.append(py::make_tuple(
        to_python(item.at), timeline_kind_name(item.kind), to_python(item.record, *names_),
        text_to_python(item.title), text_to_python(item.text), to_python(item.actor, *names_),
        text_to_python(item.actor_name), text_to_python(item.cause), item.sequence));
  }
  return result;
}

}  // namespace kith::python
