"""Check and repair, and copies of a database: backup, dump, load, compact."""
import json
import pathlib
import unittest

from command import NOW, CommandTest


class Check(CommandTest):
    def spoil(self, which: int) -> None:
        """Changes a letter of a name where it stands for the n-th time in the file."""
        file = self.folder / "crm/data.mdb"
        data = bytearray(file.read_bytes())
        at = -1
        for _ in range(which):
            at = data.index(b"Acme", at + 1)
        data[at + 2] ^= 1
        file.write_bytes(data)

    def places(self) -> int:
        return (self.folder / "crm/data.mdb").read_bytes().count(b"Acme")

    def test_a_sound_database(self) -> None:
        self.crm()
        out = self.ok("check", "crm").out
        self.assertRegex(out, r"^2 records, 1 reference, \d+ index entries, 2 changes, 0 large "
                              r"values, 0 rows of the queue\nno problems\n$")
        report = self.ok("check", "crm", "-f", "json").json()
        self.assertEqual((report["problems"], report["problem_count"], report["records"]),
                         ([], 0, 2))
        self.assertEqual(self.ok("check", "crm", "-f", "csv").out,
                         "code,where,message,repairable,repaired\n")

    def test_what_is_wrong_is_listed_and_what_is_derived_is_repaired(self) -> None:
        self.crm()
        sound = (self.folder / "crm/data.mdb").read_bytes()
        repaired, kept = 0, 0
        for which in range(1, self.places() + 1):
            (self.folder / "crm/data.mdb").write_bytes(sound)
            self.spoil(which)
            found = self.run_kith("check", "crm", "-f", "json")
            if found.code == 0:  # a page that is not in use any more
                continue
            report = found.json()
            self.assertEqual((found.code, found.err), (1, ""))
            self.assertGreater(report["problem_count"], 0)
            table = self.run_kith("check", "crm")
            self.assertEqual(table.code, 1)
            for problem in report["problems"]:
                self.assertIn(problem["code"], table.out)
            mended = self.run_kith("check", "crm", "--repair", "-f", "json")
            if mended.code == 0:
                self.assertTrue(all(p["repaired"] for p in mended.json()["problems"]))
                self.assertIn("no problems", self.ok("check", "crm").out)
                repaired += 1
            else:
                self.assertEqual(mended.code, 1, mended)
                self.assertIn("no: restore", self.run_kith("check", "crm").out)
                kept += 1
        self.assertGreater(repaired, 0)
        self.assertGreater(kept, 0)

    def test_in_a_shell(self) -> None:
        self.crm()
        done = self.run_kith("shell", "crm", stdin="check\ncheck --repair\n")
        self.assertEqual((done.code, done.out.count("no problems")), (0, 2), done)
        self.spoil(self.places())
        done = self.run_kith("shell", "crm", stdin="check\ncel 1\n")
        self.assertEqual((done.code, done.out.splitlines()[-1]), (1, "1"), done)

    def test_what_is_no_database(self) -> None:
        self.refused(1, "check", "nowhere", says="nowhere")


class Backup(CommandTest):
    def test_a_backup_is_a_database(self) -> None:
        self.crm()
        self.assertEqual(self.ok("backup", "crm", "copy").out, "copy: a copy of the database\n")
        self.ok("create", "crm", "account", "name=Globex", *NOW)
        self.assertEqual((self.count("crm", "account"), self.count("copy", "account")), (2, 1))
        self.assertIn("no problems", self.ok("check", "copy").out)
        refused = self.run_kith("backup", "crm", "copy")
        self.assertNotEqual(refused.code, 0)
        self.assertIn("copy", refused.err)
        self.assertEqual(self.count("copy", "account"), 1)

    def test_a_shell_makes_one_of_the_open_database(self) -> None:
        self.crm()
        done = self.run_kith("shell", "crm", *NOW,
                             stdin="create account name=Globex\nbackup copy\n")
        self.assertEqual((done.code, done.err), (0, ""), done)
        self.assertEqual(self.count("copy", "account"), 2)


class Dump(CommandTest):
    def test_what_is_loaded_dumps_as_the_same(self) -> None:
        self.crm()
        self.ok("update", "crm", "deal:1", "amount=7", *NOW)
        text = self.ok("dump", "crm").out
        for line in text.splitlines():
            json.loads(line)
        self.assertRegex(self.ok("load", "again", stdin=text).out,
                         r"^again: 2 records, 3 changes, ")
        self.assertEqual(self.ok("dump", "again").out, text)
        self.assertEqual(self.ok("changes", "again", "-f", "json").out,
                         self.ok("changes", "crm", "-f", "json").out)
        self.assertIn("no problems", self.ok("check", "again").out)

    def test_files(self) -> None:
        self.crm()
        done = self.run_kith("dump", "crm", "crm.dump")
        self.assertEqual((done.code, done.out), (0, ""), done)
        self.assertRegex(done.err, r"^crm\.dump: 2 records, 2 changes, ")
        self.assertEqual((self.folder / "crm.dump").read_text(encoding="utf-8"),
                         self.ok("dump", "crm").out)
        self.run_kith("dump", "crm", "crm.dump")  # in place of the one before
        self.assertEqual(sorted(p.name for p in self.folder.iterdir()), ["crm", "crm.dump"])
        self.assertEqual(self.ok("load", "again", "crm.dump", "-f", "json").json()["records"], 2)
        self.refused(3, "dump", "crm", "nowhere/crm.dump", says="cannot write nowhere")
        self.refused(3, "dump", "crm", "/dev/full", says="/dev/full")
        self.refused(3, "load", "third", "missing.dump", says="cannot read missing.dump")
        self.refused(3, "load", "third", "crm", says="a directory")
        self.assertFalse((self.folder / "third").exists())

    def test_what_is_no_dump_makes_no_database(self) -> None:
        self.crm()
        text = self.ok("dump", "crm").out
        half = "".join(text.splitlines(keepends=True)[:-1])
        self.write("half.dump", half)
        self.refused(1, "load", "third", "half.dump", says="half.dump")
        self.refused(1, "load", "third", stdin="name,amount\n", says="line 1")
        self.refused(1, "load", "third", stdin="", says="dump")
        newer = text.replace('"kith_dump":1', '"kith_dump":99', 1)
        self.assertNotEqual(newer, text)
        self.refused(3, "load", "third", stdin=newer, says=("99", "1"))
        self.assertFalse((self.folder / "third").exists())
        self.assertNotEqual(self.run_kith("load", "crm", stdin=text).code, 0)
        self.assertEqual(self.count("crm", "deal"), 1)


class Compact(CommandTest):
    def size(self) -> int:
        return pathlib.Path(self.folder / "crm/data.mdb").stat().st_size

    def test_it_writes_a_database_anew(self) -> None:
        self.crm()
        self.ok("create", "crm", "account", "name=Long", "description=" + "x" * 100_000, *NOW)
        self.ok("purge", "crm", "account:2", "--yes")
        before = self.size()
        done = self.ok("compact", "crm", "-f", "json").json()
        self.assertEqual((done["bytes_before"], done["bytes_after"]), (before, self.size()))
        self.assertLess(self.size(), before)
        self.assertRegex(self.ok("compact", "crm").out, r"^crm: \d+ bytes before, \d+ after\n$")
        self.assertEqual(self.count("crm", "deal"), 1)
        self.assertIn("no problems", self.ok("check", "crm").out)
        self.refused(1, "compact", "nowhere", says="nowhere")


if __name__ == "__main__":
    unittest.main()
