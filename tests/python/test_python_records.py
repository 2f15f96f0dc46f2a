"""Records: writing, reading, deleting, and what the history says."""
from datetime import timedelta
from decimal import Decimal

import kith
import pytest
from python_samples import EVERY_TYPE, NOW


def test_a_record_is_a_mapping_with_attributes(crm: kith.Database) -> None:
    deal = crm.get("deal:1")
    assert (deal.id, deal.entity, deal.deleted, deal.owner) == ("deal:1", "deal", False, None)
    assert deal.created == deal.updated == NOW
    assert deal["name"] == "Pilot"
    assert deal["close_date"] is None
    assert deal.get("no_such_field", "none") == "none"
    assert dict(deal)["account"] == "account:1"
    assert list(deal)[:2] == ["name", "account"]  # in the model's order
    assert deal.to_dict()["id"] == "deal:1"
    assert deal == crm.get("deal:1")
    assert "Pilot" in repr(deal)
    with pytest.raises(KeyError, match="deal has no field 'amout'"):
        deal["amout"]


def test_fields_by_mapping_and_by_keyword(samples: kith.Database) -> None:
    with samples.transaction() as t:
        id = t.create("sample", {"name": "a", "seats": 1}, seats=2)
        t.update(id, {"color": "red"}, flag=True)
        t.update(id, {"seats": None})
    record = samples.get(id)
    assert (record["color"], record["flag"], record["seats"]) == ("red", True, None)


def test_scores_say_what_they_are_made_of() -> None:
    fields = {"name": {"type": "text"}, "seats": {"type": "int"}, "seen": {"type": "timestamp"}}
    rows = [{"name": "size", "points": "60 / seats"},
            {"name": "named", "when": "name != 'Bob'", "points": "7.25"},
            {"name": "seen", "points": "20", "half_life": "30d", "since": "seen"}]
    model = {"kith_model": 1, "entities": {"lead": {"fields": fields}},
             "scores": {"fit": {"entity": "lead", "label": "How fit", "max": 50, "rows": rows}}}
    with kith.create(":memory:", model, now=NOW) as db:
        with db.transaction() as t:
            ada = t.create("lead", name="Ada", seats=3, seen=NOW - timedelta(days=30))
            bob = t.create("lead", name="Bob", seats=0)
        with db.read(now=NOW) as snapshot:
            fit = snapshot.score(ada, "fit")
            assert (fit.name, fit.label, fit.total) == ("fit", "How fit", Decimal("37.25"))
            assert fit.total.as_tuple().exponent == -4
            assert fit.rows[2] == kith.ScoreRow("seen", Decimal(10), True, "", "")
            size, named, seen = snapshot.score(bob, "fit").rows
            assert (size.error_class, size.message) == ("DATA", "points: division by zero")
            assert (named.matched, named.error_class, named.points) == (False, "", 0)
            assert (seen.error_class, seen.message) == ("MISSING", "since: it is null")
            found = snapshot.query("lead", select=["score('fit')"], order_by=["-score('fit')"])
            assert [row[0] for row in found] == [Decimal("37.25"), Decimal(0)]
            assert found.stats.errors > 0
            with pytest.raises(kith.InvalidArgument, match='did you mean "fit"'):
                snapshot.score(ada, "fitt")
            with pytest.raises(kith.NotFound):
                snapshot.score("lead:9", "fit")


def test_formulas_say_why_they_have_no_value() -> None:
    fields = {"amount": {"type": "int"}, "seats": {"type": "int"},
              "each": {"type": "int", "formula": "amount / seats"}}
    model = {"kith_model": 1, "entities": {"deal": {"fields": fields}}}
    with kith.create(":memory:", model, now=NOW) as db:
        with db.transaction() as t:
            good = t.create("deal", amount=7, seats=2)
            bad = t.create("deal", amount=7, seats=0)
            unknown = t.create("deal", amount=7)
        assert (db.get(good)["each"], db.get(good).formula_errors) == (3, {})
        assert db.get(bad)["each"] is None
        assert db.get(bad).formula_errors == {"each": "DATA: division by zero"}
        assert (db.get(unknown)["each"], db.get(unknown).formula_errors) == (None, {})
        assert db.entity("deal").field("each").formula == "amount / seats"
        with pytest.raises(kith.ValidationError), db.transaction() as t:
            t.update(good, each=1)


