#include "crm/customer_text.hpp"

#include <boost/test/unit_test.hpp>

#include "crm/capture_answer.hpp"

namespace kith::crm {

namespace {

std::string parts(std::string_view name) {
  const NameParts split = split_name(name);
  return split.first + "|" + split.last;
}

std::string mailbox(std::string_view text) {
  const Mailbox split = split_mailbox(text);
  return split.name + "|" + split.address;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(crm_customer_text)

BOOST_AUTO_TEST_CASE(names_and_their_parts) {
  BOOST_TEST(parts("Ann Lee") == "Ann|Lee");
  BOOST_TEST(parts(" Ann  Marie Lee ") == "Ann Marie|Lee");
  BOOST_TEST(parts("Ludwig van Beethoven") == "Ludwig|van Beethoven");
  BOOST_TEST(parts("Ana de la Cruz") == "Ana|de la Cruz");
  BOOST_TEST(parts("Lee, Ann Marie") == "Ann Marie|Lee");
  BOOST_TEST(parts("van der Berg, Bob") == "Bob|van der Berg");
  BOOST_TEST(parts("Ann Lee, PhD") == "Ann|Lee");
  BOOST_TEST(parts("Ann Lee,") == "Ann|Lee");
  BOOST_TEST(parts("Cher") == "Cher|");
  BOOST_TEST(parts("Cher,") == "Cher|");
  BOOST_TEST(parts("van") == "van|");
  BOOST_TEST(parts(",") == "|");
  BOOST_TEST(parts("") == "|");
  BOOST_TEST(parts("Žofie Čapková") == "Žofie|Čapková");
}

BOOST_AUTO_TEST_CASE(addresses_with_a_name) {
  BOOST_TEST(mailbox("ann@x.org") == "|ann@x.org");
  BOOST_TEST(mailbox(" Ann Lee <ann@x.org> ") == "Ann Lee|ann@x.org");
  BOOST_TEST(mailbox("\"Lee, Ann\" <ann@x.org>") == "Lee, Ann|ann@x.org");
  BOOST_TEST(mailbox("\"A \\\"Z\\\" Lee\" <ann@x.org>") == "A \"Z\" Lee|ann@x.org");
  BOOST_TEST(mailbox("\"Ann@X.org\" <ann@x.org>") == "|ann@x.org");
  BOOST_TEST(mailbox("<ann@x.org>") == "|ann@x.org");
  BOOST_TEST(mailbox("Ann <ann@x.org") == "|Ann <ann@x.org");
  BOOST_TEST(mailbox("") == "|");
  BOOST_TEST(name_from_email("ann.lee@x.org") == "ann.lee");
  BOOST_TEST(name_from_email("\"ann lee\"@x.org") == "ann lee");
}

BOOST_AUTO_TEST_CASE(a_remembered_answer_reads_back) {
  CaptureResult result;
  result.person = RecordId(4, 7);
  result.account = RecordId(3, 1);
  result.account_created = true;
  result.activity = RecordId(9, 12);
  result.filled = {"phone", "city"};
  result.reasons = {"found", ""};
  const std::string bytes = encode_answer(result);
  const Result<CaptureResult> same = decode_answer(bytes);
  BOOST_REQUIRE(same.ok());
  BOOST_TEST((same->person == result.person));
  BOOST_TEST(same->account_created);
  BOOST_TEST(!same->person_created);
  BOOST_TEST(same->deal.is_null());
  BOOST_TEST((same->filled == result.filled));
  BOOST_TEST((same->reasons == result.reasons));
  BOOST_TEST(encode_answer(*same) == bytes);
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    BOOST_TEST((decode_answer(bytes.substr(0, size)).status().code() == Code::kCorrupt));
  }
  BOOST_TEST((decode_answer(bytes + "x").status().code() == Code::kCorrupt));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace kith::crm
