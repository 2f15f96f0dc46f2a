"""`kith shell` at a terminal: completion, editing, history. A pseudo-terminal plays the person."""
import os
import pty
import re
import select
import stat
import subprocess
import termios
import time
import unittest

from command import NOW, CommandTest

CONTROLS = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\x1b[=>]|\x07")
LOCAL_MODES = 3  # the place in what tcgetattr answers


class Terminal:
    """A shell whose keys and screen are ours."""

    def __init__(self, command: "list[str]", folder: str, **environment: str) -> None:
        self.keys, inner = pty.openpty()
        self.run = subprocess.Popen(
            command, cwd=folder, stdin=inner, stdout=inner, stderr=inner, close_fds=True,
            start_new_session=True,
            env={**os.environ, "TERM": "dumb", "LC_ALL": "C.UTF-8", **environment})
        os.close(inner)
        self.screen = ""

    def wait_for(self, words: str, within: float = 10) -> str:
        """What appears up to these words; they and what is before are then forgotten."""
        end = time.monotonic() + within
        while words not in self.screen:
            ready, _, _ = select.select([self.keys], [], [], max(0, end - time.monotonic()))
            try:
                data = os.read(self.keys, 4096) if ready else b""
            except OSError:
                data = b""
            if not data:
                raise AssertionError(f"{words!r} did not appear, but {self.screen!r}")
            self.screen = CONTROLS.sub("", self.screen + data.decode("utf-8", "replace"))
        before, _, self.screen = self.screen.partition(words)
        return before + words

    def type(self, keys: str, within: float = 10) -> None:
        """The editor shows its prompt before it takes over the terminal. What is typed between
        goes to the terminal's own line editing: control-C ends the program, control-D is lost."""
        end = time.monotonic() + within
        while termios.tcgetattr(self.keys)[LOCAL_MODES] & termios.ICANON:
            if time.monotonic() > end:
                raise AssertionError(f"the editor never took over, at {self.screen!r}")
            time.sleep(0.005)
        os.write(self.keys, keys.encode())

    def close(self) -> None:
        self.run.kill()
        self.run.wait()
        os.close(self.keys)


class AtATerminal(CommandTest):
    def setUp(self) -> None:
        super().setUp()
        self.history = str(self.folder / "history")
        self.db = self.crm()

    def terminal(self, **environment: str) -> Terminal:
        terminal = Terminal([self.program, "shell", self.db, *NOW], str(self.folder),
                            **{"KITH_HISTORY": self.history, "HOME": str(self.folder),
                               **environment})
        self.addCleanup(terminal.close)
        terminal.wait_for("kith> ")
        return terminal

    def completed(self, typed: str, expected: str) -> None:
        """TAB after `typed` makes the line that `expected` is; then the line is given up."""
        terminal = self.terminal()
        terminal.type(typed + "\t")
        with self.subTest(typed=typed):
            terminal.wait_for(expected)
            # A marker typed next stands right behind what was completed.
            terminal.type("~")
            self.assertEqual(terminal.wait_for("~").replace("\b", ""), "~")

    def test_commands_are_completed(self) -> None:
        self.completed("cre", "create ")
        self.completed("outbox rev", "outbox revive ")
        self.completed(".form", ".format ")
        self.completed("help automa", "help automations ")

    def test_types_and_fields_are_completed(self) -> None:
        self.completed("create camp", "create campaign")
        self.completed("query deal --order-by close_", "query deal --order-by close_date ")
        self.completed("create deal close_", "create deal close_date=")
        self.completed("update deal:1 loss_", "update deal:1 loss_reason=")
        self.completed("get acc", "get account:")
        self.completed("capture kind=f", "capture kind=form ")
        self.completed("capture person.job", "capture person.job_title=")

    def test_stages_are_completed_in_quotes(self) -> None:
        self.completed("move deal:1 Prop", 'move deal:1 "Proposal Sent" ')
        self.completed("move deal:1 'Clo", 'move deal:1 "Closed ')
        self.completed("update deal:1 stage=Neg", "update deal:1 stage=Negotiation ")

    def test_options_reports_and_files_are_completed(self) -> None:
        self.completed("query deal --whe", "query deal --where ")
        self.completed("query deal -f cs", "query deal -f csv ")
        self.completed("runs --state fa", "runs --state failed ")
        self.completed("report win", "report win_rate ")
        self.write("notes-of-ann.json", "{}")
        self.completed("model check notes", "model check notes-of-ann.json ")

    def test_cursors_and_fields_of_changes_are_completed(self) -> None:
        self.ok("changes", self.db, "--save", "mailer")
        self.completed("changes --cursor mai", "changes --cursor mailer ")
        self.completed("cursors drop mai", "cursors drop mailer ")
        self.completed("changes --entity deal --field loss_",
                       "changes --entity deal --field loss_reason ")

    def test_a_second_tab_lists_what_there_is(self) -> None:
        terminal = self.terminal()
        terminal.type("move deal:1 Closed\t")
        terminal.wait_for('"Closed ')
        terminal.type("\t")
        shown = terminal.wait_for("kith> ")
        self.assertIn("Closed Lost", shown)
        self.assertIn("Closed Won", shown)
        terminal.wait_for('move deal:1 "Closed ')
        terminal.type('W\t')
        terminal.wait_for('Won" ')

    def test_a_command_runs_and_errors_do_not_end_the_shell(self) -> None:
        terminal = self.terminal()
        terminal.type("get deal:9\r")
        terminal.wait_for("kith: there is no record deal:9")
        terminal.wait_for("kith> ")
        terminal.type("query deal --select name -f csv\r")
        terminal.wait_for("Rockets")
        terminal.wait_for("kith> ")
        terminal.type(".quit\r")
        self.assertEqual(terminal.run.wait(10), 0)

    def test_control_c_gives_up_a_line_and_control_d_leaves(self) -> None:
        terminal = self.terminal()
        terminal.type("create account name='Glo\r")
        terminal.wait_for("... ")
        terminal.type("\x03")
        terminal.wait_for("kith> ")
        terminal.type("create account\x03")
        terminal.wait_for("kith> ")
        terminal.type("cel 20+3\r")
        terminal.wait_for("23")
        terminal.wait_for("kith> ")
        terminal.type("\x04")
        self.assertEqual(terminal.run.wait(10), 0)
        self.assertEqual(self.count(self.db, "account"), 1)

    def test_history_is_kept_for_the_next_shell_and_for_its_owner_only(self) -> None:
        first = self.terminal()
        first.type("cel 40+2\r")
        first.wait_for("42")
        first.wait_for("kith> ")
        first.type(".quit\r")
        self.assertEqual(first.run.wait(10), 0)
        self.assertEqual(stat.S_IMODE(os.stat(self.history).st_mode), 0o600)
        second = self.terminal()
        second.type("\x10\x10\r")  # control-P: the line before
        second.wait_for("42")

    def test_without_a_name_for_it_no_history_is_kept(self) -> None:
        terminal = self.terminal(KITH_HISTORY="")
        terminal.type("cel 40+2\r")
        terminal.wait_for("42")
        terminal.wait_for("kith> ")
        terminal.type(".quit\r")
        self.assertEqual(terminal.run.wait(10), 0)
        self.assertEqual(sorted(os.listdir(self.folder)), ["crm"])

    def test_a_shell_that_is_no_terminal_keeps_none(self) -> None:
        self.run_kith("shell", self.db, stdin="cel 1\n", before=("env", f"HOME={self.folder}"))
        self.assertEqual(sorted(os.listdir(self.folder)), ["crm"])


if __name__ == "__main__":
    unittest.main()
