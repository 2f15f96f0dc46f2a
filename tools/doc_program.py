#!/usr/bin/env python3
"""Takes a program out of a guide: `tools/doc_program.py GUIDE.md LANGUAGE OUTPUT [NAME]`.

The program is the first block of that language (c, cpp, python) with the line `<!-- run -->`
straight above it, or `<!-- run: NAME -->` for a further program of the guide. Lines keep their
numbers in the guide, so that compilers and tracebacks point into it.
"""
import pathlib
import re
import sys


def program(text: str, language: str, name: str = "") -> str:
    """The text of the marked block, after as many empty lines as stand above it in the guide."""
    mark = f"<!-- run: {name} -->" if name else "<!-- run -->"
    found = re.search(rf"^{re.escape(mark)}\n```{re.escape(language)}\n(.*?)^```$", text,
                      re.S | re.M)
    if found is None:
        raise ValueError(f"no block ```{language} with {mark} on the line above it")
    return "\n" * text.count("\n", 0, found.start(1)) + found.group(1)


def main(argv: list[str]) -> int:
    if len(argv) not in (3, 4):
        print(__doc__, file=sys.stderr)
        return 2
    guide, language, output = argv[:3]
    try:
        text = program(pathlib.Path(guide).read_text(encoding="utf-8"), language, *argv[3:])
    except ValueError as error:
        print(f"{guide}: {error}", file=sys.stderr)
        return 1
    pathlib.Path(output).write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
