// What questions about the record mean: changed(), in_segment(), stage_age(); and to-many
// relations.
#include <algorithm>

#include "base/nearest_name.hpp"
#include "expr/checker_impl.hpp"
#include "expr/formulas.hpp"
#include "expr/rollups.hpp"
#include "schema/types.hpp"

namespace kith::expr {
namespace {

std::uint32_t schema_id(std::uint32_t in_path) {
  if ((in_path & kSystemFieldBit) == 0) return in_path;
  return schema::system_field_id(static_cast<schema::SystemField>(in_path & ~kSystemFieldBit));
}

constexpr std::uint32_t kIdInPath =
    kSystemFieldBit | static_cast<std::uint32_t>(schema::SystemField::kId);

}  // namespace

Type Checker::visit_record_call(Node& node) {
  note(node).binding = Binding::kUnresolved;
  if (env_.entity() == nullptr || !env_.standard_roots()) {
    return mistake(node, node.text + "() asks about a record, and there is none here");
  }
  switch (node.macro) {
    case Macro::kIsNew:
      out_.reads_old = true;
      note(node).binding = Binding::kQuestion;
      return Type::of(TypeKind::kBool);
    case Macro::kChanged:
    case Macro::kChangedTo: return visit_changed(node);
    case Macro::kWas: return visit_was(node);
    case Macro::kInSegment: return visit_in_segment(node);
    case Macro::kScore: return visit_score(node);
    case Macro::kRollup: return visit_rollup(node);
    default: return visit_stage_age(node);
  }
}

// The field that is asked about must be one that the record itself has.
bool Checker::visit_own_field(const Node& node) {
  Node& field = *node.args[0];
  visit(field);
  if (failed()) return false;
  const Note& f = note(field);
  const std::string& entity = env_.entity()->name;
  std::string found;
  if (f.binding == Binding::kLocal) {
    found = "'" + field.text + "' is a variable";
  } else if (f.binding != Binding::kField) {
    found = "this is a value of type " + show(f.type);
  } else if (field.test_only || field.optional) {
    found = "this asks whether there is one";
  } else if (f.part == FieldPart::kRelated) {
    found = "'" + field.text + "' is a list of records that refer to it";
  } else if (f.formula != nullptr || f.part == FieldPart::kFormulaError) {
    found = "'" + field.text + "' is a formula, of which no former value is kept";
  } else if (!f.has_path || f.path.root != Root::kRecord || f.path.fields.size() != 1) {
    found = "this is one of another record";
  } else {
    return true;
  }
  mistake(field, node.text + "() takes a field of the " + entity + " itself, written " + node.text +
                     "(name) or " + node.text + "(r.name); " + found);
  return false;
}

// Says that the field's value before the change is read.
void Checker::watch(const Note& field) {
  out_.reads_old = true;
  out_.watched.insert(schema_id(field.path.fields.front()));
  out_.paths.insert(FieldPath{Root::kOld, field.path.fields});
}

Type Checker::visit_changed(Node& node) {
  if (!visit_own_field(node)) return Type();
  watch(note(*node.args[0]));
  note(node).binding = Binding::kQuestion;
  if (node.macro == Macro::kChangedTo) {
    Node& field = *node.args[0];
    Node& value = *node.args[1];
    visit(value);
    if (failed()) return Type();
    adapt_equal(field, value);
    if (failed()) return Type();
    if (!unifier_.assignable(type(field), type(value)) &&
        !unifier_.assignable(type(value), type(field))) {
      return mistake(value, "changed_to() compares the field, which is " +
                                show(type(field).unwrapped()) + ", with " + show(type(value)));
    }
  }
  return Type::of(TypeKind::kBool);
}

Type Checker::visit_was(Node& node) {
  if (!visit_own_field(node)) return Type();
  const Note& field = note(*node.args[0]);
  watch(field);
  Note& n = note(node);
  n = field;
  n.root = Root::kOld;
  n.path.root = Root::kOld;
  return Type::wrapper(field.type);
}

Type Checker::visit_in_segment(Node& node) {
  Node& segment = *node.args[0];
  visit(segment);
  if (failed()) return Type();
  const Type wanted = unifier_.substitute(type(segment)).unwrapped();
  if (!wanted.is(TypeKind::kString) && !wanted.is(TypeKind::kRecord) && !wanted.is_dyn()) {
    return mistake(segment,
                   "in_segment() takes the name or the id of a segment, such as "
                   "in_segment('VIP') or in_segment('segment:3'), and not " +
                       show(wanted));
  }
  Note& n = note(node);
  n.binding = Binding::kQuestion;
  n.entity = env_.entity()->id;
  // The condition may read anything, the time included; what, is known when it is evaluated.
  out_.reads_anything = true;
  out_.reads_now = true;
  out_.paths.insert(FieldPath{Root::kRecord, {kIdInPath}});
  return Type::of(TypeKind::kBool);
}

Type Checker::visit_stage_age(Node& node) {
  const schema::EntityType& entity = *env_.entity();
  const schema::Field* stage = nullptr;
  if (node.args.empty()) {
    std::vector<std::string> names;
    for (const schema::Field& field : entity.fields) {
      if (field.removed || field.pipeline.empty()) continue;
      stage = &field;
      names.push_back(field.name);
    }
    if (names.empty()) return mistake(node, "no pipeline moves a field of " + entity.name);
    if (names.size() > 1) {
      return mistake(node, "pipelines move " + names[0] + " and " + names[1] + " of " +
                               entity.name + "; write stage_age(" + names[0] + ")");
    }
  } else {
    if (!visit_own_field(node)) return Type();
    const Note& field = note(*node.args[0]);
    if (field.part == FieldPart::kValue) stage = field.field;
    if (stage == nullptr || stage->pipeline.empty()) {
      return mistake(*node.args[0], "no pipeline moves '" + node.args[0]->text + "'");
    }
  }
  const schema::Field* entered = entity.find_field(stage->name + "_entered");
  if (entered == nullptr || entered->type != schema::FieldType::kTimestamp) {
    return mistake(node, entity.name + " does not keep when its " + stage->name + " was entered");
  }
  Note& n = note(node);
  n.binding = Binding::kQuestion;
  n.field = entered;
  n.entity = entity.id;
  out_.reads_now = true;
  out_.paths.insert(FieldPath{Root::kRecord, {entered->id}});
  return Type::wrapper(Type::of(TypeKind::kDuration));
}

// The name is a literal, so that what is read is known beforehand.
Type Checker::visit_score(Node& node) {
  Node& name = *node.args[0];
  const std::string* text = name.kind == NodeKind::kLiteral ? name.value.text() : nullptr;
  if (text == nullptr) {
    return mistake(name, "score() takes the name of a score in quotes, such as score('fit')");
  }
  visit(name);
  if (env_.formulas() == nullptr) return mistake(node, "no scores are known here");
  const std::uint16_t entity = env_.entity()->id;
  const Result<const Score*> score = env_.formulas()->score(entity, *text);
  if (!score.ok()) return mistake(name, score.status().message());
  Note& n = note(node);
  n.binding = Binding::kQuestion;
  n.entity = entity;
  n.score = *score;
  out_.reads_scores = true;
  out_.reads_now |= n.score->reads_now;
  out_.reads_anything |= n.score->reads_anything;
  const FieldPath self{Root::kRecord, {}};
  read_through(n.score->paths, &self);
  return Type::of(TypeKind::kDecimal);
}

// The name stands for what the model declares, so nothing but a literal will do.
Type Checker::visit_rollup(Node& node) {
  const schema::EntityType& entity = *env_.entity();
  Node& word = *node.args[0];
  visit(word);
  if (failed()) return Type();
  const std::string* name = word.kind == NodeKind::kLiteral ? word.value.text() : nullptr;
  if (name == nullptr) {
    return mistake(word, "rollup() takes the name of a rollup of " + entity.name +
                             " as a text, such as rollup('open_amount')");
  }
  const schema::Rollup* declared = entity.find_rollup(*name);
  if (declared == nullptr) {
    std::vector<std::string> names;
    for (const schema::Rollup& rollup : entity.rollups) names.push_back(rollup.name);
    return mistake(word, entity.name + " has no rollup '" + *name + "'" +
                             base::did_you_mean(*name, names, '\''));
  }
  if (env_.formulas() == nullptr) {
    return mistake(node, "'" + *name + "' is a rollup, and none can be computed here");
  }
  const Result<const Rollup*> found = env_.formulas()->rollups().get(entity.id, *declared);
  if (!found.ok()) return mistake(word, found.status().message());
  Note& n = note(node);
  n.binding = Binding::kQuestion;
  n.rollup = *found;
  n.related = n.rollup->related;
  n.field = n.rollup->reference;
  n.entity = entity.id;
  out_.paths.insert(FieldPath{Root::kRecord, {kIdInPath}});
  return n.rollup->result;
}

// The references to `entity` that have a name seen from it.
std::vector<schema::Catalog::Inbound> Checker::relations(const schema::EntityType& entity) const {
  std::vector<schema::Catalog::Inbound> out;
  for (const schema::Catalog::Inbound& inbound : env_.catalog()->inbound(entity.id)) {
    if (!inbound.field->inverse.empty()) out.push_back(inbound);
  }
  return out;
}

bool Checker::record_relation(const Node& node, const schema::EntityType& entity,
                              const FieldPath* path, std::string_view name, Type* found) {
  for (const schema::Catalog::Inbound& inbound : relations(entity)) {
    if (inbound.field->inverse != name) continue;
    Note& n = note(node);
    n.binding = Binding::kField;
    n.part = FieldPart::kRelated;
    n.field = inbound.field;
    n.related = inbound.from;
    n.entity = entity.id;
    if (path != nullptr && path->root == Root::kOld) {
      *found = mistake(node, "'" + node.text +
                                 "' lists the records that refer to this one now; "
                                 "what they were is not known: write r." +
                                 node.text);
      return true;
    }
    if (path != nullptr) {
      FieldPath id = *path;
      id.fields.push_back(kIdInPath);
      out_.paths.insert(std::move(id));
    }
    *found = Type::list(record_type(inbound.from->id));
    return true;
  }
  return false;
}

}  // namespace kith::expr
