"""Files in and out: good ones, broken ones, an import that is killed, several at once."""
import os
import signal
import time
import unittest

from command import NOW, CommandTest

MAP = '{"kith_import": 1, "key": "external_id", "columns": {"key": "external_id", "name": "name"}}'


class Import(CommandTest):
    def test_good_rows_go_in_and_bad_ones_are_reported(self) -> None:
        self.crm()
        self.write("d.csv",
                   "name,amount,account.name\nJets,\"1\",Acme\nPins,much,\nCups,2,Nobody\n")
        done = self.ok("import", "crm", "deal", "d.csv", "--rejects", "r.csv")
        self.assertIn("3 rows, 1 created, 0 updated, 0 unchanged, 2 rejected", done.out)
        self.assertIn('row 2, line 3, column amount: "much" is not a number', done.out)
        rejects = (self.folder / "r.csv").read_text()
        self.assertEqual(len(rejects.splitlines()), 3)
        self.write("r2.csv", rejects.replace("much", "3").replace("Nobody", "Acme"))
        self.assertIn("2 created", self.ok("import", "crm", "deal", "r2.csv").out)

    def test_the_summary_in_json_and_csv(self) -> None:
        self.crm()
        self.write("d.csv", "name,amount\nJets,1\nPins,much\n")
        summary = self.ok("import", "crm", "deal", "d.csv", "--dry-run", "-f", "json").json()
        self.assertEqual((summary["created"], summary["rejected"]), (1, 1))
        self.assertEqual((summary["rejects"][0]["line"], summary["rejects"][0]["column"]),
                         (3, "amount"))
        self.assertEqual(self.count("crm", "deal"), 1, "a dry run writes nothing")
        lines = self.ok("import", "crm", "deal", "d.csv", "-f", "csv").out.splitlines()
        self.assertEqual(lines[1][:10], "2,1,0,0,1,")

    def test_broken_rows_say_where_and_why(self) -> None:
        self.crm()
        cases = {
            'name,amount\n"Jets,1\nPins,2\n': "quote opened on line 2 is never closed",
            "name,amount\nJets,1,2\n": "3 cells, the file has 2 columns",
            "name,amount\nJets\n": "1 cell, the file has 2 columns",
            "name,amount\nJe\0ts,1\n": "NUL byte",
            b"name,amount\nCaf\xe9,1\n": "windows-1252",
        }
        for text, reason in cases.items():
            with self.subTest(text=text):
                self.write("d.csv", text)
                done = self.ok("import", "crm", "deal", "d.csv")
                self.assertRegex(done.out, r"1 row, 0 created, .* 1 rejected\n  row 1, line 2")
                self.assertIn(reason, done.out)
        self.assertEqual(self.count("crm", "deal"), 1)

    def test_a_file_that_cannot_be_used_at_all(self) -> None:
        self.crm()
        self.write("empty.csv", "")
        self.refused(1, "import", "crm", "deal", "empty.csv", says="the file is empty")
        self.write("other.csv", "foo,bar\n1,2\n")
        self.refused(1, "import", "crm", "deal", "other.csv", says="no column of the file goes to")
        self.refused(1, "import", "crm", "daal", "other.csv", says='did you mean "deal"?')
        self.refused(3, "import", "crm", "deal", "nope.csv", says="nope.csv: No such file")
        self.refused(3, "import", "crm", "deal", ".", says="directory")
        self.refused(2, "import", "crm", "deal", "d.csv", "--chunk-rows", "0", says="chunk-rows")

    def test_a_wrong_mapping_is_told_before_a_row_is_read(self) -> None:
        self.crm()
        self.write("d.csv", "key,name\n1,a\n")
        self.write("m.json", MAP.replace('"key": "ext', '"kee": "ext'))
        self.refused(1, "import", "crm", "deal", "d.csv", "--map", "m.json",
                     says=("m.json", "line 1, column", 'did you mean "key"?'))
        self.write("m.json", MAP.replace(': "name"', ': "nmae"'))
        self.refused(1, "import", "crm", "deal", "d.csv", "--map", "m.json",
                     says=("m.json", "nmae", "name"))
        self.write("m.json", "{")
        self.refused(1, "import", "crm", "deal", "d.csv", "--map", "m.json",
                     says="line 1, column 2")
        self.refused(3, "import", "crm", "deal", "d.csv", "--map", "no.json", says="No such file")
        self.refused(3, "import", "crm", "deal", "d.csv", "--rejects", "no/r.csv", says="no/r.csv")
        self.assertEqual(self.count("crm", "deal"), 1)

    def test_a_killed_import_is_whole_as_far_as_it_came_and_can_be_repeated(self) -> None:
        self.crm()
        rows = 4000
        self.write("d.csv", "key,name\n" + "".join(f"k{n},Deal {n}\n" for n in range(rows)))
        self.write("m.json", MAP)
        order = ("import", "crm", "deal", "d.csv", "--map", "m.json", "--chunk-rows", "50", *NOW)
        running = self.start(*order)
        for _ in range(500):  # until the first chunks are in
            landed = self.count("crm", "deal") - 1
            if landed > 0 or running.poll() is not None:
                break
            time.sleep(0.01)
        running.send_signal(signal.SIGKILL)
        running.wait()
        landed = self.count("crm", "deal") - 1
        self.assertGreater(landed, 0)
        self.assertEqual(landed % 50, 0, "only whole chunks")
        whole = "version > 0 && external_id.startsWith('k') && name.startsWith('Deal ')"
        answer = self.ok("query", "crm", "deal", "-w", whole, "-m", "count", "-f", "json").json()
        self.assertEqual(answer["rows"][0][0], landed, "no record is half-written")
        summary = self.ok(*order, "-f", "json").json()
        self.assertEqual((summary["created"], summary["unchanged"], summary["rejected"]),
                         (rows - landed, landed, 0))
        self.assertEqual(self.count("crm", "deal"), rows + 1)

    def test_two_imports_and_a_reader_at_once(self) -> None:
        self.crm()
        self.write("m.json", MAP)
        for who in "ab":
            self.write(f"{who}.csv", "key,name\n" + "".join(f"{who}{n},x\n" for n in range(600)))
        writers = [self.start("import", "crm", "deal", f"{who}.csv", "--map", "m.json",
                              "--chunk-rows", "100") for who in "ab"]
        seen = [self.count("crm", "deal")]
        while any(writer.poll() is None for writer in writers):
            seen.append(self.count("crm", "deal"))
        for writer in writers:
            out, err = writer.communicate()
            self.assertEqual((writer.returncode, err), (0, ""), out)
        self.assertEqual(seen, sorted(seen))
        self.assertTrue(all(count % 100 == 1 for count in seen), seen)
        self.assertEqual(self.count("crm", "deal"), 1201)


