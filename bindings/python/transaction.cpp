#include "transaction.hpp"

namespace kith::python {

void PyTransaction::check_thread() const {
  if (thread_ != std::this_thread::get_id()) {
    throw StatusError(
        Status(Code::kWrongThread, "a transaction can be used only by the thread that began it"));
  }
}

void PyTransaction::check_not_lent() const {
  if (lent_) {
    throw StatusError(Status(Code::kInvalidArgument,
                             "write() ends the transaction that it lends: return from the function "
                             "to commit it, raise an exception to undo it"));
  }
}

void PyTransaction::check_usable() {
  transaction_.check_usable();
  check_thread();
}

// Runs a write of one record that is named by its text.
template <typename F>
void PyTransaction::change(const std::string& id, F&& f) {
  run_on(id, [&](const Reader&, RecordId parsed) { return f(*transaction_.peek(), parsed); });
}

py::object PyTransaction::create(const std::string& entity, const py::dict& fields) {
  const Patch patch = patch_from_python(fields);
  const RecordId created = run([&](const Reader& reader) {
    Result<RecordId> id = transaction_.peek()->create(entity, patch);
    if (id.ok()) names_->learn(reader, *id);
    return id;
  });
  return to_python(created, *names_);
}

void PyTransaction::update(const std::string& id, const py::dict& fields,
                           std::uint64_t expected_version) {
  const Patch patch = patch_from_python(fields);
  change(id, [&](Transaction& transaction, RecordId record) {
    return transaction.update(record, patch, expected_version);
  });
}

void PyTransaction::remove(const std::string& id, std::uint64_t expected_version) {
  change(id, [&](Transaction& transaction, RecordId record) {
    return transaction.remove(record, expected_version);
  });
}

void PyTransaction::restore(const std::string& id, bool with_references) {
  const RestoreOptions options{.with_references = with_references};
  change(id, [&](Transaction& transaction, RecordId record) {
    return transaction.restore(record, options);
  });
}

void PyTransaction::purge(const std::string& id) {
  change(id, [](Transaction& transaction, RecordId record) { return transaction.purge(record); });
}

py::tuple PyTransaction::undo(std::uint64_t sequence) {
  const UndoResult done =
      write([&](Transaction& transaction) { return transaction.undo(sequence); });
  return py::make_tuple(done.first_sequence, done.last_sequence, done.records);
}

void PyTransaction::save_cursor(const std::string& name, std::uint64_t sequence) {
  write([&](Transaction& transaction) { return transaction.save_cursor(name, sequence); });
}

void PyTransaction::drop_cursor(const std::string& name) {
  write([&](Transaction& transaction) { return transaction.drop_cursor(name); });
}

std::uint64_t PyTransaction::commit() {
  check_usable();
  check_not_lent();
  std::uint64_t sequence = 0;
  check(without_gil([&] {
    Transaction& transaction = *transaction_.peek();
    Status status = transaction.commit();
    sequence = transaction.committed_sequence();
    transaction_.reset();  // whatever came of it, it has ended
    return status;
  }));
  return sequence;
}

void PyTransaction::close() {
  if (transaction_.is_forked() || !transaction_.is_open()) return;
  check_thread();
  check_not_lent();
  without_gil([&] { transaction_.reset(); });
}

void bind_transaction(py::module_& module) {
  py::class_<PyTransaction, PyReader>(module, "Transaction")
      .def("create", &PyTransaction::create, py::arg("entity"), py::arg("fields"))
      .def("update", &PyTransaction::update, py::arg("id"), py::arg("fields"),
           py::arg("expected_version"))
      .def("remove", &PyTransaction::remove, py::arg("id"), py::arg("expected_version"))
      .def("restore", &PyTransaction::restore, py::arg("id"), py::arg("with_references"))
      .def("purge", &PyTransaction::purge, py::arg("id"))
      .def("undo", &PyTransaction::undo, py::arg("sequence"))
      .def("save_cursor", &PyTransaction::save_cursor, py::arg("name"), py::arg("sequence"))
      .def("drop_cursor", &PyTransaction::drop_cursor, py::arg("name"))
      .def("move", &PyTransaction::move, py::arg("id"), py::arg("stage"), py::arg("field"),
           py::arg("fields"), py::arg("expected_version"), py::arg("expected_stage"))
      .def("capture", &PyTransaction::capture, py::arg("event"))
      .def("receive", &PyTransaction::receive, py::arg("id"), py::arg("name"), py::arg("record"),
           py::arg("data"))
      .def("cancel_run", &PyTransaction::cancel_run, py::arg("run"), py::arg("reason"))
      .def("send", &PyTransaction::send, py::arg("topic"), py::arg("payload"),
           py::arg("idempotency_key"), py::arg("record"), py::arg("not_before"))
      .def("lease", &PyTransaction::lease, py::arg("limit"), py::arg("ttl"), py::arg("topic"))
      .def("acknowledge", &PyTransaction::acknowledge, py::arg("sequence"), py::arg("token"))
      .def("refuse", &PyTransaction::refuse, py::arg("sequence"), py::arg("token"),
           py::arg("error"), py::arg("retry_after"), py::arg("dead"))
      .def("revive", &PyTransaction::revive, py::arg("sequence"))
      .def("discard", &PyTransaction::discard, py::arg("sequence"))
      .def("commit", &PyTransaction::commit);
}

}  // namespace kith::python
