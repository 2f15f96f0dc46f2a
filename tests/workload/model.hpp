// tests/workload/model.hpp: the small CRM that the generated operations write to.
//
//   Result<Database> db = create_database(":memory:");
//   db->apply_model(session, model_document(kMoreIndexes));
//
// It has every way in which one record depends on another (clear, cascade over two steps,
// restrict), unique fields, a pipeline with a requirement, a rule before saving, one that runs
// afterwards, and what a capture needs.
#pragma once

#include <cstdint>
#include <string>

#include "kith/database.hpp"

namespace kith::workload {

// The ids of the entity types, which are given in the order of the document.
enum Type : std::uint16_t { kAccount = 1, kContact, kDeal, kNote, kActivity };
inline constexpr std::uint16_t kLastType = kActivity;

const char* type_name(std::uint16_t type);
// The reference field of a type.
const char* reference_name(std::uint16_t type);

// How many forms of the model there are; they differ in the indexes only.
inline constexpr std::uint64_t kModelForms = 3;
std::string model_document(std::uint64_t form);

inline Timestamp start_time() { return Timestamp::from_microseconds(1'772'355'600'000'000); }

// A database with the first form of the model.
Result<Database> create_database(const std::string& path);
// May do what the generated operations need, and no more.
Result<Session> open_session(const Database& database);

}  // namespace kith::workload
