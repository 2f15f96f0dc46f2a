"""tools/doc_program.py finds the program of a guide, or says that there is none."""
import pathlib
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools"))
import doc_program  # noqa: E402

GUIDE = """# Guide
```c
not this;
```
<!-- run -->
```cpp
int main() {}
```
<!-- run -->
```c
int main(void) { return 0; }
```
<!-- run: second -->
```c
int main(void) { return 2; }
```
"""


class DocProgram(unittest.TestCase):
    def test_the_marked_block_of_the_language(self) -> None:
        text = doc_program.program(GUIDE, "c")
        self.assertEqual(text.strip(), "int main(void) { return 0; }")
        self.assertEqual(doc_program.program(GUIDE, "cpp").strip(), "int main() {}")

    def test_a_further_program_by_its_name(self) -> None:
        self.assertEqual(doc_program.program(GUIDE, "c", "second").strip(),
                         "int main(void) { return 2; }")
        with self.assertRaises(ValueError):
            doc_program.program(GUIDE, "c", "third")

    def test_lines_keep_their_numbers(self) -> None:
        text = doc_program.program(GUIDE, "c")
        self.assertEqual(text.split("\n").index("int main(void) { return 0; }"),
                         GUIDE.split("\n").index("int main(void) { return 0; }"))

    def test_no_block(self) -> None:
        with self.assertRaises(ValueError):
            doc_program.program(GUIDE, "python")
        with tempfile.TemporaryDirectory() as folder:
            guide, output = pathlib.Path(folder, "g.md"), pathlib.Path(folder, "out.py")
            guide.write_text(GUIDE)
            self.assertEqual(doc_program.main([str(guide), "python", str(output)]), 1)
            self.assertFalse(output.exists())


if __name__ == "__main__":
    unittest.main()
