// record/image_check.hpp: is a stored record exactly what build() would have written?
//
//   const ImageCheck check(type, layout);
//   if (Status s = check.judge(bytes); !s.ok()) report(s.message());
//
// Beyond View::verify(), which asks whether a record can be read: every byte must be accounted for.
// No bit is set outside of the slots of fields, an absent field is all zero, the lists follow one
// another in the order of their pointers with zeros as padding, nothing trails, and every value is
// one that convert() lets through: option ids that exist, valid UTF-8, instants within the
// calendar. A value that lies outside of the record (blob.hpp) is checked by whoever has the blobs.
//
// Borrows the type. Immutable; any thread.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "kith/status.hpp"
#include "record/layout.hpp"
#include "record/view.hpp"
#include "schema/types.hpp"

namespace kith::record {

class ImageCheck {
 public:
  ImageCheck(const schema::EntityType& type, const Layout& layout);

  // kCorrupt says what is wrong, naming the field where it is one.
  Status judge(std::string_view bytes) const;

 private:
  Status judge_data(const View& view) const;
  Status judge_pointers(const View& view, std::string_view bytes) const;
  Status judge_scalar(const schema::Field& field, const Slot& slot, const View& view) const;
  Status judge_content(const schema::Field& field, const Slot& slot, const View& view) const;

  const schema::EntityType& type_;
  const Layout& layout_;
  std::vector<std::uint64_t> used_;             // the bits of each data word that belong to a slot
  std::vector<const schema::Field*> pointers_;  // by place in the pointer section
};

}  // namespace kith::record
