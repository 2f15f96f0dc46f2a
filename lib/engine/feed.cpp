#include "engine/feed.hpp"

namespace kith::engine {

namespace {

Status unsupported() { return Status(Code::kUnsupported, "not in this build"); }

}  // namespace

Result<FeedPage> changes(Reader&, const FeedOptions&) { return unsupported(); }

Result<std::uint64_t> cursor(Reader&, std::string_view) { return unsupported(); }

Result<std::vector<FeedCursor>> cursors(Reader&) { return unsupported(); }

Status save_cursor(Writer&, std::string_view, std::uint64_t) { return unsupported(); }

Status drop_cursor(Writer&, std::string_view) { return unsupported(); }

Result<std::uint64_t> wait(Database&, std::uint64_t, std::chrono::milliseconds) {
  return unsupported();
}

}  // namespace kith::engine
