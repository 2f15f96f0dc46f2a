"""Commands of the Python face about the past, the changes as a stream, checks and copies."""
from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import kith
from python_forms import form, to_json
from scenario import Command


def change(each: kith.Change) -> str:
    fields = [form(one, "field", "before", "after") for one in each.fields]
    return to_json(form(each, "sequence", "record", "kind", "at", "effective_at", "actor",
                        "cause", "overridden", fields=fields))


def moment(c: Command) -> dict[str, Any]:
    """--as-of, as the keywords of Session.read."""
    text = c.option("--as-of")
    if text.startswith("change:"):
        return {"change": int(text.removeprefix("change:"))}
    return {"as_of": datetime.fromisoformat(text)} if text else {}


# ---- commands of a transaction ----------------------------------------------------------------


def undo(t: kith.Transaction, c: Command) -> list[str]:
    return [to_json(form(t.undo(int(c.arguments[0])), "first_sequence", "last_sequence",
                         "records"))]


def restore(t: kith.Transaction, c: Command) -> list[str]:
    for id in c.arguments:
        t.restore(id, with_references="--with-references" in c.flags)
    return []


def purge(t: kith.Transaction, c: Command) -> list[str]:
    for id in c.arguments:
        t.purge(id)
    return []


def drop_cursor(t: kith.Transaction, c: Command) -> list[str]:
    t.drop_cursor(c.arguments[1])
    return []


WRITES: dict[str, Callable[[kith.Transaction, Command], list[str]]] = {
    "undo": undo, "restore": restore, "purge": purge, "cursors drop": drop_cursor,
}


# ---- the feed ---------------------------------------------------------------------------------


def first_cursor(s: kith.Snapshot, c: Command) -> int:
    """Where to begin: --after, or a named cursor, which need not be there when it is saved too."""
    name = c.option("--cursor")
    if not name:
        return int(c.option("--after", "0"))
    try:
        return s.cursor(name)
    except kith.NotFound:
        if c.option("--save") != name:
            raise
        return 0


def changes(session: kith.Session, now: datetime, c: Command, tiny: bool) -> list[str]:
    """In tiny mode as many pages of one change as it takes."""
    tiny = tiny and "--limit" not in c.options
    lines: list[str] = []
    with session.read(now) as snapshot:
        cursor = first_cursor(snapshot, c)
        while True:
            page = snapshot.changes(cursor, entity=c.option("--entity"),
                                    fields=c.options.get("--field", []),
                                    limit=1 if tiny else int(c.option("--limit", "1000")))
            lines += map(change, page.changes)
            cursor = page.cursor
            if page.done or not tiny:
                break
    if c.option("--save"):
        with session.transaction(now, cause="kith command") as t:
            t.save_cursor(c.option("--save"), cursor)
    return [*lines, to_json({"cursor": cursor, "done": page.done})]


def cursors(session: kith.Session, now: datetime, c: Command, tiny: bool) -> list[str]:
    with session.read(now) as snapshot:
        return [to_json(form(each, "name", "sequence")) for each in snapshot.cursors()]


def trim(session: kith.Session, now: datetime, c: Command, tiny: bool) -> list[str]:
    """In tiny mode in as many steps of one change as it takes."""
    dropped = 0
    while True:
        done = session.trim_history(datetime.fromisoformat(c.option("--before")),
                                    max_changes=1 if tiny else 100_000)
        dropped += done.dropped
        if not done.more:
            return [to_json({"dropped": dropped, **form(done, "first_kept", "held_by")})]


SESSION: dict[str, Callable[[kith.Session, datetime, Command, bool], list[str]]] = {
    "changes": changes, "cursors": cursors, "trim": trim,
}


# ---- check and copies -------------------------------------------------------------------------


def check(db: kith.Database, c: Command) -> list[str]:
    report = db.check("--repair" in c.flags)
    problems = [form(each, "code", "where", "message", "repairable", "repaired")
                for each in report.problems]
    return [to_json({"problems": problems,
                     **form(report, "problem_count", "repaired", "records", "references",
                            "index_entries", "changes", "blobs", "queue_rows")})]


def backup(db: kith.Database, c: Command) -> list[str]:
    db.backup(c.arguments[0])
    return []


def stats(done: kith.DumpStats) -> list[str]:
    return [to_json(form(done, "records", "changes", "queue_rows", "blobs"))]


def dump(db: kith.Database, c: Command) -> list[str]:
    return stats(db.dump(c.arguments[0]))


def load(db: kith.Database, c: Command) -> list[str]:
    return stats(kith.load(c.arguments[0], c.arguments[1]))


DATABASE: dict[str, Callable[[kith.Database, Command], list[str]]] = {
    "check": check, "backup": backup, "dump": dump, "load": load,
}


def compact(path: str) -> list[str]:
    """Nobody may have the database open."""
    return [to_json(form(kith.compact(path), "slots_reclaimed"))]
