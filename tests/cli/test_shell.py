"""`kith shell`: many commands on one open database, from standard input."""
import json
import unittest

from command import NOW, CommandTest, Done


class Shell(CommandTest):
    def shell(self, script: str, *options: str, db: str = ":memory:") -> Done:
        return self.run_kith("shell", db, *options, *NOW, stdin=script)

    def printed(self, script: str, *options: str, db: str = ":memory:") -> str:
        done = self.shell(script, *options, db=db)
        self.assertEqual((done.code, done.err), (0, ""), done)
        return done.out

    def test_commands_share_one_database_in_memory(self) -> None:
        self.assertEqual(
            self.printed("create account name=Acme\n"
                         "query account --select name -f csv\n"), "account:1\nname\nAcme\n")

    def test_a_database_on_disk_is_opened_and_kept(self) -> None:
        db = self.crm()
        self.assertEqual(self.printed("create account name=Globex\n", db=db), "account:2\n")
        self.assertEqual(self.count(db, "account"), 2)
        self.refused(1, "shell", "missing", says="missing")
        self.assertFalse((self.folder / ":memory:").exists())

    def test_words_are_quoted_as_in_a_shell(self) -> None:
        for written, value in ((r"name='a \"b'", r'a \"b'),
                               (r'name="a \"b\" \\ \n"', r'a "b" \ \n'),
                               (r"name=a\ b", "a b"), ("'name=a'\"b\"c", "abc"),
                               ("name='two\nlines'", "two\nlines"), ("name=a\\\nb", "ab"),
                               ("name=a#b # the rest", "a#b"), ('name="a\\\nb"', "ab")):
            with self.subTest(written=written):
                out = self.printed(f"create account {written}\nget account:1 -f json\n")
                self.assertEqual(json.loads(out.partition("\n")[2])["name"], value)

    def test_empty_lines_and_comments_are_no_commands(self) -> None:
        self.assertEqual(self.printed("\n  \n# create account name=Acme\n\t# more\n"), "")
        self.assertEqual(self.printed(""), "")

    def test_a_document_stands_below_the_command(self) -> None:
        out = self.printed("model apply <<END\n"
                           '{"kith_model": 1, "name": "shop", "entities":\n'
                           '  {"item": {"fields": {"name": {"type": "text"}}}}}\n'
                           "END\n"
                           "create item --json - << 'THE END'\n"
                           '{"name": "END"}\n'
                           "THE END\n"
                           "query item --select name -f csv\n", "--model", "empty")
        self.assertTrue(out.endswith("changes applied\nitem:1\nname\nEND\n"), out)

    def test_a_document_that_is_not_right_is_refused(self) -> None:
        for script, words in (("create account --json - <<END\n{}", "there is no line END"),
                              ("create account <<\n", "<<END"),
                              ("<<END\n{}\nEND\n", "no command before <<"),
                              ("create account <<A <<B\n", "one document"),
                              ("create account --json -\n", "<<END"),
                              ("model check <<END\n{}\nEND\n", "kith_model"),
                              ("query account <<END\n{}\nEND\n", "reads no document")):
            with self.subTest(script=script):
                done = self.shell(script)
                self.assertNotEqual(done.code, 0)
                self.assertIn("kith: line 1: ", done.err)
                self.assertIn(words, done.err)

    def test_after_an_error_it_goes_on_and_ends_with_the_first_exit_code(self) -> None:
        script = "create account\n\nget account:9 -f\ncreate account name=Acme\n"
        done = self.shell(script)
        self.assertEqual((done.code, done.out), (1, "account:1\n"))
        self.assertRegex(done.err, r"^kith: line 1: new account refused.*\n.*\[required\]\n"
                                   r"kith: line 3: .*FORMAT missing\nTry: get --help\n$")
        done = self.shell(script, "--bail")
        self.assertEqual((done.code, done.out), (1, ""))
        self.assertNotIn("line 3", done.err)
        self.assertEqual(self.shell("qurey deal\n").code, 2)

    def test_errors_are_json_when_the_output_is(self) -> None:
        done = self.shell(".format json\ncreate account\nqurey\n")
        first, second = map(json.loads, done.err.splitlines())
        self.assertEqual((first["code"], first["entity"], first["field"]),
                         ("VALIDATION", "account", "name"))
        self.assertEqual([v["code"] for v in first["violations"]], ["required"])
        self.assertEqual(second["code"], "INVALID_ARGUMENT")
        self.assertIn('did you mean "query"?', second["message"])

    def test_a_quote_that_does_not_end_is_an_error(self) -> None:
        self.assertIn("line 1: the quote", self.shell("create account 'name=a\n\n").err)

    def test_echo_prints_commands_before_their_output(self) -> None:
        out = self.printed("create account \\\n  name=Acme # the first\n\n"
                           "create account <<END\n{\"name\": \"B\"}\nEND\n", "--echo")
        self.assertEqual(out, "kith> create account \\\n  name=Acme # the first\naccount:1\n"
                              "kith> create account <<END\n{\"name\": \"B\"}\nEND\naccount:2\n")

    def test_time_can_be_set_and_moved_on(self) -> None:
        out = self.printed(".now\n.now +1h30m\n.now\n.now 2026-05-01T08:00:00Z\n.now +2d\n"
                           "create account name=Acme\n"
                           "query account --select created -f csv\n")
        self.assertEqual(out, "2026-03-01T09:00:00Z\n2026-03-01T10:30:00Z\naccount:1\n"
                              "created\n2026-05-03T08:00:00Z\n")
        self.assertRegex(self.printed(".now clock\n.now\n"), r"^20\d\d-")
        done = self.shell(".now yesterday\n.now +x\n.now\n")
        self.assertEqual((done.code, done.out), (2, "2026-03-01T09:00:00Z\n"))

    def test_settings_hold_for_the_commands_after_them(self) -> None:
        user = "create user name=Ada email=ada@example.org\n"
        out = self.printed(user + ".actor user:1\n.zone Europe/Vienna\n.format csv\n"
                           "create account name=Acme\nget account:1 --history\n.format table\n")
        self.assertIn(",create,user:1,name,,Acme", out)
        done = self.shell(".actor user:1\n.zone Nowhere\n.format xml\n.fromat csv\n.now 1 2\n")
        self.assertEqual(done.code, 1)
        for words in ("--actor", "Nowhere", "table, json or csv", 'did you mean ".format"?',
                      ".now takes one value"):
            self.assertIn(words, done.err)

    def test_an_option_on_a_line_is_for_that_line(self) -> None:
        out = self.printed("create account name=A --now 2026-04-01T00:00:00Z\n"
                           "query account --select created -f csv\n.now\n")
        self.assertEqual(out, "account:1\ncreated\n2026-04-01T00:00:00Z\n2026-03-01T09:00:00Z\n")

    def test_quit_leaves_before_the_end(self) -> None:
        for word in (".quit", ".exit", "quit", "exit"):
            self.assertEqual(self.printed(f"{word}\ncreate account name=A\n"), "")

    def test_help_lists_the_commands_without_a_database(self) -> None:
        out = self.printed("help\n")
        for words in ("  query ", "  move ", "  outbox ", ".now [TIME", "<<END"):
            self.assertIn(words, out)
        self.assertNotIn("  init ", out)
        self.assertNotIn("  shell ", out)
        for script in ("help model apply\n", ".help model apply\n", "model apply --help\n"):
            self.assertIn("--dry-run", self.printed(script))
            self.assertNotIn("DB", self.printed(script))

    def test_models_to_start_from(self) -> None:
        own = self.write("own.json", '{"kith_model": 1, "name": "own", "entities": '
                                     '{"thing": {"fields": {"name": {"type": "text"}}}}}')
        self.assertIn("thing", self.printed("model describe\n", "--model", own))
        self.assertEqual(self.printed("model describe\n", "--model", "empty"), "")
        self.assertIn("deal", self.printed("model describe\n", "--model", "standard"))
        self.printed("create thing name=x\n", "--model", own, db="made")
        self.assertEqual(self.count("made", "thing"), 1)
        self.refused(1, "shell", ":memory:", "--model", self.write("bad.json", "{}"),
                     says="bad.json")
        self.refused(2, "shell", "made", "--model", "empty", says="made")

    def test_a_shell_that_may_only_read(self) -> None:
        db = self.crm()
        done = self.shell("create account name=B\nquery account --select name -f csv\n",
                          "--read-only", db=db)
        self.assertEqual((done.code, done.out), (3, "name\nAcme\n"), done)

    def test_expressions_see_the_database(self) -> None:
        db = self.crm()
        self.assertEqual(self.printed("cel '1 + 1'\ncel name --on deal:1\n"
                                      "cel 'amount > 1' --type deal\n", db=db),
                         '2\n"Rockets"\nbool\n')


if __name__ == "__main__":
    unittest.main()
