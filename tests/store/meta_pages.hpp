// tests/store/meta_pages.hpp: what the two meta pages of an LMDB file say.
//
//   BOOST_TEST(std::filesystem::file_size(data) >= MetaPage::newest(data).pages * 4096);
#pragma once

#include <cstdint>
#include <fstream>
#include <string>

namespace kith::store::testing {

struct MetaPage {
  static constexpr std::streamoff kLastPage = 136;  // where mm_last_pg is on the page

  std::uint64_t commit = 0;  // mm_txnid: how many commits there were
  std::uint64_t pages = 0;   // mm_last_pg, as a count

  // The one of the last commit. `file` is a data.mdb with pages of 4096 bytes.
  static MetaPage newest(const std::string& file) {
    const MetaPage first = at(file, 0);
    const MetaPage second = at(file, 4096);
    return second.commit > first.commit ? second : first;
  }

 private:
  static MetaPage at(const std::string& file, std::streamoff page) {
    std::ifstream in(file, std::ios::binary);
    std::uint64_t words[2] = {};  // mm_last_pg, mm_txnid
    in.seekg(page + kLastPage);
    in.read(reinterpret_cast<char*>(words), sizeof words);
    return {words[1], words[0] + 1};
  }
};

}  // namespace kith::store::testing
