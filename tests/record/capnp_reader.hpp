// Reads records with Cap'n Proto's own library and its own parse of our printed schema.
#pragma once

#include "record/capnp_api.hpp"
// The rest of Cap'n Proto comes after the header that makes it compile.
#include <capnp/dynamic.h>
#include <capnp/schema-parser.h>
#include <kj/filesystem.h>

#include <boost/test/unit_test.hpp>
#include <cstring>
#include <string>
#include <vector>

#include "record/capnp_schema.hpp"
#include "record/view.hpp"

namespace kith::record::testing {

// Keeps the parser alive, which owns the schema.
class ParsedType {
 public:
  explicit ParsedType(const schema::EntityType& type) {
    auto directory = kj::newInMemoryDirectory(kj::nullClock());
    const std::string text = capnp_schema(type);
    const kj::Path path("record.capnp");
    directory->openFile(path, kj::WriteMode::CREATE)->writeAll(kj::StringPtr(text.c_str()));
    schema_ = parser_.parseFromDirectory(*directory, kj::Path("record.capnp"), nullptr)
                  .getNested(capnp_struct_name(type).c_str())
                  .asStruct();
  }
  const capnp::StructSchema& schema() const { return schema_; }
  // The slot of a member as Cap'n Proto's compiler placed it.
  capnp::schema::Field::Slot::Reader slot(const std::string& member) const {
    return schema_.getFieldByName(member.c_str()).getProto().getSlot();
  }

 private:
  capnp::SchemaParser parser_;
  capnp::StructSchema schema_;
};

// A record's bytes as an aligned one-segment message.
class Message {
 public:
  explicit Message(const std::string& bytes)
      : words_(bytes.size() / 8), segments_{segment_of(bytes)}, reader_(segments()) {}
  capnp::SegmentArrayMessageReader& reader() { return reader_; }

 private:
  kj::ArrayPtr<const capnp::word> segment_of(const std::string& bytes) {
    std::memcpy(words_.data(), bytes.data(), bytes.size());
    return {reinterpret_cast<const capnp::word*>(words_.data()), words_.size()};
  }
  kj::ArrayPtr<const kj::ArrayPtr<const capnp::word>> segments() { return {segments_, 1}; }

  std::vector<std::uint64_t> words_;
  kj::ArrayPtr<const capnp::word> segments_[1];
  capnp::SegmentArrayMessageReader reader_;
};

}  // namespace kith::record::testing
