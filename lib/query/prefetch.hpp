// query/prefetch.hpp: fetches the related records that expressions will follow, a batch and a hop
// at a time, so that a remote store is asked once and not once per record.
//
//   Prefetcher prefetch(catalog, layouts, type);
//   prefetch.add(program);
//   KITH_TRY(prefetch.run(batch, selection, *host));
#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "expr/program.hpp"
#include "query/filter.hpp"
#include "query/vector_source.hpp"
#include "schema/types.hpp"

namespace kith::query {

class Prefetcher {
 public:
  Prefetcher(const schema::Catalog& catalog, const expr::LayoutLookup& layouts,
             const schema::EntityType& type)
      : catalog_(&catalog), layouts_(&layouts), type_(&type) {}

  void add(const expr::Program& program);
  bool empty() const { return root_.hops.empty(); }
  Status run(const Batch& batch, const RowSelection& selection, expr::Host* host) const;
  Status run(const std::vector<const record::View*>& views, expr::Host* host) const;

 private:
  // The references to follow from a record, and what to follow from their targets.
  struct Hops {
    std::map<std::uint32_t, Hops> hops;  // by field id
  };

  Status follow(const Hops& from, const schema::EntityType& type,
                const std::vector<const record::View*>& views, expr::Host* host) const;

  const schema::Catalog* catalog_;
  const expr::LayoutLookup* layouts_;
  const schema::EntityType* type_;
  Hops root_;
};

}  // namespace kith::query
