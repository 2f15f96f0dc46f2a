// engine/agency.hpp: on whose behalf, and why, a transaction writes.
//
//   writer.act_as(std::make_shared<Agency>(Agency{session, "automation welcome run 7", 1, 7, {}}));
//
// A transaction of the host has one. A tick puts the runs of many automations into a transaction,
// each with its own; a record is written under one of them only, so that every change in the
// history has one actor and one cause. Plain data.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "automation/run.hpp"
#include "engine/session.hpp"

namespace kith::engine {

struct Agency {
  std::shared_ptr<Session> session;  // who acts, with which capabilities
  std::string cause;
  // Of the run at work: what it causes is one deeper. 0 and nothing: a person or the host.
  std::uint32_t depth = 0;
  std::uint64_t run = 0;
  std::vector<automation::ChainLink> chain;  // from the first cause down to that run
};

}  // namespace kith::engine
