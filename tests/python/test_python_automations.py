"""Automations: rules of the model, their runs, events from outside, and the tick."""
import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import kith
import pytest
from python_samples import NOW, fixed_clock

DAY = timedelta(days=1)

AUTOMATIONS: dict[str, Any] = {
    "welcome": {
        "entity": "contact", "on": "created", "when": "has(r.email)",
        "steps": [
            {"send": {"topic": "email", "to": "r.email", "subject": "Welcome, ${r.name}",
                      "data": {"page": "'start'"}}},
            {"wait": "3d"},
            {"create": {"entity": "task", "set": {"subject": "'Call ' + r.name",
                                                  "contact": "r"}}},
        ],
    },
    "paid": {
        "entity": "deal", "on": "event", "event": "payment.received",
        "when": "event.method == 'card'",
        "steps": [{"move": {"to": "Closed Won"}}],
    },
}


@pytest.fixture
def db() -> Iterator[kith.Database]:
    """A standard CRM with the two rules, a contact and a deal."""
    model = json.loads(kith.standard_model())
    model["automations"].update(AUTOMATIONS)
    with kith.create(":memory:", model, clock=fixed_clock) as db:
        with db.transaction() as t:
            t.create("deal", name="Pilot", amount=100, close_date=NOW.date())
            t.create("contact", name="Ann Lee", email="ann@example.org")
        yield db


def runs(db: kith.Database, **filters: Any) -> list[kith.Run]:
    with db.read() as snapshot:
        return snapshot.runs(**filters)


def test_the_model_tells_its_automations(db: kith.Database) -> None:
    with db.read() as snapshot:
        known = {each.name: each for each in snapshot.automations()}
    welcome = known["welcome"]
    assert (welcome.entity, welcome.trigger, welcome.state) == ("contact", "created", "active")
    assert (welcome.condition, welcome.steps, welcome.version) == ("has(r.email)", 3, 1)
    assert welcome.id != known["paid"].id
    assert (known["paid"].trigger, known["paid"].steps) == ("event", 1)


def test_nothing_happens_until_the_tick(db: kith.Database) -> None:
    (run,) = runs(db)
    assert (run.automation, run.record) == ("welcome", "contact:1")
    assert (run.state, run.step) == ("active", 0)
    assert (run.started, run.due, run.ended) == (NOW, NOW, None)
    assert (run.enrolment, run.depth, run.parent, run.message) == (1, 1, 0, "")
    assert db.next_due() == NOW
    with db.read() as snapshot:
        assert snapshot.outbox() == []


def test_a_tick_does_what_is_due_and_says_when_to_come_again(db: kith.Database) -> None:
    done = db.tick()
    assert (done.runs, done.messages, done.changes, done.failures) == (1, 1, 0, 0)
    assert (done.more, done.next_due) == (False, NOW + 3 * DAY)
    assert db.next_due() == NOW + 3 * DAY
    with db.read() as snapshot:
        (message,) = snapshot.outbox()
        (run,) = snapshot.runs("contact:1")
    assert (message.topic, message.record, message.run) == ("email", "contact:1", run.id)
    assert message.payload["to"] == "ann@example.org"
    assert message.payload["subject"] == "Welcome, Ann Lee"
    assert message.payload["page"] == "start"
    assert (run.state, run.due) == ("active", NOW + 3 * DAY)

    assert db.tick(NOW + 2 * DAY).runs == 0
    done = db.session().tick(NOW + 30 * DAY)  # late, and all of it
    assert (done.runs, done.changes, done.next_due) == (1, 1, None)
    tasks = db.query("task", select=["subject", "contact"])
    assert [tuple(task) for task in tasks] == [("Call Ann Lee", "contact:1")]
    (run,) = runs(db, automation="welcome", state="done")
    assert (run.step, run.due, run.ended) == (3, None, NOW + 30 * DAY)


def test_a_tick_keeps_to_its_budget(db: kith.Database) -> None:
    with db.transaction() as t:
        for n in range(3):
            t.create("contact", name=f"C{n}", email=f"c{n}@example.org")
    first = db.tick(max_runs=3)
    assert (first.runs, first.more) == (3, True)
    rest = db.tick(max_runs=3)
    assert (rest.runs, rest.more) == (1, False)


def test_an_event_from_outside_begins_runs_once(db: kith.Database) -> None:
    with db.transaction() as t:
        first = t.receive("payment.received", "deal:1", {"method": "card", "cents": 10000},
                          id="stripe-1")
        again = t.receive("payment.received", "deal:1", {"method": "card"}, id="stripe-1")
        other = t.receive("payment.received", "deal:1", {"method": "cash"})
        unknown = t.receive("door.opened", "deal:1")
    assert (first, again) == (kith.ReceiveResult(False, 1), kith.ReceiveResult(True, 1))
    assert (other.runs, unknown.runs) == (0, 0)
    assert db.tick().failures == 0
    deal = db.get("deal:1")
    assert deal["stage"] == "Closed Won"
    (run,) = runs(db, record="deal:1")
    with db.read() as snapshot:
        assert str(run.id) in snapshot.history("deal:1")[0].cause


def test_a_run_can_be_cancelled(db: kith.Database) -> None:
    (run,) = runs(db)
    with db.transaction() as t:
        t.cancel_run(run, "she asked us to")
    (ended,) = runs(db, state="cancelled")
    assert (ended.id, ended.message, ended.due) == (run.id, "she asked us to", None)
    assert db.tick().runs == 0
    with db.transaction() as t:
        with pytest.raises(kith.InvalidArgument, match="ended already"):
            t.cancel_run(run.id)
        with pytest.raises(kith.NotFound):
            t.cancel_run(99)


def test_a_run_that_fails_says_why(db: kith.Database) -> None:
    with db.transaction() as t:
        t.update("deal:1", amount=None)
        t.receive("payment.received", "deal:1", {"method": "card"})
    assert db.tick().failures == 1
    (run,) = runs(db, record="deal:1", state="failed")
    assert "amount" in run.message


def test_arguments_are_checked(db: kith.Database) -> None:
    with pytest.raises(kith.InvalidArgument, match="durability"):
        db.tick(durability="none")  # type: ignore[arg-type]
    with pytest.raises(kith.InvalidArgument, match="time zone"):
        db.tick(datetime(2017, 3, 1))  # noqa: DTZ001
    with pytest.raises(TypeError, match="timedelta"):
        db.tick(keep=30)  # type: ignore[arg-type]
    with db.read() as snapshot, pytest.raises(kith.InvalidArgument, match="active, done, stopped"):
        snapshot.runs(state="running")  # type: ignore[arg-type]


def test_chains_of_automations_have_a_limit() -> None:
    model = json.loads(kith.standard_model())
    model["automations"]["again"] = {
        "entity": "task", "on": "created",
        "steps": [{"create": {"entity": "task", "set": {"subject": "r.subject"}}}]}
    with kith.create(":memory:", model, clock=fixed_clock, limits={"max_chain_depth": 3}) as db:
        with db.transaction() as t:
            t.create("task", subject="x")
        while db.tick().more:
            pass
        found = runs(db)
        assert max(run.depth for run in found) <= 4
        assert len(db.query("task")) == 4
        parents = {run.id: run.parent for run in found}
        assert parents[found[0].id] == 0
        assert parents[found[1].id] == found[0].id
