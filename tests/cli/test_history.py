"""The past: answers as of a moment, undo, restore, purge, the changes as a stream, retention."""
import json
import subprocess
import unittest

from command import NOW, CommandTest

DAYS = [f"2026-03-0{day}T09:00:00Z" for day in range(1, 8)]


class History(CommandTest):
    """account:1 and deal:1 are made on day 1 by changes 1 and 2, deal:1 changed on day 2 by 3."""

    def setUp(self) -> None:
        super().setUp()
        self.crm()
        self.ok("update", "crm", "deal:1", "amount=900", "--now", DAYS[1])

    def amount(self, *options: str) -> str:
        return self.ok("query", "crm", "deal", "-s", "amount", "-f", "csv", *options).out

    def sequences(self, *options: str) -> "list[int]":
        page = self.ok("changes", "crm", "-f", "json", *options).json()
        return [change["sequence"] for change in page["changes"]]


class AsOf(History):
    def test_a_day_counts_to_its_end_a_time_and_a_change_are_themselves(self) -> None:
        for moment, amount in (("2026-03-01", "1200.50"), ("2026-03-02", "900.00"),
                               ("2026-03-02T08:59:59Z", "1200.50"), (DAYS[1], "900.00"),
                               ("change:2", "1200.50"), ("change:3", "900.00"),
                               ("2027-01-01", "900.00")):
            with self.subTest(moment=moment):
                self.assertEqual(self.amount("--as-of", moment), f"amount\n{amount}\n")
        self.assertEqual(self.amount("--as-of", "2026-02-28"), "amount\n")

    def test_a_day_ends_when_the_time_zone_says(self) -> None:
        # 2026-03-02T09:00Z is the evening of that day in Auckland, 13 hours ahead, and late on the
        # day before in Honolulu, 10 hours behind.
        for zone, day, amount in (("Pacific/Auckland", "2026-03-01", "1200.50"),
                                  ("Pacific/Auckland", "2026-03-02", "900.00"),
                                  ("Pacific/Honolulu", "2026-03-01", "900.00"),
                                  ("Pacific/Honolulu", "2026-02-28", "1200.50"),
                                  ("Pacific/Kiritimati", "2026-03-02", "900.00"),
                                  ("+16:00", "2026-03-02", "1200.50")):
            with self.subTest(zone=zone, day=day):
                self.assertEqual(self.amount("--as-of", day, "--time-zone", zone).split("\n")[1],
                                 amount)

    def test_every_reading_command_takes_it(self) -> None:
        then = ("--as-of", "2026-03-01")
        self.assertEqual(self.ok("get", "crm", "deal:1", "-f", "json", *then).json()["amount"],
                         1200.5)
        self.assertIn("1,200.50", self.ok("report", "crm", "pipeline", *then).out)
        self.assertEqual(self.ok("cel", "amount", "--db", "crm", "--on", "deal:1", *then).out,
                         "1200.50\n")
        self.ok("move", "crm", "deal:1", "Contacted", "--now", DAYS[2])
        self.assertIn("Contacted", self.ok("stages", "crm", "deal:1").out)
        self.assertNotIn("Contacted", self.ok("stages", "crm", "deal:1", *then).out)
        self.assertNotIn("900", self.ok("timeline", "crm", "deal:1", *then).out)
        moves = self.ok("moves", "crm", "deal:1", "-f", "json").json()
        self.assertIn("New Lead", [move["stage"] for move in moves])
        moves = self.ok("moves", "crm", "deal:1", "-f", "json", *then).json()
        self.assertNotIn("New Lead", [move["stage"] for move in moves])
        self.assertIn("Contacted", [move["stage"] for move in moves])
        self.assertEqual(self.ok("pipelines", "crm", *then).out, self.ok("pipelines", "crm").out)
        self.ok("create", "crm", "task", "subject=Call", "--now", DAYS[2])
        self.assertIn("Call", self.ok("tasks", "crm").out)
        self.assertEqual(self.ok("tasks", "crm", *then).out, "0 rows\n")
        history = self.ok("get", "crm", "deal:1", "--history", "-f", "json", *then).json()
        self.assertEqual([change["sequence"] for change in history], [2])

    def test_an_export_of_the_past(self) -> None:
        columns = ("export", "crm", "deal", "--column", "name", "--column", "amount")
        self.ok("create", "crm", "deal", "name=Late", "--now", DAYS[2])
        then = ("--as-of", "2026-03-01")
        self.assertEqual(self.ok(*columns, *then).out,
                         self.ok("query", "crm", "deal", "--select", "name", "--select", "amount",
                                 "-f", "csv", *then).out)
        self.assertIn("1200.50", self.ok(*columns, *then).out)
        self.assertIn("Late", self.ok(*columns).out)
        self.assertEqual(self.run_kith(*columns, *then, "--output", "then.csv").code, 0)
        self.assertEqual((self.folder / "then.csv").read_text(), self.ok(*columns, *then).out)

    def test_a_record_is_not_there_before_it_was_made(self) -> None:
        self.refused(1, "get", "crm", "deal:1", "--as-of", "change:1", says="deal:1")

    def test_what_is_no_moment_is_refused(self) -> None:
        for moment in ("yesterday", "2026-13-01", "change:", "change:0", "change:x", "change:-1",
                       "2026-03-01T25:00:00Z"):
            with self.subTest(moment=moment):
                self.refused(2, "query", "crm", "deal", "--as-of", moment, says="--as-of")
        for words in (("query", "crm", "deal"), ("export", "crm", "deal"), ("pipelines", "crm"),
                      ("moves", "crm", "deal:1")):
            self.refused(1, *words, "--as-of", "change:99", says="99")
        self.refused(2, "cel", "1", "--as-of", "2026-03-01", says="--on")


