"""The agency's story: one text, whichever language tells it."""
import os
import pathlib
import re
import subprocess
import sys

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
EXAMPLE = ROOT / "examples" / "agency"
MODEL = EXAMPLE / "model.json"
STORY = (EXAMPLE / "story.txt").read_text(encoding="utf-8")


def program(name: str) -> pathlib.Path:
    folder = os.environ.get("KITH_BUILD_DIR")
    path = pathlib.Path(folder or "nowhere") / "bin" / name
    if not path.exists():
        pytest.skip(f"KITH_BUILD_DIR names no build with the program {name}; run it by ctest")
    return path


def told(*command: object) -> str:
    done = subprocess.run([str(part) for part in command], capture_output=True, check=False)
    assert done.returncode == 0, done.stdout.decode() + done.stderr.decode()
    assert done.stderr == b""
    return done.stdout.decode("utf-8")


def test_cpp_tells_the_story() -> None:
    assert told(program("agency"), MODEL) == STORY


def test_c_tells_the_story() -> None:
    assert told(program("agency_c"), MODEL) == STORY


def test_python_tells_the_story() -> None:
    program("agency")
    assert told(sys.executable, EXAMPLE / "agency.py", MODEL) == STORY


def test_the_page_shows_what_is_printed() -> None:
    page = (ROOT / "docs" / "story.md").read_text(encoding="utf-8")
    blocks = re.findall(r"^<!-- output -->\n```text\n(.*?)^```$", page, re.S | re.M)
    assert blocks
    for block in blocks:
        assert block in STORY


def test_a_model_that_is_not_there_is_told() -> None:
    for name in ("agency", "agency_c"):
        done = subprocess.run([program(name), "no such file"], capture_output=True, check=False)
        assert done.returncode == 1
        assert done.stderr
