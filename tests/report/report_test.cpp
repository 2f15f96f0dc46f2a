#include "report/definition.hpp"

#include "base/try.hpp"
#include "report/built_in.hpp"
#include "report/runner.hpp"
#include "report/section.hpp"
#include "tests/query/fixture.hpp"

namespace {

using namespace kith;
using namespace kith::query_test;

struct Sales : Crm {
  Sales() {
    account(1, {{1, "Acme"}, {2, "North"}});
    const auto add = [&](std::uint64_t n, const char* stage, const char* amount, const char* close,
                         bool with_account) {
      Values values = {{kStage, stage}, {kAmount, dec(amount)}, {kClose, day(close)}};
      if (with_account) values.emplace_back(kAccountRef, ref(kAccount, 1));
      deal(n, values);
    };
    add(1, "Won", "10.00", "2017-01-31", true);
    add(2, "Won", "20.00", "2017-03-31", false);
    add(3, "Lost", "5.00", "2017-05-31", true);
    add(4, "Prospecting", "100.00", "2017-06-30", true);
    add(5, "Engaging", "50.00", "2017-06-30", false);
    add(6, "Engaging", "10.00", "2017-06-30", false);
  }

  Result<ReportResult> report(std::string_view name, const Map& parameters = {}) {
    auto txn = std::move(*store().begin_read());
    query::SnapshotHost host(*txn);
    query::Context context;
    context.catalog = &catalog;
    context.layouts = lookup();
    context.txn = txn.get();
    context.host = &host;
    KITH_ASSIGN(const report::Definition* definition, report::find_report({}, name));
    return report::run(*definition, parameters, context);
  }
  std::string answer(std::string_view name, const Map& parameters = {}) {
    const auto result = report(name, parameters);
    BOOST_REQUIRE_MESSAGE(result.ok(), result.status().to_string());
    return print(result->rows);
  }
};

Map one(const char* name, const char* value) { return {{Value(name), Value(value)}}; }

const char* const kDocument = R"({"title": "Deals of ${what}", "entity": "deal",
  "parameters": {"what": "stage"},
  "group_by": [{"name": "g", "of": "${what}"}],
  "measures": [{"name": "n", "function": "count"}]})";

}  // namespace

BOOST_FIXTURE_TEST_SUITE(report_report, Sales)

BOOST_AUTO_TEST_CASE(the_built_in_documents_are_reports) {
  BOOST_TEST(report::built_in_reports().size() == 3U);
  for (const report::Definition& definition : report::built_in_reports()) {
    BOOST_TEST(definition.built_in);
    BOOST_TEST(!report::info_of(definition).title.empty());
  }
  for (const auto document :
       {report::pipeline_document(), report::win_rate_document(), report::revenue_document()}) {
    const auto parsed = report::parse_definition("x", document);
    BOOST_TEST(parsed.ok(), parsed.status().to_string());
  }
}

BOOST_AUTO_TEST_CASE(pipeline_weighs_open_deals_by_stage) {
  // Engaging comes first by its order; 50 % of 60, 10 % of 100.
  BOOST_TEST(answer("pipeline") == "Engaging|2|60.00|30.0000\nProspecting|1|100.00|10.0000\n");
  BOOST_TEST(answer("pipeline", one("where", "amount < 100.0")) == "Engaging|2|60.00|30.0000\n");
}

BOOST_AUTO_TEST_CASE(win_rate_names_its_denominators) {
  const auto result = report("win_rate");
  BOOST_REQUIRE_MESSAGE(result.ok(), result.status().to_string());
  BOOST_TEST(print(result->rows) == "2|3|6|0.666667|0.333333\n");
  BOOST_TEST(result->bars == "won_of_closed");
  BOOST_TEST(result->rows.columns[3].label == "Won of closed");
  BOOST_TEST(result->rows.columns[4].label == "Won of all");
  BOOST_TEST(result->rows.columns[3].format == "percent");
  BOOST_TEST(answer("win_rate", one("by", "account.region")) ==
             "null|1|1|3|1.000000|0.333333\nNorth|1|2|3|0.500000|0.333333\n");
}

BOOST_AUTO_TEST_CASE(revenue_by_period) {
  BOOST_TEST(answer("revenue") == "2017-Q1|2|30.00|15.000000\n");
  BOOST_TEST(answer("revenue", one("period", "month")) ==
             "2017-01|1|10.00|10.000000\n2017-03|1|20.00|20.000000\n");
  BOOST_TEST(report("revenue", one("period", "month"))->title == "Revenue by month");
}

