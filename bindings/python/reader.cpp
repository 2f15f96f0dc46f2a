#include "reader.hpp"

#include <pybind11/stl.h>

#include "kith/expression.hpp"

namespace kith::python {

namespace {

py::tuple record_tuple(const Record& record, const IdNames& names) {
  py::dict fields;
  for (const FieldValue& field : record.fields) {
    fields[text_to_python(field.first)] = to_python(field.second, names);
  }
  py::dict errors;
  for (const FormulaError& error : record.formula_errors) {
    errors[text_to_python(error.field)] = text_to_python(error.message);
  }
  return py::make_tuple(to_python(record.id, names), record.entity, record.version,
                        to_python(record.created), to_python(record.updated),
                        to_python(record.owner, names), record.deleted, fields, errors);
}

}  // namespace

py::object PyReader::get(const std::string& id) {
  const Record record = run_on(id, [&](const Reader& reader, RecordId parsed) {
    return learnt(reader.get(parsed), reader, *names_);
  });
  return record_tuple(record, *names_);
}

py::object PyReader::find(const std::string& entity, const std::string& field, py::handle value) {
  const Value wanted = from_python(value, References::kId);
  const RecordId id = run([&](const Reader& reader) {
    return learnt(reader.find(entity, field, wanted), reader, *names_);
  });
  return to_python(id, *names_);
}

RowBatch PyReader::query(const std::string& document, const py::dict& params,
                         const std::string& continuation) {
  Map bound = map_from_python(params);
  Rows rows = run([&](const Reader& reader) -> Result<Rows> {
    Result<Query> query = Query::from_json(document);
    if (!query.ok()) return query.status();
    for (auto& param : bound) query->params.push_back(std::move(param));
    if (!continuation.empty()) query->continuation = continuation;
    return learnt(reader.query(*query), reader, *names_);
  });
  return RowBatch(std::move(rows), names_);
}

py::tuple PyReader::report(const std::string& name_or_document, const py::dict& params) {
  const Map bound = map_from_python(params);
  ReportResult result = run([&](const Reader& reader) {
    Result<ReportResult> report = reader.report(name_or_document, bound);
    if (report.ok()) names_->learn(reader, report->rows);
    return report;
  });
  return py::make_tuple(text_to_python(result.name), text_to_python(result.title),
                        text_to_python(result.note), text_to_python(result.bars),
                        RowBatch(std::move(result.rows), names_));
}

py::list PyReader::reports() {
  const auto all = run([](const Reader& reader) { return reader.reports(); });
  py::list result;
  for (const ReportInfo& info : all) {
    result.append(py::make_tuple(text_to_python(info.name), text_to_python(info.title),
                                 info.built_in, to_python(Value(info.parameters), *names_)));
  }
  return result;
}

py::list PyReader::referring(const std::string& id, const std::string& entity,
                             const std::string& field, std::uint64_t limit) {
  const auto found = run_on(id, [&](const Reader& reader, RecordId parsed) {
    return learnt(reader.referring(parsed, entity, field, limit), reader, *names_);
  });
  py::list result;
  for (const RecordId each : found) result.append(to_python(each, *names_));
  return result;
}

py::object PyReader::evaluate(const std::string& id, const std::string& expression) {
  const Value value = run_on(id, [&](const Reader& reader, RecordId parsed) {
    return learnt(evaluate_on(reader, parsed, expression), reader, *names_);
  });
  return to_python(value, *names_);
}

Evaluation PyReader::evaluate(const Expression& expression, const std::string& id,
                              const Map& params) {
  return run_on(id, [&](const Reader& reader, RecordId parsed) {
    return learnt(Result<Evaluation>(expression.evaluate(reader, parsed, params)), reader, *names_);
  });
}

std::vector<std::string> PyReader::plan(const Expression& expression, const Map& params) {
  return run([&](const Reader& reader) { return expression.plan(reader, params); });
}

py::object PyReader::record_id(const std::string& text) {
  const RecordId id =
      run([&](const Reader& reader) { return learnt(reader.parse_id(text), reader, *names_); });
  return to_python(id, *names_);
}

std::vector<FieldHandle> PyReader::fields(const std::string& entity,
                                          const std::vector<std::string>& names) {
  return run([&](const Reader& reader) -> Result<std::vector<FieldHandle>> {
    std::vector<FieldHandle> handles;
    for (const std::string& name : names) {
      const Result<FieldHandle> handle = reader.field(entity, name);
      if (!handle.ok()) return handle.status();
      handles.push_back(*handle);
    }
    return handles;
  });
}

py::tuple PyReader::read(const std::string& id, const std::vector<FieldHandle>& handles) {
  std::vector<Value> values(handles.size());
  run_on(id, [&](const Reader& reader, RecordId parsed) {
    Status status = reader.read(parsed, handles.data(), handles.size(), values.data());
    names_->learn(reader, values);
    return status;
  });
  py::tuple result(values.size());
  for (std::size_t i = 0; i < values.size(); ++i) result[i] = to_python(values[i], *names_);
  return result;
}

void PyReader::check_idle_here() const {
  if (busy_in_ != std::this_thread::get_id()) return;
  throw StatusError(Status(Code::kInvalidArgument,
                           "a function that an export writes to cannot use what it exports from"));
}

void PySnapshot::close() {
  if (snapshot_.is_forked()) return;
  check_idle_here();
  without_gil([&] {
    const Turn turn(*this);
    snapshot_.reset();
  });
}

void bind_reader(py::module_& module) {
  py::class_<FieldHandle>(module, "FieldHandle");
  py::class_<PyReader>(module, "Reader")
      .def("get", &PyReader::get, py::arg("id"))
      .def("find", &PyReader::find, py::arg("entity"), py::arg("field"), py::arg("value"))
      .def("query", &PyReader::query, py::arg("document"), py::arg("params"),
           py::arg("continuation"))
      .def("report", &PyReader::report, py::arg("name_or_document"), py::arg("params"))
      .def("reports", &PyReader::reports)
      .def("referring", &PyReader::referring, py::arg("id"), py::arg("entity"), py::arg("field"),
           py::arg("limit"))
      .def("history", &PyReader::history, py::arg("id"), py::arg("limit"))
      .def("changes", &PyReader::changes, py::arg("cursor"), py::arg("entity"), py::arg("fields"),
           py::arg("limit"))
      .def("cursor", &PyReader::cursor, py::arg("name"))
      .def("cursors", &PyReader::cursors)
      .def("timeline", &PyReader::timeline, py::arg("id"), py::arg("limit"),
           py::arg("newest_first"), py::arg("related"))
      .def("pipelines", &PyReader::pipelines)
      .def("score", &PyReader::score, py::arg("id"), py::arg("name"))
      .def("possible_moves", &PyReader::possible_moves, py::arg("id"), py::arg("field"))
      .def("stage_history", &PyReader::stage_history, py::arg("id"), py::arg("field"))
      .def("automations", &PyReader::automations)
      .def("runs", &PyReader::runs, py::arg("record"), py::arg("automation"), py::arg("state"),
           py::arg("limit"))
      .def("next_due", &PyReader::next_due)
      .def("outbox", &PyReader::outbox, py::arg("state"), py::arg("topic"), py::arg("after"),
           py::arg("limit"))
      .def("export", &PyReader::export_to, py::arg("entity"), py::arg("write"), py::arg("format"),
           py::arg("columns"), py::arg("where"), py::arg("include_deleted"))
      .def("evaluate",
           py::overload_cast<const std::string&, const std::string&>(&PyReader::evaluate),
           py::arg("id"), py::arg("expression"))
      .def("record_id", &PyReader::record_id, py::arg("text"))
      .def("fields", &PyReader::fields, py::arg("entity"), py::arg("names"))
      .def("read", &PyReader::read, py::arg("id"), py::arg("handles"))
      .def("close", &PyReader::close)
      .def_property_readonly("is_open", &PyReader::is_open);
  py::class_<PySnapshot, PyReader>(module, "Snapshot");
}

}  // namespace kith::python
