#include "options.hpp"

using namespace kith;
using namespace kith::capi;

int32_t kith_session_open(kith_database* database, const kith_session_options* options,
                          kith_session** out, kith_error** error) {
  return guard(error, [&]() -> Status {
    KITH_TRY(clear(out, "out"));
    KITH_ASSIGN(const Database open, use(database));
    KITH_ASSIGN(const SessionOptions how, read_options(options));
    KITH_ASSIGN(Session session, open.session(how));
    *out = new kith_session{std::move(session)};
    return {};
  });
}

void kith_session_free(kith_session* session) {
  guard_free([&] { delete session; });
}

uint64_t kith_session_actor(const kith_session* session) {
  return guard_get(uint64_t{0}, [&] {
    return session != nullptr ? session->session.options().actor.bits() : 0;
  });
}

uint32_t kith_session_capabilities(const kith_session* session) {
  return guard_get(uint32_t{0}, [&]() -> uint32_t {
    if (session == nullptr) return 0;
    const Capabilities& may = session->session.options().capabilities;
    uint32_t bits = 0;
    if (may.backdate) bits |= KITH_CAPABILITY_BACKDATE;
    if (may.pipeline_override) bits |= KITH_CAPABILITY_PIPELINE_OVERRIDE;
    if (may.purge) bits |= KITH_CAPABILITY_PURGE;
    if (may.change_model) bits |= KITH_CAPABILITY_CHANGE_MODEL;
    if (may.trim_history) bits |= KITH_CAPABILITY_TRIM_HISTORY;
    return bits;
  });
}

const char* kith_session_time_zone(const kith_session* session, size_t* size) {
  return guard_get("", [&] {
    return session != nullptr ? lend(session->session.options().time_zone, size)
                              : lend_nothing(size);
  });
}
