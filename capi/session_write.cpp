// Writing in a callback, in a commit that is shared with other threads.
#include "callback.hpp"
#include "options.hpp"

using namespace kith;
using namespace kith::capi;

namespace {

// Lends a transaction to a callback as a kith_txn, and takes it back when the callback is done:
// handles that it kept are then those of a transaction that has ended.
class LentTransaction {
 public:
  explicit LentTransaction(Transaction& owner)
      : owner_(owner),
        handle_{std::make_shared<OpenTransaction>(
            OpenTransaction{std::move(owner), std::this_thread::get_id(), true})} {}
  LentTransaction(const LentTransaction&) = delete;
  LentTransaction& operator=(const LentTransaction&) = delete;
  ~LentTransaction() { owner_ = std::move(handle_.open->transaction); }

  kith_txn* handle() { return &handle_; }

 private:
  Transaction& owner_;
  kith_txn handle_;
};

struct FreeError {
  void operator()(kith_error* error) const { kith_error_free(error); }
};

// What the callback answered, with the details of the error it handed on.
Status refusal(int32_t answer, const kith_error* error) {
  if (answer == KITH_OK) return {};
  if (answer > KITH_NOT_FOUND) {
    return Status(Code::kInvalidArgument, "the callback `body` returned " + std::to_string(answer) +
                                              ", which has no meaning");
  }
  const auto code = static_cast<Code>(answer);
  if (error == nullptr) {
    return Status(code, "the callback `body` returned " + std::to_string(answer));
  }
  if (!error->violations.empty()) return Status(code, error->message, error->violations);
  return Status(code, error->message, error->entity, error->field);
}

Status run(kith_txn_fn body, void* user, Transaction& transaction) {
  LentTransaction lent(transaction);
  kith_error* said = nullptr;
  const int32_t answer = body(user, lent.handle(), &said);
  const std::unique_ptr<kith_error, FreeError> owned(said);
  return refusal(answer, said);
}

}  // namespace

int32_t kith_session_write(const kith_session* session, const kith_txn_options* options,
                           kith_txn_fn body, void* user, kith_destroy_fn destroy,
                           uint64_t* sequence, kith_error** error) {
  return guard(error, [&]() -> Status {
    const DestroyAtEnd at_end(destroy, user);
    clear_optional(sequence);
    KITH_TRY(need(session, "session"));
    if (body == nullptr) return Status(Code::kInvalidArgument, "`body` is NULL");
    KITH_ASSIGN(const TransactionOptions how, read_options(options));
    std::exception_ptr thrown;
    const auto call = [&](Transaction& transaction) -> Status {
      try {
        return run(body, user, transaction);
      } catch (...) {
        thrown = std::current_exception();
        return Status(Code::kInternal, "the callback `body` threw");
      }
    };
    const Result<uint64_t> written = session->session.write(how, call);
    if (thrown) std::rethrow_exception(thrown);
    if (!written.ok()) return written.status();
    if (sequence != nullptr) *sequence = *written;
    return {};
  });
}
