"""Databases and models that are not there, not ours, damaged, or may not be written."""
import json
import os
import shutil
import unittest

from command import CommandTest

SHOP = {"kith_model": 1, "name": "shop", "entities": {"item": {"title": "name", "fields": {
    "name": {"type": "text", "required": True}, "year": {"type": "int"},
    "size_class": {"type": "choice", "options": ["s", "m"]}}}}}


class Places(CommandTest):
    def test_what_is_no_database_is_refused_and_left_alone(self) -> None:
        (self.folder / "void").mkdir()
        self.write("file", "text")
        for order in (("query", "{}", "deal"), ("create", "{}", "deal", "name=x"),
                      ("model", "show", "{}"), ("report", "{}")):
            told = [word.format("nowhere") for word in order]
            self.refused(1, *told, says="there is no directory nowhere")
            self.refused(1, *[w.format("void") for w in order], says="no database in void")
            self.refused(3, *[w.format("file") for w in order], says="a database is a directory")
        self.assertFalse((self.folder / "nowhere").exists())
        self.assertEqual(list((self.folder / "void").iterdir()), [])

    def test_a_damaged_database_is_an_error(self) -> None:
        (self.folder / "noise").mkdir()
        self.write("noise/data.mdb", bytes(range(256)) * 64)
        self.refused(3, "query", "noise", "deal", says=("noise", "damaged"))
        self.refused(3, "init", "noise", says="noise")
        self.assertEqual((self.folder / "noise/data.mdb").read_bytes(), bytes(range(256)) * 64)
        (self.folder / "hollow").mkdir()
        self.write("hollow/data.mdb", "")
        self.refused(1, "query", "hollow", "deal", says="data.mdb is empty")

    def test_a_database_is_made_once(self) -> None:
        self.crm()
        self.refused(2, "init", "crm", says="crm holds a database already")
        self.assertEqual(self.count("crm", "deal"), 1)
        self.write("file", "")
        self.refused(3, "init", "file", says="file")

    def test_without_the_right_to_write_reading_works(self) -> None:
        self.crm()
        before: tuple[str, ...] = ()
        if os.geteuid() == 0:  # for root nothing is read-only
            if shutil.which("setpriv") is None:
                self.skipTest("root needs setpriv to become somebody else")
            before = ("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups")
        self.folder.chmod(0o755)
        (self.folder / "crm").chmod(0o555)
        for file in (self.folder / "crm").iterdir():
            file.chmod(0o444)
        self.addCleanup((self.folder / "crm").chmod, 0o755)
        self.assertIn("Rockets", self.ok("query", "crm", "deal", before=before).out)
        self.refused(3, "create", "crm", "deal", "name=x", says="no permission", before=before)
        self.write("d.csv", "name\nx\n")
        self.refused(3, "import", "crm", "deal", "d.csv", says="no permission", before=before)
        self.folder.chmod(0o555)
        self.addCleanup(self.folder.chmod, 0o755)
        self.refused(3, "init", "new", says="Permission denied", before=before)


