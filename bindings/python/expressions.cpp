// Compiled expressions in Python: immutable, any thread. Not handles: there is nothing to close.
#include "kith/expression.hpp"

#include <pybind11/stl.h>

#include "database.hpp"
#include "kith/json.hpp"
#include "reader.hpp"

namespace kith::python {

namespace {

using Variables = std::vector<std::pair<std::string, std::string>>;

Timestamp time_of(py::handle now) {
  return now.is_none() ? Timestamp() : timestamp_from_python(now);
}

ExpressionOptions options_of(Variables variables, std::string expected, std::string container,
                             bool check_types, const py::tuple& limits) {
  ExpressionOptions options;
  options.variables = std::move(variables);
  options.expected = std::move(expected);
  options.container = std::move(container);
  options.check = check_types;
  options.max_bytes = limits[0].cast<std::uint32_t>();
  options.max_depth = limits[1].cast<std::uint32_t>();
  options.max_loop_nesting = limits[2].cast<std::uint32_t>();
  options.max_cost = limits[3].cast<std::uint64_t>();
  options.max_memory = limits[4].cast<std::uint64_t>();
  return options;
}

Expression compile(const std::string& source, PyDatabase* on, const std::string& entity,
                   Variables variables, std::string expected, std::string container,
                   bool check_types, const py::tuple& limits) {
  const ExpressionOptions options = options_of(std::move(variables), std::move(expected),
                                               std::move(container), check_types, limits);
  if (on == nullptr) {
    return take(without_gil([&] { return Expression::compile(source, options); }));
  }
  const Database database = on->database();
  return take(without_gil([&] { return Expression::compile(database, entity, source, options); }));
}

// (value, class, message, line, column, cost)
py::tuple evaluation_tuple(const Evaluation& all, const IdNames& names) {
  const std::string_view error = all.ok() ? std::string_view() : evaluation_error_name(all.error);
  return py::make_tuple(to_python(all.value, names), error, message_text(all.message), all.line,
                        all.column, all.cost);
}

py::object value_of(Evaluation all, const IdNames& names) {
  check(std::move(all.status));
  return to_python(all.value, names);
}

Evaluation run_alone(const Expression& expression, const py::dict& variables, py::handle now) {
  const Map given = map_from_python(variables);
  const Timestamp when = time_of(now);
  return without_gil([&] { return expression.evaluate(given, when); });
}

Evaluation run_on(const Expression& expression, PyReader& reader, const std::string& id,
                  const py::dict& params) {
  return reader.evaluate(expression, id, map_from_python(params));
}

py::tuple cost_tuple(const CostEstimate& cost) { return py::make_tuple(cost.min, cost.max); }

py::tuple node_tuple(const ExpressionNode& node) {
  py::list parts;
  for (const ExpressionNode& part : node.parts) parts.append(node_tuple(part));
  return py::make_tuple(text_to_python(node.text), node.kind, node.name, node.type,
                        cost_tuple(node.cost), node.offset, parts);
}

py::list complete(const std::string& source, std::size_t offset, PyDatabase* on,
                  const std::string& entity, Variables variables, std::string container) {
  ExpressionOptions options;
  options.variables = std::move(variables);
  options.container = std::move(container);
  std::vector<Completion> all;
  if (on == nullptr) {
    all = take(without_gil([&] { return complete_expression(source, offset, options); }));
  } else {
    const Database database = on->database();
    all = take(without_gil(
        [&] { return complete_expression(database, entity, source, offset, options); }));
  }
  py::list result;
  for (const Completion& each : all) {
    result.append(py::make_tuple(each.text, each.kind, each.type, each.detail, each.replace_from));
  }
  return result;
}

py::object evaluate_once(const std::string& expression, const py::dict& variables, py::handle now) {
  const Map bound = map_from_python(variables);
  const Timestamp when = time_of(now);
  const Value value = take(without_gil([&] { return evaluate(expression, bound, when); }));
  return to_python(value, IdNames());
}

}  // namespace

void bind_expressions(py::module_& module) {
  py::class_<Expression>(module, "Expression")
      .def_property_readonly("source", &Expression::source)
      .def_property_readonly("entity", &Expression::entity)
      .def("type", &Expression::type)
      .def("fields", &Expression::fields)
      .def("watched", &Expression::watched)
      .def("reads_now", &Expression::reads_now)
      .def("cost", [](const Expression& self) { return cost_tuple(self.cost()); })
      .def("format", &Expression::format, py::arg("width"))
      .def("english", &Expression::english)
      .def("explain", [](const Expression& self) { return node_tuple(self.explain()); })
      .def(
          "plan",
          [](const Expression& self, PyReader& reader, const py::dict& params) {
            return reader.plan(self, map_from_python(params));
          },
          py::arg("reader"), py::arg("params"))
      .def(
          "evaluate",
          [](const Expression& self, const py::dict& variables, py::handle now) {
            return value_of(run_alone(self, variables, now), IdNames());
          },
          py::arg("variables"), py::arg("now"))
      .def(
          "evaluation",
          [](const Expression& self, const py::dict& variables, py::handle now) {
            return evaluation_tuple(run_alone(self, variables, now), IdNames());
          },
          py::arg("variables"), py::arg("now"))
      .def(
          "evaluate_on",
          [](const Expression& self, PyReader& reader, const std::string& id,
             const py::dict& params) {
            return value_of(run_on(self, reader, id, params), reader.names());
          },
          py::arg("reader"), py::arg("id"), py::arg("params"))
      .def(
          "evaluation_on",
          [](const Expression& self, PyReader& reader, const std::string& id,
             const py::dict& params) {
            return evaluation_tuple(run_on(self, reader, id, params), reader.names());
          },
          py::arg("reader"), py::arg("id"), py::arg("params"));
  module.def("compile", &compile, py::arg("source"), py::arg("database").none(true),
             py::arg("entity"), py::arg("variables"), py::arg("expected"), py::arg("container"),
             py::arg("check"), py::arg("limits"));
  module.def("complete", &complete, py::arg("source"), py::arg("offset"),
             py::arg("database").none(true), py::arg("entity"), py::arg("variables"),
             py::arg("container"));
  module.def("evaluate", &evaluate_once, py::arg("expression"), py::arg("variables"),
             py::arg("now"));
}

}  // namespace kith::python
