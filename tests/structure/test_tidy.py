"""The house style of tools/tidy.py holds here, and its checks can fail."""
import pathlib
import unittest

import tidy_path  # noqa: F401  isort: skip  (finds tools/)
import count_tests
import tidy

ROOT = pathlib.Path(__file__).resolve().parents[2]


class ThisTree(unittest.TestCase):
    maxDiff = None

    def test_house_style(self) -> None:
        paths = tidy.tracked(ROOT)
        self.assertIn("CMakeLists.txt", paths)
        self.assertEqual(list(tidy.check_tree(ROOT, paths)), [])


class PlantedLines(unittest.TestCase):
    def expect(self, complaint: str, path: str, text: str) -> None:
        found = list(tidy.check_text(path, text))
        self.assertEqual(len(found), 1, found)
        self.assertIn(complaint, found[0])

    def expect_sound(self, path: str, text: str) -> None:
        self.assertEqual(list(tidy.check_text(path, text)), [])

    def test_a_long_line(self) -> None:
        self.expect("lib/base/x.cpp:2: 101 columns", "lib/base/x.cpp", "\n" + "x" * 101 + "\n")
        self.expect_sound("lib/base/x.cpp", "x" * 100 + "\n")
        self.expect_sound("docs/x.md", "x" * 101 + "\n")

    def test_columns_are_counted_in_characters(self) -> None:
        self.expect_sound("lib/base/x.cpp", "é" * 100 + "\n")

    def test_a_tab(self) -> None:
        self.expect("x.py:1: tab", "x.py", "\tx\n")

    def test_a_trailing_blank(self) -> None:
        self.expect("x.py:1: blank", "x.py", "x \n")

    def test_a_missing_last_newline(self) -> None:
        self.expect("x.py:1: no newline", "x.py", "x")

    def test_unfinished_work(self) -> None:
        self.expect("x.cpp:1: a note of unfinished work", "x.cpp", "// TO" "DO: later\n")
        self.expect_sound("x.cpp", "int todo_list;\n")

    def test_a_long_file(self) -> None:
        self.expect("x.cpp: 401 lines", "x.cpp", "\n" * 401)
        self.expect_sound("x.cpp", "\n" * 400)
        self.expect_sound("x.md", "\n" * 401)

    def test_what_the_engine_must_not_do(self) -> None:
        for line in ('std::cout << "x";', 'printf("x");', "std::abort();", "exit(1);", "  abort();",
                     'std::puts("x");', "std::fflush(stdout);",
                     "#include <iostream>", "std::chrono::system_clock::now();", "time(nullptr);",
                     "std::random_device entropy;"):
            with self.subTest(line):
                self.expect("lib/base/x.cpp:1: lib/", "lib/base/x.cpp", line + "\n")
                self.expect_sound("bindings/cli/x.cpp", line + "\n")

    def test_what_only_looks_like_it(self) -> None:
        for line in ("txn->abort();", "txn.abort();", "// never call abort()",
                     "void Txn::abort() {", 'fail("printf(");', "snprintf(buffer, 8, format);",
                     "on_exit();", "virtual void abort() = 0;", "#include <cstdio>"):
            with self.subTest(line):
                self.expect_sound("lib/base/x.cpp", line + "\n")


class Counting(unittest.TestCase):
    """tools/count_tests.py adds up what the test programs say."""

    LOG = (
        "1/4 Testing: kith_tests\n1/4 Test: kith_tests\n"
        'Test module "kith" has passed with:\n  7 test cases out of 7 passed\nTest Passed.\n'
        "2/4 Testing: python\n2/4 Test: python\n====== 1 failed, 3 passed in 0.1s ======\n"
        "Test Failed.\n"
        "3/4 Testing: structure\n3/4 Test: structure\nRan 5 tests in 0.1s\n\nOK\nTest Passed.\n"
        "4/4 Testing: install\n4/4 Test: install\nsegmentation fault\nTest Failed.\n"
    )

    def test_cases_of_every_kind_are_added(self) -> None:
        self.assertEqual(count_tests.count_log(self.LOG), (7 + 3 + 5, 1 + 1))

    def test_a_crash_counts_though_all_cases_before_it_passed(self) -> None:
        text = "1/1 Testing: t\n7 test cases out of 7 passed\nTest Failed.\n"
        self.assertEqual(count_tests.count_log(text), (7, 1))

    def test_an_entry_judged_by_what_it_prints(self) -> None:
        begin = "1/1 Testing: canary\nWARNING: a race\n<end of output>\n"
        right = 'Test Pass Reason:\nRequired regular expression found. Regex=[a race]\n"canary" end'
        wrong = "Test Fail Reason:\nRequired regular expression not found. Regex=[a race]\n"
        self.assertEqual(count_tests.count_log(begin + right), (1, 0))
        self.assertEqual(count_tests.count_log(begin + wrong), (0, 1))


if __name__ == "__main__":
    unittest.main()
