"""Single records and questions about them, in each form of output."""
import csv
import io
import unittest

from command import NOW, CommandTest


def table(text: str) -> "list[list[str]]":
    return list(csv.reader(io.StringIO(text)))


class Records(CommandTest):
    def test_a_record_in_three_forms(self) -> None:
        self.crm()
        self.assertEqual(self.ok("get", "crm", "deal:1", "-f", "json").json()["amount"], 1200.5)
        rows = dict(table(self.ok("get", "crm", "deal:1", "-f", "csv").out))
        self.assertEqual((rows["account"], rows["amount"], rows["stage"]),
                         ("account:1", "1200.50", "New Lead"))
        self.assertRegex(self.ok("get", "crm", "deal:1").out, r"(?m)^amount +1200\.50$")

    def test_fields_as_text_as_json_and_none(self) -> None:
        self.crm()
        self.ok("update", "crm", "deal:1", "amount:=7", "next_step=call = now", "account=")
        record = self.ok("get", "crm", "deal:1", "-f", "json").json()
        self.assertEqual((record["amount"], record["next_step"], record["account"]),
                         (7, "call = now", None))
        self.ok("update", "crm", "deal:1", "--json", '{"amount": 8.25}', "next_step=")
        record = self.ok("get", "crm", "deal:1", "-f", "json").json()
        self.assertEqual((record["amount"], record["next_step"]), (8.25, None))
        self.ok("create", "crm", "account", "--json", "-", stdin='{"name": "Böse & Söhne"}')
        self.assertIn("Böse & Söhne", self.ok("query", "crm", "account").out)

    def test_history_names_what_changed(self) -> None:
        self.crm()
        self.ok("update", "crm", "deal:1", "amount=7", *NOW)
        changes = table(self.ok("get", "crm", "deal:1", "--history", "-f", "csv").out)
        self.assertEqual(changes[1][2:], ["2026-03-01T09:00:00Z", "update", "", "amount",
                                          "1200.50", "7.00"])
        self.assertIn("amount 1200.50 -> 7.00", self.ok("get", "crm", "deal:1", "--history").out)
        listed = self.ok("get", "crm", "deal:1", "--history", "-f", "json").json()
        self.assertEqual([change["kind"] for change in listed], ["update", "create"])
        self.assertEqual(listed[0]["fields"], [{"field": "amount", "before": 1200.5, "after": 7}])

    def test_delete_restore_and_purge(self) -> None:
        self.crm()
        self.ok("delete", "crm", "deal:1")
        self.assertEqual(self.count("crm", "deal"), 0)
        self.assertEqual(len(self.ok("query", "crm", "deal", "--deleted", "-f", "csv")
                             .out.splitlines()), 2)
        self.ok("delete", "--restore", "crm", "deal:1")
        self.assertEqual(self.count("crm", "deal"), 1)
        self.ok("delete", "--purge", "crm", "deal:1")
        self.refused(1, "get", "crm", "deal:1", says="no record deal:1")

    def test_who_acted_is_kept(self) -> None:
        self.crm()
        self.ok("create", "crm", "user", "name=Ada", "email=ada@example.org")
        self.ok("update", "crm", "deal:1", "amount=1", "--actor", "user:1")
        self.assertIn("user:1", self.ok("get", "crm", "deal:1", "--history").out)
        self.refused(1, "update", "crm", "deal:1", "amount=2", "--actor", "user:9",
                     says=("--actor", "user:9"))

    def test_a_refused_write_names_every_reason_and_changes_nothing(self) -> None:
        self.crm()
        done = self.refused(1, "update", "crm", "deal:1", "amount=much", "stage=Wno", "foo=1",
                            "name=",
                            says=("decimal number", "no option", 'no field "foo"',
                                  "name must have a value"))
        self.assertIn("4 violations", done.err)
        self.refused(1, "update", "crm", "deal:1", "account=account:9", says="account:9")
        self.assertIn("1200.50", self.ok("get", "crm", "deal:1").out)
        self.refused(1, "update", "crm", "deal:1", "amuont=1", says='did you mean "amount"?')
        self.refused(1, "update", "crm", "deal:1", "amount=1", "--version-was", "1",
                     says="read it again")
        self.refused(1, "delete", "crm", "account:1", says=("1 violation", "deal:1 refers"))
        self.refused(1, "get", "crm", "deal:99", says="no record deal:99")
        self.refused(2, "get", "crm", "99", says="like deal:42")
        self.refused(2, "get", "crm", "daal:1", says='no entity type "daal"')
        self.refused(2, "create", "crm", "daal", "name=x", says='did you mean "deal"?')
        self.refused(2, "create", "crm", "deal", "name", says="is not field=value")
        self.refused(2, "create", "crm", "deal", "--json", '{"name"', says="line 1, column 8")
        self.assertEqual(self.count("crm", "deal"), 1)


