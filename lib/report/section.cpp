#include "report/section.hpp"

#include <algorithm>
#include <map>

#include "base/try.hpp"
#include "query/compile.hpp"
#include "query/executor.hpp"
#include "record/layout.hpp"
#include "report/built_in.hpp"
#include "schema/model_section.hpp"

namespace kith::report {
namespace {

schema::Place place_of(json::Position position) { return {position.line, position.column}; }

// The messages of a status without the places in it, which are those of a rewritten document.
std::string message_of(const Status& status) {
  if (status.violations().empty()) return std::string(status.message());
  return status.violations().front().message;
}

struct Draft {
  Definition definition;
  schema::Place place;
};

class ReportsDraft : public engine::SectionDraft {
 public:
  explicit ReportsDraft(std::vector<Draft> reports) : reports_(std::move(reports)) {}

  void check(engine::ModelDraft&, schema::Diagnostics&) override {}

  void finish(const engine::ModelDraft& draft, schema::Diagnostics& diagnostics) override {
    if (!diagnostics.ok()) return;  // a report cannot be judged by a catalog that is wrong
    std::map<std::uint16_t, record::Layout> layouts;
    for (const schema::EntityType& type : draft.catalog.types) {
      layouts.emplace(type.id, record::Layout::of(type));
    }
    query::Context context;
    context.catalog = &draft.catalog;
    context.layouts = [&layouts](std::uint16_t type) -> const record::Layout* {
      const auto at = layouts.find(type);
      return at == layouts.end() ? nullptr : &at->second;
    };
    expr::Formulas formulas(draft.catalog, context.layouts);
    formulas.set_scores(&draft.scores);
    context.formulas = &formulas;
    for (const Draft& report : reports_) {
      const Result<Resolved> resolved = resolve(report.definition, {});
      const Status status =
          resolved.ok() ? query::check(resolved->query, context) : resolved.status();
      if (status.ok()) continue;
      diagnostics.error(
          report.place, "report", {}, {},
          "report \"" + report.definition.name + "\": " + std::string(status.message()));
    }
  }

  Result<std::string> publish(const engine::ModelDraft&) override {
    if (reports_.empty()) return std::string();
    json::Writer writer;
    writer.begin_object();
    for (const Draft& report : reports_) {
      KITH_ASSIGN(const json::Node document, json::parse(report.definition.document));
      writer.key(report.definition.name).node(document);
    }
    writer.end_object();
    return writer.take();
  }

 private:
  std::vector<Draft> reports_;
};

class ReportsSection : public engine::ModelSection {
 public:
  std::string_view name() const override { return kSectionName; }

  std::unique_ptr<engine::SectionDraft> parse(const json::Node* member,
                                              schema::Diagnostics& diagnostics) const override {
    std::vector<Draft> reports;
    if (member != nullptr && !member->is_object()) {
      diagnostics.error(place_of(member->position()), "type", {}, {},
                        "\"reports\" must be an object of reports by name, not " +
                            std::string(json::kind_name(member->kind())));
    } else if (member != nullptr) {
      for (const json::Member& report : member->members()) read(report, diagnostics, &reports);
    }
    return std::make_unique<ReportsDraft>(std::move(reports));
  }

 private:
  static void read(const json::Member& member, schema::Diagnostics& diagnostics,
                   std::vector<Draft>* reports) {
    const schema::Place place = place_of(member.position);
    if (reports->size() == kMaxReports) {
      diagnostics.error(
          place, "limit", {}, {},
          "a model has at most max_reports = " + std::to_string(kMaxReports) + " reports");
      return;
    }
    const std::string problem = schema::identifier_problem(member.name, {});
    if (!problem.empty()) {
      diagnostics.error(place, "name", {}, {}, "report name \"" + member.name + "\" " + problem);
      return;
    }
    Result<Definition> definition = parse_definition(member.name, member.value);
    if (!definition.ok()) {
      diagnostics.error(place, "report", {}, {},
                        "report \"" + member.name + "\": " + message_of(definition.status()));
      return;
    }
    reports->push_back({*std::move(definition), place});
  }
};

}  // namespace

std::shared_ptr<const engine::ModelSection> make_reports_section() {
  return std::make_shared<ReportsSection>();
}

Result<std::vector<Definition>> decode_reports(std::string_view payload) {
  std::vector<Definition> reports;
  if (payload.empty()) return reports;
  const Result<json::Node> root = json::parse(payload);
  if (!root.ok() || !root->is_object()) {
    return Status(Code::kCorrupt,
                  "the stored reports are not a JSON object; apply the model again");
  }
  for (const json::Member& member : root->members()) {
    Result<Definition> report = parse_definition(member.name, member.value);
    if (!report.ok()) {
      return Status(Code::kCorrupt, "the stored report \"" + member.name +
                                        "\" cannot be read; apply the model again: " +
                                        std::string(report.status().message()));
    }
    reports.push_back(*std::move(report));
  }
  return reports;
}

std::vector<const Definition*> all_reports(const std::vector<Definition>& of_model) {
  std::vector<const Definition*> all;
  for (const Definition& report : of_model) all.push_back(&report);
  for (const Definition& report : built_in_reports()) {
    const bool hidden = std::any_of(of_model.begin(), of_model.end(), [&](const Definition& mine) {
      return mine.name == report.name;
    });
    if (!hidden) all.push_back(&report);
  }
  return all;
}

Result<const Definition*> find_report(const std::vector<Definition>& of_model,
                                      std::string_view name) {
  std::vector<std::string> names;
  for (const Definition* report : all_reports(of_model)) {
    if (report->name == name) return report;
    names.push_back(report->name);
  }
  return Status(Code::kNotFound, "there is no report \"" + std::string(name) + "\"" +
                                     query::suggestion(name, names));
}

}  // namespace kith::report
