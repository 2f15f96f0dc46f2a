# Third parties, all Debian's shared libraries, gathered in the interface target kith_third_party.
find_package(LMDB REQUIRED)
find_package(RE2 REQUIRED)
find_package(utf8proc REQUIRED)
find_package(CapnProto CONFIG REQUIRED)
find_package(absl CONFIG REQUIRED)
find_package(RapidJSON CONFIG REQUIRED)  # headers only, in the compiler's own include path
find_package(Threads REQUIRED)

add_library(kith_third_party INTERFACE)
target_link_libraries(kith_third_party INTERFACE
  LMDB::LMDB RE2::RE2 utf8proc::utf8proc CapnProto::capnp
  absl::flat_hash_map absl::flat_hash_set absl::btree absl::strings absl::time absl::inlined_vector
  Threads::Threads)
