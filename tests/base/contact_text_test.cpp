#include "base/contact_text.hpp"

#include <boost/test/unit_test.hpp>
#include <string>

using namespace kith::base;

namespace {

using Normalize = kith::Result<std::string> (*)(std::string_view);

// The normal form, which must be normal itself, or the reason without the quoted text.
std::string show(Normalize normalize, std::string_view text) {
  const kith::Result<std::string> result = normalize(text);
  if (!result.ok()) {
    BOOST_TEST((result.status().code() == kith::Code::kInvalidArgument));
    const std::string message(result.status().message());
    return message.substr(message.find(": ") + 2);
  }
  const kith::Result<std::string> again = normalize(*result);
  BOOST_TEST((again.ok() && *again == *result), text);
  return *result;
}

std::string email(std::string_view text) { return show(normalize_email, text); }
std::string phone(std::string_view text) { return show(normalize_phone, text); }
std::string url(std::string_view text) { return show(normalize_url, text); }

}  // namespace

BOOST_AUTO_TEST_SUITE(base_contact_text)

BOOST_AUTO_TEST_CASE(email_addresses_have_a_normal_form) {
  BOOST_TEST(email(" Ann.Lee@Example.COM\n") == "ann.lee@example.com");
  BOOST_TEST(email("a+b_c'd@sub.example-1.co.uk") == "a+b_c'd@sub.example-1.co.uk");
  BOOST_TEST(email("\"ann @ \\\"lee\\\"\"@example.com") == "\"ann @ \\\"lee\\\"\"@example.com");
  BOOST_TEST(email("J\xC3\xBCrgen@B\xC3\x9C"
                   "CHER.example") ==
             "j\xC3\xBCrgen@b\xC3\xBC"
             "cher.example");
  BOOST_TEST(email(std::string(64, 'a') + "@example.com") == std::string(64, 'a') + "@example.com");
  BOOST_TEST(email_key(" Ann.LEE@Example.com ") == "ann.lee@example.com");
}

BOOST_AUTO_TEST_CASE(bad_email_addresses_get_a_reason) {
  BOOST_TEST(email("") == "it has no @");
  BOOST_TEST(email("ann.example.com") == "it has no @");
  BOOST_TEST(email("@example.com") == "nothing stands before the @");
  BOOST_TEST(email("ann@") == "it has no domain");
  BOOST_TEST(email("a@b@example.com") == "it has more than one @");
  BOOST_TEST(email("ann@localhost") == "the domain has no dot, as in example.com");
  BOOST_TEST(email("ann@example..com") == "the domain has an empty part between its dots");
  BOOST_TEST(email("ann@example.com.") == "the domain has an empty part between its dots");
  BOOST_TEST(email("ann@-example.com") == "a part of the domain begins or ends with a hyphen");
  BOOST_TEST(email("ann@exa_mple.com") == "the domain has the character \"_\"");
  BOOST_TEST(email("ann@[192.168.0.1]") == "the domain has the character \"[\"");
  BOOST_TEST(email("ann@192.168.0.1") ==
             "the domain ends in a number; write a name such as example.com");
  BOOST_TEST(email("ann lee@example.com") == "the part before the @ has the character \" \"");
  BOOST_TEST(email("Ann <ann@example.com>") == "the part before the @ has the character \" \"");
  BOOST_TEST(email("ann@exam ple.com") == "the domain has a space or control character");
  BOOST_TEST(email("a\xC2\xA0n@example.com") == "it has a space or control character");
  const std::string dots = "the part before the @ begins or ends with a dot or has two in a row";
  BOOST_TEST(email(".ann@example.com") == dots);
  BOOST_TEST(email("ann.@example.com") == dots);
  BOOST_TEST(email("a..n@example.com") == dots);
  const std::string quotes = "the quotes of the part before the @ do not match";
  BOOST_TEST(email("\"ann@example.com") == quotes);
  BOOST_TEST(email("\"a\"n\"@example.com") == quotes);
  BOOST_TEST(email("\"a\\\"@example.com") == quotes);
  BOOST_TEST(email(std::string(65, 'a') + "@example.com") ==
             "the part before the @ is longer than 64 bytes");
  BOOST_TEST(email("a@" + std::string(64, 'b') + ".com") ==
             "a part of the domain is longer than 63 bytes");
  BOOST_TEST(email("a@" + std::string(260, 'b') + ".com") == "it is longer than 254 bytes");
  BOOST_TEST(email("a\xFF@example.com") == "it is not valid UTF-8");
}

