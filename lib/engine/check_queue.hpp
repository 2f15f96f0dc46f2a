// engine/check_queue.hpp: what queue/row_check.hpp has to be told about runs and automations.
//
//   queue::QueueJudge judge(queue_rules(txn, *model, last_at), label);
#pragma once

#include "engine/compiled_model.hpp"
#include "queue/row_check.hpp"

namespace kith::engine {

// The transaction and the model must outlive the rules.
queue::QueueRules queue_rules(store::ReadTxn& txn, const CompiledModel& model, Timestamp last);

}  // namespace kith::engine
