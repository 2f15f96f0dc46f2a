"""The program of docs/getting-started-python.md does what the guide says."""
import os
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
GUIDE = ROOT / "docs/getting-started-python.md"

PRINTED = """\
made account:1 and deal:1
4 rows: 3 created, 0 updated, 0 unchanged, 1 rejected
"""


def test_the_guides_program_runs_as_it_stands(tmp_path: pathlib.Path) -> None:
    program = tmp_path / "program.py"
    subprocess.run([sys.executable, ROOT / "tools/doc_program.py", GUIDE, "python", program],
                   check=True, timeout=60)
    environment = dict(os.environ, PYTHONPATH=os.pathsep.join(sys.path), PYTHONIOENCODING="utf-8")
    done = subprocess.run([sys.executable, "-W", "error", "-X", "dev", program, tmp_path],
                          capture_output=True, text=True, env=environment, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    print(done.stdout)
    assert done.stdout.startswith(PRINTED)
    for expected in ("line 4, Closed: ", "  stage: ", "Rollout: 18000.00 from Acme",
                     "2016-Q1 ", "1,200.50\n", "19200.50", "Won of closed",
                     "create ['name', 'account', 'amount', 'stage', 'close_date'",
                     "['loss_reason']\n", "Negotiation left ", "Contacted since ", "'Closed Won'",
                     "to ann@example.org: Welcome\n0 rules failed; 1 delivered\n"):
        assert expected in done.stdout, expected


def test_the_program_of_the_page_of_expressions_prints_what_the_page_says(
        tmp_path: pathlib.Path) -> None:
    page = ROOT / "docs/expressions.md"
    program = tmp_path / "program.py"
    subprocess.run([sys.executable, ROOT / "tools/doc_program.py", page, "python", program,
                    "expression"], check=True, timeout=60)
    environment = dict(os.environ, PYTHONPATH=os.pathsep.join(sys.path))
    done = subprocess.run([sys.executable, "-W", "error", program], capture_output=True, text=True,
                          env=environment, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    said = page.read_text(encoding="utf-8").partition("<!-- output: expression -->\n```text\n")[2]
    assert done.stdout == said.partition("```")[0] != ""
