"""Every command explains itself, and a wrong call says what would be right."""
import re
import unittest

from command import CommandTest

COMMANDS = {
    "": ["--version", "--format", "--time-zone", "--actor", "--now", "--cause"],
    "init": ["DB", "--model", "--empty"],
    "model": [],
    "model check": ["FILE"],
    "model show": ["DB"],
    "model apply": ["DB", "FILE", "--dry-run"],
    "model describe": ["DB", "TYPE"],
    "model capnp": ["DB", "TYPE"],
    "model standard": [],
    "model schema": [],
    "import": ["DB", "TYPE", "FILE", "--map", "--rejects", "--chunk-rows", "--dry-run", "--quiet",
               "--override"],
    "export": ["DB", "TYPE", "--output", "--column", "--where", "--lines", "--deleted",
               "--portable", "--as-of"],
    "get": ["DB", "ID", "--history", "--as-of"],
    "create": ["DB", "TYPE", "FIELDS", "--json", "--override"],
    "update": ["DB", "ID", "FIELDS", "--json", "--version-was", "--override"],
    "delete": ["DB", "ID", "--restore", "--purge", "--version-was"],
    "query": ["DB", "TYPE", "--where", "--select", "--group-by", "--measure", "--having",
              "--order-by", "--limit", "--page", "--deleted", "--params", "--json", "--stats",
              "--as-of"],
    "report": ["DB", "NAME", "--set", "--limit", "--as-of"],
    "move": ["DB", "ID", "STAGE", "FIELDS", "--json", "--field", "--version-was", "--stage-was",
             "--override"],
    "moves": ["DB", "ID", "--field", "--as-of"],
    "stages": ["DB", "ID", "--field", "--as-of"],
    "pipelines": ["DB", "--as-of"],
    "capture": ["DB", "MEMBERS", "--json"],
    "receive": ["DB", "NAME", "DATA", "--json", "--record", "--id"],
    "timeline": ["DB", "ID", "--related", "--limit", "--newest-first", "--as-of"],
    "score": ["DB", "ID", "SCORE", "--as-of"],
    "tasks": ["DB", "--owner", "--due-by", "--all", "--limit", "--as-of"],
    "tick": ["DB", "--max-runs", "--until"],
    "next-due": ["DB"],
    "automations": ["DB"],
    "runs": ["DB", "--record", "--automation", "--state", "--limit"],
    "runs cancel": ["DB", "RUN", "--reason"],
    "outbox": ["DB", "--state", "--topic", "--after", "--limit"],
    "outbox list": ["DB", "--state", "--topic", "--after", "--limit"],
    "outbox lease": ["DB", "--limit", "--ttl", "--topic"],
    "outbox ack": ["DB", "MESSAGE", "--token"],
    "outbox refuse": ["DB", "MESSAGE", "--token", "--error", "--retry-after", "--dead"],
    "outbox revive": ["DB", "MESSAGE"],
    "outbox discard": ["DB", "MESSAGE"],
    "outbox send": ["DB", "MEMBERS", "--json"],
    "cel": ["EXPR", "--vars", "--db", "--on", "--type", "--as-of", "--explain", "--format",
            "--fields", "--english", "--trace", "--complete"],
    "cel-test": ["FILE"],
    "undo": ["DB", "SEQUENCE"],
    "restore": ["DB", "ID", "--with-references"],
    "purge": ["DB", "ID", "--yes"],
    "changes": ["DB", "--after", "--cursor", "--entity", "--field", "--limit", "--follow",
                "--timeout", "--save"],
    "cursors": ["DB"],
    "cursors drop": ["DB", "NAME"],
    "trim": ["DB", "--before", "--yes"],
    "check": ["DB", "--repair"],
    "backup": ["DB", "TARGET"],
    "dump": ["DB", "FILE"],
    "load": ["DB", "FILE"],
    "compact": ["DB"],
    "shell": ["DB", "--model", "--echo", "--bail", "--read-only"],
}


def documented(text: str) -> "dict[str, str]":
    """Options and positionals of a help text with what it says about them."""
    found = {}
    text = re.sub(r"\n {20,}", "  ", text)  # a long name has its description on the next line
    for line in text.splitlines():
        match = re.match(r"^  (\S.*?) {2,}(\S.*)$", line)
        if match:
            for name in re.findall(r"--[a-z-]+|^[A-Z]+", match.group(1).split(" Excludes")[0]
                                   .split(" Needs")[0]):
                found[name] = match.group(2)
    return found


class Help(CommandTest):
    def test_each_option_of_each_command_is_documented(self) -> None:
        for name, options in COMMANDS.items():
            with self.subTest(command=name):
                found = documented(self.ok(*name.split(), "--help").out)
                self.assertEqual(set(found), {*options, "--help"})
                for words in found.values():
                    self.assertRegex(words, r"^(\.\.\. +)?\w+")

    def test_each_command_is_listed_with_what_it_does(self) -> None:
        for parent in ("", "model", "runs", "outbox", "cursors"):
            listed = self.ok(*parent.split(), "--help").out.partition("ommands:\n")[2]
            names = re.findall(r"^  ([\w-]+) {2,}\w+.*$", listed, re.M)
            known = [n.split()[-1] for n in COMMANDS if n and n.rpartition(" ")[0] == parent]
            self.assertEqual(set(names), set(known))

    def test_version(self) -> None:
        self.assertRegex(self.ok("--version").out, r"^\d+\.\d+\.\d+\n$")

    def test_a_wrong_call_says_what_would_be_right(self) -> None:
        self.refused(2, says="Usage: kith")
        self.refused(2, "model", says="Usage: kith model")
        self.refused(2, "qurey", "crm", says=('no command "qurey"', 'did you mean "query"?'))
        self.refused(2, "model", "chek", says=('did you mean "check"?', "kith model --help"))
        self.refused(2, "query", says=("DB is required", "kith query --help"))
        self.refused(2, "query", "crm", "deal", "--wher", "true", says="--wher")
        self.refused(2, "query", "crm", "deal", "-f", "xml", says="table, json or csv")
        self.refused(2, "query", "crm", "deal", "--limit", "x", says="--limit")


if __name__ == "__main__":
    unittest.main()
