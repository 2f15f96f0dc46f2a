// capi/handles.hpp: what the opaque types of kith.h are, and how their pointers are asked.
//
//   KITH_ASSIGN(const Reader* view, use(reader));   // not NULL, on its thread, not ended
//
// Threads: as kith.h says of each type. A kith_value is never defined: its pointer is that of a
// kith::Value, so that values inside records and rows need no copies.
#pragma once

#ifndef KITH_API_ALLOW_UNSTABLE
#define KITH_API_ALLOW_UNSTABLE
#endif
#include <sys/types.h>

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "guard.hpp"
#include "kith.h"
#include "kith/kith.hpp"
#include "try.hpp"

struct kith_error {
  std::int32_t code = 0;
  std::string message{};
  std::string entity{};
  std::string field{};
  std::string text{};
  std::vector<kith::Violation> violations{};
};

struct kith_string {
  std::string text{};
};

struct kith_database {
  // The handle may be used and closed by several threads: each call works on a copy.
  std::mutex mutex{};
  kith::Database database;
};

struct kith_info {
  kith::DatabaseInfo info{};
};

struct kith_session {
  kith::Session session;
};

namespace kith::capi {

// A transaction shared by its handle and the readers made of it.
struct OpenTransaction {
  kith::Transaction transaction;
  std::thread::id thread;
  bool lent = false;  // to a callback, which may not end it
};

}  // namespace kith::capi

struct kith_txn {
  std::shared_ptr<kith::capi::OpenTransaction> open{};
};

struct kith_reader {
  std::optional<kith::Snapshot> snapshot{};
  std::shared_ptr<kith::capi::OpenTransaction> open{};
};

struct kith_expr {
  kith::Expression expression;
};

struct kith_patch {
  kith::Patch fields{};
};

struct kith_record {
  kith::Record record{};
};

struct kith_rows {
  kith::ReportResult result{};
};

struct kith_history {
  std::vector<kith::Change> changes{};
};

struct kith_import_report {
  kith::ImportReport report{};
};

struct kith_pipelines {
  std::vector<kith::PipelineInfo> items{};
};

struct kith_score {
  kith::Score result{};
  kith::Value total{};
  std::vector<kith::Value> points{};  // by row
};

struct kith_moves {
  std::vector<kith::PossibleMove> items{};
};

struct kith_stage_visits {
  std::vector<kith::StageVisit> items{};
};

struct kith_move_result {
  kith::MoveResult result{};
};

struct kith_automations {
  std::vector<kith::AutomationInfo> items{};
};

struct kith_runs {
  std::vector<kith::Run> items{};
};

struct kith_tick_result {
  kith::TickResult result{};
};

struct kith_messages {
  std::vector<kith::OutboxMessage> items{};
  std::vector<kith::Value> payloads{};  // theirs, as values that can be lent
};

struct kith_capture_result {
  kith::CaptureResult result{};
};

struct kith_timeline {
  std::vector<kith::TimelineItem> items{};
};

struct kith_feed_cursors {
  std::vector<kith::FeedCursor> items{};
};

struct kith_undo_result {
  kith::UndoResult result{};
};

struct kith_trim_result {
  kith::TrimResult result{};
};

struct kith_check_report {
  kith::CheckReport result{};
};

struct kith_dump_stats {
  kith::DumpStats result{};
};

struct kith_compact_result {
  kith::CompactResult result{};
};

struct kith_pool {
  kith::DatabasePool pool;
  pid_t process;  // that made it: a child that was forked has only a copy
};

struct kith_pool_stats {
  kith::PoolStats result{};
};

namespace kith::capi {

inline const Value* unwrap(const kith_value* value) {
  return reinterpret_cast<const Value*>(value);
}
inline Value* unwrap(kith_value* value) { return reinterpret_cast<Value*>(value); }
inline const kith_value* wrap(const Value* value) {
  return reinterpret_cast<const kith_value*>(value);
}

// kInvalidArgument when a pointer that must be there is NULL; `name` is the parameter's.
Status need(const void* pointer, const char* name);

// Sets an out-parameter to NULL or 0; it must be there.
template <typename T>
Status clear(T* out, const char* name) {
  KITH_TRY(need(out, name));
  *out = T{};
  return {};
}

// The same for one that may be NULL.
template <typename T>
void clear_optional(T* out) {
  if (out != nullptr) *out = T{};
}

// A text parameter: (pointer, size or KITH_NTS); NULL is empty.
Result<std::string_view> text_in(const char* text, std::size_t size, const char* name);

// A text to lend: its pointer, never NULL, and its size.
const char* lend(const std::string& text, std::size_t* size);
const char* lend_nothing(std::size_t* size);

Status give(std::string text, kith_string** out);
Status give(Value value, kith_value** out);

// Checks of the handle before its use.
Result<Database> use(kith_database* database);
Result<const Reader*> use(const kith_reader* reader);
Result<Transaction*> use(kith_txn* txn);
// To commit or abort it: kInvalidArgument when it is lent.
Result<Transaction*> use_to_end(kith_txn* txn);

}  // namespace kith::capi
