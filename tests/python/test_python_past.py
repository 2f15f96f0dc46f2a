"""The past: reading as of then, undoing, restoring, the change feed, letting history go."""
import threading
import time
from datetime import datetime, timedelta

import kith
import pytest
from python_samples import NOW


def at(hours: int) -> datetime:
    return NOW + timedelta(hours=hours)


def newest(db: kith.Database, id: str) -> kith.Change:
    with db.read() as snapshot:
        return snapshot.history(id)[0]


@pytest.fixture
def told(crm: kith.Database) -> kith.Database:
    """The accounts and deals of the CRM at NOW; a deal that is renamed in the two hours after."""
    for hour in (1, 2):
        with crm.transaction(at(hour)) as t:
            t.update("deal:1", name=f"Pilot {hour}")
            t.update("account:1", employees=hour)
    return crm


def test_reading_as_of_a_time_and_a_change(told: kith.Database) -> None:
    for hour, name in [(0, "Pilot"), (1, "Pilot 1"), (2, "Pilot 2"), (9, "Pilot 2")]:
        with told.read(as_of=at(hour) + timedelta(minutes=30)) as then:
            assert isinstance(then, kith.Snapshot)
            assert then.get("deal:1")["name"] == name
    with told.read() as snapshot:
        changes = snapshot.changes().changes
    with told.session() as session, session.read(change=changes[4].sequence) as then:
        assert then.get("deal:1")["name"] == "Pilot"
        assert then.query("deal", where="name == 'Pilot'").column("name") == ["Pilot"]
        assert [change.kind for change in then.history("deal:1")] == ["create"]
        assert len(then.report("pipeline").rows) > 0
        with pytest.raises(kith.Unsupported):
            then.outbox()
    with told.read(as_of=NOW - timedelta(days=1)) as before, pytest.raises(kith.NotFound):
        before.get("deal:1")


def test_the_past_is_asked_for_in_one_way(told: kith.Database) -> None:
    with pytest.raises(kith.InvalidArgument, match="one of"):
        told.read(as_of=NOW, change=1)
    with pytest.raises(kith.InvalidArgument, match="one of"):
        told.read(NOW, as_of=NOW)
    with pytest.raises(kith.InvalidArgument, match="1 or more"):
        told.read(change=0)
    with pytest.raises(TypeError):
        told.read(change=-1)
    with pytest.raises(ValueError):
        told.read(as_of=NOW.replace(tzinfo=None))


def test_an_undo_is_a_change_of_its_own(told: kith.Database) -> None:
    last = newest(told, "deal:1")
    with told.transaction(at(3)) as t:
        done = t.undo(last)
        assert isinstance(done, kith.UndoResult)
        assert (done.last_sequence - done.first_sequence, done.records) == (1, 2)
        assert done.first_sequence <= last.sequence <= done.last_sequence
    assert told.get("deal:1")["name"] == "Pilot 1"
    assert told.get("account:1")["employees"] == 1
    undone = newest(told, "deal:1")
    with told.transaction(at(4)) as t:
        t.update("deal:1", name="Other")
    with pytest.raises(kith.Conflict) as caught, told.transaction(at(5)) as t:
        t.undo(undone.sequence)
    assert [violation.field for violation in caught.value.violations] == ["name"]
    assert told.get("deal:1")["name"] == "Other"
    with pytest.raises(kith.Error), told.transaction(at(5)) as t:
        t.undo(10_000)


def test_a_restore_with_what_the_removal_took(told: kith.Database) -> None:
    with told.transaction(at(3)) as t:
        t.create("contact", name="Ann", email="ann@example.org", account="account:1")
        t.update("deal:2", contact="contact:1")
    with told.transaction(at(4)) as t:
        t.delete("contact:1")
    assert told.get("deal:2")["contact"] is None
    with told.transaction(at(5)) as t:
        t.restore("contact:1", with_references=True)
    assert told.get("deal:2")["contact"] == "contact:1"


