#include "database.hpp"

#include <pybind11/stl.h>

#include "kith/expression.hpp"
#include "kith/model.hpp"
#include "kith/snapshot.hpp"

namespace kith::python {

namespace {

template <typename T>
void set_limit(const std::string& name, py::handle value, T* limit) {
  try {
    *limit = value.cast<T>();
  } catch (const py::cast_error&) {
    throw py::value_error("the limit " + name + " is a whole number, 0 or more, not " +
                          std::string(py::repr(value)));
  }
}

// Sets the limits that the caller names; an unknown name is an error, not ignored.
void set_limits(const py::dict& named, Limits* limits) {
  for (const auto& [key, value] : named) {
    const auto name = key.cast<std::string>();
    if (name == "max_result_rows") {
      set_limit(name, value, &limits->max_result_rows);
    } else if (name == "max_groups") {
      set_limit(name, value, &limits->max_groups);
    } else if (name == "max_expression_cost") {
      set_limit(name, value, &limits->max_expression_cost);
    } else if (name == "max_expression_bytes") {
      set_limit(name, value, &limits->max_expression_bytes);
    } else if (name == "max_path_hops") {
      set_limit(name, value, &limits->max_path_hops);
    } else if (name == "max_fields_per_type") {
      set_limit(name, value, &limits->max_fields_per_type);
    } else if (name == "max_chain_depth") {
      set_limit(name, value, &limits->max_chain_depth);
    } else if (name == "max_message_attempts") {
      set_limit(name, value, &limits->max_message_attempts);
    } else if (name == "max_value_bytes") {
      set_limit(name, value, &limits->max_value_bytes);
    } else if (name == "max_as_of_changes") {
      set_limit(name, value, &limits->max_as_of_changes);
    } else if (name == "max_undo_records") {
      set_limit(name, value, &limits->max_undo_records);
    } else if (name == "max_related_rows") {
      set_limit(name, value, &limits->max_related_rows);
    } else {
      throw py::type_error("there is no limit named " + name);
    }
  }
}

}  // namespace

OpenOptions open_options(bool read_only, std::uint32_t max_readers, std::uint64_t max_file_bytes,
                         const py::dict& limits) {
  OpenOptions options;
  options.read_only = read_only;
  options.max_readers = max_readers;
  options.max_file_bytes = max_file_bytes;
  set_limits(limits, &options.limits);
  return options;
}

namespace {

std::unique_ptr<PyDatabase> create(const std::string& path, const std::string& model,
                                   py::handle now, std::uint32_t max_readers,
                                   std::uint64_t max_file_bytes, const py::dict& limits) {
  CreateOptions options;
  options.model = model;
  options.now = timestamp_from_python(now);
  options.open = open_options(false, max_readers, max_file_bytes, limits);
  return std::make_unique<PyDatabase>(
      take(without_gil([&] { return Database::create(path, options); })));
}

std::unique_ptr<PyDatabase> open(const std::string& path, bool read_only, std::uint32_t max_readers,
                                 std::uint64_t max_file_bytes, const py::dict& limits) {
  const OpenOptions options = open_options(read_only, max_readers, max_file_bytes, limits);
  return std::make_unique<PyDatabase>(
      take(without_gil([&] { return Database::open(path, options); })));
}

// The actor is named as text, which only a reader of the database can turn into an id.
Result<RecordId> actor_id(const Database& database, const std::string& actor, IdNames& names) {
  if (actor.empty()) return RecordId();
  const Result<Session> host = database.session();
  if (!host.ok()) return host.status();
  const Result<Snapshot> snapshot = host->read();
  if (!snapshot.ok()) return snapshot.status();
  Result<RecordId> id = snapshot->parse_id(actor);
  if (id.ok()) names.learn(*snapshot, *id);
  return id;
}

std::unique_ptr<PySession> session(PyDatabase& self, const std::string& actor, bool backdate,
                                   bool pipeline_override, bool purge, bool change_model,
                                   bool trim_history, const std::string& time_zone) {
  const Database database = self.database();
  SessionOptions options;
  options.capabilities = {backdate, pipeline_override, purge, change_model, trim_history};
  options.time_zone = time_zone;
  Session opened = take(without_gil([&]() -> Result<Session> {
    const Result<RecordId> id = actor_id(database, actor, *self.names());
    if (!id.ok()) return id.status().with_context("actor");
    options.actor = *id;
    return database.session(options);
  }));
  return std::make_unique<PySession>(std::move(opened), self.names());
}

py::tuple apply_model(PyDatabase& self, PySession& session, const std::string& document,
                      bool dry_run) {
  const Database database = self.database();
  const Session acting = session.session();
  const ApplyResult result =
      take(without_gil([&] { return database.apply_model(acting, document, dry_run); }));
  py::list changes;
  for (const ModelChange& change : result.changes) {
    changes.append(py::make_tuple(change.entity, change.what));
  }
  return py::make_tuple(changes, result.generation);
}

py::tuple score_info(const ScoreInfo& score, const IdNames& names) {
  const auto number = [&](const std::optional<Decimal>& value) -> py::object {
    return value ? to_python(Value(*value), names) : py::none();
  };
  py::list rows;
  for (const ScoreRowInfo& row : score.rows) {
    const py::object half_life = row.half_life ? to_python(*row.half_life) : py::none();
    rows.append(
        py::make_tuple(row.name, row.when, row.points, number(row.cap), half_life, row.since));
  }
  return py::make_tuple(score.name, score.label, number(score.min), number(score.max), rows);
}

py::list entities(PyDatabase& self) {
  const Database database = self.database();
  py::list result;
  for (const EntityInfo& info : take(without_gil([&] { return database.entities(); }))) {
    py::list fields;
    for (const FieldInfo& field : info.fields) {
      fields.append(py::make_tuple(field.name, field.label, field.help, field.type, field.required,
                                   field.unique, field.read_only, field.target, field.pipeline,
                                   py::tuple(py::cast(field.options)), field.formula));
    }
    py::list rollups;
    for (const RollupInfo& rollup : info.rollups) {
      rollups.append(py::make_tuple(rollup.name, rollup.label, rollup.of, rollup.kind, rollup.value,
                                    rollup.where, rollup.type));
    }
    py::list scores;
    for (const ScoreInfo& score : info.scores) scores.append(score_info(score, *self.names()));
    result.append(py::make_tuple(info.name, info.label, info.plural, info.title_field, fields,
                                 rollups, scores, info.capnp_schema));
  }
  return result;
}

py::tuple info(PyDatabase& self) {
  const Database database = self.database();
  const DatabaseInfo info = take(without_gil([&] { return database.info(); }));
  return py::make_tuple(py::bytes(info.path), info.model_name, info.written_by, info.format,
                        info.generation, info.first_sequence, info.last_sequence, info.snapshots,
                        info.file_bytes, info.read_only);
}

std::string model(PyDatabase& self) {
  const Database database = self.database();
  return take(without_gil([&] { return database.model(); }));
}

std::string check_type(PyDatabase& self, const std::string& entity, const std::string& expression) {
  const Database database = self.database();
  return take(without_gil([&] { return check_expression(database, entity, expression); }));
}

void check_document(const std::string& document, const std::string& file_name) {
  check(without_gil([&] { return check_model(document, file_name); }));
}

}  // namespace

void bind_database(py::module_& module) {
  py::class_<PyDatabase> database(module, "Database");
  database
      .def("session", &session, py::arg("actor"), py::arg("backdate"), py::arg("pipeline_override"),
           py::arg("purge"), py::arg("change_model"), py::arg("trim_history"), py::arg("time_zone"))
      .def("apply_model", &apply_model, py::arg("session"), py::arg("document"), py::arg("dry_run"))
      .def("entities", &entities)
      .def("info", &info)
      .def("model", &model)
      .def("check_expression", &check_type, py::arg("entity"), py::arg("expression"))
      .def("close", &PyDatabase::close)
      .def_property_readonly("is_open", &PyDatabase::is_open);
  bind_integrity(database);
  module.def("create", &create, py::arg("path"), py::arg("model"), py::arg("now"),
             py::arg("max_readers"), py::arg("max_file_bytes"), py::arg("limits"));
  module.def("open", &open, py::arg("path"), py::arg("read_only"), py::arg("max_readers"),
             py::arg("max_file_bytes"), py::arg("limits"));
  module.def("check_model", &check_document, py::arg("document"), py::arg("file_name"));
  module.def("standard_model", [] { return std::string(standard_model()); });
  module.def("model_schema", [] { return std::string(model_schema()); });
  module.def("version", [] { return std::string(version()); });
}

}  // namespace kith::python
