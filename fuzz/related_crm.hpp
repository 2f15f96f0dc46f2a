// fuzz/related_crm.hpp: a model with relations both ways, formulas and a pipeline, records of it
// and expressions about them, all decided by an input.
//
//   RelatedCrm& crm = related_crm();
//   Input in(bytes);
//   Transaction t = crm.begin();
//   const std::vector<RecordId> deals = crm.fill(t, in);   // abort t: nothing is kept
//   const std::string source = random_condition(in);        // mostly compiles
#pragma once

#include <string>
#include <vector>

#include "fuzz/fuzz.hpp"
#include "kith/kith.hpp"

namespace kith::fuzz {

class RelatedCrm {
 public:
  RelatedCrm();

  const Database& database() const { return database_; }
  Transaction begin() const;
  // Two accounts, some contacts and three to five deals; every field may be null.
  static std::vector<RecordId> fill(Transaction& t, Input& in);

 private:
  Database database_;
  Session session_;
};

RelatedCrm& related_crm();

// About a deal, of type bool.
std::string random_condition(Input& in);

}  // namespace kith::fuzz
