// engine/as_of.hpp: the database as it was, folded back from what it is.
//
//   KITH_ASSIGN(auto reader, read_as_of(session, AsOf::time(last_monday)));
//   KITH_ASSIGN(Rows rows, reader->query(query));
//
// Every change after the moment is taken back, newest first, on a layer over the present snapshot
// (store::Overlay): each record that was changed since gets its former image, and the entries of
// every index move with it, so queries, reports and look-ups read through the layer as they read
// the store. The history ends at the moment. The model is today's: a field that was added since is
// null then, one that was removed cannot be asked for.
#pragma once

#include <memory>

#include "kith/history.hpp"
#include "kith/result.hpp"

namespace kith::engine {

class Reader;
class Session;

Result<std::shared_ptr<Reader>> read_as_of(const std::shared_ptr<Session>& session,
                                           const AsOf& when);

}  // namespace kith::engine