class Questions(CommandTest):
    def setUp(self) -> None:
        super().setUp()
        self.write("model.json", """{"kith_model": 1, "name": "shop", "entities": {"car": {
          "title": "name", "fields": {"name": {"type": "text"}, "year": {"type": "int"},
          "price": {"type": "decimal", "scale": 2}, "cost": {"type": "money"},
          "note": {"type": "text"}}}}}""")
        self.ok("init", "db", "--model", "model.json")
        for number in range(5):
            self.ok("create", "db", "car", f"name=C{number}", f"year={1999 + number}",
                    f"price={1000 + number}.5", *(["cost=12.5 EUR"] if number == 0 else []))

    def test_numbers_have_separators_only_where_a_person_wants_them(self) -> None:
        text = self.ok("query", "db", "car", "-l", "1").out
        self.assertRegex(text, r"C0 +1999 +1,000\.50 +12\.50 +EUR")
        self.assertNotIn("Note", text)
        self.assertIn("1 column without a value not shown", text)
        self.assertIn("1000.50,12.5000,EUR,", self.ok("query", "db", "car", "-f", "csv").out)
        total = self.ok("query", "db", "car", "-g", "year", "-m", "n=count", "-m", "s=sum(price)",
                        "-m", "years=sum(year)", "--having", "year == 1999").out
        self.assertRegex(total, r"1999 +1 +1,000\.50 +1,999")

    def test_json_and_csv_have_every_column(self) -> None:
        names = ["id", "name", "year", "price", "cost", "cost_ccy", "note"]
        answer = self.ok("query", "db", "car", "-f", "json").json()
        self.assertEqual([c["name"] for c in answer["columns"]], names)
        self.assertEqual(table(self.ok("query", "db", "car", "-f", "csv").out)[0], names)

    def test_pages_are_the_whole(self) -> None:
        seen, page = [], []
        for _ in range(4):
            answer = self.ok("query", "db", "car", "-s", "name", "-o", "-price", "-l", "2",
                             "-f", "json", *page).json()
            seen += [row[0] for row in answer["rows"]]
            if not answer.get("continuation"):
                break
            page = ["--page", answer["continuation"]]
        self.assertEqual(seen, ["C4", "C3", "C2", "C1", "C0"])
        self.assertIn("more with --page", self.ok("query", "db", "car", "-l", "2").out)
        self.refused(2, "query", "db", "car", "-l", "2", "--page", "abc", says="continuation")

    def test_nothing_found_is_an_answer(self) -> None:
        self.assertEqual(self.ok("query", "db", "car", "-w", "year > 3000").out, "0 rows\n")

    def test_a_query_as_a_document(self) -> None:
        query = '{"entity": "car", "where": "year >= params.y", "params": {"y": 2002}, %s}'
        self.write("q.json", query % '"select": ["name"]')
        self.assertEqual(self.ok("query", "db", "--json", "q.json", "-f", "csv").out,
                         "name\nC3\nC4\n")
        self.refused(2, "query", "db", "--json", query % '"selct": []',
                     says='did you mean "select"?')

    def test_a_bad_expression_is_shown_with_its_place(self) -> None:
        self.refused(2, "query", "db", "car", "-w", "yaer == 1",
                     says=(" | yaer", " | ^", "did you mean 'year'?"))
        self.refused(2, "query", "db", "car", "-w", "year ==", says=" |        ^")
        self.refused(2, "query", "db", "car", "-w", "name + 1 == 2",
                     says="does not take (string, int)")
        self.refused(2, "query", "db", "car", "-w", "year", says="bool")
        self.refused(2, "query", "db", "car", "-m", "median(year)", says="is no measure")
        self.refused(2, "query", "db", "car", "--time-zone", "Mars", says="Europe/Vienna")
        self.refused(2, "query", "db", "car", "--now", "noon", says="2017-03-01T09:30:00Z")

    def test_expressions_by_themselves(self) -> None:
        self.assertEqual(self.ok("cel", "x + 1", "--vars", '{"x": 2}').out, "3\n")
        self.assertEqual(self.ok("cel", "year - 1", "--db", "db", "--on", "car:1").out, "1998\n")
        self.assertEqual(self.ok("cel", "year > 1", "--db", "db", "--type", "car").out, "bool\n")
        self.refused(1, "cel", "1 / 0", says="division by zero")
        self.refused(2, "cel", "1 +", says=" |    ^")
        self.refused(2, "cel", "1", "--db", "db", says="--on ID or --type TYPE")


class Reports(CommandTest):
    def test_reports_in_three_forms(self) -> None:
        self.crm()
        self.ok("create", "crm", "deal", "name=Pins", "amount=1")
        text = self.ok("report", "crm", "pipeline").out
        self.assertRegex(text, r"New Lead +2 +1,201\.50")
        self.assertEqual(table(self.ok("report", "crm", "pipeline", "-f", "csv").out)[1][:3],
                         ["New Lead", "2", "1201.50"])
        self.assertEqual(self.ok("report", "crm", "win_rate", "-f", "json").json()["name"],
                         "win_rate")
        self.assertIn("revenue", self.ok("report", "crm").out)
        self.refused(1, "report", "crm", "pipelin", says='did you mean "pipeline"?')
        self.refused(2, "report", "crm", "pipeline", "--set", "foo=1", says="known are entity")
        self.refused(2, "report", "crm", "pipeline", "--set", "foo", says="name=value")
        self.refused(3, "report", "crm", "mine.json", says="mine.json: No such file")


if __name__ == "__main__":
    unittest.main()