def test_the_feed_page_by_page(told: kith.Database) -> None:
    with told.read() as snapshot:
        whole = snapshot.changes()
        assert isinstance(whole, kith.FeedPage)
        assert whole.done
        assert whole.cursor == whole.changes[-1].sequence == told.info().last_sequence
        assert [change.sequence for change in whole.changes] == list(range(1, 10))
        found: list[kith.Change] = []
        cursor, done = 0, False
        while not done:
            page = snapshot.changes(cursor, limit=4)
            assert len(page.changes) <= 4
            found += page.changes
            cursor, done = page.cursor, page.done
        assert tuple(found) == whole.changes
        deals = snapshot.changes(entity="deal")
        assert {change.record for change in deals.changes} == {"deal:1", "deal:2", "deal:3"}
        named = snapshot.changes(entity="deal", fields=["amount"]).changes
        assert [change.kind for change in named] == ["create"] * 3
        assert snapshot.changes(whole.cursor).changes == ()
        with pytest.raises(kith.InvalidArgument, match=r"write \['name'\]"):
            snapshot.changes(entity="deal", fields="name")
        for wrong in ({"entity": "no_such_type"}, {"limit": 0},
                      {"entity": "deal", "fields": ["no_such_field"]}):
            with pytest.raises(kith.Error):
                snapshot.changes(**wrong)


def test_named_cursors(told: kith.Database) -> None:
    with told.transaction() as t:
        t.save_cursor("mailer", 3)
        t.save_cursor("index", 5)
        assert t.cursor("mailer") == 3
        with pytest.raises(kith.Error):
            t.save_cursor("", 3)
        with pytest.raises(kith.Error):
            t.save_cursor("x" * 101, 3)
    with told.read() as snapshot:
        assert snapshot.cursors() == [kith.FeedCursor("index", 5), kith.FeedCursor("mailer", 3)]
        assert [c.sequence for c in snapshot.changes(snapshot.cursor("mailer")).changes][0] == 4
        with pytest.raises(kith.NotFound):
            snapshot.cursor("no such")
    with told.transaction() as t:
        t.drop_cursor("index")
    with told.read() as snapshot:
        assert [each.name for each in snapshot.cursors()] == ["mailer"]


def test_old_history_is_let_go(told: kith.Database) -> None:
    with told.session() as session, pytest.raises(kith.PermissionDenied):
        session.trim_history(at(1))
    with told.transaction(at(3)) as t:
        t.save_cursor("mailer", 5)
    with told.session(capabilities=["trim_history"]) as session:
        done = session.trim_history(at(2))
        assert done == kith.TrimResult(5, 6, False, "mailer")
        with told.transaction(at(3)) as t:
            t.drop_cursor("mailer")
        assert session.trim_history(at(2)) == kith.TrimResult(2, 8, False, "")
        assert session.trim_history(at(2)).dropped == 0
    assert told.info().first_sequence == 8
    assert told.get("deal:1")["name"] == "Pilot 2"
    with pytest.raises(kith.HistoryTrimmed):
        told.read(as_of=at(1))
    with told.read() as snapshot, pytest.raises(kith.HistoryTrimmed):
        snapshot.changes(3)
    assert kith.Capabilities.all().trim_history


def test_waiting_for_a_change(told: kith.Database) -> None:
    last = told.info().last_sequence
    assert told.wait(last - 1, 0) == last
    assert told.wait(0) == last
    begun = time.monotonic()
    assert told.wait(last, 0.05) == last
    assert time.monotonic() - begun >= 0.05

    def write() -> None:
        time.sleep(0.2)
        with told.transaction(at(3)) as t:
            t.update("deal:1", name="Later")

    writer = threading.Thread(target=write)
    writer.start()
    assert told.wait(last) == last + 1  # the GIL is free meanwhile, or nobody could write
    writer.join()
    for wrong in (-1.0, float("nan")):
        with pytest.raises(ValueError):
            told.wait(last, wrong)
