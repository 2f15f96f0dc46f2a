// engine/model_section.hpp: one section of a model document, as the engine knows it.
//
//   engine::ModelSections sections = engine::core_sections();   // entities, pipelines, automations
//   sections.add(report::make_reports_section());               // rooms above register theirs
//   auto plan = engine::plan_model(text, "crm.json", catalog, sections, {});
//
// A section is one member of the document ("entities", "pipelines", ...). Each is parsed on its
// own, checked against the catalog that the sections before it have drafted, and published as bytes
// that only its own room reads. Order of registration is order of checking. Threads: sections are
// immutable after set-up; a draft belongs to one call.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "kith/result.hpp"
#include "schema/diagnostics.hpp"
#include "schema/expression_use.hpp"
#include "schema/organisation.hpp"
#include "schema/scores.hpp"
#include "schema/types.hpp"

namespace kith::json {
class Node;
}

namespace kith::engine {

// What all sections work on while a document is planned.
struct ModelDraft {
  const schema::Catalog* current = nullptr;  // what the database has
  schema::Catalog catalog;                   // what it will have; sections change it in check()
  schema::Organisation organisation;         // what the document says of it
  std::vector<schema::ScoreDeclaration> score_declarations;
  schema::Scores scores;  // the same without their places
  // Payloads as stored by the last publish, by section name.
  const std::map<std::string, std::string>* stored = nullptr;
  // Expressions to be checked once the catalog is complete.
  std::vector<schema::ExpressionUse> expressions;

  // The stored payload of a section, or empty.
  std::string_view stored_payload(std::string_view section) const;
};

// A section read from one document. check() runs for all sections in order, even when a section
// before had errors; publish() only when nothing complained.
class SectionDraft {
 public:
  virtual ~SectionDraft() = default;
  virtual void check(ModelDraft& draft, schema::Diagnostics& diagnostics) = 0;
  // What this section adds to the catalog once those after it have added theirs.
  virtual void complete(ModelDraft& draft, schema::Diagnostics& diagnostics) {
    static_cast<void>(draft);
    static_cast<void>(diagnostics);
  }
  // What can only be said once every section has been checked.
  virtual void finish(const ModelDraft& draft, schema::Diagnostics& diagnostics) {
    static_cast<void>(draft);
    static_cast<void>(diagnostics);
  }
  // The payload to keep in the database; empty when there is nothing to keep.
  virtual Result<std::string> publish(const ModelDraft& draft) = 0;
};

class ModelSection {
 public:
  virtual ~ModelSection() = default;
  // The member of the document it owns.
  virtual std::string_view name() const = 0;
  // `member` is null when the document lacks the section. Problems go to `diagnostics`; the draft
  // holds what could be read and is never null.
  virtual std::unique_ptr<SectionDraft> parse(const json::Node* member,
                                              schema::Diagnostics& diagnostics) const = 0;
};

class ModelSections {
 public:
  void add(std::shared_ptr<const ModelSection> section) { sections_.push_back(std::move(section)); }
  const std::vector<std::shared_ptr<const ModelSection>>& all() const { return sections_; }
  const ModelSection* find(std::string_view name) const;

 private:
  std::vector<std::shared_ptr<const ModelSection>> sections_;
};

}  // namespace kith::engine
