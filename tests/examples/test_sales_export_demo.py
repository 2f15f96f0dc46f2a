"""The demo as a person runs it, and the example's files through the command line."""
import json
import os
import pathlib
import re
import subprocess
import sys

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
EXAMPLE = ROOT / "examples" / "sales_export"
SHARED = pathlib.Path(os.environ.get("KITH_SHARED", ROOT.parent / "shared"))
REAL_EXPORT = SHARED / "data" / "maven_crm" / "original"
TYPES = ["sales_agent", "product", "account", "deal"]  # in the order references need


@pytest.fixture(name="build", scope="module")
def fixture_build() -> pathlib.Path:
    folder = os.environ.get("KITH_BUILD_DIR")
    if folder is None or not (pathlib.Path(folder) / "bin" / "kith").exists():
        pytest.skip("KITH_BUILD_DIR names no build with the kith command; run it by ctest")
    return pathlib.Path(folder)


@pytest.fixture(name="sandbox")
def fixture_sandbox(build: pathlib.Path, tmp_path: pathlib.Path) -> pathlib.Path:
    """A build folder of our own, so that the demo's database of the real one stays."""
    (tmp_path / "bin").mkdir()
    for program in ("kith", "agency", "agency_c"):
        (tmp_path / "bin" / program).symlink_to(build / "bin" / program)
    (tmp_path / "python").symlink_to(build / "python")
    return tmp_path


def run(*command: object, code: int = 0) -> str:
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True,
                          check=False)
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout + done.stderr


def test_the_generator_writes_the_same_bytes_each_time(tmp_path: pathlib.Path) -> None:
    for folder in ("one", "two"):
        run(sys.executable, EXAMPLE / "generate.py", tmp_path / folder)
    names = sorted(path.name for path in (tmp_path / "one").iterdir())
    assert names == ["accounts.csv", "products.csv", "sales_pipeline.csv", "sales_teams.csv"]
    for name in names:
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()


def test_the_demo_without_a_folder_tells_its_sample(sandbox: pathlib.Path) -> None:
    for _ in range(2):  # the second run begins afresh
        output = run(ROOT / "examples" / "run_demo", sandbox)
    assert "C prints the same text.\nPython prints the same text.\n" in output
    assert "4005 rows, 3975 created, 0 updated, 0 unchanged, 30 rejected" in output
    assert re.search(r"^Won +315 +3,774,149 +1,851 +█+", output, re.M)
    assert "Won of closed" in output and "Won of all" in output
    rejects = (sandbox / "demo" / "sales_pipeline_rejects.csv").read_text().splitlines()
    assert len(rejects) == 31


def test_what_the_demo_exports_comes_back_the_same(sandbox: pathlib.Path) -> None:
    run(ROOT / "examples" / "run_demo", sandbox)
    kith, first, second = sandbox / "bin" / "kith", sandbox / "demo" / "crm.kith", sandbox / "copy"
    run(kith, "init", second, "--model", EXAMPLE / "model.json")
    for entity in TYPES:
        file = sandbox / f"{entity}.csv"
        run(kith, "export", first, entity, "--portable", "--output", file)
        assert " 0 rejected" in run(kith, "import", second, entity, file)
    names = [row[0] for row in json.loads(run(kith, "--format", "json", "report", first))["rows"]]
    assert {"stages", "by_agent", "pipeline", "win_rate", "revenue"} <= set(names)
    assert run(kith, "report", first, *names) == run(kith, "report", second, *names)


def test_every_command_line_of_the_import_page_runs(build: pathlib.Path,
                                                    tmp_path: pathlib.Path) -> None:
    page = (ROOT / "docs" / "import.md").read_text()
    for name, language in (("deals.csv", "csv"), ("deals.json", "json")):
        block = re.search(rf"^`{name}`.*?```{language}\n(.*?)```", page, re.M | re.S)
        assert block is not None, name
        (tmp_path / name).write_text(block[1])
    kith = build / "bin" / "kith"
    run(kith, "init", tmp_path / "crm.kith", "--model", EXAMPLE / "model.json")
    commands = re.findall(r"^kith .*$", page, re.M)
    assert len(commands) == 7
    shell = dict(os.environ, PATH=f"{kith.parent}:{os.environ['PATH']}")
    output = ""
    for command in commands:
        done = subprocess.run(command, shell=True, cwd=tmp_path, env=shell, capture_output=True,
                              text=True, check=False)
        assert done.returncode == 0, command + done.stdout + done.stderr
        output += done.stdout
    assert output.count("2 rows, 2 created, 0 updated, 0 unchanged, 0 rejected") == 2
    portable = (tmp_path / "deals.csv").read_text().splitlines()
    assert portable == [
        "external_id,agent.name,product.name,account.name,stage,engage_date,close_date,amount",
        "1C1I7A6R,Ada Novak,GTX Pro,Acme,Won,2016-10-20,2017-03-01,4514.00",
        "Z063OYW0,Ada Novak,GTX Pro,,Engaging,2016-10-25,,"]


def test_a_folder_that_is_no_export_is_refused(sandbox: pathlib.Path) -> None:
    empty = sandbox / "empty"
    empty.mkdir()
    assert "has no sales_teams.csv" in run(ROOT / "examples" / "run_demo", sandbox, empty, code=1)
    assert "no folder" in run(ROOT / "examples" / "run_demo", sandbox, empty / "x", code=1)
    assert not (sandbox / "demo").exists()


@pytest.mark.skipif(not REAL_EXPORT.exists(), reason="no data/maven_crm in KITH_SHARED")
def test_the_demo_of_a_real_export(sandbox: pathlib.Path) -> None:
    output = run(ROOT / "examples" / "run_demo", sandbox, REAL_EXPORT)
    assert "8800 rows, 8800 created, 0 updated, 0 unchanged, 0 rejected" in output
    for line in (r"Won +0 +10,005,534 +4,238 +█+", r"Lost +0 +0 +2,473 +█+",
                 r"Engaging +1,088 +0 +1,589 +█+", r"Prospecting +337 +0 +500 +█+",
                 r"4,238 +6,711 +8,800 +63\.15 % +█+.? +48\.16 %",
                 r"2017-Q1 +531 +1,134,672", r"2017-Q2 +1,254 +3,086,111",
                 r"2017-Q3 +1,257 +2,982,255", r"2017-Q4 +1,196 +2,802,496"):
        assert re.search(rf"^ *{line}", output, re.M), line
