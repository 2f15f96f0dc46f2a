#include "record/capnp_schema.hpp"

#include <unistd.h>

#include <boost/test/unit_test.hpp>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "tests/record/capnp_reader.hpp"
#include "tests/record/random_records.hpp"

namespace kith::record {
namespace {

using schema::FieldType;
using testing::make_field;

schema::EntityType campaign_member() {
  schema::EntityType type;
  type.id = 4;
  type.name = "campaign_member";
  const std::pair<const char*, FieldType> fields[] = {{"full_name", FieldType::kText},
                                                      {"close_date", FieldType::kDate},
                                                      {"old", FieldType::kMoney},
                                                      {"amount", FieldType::kMoney},
                                                      {"tags", FieldType::kMultiChoice},
                                                      {"stage", FieldType::kChoice},
                                                      {"friends", FieldType::kReferenceList}};
  for (const auto& [name, field_type] : fields) {
    type.fields.push_back(make_field(type, field_type, name));
  }
  type.fields[2].removed = true;
  return type;
}

class TemporaryFolder {
 public:
  TemporaryFolder()
      : path_(std::filesystem::temp_directory_path() / ("kith-capnp-" + std::to_string(getpid()))) {
    std::filesystem::create_directories(path_);
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  std::string write(const char* name, const std::string& content) const {
    const std::filesystem::path file = path_ / name;
    std::ofstream(file, std::ios::binary) << content;
    return file.string();
  }

 private:
  std::filesystem::path path_;
};

std::string output_of(const std::string& command) {
  std::string out;
  FILE* pipe = popen((command + " 2>&1").c_str(), "r");
  BOOST_REQUIRE(pipe != nullptr);
  char buffer[4096];
  while (const std::size_t n = std::fread(buffer, 1, sizeof buffer, pipe)) out.append(buffer, n);
  const int status = pclose(pipe);
  BOOST_REQUIRE_MESSAGE(status == 0, command << " failed: " << out);
  return out;
}

bool have_capnp_tool() {
  if (std::system("capnp --version >/dev/null 2>&1") == 0) return true;
  BOOST_TEST_MESSAGE("skipped: the tool `capnp` is not installed (Debian package capnproto)");
  return false;
}

BOOST_AUTO_TEST_SUITE(record_capnp_schema)

BOOST_AUTO_TEST_CASE(the_text_names_every_slot) {
  BOOST_TEST(capnp_schema(campaign_member()) ==
             "@0x8755c6b649875050;\n\n"
             "struct CampaignMember {\n"
             "  version @0 :UInt64;  # key of the last history entry\n"
             "  created @1 :Int64;   # microseconds since 1970-01-01 UTC\n"
             "  updated @2 :Int64;   # microseconds since 1970-01-01 UTC\n"
             "  owner @3 :UInt64;    # record id: 16 bits of entity type, 48 of sequence\n"
             "  flags @4 :UInt64;    # bit 0: deleted\n"
             "  fullName @5 :Text;\n"
             "  hasCloseDate @6 :Bool;\n"
             "  closeDate @7 :Int32;  # days since 1970-01-01\n"
             "  obsolete8 @8 :Bool;\n"
             "  obsolete9 @9 :Int64;  # amount, 4 digits after the point\n"
             "  obsolete10 @10 :UInt32;  # three letters, first one lowest\n"
             "  hasAmount @11 :Bool;\n"
             "  amount @12 :Int64;  # amount, 4 digits after the point\n"
             "  amountCurrency @13 :UInt32;  # three letters, first one lowest\n"
             "  tags @14 :List(UInt32);  # 1 Open, 2 Won, 3 Lost\n"
             "  hasStage @15 :Bool;\n"
             "  stage @16 :UInt32;  # 1 Open, 2 Won, 3 Lost\n"
             "  friends @17 :List(UInt64);  # record id, 0 is none\n"
             "}\n");
}

BOOST_AUTO_TEST_CASE(names_are_legal_and_unique_whatever_the_fields_are_called) {
  schema::EntityType type;
  type.name = "text";  // must not hide the type Text
  for (const char* name : {"amount",    "has_amount", "amount_currency",
                           "version",   "flags",      "struct",
                           "union",     "void",       "2nd",
                           "a_b",       "a__b",       "aB",
                           "obsolete6", "___",        "müller",
                           "import",    "true",       "inf",
                           "using",     "const",      "enum",
                           "group",     "id"}) {
    type.fields.push_back(make_field(type, FieldType::kMoney, name));
    type.fields.push_back(make_field(type, FieldType::kText, std::string(name) + "_note"));
  }
  type.fields.push_back(make_field(type, FieldType::kChoice, "stage"));
  type.fields.back().options[0].name = "two\nlines @0 :Text;";
  const testing::ParsedType parsed(type);
  BOOST_TEST(capnp_struct_name(type) == "TextRecord");
  BOOST_TEST(parsed.schema().getFields().size() == kSystemWords + 23u * 4 + 2);
}

BOOST_AUTO_TEST_CASE(adding_a_field_changes_no_name_of_an_older_one) {
  testing::Random random(61);
  schema::EntityType type;
  type.name = "deal";
  std::vector<CapnpNames> before;
  for (int step = 0; step < 60; ++step) {
    testing::add_random_field(random, &type);
    const std::vector<CapnpNames> after = capnp_names(type);
    for (std::size_t i = 0; i < before.size(); ++i) {
      BOOST_TEST(before[i].value == after[i].value);
      BOOST_TEST(before[i].presence == after[i].presence);
    }
    before = after;
  }
}

BOOST_AUTO_TEST_CASE(the_capnp_tool_decodes_a_record_with_the_printed_schema) {
  if (!have_capnp_tool()) return;
  const schema::EntityType type = campaign_member();
  SystemWords words;
  words.version = 77;
  words.owner = RecordId(2, 9);
  const std::vector<FieldChange> values = {
      {1, "Ada Lovelace"},
      {2, Value(Date(-5))},
      {4, Value(Money{Decimal(125000, 4), Currency{{'E', 'U', 'R', 0}}})},
      {5, Value(List{Value("Open"), Value("Lost")})},
      {6, "Won"},
      {7, Value(List{RecordId(1, 1)})}};
  const Result<std::string> bytes = build(type, Layout::of(type), words, values);
  BOOST_REQUIRE(bytes.ok());
  const TemporaryFolder folder;
  const std::string schema_file = folder.write("member.capnp", capnp_schema(type));
  const std::string record_file = folder.write("record.bin", *bytes);
  const std::string decoded = output_of("capnp decode --flat --short '" + schema_file +
                                        "' CampaignMember < '" + record_file + "'");
  BOOST_TEST(decoded ==
             "(version = 77, created = 0, updated = 0, owner = 562949953421321, flags = 0, "
             "fullName = \"Ada Lovelace\", hasCloseDate = true, closeDate = -5, "
             "obsolete8 = false, obsolete9 = 0, obsolete10 = 0, hasAmount = true, "
             "amount = 125000, amountCurrency = 5395781, tags = [1, 3], hasStage = true, "
             "stage = 2, friends = [281474976710657])\n");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace kith::record
