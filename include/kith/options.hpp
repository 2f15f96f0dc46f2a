// kith/options.hpp: what can be chosen when a database, session or transaction is opened.
//
//   kith::SessionOptions who{.actor = ada, .time_zone = "Europe/Vienna"};
//
// Plain data with defaults; set what differs.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "kith/value.hpp"

namespace kith {

// What a session may do beyond the ordinary. A host grants them; use of one is logged.
struct Capabilities {
  bool backdate = false;           // history.backdate: set effective_at
  bool pipeline_override = false;  // pipeline.override: move past guards and requirements
  bool purge = false;              // record.purge: erase a record for ever
  bool change_model = false;       // model.change: apply a model, repair a database
  bool trim_history = false;       // history.trim: drop old history for good

  static constexpr Capabilities all() { return {true, true, true, true, true}; }
  friend bool operator==(const Capabilities&, const Capabilities&) = default;
};

struct SessionOptions {
  RecordId actor{};  // the acting user's record; null for the host itself
  Capabilities capabilities{};
  std::string time_zone = "UTC";  // IANA name or offset; buckets and dates of instants use it
};

enum class Durability : std::uint8_t {
  kFull,      // on disk when commit returns
  kDeferred,  // a power failure may lose the last commits; nothing is ever corrupted
};

struct TransactionOptions {
  Timestamp now{};  // required: the host's time
  // When what is written took effect, if not `now`; the past needs Capabilities::backdate.
  std::optional<Timestamp> effective_at{};
  Durability durability = Durability::kFull;
  std::chrono::milliseconds timeout{5000};  // wait for another writer, then kBusy
  std::string cause{};  // why, for the history: "import deals.csv", a ticket number
};

// Bounds on what a tenant can make the engine do. Each has an error that names it (kLimit).
struct Limits {
  std::uint64_t max_result_rows = 1'000'000;
  std::uint64_t max_groups = 100'000;
  std::uint64_t max_expression_cost = 1'000'000;  // per evaluation
  std::uint32_t max_expression_bytes = 16 * 1024;
  std::uint32_t max_path_hops = 3;         // references followed by one expression of a rule
  std::uint64_t max_related_rows = 1'000;  // of one to-many relation of one record
  std::uint32_t max_fields_per_type = 512;
  std::uint32_t max_chain_depth = 10;           // automations begun by automations
  std::uint32_t max_message_attempts = 8;       // leases of an outbox message; then it is dead
  std::uint64_t max_value_bytes = 16 << 20;     // of one text, bytes or json value
  std::uint64_t max_as_of_changes = 1'000'000;  // history entries that one view as of then folds
  std::uint64_t max_undo_records = 10'000;      // records that one undo may write
};

struct OpenOptions {
  bool read_only = false;
  std::uint32_t max_readers = 1024;
  std::uint64_t max_file_bytes = 0;  // 0: as the disk allows; else kStoreFull beyond it
  Limits limits{};
};

struct CreateOptions {
  // A model document, or empty for the standard model. `{"kith_model": 1}` starts empty.
  std::string model{};
  Timestamp now{};
  OpenOptions open{};
};

struct DatabaseInfo {
  std::string path{};
  std::string model_name{};
  std::string written_by{};  // version of kith that made it
  std::uint32_t format = 0;
  std::uint64_t generation = 0;      // of the model
  std::uint64_t first_sequence = 0;  // of the history that is kept; 0: there is none yet
  std::uint64_t last_sequence = 0;   // of the history
  std::uint32_t snapshots = 0;       // open ones of this process
  std::uint64_t file_bytes = 0;
  bool read_only = false;
};

}  // namespace kith
