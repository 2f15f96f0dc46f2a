#include "exchange/importer.hpp"

#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <fstream>

#include "tests/exchange/fake_target.hpp"
#include "tests/exchange/test_catalog.hpp"

using namespace kith;
using namespace kith::exchange;

namespace {

struct Shops {
  testing::FakeTarget target{testing::catalog_of(testing::kShopModel)};
  StringSink rejects;
  ImportOptions options;

  Result<ImportReport> run(std::string_view csv, std::string_view mapping = "",
                           std::string_view entity = "shop") {
    ImportJob job;
    job.entity = std::string(entity);
    job.options = options;
    job.mapping = default_mapping();
    if (!mapping.empty()) {
      auto parsed = parse_mapping(mapping, "m.json");
      BOOST_REQUIRE_MESSAGE(parsed.ok(), parsed.status().to_string());
      job.mapping = *std::move(parsed);
    }
    rejects.text.clear();
    job.rejects = &rejects;
    MemorySource source(csv);
    return import_rows(source, job, target);
  }
  ImportReport imported(std::string_view csv, std::string_view mapping = "",
                        std::string_view entity = "shop") {
    auto report = run(csv, mapping, entity);
    BOOST_REQUIRE_MESSAGE(report.ok(), report.status().to_string());
    return *std::move(report);
  }
  std::string parent_of(const std::string& name) const {
    const auto* shop = target.by("shop", "name", Value(name));
    BOOST_REQUIRE_MESSAGE(shop != nullptr, "no shop " + name);
    if (!shop->contains("parent")) return "-";
    return *target.at(shop->at("parent"))->at("name").text();
  }
  static std::string summary(const ImportReport& r) {
    return std::to_string(r.rows) + " rows " + std::to_string(r.created) + "c " +
           std::to_string(r.updated) + "u " + std::to_string(r.unchanged) + "= " +
           std::to_string(r.rejected) + "x";
  }
};

const char* const kKeyed = R"({"kith_import": 1, "key": "name", "unmapped": "by_name"})";

}  // namespace

BOOST_FIXTURE_TEST_SUITE(exchange_importer, Shops)

BOOST_AUTO_TEST_CASE(long_texts_end_a_transaction_before_its_number_of_rows) {
  const std::string notes(900'000, 'n');
  std::string csv = "name,notes\n";
  for (const char* name : {"A", "B", "C", "D"}) csv += std::string(name) + "," + notes + "\n";
  BOOST_TEST(summary(imported(csv)) == "4 rows 4c 0u 0= 0x");
  BOOST_TEST(target.committed == 2);
}

BOOST_AUTO_TEST_CASE(good_rows_go_in_and_bad_rows_are_reported) {
  options.chunk_rows = 2;
  const auto report = imported(
      "name,staff,opened\n"
      "A,1,2017-01-01\n"
      "B,many,2017-13-01\n"
      "C\n"
      ",4,2017-01-01\n"
      "A,5,2017-01-01\n"
      "F,6,\n");
  BOOST_TEST(summary(report) == "6 rows 2c 0u 0= 4x");
  BOOST_TEST(target.all("shop").size() == 2u);
  BOOST_TEST(target.committed == 3);
  BOOST_TEST(rejects.text ==
             "reject_row,reject_line,reject_column,reject_code,reject_reason,name,staff,opened\n"
             "2,3,staff; opened,type,\"\"\"many\"\" is not a number as 1234.56; \"\"2017-13-01\"\" "
             "is not a date as YYYY-MM-DD or YYYY-MM-DDTHH:mm:ssZ or YYYY-MM-DDTHH:mm:ss.SZ or "
             "YYYY-MM-DDTHH:mm:ss or YYYY-MM-DDTHH:mm:ss.S or YYYY-MM-DD HH:mm:ss or YYYY-MM-DD "
             "HH:mm\",B,many,2017-13-01\n"
             "3,4,,too_few_cells,\"the row has 1 cell, the file has 3 columns\",C\n"
             "4,5,name,required,name is required,,4,2017-01-01\n"
             "5,6,name,unique,another record has it,A,5,2017-01-01\n");
  BOOST_REQUIRE_EQUAL(report.rejects.size(), 5u);
  BOOST_TEST(report.rejects[1].column == "opened");
  BOOST_TEST(report.rejects[2].row == 3u);
  BOOST_TEST(report.rejects[2].line == 4u);
}

BOOST_AUTO_TEST_CASE(a_mended_rejects_file_imports_with_the_same_mapping) {
  const char* mapping = R"({"kith_import": 1, "unmapped": "reject",
                            "columns": {"n": "name", "s": "staff"}})";
  BOOST_TEST(imported("n,s\nA,x\nB,2\n", mapping).rejected == 1u);
  std::string mended = rejects.text;
  mended.replace(mended.rfind("A,x"), 3, "A,1");
  const auto report = imported(mended, mapping);
  BOOST_TEST(summary(report) == "1 rows 1c 0u 0= 0x");
  BOOST_TEST(rejects.text == "");
}

