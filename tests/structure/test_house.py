"""Includes run downward, faces stand on include/ only, tests/ mirrors lib/."""
import pathlib
import unittest
from collections.abc import Callable, Iterator

import house
import planted

ROOT = pathlib.Path(__file__).resolve().parents[2]
CHECKS = [house.check_rooms, house.check_faces, house.check_public_headers, house.check_mirror]


class ThisTree(unittest.TestCase):
    maxDiff = None

    def expect_sound(self, check: Callable[[pathlib.Path], Iterator[str]]) -> None:
        self.assertEqual(list(check(ROOT)), [])

    def test_includes_run_downward(self) -> None:
        self.expect_sound(house.check_rooms)

    def test_faces_use_only_the_public_headers(self) -> None:
        self.expect_sound(house.check_faces)

    def test_public_headers_use_only_the_standard_library(self) -> None:
        self.expect_sound(house.check_public_headers)

    def test_tests_mirror_the_rooms(self) -> None:
        self.expect_sound(house.check_mirror)


class PlantedTrees(unittest.TestCase):
    """Each check finds the offence it is there for, and nothing in a sound tree."""

    def expect(self, complaint: str, **changes: str) -> None:
        with planted.tree(**changes) as root:
            found = [c for check in CHECKS for c in check(root)]
        self.assertEqual(len(found), 1, found)
        self.assertIn(complaint, found[0])

    def test_a_sound_tree_has_no_complaint(self) -> None:
        with planted.tree() as root:
            self.assertEqual([c for check in CHECKS for c in check(root)], [])

    def test_an_upward_include(self) -> None:
        self.expect('lib/base/x.hpp:2: base/ may not include "store/store.hpp": store/ is above',
                    lib__base__x_hpp='// x\n#include "store/store.hpp"\n')

    def test_an_upward_include_with_blanks(self) -> None:
        self.expect("lib/base/x.hpp:1: base/ may not include",
                    lib__base__x_hpp=' #  include "store/store.hpp"\n')

    def test_an_include_in_angle_brackets(self) -> None:
        self.expect("lib/base/x.hpp:1: <store/store.hpp> is ours",
                    lib__base__x_hpp="#include <store/store.hpp>\n")

    def test_an_include_beside_the_file(self) -> None:
        self.expect('lib/base/x.hpp:1: "try.hpp" is not written from the root',
                    lib__base__x_hpp='#include "try.hpp"\n')

    def test_a_handle_header_below_api(self) -> None:
        self.expect("lib/store/x.cpp:1: \"kith/database.hpp\" declares Database",
                    lib__store__x_cpp='#include "kith/database.hpp"\n',
                    tests__store__x_test_cpp="", lib__store__x_hpp="")

    def test_a_header_that_includes_a_handle_header(self) -> None:
        self.expect("lib/base/x.hpp:1: \"kith/kith.hpp\" declares Database",
                    lib__base__x_hpp='#include "kith/kith.hpp"\n')

    def test_the_inside_of_a_store(self) -> None:
        self.expect('"store/lmdb/env.hpp" is the inside of store/',
                    lib__store__lmdb__env_hpp="#pragma once\n",
                    lib__api__x_hpp='#include "store/lmdb/env.hpp"\n')

    def test_a_folder_that_is_no_room(self) -> None:
        self.expect("lib/utils: not a room", lib__utils__x_hpp="\n")

    def test_a_face_that_reaches_into_lib(self) -> None:
        self.expect('capi/x.cpp:1: capi/ may not include "store/store.hpp"',
                    capi__x_cpp='#include "store/store.hpp"\n')

    def test_a_third_party_in_a_public_header(self) -> None:
        self.expect("include/kith/x.hpp:1: a public header names absl",
                    include__kith__x_hpp="absl::string_view x();\n")

    def test_a_third_party_header_in_a_public_header(self) -> None:
        self.expect("include/kith/x.hpp:1: <sqlite3.h> is not a header of the standard library",
                    include__kith__x_hpp="#include <sqlite3.h>\n")

    def test_an_inner_header_in_a_public_header(self) -> None:
        self.expect('include/kith/x.hpp:1: "base/try.hpp" is not a public header',
                    include__kith__x_hpp='#include "base/try.hpp"\n')

    def test_a_test_folder_of_no_room(self) -> None:
        self.expect("tests/utils: mirrors no room", tests__utils__x_test_cpp="")

    def test_a_test_folder_of_an_absent_room(self) -> None:
        self.expect("tests/crm: there is no lib/crm", tests__crm__x_test_cpp="")

    def test_a_room_with_code_and_no_tests(self) -> None:
        self.expect("lib/store: has code and no tests/store", lib__store__x_cpp="")


if __name__ == "__main__":
    unittest.main()
