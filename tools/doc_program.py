#!/usr/bin/env python3
"""Takes the program out of a guide: `tools/doc_program.py GUIDE.md LANGUAGE OUTPUT`.

The program is the first block of that language (c, cpp, python) with the line `<!-- run -->`
straight above it. Lines keep their numbers in the guide, so that compilers and tracebacks point
into it.
"""
import pathlib
import re
import sys


def program(text: str, language: str) -> str:
    """The text of the marked block, after as many empty lines as stand above it in the guide."""
    found = re.search(rf"^<!-- run -->\n```{re.escape(language)}\n(.*?)^```$", text, re.S | re.M)
    if found is None:
        raise ValueError(f"no block ```{language} with <!-- run --> on the line above it")
    return "\n" * text.count("\n", 0, found.start(1)) + found.group(1)


def main(argv: list[str]) -> int:
    if len(argv) != 3:
        print(__doc__, file=sys.stderr)
        return 2
    guide, language, output = argv
    try:
        text = program(pathlib.Path(guide).read_text(encoding="utf-8"), language)
    except ValueError as error:
        print(f"{guide}: {error}", file=sys.stderr)
        return 1
    pathlib.Path(output).write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
