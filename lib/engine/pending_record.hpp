// engine/pending_record.hpp: the database as it will be when one record has been written.
//
//   PendingRecord after(reader, type, id, final_view);   // the view may be opened anew meanwhile
//   activation.set_host(&after);
//   // account.deals lists the deal that is being written, with its new values, and no longer the
//   // one that goes to another account
//
// Everything else is the reader's answer. Borrows all it is made of. One thread.
#pragma once

#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "expr/program.hpp"
#include "record/view.hpp"
#include "schema/types.hpp"

namespace kith::engine {

class PendingRecord : public expr::Host {
 public:
  PendingRecord(expr::Host& host, const schema::EntityType& type, RecordId id,
                const record::View& view)
      : host_(host), type_(type), id_(id), view_(view) {}

  Result<const record::View*> load(RecordId id) override;
  Status prefetch(std::span<const RecordId> ids) override { return host_.prefetch(ids); }
  Status related(RecordId parent, const expr::Relation& relation, std::size_t limit,
                 std::vector<RecordId>* ids) override;
  Result<const expr::Program*> segment(std::string_view name, RecordId id,
                                       std::uint16_t entity) override {
    return host_.segment(name, id, entity);
  }
  const schema::Organisation* organisation() const override { return host_.organisation(); }
  Result<std::optional<Decimal>> rate(std::string_view currency, Date day) override {
    return host_.rate(currency, day);
  }

 private:
  expr::Host& host_;
  const schema::EntityType& type_;
  RecordId id_;
  const record::View& view_;
};

}  // namespace kith::engine
