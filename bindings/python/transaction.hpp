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
  PyTransaction(Transaction transaction, std::shared_ptr<IdNames> names)
      : PyReader(std::move(names)), transaction_(std::move(transaction), "the transaction") {}

  py::object create(const std::string& entity, const py::dict& fields);
  void update(const std::string& id, const py::dict& fields, std::uint64_t expected_version);
  void remove(const std::string& id, std::uint64_t expected_version);
  void restore(const std::string& id);
  void purge(const std::string& id);
  std::uint64_t commit();  // the sequence of its last change; 0 when it wrote nothing

  // Undoes it. Does nothing once it has ended.
  void close() override;
  bool is_open() const override { return transaction_.is_open(); }

 protected:
  void check_usable() override;
  const Reader* reader() const override { return transaction_.peek(); }
  Status closed() const override { return transaction_.closed(); }

 private:
  void check_thread() const;
  template <typename F>
  void change(const std::string& id, F&& f);

  Handle<Transaction> transaction_;
  std::thread::id thread_ = std::this_thread::get_id();
};

void bind_transaction(py::module_& module);

}  // namespace kith::python
