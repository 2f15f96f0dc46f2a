"""The README's program is one that the tests build and run; no link in a document is dead."""
import pathlib
import re
import tempfile
import unittest
from collections.abc import Iterator

import tidy_path  # noqa: F401  isort: skip  (finds tools/)
from tidy import tracked

ROOT = pathlib.Path(__file__).resolve().parents[2]
LINK = re.compile(r"\[[^\]]*\]\(([^)#\s]+)(?:#[^)]*)?\)")


def dead_links(root: pathlib.Path, documents: list[str]) -> Iterator[str]:
    """Relative links of Markdown documents that lead to no file, as "path:line: target"."""
    for name in documents:
        document = root / name
        for number, line in enumerate(document.read_text(encoding="utf-8").splitlines(), 1):
            for target in LINK.findall(line):
                if "://" not in target and not (document.parent / target).exists():
                    yield f"{name}:{number}: {target}"


def program(text: str, language: str) -> str:
    """The first code block of that language."""
    return re.search(rf"^```{language}\n(.*?)^```", text, re.S | re.M).group(1)


class ThisTree(unittest.TestCase):
    maxDiff = None

    def test_links_lead_somewhere(self) -> None:
        documents = [p for p in tracked(ROOT) if p.endswith(".md") and (ROOT / p).exists()]
        self.assertIn("README.md", documents)
        self.assertEqual(list(dead_links(ROOT, documents)), [])

    def test_the_program_of_the_readme_is_the_one_that_is_run(self) -> None:
        self.assertEqual(program((ROOT / "README.md").read_text(), "cpp"),
                         (ROOT / "tests/install/cxx/consumer.cpp").read_text())


    def test_the_readme_names_every_package_that_dev_installs(self) -> None:
        listed = re.search(r"^build_packages=\((.*?)\)", (ROOT / "dev").read_text(), re.S | re.M)
        libraries = {p for p in listed.group(1).split() if p.endswith("-dev")}
        self.assertGreater(len(libraries), 5)
        named = set((ROOT / "README.md").read_text().replace(".", " ").split())
        self.assertEqual(libraries - named, set())


class Planted(unittest.TestCase):
    def test_a_dead_link_is_found(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            root = pathlib.Path(folder)
            (root / "a.md").write_text("[b](b.md#top) [web](https://x.org/y) [a](a.md)\n")
            self.assertEqual(list(dead_links(root, ["a.md"])), ["a.md:1: b.md"])


if __name__ == "__main__":
    unittest.main()
