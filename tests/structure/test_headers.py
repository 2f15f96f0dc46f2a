"""Every public header compiles alone, with each compiler that is here."""
import concurrent.futures
import os
import pathlib
import shutil
import subprocess
import unittest

import planted

ROOT = pathlib.Path(__file__).resolve().parents[2]
WARNINGS = ["-Wall", "-Wextra", "-Wpedantic", "-Werror", "-fsyntax-only"]
CXX_COMPILERS = [c for c in ("g++", "clang++-16") if shutil.which(c)]
C_COMPILERS = [c for c in ("gcc", "clang-16") if shutil.which(c)]
C_STANDARDS = [("c", "c99"), ("c", "c11"), ("c++", "c++17")]


def compile_alone(header: pathlib.Path, folder: pathlib.Path, compiler: str, language: str,
                  standard: str, more: list[str]) -> str:
    """What the compiler says of a file that includes just this header, twice."""
    name = header.relative_to(folder)
    source = f'#include "{name}"\n#include "{name}"\n'
    if language == "c":
        source += "int main(void) { return 0; }\n"
    done = subprocess.run(
        [compiler, *WARNINGS, *more, f"-I{folder}", f"-std={standard}", "-x", language, "-"],
        input=source, capture_output=True, text=True, check=False)
    if done.returncode == 0:
        return ""
    return f"{name} alone, {compiler} -std={standard}:\n{done.stderr}"


def run_all(jobs: list[tuple]) -> list[str]:
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        return [c for c in pool.map(lambda job: compile_alone(*job), jobs) if c]


def cxx_complaints(root: pathlib.Path) -> list[str]:
    folder = root / "include"
    headers = sorted(folder.rglob("*.hpp"))
    return run_all([(h, folder, c, "c++", "c++20", []) for h in headers for c in CXX_COMPILERS])


def c_complaints(root: pathlib.Path) -> list[str]:
    strict = {"c": ["-Wstrict-prototypes", "-Wmissing-prototypes"], "c++": []}
    return run_all([(h, root / "capi", c, language, standard, strict[language])
                    for h in sorted((root / "capi").glob("*.h"))
                    for c in C_COMPILERS for language, standard in C_STANDARDS])


class ThisTree(unittest.TestCase):
    maxDiff = None

    def test_every_cxx_header_compiles_alone(self) -> None:
        self.assertTrue(CXX_COMPILERS, "no C++ compiler found")
        self.assertTrue(list((ROOT / "include/kith").glob("*.hpp")))
        self.assertEqual(cxx_complaints(ROOT), [])

    def test_the_c_header_compiles_alone_as_c_and_cxx(self) -> None:
        self.assertEqual(c_complaints(ROOT), [])


class PlantedTrees(unittest.TestCase):
    def test_a_header_that_leans_on_another(self) -> None:
        with planted.tree(include__kith__x_hpp="#pragma once\nstd::string x();\n") as root:
            found = cxx_complaints(root)
        self.assertEqual(len(found), len(CXX_COMPILERS))
        self.assertIn("kith/x.hpp alone", found[0])

    def test_a_header_without_a_guard(self) -> None:
        with planted.tree(include__kith__x_hpp="struct X {};\n") as root:
            self.assertEqual(len(cxx_complaints(root)), len(CXX_COMPILERS))

    def test_a_c_header_with_old_style_parameters(self) -> None:
        with planted.tree(capi__kith_h="#ifndef K\n#define K\nint kith_x();\n#endif\n") as root:
            found = c_complaints(root)
        self.assertEqual(len(found), len(C_COMPILERS) * 2)

    def test_a_c_header_with_cxx_in_it(self) -> None:
        with planted.tree(capi__kith_h="#pragma once\nclass X;\n") as root:
            self.assertTrue(c_complaints(root))


if __name__ == "__main__":
    unittest.main()
