#include "exchange/load_blobs.hpp"

#include <string>

#include "base/try.hpp"
#include "base/utf8.hpp"
#include "exchange/dump_line.hpp"
#include "record/blob_store.hpp"
#include "record/blob_values.hpp"

namespace kith::exchange {
namespace {

Status misfit(const std::string& message) { return {Code::kImportInvalid, message}; }

}  // namespace

Status BlobLoader::load(const json::Node& node, store::WriteTxn& txn) {
  if (node.members().front().name == "blob") return head(node, txn);
  DumpObject in(node, values_);
  KITH_ASSIGN(const std::uint64_t part, in.number("part", UINT32_MAX));
  KITH_ASSIGN(const std::string bytes, in.bytes("bytes"));
  KITH_TRY(in.finish());
  if (open_.id == 0 || part != next_part_) {
    return dump_error(node,
                      "part " + std::to_string(next_part_) + " of the large value is missing");
  }
  return record::load_blob_part(txn, open_, next_part_++, bytes);
}

Status BlobLoader::head(const json::Node& node, store::WriteTxn& txn) {
  KITH_TRY(complete());
  DumpObject in(node, values_);
  record::BlobRef ref;
  KITH_ASSIGN(ref.id, in.number("blob"));
  KITH_ASSIGN(ref.size, in.number("size", std::uint64_t{UINT32_MAX}));
  KITH_TRY(in.finish());
  if (ref.id <= open_.id) return dump_error(node, "large values come in the order of their ids");
  open_ = ref;
  next_part_ = 0;
  ++count_;
  return record::load_blob(txn, {ref, 0});
}

Status BlobLoader::complete() const {
  if (next_part_ == record::blob_parts(open_)) return {};
  return misfit("part " + std::to_string(next_part_) + " of the large value " +
                std::to_string(open_.id) + " is missing");
}

Status BlobLoader::check(const schema::Field& field, const Value& stored, store::ReadTxn& txn) {
  const auto ref = record::blob_of(stored);
  if (!ref || known_.contains({ref->id, field.type})) return {};
  KITH_ASSIGN(const auto blob, record::find_blob(txn, ref->id));
  if (!blob || blob->ref.size != ref->size) {
    return misfit(field.name + " refers to a large value that is not there");
  }
  KITH_ASSIGN(const std::string bytes, record::read_blob(txn, *ref));
  KITH_TRY(record::decode_blob(field, bytes).status());
  const bool text = field.type == schema::FieldType::kText;
  if ((text && !base::is_valid_utf8(bytes)) ||
      (bytes.size() <= record::kInlineValueBytes && !record::is_blob(bytes))) {
    return misfit("the large value of " + field.name + " is no text, or not large");
  }
  known_.emplace(ref->id, field.type);
  return {};
}

Status BlobLoader::finish(store::ReadTxn& txn) const {
  for (std::uint64_t next = 1;;) {
    KITH_ASSIGN(const auto blob, record::next_blob(txn, next));
    if (!blob) return {};
    if (blob->count == 0) {
      return misfit("nothing refers to the large value " + std::to_string(blob->ref.id));
    }
    next = blob->ref.id + 1;
  }
}

}  // namespace kith::exchange
