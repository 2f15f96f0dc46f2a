"""Queries, their rows, and reports."""
import sys
from datetime import date
from decimal import Decimal
from typing import Any

import kith
import pytest
from kith.queries import query_document


def test_select_where_and_order(crm: kith.Database) -> None:
    rows = crm.query("deal", where="amount > 100.0", select=["name", "account.name", "amount"],
                     order_by="-amount")
    assert rows.names == ["name", "account.name", "amount"]
    assert list(rows) == [("Rollout", "Acme", Decimal(5000)), ("Pilot", "Acme", Decimal("1200.50"))]
    first = rows[0]
    assert (first["name"], first[1], first["amount"]) == ("Rollout", "Acme", 5000)
    assert first.to_dict() == {"name": "Rollout", "account.name": "Acme", "amount": 5000}
    assert rows[-1] == rows[1]
    assert rows[:1] == [first]
    assert rows.column("name") == ["Rollout", "Pilot"]
    assert rows.to_dicts()[1]["name"] == "Pilot"
    assert rows.columns[2].type == "decimal"
    assert rows.stats.matched == 2
    assert rows.continuation == ""
    with pytest.raises(KeyError, match="there are: name"):
        first["nmae"]
    with pytest.raises(KeyError, match="nmae"):
        rows.column("nmae")
    with pytest.raises(IndexError):
        rows[2]


def test_every_field_without_a_selection(crm: kith.Database) -> None:
    rows = crm.query("account", order_by="name")
    assert {"name", "industry", "employees"} <= set(rows.names)
    assert rows[0]["employees"] == 12


def test_params_are_values_not_text(crm: kith.Database) -> None:
    account = crm.query("account", where="name == params.n", params={"n": "Acme"}, select="id")
    assert account.column("id") == ["account:1"]
    tricky = crm.query("account", where="name == params.n", params={"n": "' || true || '"})
    assert len(tricky) == 0
    acme = account[0]["id"]
    deals = crm.query("deal", where="account == params.a && amount >= params.least",
                      params={"a": acme, "least": Decimal("1200.50")}, select="name")
    assert sorted(deals.column("name")) == ["Pilot", "Rollout"]


def test_groups_and_measures(crm: kith.Database) -> None:
    rows = crm.query(
        "deal", group_by={"customer": "account.name"},
        measures={"deals": "count()", "total": "sum(amount)",
                  "won": {"function": "count", "where": "stage_class == 'won'"},
                  "share": "ratio(won, deals)"},
        order_by="-total")
    assert rows.names == ["customer", "deals", "total", "won", "share"]
    assert rows[0][:4] == ("Acme", 2, Decimal("6200.50"), 1)
    assert rows[0]["share"] == Decimal("0.5")
    by_month = crm.query("deal", group_by="month(close_date)", measures="count()",
                         where="has(r.close_date)")
    assert by_month.names == ["month(close_date)", "count()"]
    assert crm.query("deal", measures="count").names == ["count"]
    assert list(by_month) == [("2017-01", 1), ("2017-02", 1)]


def test_a_document_is_a_query(crm: kith.Database) -> None:
    document: dict[str, Any] = {
        "entity": "deal", "where": "amount >= params.floor", "select": ["name"],
        "order_by": [{"of": "amount", "descending": True}], "limit": 1, "params": {"floor": 100},
    }
    assert crm.query(document).column("name") == ["Rollout"]
    assert crm.query(document, params={"floor": 6000}).column("name") == []
    assert document["params"] == {"floor": 100}  # the caller's document is left alone
    with pytest.raises(TypeError, match="leave out where"):
        crm.query(document, where="true")


def test_pages(crm: kith.Database) -> None:
    with crm.transaction() as t:
        for n in range(25):
            t.create("contact", name=f"Person {n:02}")
    with crm.read() as snapshot:
        pages = list(snapshot.pages("contact", select="name", order_by="name", limit=10))
        assert [len(page) for page in pages] == [10, 10, 5]
        assert [name for page in pages for name in page.column("name")] == [
            f"Person {n:02}" for n in range(25)]
        by_document = {"entity": "contact", "select": ["name"]}
        assert [len(p) for p in snapshot.pages(by_document, limit=20)] == [20, 5]
        page = snapshot.query("contact", limit=3)
        assert page.continuation and "more to come" in repr(page)
        with pytest.raises(kith.Error):
            snapshot.query("contact", limit=3, continuation="nonsense")


def test_rows_outlive_their_snapshot(crm: kith.Database) -> None:
    rows = crm.query("deal", select=["id", "name"])
    crm.close()
    assert rows.column("id") == ["deal:1", "deal:2", "deal:3"]


@pytest.mark.parametrize("query", [
    {"entity": "no_such_type"},
    {"entity": "deal", "where": "no_such_field == 1"},
    {"entity": "deal", "where": "amount +"},
    {"entity": "deal", "where": "amount"},
    {"entity": "deal", "selekt": ["name"]},
    {"entity": "deal", "group_by": [{"of": "close_date", "bucket": "decade"}]},
    {"entity": "deal", "measures": [{"name": "x", "function": "median"}]},
    {"entity": "deal", "limit": -1},
    {},
])
def test_a_wrong_query_is_refused(crm: kith.Database, query: dict[str, Any]) -> None:
    with pytest.raises(kith.Error) as caught:
        crm.query(query)
    assert str(caught.value)


