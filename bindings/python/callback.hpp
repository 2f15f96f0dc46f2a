// callback.hpp: Python functions that C++ code calls while it does not hold the GIL, and files of
// Python as standard streams.
//
//   FunctionBuffer buffer(file.attr("write"));
//   without_gil([&] { std::ostream out(&buffer); out << ...; buffer.finish(); });
//   buffer.rethrow();   // what the function raised, with the GIL held
#pragma once

#include <exception>
#include <ios>
#include <streambuf>
#include <string>
#include <utility>

#include "python.hpp"

namespace kith::python {

// A Python function that is called from C++ code which does not hold the GIL. What it raises is
// kept until the GIL is back, and stops the work. None stands for a function that does nothing.
class Callback {
 public:
  explicit Callback(py::object function) : function_(std::move(function)) {}

  // False when the function raised or returned False; Ctrl-C counts as raising.
  // `arguments` makes them, with the GIL held.
  template <typename F>
  bool call(F&& arguments) {
    return call(std::forward<F>(arguments),
                [](const py::object& answer) { return !answer.is(py::bool_(false)); });
  }
  // `take` judges what it returned, with the GIL held.
  template <typename F, typename G>
  bool call(F&& arguments, G&& take) {
    const py::gil_scoped_acquire acquire;
    try {
      if (PyErr_CheckSignals() != 0) throw py::error_already_set();
      if (function_.is_none()) return true;
      return take(py::object(function_(*py::tuple(arguments()))));
    } catch (...) {
      raised_ = std::current_exception();
      return false;
    }
  }
  void rethrow() const {
    if (raised_) std::rethrow_exception(raised_);
  }

 private:
  py::object function_;
  std::exception_ptr raised_;
};

// Hands what is written to a Python function, in blocks.
class FunctionBuffer : public std::streambuf {
 public:
  explicit FunctionBuffer(py::object write) : write_(std::move(write)) { reset(); }
  // Passes on what is left; false when the function failed.
  bool finish() { return send(); }
  void rethrow() const { write_.rethrow(); }

 protected:
  int_type overflow(int_type byte) override {
    if (!send()) return traits_type::eof();
    if (!traits_type::eq_int_type(byte, traits_type::eof())) {
      *pptr() = traits_type::to_char_type(byte);
      pbump(1);
    }
    return traits_type::not_eof(byte);
  }

 private:
  void reset() { setp(block_, block_ + sizeof block_); }
  bool send() {
    const auto size = static_cast<std::size_t>(pptr() - pbase());
    reset();
    return size == 0 || write_.call([&] { return py::make_tuple(py::bytes(pbase(), size)); });
  }

  Callback write_;
  char block_[1 << 16];
};

// Lets a stream be read from a Python function that takes a size and gives bytes, none at the end.
// When it raises the stream is bad: that is no end.
class FunctionSource : public std::streambuf {
 public:
  explicit FunctionSource(py::object read) : read_(std::move(read)) {}
  void rethrow() const { read_.rethrow(); }

 protected:
  int_type underflow() override {
    if (ended_) return traits_type::eof();
    const bool read =
        read_.call([] { return py::make_tuple(kBlock); },
                   [&](const py::object& answer) {
                     if (!PyBytes_Check(answer.ptr())) {
                       throw py::type_error("read() gives bytes: open the file in binary mode");
                     }
                     block_ = answer.cast<std::string>();
                     return true;
                   });
    ended_ = !read || block_.empty();
    // The stream catches it and is bad from then on.
    if (!read) throw std::ios_base::failure("reading failed");
    if (ended_) return traits_type::eof();
    setg(block_.data(), block_.data(), block_.data() + block_.size());
    return traits_type::to_int_type(block_.front());
  }

 private:
  static constexpr int kBlock = 1 << 16;

  Callback read_;
  std::string block_;
  bool ended_ = false;
};

}  // namespace kith::python
