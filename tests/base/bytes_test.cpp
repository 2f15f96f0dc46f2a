#include "base/bytes.hpp"

#include <boost/test/unit_test.hpp>
#include <limits>
#include <string>

using kith::base::ByteReader;
using kith::base::ByteWriter;

namespace {
constexpr std::uint64_t kEdges[] = {0,
                                    1,
                                    127,
                                    128,
                                    16383,
                                    16384,
                                    0xFFFF,
                                    0x10000,
                                    0xFFFFFFFF,
                                    std::uint64_t{1} << 63,
                                    std::numeric_limits<std::uint64_t>::max()};
}

BOOST_AUTO_TEST_SUITE(base_bytes)

BOOST_AUTO_TEST_CASE(fixed_widths_are_big_endian) {
  ByteWriter out;
  out.u8(1), out.u16(0x0203), out.u32(0x04050607), out.u64(0x08090A0B0C0D0E0F);
  BOOST_TEST(out.bytes() ==
             std::string("\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0A\x0B\x0C\x0D\x0E\x0F"));
  ByteReader in(out.bytes());
  BOOST_TEST(in.u8() == 1);
  BOOST_TEST(in.u16() == 0x0203);
  BOOST_TEST(in.u32() == 0x04050607U);
  BOOST_TEST(in.u64() == 0x08090A0B0C0D0E0FULL);
  BOOST_TEST(in.finish("test").ok());
}

BOOST_AUTO_TEST_CASE(varints_and_strings_survive_the_round_trip) {
  ByteWriter out;
  for (const std::uint64_t edge : kEdges) {
    out.varint(edge);
    out.signed_varint(static_cast<std::int64_t>(edge));
  }
  out.string("");
  out.string(std::string(300, 'x'));
  out.boolean(true);
  ByteReader in(out.bytes());
  for (const std::uint64_t edge : kEdges) {
    BOOST_TEST(in.varint() == edge);
    BOOST_TEST(in.signed_varint() == static_cast<std::int64_t>(edge));
  }
  BOOST_TEST(in.string().empty());
  BOOST_TEST(in.string().size() == 300U);
  BOOST_TEST(in.boolean());
  BOOST_TEST(in.finish("test").ok());
}

BOOST_AUTO_TEST_CASE(every_truncation_fails_and_stays_failed) {
  ByteWriter out;
  out.u32(7), out.varint(300), out.string("Acme");
  const std::string whole = out.bytes();
  for (std::size_t size = 0; size < whole.size(); ++size) {
    ByteReader in(std::string_view(whole).substr(0, size));
    in.u32(), in.varint(), in.string();
    BOOST_TEST(!in.ok());
    BOOST_TEST(in.u64() == 0U);
    BOOST_TEST(in.string().empty());
    BOOST_TEST((in.finish("row").code() == kith::Code::kCorrupt));
  }
}

BOOST_AUTO_TEST_CASE(refuses_forms_that_the_writer_does_not_write) {
  const auto fails = [](std::string_view bytes) {
    ByteReader in(bytes);
    in.varint();
    return !in.ok();
  };
  BOOST_TEST(fails(std::string_view("\x80\x00", 2)));             // zero in two bytes
  BOOST_TEST(fails("\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x02"));  // over 64 bits
  BOOST_TEST(fails("\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x81"));
  BOOST_TEST(fails(""));
  BOOST_TEST(!fails("\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x01"));
  ByteReader two("\x02");
  two.boolean();
  BOOST_TEST(!two.ok());
  ByteReader wide("\x80\x80\x04");
  BOOST_TEST(wide.varint16() == 0);
  BOOST_TEST(!wide.ok());
}

BOOST_AUTO_TEST_CASE(a_count_is_bounded_by_the_bytes_that_are_left) {
  BOOST_TEST(ByteReader("\x03"
                        "abc")
                 .count() == 3U);
  BOOST_TEST(ByteReader("\x04"
                        "abc")
                 .count() == 0U);
  BOOST_TEST(ByteReader("\x02"
                        "abcd")
                 .count(2) == 2U);
  ByteReader hostile("\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x01");
  BOOST_TEST(hostile.count(8) == 0U);
  BOOST_TEST(!hostile.ok());
  ByteReader left("\x01\x02");
  left.u8();
  BOOST_TEST((left.finish("row").code() == kith::Code::kCorrupt));
}

BOOST_AUTO_TEST_SUITE_END()
