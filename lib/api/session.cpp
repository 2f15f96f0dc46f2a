#include "kith/session.hpp"

#include "api/guard.hpp"
#include "base/try.hpp"
#include "engine/as_of.hpp"
#include "engine/database.hpp"
#include "engine/reader.hpp"
#include "engine/retention.hpp"
#include "engine/session.hpp"
#include "engine/tick.hpp"
#include "engine/writer.hpp"
#include "kith/snapshot.hpp"
#include "kith/transaction.hpp"

namespace kith {

Session::Session(std::shared_ptr<engine::Session> impl) : impl_(std::move(impl)) {}

Result<Snapshot> Session::read(std::optional<Timestamp> now) const {
  return guarded([&]() -> Result<Snapshot> {
    KITH_ASSIGN(auto reader, impl_->database().begin_read(impl_, now));
    return Snapshot(std::move(reader));
  });
}

Result<Transaction> Session::begin(const TransactionOptions& options) const {
  return guarded([&]() -> Result<Transaction> {
    KITH_ASSIGN(auto writer, impl_->database().begin_write(impl_, options));
    return Transaction(std::move(writer));
  });
}

Result<Snapshot> Session::read_as_of(const AsOf& when) const {
  return guarded([&]() -> Result<Snapshot> {
    KITH_ASSIGN(auto reader, engine::read_as_of(impl_, when));
    return Snapshot(std::move(reader));
  });
}

Result<std::uint64_t> Session::write(const TransactionOptions& options,
                                     const std::function<Status(Transaction&)>& body) const {
  return guarded([&]() -> Result<std::uint64_t> {
    return impl_->database().write(impl_, options, [&](std::shared_ptr<engine::Writer> writer) {
      Transaction transaction(std::move(writer));
      return body(transaction);
    });
  });
}

Result<TrimResult> Session::trim_history(const TrimOptions& options) const {
  return guarded([&]() -> Result<TrimResult> { return engine::trim_history(impl_, options); });
}

Result<TickResult> Session::tick(const TickOptions& options) const {
  return guarded([&]() -> Result<TickResult> { return engine::tick(impl_, options); });
}

const SessionOptions& Session::options() const { return impl_->options(); }

}  // namespace kith
