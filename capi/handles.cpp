#include "handles.hpp"

#include <cstring>

namespace kith::capi {

namespace {

Status check_thread(const OpenTransaction& open) {
  if (open.thread == std::this_thread::get_id()) return {};
  return Status(Code::kWrongThread,
                "a transaction and its readers are used only by the thread that began it");
}

}  // namespace

Status need(const void* pointer, const char* name) {
  if (pointer != nullptr) return {};
  return Status(Code::kInvalidArgument, std::string("`") + name + "` is NULL");
}

Result<std::string_view> text_in(const char* text, std::size_t size, const char* name) {
  if (text == nullptr) {
    if (size == 0 || size == KITH_NTS) return std::string_view();
    return Status(Code::kInvalidArgument,
                  std::string("`") + name + "` is NULL but its size is " + std::to_string(size));
  }
  return size == KITH_NTS ? std::string_view(text) : std::string_view(text, size);
}

const char* lend(const std::string& text, std::size_t* size) {
  if (size != nullptr) *size = text.size();
  return text.c_str();
}

const char* lend_nothing(std::size_t* size) {
  if (size != nullptr) *size = 0;
  return "";
}

Status give(std::string text, kith_string** out) {
  *out = new kith_string{std::move(text)};
  return {};
}

Status give(Value value, kith_value** out) {
  *out = reinterpret_cast<kith_value*>(new Value(std::move(value)));
  return {};
}

Result<Database> use(kith_database* database) {
  KITH_TRY(need(database, "database"));
  const std::lock_guard lock(database->mutex);
  if (!database->database.is_open()) {
    return Status(Code::kClosed, "the database handle was closed");
  }
  return database->database;
}

Result<const Reader*> use(const kith_reader* reader) {
  KITH_TRY(need(reader, "reader"));
  if (reader->snapshot) return static_cast<const Reader*>(&*reader->snapshot);
  KITH_TRY(check_thread(*reader->open));
  const Transaction& transaction = reader->open->transaction;
  if (!transaction.impl()) return Status(Code::kClosed, "the reader's transaction has ended");
  return static_cast<const Reader*>(&transaction);
}

Result<Transaction*> use(kith_txn* txn) {
  KITH_TRY(need(txn, "txn"));
  KITH_TRY(check_thread(*txn->open));
  return &txn->open->transaction;
}

Result<Transaction*> use_to_end(kith_txn* txn) {
  KITH_ASSIGN(Transaction * transaction, use(txn));
  if (!txn->open->lent) return transaction;
  return Status(Code::kInvalidArgument,
                "a transaction of kith_session_write ends when its callback returns: return "
                "KITH_OK to commit it, another number to undo it");
}

}  // namespace kith::capi
