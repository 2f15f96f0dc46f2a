// Writing in a function, in a commit that is shared with other threads.
//
// Waiting for the writer's turn and for the disk does not hold the GIL; the function does.
#include <exception>

#include "database.hpp"
#include "transaction.hpp"

namespace kith::python {

namespace {

// Lends a transaction to Python, and takes it back when the function is done: what it kept is then
// a closed transaction. Needs the GIL.
class LentTransaction {
 public:
  LentTransaction(Transaction& owner, const std::shared_ptr<IdNames>& names) : owner_(owner) {
    auto lent = std::make_unique<PyTransaction>(std::move(owner), names, true);
    lent_ = lent.get();
    object_ = py::cast(std::move(lent));
  }
  LentTransaction(const LentTransaction&) = delete;
  LentTransaction& operator=(const LentTransaction&) = delete;
  ~LentTransaction() { owner_ = lent_->give_back(); }

  const py::object& object() const { return object_; }

 private:
  Transaction& owner_;
  PyTransaction* lent_ = nullptr;
  py::object object_;  // keeps it
};

std::uint64_t write(PySession& self, const py::function& body, py::handle now,
                    py::handle effective_at, bool deferred, double timeout,
                    const std::string& cause) {
  const Session session = self.session();
  const TransactionOptions options =
      transaction_options(now, effective_at, deferred, timeout, cause);
  std::exception_ptr raised;
  const auto call = [&](Transaction& transaction) -> Status {
    const py::gil_scoped_acquire acquire;
    raised = nullptr;  // the function may be run again
    try {
      const LentTransaction lent(transaction, self.names());
      body(lent.object());
      return {};
    } catch (...) {
      raised = std::current_exception();
      return Status(Code::kInvalidArgument, "the function raised an exception");
    }
  };
  const Result<std::uint64_t> sequence = without_gil([&] { return session.write(options, call); });
  if (raised) std::rethrow_exception(raised);
  return take(sequence);
}

}  // namespace

void bind_session_write(py::class_<PySession>& session) {
  session.def("write", &write, py::arg("body"), py::arg("now"), py::arg("effective_at"),
              py::arg("deferred"), py::arg("timeout"), py::arg("cause"));
}

}  // namespace kith::python
