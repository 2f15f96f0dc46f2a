#!/usr/bin/env python3
"""The scenarios on the Python package: every answer is written from what its functions return."""
from __future__ import annotations

import dataclasses
import pathlib
import sys
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import kith
import python_upkeep
import scenario
from python_forms import form, from_json, to_json
from scenario import Command, State


def fields_of(command: Command, first: int) -> dict[str, Any]:
    """field=text field:=json, from this argument on, and --json."""
    fields: dict[str, Any] = from_json(command.option("--json", "{}"))
    for word in command.arguments[first:]:
        name, _, text = word.partition("=")
        if name.endswith(":"):
            fields[name[:-1]] = from_json(text)
        else:
            fields[name] = text or None
    return fields


def read(name: str) -> str:
    return pathlib.Path(name).read_text(encoding="utf-8")


def span(text: str) -> timedelta:
    found = kith.cel.evaluate(f"duration('{text}')")
    assert isinstance(found, timedelta)
    return found


# ---- commands of a transaction ----------------------------------------------------------------


def create(t: kith.Transaction, c: Command) -> list[str]:
    return [t.create(c.arguments[0], fields_of(c, 1))]


def update(t: kith.Transaction, c: Command) -> list[str]:
    t.update(c.arguments[0], fields_of(c, 1),
             expected_version=int(c.option("--version-was", "0")))
    return []


def delete(t: kith.Transaction, c: Command) -> list[str]:
    for id in c.arguments:
        if "--restore" in c.flags:
            t.restore(id)
        elif "--purge" in c.flags:
            t.purge(id)
        else:
            t.delete(id, int(c.option("--version-was", "0")))
    return []


def move(t: kith.Transaction, c: Command) -> list[str]:
    moved = t.move(c.arguments[0], c.arguments[1], fields_of(c, 2), field=c.option("--field"),
                   expected_version=int(c.option("--version-was", "0")),
                   expected_stage=c.option("--stage-was"))
    return [to_json({"moved": moved.moved, "from": moved.from_stage, "to": moved.to_stage,
                     **form(moved, "transition", "reopened", "overridden")})]


def capture(t: kith.Transaction, c: Command) -> list[str]:
    event = from_json(c.option("--json"))
    if "at" in event:
        event["at"] = datetime.fromisoformat(event["at"])
    done = t.capture(event.pop("kind", ""), **event)
    return [to_json(form(done, "repeated", "person", "person_created", "account",
                         "account_created", "deal", "activity", "filled", "reasons"))]


def receive(t: kith.Transaction, c: Command) -> list[str]:
    return [to_json(form(t.receive(**from_json(c.option("--json"))), "repeated", "runs"))]


def cancel(t: kith.Transaction, c: Command) -> list[str]:
    t.cancel_run(int(c.arguments[1]), c.option("--reason"))
    return []


def message(each: kith.OutboxMessage) -> str:
    return to_json(form(each, "sequence", "topic", "payload", "idempotency_key", "record",
                        "created", "state", "not_before", "attempts", "token", "last_error",
                        "run"))


def send(t: kith.Transaction, c: Command) -> list[str]:
    draft = from_json(c.option("--json"))
    if "not_before" in draft:
        draft["not_before"] = datetime.fromisoformat(draft["not_before"])
    return [str(t.send(draft.pop("topic", ""), draft.pop("payload", None), **draft))]


def lease(t: kith.Transaction, c: Command) -> list[str]:
    return [message(each) for each in t.lease(int(c.option("--limit", "10")),
                                              span(c.option("--ttl", "60s")),
                                              c.option("--topic"))]


def refuse(t: kith.Transaction, c: Command) -> list[str]:
    after = c.option("--retry-after")
    t.refuse(int(c.arguments[1]), int(c.option("--token", "0")), error=c.option("--error"),
             retry_after=span(after) if after else None, dead="--dead" in c.flags)
    return []


def outbox(t: kith.Transaction, c: Command) -> list[str]:
    match c.arguments[0]:
        case "list":
            return [message(each) for each in t.outbox(
                state=c.option("--state") or None,  # type: ignore[arg-type]
                topic=c.option("--topic") or None)]
        case "send":
            return send(t, c)
        case "lease":
            return lease(t, c)
        case "ack":
            t.acknowledge(int(c.arguments[1]), int(c.option("--token", "0")))
        case "refuse":
            return refuse(t, c)
        case "revive":
            t.revive(int(c.arguments[1]))
        case "discard":
            t.discard(int(c.arguments[1]))
        case unknown:
            return [f"no such command: outbox {unknown}"]
    return []


# ---- commands that read -----------------------------------------------------------------------


def reading(session: kith.Session, now: datetime, c: Command) -> kith.Snapshot:
    """As of now, or of the moment that --as-of names."""
    past = python_upkeep.moment(c)
    return session.read(**past) if past else session.read(now)