class Export(CommandTest):
    def test_what_goes_out_comes_back(self) -> None:
        self.crm()
        self.ok("create", "crm", "deal", "name=Two\nlines, \"quoted\"", "amount=3", *NOW)
        columns = ("-c", "name", "-c", "amount", "-c", "account.name")
        out = self.ok("export", "crm", "deal", *columns)
        self.assertIn('"Two\nlines, ""quoted"""', out.out)
        self.write("d.csv", out.out)
        self.ok("init", "other")
        self.ok("create", "other", "account", "name=Acme")
        self.assertIn("2 created", self.ok("import", "other", "deal", "d.csv").out)
        back = self.ok("export", "other", "deal", *columns)
        self.assertEqual(back.out, out.out)

    def test_json_lines_and_files(self) -> None:
        self.crm()
        self.assertEqual(self.ok("export", "crm", "deal", "--lines", "-c", "name").out,
                         '{"name":"Rockets"}\n')
        self.assertEqual(self.ok("export", "crm", "deal", "-f", "json", "-c", "amount").json(),
                         [{"amount": 1200.5}])
        done = self.run_kith("export", "crm", "deal", "-o", "out.csv", "-w", "amount > 1")
        self.assertEqual((done.code, done.out), (0, ""))
        self.assertIn("1 record written to out.csv", done.err)
        self.assertEqual(len((self.folder / "out.csv").read_text().splitlines()), 2)
        self.refused(2, "export", "crm", "deal", "-c", "nmae", says='did you mean \'name\'?')
        self.refused(2, "export", "crm", "daal", says='did you mean "deal"?')
        self.refused(3, "export", "crm", "deal", "-o", "no/out.csv", says="No such file")

    @unittest.skipUnless(os.path.exists("/dev/full"), "needs /dev/full")
    def test_a_full_disk_is_no_success(self) -> None:
        self.crm()
        self.refused(3, "export", "crm", "deal", "-o", "/dev/full", says="/dev/full")


if __name__ == "__main__":
    unittest.main()
