// Values that a record had before: what an undo or a restore with references puts back.
#include <utility>

#include "base/try.hpp"
#include "engine/reader.hpp"
#include "engine/record_write.hpp"
#include "record/blob_values.hpp"
#include "record/convert.hpp"

namespace kith::engine {

void RecordWrite::put_back(std::uint32_t field_id, const Value& value) {
  if (field_id == schema::system_field_id(schema::SystemField::kOwner)) return assign_owner(value);
  const schema::Field* field = type_.type->find_field(field_id);
  if (field == nullptr || field->removed) return;
  // A large value is its reference, and was judged when it was written.
  if (record::blob_of(value)) return put_change(field_id, value);
  set_field(*field, value);
}

Status RecordWrite::prepare_former() {
  const Session& session = reader_.session();
  KITH_TRY(session.policy().may_change(session.options(), *type_.type, old_view()));
  KITH_TRY(rebuild());
  return verdict();
}

Status RecordWrite::validate_former() {
  KITH_ASSIGN(const std::optional<record::View> present, reader_.find_record(id_));
  if (!present || present->deleted()) return {};
  new_bytes_ = present->image();
  KITH_ASSIGN(new_view_, record::View::open(new_bytes_, blobs_.get()));
  violations_.clear();
  KITH_TRY(prefetch_references());
  KITH_TRY(check_required());
  KITH_TRY(check_references());
  KITH_TRY(check_owner());
  KITH_TRY(check_rules());
  const Session& session = reader_.session();
  KITH_TRY(session.policy().may_leave(session.options(), *type_.type, new_view_));
  return verdict();
}

void RecordWrite::replace_old(std::string_view image) {
  old_bytes_.emplace(image);
  old_view_->init(*old_bytes_, &reader_.blobs());
  blobs_->replace_old(*old_view_);
}

}  // namespace kith::engine
