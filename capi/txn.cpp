#include "options.hpp"

using namespace kith;
using namespace kith::capi;

namespace {

Status create(kith_txn* txn, const char* entity, size_t entity_size, const Patch& fields,
              uint64_t* id) {
  KITH_ASSIGN(Transaction * transaction, use(txn));
  KITH_ASSIGN(const std::string_view type, text_in(entity, entity_size, "entity"));
  KITH_ASSIGN(const RecordId created, transaction->create(type, fields));
  if (id != nullptr) *id = created.bits();
  return {};
}

Status update(kith_txn* txn, uint64_t id, const Patch& fields, uint64_t expected_version) {
  KITH_ASSIGN(Transaction * transaction, use(txn));
  return transaction->update(RecordId(id), fields, expected_version);
}

Result<Patch> read_patch(const char* fields, size_t size) {
  KITH_ASSIGN(const std::string_view text, text_in(fields, size, "fields"));
  return patch_from_json(text);
}

}  // namespace

int32_t kith_txn_begin(const kith_session* session, const kith_txn_options* options, kith_txn** out,
                       kith_error** error) {
  return guard(error, [&]() -> Status {
    KITH_TRY(clear(out, "out"));
    KITH_TRY(need(session, "session"));
    KITH_ASSIGN(const TransactionOptions how, read_options(options));
    KITH_ASSIGN(Transaction transaction, session->session.begin(how));
    auto open = std::make_shared<OpenTransaction>(
        OpenTransaction{std::move(transaction), std::this_thread::get_id()});
    *out = new kith_txn{std::move(open)};
    return {};
  });
}

// On another thread too: the store keeps what only the beginning thread can give back until that
// thread comes by.
void kith_txn_free(kith_txn* txn) {
  guard_free([&] {
    if (txn == nullptr || txn->open->lent) return;
    txn->open->transaction.abort();
    delete txn;
  });
}

int32_t kith_txn_reader(kith_txn* txn, kith_reader** out, kith_error** error) {
  return guard(error, [&]() -> Status {
    KITH_TRY(clear(out, "out"));
    KITH_ASSIGN(const Transaction* transaction, use(txn));
    if (!transaction->impl()) return Status(Code::kClosed, "the transaction has ended");
    *out = new kith_reader{std::nullopt, txn->open};
    return {};
  });
}

int32_t kith_txn_create(kith_txn* txn, const char* entity, size_t entity_size,
                        const kith_patch* fields, uint64_t* id, kith_error** error) {
  return guard(error, [&]() -> Status {
    clear_optional(id);
    KITH_TRY(need(fields, "fields"));
    return create(txn, entity, entity_size, fields->fields, id);
  });
}

int32_t kith_txn_create_json(kith_txn* txn, const char* entity, size_t entity_size,
                             const char* fields, size_t fields_size, uint64_t* id,
                             kith_error** error) {
  return guard(error, [&]() -> Status {
    clear_optional(id);
    KITH_ASSIGN(const Patch patch, read_patch(fields, fields_size));
    return create(txn, entity, entity_size, patch, id);
  });
}

int32_t kith_txn_update(kith_txn* txn, uint64_t id, const kith_patch* fields,
                        uint64_t expected_version, kith_error** error) {
  return guard(error, [&]() -> Status {
    KITH_TRY(need(fields, "fields"));
    return update(txn, id, fields->fields, expected_version);
  });
}

int32_t kith_txn_update_json(kith_txn* txn, uint64_t id, const char* fields, size_t fields_size,
                             uint64_t expected_version, kith_error** error) {
  return guard(error, [&]() -> Status {
    KITH_ASSIGN(const Patch patch, read_patch(fields, fields_size));
    return update(txn, id, patch, expected_version);
  });
}

int32_t kith_txn_remove(kith_txn* txn, uint64_t id, uint64_t expected_version, kith_error** error) {
  return guard(error, [&]() -> Status {
    KITH_ASSIGN(Transaction * transaction, use(txn));
    return transaction->remove(RecordId(id), expected_version);
  });
}

int32_t kith_txn_purge(kith_txn* txn, uint64_t id, kith_error** error) {
  return guard(error, [&]() -> Status {
    KITH_ASSIGN(Transaction * transaction, use(txn));
    return transaction->purge(RecordId(id));
  });
}

int32_t kith_txn_commit(kith_txn* txn, uint64_t* sequence, kith_error** error) {
  return guard(error, [&]() -> Status {
    clear_optional(sequence);
    KITH_ASSIGN(Transaction * transaction, use_to_end(txn));
    KITH_TRY(transaction->commit());
    if (sequence != nullptr) *sequence = transaction->committed_sequence();
    return {};
  });
}

int32_t kith_txn_abort(kith_txn* txn, kith_error** error) {
  return guard(error, [&]() -> Status {
    KITH_ASSIGN(Transaction * transaction, use_to_end(txn));
    transaction->abort();
    return {};
  });
}
