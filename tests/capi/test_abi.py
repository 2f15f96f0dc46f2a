"""The promises of kith.h (docs/abi.md), each checked, each check tried on a planted offence."""
import ctypes
import os
import pathlib
import shutil
import subprocess
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import abi  # noqa: E402
import cxx_coverage  # noqa: E402

ROOT = pathlib.Path(__file__).resolve().parents[2]
HEADER = (ROOT / "capi/kith.h").read_text(encoding="utf-8")
SOURCES = {str(p.relative_to(ROOT)): p.read_text(encoding="utf-8")
           for p in sorted((ROOT / "capi").glob("*.cpp"))}
NAMES = {f.name for f in abi.functions(HEADER)}
BUILD = os.environ.get("KITH_BUILD_DIR")
LIBRARY = pathlib.Path(BUILD, "lib/libkith.so.0") if BUILD else None

# Functions for which NULL everywhere is no mistake: what they return then.
NULL_IS_FINE = {
    "kith_model_check": {-300},  # the empty document
}


class Text(unittest.TestCase):
    maxDiff = None

    def test_every_declaration_says_what_it_must(self) -> None:
        self.assertGreater(len(NAMES), 150)
        self.assertEqual(list(abi.check_header(HEADER)), [])

    def test_every_function_begins_with_its_guard(self) -> None:
        self.assertEqual([c for p, t in SOURCES.items() for c in abi.check_guards(p, t)], [])

    def test_every_function_is_implemented(self) -> None:
        self.assertEqual(abi.implemented(SOURCES), NAMES)

    def test_symbols_txt_lists_the_functions(self) -> None:
        self.assertEqual((ROOT / "capi/symbols.txt").read_text().split(), sorted(NAMES))

    def test_the_codes_are_those_of_the_cxx_interface(self) -> None:
        status = (ROOT / "include/kith/status.hpp").read_text(encoding="utf-8")
        codes = abi.enumerators(status, "k")
        self.assertGreater(len(codes), 25)
        ours = abi.enumerators(HEADER, "KITH_")
        self.assertEqual({n: ours.get(n) for n in codes}, codes)

    def test_every_cxx_method_has_a_c_function_or_a_reason(self) -> None:
        declared = set().union(*(cxx_coverage.declarations(p.read_text(encoding="utf-8"))
                                 for p in (ROOT / "include/kith").glob("*.hpp")))
        self.assertGreater(len(declared), 80)
        lines = cxx_coverage.joined((ROOT / "capi/coverage.txt").read_text(encoding="utf-8"))
        self.assertEqual(list(cxx_coverage.check(lines, declared, NAMES)), [])

    def test_the_header_compiles_with_everything_declared(self) -> None:
        for compiler in ("gcc", "clang-16"):
            if not shutil.which(compiler):
                continue
            for language, standard in (("c", "c99"), ("c", "c11"), ("c++", "c++17")):
                strict = ["-Wstrict-prototypes", "-Wmissing-prototypes"] if language == "c" else []
                done = subprocess.run(
                    [compiler, "-Wall", "-Wextra", "-pedantic-errors", "-Werror", *strict,
                     "-DKITH_API_ALLOW_UNSTABLE", "-fsyntax-only", f"-std={standard}",
                     f"-I{ROOT}/capi", "-x", language, "-"],
                    input='#include "kith.h"\nint main(void) { return 0; }\n', text=True,
                    capture_output=True, check=False)
                self.assertEqual(done.stderr, "", f"{compiler} -std={standard}")

    def test_unstable_functions_are_declared_only_when_asked_for(self) -> None:
        for more, wanted in (([], "implicit"), (["-DKITH_API_ALLOW_UNSTABLE"], ""),
                             (["-DKITH_API_ALLOW_UNSTABLE", "-DKITH_API_VERSION=1"], "#error"),
                             (["-DKITH_API_VERSION=99000000"], "#error")):
            done = subprocess.run(
                ["gcc", "-std=c11", "-Wall", "-fsyntax-only", f"-I{ROOT}/capi", *more, "-x", "c",
                 "-"], input='#include "kith.h"\nint main(void) { return !kith_version_number(); }',
                text=True, capture_output=True, check=False)
            self.assertEqual(wanted in done.stderr if wanted else done.stderr == "", True, more)


