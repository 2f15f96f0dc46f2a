// The sections of the rooms below engine, dressed as ModelSection.
#include <utility>

#include "automation/section.hpp"
#include "base/try.hpp"
#include "engine/model.hpp"
#include "pipeline/section.hpp"
#include "schema/model_section.hpp"

namespace kith::engine {
namespace {

class OrganisationDraft : public SectionDraft {
 public:
  OrganisationDraft(schema::Organisation declared, const schema::ModelLimits&)
      : declared_(std::move(declared)) {}

  void check(ModelDraft& draft, schema::Diagnostics&) override { draft.organisation = declared_; }
  Result<std::string> publish(const ModelDraft&) override { return schema::encode(declared_); }

 private:
  schema::Organisation declared_;
};

class EntitiesDraft : public SectionDraft {
 public:
  EntitiesDraft(schema::Declarations declared, const schema::ModelLimits& limits)
      : declared_(std::move(declared)), limits_(limits) {}

  void check(ModelDraft& draft, schema::Diagnostics& diagnostics) override {
    std::string name = std::move(draft.catalog.model_name);
    draft.catalog = plan_entities(*draft.current, declared_, limits_, diagnostics);
    draft.catalog.model_name = std::move(name);
    collect_expressions(declared_, &draft.expressions);
  }
  void complete(ModelDraft& draft, schema::Diagnostics& diagnostics) override {
    complete_entities(*draft.current, declared_, draft.catalog, diagnostics);
    check_choices(draft.catalog, declared_, diagnostics);
  }
  // The catalog is all there is to keep.
  Result<std::string> publish(const ModelDraft&) override { return std::string(); }

 private:
  schema::Declarations declared_;
  schema::ModelLimits limits_;
};

class PipelinesDraft : public SectionDraft {
 public:
  PipelinesDraft(std::vector<pipeline::PipelineDeclaration> declared,
                 const schema::ModelLimits& limits)
      : declared_(std::move(declared)), limits_(limits) {}

  void check(ModelDraft& draft, schema::Diagnostics& diagnostics) override {
    auto stored = pipeline::decode(draft.stored_payload("pipelines"));
    if (!stored.ok()) {
      broken_ = stored.status();
      return;
    }
    definitions_ = publish_pipelines(declared_, *draft.current, *stored, limits_, draft.catalog,
                                     diagnostics, &draft.expressions);
  }
  Result<std::string> publish(const ModelDraft&) override {
    KITH_TRY(broken_);
    if (definitions_.pipelines.empty()) return std::string();
    return pipeline::encode(definitions_);
  }

 private:
  std::vector<pipeline::PipelineDeclaration> declared_;
  schema::ModelLimits limits_;
  pipeline::Definitions definitions_;
  Status broken_;  // what is stored cannot be read
};

class ScoresDraft : public SectionDraft {
 public:
  ScoresDraft(std::vector<schema::ScoreDeclaration> declared, const schema::ModelLimits&)
      : declared_(std::move(declared)) {}

  void check(ModelDraft& draft, schema::Diagnostics& diagnostics) override {
    schema::check_scores(declared_, draft.catalog, diagnostics);
    draft.scores = schema::scores_of(declared_);
    draft.score_declarations = std::move(declared_);
  }
  Result<std::string> publish(const ModelDraft& draft) override {
    return schema::encode(draft.scores);
  }

 private:
  std::vector<schema::ScoreDeclaration> declared_;
};

class AutomationsDraft : public SectionDraft {
 public:
  AutomationsDraft(std::vector<automation::AutomationDeclaration> declared,
                   const schema::ModelLimits& limits)
      : declared_(std::move(declared)), limits_(limits) {}

  void check(ModelDraft& draft, schema::Diagnostics& diagnostics) override {
    auto stored = automation::decode_published(draft.stored_payload("automations"));
    if (!stored.ok()) {
      broken_ = stored.status();
      return;
    }
    published_ = publish_automations(declared_, *stored, draft.catalog, limits_, diagnostics,
                                     &draft.expressions, &draft.scores);
  }
  Result<std::string> publish(const ModelDraft&) override {
    KITH_TRY(broken_);
    return automation::encode(published_);
  }

 private:
  std::vector<automation::AutomationDeclaration> declared_;
  schema::ModelLimits limits_;
  automation::Published published_;
  Status broken_;  // what is stored cannot be read
};

// A section whose draft is made from what `Parse` reads.
template <typename Draft, auto Parse>
class CoreSection : public ModelSection {
 public:
  CoreSection(std::string_view name, const schema::ModelLimits& limits)
      : name_(name), limits_(limits) {}

  std::string_view name() const override { return name_; }
  std::unique_ptr<SectionDraft> parse(const json::Node* member,
                                      schema::Diagnostics& diagnostics) const override {
    return std::make_unique<Draft>(Parse(member, limits_, diagnostics), limits_);
  }

 private:
  std::string_view name_;
  schema::ModelLimits limits_;
};

}  // namespace

std::string_view ModelDraft::stored_payload(std::string_view section) const {
  if (stored == nullptr) return {};
  const auto found = stored->find(std::string(section));
  return found != stored->end() ? std::string_view(found->second) : std::string_view();
}

const ModelSection* ModelSections::find(std::string_view name) const {
  for (const auto& section : sections_) {
    if (section->name() == name) return section.get();
  }
  return nullptr;
}

ModelSections core_sections(const schema::ModelLimits& limits) {
  ModelSections sections;
  sections.add(std::make_shared<CoreSection<OrganisationDraft, schema::parse_organisation>>(
      "organisation", limits));
  sections.add(
      std::make_shared<CoreSection<EntitiesDraft, schema::parse_entities>>("entities", limits));
  sections.add(std::make_shared<CoreSection<PipelinesDraft, pipeline::parse_pipelines>>("pipelines",
                                                                                        limits));
  sections.add(std::make_shared<CoreSection<ScoresDraft, schema::parse_scores>>("scores", limits));
  sections.add(std::make_shared<CoreSection<AutomationsDraft, automation::parse_automations>>(
      "automations", limits));
  return sections;
}

}  // namespace kith::engine
