"""`kith cel` with its tools, and `kith cel-test`."""
import json
import unittest

from command import CommandTest

PASSES = {"file": "f", "section": "s", "name": "good", "expr": "1 + 1", "expect": {"int": "2"}}
FAILS = {"file": "f", "section": "s", "name": "bad", "expr": "1 + 1", "expect": {"int": "3"}}


class Tools(CommandTest):
    def test_the_house_form(self) -> None:
        self.assertEqual(self.ok("cel", "a&&(b)", "--format").out, "a && b\n")
        self.refused(2, "cel", "a &&", "--format", says="1:5")

    def test_without_a_database(self) -> None:
        told = self.ok("cel", "x > 1", "--vars", '{"x": 2}', "--explain").out
        self.assertEqual(told, "x > 1  [operator >, bool, cost 0]\n"
                               "  x  [variable, int, cost 0]\n"
                               "  1  [literal, int, cost 0]\n"
                               "type: bool\n"
                               "cost: 0\n")
        self.assertEqual(self.ok("cel", "x > 1000", "--vars", '{"x": 2}', "--english").out,
                         "x is over 1,000\n")
        words = self.ok("cel", "math.gr", "--complete", "7").json()
        self.assertEqual([w["text"] for w in words], ["greatest("])
        self.refused(2, "cel", "y", "--explain", says="no name 'y'")

    def test_on_a_type_and_a_record(self) -> None:
        db = self.crm()
        on = ["--db", db, "--type", "deal"]
        self.assertEqual(self.ok("cel", "amount > 1000 && account.name == 'x'", *on,
                                 "--fields").out, "account\naccount.name\namount\n")
        self.assertEqual(self.ok("cel", "amount > 10000.0 && name.startsWith('P')", *on,
                                 "--english").out,
                         "amount is over 10,000 and name starts with \"P\"\n")
        explained = self.ok("cel", "amount > 1000", *on, "--explain").out
        self.assertIn("type: bool\ncost: 0\nreads: amount\nplan: ", explained)
        self.assertNotIn("plan: ", self.ok("cel", "amount", *on, "--explain").out)
        words = self.ok("cel", "nam", *on, "--complete", "3").json()
        self.assertEqual(words[0]["text"], "name")
        self.assertEqual(words[0]["replace_from"], 0)
        traced = self.ok("cel", "name == 'x' && amount > 1", "--db", db, "--on", "deal:1",
                         "--trace").out
        self.assertEqual(traced, "name == 'x' && amount > 1  = false\n"
                                 "  name == 'x'  = false\n"
                                 "    name  = \"Rockets\"\n"
                                 "    'x'\n"
                                 "  amount > 1  (not needed)\n")

    def test_a_score_row_by_row(self) -> None:
        db = self.crm()
        lead = self.ok("create", db, "lead", "name=Ada", "job_title=Head of Sales",
                       "email=a@example.com", "--now", "2026-03-02T09:00:00Z").out.strip()
        at = ["--now", "2026-04-01T09:00:00Z"]
        table = self.ok("score", db, lead, "fit", *at).out
        self.assertRegex(table, r"senior +25\.0000\n")
        self.assertRegex(table, r"company_size +0\.0000  MISSING: when: ")
        self.assertRegex(table, r"fresh +10\.0000\n")
        self.assertRegex(table, r"unqualified +0\.0000  does not hold\n")
        self.assertRegex(table, r"Fit +55\.0000\n")
        told = self.ok("score", db, lead, "fit", "--format", "json", *at).json()
        self.assertEqual((told["name"], told["total"]), ("fit", 55))
        self.assertEqual([row["name"] for row in told["rows"] if row["points"]],
                         ["senior", "reachable", "company_address", "fresh"])
        past = self.ok("score", db, lead, "fit", "--format", "json", "--as-of",
                       "2026-03-02T09:00:00Z").json()
        self.assertEqual(past["total"], 65)
        self.refused(2, "score", db, lead, "fitt", says='did you mean "fit"')
        self.refused(1, "score", db, "lead:99", "fit", says="lead:99")

    def test_one_wish_at_a_time(self) -> None:
        self.refused(2, "cel", "1", "--format", "--english", says="--english")
        self.refused(2, "cel", "1", "--trace", says="--on")


class Vectors(CommandTest):
    def test_all_pass(self) -> None:
        self.write("a.json", json.dumps([PASSES, PASSES]))
        self.write("b.json", json.dumps(PASSES) + "\n" + json.dumps(PASSES) + "\n")
        self.assertEqual(self.ok("cel-test", "a.json", "b.json").out, "4 passed, 0 failed\n")

    def test_a_failure_is_shown(self) -> None:
        self.write("a.json", json.dumps([PASSES, FAILS]))
        done = self.run_kith("cel-test", "a.json")
        self.assertEqual(done.code, 1)
        self.assertEqual(done.out, "f/s/bad\n  1 + 1\n  expected int 3\n  got int 2\n"
                                   "1 passed, 1 failed\n")

    def test_a_skip_is_named(self) -> None:
        self.write("a.json", json.dumps([dict(PASSES, needs_proto=True)]))
        self.assertEqual(self.ok("cel-test", "a.json").out,
                         "f/s/good skipped: needs protobuf messages\n0 passed, 0 failed\n")

    def test_what_cannot_be_read(self) -> None:
        self.refused(2, "cel-test", "nowhere.json", says="cannot read nowhere.json")
        self.write("a.json", "[{]")
        self.refused(2, "cel-test", "a.json", says="a.json:1:")
        self.write("b.json", json.dumps([{"name": "x"}]))
        self.refused(2, "cel-test", "b.json", says='there is no "expr"')


if __name__ == "__main__":
    unittest.main()
