// reader.hpp: what snapshots and transactions share in Python.
//
//   py::object record = reader.get("deal:42");
//
// One call at a time runs on a reader: others wait, without the GIL. A function of Python that such
// a call calls, of the same thread, cannot use the reader: that is an error. Results are plain
// tuples that the pure Python front gives names to.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "handle.hpp"
#include "kith/snapshot.hpp"
#include "rows.hpp"

namespace kith::python {

// The id of this text; the null id of an empty one.
inline Result<RecordId> parse_optional_id(const Reader& reader, const std::string& text) {
  return text.empty() ? RecordId() : reader.parse_id(text);
}

// What came of a read, with the names of its ids learnt while the reader is at hand.
template <typename T>
Result<T> learnt(Result<T> result, const Reader& reader, IdNames& names) {
  if (result.ok()) names.learn(reader, *result);
  return result;
}

class PyReader {
 public:
  explicit PyReader(std::shared_ptr<IdNames> names) : names_(std::move(names)) {}
  PyReader(const PyReader&) = delete;
  PyReader& operator=(const PyReader&) = delete;
  virtual ~PyReader() = default;

  py::object get(const std::string& id);
  py::object find(const std::string& entity, const std::string& field, py::handle value);
  RowBatch query(const std::string& document, const py::dict& params,
                 const std::string& continuation);
  py::tuple report(const std::string& name_or_document, const py::dict& params);
  py::list reports();
  py::list referring(const std::string& id, const std::string& entity, const std::string& field,
                     std::uint64_t limit);
  py::list history(const std::string& id, std::uint64_t limit);
  py::tuple changes(std::uint64_t cursor, const std::string& entity,
                    const std::vector<std::string>& fields, std::uint64_t limit);
  std::uint64_t cursor(const std::string& name);
  py::list cursors();
  py::list timeline(const std::string& id, std::uint64_t limit, bool newest_first,
                    const std::vector<std::string>& related);
  py::list pipelines();
  py::list possible_moves(const std::string& id, const std::string& field);
  py::list stage_history(const std::string& id, const std::string& field);
  py::tuple score(const std::string& id, const std::string& name);
  py::list automations();
  py::list runs(const std::string& record, const std::string& automation, const std::string& state,
                std::uint64_t limit);
  py::object next_due();
  py::list outbox(const std::string& state, const std::string& topic, std::uint64_t after,
                  std::uint64_t limit);
  // Writes records to a function that takes bytes; how many.
  std::uint64_t export_to(const std::string& entity, py::object write, const std::string& format,
                          const std::vector<std::string>& columns, const std::string& where,
                          bool include_deleted);
  py::object evaluate(const std::string& id, const std::string& expression);
  // A failure of the evaluation itself is in the answer, with the names of its ids learnt.
  Evaluation evaluate(const Expression& expression, const std::string& id, const Map& params);
  std::vector<std::string> plan(const Expression& expression, const Map& params);
  const IdNames& names() const { return *names_; }
  // "deal:42" as a RecordId with its number; checks the type, not that there is such a record.
  py::object record_id(const std::string& text);
  std::vector<FieldHandle> fields(const std::string& entity, const std::vector<std::string>& names);
  py::tuple read(const std::string& id, const std::vector<FieldHandle>& handles);

  virtual void close() = 0;
  virtual bool is_open() const = 0;

 protected:
  // Throws when the handle cannot be used by this thread now.
  virtual void check_usable() = 0;
  // Null once closed. In a Turn.
  virtual const Reader* reader() const = 0;
  virtual Status closed() const = 0;

  // Runs `f`, a function of the reader that gives a Status or a Result, and throws its error.
  template <typename F>
  auto run(F&& f) {
    check_usable();
    check_idle_here();
    auto result = without_gil([&]() -> decltype(f(*reader())) {
      const Turn turn(*this);
      const Reader* open = reader();
      if (open == nullptr) return closed();
      return f(*open);
    });
    if constexpr (std::is_same_v<decltype(result), Status>) {
      check(std::move(result));
    } else {
      return take(std::move(result));
    }
  }

  // Parses the id and runs `f` on the reader and it.
  template <typename F>
  auto run_on(const std::string& id, F&& f) {
    return run([&](const Reader& reader) -> decltype(f(reader, RecordId())) {
      const Result<RecordId> parsed = reader.parse_id(id);
      if (!parsed.ok()) return parsed.status();
      return f(reader, *parsed);
    });
  }

  // The same, with the null id where the text is empty.
  template <typename F>
  auto run_about(const std::string& id, F&& f) {
    return run([&](const Reader& reader) -> decltype(f(reader, RecordId())) {
      const Result<RecordId> parsed = parse_optional_id(reader, id);
      if (!parsed.ok()) return parsed.status();
      return f(reader, *parsed);
    });
  }

  // The time of one call.
  class Turn {
   public:
    explicit Turn(PyReader& reader) : lock_(reader.mutex_), busy_in_(reader.busy_in_) {
      busy_in_ = std::this_thread::get_id();
    }
    ~Turn() { busy_in_ = std::thread::id(); }
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;

   private:
    std::lock_guard<std::mutex> lock_;
    std::atomic<std::thread::id>& busy_in_;
  };
  // Throws within a call of this thread, which would wait for itself.
  void check_idle_here() const;

  std::mutex mutex_;
  std::atomic<std::thread::id> busy_in_;
  std::shared_ptr<IdNames> names_;
};

class PySnapshot : public PyReader {
 public:
  PySnapshot(Snapshot snapshot, std::shared_ptr<IdNames> names)
      : PyReader(std::move(names)), snapshot_(std::move(snapshot), "the snapshot") {}

  void close() override;
  bool is_open() const override { return snapshot_.is_open(); }

 protected:
  void check_usable() override { snapshot_.check_usable(); }
  const Reader* reader() const override { return snapshot_.peek(); }
  Status closed() const override { return snapshot_.closed(); }

 private:
  Handle<Snapshot> snapshot_;
};

void bind_reader(py::module_& module);

}  // namespace kith::python