class Undo(History):
    def test_undo_puts_back_what_a_change_did(self) -> None:
        self.assertEqual(self.ok("undo", "crm", "3").out, "change 3 undone, 1 record written\n")
        self.assertEqual(self.amount(), "amount\n1200.50\n")
        self.assertEqual(self.ok("undo", "crm", "4", "-f", "json").json(),
                         {"first_sequence": 4, "last_sequence": 4, "records": 1})
        self.assertEqual(self.amount(), "amount\n900.00\n")

    def test_undo_names_what_stands_against_it(self) -> None:
        self.ok("update", "crm", "deal:1", "amount=7", "--now", DAYS[2])
        self.refused(1, "undo", "crm", "3", says="amount was changed since")
        self.assertEqual(self.amount(), "amount\n7.00\n")
        self.refused(1, "undo", "crm", "99", says="99")
        self.refused(2, "undo", "crm", "x", says="SEQUENCE")

    def test_restore_with_references(self) -> None:
        self.ok("create", "crm", "contact", "name=Ann", "account=account:1", "--now", DAYS[2])
        self.ok("update", "crm", "deal:1", "contact=contact:1", "--now", DAYS[2])
        self.ok("delete", "crm", "contact:1", "--now", DAYS[3])
        cleared = self.ok("get", "crm", "deal:1", "-f", "json").json()["contact"]
        self.ok("restore", "crm", "contact:1", "--with-references", "--now", DAYS[4])
        self.assertEqual(self.count("crm", "contact"), 1)
        self.assertEqual(self.ok("get", "crm", "deal:1", "-f", "json").json()["contact"],
                         "contact:1")
        self.assertIsNone(cleared)
        self.ok("delete", "crm", "contact:1", "--now", DAYS[4])
        self.ok("restore", "crm", "contact:1", "--now", DAYS[4])
        self.assertIsNone(self.ok("get", "crm", "deal:1", "-f", "json").json()["contact"])
        self.refused(1, "restore", "crm", "contact:9", says="contact:9")

    def test_purge_asks_to_be_told_twice(self) -> None:
        self.refused(2, "purge", "crm", "deal:1", says="--yes")
        self.assertEqual(self.count("crm", "deal"), 1)
        self.ok("purge", "crm", "deal:1", "--yes")
        self.refused(1, "get", "crm", "deal:1", says="no record deal:1")
        self.assertNotIn("Rockets", self.ok("changes", "crm", "-f", "json").out)


