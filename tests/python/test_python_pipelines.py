"""Pipelines: what there is, where a record may go, moving it, and where it has been."""
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import kith
import pytest
from python_samples import NOW, fixed_clock


@pytest.fixture
def month() -> Iterator[kith.Database]:
    """A standard CRM with one deal that Ada moved on days 2 and 9."""
    with kith.create(":memory:", clock=fixed_clock) as db:
        with db.transaction(cause="web form") as t:
            user = t.create("user", name="Ada")
            t.create("deal", name="Pilot", owner=user)
        with db.session(actor=user) as ada:
            with ada.transaction(NOW + timedelta(days=2)) as t:
                t.move("deal:1", "Contacted")
            with ada.transaction(NOW + timedelta(days=9)) as t:
                t.move("deal:1", "Closed Won", amount=5000, close_date="2017-03-10")
        yield db


def test_the_model_tells_its_pipelines(crm: kith.Database) -> None:
    with crm.read() as snapshot:
        sales = next(p for p in snapshot.pipelines() if p.name == "sales")
    assert (sales.entity, sales.field, sales.default_stage) == ("deal", "stage", "New Lead")
    assert sales.version >= 1
    assert [stage.name for stage in sales.stages] == [
        "New Lead", "Contacted", "Qualified", "Proposal Sent", "Negotiation", "Closed Won",
        "Closed Lost"]
    assert [stage.order for stage in sales.stages] == sorted(s.order for s in sales.stages)
    won, new = sales.stage("Closed Won"), sales.stage("New Lead")
    assert (won.stage_class, won.probability, won.forecast) == ("won", 100, "closed")
    assert (new.stage_class, new.probability, new.retired) == ("open", 10, False)
    assert (won.rot_after, new.rot_after) == (None, timedelta(days=14))
    with pytest.raises(KeyError, match="no stage 'Won'; there are: New Lead, Contacted"):
        sales.stage("Won")


def test_a_move_changes_the_stage_and_what_it_needs(crm: kith.Database) -> None:
    with crm.transaction() as t:
        done = t.move("deal:1", "Closed Won", close_date=date(2017, 3, 1))
        assert t.get("deal:1")["stage"] == "Closed Won"
    assert done.moved
    assert (done.from_stage, done.to_stage) == ("Qualified", "Closed Won")
    assert done.transition == "policy"
    assert (done.reopened, done.overridden) == (False, False)
    assert crm.get("deal:1")["close_date"] == date(2017, 3, 1)


def test_fields_by_mapping_and_by_keyword(crm: kith.Database) -> None:
    with crm.transaction() as t:
        t.move("deal:1", "Contacted", {"description": "a", "amount": 1}, amount=2, field="stage")
    deal = crm.get("deal:1")
    assert (deal["stage"], deal["description"], deal["amount"]) == ("Contacted", "a", 2)


def test_to_be_there_already_is_no_move(crm: kith.Database) -> None:
    version = crm.get("deal:1").version
    with crm.transaction() as t:
        done = t.move("deal:1", "Qualified")
    assert (done.moved, done.from_stage, done.to_stage) == (False, "Qualified", "Qualified")
    assert crm.get("deal:1").version == version


def test_a_refused_move_tells_every_reason(crm: kith.Database) -> None:
    with crm.transaction() as t:
        t.update("deal:1", amount=None)
        with pytest.raises(kith.Refused) as caught:
            t.move("deal:1", "Closed Won")
        assert t.get("deal:1")["stage"] == "Qualified"
    error = caught.value
    assert error.entity == "deal"
    assert {(v.field, v.code) for v in error.violations} == {
        ("amount", "required"), ("close_date", "required")}
    with pytest.raises(kith.Refused) as caught, crm.transaction() as t:
        t.update("deal:2", stage="Contacted")  # a plain update is no way around
    assert "transition" in {v.code for v in caught.value.violations}


def test_a_closed_deal_is_reopened(crm: kith.Database) -> None:
    with crm.transaction() as t:
        done = t.move("deal:2", "Negotiation")
    assert (done.reopened, done.from_stage) == (True, "Closed Won")


def test_a_move_may_expect_where_the_record_is(crm: kith.Database) -> None:
    version = crm.get("deal:1").version
    with crm.transaction() as t:
        with pytest.raises(kith.Conflict):
            t.move("deal:1", "Contacted", expected_stage="New Lead")
        with pytest.raises(kith.Conflict):
            t.move("deal:1", "Contacted", expected_version=version + 1)
        assert t.move("deal:1", "Contacted", expected_stage="Qualified",
                      expected_version=version).moved


def test_what_a_move_names_must_be_there(crm: kith.Database) -> None:
    with crm.transaction() as t:
        with pytest.raises(kith.Error, match="Sold"):
            t.move("deal:1", "Sold")
        with pytest.raises(kith.Error, match="amount"):
            t.move("deal:1", "Contacted", field="amount")
        with pytest.raises(kith.Error):
            t.move("account:1", "Contacted")
        with pytest.raises(kith.NotFound):
            t.move("deal:99", "Contacted")
        with pytest.raises(TypeError):
            t.move("deal:1", "Contacted", amount=object())


def test_the_capability_goes_past_the_pipeline_and_is_told(crm: kith.Database) -> None:
    with crm.session(capabilities=["pipeline_override"]) as chief, chief.transaction() as t:
        done = t.move("deal:1", "Closed Lost")
    assert (done.moved, done.overridden) == (True, True)
    with crm.read() as snapshot:
        newest, oldest = snapshot.history("deal:1")
        assert (newest.overridden, oldest.overridden) == (True, False)
        assert [v.overridden for v in snapshot.stage_history("deal:1")] == [False, True]


def test_possible_moves_say_why_not(crm: kith.Database) -> None:
    with crm.transaction() as t:
        t.update("deal:1", amount=None)
        moves = {move.stage: move for move in t.possible_moves("deal:1")}
        assert t.possible_moves("deal:1", "stage") == list(moves.values())
    assert list(moves) == ["New Lead", "Contacted", "Proposal Sent", "Negotiation", "Closed Won",
                           "Closed Lost"]
    assert moves["Contacted"].allowed and moves["Contacted"].reasons == ()
    assert not moves["Closed Won"].allowed
    assert {reason.field for reason in moves["Closed Won"].reasons} == {"amount", "close_date"}
    assert all(isinstance(reason, kith.Violation) for reason in moves["Closed Won"].reasons)
    with crm.read() as snapshot:
        closed = {move.stage: move for move in snapshot.possible_moves("deal:2")}
        assert (closed["Negotiation"].allowed, closed["Negotiation"].reopens) == (True, True)
        assert (closed["Contacted"].allowed, closed["Contacted"].transition) == (False, "")
        with pytest.raises(kith.NotFound):
            snapshot.possible_moves("deal:99")


def test_stage_history_has_who_when_and_how_long(month: kith.Database) -> None:
    with month.read(now=NOW + timedelta(days=12)) as snapshot:
        first, second, last = snapshot.stage_history("deal:1")
        assert snapshot.stage_history("deal:1", "stage") == [first, second, last]
    assert [v.stage for v in (first, second, last)] == ["New Lead", "Contacted", "Closed Won"]
    assert (first.entered, first.left, first.duration) == (
        NOW, NOW + timedelta(days=2), timedelta(days=2))
    assert (first.actor, first.cause, second.actor) == (None, "web form", "user:1")
    assert second.duration == timedelta(days=7)
    assert (last.left, last.duration) == (None, timedelta(days=3))
    assert last.sequence == month.get("deal:1").version
    assert last.entered == datetime(2017, 3, 10, 9, 30, tzinfo=UTC)
