// engine/session.hpp: the actor behind every call.
//
// A Session is immutable; any thread may use it. The policy decides what the actor may see and
// change; today's allows everything, but every path asks it.
#pragma once

#include <memory>
#include <string>

#include "kith/id.hpp"
#include "kith/options.hpp"
#include "kith/status.hpp"
#include "record/view.hpp"
#include "schema/types.hpp"

namespace kith::engine {

class Database;

// Questions of the read and write path about the actor. `before` is null on create.
class Policy {
 public:
  virtual ~Policy() = default;
  // Step 2: may the actor change these fields of the record as it is?
  virtual Status may_change(const SessionOptions& who, const schema::EntityType& type,
                            const record::View* before) const = 0;
  // Step 5: may the actor leave the record like this?
  virtual Status may_leave(const SessionOptions& who, const schema::EntityType& type,
                           const record::View& after) const = 0;
};

// Lets everybody do everything.
const Policy& allow_all();

class Session {
 public:
  Session(std::shared_ptr<Database> database, const Limits& limits, SessionOptions options)
      : database_(std::move(database)), limits_(limits), options_(std::move(options)) {}

  Database& database() const { return *database_; }
  const std::shared_ptr<Database>& shared_database() const { return database_; }
  const SessionOptions& options() const { return options_; }
  const Limits& database_limits() const { return limits_; }
  const Policy& policy() const { return allow_all(); }

 private:
  std::shared_ptr<Database> database_;
  Limits limits_;
  SessionOptions options_;
};

}  // namespace kith::engine
