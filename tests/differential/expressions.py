"""Random expressions of the Common Expression Language, most of them well typed.

    for vector in vectors(seed=1, count=1000): print(vector["expr"], vector["bindings"])

A vector has the form of a conformance vector without what is expected of it. Left out is what the
other implementation, which is made of JavaScript's parts, is known to do otherwise than the
language says: text beyond the basic plane is cut in UTF-16 units, double('b') is NaN, years below
100 are of the last century, replacing '' goes only to the start, fractions of a second have three
digits, division of large unsigned numbers fails, -9223372036854775808 has a negation and a
remainder, int('') is 0, midnight of UTC is the hour 24, and many a wrong type is taken.
"""

from __future__ import annotations

import base64
import random
import re
from typing import Any

Value = dict[str, Any]

INTS = [0, 1, -1, 2, 3, 7, -10, 100, 2**31, 2**53 + 1, 2**63 - 1]
UINTS = [0, 1, 2, 9, 2**32, 2**53 + 1]
DOUBLES = [0.0, -0.0, 1.0, -1.5, 0.1, 2.5, 1e9, 1e19, -1e308, 9007199254740993.0, 1e-7]
TEXTS = [
    *["", "a", "b", "ab", "ba", "abc", "A", "Zo\u00eb", "\u00df\u00e9", "a,b,,c", " x "],
    *["12", "-7", "1.5", "true", "1h30m", "%s"],
]
BYTES = [b"", b"a", b"ab", b"\x00\xff", "\u00e9".encode()]
TIMES = [
    *["1970-01-01T00:00:00Z", "2024-02-29T23:59:59.001Z", "1999-12-31T00:00:00Z"],
    *["9999-12-31T23:59:59Z", "2017-06-15T12:30:45Z"],
]
DURATIONS = ["0s", "1s", "-90s", "3600.002s", "86400s"]
NUMERALS = ["12", "-7", "1.5", "1e3", "0"]
ZONES = ["America/New_York", "Asia/Kolkata", "+05:30", "-11:00"]
PATTERNS = ["a", "^a", "[0-9]+", "b$", "^$", "(a|b)*"]
PARTS = [
    *["FullYear", "Month", "Date", "DayOfMonth", "DayOfWeek", "DayOfYear"],
    *["Hours", "Minutes", "Seconds", "Milliseconds"],
]

# What is bound: names by kind.
NAMES = {
    "int": ["i", "j"], "uint": ["u"], "double": ["d"], "string": ["s", "t"], "bool": ["p", "q"],
    "bytes": ["y"], "list": ["l"], "texts": ["w"], "map": ["m"], "null": ["n"],
}  # fmt: skip

# How an expression of a kind is made. {kind} or {one|of|these} is a part of that kind, <a b c> one
# of these words, @kind the new variable of a loop, which the parts after it know.
RULES = {
    "int": [
        "({int} <+ - * / %> {int})", "-({int})", "size({string|bytes|list|texts|map})",
        "int({uint|double|numeral|time|int})", "{list}[{int}]", "{map}[{string}]", "m.<a b k>",
        "{string}.<indexOf lastIndexOf>({string})", "{time}.get<part>()",
        "{time}.get<part>({zone})", "({bool} ? {int} : {int})",
    ],
    "uint": [
        "({uint} <+ - * / %> {uint})", "uint({int|double|numeral})", "({bool} ? {uint} : {uint})",
    ],
    "double": [
        "({double} <+ - * /> {double})", "double({int|uint|numeral|double})",
        "({bool} ? {double} : {double})",
    ],
    "string": [
        "({string} + {string})", "string({int|uint|bool|bytes|string|time})", "{texts}[{int}]",
        "{string}.<lowerAscii upperAscii trim>()", "{string}.charAt({int})",
        "{string}.substring({int})", "{string}.substring({int}, {int})",
        "{string}.replace(<'a' 'ab' ','>, {string})", "{texts}.join({string})",
        "strings.quote({string})", "({bool} ? {string} : {string})",
    ],
    "bytes": ["({bytes} + {bytes})", "bytes({string})"],
    "time": ["({time} <+ -> {span})", "timestamp({string})"],
    "span": ["({span} <+ -> {span})", "({time} - {time})"],
    "list": [
        "[{int}, {int}]", "({list} + {list})", "{list}.filter(@int, {bool})",
        "{list}.map(@int, {int})", "{texts}.map(@string, {int})", "({bool} ? {list} : {list})",
    ],
    "texts": [
        "[{string}, {string}]", "{string}.split({string})", "{texts}.filter(@string, {bool})",
        "{list}.map(@int, {string})",
    ],
    "map": ["{OPEN{string}: {int}, {string}: {int}CLOSE}"],
    "bool": [
        "({int|uint|double} <compare> {int|uint|double})", "({string} <compare> {string})",
        "({bytes} <compare> {bytes})", "({time} <compare> {time})", "({span} <compare> {span})",
        "({list} <== !=> {list})", "({map} <== !=> {map})", "({bool} <&& ||> {bool})",
        "({bool} <&& ||> {bool})", "!({bool})", "({int} in {list})", "({string} in {map})",
        "has(m.<a b k>)", "{string}.<startsWith endsWith contains>({string})",
        "{string}.matches({pattern})", "{list}.<all exists exists_one>(@int, {bool})",
        "{texts}.<all exists exists_one>(@string, {bool})", "bool({string})",
        "(type({int|uint|double|string|bool|bytes}) == <int uint double string bool bytes>)",
        "({bool} ? {bool} : {bool})",
    ],
}  # fmt: skip


def quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace("'", "\\'").replace("\n", "\\n")
    return f"'{escaped}'"


class Generator:
    """Writes expressions; of a hundred parts `wild` have any kind at all."""

    def __init__(self, seed: int, wild: int = 0) -> None:
        self.random = random.Random(seed)
        self.wild = wild
        self.loops: list[tuple[str, str]] = []  # variables in sight: name, kind

    def pick(self, choices: list[Any]) -> Any:
        return self.random.choice(choices)

    def expression(self, kind: str, depth: int) -> str:
        if self.random.randrange(100) < self.wild:
            kind = self.pick(list(NAMES))
        if depth <= 0 or kind not in RULES or self.random.randrange(4) == 0:
            return self.leaf(kind)
        rule = self.pick(RULES[kind]).replace("{OPEN", "\x01").replace("CLOSE}", "\x02")
        known = len(self.loops)
        text = re.sub(r"\{([^}]*)\}|<([^>=]*|== !=)>|@(\w+)",
                      lambda part: self.part(part, depth - 1), rule)  # fmt: skip
        del self.loops[known:]
        return text.replace("\x01", "{").replace("\x02", "}")

    def part(self, found: re.Match[str], depth: int) -> str:
        kinds, words, variable = found.groups()
        if kinds is not None:
            return self.expression(self.pick(kinds.split("|")), depth)
        if variable is not None:
            self.loops.append((f"x{len(self.loops)}", variable))
            return self.loops[-1][0]
        named = {"part": PARTS, "compare": ["<", "<=", ">", ">=", "==", "!="]}
        return str(self.pick(named.get(words, words.split())))

    def leaf(self, kind: str) -> str:
        names = [name for name, of in self.loops if of == kind] + NAMES.get(kind, [])
        if names and self.random.randrange(2):
            return str(self.pick(names))
        constants = {
            "int": [str(n) for n in INTS], "uint": [f"{n}u" for n in UINTS],
            "double": [repr(n) for n in DOUBLES], "string": [quoted(text) for text in TEXTS],
            "bool": ["true", "false"], "null": ["null"], "bytes": ["b''", "b'a'", "b'\u00e9'"],
            "list": ["[]", "[1, 2, 3]", "[3, -1]"], "texts": ["['a', 'b']", "['ab', '', 'b']"],
            "map": ["{}", "{'a': 1}", "{'a': 1, 'b': -2}"],
            "time": [f"timestamp('{time}')" for time in TIMES],
            "span": [f"duration('{span}')" for span in DURATIONS],
            "zone": [quoted(zone) for zone in ZONES],
            "numeral": [quoted(n) for n in NUMERALS], "pattern": [quoted(p) for p in PATTERNS],
        }  # fmt: skip
        return str(self.pick(constants[kind]))

    def bindings(self) -> dict[str, Value]:
        def number() -> Value:
            return {"int": str(self.pick(INTS))}

        out: dict[str, Value] = {"n": {"null": None}, "u": {"uint": str(self.pick(UINTS))}}
        out |= {name: number() for name in NAMES["int"]}
        out |= {name: {"string": self.pick(TEXTS)} for name in NAMES["string"]}
        out |= {name: {"bool": self.pick([True, False])} for name in NAMES["bool"]}
        out["d"] = {"double": repr(self.pick(DOUBLES))}
        out["y"] = {"bytes_b64": base64.b64encode(self.pick(BYTES)).decode()}
        out["l"] = {"list": [number() for _ in range(self.random.randrange(4))]}
        texts = self.random.choices(TEXTS, k=self.random.randrange(4))
        out["w"] = {"list": [{"string": text} for text in texts]}
        keys = self.random.sample(["a", "b", "ab", "k"], self.random.randrange(4))
        out["m"] = {"map": [[{"string": key}, number()] for key in keys]}
        return out


def vectors(seed: int, count: int) -> list[dict[str, Any]]:
    generator = Generator(seed)
    kinds = [*RULES, "bool", "bool", "string"]
    out = []
    for n in range(count):
        expression = generator.expression(generator.pick(kinds), generator.random.randrange(1, 5))
        out.append({
            "file": "differential", "section": f"seed_{seed}", "name": f"{n}",
            "expr": expression, "disable_check": True, "bindings": generator.bindings(),
        })  # fmt: skip
    return out