def test_delete_restore_purge(samples: kith.Database) -> None:
    with samples.transaction() as t:
        id = t.create("sample", name="a")
        child = t.create("sample", name="b", parent=id)
    with samples.transaction() as t:
        t.delete(id, expected_version=samples.get(id).version)
    assert samples.get(id).deleted
    assert samples.query("sample", select="name").column("name") == ["b"]
    assert len(samples.query("sample", include_deleted=True)) == 2
    with samples.transaction() as t:
        t.restore(id)
    assert not samples.get(id).deleted
    with samples.session(capabilities=["purge"]) as janitor, janitor.transaction() as t:
        t.purge(id)
    with pytest.raises(kith.NotFound):
        samples.get(id)
    assert samples.get(child)["parent"] is None


def test_find_and_referring(samples: kith.Database) -> None:
    with samples.transaction() as t:
        a = t.create("sample", name="a")
        children = [t.create("sample", name=n, parent=a) for n in "bcd"]
        assert t.find("sample", "name", "c") == children[1]
    with samples.read() as snapshot:
        assert snapshot.find("sample", "name", "a") == a
        assert snapshot.referring(a, "sample", "parent") == children
        assert snapshot.referring(a, "sample", "parent", limit=1) == children[:1]
        assert snapshot.record_id("sample:1") == a
        assert snapshot.record_id("sample:1").bits == a.bits
        with pytest.raises(kith.NotFound):
            snapshot.find("sample", "name", "z")
        with pytest.raises(kith.InvalidArgument):
            snapshot.referring(a, "sample", "name")


def test_single_fields_and_expressions_of_one_record(crm: kith.Database) -> None:
    with crm.read() as snapshot:
        read = snapshot.fields("deal", "name", "account", "close_date")
        assert read("deal:1") == ("Pilot", "account:1", None)
        assert read("deal:3")[1] == "account:2"
        assert snapshot.evaluate("deal:1", "account.name + '!'") == "Acme!"
        with pytest.raises(kith.NotFound):
            read("deal:99")
        with pytest.raises(kith.Error):
            snapshot.fields("deal", "no_such_field")
        with pytest.raises(kith.ExpressionError):
            snapshot.evaluate("deal:1", "no_such_field")


def test_history_tells_who_what_when_and_why(samples: kith.Database) -> None:
    with samples.transaction() as t:
        actor = t.create("sample", name="ann")
    session = samples.session(actor=actor, capabilities=kith.Capabilities(backdate=True))
    later, earlier = NOW + timedelta(hours=1), NOW - timedelta(days=30)
    with session.transaction(later, effective_at=earlier, cause="ticket 7") as t:
        id = t.create("sample", name="b", seats=1, parent=actor)
    with session.transaction(later, durability="deferred") as t:
        t.update(id, seats=2)
    with samples.read() as snapshot:
        newest, oldest = snapshot.history(id)
        assert snapshot.history(id, limit=1) == [newest]
    assert (newest.kind, oldest.kind) == ("update", "create")
    assert newest.fields == (kith.FieldChange("seats", 1, 2),)
    assert (oldest.actor, oldest.cause, oldest.record) == (actor, "ticket 7", id)
    assert (oldest.at, oldest.effective_at) == (later, earlier)
    assert kith.FieldChange("parent", None, actor) in oldest.fields
    assert newest.sequence == samples.get(id).version


def test_the_past_needs_a_capability_and_an_actor_must_be_an_id(samples: kith.Database) -> None:
    with pytest.raises(kith.PermissionDenied):
        samples.transaction(effective_at=NOW - timedelta(days=1))
    with pytest.raises(kith.Error, match="actor"):
        samples.session(actor="nobody")
    with pytest.raises(kith.Error):
        samples.session(time_zone="Mars/Olympus")
    with pytest.raises(kith.InvalidArgument, match="durability"):
        samples.session().transaction(durability="none")  # type: ignore[arg-type]


def test_time_comes_from_the_clock_that_was_given() -> None:
    ticks = iter(NOW + timedelta(minutes=n) for n in range(10))
    with kith.create(":memory:", EVERY_TYPE, clock=lambda: next(ticks)) as db:
        with db.transaction() as t:
            first = t.create("sample", name="a")
        with db.transaction() as t:
            second = t.create("sample", name="b")
        assert db.get(second).created - db.get(first).created == timedelta(minutes=1)
        with db.read(now=NOW + timedelta(days=1)) as snapshot:
            assert snapshot.evaluate(first, "now - created") == timedelta(days=1, minutes=-1)
