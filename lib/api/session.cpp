#include "kith/session.hpp"

#include "base/try.hpp"
#include "engine/database.hpp"
#include "engine/reader.hpp"
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

Result<TickResult> Session::tick(const TickOptions& options) const {
  return engine::tick(impl_, options);
}

const SessionOptions& Session::options() const { return impl_->options(); }

}  // namespace kith