BOOST_AUTO_TEST_CASE(a_key_updates_and_the_same_file_again_changes_nothing) {
  const char* csv = "name,staff,kind\nA,1,market\nB,2,\n";
  BOOST_TEST(summary(imported(csv, kKeyed)) == "2 rows 2c 0u 0= 0x");
  BOOST_TEST((target.by("shop", "name", Value("B"))->at("kind") == Value("corner")));
  BOOST_TEST(summary(imported("name,staff\nA,1\nB,3\nC,\n", kKeyed)) == "3 rows 1c 1u 1= 0x");
  BOOST_TEST((target.by("shop", "name", Value("B"))->at("staff") == Value(3)));
  // An empty cell clears the field of a record that is there, unless told to leave it.
  BOOST_TEST(summary(imported("name,staff\nA,\n", kKeyed)) == "1 rows 0c 1u 0= 0x");
  BOOST_TEST(!target.by("shop", "name", Value("A"))->contains("staff"));
  const char* keep = R"({"kith_import": 1, "key": "name", "columns": {
      "name": "name", "staff": {"field": "staff", "when_empty": "keep"}}})";
  BOOST_TEST(summary(imported("name,staff\nB,\n", keep)) == "1 rows 0c 0u 1= 0x");
}

BOOST_AUTO_TEST_CASE(a_key_that_is_empty_repeated_or_of_another_record_is_refused) {
  options.chunk_rows = 1;
  auto report = imported("name,staff\nA,1\nA,2\n,3\n", kKeyed);
  BOOST_TEST(summary(report) == "3 rows 1c 0u 0= 2x");
  BOOST_TEST(report.rejects[0].code == "duplicate_key");
  BOOST_TEST(report.rejects[0].reason.find("row 1") != std::string::npos);
  BOOST_TEST(report.rejects[1].code == "key");
  report = imported("name,staff\nA,1\nA,2\n",
                    R"({"kith_import": 1, "key": "name", "duplicates": "update",
                        "unmapped": "by_name"})");
  BOOST_TEST(summary(report) == "2 rows 0c 1u 1= 0x");
  // A row whose first try was refused leaves its key free.
  report = imported("name,staff\nN,x\nN,2\n", kKeyed);
  BOOST_TEST(summary(report) == "2 rows 1c 0u 0= 1x");
}

BOOST_AUTO_TEST_CASE(the_key_can_be_the_id) {
  imported("name\nA\nB\n");
  const char* by_id = R"({"kith_import": 1, "key": "id", "unmapped": "by_name"})";
  const auto report = imported("id,staff\nshop:1,5\nshop:9,6\ncity:1,7\nx,8\n", by_id);
  BOOST_TEST(summary(report) == "4 rows 0c 1u 0= 3x");
  BOOST_TEST(report.rejects[0].code == "not_found");
  BOOST_TEST(report.rejects[1].code == "key");
  BOOST_TEST((target.by("shop", "name", Value("A"))->at("staff") == Value(5)));
}

