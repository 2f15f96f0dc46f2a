"""Which C function stands for which method of the C++ interface: capi/coverage.txt, checked.

A line is `Class::method = kith_function ...` or `Class::method - why C has none`; `Class::*`
speaks for all methods of a class; `C:topic = ...` lists what only C needs.
"""
import re
from collections.abc import Iterator

KEYWORDS = {"bool", "requires", "decltype", "noexcept", "sizeof", "return"}
TOKEN = re.compile(r'"(?:\\.|[^"\\])*"|[\w~]+|::|\S')


def declarations(header: str) -> set[str]:
    """The public functions of a C++ header: "Database::open", "to_json". Constructors, destructors
    and operators are the language's own and have no name here."""
    text = re.sub(r"//[^\n]*|/\*.*?\*/", " ", header, flags=re.S)
    text = re.sub(r"^\s*#.*(?:\\\n.*)*$", " ", text, flags=re.M)
    found: set[str] = set()
    scopes: list[tuple[str, str]] = []  # (kind, name) of each open brace
    public = [True]
    words: list[str] = []               # of the declaration that is being read
    depth = 0                           # of parentheses
    for token in TOKEN.findall(text):
        if token in "([" or token in ")]":
            depth += 1 if token in "([" else -1
        if depth == 0 and token in ("{", ";", "}"):
            inside = all(kind in ("namespace", "class") for kind, _ in scopes)
            if inside and public[-1]:
                found |= named(words, scopes)
            if token == "{":
                kind, name = opened(words)
                scopes.append((kind, name))
                public.append(public[-1] and (kind != "class" or "class" not in words))
            elif token == "}":
                scopes.pop()
                public.pop()
            words = []
            continue
        words.append(token)
        if words[-2:] in (["public", ":"], ["private", ":"], ["protected", ":"]):
            public[-1] = words[-2] == "public"
            words = []
    return found


def opened(words: list[str]) -> tuple[str, str]:
    """What a brace after these words opens."""
    if words[:1] == ["namespace"]:
        return "namespace", ""
    if "enum" not in words and "(" not in words and "=" not in words:
        for key in ("class", "struct"):
            if key in words:
                at = words.index(key) + 1
                while words[at] in ("[", "nodiscard", "]"):
                    at += 1
                return "class", words[at]
    return "body", ""


def named(words: list[str], scopes: list[tuple[str, str]]) -> set[str]:
    """The name of the function that these words declare, if they do."""
    if "(" not in words or "operator" in words or "friend" in words or "using" in words:
        return set()
    at = words.index("(")
    if at == 0 or "=" in words[:at] or words[at - 1] in KEYWORDS or not re.fullmatch(
            r"[a-z]\w*", words[at - 1]):
        return set()
    owner = "::".join(name for kind, name in scopes if kind == "class")
    return {f"{owner}::{words[at - 1]}" if owner else words[at - 1]}


def joined(text: str) -> list[str]:
    """The lines of coverage.txt, each with the indented ones that go on with it; the line numbers
    stay."""
    lines = text.split("\n")
    for number in range(len(lines) - 1, 0, -1):
        if lines[number].startswith(" "):
            lines[number - 1] += " " + lines[number].strip()
            lines[number] = ""
    return lines


def check(lines: list[str], declared: set[str], c_functions: set[str]) -> Iterator[str]:
    """Every declared function has a line, every line is about one, every C function is named."""
    said: dict[str, str] = {}
    named_c: set[str] = set()
    for number, line in enumerate(lines, 1):
        line = line.split("#", 1)[0].strip()
        if not line:
            continue
        match = re.fullmatch(r"(\S+) (=|-) (.+)", line)
        if not match:
            yield f"coverage.txt:{number}: not `name = functions` nor `name - reason`"
            continue
        name, sign, rest = match.groups()
        if name in said:
            yield f"coverage.txt:{number}: {name} a second time"
        said[name] = sign
        if sign == "=":
            for function in rest.split():
                named_c.add(function)
                if function not in c_functions:
                    yield f"coverage.txt:{number}: kith.h has no {function}"
        elif len(rest.split()) < 3:
            yield f"coverage.txt:{number}: '{rest}' is no reason"
    for name in sorted(declared):
        if name not in said and f"{name.rpartition('::')[0]}::*" not in said:
            yield f"{name}: no C function and no reason in coverage.txt"
    for name in said:
        if name.startswith("C:"):
            continue
        wanted = [d for d in declared if d == name or name == f"{d.rpartition('::')[0]}::*"]
        if not wanted:
            yield f"coverage.txt: the C++ interface has no {name}"
    for function in sorted(c_functions - named_c):
        yield f"coverage.txt: does not say what {function} is for"
