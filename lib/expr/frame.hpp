// expr/frame.hpp: the state of one evaluation, and what a function may do with it.
//
//   Datum upper(const Call& call, const Datum* args) {
//     std::string text = ...;
//     return call.frame.string(text);        // copied into the arena; a LIMIT error when full
//   }
//
// One Frame per evaluation, on the stack of the evaluating thread. Work that grows with the size of
// the data is charged: `if (!frame.charge(n)) return frame.exhausted();`.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "expr/arena.hpp"
#include "expr/datum.hpp"
#include "expr/program.hpp"

namespace kith::expr {

// Bytes of text whose comparison is a part of the work that a node is anyway.
inline constexpr std::uint64_t kShortText = 64;

class Frame {
 public:
  explicit Frame(const Activation& activation)
      : activation_(activation),
        roots_(activation.roots()),
        cost_left_(activation.limits().max_cost),
        arena_(activation.limits().max_memory) {}

  const Activation& activation() const { return activation_; }
  // The record that a root stands for: the activation's, or while a formula is computed that of the
  // formula.
  const Activation::RootRecord& root(Root root) const {
    return roots_[static_cast<std::size_t>(root)];
  }
  // kRootCount records, borrowed; gives back those before.
  const Activation::RootRecord* set_roots(const Activation::RootRecord* roots) {
    return std::exchange(roots_, roots);
  }
  Arena& arena() { return arena_; }

  // Takes `units` from what is left; false when that is not enough, and from then on.
  bool charge(std::uint64_t units) {
    if (units <= cost_left_) {
      cost_left_ -= units;
      return true;
    }
    cost_left_ = 0;
    limit_message_ = kCostMessage;
    stopped_ = true;
    return false;
  }
  // Charges for looking at `bytes` bytes of text.
  bool charge_text(std::uint64_t bytes) { return charge(1 + bytes / 10); }
  std::uint64_t cost_used() const { return activation_.limits().max_cost - cost_left_; }
  // Charges for comparing, hashing or reading that many bytes of text; short ones are free.
  bool charge_long(std::uint64_t bytes) { return bytes <= kShortText || charge(bytes / 10); }
  // Charges for sorting these.
  bool charge_sort(const Datum* items, std::size_t size);
  // Charges for handing a value on to the caller: lists may be shared inside, not outside.
  bool charge_result(const Datum& value);
  // A limit was passed or the host failed: no operator absorbs that.
  bool stopped() const { return stopped_; }
  Datum exhausted() {
    stopped_ = true;
    if (!host_status_.ok()) return Datum::error(ErrorClass::kHost, "the host failed");
    return Datum::error(ErrorClass::kLimit, limit_message_);
  }
  Datum out_of_memory() {
    limit_message_ = kMemoryMessage;
    return exhausted();
  }
  // Another limit than cost and memory, named in the message.
  Datum over_limit(std::string_view message) {
    const std::string_view copy = arena_.copy(message);
    limit_message_ = copy.data() == nullptr ? kMemoryMessage : copy;
    return exhausted();
  }
  Datum host_failed(Status status) {
    host_status_ = std::move(status);
    return exhausted();
  }
  const Status& host_status() const { return host_status_; }

  Datum string(std::string_view text) { return chars(Tag::kString, text); }
  Datum bytes(std::string_view data) { return chars(Tag::kBytes, data); }
  Datum list(const Datum* items, std::size_t size);  // `items` already in the arena
  Datum some(const Datum& inner);                    // an optional with a value
  static Datum none() { return Datum::optional(nullptr); }
  // `keys` and `values` already in the arena. A repeated key is an error.
  Datum map(const Datum* keys, const Datum* values, std::size_t size);

  Datum missing(std::string_view message) { return error(ErrorClass::kMissing, message); }
  Datum data_error(std::string_view message) { return error(ErrorClass::kData, message); }
  Datum bug(std::string_view message) { return error(ErrorClass::kBug, message); }
  Datum no_overload(std::string_view function, const Datum* args, std::size_t count);

  // What each node came to, by node id, for an expression that is compiled to tell.
  struct Recorded {
    Datum last;
    std::uint64_t times = 0;
  };
  void set_record(std::vector<Recorded>* record) { record_ = record; }
  void record(std::uint32_t node, const Datum& value) {
    if (record_ == nullptr) return;
    (*record_)[node].last = value;
    ++(*record_)[node].times;
  }

  // Segments whose conditions ask for segments.
  static constexpr int kMaxSegments = 8;
  bool enter_segment() {
    if (segments_ == kMaxSegments) return false;
    ++segments_;
    return true;
  }
  void leave_segment() { --segments_; }

  // A part of the evaluation that may cost so much, and whose limits are its own: that it passes
  // one does not end the whole. `withheld` is for end_part().
  std::uint64_t begin_part(std::uint64_t most_cost) {
    const std::uint64_t withheld = cost_left_ > most_cost ? cost_left_ - most_cost : 0;
    cost_left_ -= withheld;
    return withheld;
  }
  // False when the whole has ended with it: the host failed, or nothing had been left to withhold.
  bool end_part(std::uint64_t withheld) {
    cost_left_ += withheld;
    if (!stopped_) return true;
    const bool out_of_cost = limit_message_.data() == kCostMessage.data();
    if (!host_status_.ok() || (out_of_cost && withheld == 0)) return false;
    stopped_ = false;
    limit_message_ = kCostMessage;
    return true;
  }

  Datum* locals() { return locals_; }
  void set_locals(Datum* locals) { locals_ = locals; }

  // Where test() functions leave the error they report as Truth::kError.
  Datum last_error;

 private:
  static constexpr std::string_view kCostMessage =
      "the evaluation cost more than its limit (max_expression_cost)";
  static constexpr std::string_view kMemoryMessage =
      "the evaluation needed more memory than its limit (max_expression_memory)";

  Datum chars(Tag tag, std::string_view text);
  Datum error(ErrorClass error_class, std::string_view message);

  const Activation& activation_;
  const Activation::RootRecord* roots_;
  std::uint64_t cost_left_;
  bool stopped_ = false;
  int segments_ = 0;
  std::string_view limit_message_ = kCostMessage;
  Status host_status_;
  Datum* locals_ = nullptr;
  std::vector<Recorded>* record_ = nullptr;
  Arena arena_;
};

// Equality as == means it: numbers by value across their types, NaN unequal, other types apart.
bool equal(Frame& frame, const Datum& a, const Datum& b);
// Order of two values of one kind (numbers of any); kUnordered for NaN, false when they have none.
enum class Order : std::uint8_t { kLess, kEqual, kGreater, kUnordered };
bool compare(const Datum& a, const Datum& b, Order* order);
// Value of a key, or nullptr. Numbers find keys of other number types with the same value.
const Datum* find_key(Frame& frame, const MapData& map, const Datum& key);

}  // namespace kith::expr
