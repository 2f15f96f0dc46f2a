"""Models, entity types and the expression language from Python."""
import copy
import json
import pathlib
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import kith
import pytest
from python_samples import EVERY_TYPE, NOW


def test_a_model_is_text_a_document_or_a_file(tmp_path: pathlib.Path) -> None:
    text = json.dumps(EVERY_TYPE)
    file = tmp_path / "crm.json"
    file.write_text("\ufeff" + text, encoding="utf-8")
    for model in (EVERY_TYPE, text, "\n " + text, file, str(file)):
        with kith.create(":memory:", model) as db:
            assert [entity.name for entity in db.entities()] == ["sample"]
    with pytest.raises(FileNotFoundError):
        kith.create(":memory:", tmp_path / "none.json")
    with kith.create(":memory:", {"kith_model": 1}) as db:
        assert db.entities() == []


def test_the_standard_model_is_the_default() -> None:
    kith.check_model(kith.standard_model())
    assert json.loads(kith.model_schema())["$schema"]
    with kith.create(":memory:") as db:
        assert {"account", "contact", "deal", "ticket"} <= {e.name for e in db.entities()}
        assert json.loads(db.model)["name"] == "standard"
        deal = db.entity("deal")
        assert deal.field("account").target == "account"
        assert deal.field("stage").pipeline == "sales"
        assert "Negotiation" in deal.field("stage").options
        assert deal.field("name").required and not deal.field("amount").required
        assert deal.title_field == "name"
        assert "struct" in deal.capnp_schema
        assert not deal.scores
        (fit,) = db.entity("lead").scores
        assert (fit.name, fit.label, fit.min, fit.max) == ("fit", "Fit", Decimal(0), Decimal(100))
        rows = {row.name: row for row in fit.rows}
        assert rows["reachable"] == kith.ScoreRowInfo(
            "reachable", "has(email) || has(phone)", "10", None, None, "")
        assert rows["fresh"].half_life == timedelta(days=30)
        assert rows["fresh"].since == "updated"
        with pytest.raises(KeyError):
            deal.field("no_such_field")
        with pytest.raises(KeyError):
            db.entity("no_such_type")


def test_applying_a_model(samples: kith.Database) -> None:
    with samples.transaction() as t:
        id = t.create("sample", name="old")
    model = copy.deepcopy(EVERY_TYPE)
    model["entities"]["sample"]["fields"]["rating"] = {"type": "int"}
    planned = samples.apply_model(model, dry_run=True)
    assert planned.changes
    assert "rating" not in samples.get(id)
    done = samples.apply_model(model)
    assert done.changes == planned.changes
    assert any("rating" in change.what for change in done.changes)
    assert samples.get(id)["rating"] is None
    assert samples.apply_model(model).changes == ()
    with samples.transaction() as t:
        t.update(id, rating=5)
    assert samples.query("sample", where="rating == 5", select="name").column("name") == ["old"]


def test_a_model_that_cannot_follow_is_refused(samples: kith.Database) -> None:
    model = copy.deepcopy(EVERY_TYPE)
    model["entities"]["sample"]["fields"]["seats"] = {"type": "text"}
    with pytest.raises((kith.ModelIncompatible, kith.ModelInvalid)):
        samples.apply_model(model)
    assert samples.entity("sample").field("seats").type == "int"


def test_info(tmp_path: pathlib.Path) -> None:
    with kith.create(tmp_path / "crm", now=NOW) as db:
        info = db.info()
        assert (info.model_name, info.written_by) == ("standard", kith.version)
        assert info.path.endswith("crm") and db.path == str(tmp_path / "crm")
        assert info.file_bytes > 0 and not info.read_only
        assert "crm" in repr(db)


def test_expressions_are_checked_against_the_model(crm: kith.Database) -> None:
    assert crm.check_expression("deal", "amount > 1000.0") == "bool"
    with pytest.raises(kith.ExpressionError):
        crm.check_expression("deal", "amout > 1000.0")


def test_evaluating_without_a_database() -> None:
    evaluate = kith.cel.evaluate
    assert evaluate("price * 3", {"price": Decimal("12.50")}) == Decimal("37.50")
    assert evaluate("[1, 2, 3].map(x, x * 2)") == [2, 4, 6]
    assert evaluate("names.exists(n, n.startsWith('A'))", {"names": ["Bo", "Al"]}) is True
    assert evaluate("m.a.b", {"m": {"a": {"b": b"x"}}}) == b"x"
    assert evaluate("now + d", {"d": timedelta(hours=1)}, now=NOW) == NOW + timedelta(hours=1)
    assert evaluate("null") is None
    assert evaluate("timestamp('2017-03-01T09:30:00Z')") == datetime(2017, 3, 1, 9, 30, tzinfo=UTC)
    with pytest.raises(kith.ExpressionError, match="price"):
        evaluate("price * 3")
    with pytest.raises(TypeError):
        evaluate("x", {1: 2})  # type: ignore[dict-item]
