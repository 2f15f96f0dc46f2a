#include "base/base64.hpp"

#include <boost/test/unit_test.hpp>
#include <string>

using namespace kith::base;

BOOST_AUTO_TEST_SUITE(base_base64)

BOOST_AUTO_TEST_CASE(gives_the_vectors_of_rfc_4648) {
  const char* rows[][2] = {{"", ""},
                           {"f", "Zg=="},
                           {"fo", "Zm8="},
                           {"foo", "Zm9v"},
                           {"foob", "Zm9vYg=="},
                           {"fooba", "Zm9vYmE="},
                           {"foobar", "Zm9vYmFy"}};
  for (const auto& row : rows) {
    BOOST_TEST(base64_encode(row[0]) == row[1]);
    BOOST_TEST(*base64_decode(row[1]) == row[0]);
  }
}

BOOST_AUTO_TEST_CASE(every_byte_survives_the_round_trip) {
  std::string bytes;
  for (int i = 0; i < 256; ++i) {
    bytes.push_back(static_cast<char>(i));
    BOOST_TEST(*base64_decode(base64_encode(bytes)) == bytes);
  }
}

BOOST_AUTO_TEST_CASE(refuses_what_encoding_does_not_write) {
  for (const char* bad : {"Z", "Zg", "Zg=", "Zg===", "=", "====", "Z===", "Zh==", "Zm9=", "Zm 9",
                          "Zm9v\n", "Zg==Zg==", "Zm-_", "Zm9\xC3"}) {
    BOOST_TEST(!base64_decode(bad).ok(), bad);
  }
}

BOOST_AUTO_TEST_SUITE_END()
