// The one test program: `kith_tests --run_test=store*` runs a part of it.
#define BOOST_TEST_MODULE kith
#include <boost/test/unit_test.hpp>
