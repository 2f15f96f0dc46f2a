// Changes in Python: the history of a record, and the feed of all of them.
#include "reader.hpp"

namespace kith::python {

namespace {

py::tuple change_tuple(const Change& change, const IdNames& names) {
  py::list fields;
  for (const Change::FieldChange& field : change.fields) {
    fields.append(
        py::make_tuple(field.field, to_python(field.before, names), to_python(field.after, names)));
  }
  return py::make_tuple(change.sequence, to_python(change.record, names),
                        change_kind_name(change.kind), to_python(change.at),
                        to_python(change.effective_at), to_python(change.actor, names),
                        text_to_python(change.cause), change.overridden, fields);
}

py::list change_list(const std::vector<Change>& changes, const IdNames& names) {
  py::list result;
  for (const Change& change : changes) result.append(change_tuple(change, names));
  return result;
}

}  // namespace

py::list PyReader::history(const std::string& id, std::uint64_t limit) {
  const auto changes = run_on(id, [&](const Reader& reader, RecordId parsed) {
    return learnt(reader.history(parsed, limit), reader, *names_);
  });
  return change_list(changes, *names_);
}

py::tuple PyReader::changes(std::uint64_t cursor, const std::string& entity,
                            const std::vector<std::string>& fields, std::uint64_t limit) {
  const FeedOptions options{.cursor = cursor, .entity = entity, .fields = fields, .limit = limit};
  const FeedPage page =
      run([&](const Reader& reader) { return learnt(reader.changes(options), reader, *names_); });
  return py::make_tuple(change_list(page.changes, *names_), page.cursor, page.done);
}

std::uint64_t PyReader::cursor(const std::string& name) {
  return run([&](const Reader& reader) { return reader.cursor(name); });
}

py::list PyReader::cursors() {
  py::list result;
  for (const FeedCursor& each : run([](const Reader& reader) { return reader.cursors(); })) {
    result.append(py::make_tuple(text_to_python(each.name), each.sequence));
  }
  return result;
}

}  // namespace kith::python