class Changes(History):
    def test_changes_in_three_forms(self) -> None:
        table = self.ok("changes", "crm").out
        self.assertRegex(table, r"(?m)^ +3  2026-03-02T09:00:00Z  deal:1 +update +amount "
                                r"1200\.50 -> 900\.00$")
        self.assertTrue(table.endswith("\n3 changes\n"), table)
        page = self.ok("changes", "crm", "--after", "2", "-f", "json").json()
        self.assertEqual((page["cursor"], page["done"], len(page["changes"])), (3, True, 1))
        self.assertEqual(page["changes"][0]["fields"],
                         [{"field": "amount", "before": 1200.5, "after": 900}])
        self.assertEqual(self.ok("changes", "crm", "--after", "2", "-f", "csv").out,
                         "sequence,record,kind,at,actor,cause,field,before,after\n"
                         "3,deal:1,update,2026-03-02T09:00:00Z,,kith command,amount,1200.50,"
                         "900.00\n")
        self.assertEqual(self.ok("changes", "crm", "--after", "3").out, "0 changes\n")

    def test_pages_and_filters(self) -> None:
        self.assertEqual(self.sequences("--limit", "2"), [1, 2])
        self.assertIn("more with --after 2", self.ok("changes", "crm", "--limit", "2").out)
        self.assertEqual(self.sequences("--entity", "account"), [1])
        self.ok("update", "crm", "deal:1", "next_step=call", "--now", DAYS[2])
        self.assertEqual(self.sequences("--after", "2", "--field", "next_step"), [4])
        self.assertEqual(self.sequences("--after", "2", "--field", "next_step", "--field",
                                        "amount", "--entity", "deal"), [3, 4])
        self.refused(2, "changes", "crm", "--entity", "daal", says='did you mean "deal"?')
        self.refused(2, "changes", "crm", "--entity", "deal", "--field", "nme", says="nme")
        self.refused(2, "changes", "crm", "--limit", "0", says="--limit")

    def test_a_named_cursor_goes_on_where_it_was_saved(self) -> None:
        reader = ("--cursor", "mailer", "--save", "mailer")
        self.assertEqual(self.sequences(*reader, "--limit", "2"), [1, 2])
        self.assertEqual(self.ok("cursors", "crm", "-f", "json").json(),
                         [{"name": "mailer", "sequence": 2}])
        self.assertEqual(self.sequences("--cursor", "mailer"), [3])
        self.assertEqual(self.sequences(*reader), [3])
        self.assertEqual(self.sequences(*reader), [])
        self.assertRegex(self.ok("cursors", "crm").out, r"(?m)^mailer +3$")
        self.ok("cursors", "crm", "drop", "mailer")
        self.assertEqual(self.ok("cursors", "crm", "-f", "json").json(), [])
        self.refused(1, "cursors", "drop", "crm", "mailer", says='no cursor "mailer"')
        self.refused(1, "changes", "crm", "--cursor", "mailer", says='no cursor "mailer"')
        self.refused(2, "changes", "crm", "--cursor", "a", "--after", "1", says="give one")

    def test_a_place_is_not_kept_when_the_changes_could_not_be_written(self) -> None:
        with open("/dev/full", "w", encoding="utf-8") as full:
            run = subprocess.run([self.program, "changes", "crm", "--save", "mailer"],
                                 cwd=self.folder, stdout=full, stderr=subprocess.PIPE, timeout=60,
                                 check=False)
        self.assertEqual(run.returncode, 3, run.stderr)
        self.assertEqual(self.ok("cursors", "crm", "-f", "json").json(), [])

    def test_it_follows_changes_of_other_processes(self) -> None:
        follower = self.start("changes", "crm", "--follow", "--timeout", "20s", "-f", "json",
                              "--save", "mailer")
        assert follower.stdout is not None
        page = json.loads(follower.stdout.readline())
        self.assertEqual((len(page["changes"]), page["cursor"]), (3, 3))
        self.ok("update", "crm", "deal:1", "amount=7", "--now", DAYS[2])
        page = json.loads(follower.stdout.readline())
        self.assertEqual([change["sequence"] for change in page["changes"]], [4])
        follower.kill()

    def test_it_stops_when_nothing_came_for_so_long(self) -> None:
        for timeout in ("0.1", "100ms", "0"):
            self.assertEqual(
                self.ok("changes", "crm", "--after", "2", "--follow", "--timeout", timeout).out,
                "3  2026-03-02T09:00:00Z  deal:1  update  amount 1200.50 -> 900.00\n")
        csv = self.ok("changes", "crm", "--after", "1", "--limit", "1", "--follow", "--timeout",
                      "0", "-f", "csv").out
        self.assertEqual(csv.count("sequence,record"), 1)
        self.assertEqual(csv.splitlines()[-1].split(",")[0], "3")
        self.refused(2, "changes", "crm", "--timeout", "1", says="--follow")
        self.refused(2, "changes", "crm", "--follow", "--timeout", "soon", says="--timeout")


