"""Check and repair, and copies of a database."""
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


if __name__ == "__main__":
    unittest.main()
