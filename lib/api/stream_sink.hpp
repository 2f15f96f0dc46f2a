// api/stream_sink.hpp: a standard stream as the sink of an export or a dump.
#pragma once

#include <ostream>

#include "exchange/byte_source.hpp"

namespace kith {

class StreamSink : public exchange::ByteSink {
 public:
  explicit StreamSink(std::ostream& out) : out_(out) {}
  Status write(std::string_view bytes) override {
    out_.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    return out_ ? Status() : Status(Code::kIo, "writing to the stream failed");
  }

 private:
  std::ostream& out_;
};

}  // namespace kith