def test_a_limit_on_results() -> None:
    with kith.create(":memory:", limits={"max_result_rows": 2}) as db:
        with db.transaction() as t:
            for n in range(3):
                t.create("account", name=str(n))
        with pytest.raises(kith.LimitExceeded, match="max_result_rows"):
            db.query("account")


def test_short_forms_become_documents() -> None:
    assert query_document(
        "deal", where="true", select=("name", ("who", "account.name")),
        group_by=["stage", "quarter(close_date)", ("y", "year( close_date )")],
        measures=[("n", "count()"), "sum(amount * 2.0)",
                  {"name": "m", "function": "max", "of": "a"}],
        having="n > 1", order_by=["name", "-amount", {"of": "x"}], limit=5, include_deleted=True,
    ) == {
        "entity": "deal", "where": "true",
        "select": ["name", {"name": "who", "of": "account.name"}],
        "group_by": ["stage",
                     {"name": "quarter(close_date)", "of": "close_date", "bucket": "quarter"},
                     {"name": "y", "of": " close_date ", "bucket": "year"}],
        "measures": [{"name": "n", "function": "count"},
                     {"name": "sum(amount * 2.0)", "function": "sum", "of": "amount * 2.0"},
                     {"name": "m", "function": "max", "of": "a"}],
        "having": "n > 1",
        "order_by": [{"of": "name"}, {"of": "amount", "descending": True}, {"of": "x"}],
        "limit": 5, "include_deleted": True,
    }
    for wrong in ("median(amount)", "amount"):
        with pytest.raises(kith.InvalidArgument, match="is no measure"):
            query_document("deal", measures=wrong)
    with pytest.raises(kith.InvalidArgument, match="a tuple is"):
        query_document("deal", select=[("a", "b", "c")])  # type: ignore[list-item]


def test_reports_by_name(crm: kith.Database) -> None:
    assert {"pipeline", "win_rate", "revenue"} <= {info.name for info in crm.reports()}
    report = crm.report("win_rate")
    assert report.title == "Win rate"
    assert (report.rows[0]["won"], report.rows[0]["closed"], report.rows[0]["all"]) == (1, 2, 3)
    text = str(report)
    assert text.startswith("Win rate\n========\n")
    assert "50.00 %" in text and "33.33 %" in text
    assert report.note in text
    by_account = crm.report("win_rate", by="account.name")
    assert len(by_account.rows) == 2


def test_reports_by_document(crm: kith.Database) -> None:
    report = crm.report({
        "title": "Deals <by> stage", "entity": "deal",
        "parameters": {"least": "0.0"}, "where": "amount >= ${least}",
        "group_by": ["stage"],
        "measures": [{"name": "n", "function": "count"},
                     {"name": "w", "function": "count", "where": "stage_class == 'won'"},
                     {"name": "share", "function": "ratio", "numerator": "w", "denominator": "n",
                      "format": "percent", "label": "Won of all"}],
        "bars": "share",
    }, least="100.0")
    assert len(report.rows) == 2
    lines = str(report).splitlines()
    assert any(line.endswith("█" * 20) for line in lines)
    html = report._repr_html_()
    assert "Deals &lt;by&gt; stage" in html and "<td" in html
    with pytest.raises(kith.Error):
        crm.report({"title": "x", "entity": "deal", "bars": "nothing"})
    with pytest.raises(kith.Error):
        crm.report("win_rate", no_such_parameter="x")


def test_tables_for_people(crm: kith.Database) -> None:
    with crm.transaction() as t:
        for n in range(70):
            t.create("contact", name=f"<b>{n}</b>")
    rows = crm.query("contact", select=["name", "email"])
    assert str(rows).splitlines()[-1] == "... 10 more rows"
    html = rows._repr_html_()
    assert "&lt;b&gt;0&lt;/b&gt;" in html and "... 10 more rows" in html
    empty = crm.query("contact", where="false", select="name")
    assert str(empty).splitlines() == ["Name", "----"]
    assert empty.to_columns() == {"name": []}


def test_dates_are_dates(crm: kith.Database) -> None:
    rows = crm.query("deal", where="close_date >= date('2017-02-01')", select=["close_date"])
    assert rows.column("close_date") == [date(2017, 2, 10)]


class Fake:
    """Stands for a module of data frames: keeps what it is called with."""

    def __init__(self) -> None:
        self.calls: list[tuple[Any, ...]] = []

    def frame(self, *arguments: Any, **named: Any) -> str:
        self.calls.append((*arguments, named))
        return "frame"

    DataFrame = table = frame


@pytest.mark.parametrize(("module", "method"), [
    ("pandas", "to_pandas"), ("polars", "to_polars"), ("pyarrow", "to_pyarrow"),
])
def test_data_frames_are_made_of_columns(crm: kith.Database, monkeypatch: pytest.MonkeyPatch,
                                         module: str, method: str) -> None:
    fake = Fake()
    monkeypatch.setitem(sys.modules, module, fake)
    rows = crm.query("deal", select=["name", "amount"], where="amount < 100.0")
    assert getattr(rows, method)() == "frame"
    assert fake.calls[0][0] == {"name": ["Audit"], "amount": [Decimal(99)]}
    report = crm.report("win_rate")
    assert getattr(report, method)() == "frame"
    assert fake.calls[1][0]["won"] == [1]
