"""Timelines: the story of a record, in order and readable."""
from datetime import timedelta

import kith
import pytest
from python_samples import NOW


@pytest.fixture
def told(crm: kith.Database) -> kith.Database:
    """A contact with a call, and a deal of its account that moved."""
    with crm.session() as session:
        with session.transaction(NOW) as t:
            t.create("contact", name="Ann Lee", email="ann@example.org")
            t.create("user", name="Ada")
        with crm.session(actor="user:1") as ada, ada.transaction(NOW + timedelta(days=1)) as t:
            t.capture("call", email="ann@example.org", subject="Discovery", body="Needs a shop")
        with session.transaction(NOW + timedelta(days=2), cause="ticket 7") as t:
            t.update("contact:1", job_title="CTO")
            t.update("deal:1", contact="contact:1")
        with session.transaction(NOW + timedelta(days=3)) as t:
            t.move("deal:1", "Contacted")
    return crm


def test_a_timeline_tells_changes_and_activities_in_order(told: kith.Database) -> None:
    items = told.timeline("contact:1")
    assert [item.kind for item in items] == ["change", "activity", "change"]
    assert [item.at for item in items] == [NOW + timedelta(days=n) for n in range(3)]
    call = items[1]
    assert (call.record, call.actor, call.actor_name) == ("activity:1", "user:1", "Ada")
    assert "Discovery" in call.title
    assert "Needs a shop" in call.text
    assert "2017-03-02 09:30 " in str(call) and str(call).endswith("(Ada)")
    assert (items[2].record, items[2].cause, items[2].actor) == ("contact:1", "ticket 7", None)
    assert items[2].sequence == told.get("contact:1").version


def test_a_timeline_newest_first_limited_and_with_related_records(told: kith.Database) -> None:
    items = told.timeline("contact:1")
    with told.read() as snapshot:
        assert snapshot.timeline("contact:1", newest_first=True) == items[::-1]
        assert len(snapshot.timeline("contact:1", 2)) == 2
        related = snapshot.timeline("contact:1", related=["deal"])
        assert [item for item in related if item.record != "deal:1"] == items
        assert any("Contacted" in item.title for item in related if item.record == "deal:1")
        with pytest.raises(kith.InvalidArgument, match=r"write \['deal'\]"):
            snapshot.timeline("contact:1", related="deal")
        with pytest.raises(kith.Error, match="no_such_type"):
            snapshot.timeline("contact:1", related=["no_such_type"])
        with pytest.raises(kith.NotFound):
            snapshot.timeline("contact:99")
