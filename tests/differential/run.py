#!/usr/bin/env python3
"""Holds kith's expressions against an independent implementation of the language.

    run.py --kith build/release/bin/kith --modules build/differential --count 5000 --seed 1

Random expressions are evaluated by the npm package @bufbuild/cel and then, with its answers as
what is expected, by `kith cel-test`. Ends with 77 when Node.js or the package is absent, with 1
when the two differ; a failing seed and number say the expression again.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from expressions import vectors

HERE = Path(__file__).resolve().parent
SKIPPED = 77


def expected(given: list[dict[str, object]], modules: Path) -> str:
    """The vectors with the other implementation's answers, one a line."""
    script = modules / "oracle.mjs"
    shutil.copy(
        HERE / "oracle.mjs", script
    )  # beside node_modules, where its imports are looked for
    lines = "".join(json.dumps(vector) + "\n" for vector in given)
    answer = subprocess.run(
        ["node", str(script)], input=lines, capture_output=True, text=True, cwd=modules, check=False
    )
    if answer.returncode != 0:
        sys.exit(f"the other implementation ended with {answer.returncode}:\n{answer.stderr}")
    return answer.stdout


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--kith", type=Path, required=True)
    parser.add_argument("--modules", type=Path, required=True)
    parser.add_argument("--count", type=int, default=5000)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    if shutil.which("node") is None or not (args.modules / "node_modules/@bufbuild/cel").is_dir():
        print(
            f"skipped: Node.js or @bufbuild/cel in {args.modules} is absent; "
            "`./dev differential` installs it"
        )
        return SKIPPED
    answers = expected(vectors(args.seed, args.count), args.modules)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "differential.json"
        path.write_text(answers, encoding="utf-8")
        return subprocess.run([str(args.kith), "cel-test", str(path)], check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