BOOST_AUTO_TEST_CASE(references_to_other_types) {
  imported("name,code\nGraz,1\nLinz,2\n", "", "city");
  auto report = imported("name,city\nA,Graz\nB,Wien\nC,\n");
  BOOST_TEST(summary(report) == "3 rows 2c 0u 0= 1x");
  BOOST_TEST(report.rejects[0].code == "reference_not_found");
  BOOST_TEST(report.rejects[0].column == "city");
  BOOST_TEST(report.rejects[0].reason.find("\"Wien\"") != std::string::npos);
  report = imported("name,city.code\nD,2\nE,x\n");
  BOOST_TEST(summary(report) == "2 rows 1c 0u 0= 1x");
  const char* blank = R"({"kith_import": 1, "unresolved": "blank", "unmapped": "by_name"})";
  report = imported("name,city\nF,Wien\n", blank);
  BOOST_TEST(summary(report) == "1 rows 1c 0u 0= 0x");
  BOOST_TEST(report.references_blank == 1u);
  BOOST_TEST(report.rejects[0].code == "reference_blank");
  const char* by_id = R"({"kith_import": 1, "columns": {"name": "name",
      "city": {"field": "city", "reference": {"by": "id"}}}})";
  report = imported("name,city\nG,city:1\nH,city:9\nI,shop:1\n", by_id);
  BOOST_TEST(summary(report) == "3 rows 1c 0u 0= 2x");
}

BOOST_AUTO_TEST_CASE(created_references_go_with_a_refused_row) {
  const char* create = R"({"kith_import": 1, "unmapped": "by_name", "columns": {
      "city": {"field": "city", "reference": {"unresolved": "create"}}}})";
  auto report = imported("name,city\nA,Graz\nB,Graz\n,Linz\nC,Wien\nA,Bern\n", create);
  BOOST_TEST(summary(report) == "5 rows 3c 0u 0= 2x");
  BOOST_TEST(report.references_created == 2u);
  BOOST_TEST(target.all("city").size() == 2u);
  BOOST_TEST(target.by("city", "name", Value("Bern")) == nullptr);
  BOOST_TEST(target.begun == 2);
  // A dry run says the same and leaves nothing, however it is cut into chunks.
  options.dry_run = true;
  options.chunk_rows = 1;
  report = imported("name,city\nD,Rom\nE,Rom\nF,Graz\n", create);
  BOOST_TEST(summary(report) == "3 rows 3c 0u 0= 0x");
  BOOST_TEST(report.references_created == 1u);
  BOOST_TEST(target.all("city").size() == 2u);
}

BOOST_AUTO_TEST_CASE(references_inside_the_file_wait_for_their_record) {
  for (const std::uint32_t chunk : {1u, 2u, 100u}) {
    Shops fresh;
    fresh.options.chunk_rows = chunk;
    const auto report = fresh.imported("name,parent\nA,B\nB,C\nC,\nD,A\nE,X\nF,E\n");
    BOOST_TEST(summary(report) == "6 rows 4c 0u 0= 2x");
    BOOST_TEST(fresh.parent_of("A") == "B");
    BOOST_TEST(fresh.parent_of("B") == "C");
    BOOST_TEST(fresh.parent_of("C") == "-");
    BOOST_TEST(fresh.parent_of("D") == "A");
    BOOST_TEST(fresh.target.by("shop", "name", Value("F")) == nullptr);
  }
}

BOOST_AUTO_TEST_CASE(rings_are_written_together) {
  options.chunk_rows = 1;
  auto report = imported("name,parent\nA,B\nB,C\nC,A\nS,S\nT,A\n");
  BOOST_TEST(summary(report) == "5 rows 5c 0u 0= 0x");
  BOOST_TEST(parent_of("A") == "B");
  BOOST_TEST(parent_of("C") == "A");
  BOOST_TEST(parent_of("S") == "S");
  BOOST_TEST(parent_of("T") == "A");
  report = imported("name,parent\nA,B\nB,C\nC,A\nS,S\nT,A\n", kKeyed);
  BOOST_TEST(summary(report) == "5 rows 0c 0u 5= 0x");
}

