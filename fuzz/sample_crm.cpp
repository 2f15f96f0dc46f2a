#include "fuzz/sample_crm.hpp"

#include "engine/model.hpp"
#include "fuzz/fuzz.hpp"
#include "record/builder.hpp"
#include "record/convert.hpp"

namespace kith::fuzz {

Database sample_database() {
  return must(Database::create(":memory:", {.model = std::string(kSampleModel), .now = kNow}),
              "the sample model makes a database");
}

SampleRecords::SampleRecords()
    : catalog_(must(engine::check_model(kSampleModel, "sample", engine::core_sections(), {}),
                    "the sample model is right")
                   .catalog) {
  for (const schema::EntityType& type : catalog_.types) {
    layouts_.emplace(type.id, record::Layout::of(type));
  }
  const RecordId ada(catalog_.find("user")->id, 1);
  const RecordId acme(catalog_.find("account")->id, 1);
  put("user", 1, {{"name", "Ada"}});
  put("account", 1, {{"name", "Acme"}, {"parent", acme}});
  put("deal", 1,
      {{"name", "Pilot \xC3\xA9"},
       {"code", "P-1"},
       {"account", acme},
       {"watchers", List{Value(ada), Value(ada)}},
       {"stage", "Offer"},
       {"tags", List{Value("vip"), Value("risk")}},
       {"hot", true},
       {"seats", 120},
       {"score", 0.75},
       {"rate", Decimal(1250, 3)},
       {"amount", Money{Decimal(12'500'000, 4), Currency{{'E', 'U', 'R', 0}}}},
       {"close_date", Date(20'500)},
       {"met_at", kNow},
       {"effort", Duration::minutes(90)},
       {"photo", Bytes{std::string("\x00\xFF\x01", 3)}},
       {"extra", Map{{Value("a"), Value(List{Value(1), Value("b"), Value()})}}},
       {"email", "ann@acme.example"},
       {"size_class", "large"}});
  put("deal", 2, {});
}

void SampleRecords::put(const char* type_name, std::uint64_t sequence, const Patch& values) {
  const schema::EntityType& type = *catalog_.find(type_name);
  std::vector<record::FieldChange> changes;
  for (const auto& [name, value] : values) {
    const schema::Field& field = *type.find_field(name);
    changes.emplace_back(field.id,
                         must(record::convert(type, field, value), "a sample value fits"));
  }
  record::SystemWords words;
  words.version = sequence;
  words.created = words.updated = kNow.to_microseconds();
  const RecordId id(type.id, sequence);
  bytes_[id] = must(record::build(type, layout(type.id), words, changes), "a sample record");
  views_[id] = must(record::View::open(bytes_[id]), "a sample record opens");
}

expr::Environment SampleRecords::environment() const {
  return expr::Environment::for_entity(
      catalog_, [this](std::uint16_t type) { return &layouts_.at(type); }, deal().id);
}

Result<const record::View*> SampleRecords::load(RecordId id) {
  const auto found = views_.find(id);
  return found == views_.end() ? nullptr : &found->second;
}

SampleRecords& sample_records() {
  static SampleRecords records;
  return records;
}

}  // namespace kith::fuzz