@unittest.skipUnless(LIBRARY and LIBRARY.exists(), "needs KITH_BUILD_DIR, a build with libkith.so")
class Library(unittest.TestCase):
    maxDiff = None

    def test_it_shows_what_symbols_txt_lists(self) -> None:
        self.assertEqual(sorted(abi.exported(LIBRARY)),
                         (ROOT / "capi/symbols.txt").read_text().split())

    def test_no_function_minds_null(self) -> None:
        """Each function with NULL and 0 for everything: an error, or an empty answer."""
        library = ctypes.CDLL(str(LIBRARY))
        for function in abi.functions(HEADER):
            fails = "kith_error** error" in function.parameters
            error = ctypes.c_void_p()
            arguments = [ctypes.byref(error) if p == "kith_error** error" else argument(p)
                         for p in function.parameters]
            call = getattr(library, function.name)
            call.restype = result_type(function.returns)
            with self.subTest(function.name):
                answer = call(*arguments)
                if fails:
                    self.assertIn(answer, NULL_IS_FINE.get(function.name, {-100}))
                    self.assertTrue(error.value)
                    library.kith_error_free(error)
                elif function.name.endswith("_init"):
                    self.assertEqual(answer, -100)
                elif function.returns == "const char*":
                    self.assertIsNotNone(answer)
                elif function.name == "kith_rows_column":
                    self.assertEqual(answer, -1)
                elif function.name != "kith_version_number":
                    self.assertFalse(answer)


def argument(parameter: str) -> object:
    if "*" in parameter or "_fn " in parameter:
        return ctypes.c_void_p()
    if parameter.startswith("double"):
        return ctypes.c_double()
    return ctypes.c_uint64()


def result_type(returns: str) -> object:
    return {"const char*": ctypes.c_char_p, "void": None, "int32_t": ctypes.c_int32,
            "uint32_t": ctypes.c_uint32, "uint8_t": ctypes.c_uint8, "size_t": ctypes.c_size_t,
            "uint64_t": ctypes.c_uint64}.get(returns, ctypes.c_void_p)


class Planted(unittest.TestCase):
    def header(self, text: str) -> str:
        return "\n".join(abi.check_header(text))

    def test_declarations(self) -> None:
        self.assertIn("is not marked", self.header("/* x */\nKITH_API int32_t kith_a(void);"))
        self.assertIn("no @ownership", self.header(
            "/* x */\nKITH_UNSTABLE int32_t kith_a(kith_b** out, kith_error** error);"))
        self.assertIn("no @ownership", self.header(
            "/* x @ownership yours */\nKITH_UNSTABLE const char* kith_a(void);"))
        self.assertIn("is not the last", self.header(
            "/* @ownership static */\nKITH_UNSTABLE int32_t kith_a(kith_b** out);"))
        self.assertIn("by value", self.header("/* x */\nKITH_UNSTABLE kith_time kith_a(void);"))
        self.assertIn("no comment", self.header("KITH_UNSTABLE int32_t kith_a(void);"))

    def test_guards(self) -> None:
        sound = "int32_t kith_a(void) {\n  return guard(error, [] {});\n}\n"
        self.assertEqual(list(abi.check_guards("a.cpp", sound)), [])
        late = "int32_t kith_a(void) {\n  std::string s;\n  return guard(error, [] {});\n}\n"
        self.assertEqual(len(list(abi.check_guards("a.cpp", late))), 1)

    def test_coverage(self) -> None:
        header = ("namespace kith {\nclass A {\n public:\n  A(int);\n"
                  "  Result<int> get(int x) const;\n  bool ok() const { return true; }\n"
                  " private:\n  void hidden();\n};\n"
                  "int free_one();\n}")
        declared = cxx_coverage.declarations(header)
        self.assertEqual(declared, {"A::get", "A::ok", "free_one"})

        def complaints(text: str) -> str:
            return "\n".join(cxx_coverage.check(cxx_coverage.joined(text), declared, {"kith_a"}))

        self.assertEqual(complaints("A::get = kith_a\nA::ok - a host can tell\n"
                                    "free_one - nobody\n    needs it"), "")
        self.assertIn("free_one: no C function", complaints("A::* = kith_a"))
        self.assertIn("kith.h has no kith_b", complaints("A::get = kith_b"))
        self.assertIn("has no A::gone", complaints("A::gone - it went away"))
        self.assertIn("is no reason", complaints("A::get - later"))
        self.assertIn("what kith_a is for", complaints("A::* - not in this version"))


if __name__ == "__main__":
    unittest.main()