BOOST_AUTO_TEST_CASE(a_ring_that_loses_a_row_loses_those_that_need_it) {
  target.refuse = [](const std::string&, const Patch& patch) -> Status {
    for (const auto& [name, value] : patch) {
      if (name == "staff" && value == Value(13)) {
        return Status(Code::kRefused, "thirteen is unlucky", "shop", "staff");
      }
    }
    return {};
  };
  const auto report = imported("name,parent,staff\nA,B,1\nB,A,13\nM,N,1\nN,M,2\n");
  BOOST_TEST(summary(report) == "4 rows 2c 0u 0= 2x");
  BOOST_TEST(parent_of("M") == "N");
  BOOST_TEST(target.all("shop").size() == 2u);
  BOOST_TEST(report.rejects[0].code == "reference_not_found");
  BOOST_TEST(report.rejects[1].code == "refused");
  BOOST_TEST(report.rejects[1].column == "staff");
}

BOOST_AUTO_TEST_CASE(lists_of_references) {
  const auto report = imported("name,partners\nA,B;C\nB,\nC,B\nD,D;A\n");
  BOOST_TEST(summary(report) == "4 rows 4c 0u 0= 0x");
  BOOST_TEST(target.by("shop", "name", Value("A"))->at("partners").list()->size() == 2u);
  BOOST_TEST(target.by("shop", "name", Value("D"))->at("partners").list()->size() == 2u);
}

BOOST_AUTO_TEST_CASE(a_dry_run_tells_what_would_happen_and_leaves_nothing) {
  const char* csv = "name,parent,opened\nA,B,03/01/2017\nB,,25/01/2017\nB,,\nC,A,x\nR,S,\nS,R,\n";
  const char* mapping = R"({"kith_import": 1, "key": "name", "unmapped": "by_name", "columns": {
      "opened": {"field": "opened", "formats": ["MM/DD/YYYY", "DD/MM/YYYY"]}}})";
  for (const std::uint32_t chunk : {1u, 100u}) {
    options.chunk_rows = chunk;
    options.dry_run = true;
    const auto dry = imported(csv, mapping);
    BOOST_TEST(target.all("shop").empty());
    BOOST_TEST(summary(dry) == "6 rows 4c 0u 0= 2x");
    BOOST_REQUIRE_EQUAL(dry.ambiguous.size(), 1u);
    BOOST_TEST(dry.ambiguous[0].column == "opened");
    BOOST_TEST(dry.ambiguous[0].values == 1u);
    BOOST_TEST(dry.ambiguous[0].example == "03/01/2017");
    BOOST_TEST(target.committed == 0);
  }
  options.dry_run = false;
  BOOST_TEST(summary(imported(csv, mapping)) == "6 rows 4c 0u 0= 2x");
}

BOOST_AUTO_TEST_CASE(effective_dates_constants_and_zones) {
  const char* mapping = R"({"kith_import": 1, "columns": {"n": "name", "d": {"field": "opened",
      "formats": ["DD.MM.YYYY"]}, "t": "seen"}, "constants": {"kind": "Super market", "staff": 7},
      "effective_at": {"column": "d"}})";
  BOOST_TEST(imported("n,d,t\nA,01.03.2017,2017-03-01 12:00\nB,,\n", mapping).created == 2u);
  BOOST_TEST((target.effective[0] == *Timestamp::parse("2017-02-28T22:00:00Z")));
  BOOST_TEST((target.effective[1] == Timestamp()));
  const auto& a = *target.by("shop", "name", Value("A"));
  BOOST_TEST((a.at("kind") == Value("market")));
  BOOST_TEST((a.at("staff") == Value(7)));
  BOOST_TEST((a.at("seen") == Value(*Timestamp::parse("2017-03-01T10:00:00Z"))));
}

BOOST_AUTO_TEST_CASE(a_column_that_only_dates_the_row_is_used) {
  const char* mapping = R"({"kith_import": 1, "columns": {"n": "name"},
      "effective_at": {"column": "d"}, "unmapped": "reject"})";
  BOOST_TEST(imported("n,d\nA,2017-03-01\n", mapping).created == 1u);
  BOOST_TEST((target.effective[0] == *Timestamp::parse("2017-02-28T22:00:00Z")));
  BOOST_TEST(run("n,d,e\nB,2017-03-01,x\n", mapping).status().message().find("\"e\"") !=
             std::string_view::npos);
}

