// capi/options.hpp: the input structs of kith.h as the C++ interface has them.
//
//   KITH_ASSIGN(const SessionOptions how, read_options(options));
//
// How structs of other sizes are read is input_struct.hpp's. Those that only one module uses are
// read there.
#pragma once

#include "handles.hpp"

namespace kith::capi {

// NULL: defaults, but for those that must state `now`.
Result<OpenOptions> read_options(const kith_open_options* options);
Result<CreateOptions> read_options(const kith_create_options* options);
Result<SessionOptions> read_options(const kith_session_options* options);
Result<TransactionOptions> read_options(const kith_txn_options* options);
Result<ExportOptions> read_options(const kith_export_options* options);
// All but the callback.
Result<ImportOptions> read_options(const kith_import_options* options);

// Where an import's callback is to be found, also when other parts of the struct are wrong.
struct Progress {
  kith_progress_fn call = nullptr;
  void* user = nullptr;
  kith_destroy_fn destroy = nullptr;
};
Progress read_progress(const kith_import_options* options);

}  // namespace kith::capi
