// record/capnp_api.hpp: Cap'n Proto's headers, as g++ 12 and clang 16 both take them.
//
// Private: for .cpp files only. In C++20 KJ leaves the comparison of a C string with a StringPtr
// to the compiler, which clang rightly does not supply where operator!= is declared too; Cap'n
// Proto's own headers need it.
#pragma once

#include <kj/string.h>

#if defined(__clang__) && __cpp_impl_three_way_comparison
namespace kj {
inline bool operator==(const char* a, const StringPtr& b) { return b.operator==(StringPtr(a)); }
inline bool operator!=(const char* a, const StringPtr& b) { return b.operator!=(StringPtr(a)); }
}  // namespace kj
#endif

#include <capnp/any.h>
#include <capnp/message.h>
#include <kj/exception.h>