BOOST_AUTO_TEST_CASE(phone_numbers_keep_only_what_is_dialled) {
  BOOST_TEST(phone("+43 1 234-56.78") == "+4312345678");
  BOOST_TEST(phone("0043 (1) 234/5678") == "+4312345678");
  BOOST_TEST(phone("+43 (0) 1 234 5678") == "+4312345678");
  BOOST_TEST(phone("(+43)(0)1 2345678") == "+4312345678");
  BOOST_TEST(phone("(555) 123-4567") == "5551234567");
  BOOST_TEST(phone("(0)1 234 5678") == "012345678");
  BOOST_TEST(phone("01\xC2\xA0"
                   "234\xE2\x80\x93"
                   "5678") == "012345678");
  BOOST_TEST(phone("112") == "112");
  BOOST_TEST(phone_key("+43 1 2345678") == phone_key("0043 (0)1 23 45 678"));
  BOOST_TEST(phone_key(" Ask Ann ") == "ask ann");
}

BOOST_AUTO_TEST_CASE(bad_phone_numbers_get_a_reason) {
  BOOST_TEST(phone("") == "it has 0 digits, and must have 3 to 15");
  BOOST_TEST(phone("+1") == "it has 1 digits, and must have 3 to 15");
  BOOST_TEST(phone("1234567890123456") == "it has 16 digits, and must have 3 to 15");
  BOOST_TEST(phone("1+234567") == "a + stands only at the beginning");
  BOOST_TEST(phone("++431234") == "a + stands only at the beginning");
  const std::string advice = "; write digits only, and an extension in a field of its own";
  BOOST_TEST(phone("555-1234 x12") == "it has \"x\"" + advice);
  BOOST_TEST(phone("1-800-FLOWERS") == "it has \"F\"" + advice);
  BOOST_TEST(phone("\xD9\xA1\xD9\xA2\xD9\xA3") == "it has \"\xD9\xA1\"" + advice);
  BOOST_TEST(phone("123\xFF") == "it has \"\\xff\"" + advice);
}

BOOST_AUTO_TEST_CASE(web_addresses_have_a_normal_form) {
  BOOST_TEST(url(" HTTPS://WWW.Example.COM/About?Q=1#Top ") ==
             "https://www.example.com/About?Q=1#Top");
  BOOST_TEST(url("Acme.com") == "acme.com");
  BOOST_TEST(url("acme.com:8080/x?u=http://y.z") == "acme.com:8080/x?u=http://y.z");
  BOOST_TEST(url("http://localhost:3000/") == "http://localhost:3000/");
  BOOST_TEST(url("http://192.168.0.1") == "http://192.168.0.1");
  BOOST_TEST(url("http://[2001:DB8::1]:80/") == "http://[2001:db8::1]:80/");
  BOOST_TEST(url("ftp://Ann:Pw@Files.Example.com/a") == "ftp://Ann:Pw@files.example.com/a");
  BOOST_TEST(url("http://b\xC3\xBC"
                 "cher.example/\xC3\xBC") ==
             "http://b\xC3\xBC"
             "cher.example/\xC3\xBC");
  BOOST_TEST(url_key("https://www.Example.com/") == url_key("example.com"));
  BOOST_TEST(url_key("http://example.com/a/") == "example.com/a");
  BOOST_TEST(url_key("http://example.com/a") != url_key("http://example.com/A"));
}

BOOST_AUTO_TEST_CASE(bad_web_addresses_get_a_reason) {
  const std::string port = "the port is not a number from 1 to 65535";
  BOOST_TEST(url("") == "it is empty");
  BOOST_TEST(url("acme") == "the domain has no dot, as in example.com");
  BOOST_TEST(url("http://") == "it has no domain");
  BOOST_TEST(url("http:///path") == "it has no domain");
  BOOST_TEST(url("javascript:alert(1)") == port);
  BOOST_TEST(url("javascript://example.com/%0aalert(1)") ==
             "the scheme must be http, https, ftp, ftps or sftp");
  BOOST_TEST(url("://example.com") == port);
  BOOST_TEST(url("ann@example.com") == "it looks like an e-mail address");
  BOOST_TEST(url("http://example.com/a b") ==
             "it has a space or control character; write a space as %20");
  BOOST_TEST(url("http://example.com:99999") == port);
  BOOST_TEST(url("http://example.com:0") == port);
  BOOST_TEST(url("http://example.com:") == port);
  BOOST_TEST(url("http://[::1") == "the address in brackets is not IPv6");
  BOOST_TEST(url("http://[::1]x") == "the address in brackets is not IPv6");
  BOOST_TEST(url("http://256.1.1.1") ==
             "the domain ends in a number; write a name such as example.com");
  BOOST_TEST(url("http://example.com/" + std::string(2048, 'a')) == "it is longer than 2048 bytes");
  BOOST_TEST(url("http://example.com/\xFF") ==
             "it has a space or control character; write a space as %20");
}

BOOST_AUTO_TEST_SUITE_END()