def get(s: kith.Snapshot, c: Command, tiny: bool) -> list[str]:
    lines = []
    for id in c.arguments:
        record = s.get(id)
        if "--history" in c.flags:
            lines += [python_upkeep.change(each) for each in s.history(id)]
        else:
            errors = {"formula_error": record.formula_errors} if record.formula_errors else {}
            lines.append(to_json({**record.to_dict(), **errors}))
    return lines


def columns_of(rows: kith.Rows) -> str:
    texts = []
    for column in rows.columns:
        text = f"{column.name} {column.type}" + (f" {column.format}" if column.format else "")
        texts.append(text + (f" ({column.label})" if column.label != column.name else ""))
    return "columns " + "; ".join(texts)


def query(s: kith.Snapshot, c: Command, tiny: bool) -> list[str]:
    document = from_json(c.option("--json"))
    if tiny and not document.keys() & {"limit", "measures"}:
        pages = list(s.pages({**document, "limit": 1}))
        return [columns_of(pages[0]), *(to_json(row) for page in pages for row in page)]
    rows = s.query(document)
    more = [f"continuation {rows.continuation}"] if rows.continuation else []
    return [columns_of(rows), *map(to_json, rows), *more]


def moves(s: kith.Snapshot, c: Command, tiny: bool) -> list[str]:
    def reason(each: kith.Violation) -> dict[str, Any]:
        return form(each, "code", "entity", "field", "message", "line", "column")

    return [to_json(form(each, "stage", "allowed", "reopens", "transition",
                         reasons=[reason(one) for one in each.reasons]))
            for each in s.possible_moves(c.arguments[0], c.option("--field") or None)]


def score(s: kith.Snapshot, c: Command, tiny: bool) -> list[str]:
    found = s.score(c.arguments[0], c.arguments[1])
    rows = [{"name": row.name, "points": row.points, "matched": row.matched,
             "error": row.error_class, "message": row.message} for row in found.rows]
    return [to_json({**form(found, "name", "label", "total"), "rows": rows})]


def stages(s: kith.Snapshot, c: Command, tiny: bool) -> list[str]:
    return [to_json(form(each, "stage", "entered", "left", "duration", "actor", "cause",
                         "sequence", "overridden"))
            for each in s.stage_history(c.arguments[0], c.option("--field") or None)]


def timeline(s: kith.Snapshot, c: Command, tiny: bool) -> list[str]:
    items = s.timeline(c.arguments[0], int(c.option("--limit", "100")),
                       newest_first="--newest-first" in c.flags,
                       related=c.options.get("--related", []))
    return [to_json(form(each, "at", "kind", "record", "title", "text", "actor", "actor_name",
                         "cause", "sequence")) for each in items]


def pipelines(s: kith.Snapshot, c: Command, tiny: bool) -> list[str]:
    def stage(each: kith.StageInfo) -> dict[str, Any]:
        found = form(each, "name", "label", "stage_class", "order", "probability", "forecast")
        return {**found, "rot_after": each.rot_after or timedelta(), "retired": each.retired}

    return [to_json(form(each, "name", "label", "entity", "field", "version", "default_stage",
                         stages=[stage(one) for one in each.stages]))
            for each in s.pipelines()]


def automations(s: kith.Snapshot, c: Command, tiny: bool) -> list[str]:
    return [to_json(form(each, "id", "name", "entity", "trigger", "version", "state", "order",
                         "condition", "steps")) for each in s.automations()]


def runs(s: kith.Snapshot, c: Command, tiny: bool) -> list[str]:
    found = s.runs(c.option("--record") or None, automation=c.option("--automation") or None,
                   state=c.option("--state") or None)  # type: ignore[arg-type]
    return [to_json(form(each, "id", "automation", "version", "record", "enrolment", "state",
                         "step", "started", "due", "ended", "depth", "parent", "message"))
            for each in found]


def next_due(s: kith.Snapshot, c: Command, tiny: bool) -> list[str]:
    return [to_json(s.next_due())]


WRITES: dict[str, Callable[[kith.Transaction, Command], list[str]]] = {
    "create": create, "update": update, "delete": delete, "move": move, "capture": capture,
    "receive": receive, "runs cancel": cancel, "outbox": outbox, **python_upkeep.WRITES,
}
READS: dict[str, Callable[[kith.Snapshot, Command, bool], list[str]]] = {
    "get": get, "query": query, "moves": moves, "stages": stages, "timeline": timeline,
    "pipelines": pipelines, "automations": automations, "runs": runs, "next-due": next_due,
    "score": score,
}


# ---- commands of a database or session --------------------------------------------------------


def report(state: State, session: kith.Session, now: datetime, c: Command) -> list[str]:
    name = c.arguments[0]
    settings = dict(each.split("=", 1) for each in c.options.get("--set", []))
    with reading(session, now, c) as snapshot:
        done = snapshot.report(read(name) if name.endswith(".json") else name, **settings)
        head = [f"report {done.name}: {done.title}"]
        head += [f"note {done.note}"] if done.note else []
        head += [f"bars {done.bars}"] if done.bars else []
        return [*head, columns_of(done.rows), *map(to_json, done.rows)]


