"""The examples of docs/command-line.md do what the page says."""
import os
import pathlib
import re
import subprocess

from command import ROOT, CommandTest

PAGE = ROOT / "docs/command-line.md"


def examples(text: str) -> "list[tuple[str, str]]":
    """(command, what it prints) of each `$` line in the console blocks; `>` lines continue it."""
    found = []
    for block in re.findall(r"^```console\n(.*?)^```", text, re.S | re.M):
        for part in re.split(r"^\$ ", block, flags=re.M)[1:]:
            lines = part.splitlines()
            end = 1
            while end < len(lines) and lines[end].startswith("> "):
                end += 1
            script = "\n".join([lines[0]] + [line[2:] for line in lines[1:end]])
            found.append((script, "".join(line + "\n" for line in lines[end:])))
    return found


class CommandLinePage(CommandTest):
    def test_every_example_prints_what_the_page_shows(self) -> None:
        environment = dict(os.environ)
        environment["PATH"] = f"{pathlib.Path(self.program).parent}:{environment['PATH']}"
        shown = examples(PAGE.read_text(encoding="utf-8"))
        self.assertGreater(len(shown), 25)
        for script, expected in shown:
            run = subprocess.run(["bash", "-c", script], cwd=self.folder, env=environment,
                                 text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                 timeout=60, check=False)
            self.assertEqual(run.stdout, expected, script)

    def test_every_command_has_an_example(self) -> None:
        scripts = "\n".join(script for script, _ in examples(PAGE.read_text(encoding="utf-8")))
        for name in ("init", "model check", "model apply", "model describe", "import", "export",
                     "get", "create", "update", "delete", "query", "report", "move", "moves",
                     "stages", "pipelines", "score",
                     "capture", "receive", "tick", "runs", "automations",
                     "outbox", "outbox lease", "outbox ack", "timeline", "tasks", "cel",
                     "cel-test", "shell",
                     "undo", "restore", "purge", "changes", "cursors", "trim", "check", "backup",
                     "dump", "load", "compact"):
            self.assertIn(f"kith {name} ", scripts)
