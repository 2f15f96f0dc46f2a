"""No test lies about unused: each file's suites are in the test program, each Python test runs."""
import collections
import os
import pathlib
import re
import subprocess
import unittest

import house
import planted

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = os.environ.get("KITH_TESTS_PROGRAM")
PYTHON = os.environ.get("KITH_PYTHON")


def listed_suites(program: str) -> list[str]:
    """The top-level suites of a Boost.Test program."""
    done = subprocess.run([program, "--list_content", "--color_output=no"], capture_output=True,
                          text=True, check=True)
    return re.findall(r"^(\w+)\*?$", done.stderr + done.stdout, re.M)


def collected_by_pytest(python: str) -> dict[str, int]:
    """How many tests pytest finds in each file of tests/."""
    environment = dict(os.environ, PYTHONPATH=os.environ.get("KITH_PYTHONPATH", ""))
    done = subprocess.run(
        [python, "-m", "pytest", "--collect-only", "-q", "--ignore=tests/structure", "tests"],
        cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    if done.returncode not in (0, 5):  # 5: there are none
        raise AssertionError(f"pytest cannot collect the tests:\n{done.stdout}\n{done.stderr}")
    return collections.Counter(re.findall(r"^(tests/\S+?\.py)::", done.stdout, re.M))


def collected_by_unittest() -> dict[str, int]:
    """How many tests unittest finds in each file of tests/structure."""
    counts: dict[str, int] = collections.Counter()
    pending = [unittest.TestLoader().discover(str(ROOT / "tests/structure"))]
    while pending:
        for test in pending.pop():
            if isinstance(test, unittest.TestSuite):
                pending.append(test)
            else:
                name = type(test).__module__.rpartition(".")[2]
                counts[f"tests/structure/{name}.py"] += 1
    return counts


class ThisTree(unittest.TestCase):
    maxDiff = None

    @unittest.skipUnless(PROGRAM, "KITH_TESTS_PROGRAM names no test program; run it by ctest")
    def test_every_boost_test_file_is_in_the_program(self) -> None:
        compiled = (pathlib.Path(PROGRAM).parents[1] / "compile_commands.json").read_text()
        complaints = list(house.check_registered(ROOT, listed_suites(PROGRAM), compiled))
        self.assertEqual(complaints, [])

    @unittest.skipUnless(PYTHON, "this build has no Python package, so no pytest")
    def test_every_python_test_file_is_collected(self) -> None:
        collected = collected_by_pytest(PYTHON) | collected_by_unittest()
        self.assertEqual(list(house.check_collected(ROOT, collected)), [])


class PlantedTrees(unittest.TestCase):
    COMPILED = '"file": "/src/tests/api/database_test.cpp"'

    def complaints(self, root: pathlib.Path, listed: list[str]) -> list[str]:
        return list(house.check_registered(root, listed, self.COMPILED))

    def test_a_registered_tree_has_no_complaint(self) -> None:
        with planted.tree() as root:
            self.assertEqual(self.complaints(root, ["api_database"]), [])

    def test_a_suite_that_the_program_lacks(self) -> None:
        with planted.tree() as root:
            self.assertEqual(
                self.complaints(root, ["store"]),
                ["tests/api/database_test.cpp: suite api_database is not in the test program"])

    def test_a_file_that_is_not_compiled(self) -> None:
        with planted.tree(tests__base__try_test_cpp="BOOST_AUTO_TEST_SUITE(t)\n") as root:
            self.assertEqual(
                self.complaints(root, ["api_database", "t"]),
                ["tests/base/try_test.cpp: is not compiled into the test program"])

    def test_a_file_without_a_suite(self) -> None:
        with planted.tree(tests__api__database_test_cpp="int x;\n") as root:
            self.assertEqual(self.complaints(root, []),
                             ["tests/api/database_test.cpp: opens no test suite"])

    def test_two_files_with_one_suite_name(self) -> None:
        other = planted.SOUND["tests/api/database_test.cpp"]
        with planted.tree(tests__base__try_test_cpp=other) as root:
            found = self.complaints(root, ["api_database"])
        self.assertTrue(any("is also the name" in c for c in found), found)

    def test_a_python_file_nobody_collects(self) -> None:
        with planted.tree(tests__python__test_x_py="def test_x(): pass\n") as root:
            self.assertEqual(list(house.check_collected(root, {})),
                             ["tests/python/test_x.py: no test of it is run"])
            self.assertEqual(list(house.check_collected(root, {"tests/python/test_x.py": 1})), [])


if __name__ == "__main__":
    unittest.main()
