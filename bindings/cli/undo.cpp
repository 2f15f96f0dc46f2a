#include <memory>
#include <ostream>

#include "bindings/cli/form.hpp"

namespace kith::cli {

namespace {

struct Arguments {
  std::uint64_t sequence = 0;
  std::vector<std::string> ids;
  RestoreOptions restore;
  bool yes = false;
};

constexpr FormColumn kUndoColumns[] = {{"first_sequence"}, {"last_sequence"}, {"records"}};

Status undo(const Environment& env, const Arguments& args) {
  return write(env, [&](Transaction& txn, std::ostream& out) -> Status {
    Result<UndoResult> undone = txn.undo(args.sequence);
    if (!undone.ok()) return undone.status();
    if (env.output != Output::kTable) {
      const Value form(Map{{"first_sequence", Value(undone->first_sequence)},
                           {"last_sequence", Value(undone->last_sequence)},
                           {"records", Value(undone->records)}});
      print_form(out, env, to_json(form), kUndoColumns, txn);
      return {};
    }
    if (undone->first_sequence == undone->last_sequence) {
      out << "change " << undone->first_sequence << " undone, ";
    } else {
      out << "changes " << undone->first_sequence << " to " << undone->last_sequence << " undone, ";
    }
    out << counted(undone->records, "record") << " written\n";
    return {};
  });
}

Status for_each(const Environment& env, const Arguments& args,
                const std::function<Status(Transaction& txn, RecordId id)>& action) {
  return write(env, [&](Transaction& txn, std::ostream&) -> Status {
    for (const std::string& text : args.ids) {
      Result<RecordId> id = txn.parse_id(text);
      if (!id.ok()) return id.status();
      if (Status status = action(txn, *id); !status.ok()) return status;
    }
    return {};
  });
}

Status restore(const Environment& env, const Arguments& args) {
  return for_each(env, args,
                  [&](Transaction& txn, RecordId id) { return txn.restore(id, args.restore); });
}

Status purge(const Environment& env, const Arguments& args) {
  if (!args.yes) {
    return Status(Code::kInvalidArgument,
                  "purge erases records and their values in the history for ever; say --yes");
  }
  return for_each(env, args, [](Transaction& txn, RecordId id) { return txn.purge(id); });
}

}  // namespace

void add_undo(CLI::App& app, Environment& env) {
  auto args = std::make_shared<Arguments>();
  CLI::App* u = app.add_subcommand("undo", "Undo the transaction that made a change");
  add_database(u, env);
  u->add_option("SEQUENCE", args->sequence, "Number of the change: see changes or get --history")
      ->required()
      ->type_name("");
  on_run(u, env, [&env, args] { return undo(env, *args); });

  CLI::App* r = app.add_subcommand("restore", "Bring deleted records back");
  add_database(r, env);
  r->add_option("ID", args->ids, "Record ids, as deal:42")->required();
  r->add_flag("--with-references", args->restore.with_references,
              "Also what their removal deleted or cleared, as far as it is still so");
  on_run(r, env, [&env, args] { return restore(env, *args); });

  CLI::App* p = app.add_subcommand("purge", "Erase records and their values in the history");
  add_database(p, env);
  p->add_option("ID", args->ids, "Record ids, as deal:42")->required();
  p->add_flag("--yes", args->yes, "Yes, for ever");
  on_run(p, env, [&env, args] { return purge(env, *args); });
}

}  // namespace kith::cli
