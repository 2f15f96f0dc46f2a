// store/lmdb/error.hpp: LMDB's return codes and failed assertions as Status.
//
//   if (int rc = mdb_put(...); rc != 0) return lmdb_error(rc, "put into table records");
//   return unless_assertion([&] { return reader.get(table, key); }, poison);
//
// A failed assertion inside LMDB would abort the host's process. Our handler throws instead, from
// within LMDB (its C frames carry unwind tables on the platforms we support), and no further than
// unless_assertion, so no exception leaves the room. The environment must not be used after that.
#pragma once

#include <lmdb.h>

#include <string>
#include <string_view>

#include "kith/status.hpp"

namespace kith::store::lmdb {

struct AssertionFailure {
  std::string text;
};

// For mdb_env_set_assert. Throws AssertionFailure.
void on_assertion(MDB_env* env, const char* text);

// `doing` completes "cannot ...".
Status lmdb_error(int rc, std::string_view doing);
Status system_error(int error_number, std::string_view doing);

template <typename F, typename Handler>
auto unless_assertion(F&& body, Handler&& handler) -> decltype(body()) {
  try {
    return body();
  } catch (const AssertionFailure& failure) {
    return handler(
        Status(Code::kCorrupt, "LMDB found its file in an impossible state (" + failure.text +
                                   "); close the database and restore it from a copy or a dump"));
  }
}

}  // namespace kith::store::lmdb