BOOST_AUTO_TEST_CASE(parameters_are_checked) {
  const auto refused = [&](const char* name, const char* value, const char* part) {
    const auto result = report("revenue", one(name, value));
    BOOST_REQUIRE_MESSAGE(!result.ok(), value);
    BOOST_TEST(result.status().to_string().find(part) != std::string::npos,
               result.status().to_string());
  };
  refused("perid", "month", "did you mean \"period\"");
  refused("period", "decade", "bucket");
  refused("amount", "amount) || (true", "neither a name nor an expression");
  refused("amount", "\"", "neither a name nor an expression");
  refused("amount", "nothing", "nothing");
  refused("entity", "dael", "did you mean \"deal\"");
  BOOST_TEST(
      (report("revenue", {{Value("period"), Value(3)}}).status().code() == Code::kInvalidArgument));
  // An expression stands in parentheses, quotes and all.
  BOOST_TEST(answer("revenue", one("amount", "stage == \"Won\" ? 1 : 2")) ==
             "2017-Q1|2|2|1.000000\n");
}

BOOST_AUTO_TEST_CASE(unknown_reports_are_named) {
  const auto result = report("pipline");
  BOOST_TEST((result.status().code() == Code::kNotFound));
  BOOST_TEST(std::string(result.status().message()).find("did you mean \"pipeline\"") !=
             std::string::npos);
}

BOOST_AUTO_TEST_CASE(mistakes_in_documents_are_found) {
  const auto refused = [](const char* document, const char* part) {
    const auto result = report::parse_definition("mine", document);
    BOOST_REQUIRE_MESSAGE(!result.ok(), document);
    BOOST_TEST(std::string(result.status().message()).find(part) != std::string::npos,
               result.status().message());
  };
  refused("{", "report mine");
  refused("[]", "must be an object");
  refused(R"({"entity": "deal", "titel": "x"})", "did you mean \"title\"");
  refused(R"({"entity": "${e}"})", "no parameter \"e\"");
  refused(R"({"entity": "${e"})", "must be followed by");
  refused(R"({"entity": "deal", "parameters": {"a b": "x"}})", "cannot name a parameter");
  refused(R"({"entity": "deal", "parameters": {"a": 1}})", "must be a text");
  refused(R"({"entity": "deal", "bars": "n", "measures": [{"name": "m", "function": "count"}]})",
          "names no measure");
}

BOOST_AUTO_TEST_CASE(the_section_keeps_reports_of_a_model) {
  const auto section = report::make_reports_section();
  const auto member = json::parse(std::string(R"({"by_what": )") + kDocument + "}");
  BOOST_REQUIRE(member.ok());
  schema::Diagnostics diagnostics;
  const auto draft = section->parse(&*member, diagnostics);
  engine::ModelDraft model;
  model.catalog = catalog;
  draft->check(model, diagnostics);
  draft->finish(model, diagnostics);
  BOOST_REQUIRE_MESSAGE(diagnostics.ok(), diagnostics.status("m").to_string());
  const auto payload = draft->publish(model);
  BOOST_REQUIRE(payload.ok());
  const auto reports = report::decode_reports(*payload);
  BOOST_REQUIRE_MESSAGE(reports.ok(), reports.status().to_string());
  BOOST_REQUIRE(reports->size() == 1U);
  BOOST_TEST(report::info_of(reports->front()).title == "Deals of stage");
  BOOST_TEST((*report::find_report(*reports, "by_what"))->name == "by_what");
  BOOST_TEST(report::all_reports(*reports).size() == 4U);
  BOOST_TEST((report::decode_reports("[").status().code() == Code::kCorrupt));
  BOOST_TEST(report::decode_reports("")->empty());
}

BOOST_AUTO_TEST_CASE(the_section_reports_every_mistake_with_its_place) {
  const auto section = report::make_reports_section();
  const auto member = json::parse(
      "{\"good\": {\"entity\": \"deal\"},\n"
      " \"bad name\": {\"entity\": \"deal\"},\n"
      " \"bad_form\": {\"entty\": \"deal\"}}");
  BOOST_REQUIRE(member.ok());
  schema::Diagnostics diagnostics;
  section->parse(&*member, diagnostics);
  const auto errors = diagnostics.errors();
  BOOST_REQUIRE(errors.size() == 2U);
  BOOST_TEST(errors[0].line == 2U);
  BOOST_TEST(errors[1].line == 3U);

  schema::Diagnostics later;
  const auto unknown = json::parse(R"({"bad_field": {"entity": "deal", "where": "amuont > 1"}})");
  const auto draft = section->parse(&*unknown, later);
  engine::ModelDraft model;
  model.catalog = catalog;
  draft->finish(model, later);
  BOOST_REQUIRE(later.errors().size() == 1U);
  BOOST_TEST(later.errors()[0].message.find("bad_field") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
