// Automations in Python: the rules, their runs, what happened outside, and the tick.
#include "choices.hpp"
#include "database.hpp"
#include "transaction.hpp"

namespace kith::python {

namespace {

py::tuple run_tuple(const Run& run, const IdNames& names) {
  return py::make_tuple(run.id, run.automation, run.version, to_python(run.record, names),
                        run.enrolment, run_state_name(run.state), run.step, to_python(run.started),
                        to_python(run.due), to_python(run.ended), run.depth, run.parent,
                        message_text(run.message));
}

py::tuple tick(PySession& self, py::handle now, std::uint32_t max_runs, py::handle keep,
               bool deferred, double timeout) {
  const Session session = self.session();
  TickOptions options;
  options.now = timestamp_from_python(now);
  options.max_runs = max_runs;
  options.keep = duration_from_python(keep);
  options.durability = deferred ? Durability::kDeferred : Durability::kFull;
  options.timeout = timeout_from_python(timeout);
  const TickResult done = take(without_gil([&] { return session.tick(options); }));
  return py::make_tuple(done.runs, done.steps, done.changes, done.messages, done.failures,
                        done.more, to_python(done.next_due));
}

}  // namespace

py::list PyReader::automations() {
  const auto all = run([](const Reader& reader) { return reader.automations(); });
  py::list result;
  for (const AutomationInfo& info : all) {
    result.append(py::make_tuple(info.id, info.name, info.entity, info.trigger, info.version,
                                 info.state, info.order, text_to_python(info.condition),
                                 info.steps));
  }
  return result;
}

py::list PyReader::runs(const std::string& record, const std::string& automation,
                        const std::string& state, std::uint64_t limit) {
  RunFilter filter;
  filter.automation = automation;
  filter.state = choice_from_python(state, run_state_name, RunState::kSuspended, "state of a run");
  filter.limit = limit;
  const auto found = run_about(record, [&](const Reader& reader, RecordId parsed) {
    filter.record = parsed;
    return learnt(reader.runs(filter), reader, *names_);
  });
  py::list result;
  for (const Run& each : found) result.append(run_tuple(each, *names_));
  return result;
}

py::object PyReader::next_due() {
  return to_python(run([](const Reader& reader) { return reader.next_due(); }));
}

py::tuple PyTransaction::receive(const std::string& id, const std::string& name,
                                 const std::string& record, const py::dict& data) {
  InboundEvent event;
  event.id = id;
  event.name = name;
  event.data = map_from_python(data);
  const ReceiveResult result = run_about(record, [&](const Reader&, RecordId parsed) {
    event.record = parsed;
    return transaction_.peek()->receive(event);
  });
  return py::make_tuple(result.repeated, result.runs);
}

void PyTransaction::cancel_run(std::uint64_t run, const std::string& reason) {
  write([&](Transaction& transaction) { return transaction.cancel_run(run, reason); });
}

void bind_tick(py::class_<PySession>& session) {
  session.def("tick", &tick, py::arg("now"), py::arg("max_runs"), py::arg("keep"),
              py::arg("deferred"), py::arg("timeout"));
}

}  // namespace kith::python
