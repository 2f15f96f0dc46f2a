#include "base/hash.hpp"

#include <boost/test/unit_test.hpp>
#include <string>

using kith::base::stable_hash;

BOOST_AUTO_TEST_SUITE(base_hash)

BOOST_AUTO_TEST_CASE(gives_the_published_values_of_xxh64) {
  BOOST_TEST(stable_hash("") == 0xEF46DB3751D8E999ULL);
  BOOST_TEST(stable_hash("a") == 0xD24EC4F1A98C6E5BULL);
  BOOST_TEST(stable_hash("abc") == 0x44BC2CF5AD770999ULL);
  BOOST_TEST(stable_hash("Nobody inspects the spammish repetition") == 0xFBCEA83C8A378BF1ULL);
}

// The table of xxHash's own sanity check, over its generated buffer.
BOOST_AUTO_TEST_CASE(gives_the_values_of_the_reference_sanity_check) {
  constexpr std::uint64_t kPrime32 = 2654435761U;
  std::string buffer;
  for (std::uint64_t state = kPrime32; buffer.size() < 222; state *= 11400714785074694797ULL) {
    buffer.push_back(static_cast<char>(state >> 56));
  }
  struct Row {
    std::size_t size;
    std::uint64_t seed, hash;
  };
  for (const Row& row :
       {Row{0, 0, 0xEF46DB3751D8E999ULL}, Row{0, kPrime32, 0xAC75FDA2929B17EFULL},
        Row{1, 0, 0xE934A84ADB052768ULL}, Row{1, kPrime32, 0x5014607643A9B4C3ULL},
        Row{4, 0, 0x9136A0DCA57457EEULL}, Row{14, 0, 0x8282DCC4994E35C8ULL},
        Row{14, kPrime32, 0xC3BD6BF63DEB6DF0ULL}, Row{222, 0, 0xB641AE8CB691C174ULL},
        Row{222, kPrime32, 0x20CB8AB7AE10C14AULL}}) {
    BOOST_TEST(stable_hash(std::string_view(buffer).substr(0, row.size), row.seed) == row.hash);
  }
}

BOOST_AUTO_TEST_SUITE_END()
