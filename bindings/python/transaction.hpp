// transaction.hpp: the writer in Python. Only the thread that began it may use it.
#pragma once

#include <memory>
#include <string>
#include <thread>

#include "kith/transaction.hpp"
#include "reader.hpp"

namespace kith::python {

class PyTransaction : public PyReader {
 public:
  // One that is lent, to a function that writes, is ended by its owner: see give_back().
  PyTransaction(Transaction transaction, std::shared_ptr<IdNames> names, bool lent = false)
      : PyReader(std::move(names)),
        transaction_(std::move(transaction), "the transaction"),
        lent_(lent) {}

  py::object create(const std::string& entity, const py::dict& fields);
  void update(const std::string& id, const py::dict& fields, std::uint64_t expected_version);
  void remove(const std::string& id, std::uint64_t expected_version);
  void restore(const std::string& id, bool with_references);
  void purge(const std::string& id);

  py::tuple undo(std::uint64_t sequence);
  void save_cursor(const std::string& name, std::uint64_t sequence);
  void drop_cursor(const std::string& name);

  py::tuple move(const std::string& id, const std::string& stage, const std::string& field,
                 const py::dict& fields, std::uint64_t expected_version,
                 const std::string& expected_stage);
  py::tuple capture(const py::dict& event);  // the members of a CaptureEvent that are set
  py::tuple receive(const std::string& id, const std::string& name, const std::string& record,
                    const py::dict& data);
  void cancel_run(std::uint64_t run, const std::string& reason);

  std::uint64_t send(const std::string& topic, const py::dict& payload,
                     const std::string& idempotency_key, const std::string& record,
                     py::handle not_before);
  py::list lease(std::uint32_t limit, py::handle ttl, const std::string& topic);
  void acknowledge(std::uint64_t sequence, std::uint64_t token);
  void refuse(std::uint64_t sequence, std::uint64_t token, const std::string& error,
              py::handle retry_after, bool dead);
  void revive(std::uint64_t sequence);
  void discard(std::uint64_t sequence);

  std::uint64_t commit();  // the sequence of its last change; 0 when it wrote nothing

  // Undoes it. Does nothing once it has ended.
  void close() override;
  // What was lent; whoever kept this object has a closed transaction.
  Transaction give_back() { return transaction_.give_up(); }
  bool is_open() const override { return transaction_.is_open(); }

 protected:
  void check_usable() override;
  const Reader* reader() const override { return transaction_.peek(); }
  Status closed() const override { return transaction_.closed(); }

 private:
  void check_thread() const;
  void check_not_lent() const;
  template <typename F>
  void change(const std::string& id, F&& f);
  // Runs a function of the transaction.
  template <typename F>
  auto write(F&& f) {
    return run([&](const Reader&) { return f(*transaction_.peek()); });
  }

  Handle<Transaction> transaction_;
  bool lent_;
  std::thread::id thread_ = std::this_thread::get_id();
};

void bind_transaction(py::module_& module);

}  // namespace kith::python
