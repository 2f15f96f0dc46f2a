#include "kith/session.hpp"

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
  KITH_ASSIGN(auto reader, impl_->database().begin_read(impl_, now));
  return Snapshot(std::move(reader));
}

Result<Transaction> Session::begin(const TransactionOptions& options) const {
  KITH_ASSIGN(auto writer, impl_->database().begin_write(impl_, options));
  return Transaction(std::move(writer));
}

Result<Snapshot> Session::read_as_of(const AsOf& when) const {
  KITH_ASSIGN(auto reader, engine::read_as_of(impl_, when));
  return Snapshot(std::move(reader));
}

Result<std::uint64_t> Session::write(const TransactionOptions& options,
                                     const std::function<Status(Transaction&)>& body) const {
  return impl_->database().write(impl_, options, [&](std::shared_ptr<engine::Writer> writer) {
    Transaction transaction(std::move(writer));
    return body(transaction);
  });
}

Result<TrimResult> Session::trim_history(const TrimOptions& options) const {
  return engine::trim_history(impl_, options);
}

Result<TickResult> Session::tick(const TickOptions& options) const {
  return engine::tick(impl_, options);
}

const SessionOptions& Session::options() const { return impl_->options(); }

}  // namespace kith
