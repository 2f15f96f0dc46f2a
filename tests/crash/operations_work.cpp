// The queue, the model, the history, and copies of a whole database.
#include <filesystem>
#include <sstream>

#include "tests/crash/operation_parts.hpp"
#include "tests/workload/compare.hpp"
#include "tests/workload/replay.hpp"

namespace kith::crash {

namespace {

std::string copied_to(const Scene& scene) { return scene.scratch + ".copy"; }

// After an answer that is no error the whole database is there; after an error it is, or nothing.
std::string judge_copy(const Scene& scene, const Status& status) {
  const std::string path = copied_to(scene);
  if (!std::filesystem::exists(path)) return status.ok() ? "there is nothing at its target" : "";
  Result<Database> copy = Database::open(path);
  if (!copy.ok()) return "its target: " + copy.status().to_string();
  const Result<Session> session = workload::open_session(*copy);
  if (!session.ok()) return "its target: " + session.status().to_string();
  const workload::Complaints found = workload::check(*copy, *session);
  if (!found.empty()) return "its target, " + found.front();
  std::ostringstream text;
  if (const Status done = dump(*copy, text).status(); !done.ok()) {
    return "its target: " + done.to_string();
  }
  return text.str() == scene.dumped ? "" : "its target holds something else";
}

// What a failed load leaves must not keep the next one from its place.
std::string judge_loaded(const Scene& scene, const Status& status) {
  const std::string path = copied_to(scene);
  if (!status.ok() && !std::filesystem::exists(path)) {
    std::istringstream again(scene.dumped);
    if (const Status done = load(path, again).status(); !done.ok()) {
      return "loaded again: " + done.to_string();
    }
  }
  if (std::filesystem::exists(path + ".loading")) return "its workspace is still there";
  return judge_copy(scene, status);
}

// Of the database as it is: a copy must give the same text.
Status dump_it(Scene* scene) {
  return input([&] {
    std::ostringstream text;
    Status status = dump(*scene->database, text).status();
    scene->dumped = text.str();
    return status;
  });
}

}  // namespace

void add_work(std::vector<Operation>* all) {
  all->push_back(using_database(
      "tick",
      [](Scene& scene) -> Status {
        TickOptions how;
        how.now = scene.now;
        return scene.session->tick(how).status();
      },
      true));
  all->push_back(using_database(
      "apply a model with new indexes",
      [](Scene& scene) -> Status {
        const std::string document = input([] { return workload::model_document(1); });
        return scene.database->apply_model(*scene.session, document).status();
      },
      true));
  all->push_back(using_database("try a model", [](Scene& scene) -> Status {
    const std::string document = input([] { return workload::model_document(2); });
    return scene.database->apply_model(*scene.session, document, true).status();
  }));
  all->push_back(using_database(
      "import",
      [](Scene& scene) -> Status {
        ImportOptions how;
        how.now = scene.now;
        how.chunk_rows = 5;
        const Result<ImportReport> done = import_csv(*scene.session, "note", scene.scratch, how);
        return done.status();
      },
      true));
  all->push_back(using_database("export", [](Scene& scene) -> Status {
    std::ostringstream out;
    return export_records(*scene.session, "deal", out).status();
  }));
  all->push_back(using_database("backup", [](Scene& scene) -> Status {
    if (Status status = dump_it(&scene); !status.ok()) return status;
    const std::string path = input([&] { return copied_to(scene); });
    return scene.database->backup(path);
  }));
  all->back().judge = judge_copy;
  all->push_back(using_database("dump", [](Scene& scene) -> Status {
    std::ostringstream out;
    return dump(*scene.database, out).status();
  }));
  all->push_back(using_database("load", [](Scene& scene) -> Status {
    if (Status status = dump_it(&scene); !status.ok()) return status;
    const std::string path = input([&] { return copied_to(scene); });
    std::istringstream text = input([&] { return std::istringstream(scene.dumped); });
    return load(path, text).status();
  }));
  all->back().judge = judge_loaded;
  all->push_back(using_database("check", [](Scene& scene) -> Status {
    const Result<CheckReport> report = scene.database->check(*scene.session);
    if (report.ok() && report->problem_count > 0) {
      return Status(Code::kCorrupt, report->problems.front().message);
    }
    return report.status();
  }));
  all->push_back(using_database(
      "trim the history",
      [](Scene& scene) -> Status {
        SessionOptions who;
        who.capabilities = Capabilities::all();
        const Result<Session> session = scene.database->session(who);
        if (!session.ok()) return session.status();
        TrimOptions how;
        how.keep_from = scene.now;
        return session->trim_history(how).status();
      },
      true));
  all->back().trims = true;
}

}  // namespace kith::crash
