#include "tests/expr/sample_model.hpp"

#include <boost/test/unit_test.hpp>

namespace kith::expr::test {
namespace {

using schema::Field;
using schema::FieldType;

schema::EntityType entity(std::uint16_t id, std::string name, std::vector<Field> fields) {
  schema::EntityType type;
  type.id = id;
  type.name = std::move(name);
  type.fields = std::move(fields);
  for (std::size_t i = 0; i < type.fields.size(); ++i) {
    type.fields[i].id = static_cast<std::uint32_t>(i + 1);
  }
  return type;
}

Field field(std::string name, FieldType type) {
  Field out;
  out.name = std::move(name);
  out.type = type;
  return out;
}

Field choice(std::string name, FieldType type, const std::vector<std::string>& options) {
  Field out = field(std::move(name), type);
  for (const std::string& option : options) {
    out.options.push_back(
        {static_cast<std::uint32_t>(out.options.size() + 1), option, option, false});
  }
  return out;
}

Field reference(std::string name, FieldType type, std::uint16_t target, std::string inverse) {
  Field out = field(std::move(name), type);
  out.target = target;
  out.inverse = std::move(inverse);
  return out;
}

}  // namespace

SampleModel::SampleModel() {
  catalog.types.push_back(entity(kUser, "user", {field("name", FieldType::kText)}));
  catalog.types.push_back(
      entity(kAccount, "account",
             {field("name", FieldType::kText),
              choice("industry", FieldType::kChoice, {"retail", "software"}),
              reference("parent", FieldType::kReference, kAccount, "children")}));
  Field discount = field("discount", FieldType::kDecimal);
  discount.scale = 2;
  catalog.types.push_back(
      entity(kDeal, "deal",
             {field("name", FieldType::kText), field("amount", FieldType::kMoney), discount,
              choice("stage", FieldType::kChoice, {"Prospecting", "Engaging", "Won", "Lost"}),
              choice("tags", FieldType::kMultiChoice, {"vip", "late"}),
              field("close_date", FieldType::kDate), field("seen_at", FieldType::kTimestamp),
              field("effort", FieldType::kDuration), field("seats", FieldType::kInt),
              field("score", FieldType::kFloat), field("hot", FieldType::kBool),
              reference("account", FieldType::kReference, kAccount, "deals"),
              reference("partners", FieldType::kReferenceList, kAccount, "partner_deals"),
              field("extra", FieldType::kJson), field("blob", FieldType::kBytes)}));
  schema::DerivedField stage_class;
  stage_class.name = "stage_class";
  stage_class.base_field = 4;
  stage_class.values = {
      {1, Value("open")}, {2, Value("open")}, {3, Value("won")}, {4, Value("lost")}};
  schema::DerivedField probability;
  probability.name = "stage_probability";
  probability.base_field = 4;
  probability.type = FieldType::kInt;
  probability.values = {{1, Value(10)}, {2, Value(50)}, {3, Value(100)}, {4, Value(0)}};
  catalog.types.back().derived = {stage_class, probability};
  for (const schema::EntityType& type : catalog.types) {
    layouts_.emplace(type.id, record::Layout::of(type));
  }
}

Environment SampleModel::environment(std::uint16_t type) const {
  return Environment::for_entity(
      catalog,
      [this](std::uint16_t id) {
        const auto found = layouts_.find(id);
        return found == layouts_.end() ? nullptr : &found->second;
      },
      type);
}

RecordId SampleModel::put(std::uint16_t type_id, std::uint64_t sequence, const Patch& values) {
  const schema::EntityType& type = *catalog.find(type_id);
  std::vector<record::FieldChange> changes;
  for (const auto& [name, value] : values) {
    changes.emplace_back(type.find_field(name)->id, value);
  }
  record::SystemWords words;
  words.version = 7;
  words.created = 1'500'000'000'000'000;
  words.updated = 1'600'000'000'000'000;
  auto stored = std::make_unique<Stored>();
  Result<std::string> bytes = record::build(type, layouts_.at(type_id), words, changes);
  BOOST_REQUIRE_MESSAGE(bytes.ok(), bytes.status().to_string());
  stored->bytes = *std::move(bytes);
  BOOST_REQUIRE(stored->view.init(stored->bytes));
  const RecordId id(type_id, sequence);
  records_[id] = std::move(stored);
  return id;
}

Activation SampleModel::on(RecordId id) {
  Activation activation;
  activation.set_record(id, &records_.at(id)->view);
  activation.set_host(this);
  activation.set_now(*Timestamp::parse("2017-06-15T12:00:00Z"));
  return activation;
}

Result<const record::View*> SampleModel::load(RecordId id) {
  ++loads;
  if (id.sequence() == 666) return Status(kith::Code::kIo, "the disk is gone");
  const auto found = records_.find(id);
  const record::View* view = found == records_.end() ? nullptr : &found->second->view;
  return view;
}

Status SampleModel::prefetch(std::span<const RecordId> ids) {
  prefetched.emplace_back(ids.begin(), ids.end());
  return {};
}

Status SampleModel::related(RecordId parent, const Relation& relation, std::size_t limit,
                            std::vector<RecordId>* ids) {
  ids->clear();
  for (const auto& [id, stored] : records_) {
    if (id.type() != relation.type->id || ids->size() == limit) continue;
    const record::View& view = stored->view;
    const bool names_it = relation.field->type == FieldType::kReference
                              ? view.reference(*relation.slot) == parent
                              : view.references(*relation.slot).contains(parent.bits());
    if (names_it) ids->push_back(id);
  }
  return {};
}

Result<const Program*> SampleModel::segment(std::string_view name, RecordId, std::uint16_t entity) {
  const auto found = segments.find(std::string(name));
  if (found != segments.end() && entity == kDeal) return &found->second;
  return Status(kith::Code::kInvalidArgument, "there is no segment '" + std::string(name) + "'");
}

}  // namespace kith::expr::test

BOOST_AUTO_TEST_SUITE(expr_sample_model)

BOOST_AUTO_TEST_CASE(records_read_back) {
  kith::expr::test::SampleModel model;
  const kith::RecordId id = model.put(model.kAccount, 1, {{"name", "Acme"}});
  const auto view = model.load(id);
  BOOST_REQUIRE(view.ok() && *view != nullptr);
  BOOST_TEST((*view)->version() == 7u);
}

BOOST_AUTO_TEST_SUITE_END()
