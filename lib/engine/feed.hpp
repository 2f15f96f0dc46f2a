// engine/feed.hpp: the change feed and its cursors; see kith/feed.hpp.
#pragma once

#include <chrono>
#include <cstdint>
#include <string_view>
#include <vector>

#include "kith/feed.hpp"
#include "kith/result.hpp"

namespace kith::engine {

class Database;
class Reader;
class Writer;

Result<FeedPage> changes(Reader& reader, const FeedOptions& options);
Result<std::uint64_t> cursor(Reader& reader, std::string_view name);
Result<std::vector<FeedCursor>> cursors(Reader& reader);
Status save_cursor(Writer& writer, std::string_view name, std::uint64_t sequence);
Status drop_cursor(Writer& writer, std::string_view name);
Result<std::uint64_t> wait(Database& database, std::uint64_t sequence,
                           std::chrono::milliseconds timeout);

}  // namespace kith::engine
