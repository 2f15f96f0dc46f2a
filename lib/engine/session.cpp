#include "engine/session.hpp"

namespace kith::engine {

namespace {

class AllowAll : public Policy {
 public:
  Status may_change(const SessionOptions&, const schema::EntityType&,
                    const record::View*) const override {
    return {};
  }
  Status may_leave(const SessionOptions&, const schema::EntityType&,
                   const record::View&) const override {
    return {};
  }
};

}  // namespace

const Policy& allow_all() {
  static const AllowAll policy;
  return policy;
}

}  // namespace kith::engine