def import_file(state: State, session: kith.Session, now: datetime, c: Command) -> list[str]:
    mapping = c.option("--map")
    done = kith.import_csv(session, c.arguments[0], c.arguments[1], mapping or None,
                           dry_run="--dry-run" in c.flags, now=now,
                           chunk_rows=1 if state.mode == "tiny" else 500)
    rejects = [form(each, "row", "line", "column", "code", "reason") for each in done.rejects]
    ambiguous = [form(each, "column", "values", "example") for each in done.ambiguous]
    return [to_json(form(done, "rows", "created", "updated", "unchanged", "rejected",
                         "references_created", "references_blank", rejects=rejects,
                         ambiguous=ambiguous))]


def tick(state: State, session: kith.Session, now: datetime, c: Command) -> list[str]:
    """In tiny mode by as many ticks of one run as it takes."""
    tiny = state.mode == "tiny" and "--max-runs" not in c.options
    most = 1 if tiny else int(c.option("--max-runs", "10000"))
    counts = dict.fromkeys(("runs", "steps", "changes", "messages", "failures"), 0)
    while True:
        done = session.tick(now, max_runs=most)
        counts = {name: count + getattr(done, name) for name, count in counts.items()}
        if not (tiny and done.more):
            return [to_json({**counts, **form(done, "more", "next_due")})]


# ---- the face ---------------------------------------------------------------------------------


def error_lines(error: kith.Error) -> list[str]:
    lines = [f"error {error.code_name} {error.message}"]
    for each in error.violations:
        place = f"{each.line}:{each.column} " if each.line else ""
        subject = ".".join(name for name in (each.entity, each.field) if name)
        lines.append(f"  {place}{subject}{' ' if subject else ''}[{each.code}] {each.message}")
    return lines


class Python(scenario.Face):
    """The package `kith`."""

    db: kith.Database | None = None

    def create(self, state: State, model: str) -> list[str]:
        try:
            self.db = kith.create(state.database, model or None,
                                  datetime.fromisoformat(state.now))
        except kith.Error as error:
            return error_lines(error)
        return []

    def close(self) -> None:
        if self.db is not None:
            self.db.close()
        self.db = None

    def reopen(self, state: State) -> None:
        if self.db is not None:
            self.close()
            self.db = kith.open(state.database)

    def compact(self, state: State) -> list[str]:
        self.close()
        try:
            return python_upkeep.compact(state.database)
        finally:
            self.db = kith.open(state.database)

    def run(self, state: State, command: Command) -> list[str]:
        if self.db is None:
            return ["no database: begin with a line `model`"]
        powers = dataclasses.replace(kith.Capabilities.all(),
                                     pipeline_override="--override" in command.flags)
        try:
            if command.verb == "compact":
                return self.compact(state)
            with self.db.session(state.actor or None, powers, state.zone) as session:
                return self.answer(self.db, session, state, command)
        except kith.Error as error:
            return error_lines(error)

    def answer(self, db: kith.Database, session: kith.Session, state: State,
               c: Command) -> list[str]:
        now = datetime.fromisoformat(state.now)
        tiny = state.mode == "tiny"
        verb = " ".join(c.words[:2])
        verb = verb if verb in WRITES else c.verb
        if verb in WRITES:
            with session.transaction(now, cause="kith command") as t:
                return WRITES[verb](t, c)
        if c.verb in READS:
            with reading(session, now, c) as snapshot:
                return READS[c.verb](snapshot, c, tiny)
        if c.verb in python_upkeep.SESSION:
            return python_upkeep.SESSION[c.verb](session, now, c, tiny)
        if c.verb in python_upkeep.DATABASE:
            return python_upkeep.DATABASE[c.verb](db, c)
        match c.verb:
            case "report":
                return report(state, session, now, c)
            case "import":
                return import_file(state, session, now, c)
            case "tick":
                return tick(state, session, now, c)
            case "model":
                return self.apply(db, state, c)
            case "cel":
                return self.cel(db, session, now, c)
        return [f"no such command: {c.verb}"]

    def apply(self, db: kith.Database, state: State, c: Command) -> list[str]:
        name = c.arguments[1]
        document = read(name)
        kith.check_model(document, name)
        changes = db.apply_model(document, "--dry-run" in c.flags).changes
        return [(f"{each.entity}: " if each.entity else "") + each.what for each in changes]

    def cel(self, db: kith.Database, session: kith.Session, now: datetime,
            c: Command) -> list[str]:
        if c.option("--type"):
            return [db.check_expression(c.option("--type"), c.arguments[0])]
        if not c.option("--on"):
            return [to_json(kith.cel.evaluate(c.arguments[0], None, now))]
        with reading(session, now, c) as snapshot:
            return [to_json(snapshot.evaluate(c.option("--on"), c.arguments[0]))]


if __name__ == "__main__":
    sys.exit(scenario.main(sys.argv[1:], Python("python")))