class Models(CommandTest):
    def model(self, change=None) -> str:  # noqa: ANN001
        model = json.loads(json.dumps(SHOP))
        if change:
            change(model["entities"]["item"], model["entities"])
        return self.write("model.json", json.dumps(model, indent=1))

    def test_the_standard_model_is_a_good_one(self) -> None:
        self.ok("model", "check", "-", stdin=self.ok("model", "standard").out)
        self.assertIn("$schema", json.loads(self.ok("model", "schema").out))

    def test_errors_have_line_column_and_remedy(self) -> None:
        def wrong(item, _) -> None:  # noqa: ANN001
            item["fields"]["year"]["type"] = "itn"
            item["fields"]["name"]["requird"] = True
            item["rules"] = {"a": {"check": "yaer > 1", "message": "m"}}
        self.model(wrong)
        for order in (("model", "check", "model.json"), ("init", "db", "--model", "model.json")):
            done = self.refused(1, *order, says=("model.json", 'did you mean "int"?',
                                                 'did you mean "required"?'))
            self.assertRegex(done.err, r"(?m)^  \d+:\d+: ")
        self.assertFalse((self.folder / "db").exists())
        self.write("model.json", '{"kith_model": 1,\n "name" "x"}')
        self.refused(1, "model", "check", "model.json", says=("line 2, column 9", "expected"))
        self.write("model.json", "")
        self.refused(1, "model", "check", "model.json", says="the text is empty")
        self.refused(3, "model", "check", "nope.json", says="nope.json: No such file")
        self.refused(3, "model", "check", ".", says="a directory")

    def test_a_database_follows_its_model(self) -> None:
        self.ok("init", "db", "--model", self.model())
        self.ok("create", "db", "item", "name=A", "year=1999", "size_class=s")

        def more(item, entities) -> None:  # noqa: ANN001
            item["fields"]["color"] = {"type": "text"}
            item["fields"]["size_class"]["options"].append("l")
            item["indexes"] = {"by_year": ["year"]}
            entities["box"] = {"fields": {"n": {"type": "int"}}}
        self.model(more)
        planned = self.ok("model", "apply", "db", "model.json", "--dry-run").out
        self.assertIn("4 changes would be applied", planned)
        done = self.ok("model", "apply", "db", "model.json").out
        self.assertEqual(done, planned.replace("would be applied", "applied"))
        self.assertIn("already", self.ok("model", "apply", "db", "model.json").out)
        self.assertIsNone(self.ok("get", "db", "item:1", "-f", "json").json()["color"])
        self.ok("update", "db", "item:1", "color=red", "size_class=l")
        self.ok("create", "db", "box", "n=1")
        found = self.run_kith("query", "db", "item", "-w", "year == 1999", "--stats", "-f", "csv")
        self.assertIn("item:1,A,1999,l,red", found.out)
        self.assertIn("index item.by_year", found.err)
        self.assertIn("removed", self.ok("model", "apply", "db", self.model()).out)
        self.assertNotIn("color", self.ok("query", "db", "item", "-f", "csv").out)
        self.refused(2, "query", "db", "box", says='no entity type "box"')

    def test_a_change_that_old_records_cannot_follow_is_refused(self) -> None:
        self.ok("init", "db", "--model", self.model())
        before = self.ok("model", "show", "db").out

        def other(item, _) -> None:  # noqa: ANN001
            item["fields"]["year"]["type"] = "text"
            item["fields"]["color"] = {"type": "text"}
        self.model(other)
        self.refused(1, "model", "apply", "db", "model.json",
                     says=("model.json", "item.year", "is int and cannot become text",
                           "under another name"))
        self.assertEqual(self.ok("model", "show", "db").out, before)
        self.assertNotIn("color", self.ok("model", "describe", "db").out)

    def test_what_a_type_is_made_of(self) -> None:
        self.crm()
        self.assertIn("Closed Won", self.ok("model", "describe", "crm", "deal").out)
        self.assertIn("score('fit')", self.ok("model", "describe", "crm", "lead").out)
        lead = self.ok("model", "describe", "crm", "lead", "-f", "json").json()[0]
        self.assertEqual(lead["scores"][0]["max"], 100)
        fields = self.ok("model", "describe", "crm", "deal", "-f", "json").json()[0]["fields"]
        self.assertIn("Closed Won", next(f for f in fields if f["name"] == "stage")["options"])
        self.assertIn("deal,amount,Amount,decimal,",
                      self.ok("model", "describe", "crm", "-f", "csv").out)
        self.assertIn("struct Deal {", self.ok("model", "capnp", "crm", "deal").out)
        self.refused(1, "model", "describe", "crm", "dael", says='did you mean "deal"?')


if __name__ == "__main__":
    unittest.main()
