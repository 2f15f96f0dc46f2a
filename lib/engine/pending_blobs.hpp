// engine/pending_blobs.hpp: the large values of one record on its way through the write path.
//
//   PendingBlobs blobs(type, stored, old_view);
//   record::patch(type, layout, old_bytes, words, changes, &blobs);   // references to what it
//   keeps View::open(image, &blobs);                                        // which rules can read
//   KITH_TRY(blobs.settle(writer, id, &image));                       // now they lie in the store
//
// Until settle() nothing is written: a value has a reference of its own kind (its id has the bit
// kPendingBit), which never reaches the store. A value equal to the one the field has keeps that
// one's reference, so that an image that comes to the same is the same, byte for byte; only values
// of equal size are compared. One thread; borrows the type and the source.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>

#include "engine/compiled_model.hpp"
#include "record/blob.hpp"
#include "record/builder.hpp"
#include "record/view.hpp"

namespace kith::engine {

class Writer;

class PendingBlobs final : public record::BlobSink, public record::BlobSource {
 public:
  static constexpr std::uint64_t kPendingBit = std::uint64_t{1} << 63;

  // `old_view` is of the record's present image, if there is one.
  PendingBlobs(const CompiledType& type, record::BlobSource& stored,
               std::optional<record::View> old_view)
      : type_(type), stored_(stored), old_view_(old_view) {}

  // The record has another image now than when this was made.
  void replace_old(const record::View& view) { old_view_ = view; }

  Result<record::BlobRef> keep(const schema::Field& field, std::string_view value) override;
  Result<std::string_view> read(const record::BlobRef& ref) override;

  // Stores what the image refers to and puts the references in place.
  Status settle(Writer& writer, RecordId id, std::string* image) const;

 private:
  struct Pending {
    std::uint32_t field;
    std::string value;
  };

  const CompiledType& type_;
  record::BlobSource& stored_;
  std::optional<record::View> old_view_;
  std::deque<Pending> pending_;  // an id without kPendingBit counts from its front
};

}  // namespace kith::engine