class Retention(History):
    def test_trim_drops_what_is_older_than_a_day(self) -> None:
        self.refused(2, "trim", "crm", "--before", "2026-03-02", says="--yes")
        self.refused(2, "trim", "crm", "--yes", says="--before")
        self.refused(2, "trim", "crm", "--before", "soon", "--yes", says="--before")
        self.assertEqual(self.sequences(), [1, 2, 3])
        self.assertEqual(self.ok("trim", "crm", "--before", "2026-03-02", "--yes").out,
                         "2 changes dropped; change 3 is the oldest kept\n")
        self.assertEqual(self.sequences(), [3])
        self.assertEqual(self.amount(), "amount\n900.00\n")
        self.refused(1, "query", "crm", "deal", "--as-of", "2026-02-01", says="no longer kept")
        self.refused(1, "changes", "crm", "--after", "1", says="no longer kept")
        self.assertEqual(self.ok("check", "crm", "-f", "json").json()["problems"], [])

    def test_a_cursor_holds_what_it_has_yet_to_pass(self) -> None:
        self.ok("changes", "crm", "--limit", "1", "--save", "mailer")
        done = self.ok("trim", "crm", "--before", "2026-04-01", "--yes", "-f", "json").json()
        self.assertEqual((done["dropped"], done["first_kept"], done["held_by"]), (1, 2, "mailer"))
        self.assertIn("for the cursor mailer",
                      self.ok("trim", "crm", "--before", "2026-04-01", "--yes").out)


class InAShell(History):
    def test_the_commands_of_a_shell(self) -> None:
        done = self.run_kith("shell", "crm", *NOW, stdin=(
            "get deal:1 -f json --as-of change:2\nchanges --after 2 -f csv\nundo 3\ncursors\n"
            "changes --limit 1 --save x\ncursors drop x\npurge deal:1\n"
            "changes --follow\ncompact\nload d\n"))
        self.assertEqual(done.code, 2)
        self.assertIn("change 3 undone", done.out)
        for words in ("line 7: purge erases", "line 8: in a shell --follow needs --timeout",
                      'line 9: "compact" is not for a shell', 'line 10: "load" is not for a shell'):
            self.assertIn(words, done.err)
        self.assertEqual(self.amount(), "amount\n1200.50\n")


if __name__ == "__main__":
    unittest.main()