BOOST_AUTO_TEST_CASE(a_failing_store_ends_the_import_and_says_what_landed) {
  options.chunk_rows = 2;
  target.fail_commit = [this] {
    return target.committed == 1 ? Status(Code::kStoreFull, "the disk is full") : Status();
  };
  const auto report = run("name\nA\nB\nC\nD\n");
  BOOST_TEST((report.status().code() == Code::kStoreFull));
  BOOST_TEST(report.status().message().find("after 2 rows had landed") != std::string_view::npos);
  BOOST_TEST(target.all("shop").size() == 2u);
  target.fail_commit = {};
  target.refuse = [](const std::string&, const Patch&) { return Status(Code::kIo, "gone"); };
  BOOST_TEST((run("name\nX\n").status().code() == Code::kIo));
  BOOST_TEST(target.begin().ok());  // the chunk was taken back
}

BOOST_AUTO_TEST_CASE(progress_can_stop_the_import) {
  options.chunk_rows = 2;
  std::vector<ImportProgress> told;
  options.progress = [&](const ImportProgress& p) {
    told.push_back(p);
    return told.size() < 2;
  };
  const auto report = imported("name,parent\nA,\nB,Z\nC,\nD,\nE,\nZ,\n");
  BOOST_TEST(report.stopped);
  BOOST_TEST(told.size() == 2u);
  BOOST_TEST(told[1].rows == 4u);
  BOOST_TEST(told[1].bytes_total == 31u);
  BOOST_TEST(summary(report) == "4 rows 3c 0u 0= 1x");
  BOOST_TEST(report.rejects[0].code == "stopped");
  options.progress = [&](const ImportProgress& p) {
    told.push_back(p);
    return true;
  };
  imported("name\nM\nN\nO\n");
  BOOST_TEST(told.back().rows == 3u);
  BOOST_TEST(told.back().bytes == told.back().bytes_total);
}

BOOST_AUTO_TEST_CASE(files_that_cannot_be_imported_change_nothing) {
  BOOST_TEST((run("").status().code() == Code::kImportInvalid));
  BOOST_TEST((run("x,y\n1,2\n").status().code() == Code::kImportInvalid));
  BOOST_TEST((run("name\nA\n", "", "shp").status().code() == Code::kImportInvalid));
  BOOST_TEST(target.begun == 0);
}

BOOST_AUTO_TEST_CASE(files_and_their_rejects) {
  const auto folder = std::filesystem::temp_directory_path() / "kith_exchange_importer_test";
  std::filesystem::remove_all(folder);
  std::filesystem::create_directories(folder);
  const std::string in = (folder / "in.csv").string();
  std::ofstream(in) << "name,staff\nA,1\nB,x\n";
  options.rejects_path = (folder / "rejects.csv").string();
  auto report = import_file(in, "shop", options, target);
  BOOST_REQUIRE_MESSAGE(report.ok(), report.status().to_string());
  BOOST_TEST(report->rejected == 1u);
  BOOST_TEST(std::filesystem::file_size(options.rejects_path) > 0u);
  // A rejects file of an earlier import does not survive one without rejects.
  std::ofstream(in) << "name,staff\nC,1\n";
  BOOST_TEST(import_file(in, "shop", options, target).ok());
  BOOST_TEST(!std::filesystem::exists(options.rejects_path));
  options.rejects_path = in;
  BOOST_TEST((import_file(in, "shop", options, target).status().code() == Code::kInvalidArgument));
  BOOST_TEST(std::filesystem::exists(in));
  options.rejects_path = (folder / "no" / "such" / "r.csv").string();
  std::ofstream(in) << "name,staff\nD,x\n";
  BOOST_TEST((import_file(in, "shop", options, target).status().code() == Code::kIo));
  BOOST_TEST((import_file((folder / "none.csv").string(), "shop", {}, target).status().code() ==
              Code::kIo));
  std::filesystem::remove_all(folder);
}

BOOST_AUTO_TEST_SUITE_END()
