"""Compiled expressions: values of every type both ways, failures with class and place, tools."""
import copy
import math
import pickle
import threading
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import kith
import pytest

MOMENT = datetime(2017, 3, 1, 9, 30, 0, 123456, tzinfo=UTC)


def same(a: Any, b: Any) -> bool:
    return type(a) is type(b) and (a == b or (a != a and b != b))


@pytest.mark.parametrize(("type", "value"), [
    ("bool", True),
    ("int", -2**63),
    ("uint", kith.Uint(2**64 - 1)),
    ("double", 0.1),
    ("double", math.inf),
    ("double", math.nan),
    ("decimal", Decimal("-12345678901234567890.123456789012345678")),
    ("string", "Žluť \0 𝄞"),
    ("bytes", b"\x00\xff"),
    ("date", date(2024, 2, 29)),
    ("timestamp", MOMENT),
    ("timestamp", kith.Timestamp.of(MOMENT, 789)),
    ("timestamp", kith.Timestamp(1, 1, 1, tzinfo=UTC, nanosecond=1)),
    ("timestamp", kith.Timestamp(1969, 12, 31, 23, 59, 59, 999999, UTC, nanosecond=999)),
    ("duration", timedelta(microseconds=-1)),
    ("duration", kith.Duration(microseconds=-1, nanosecond=999)),
    ("duration", kith.Duration(days=3, nanosecond=1)),
    ("list(dyn)", [1, "two", None, [kith.Uint(3)]]),
    ("map(dyn, dyn)", {"k": [1.5], kith.Uint(3): b"x", True: None}),
    ("type", kith.TypeName("google.protobuf.Timestamp")),
    ("optional_type(int)", kith.Opt(7)),
    ("optional_type(int)", kith.Opt()),
    ("optional_type(dyn)", kith.Opt(kith.Opt())),
    ("optional_type(dyn)", kith.Opt(None)),
    ("null_type", None),
])
def test_a_value_of_every_type_goes_in_and_comes_out_the_same(type: str, value: Any) -> None:
    declared = kith.Expression.compile("x", variables={"x": type})
    assert same(declared.evaluate(x=value), value)
    assert same(declared.evaluate({"x": value}), value)
    assert same(kith.cel.evaluate("x", {"x": value}), value)
    inside = kith.cel.evaluate("[x]", {"x": value})
    assert same(inside[0], value)


def test_a_negative_zero_keeps_its_sign() -> None:
    assert math.copysign(1, kith.cel.evaluate("x", {"x": -0.0})) == -1


@pytest.mark.parametrize(("expression", "value"), [
    ("optional.of(1u)", kith.Opt(kith.Uint(1))),
    ("optional.none()", kith.Opt()),
    ("{'a': 1}.?b", kith.Opt()),
    ("type(1u)", kith.TypeName("uint")),
    ("b'\\xff'", b"\xff"),
    ("timestamp('2017-03-01T09:30:00.123456789Z')", kith.Timestamp.of(MOMENT, 789)),
    ("timestamp('2017-03-01T09:30:00.123456Z')", MOMENT),
    ("duration('-1ns')", kith.Duration(microseconds=-1, nanosecond=999)),
    ("0.0 / 0.0", math.nan),
])
def test_results_of_every_type_come_out(expression: str, value: Any) -> None:
    assert same(kith.cel.evaluate(expression), value)


def test_nanoseconds_count_in_comparisons() -> None:
    whole = MOMENT
    later = kith.Timestamp.of(whole, 1)
    assert kith.cel.evaluate("a < b && b - a == duration('1ns')", {"a": whole, "b": later})
    assert whole < later and later > whole and later != whole and whole != later
    assert whole <= later and not later <= whole and later >= whole
    assert len({whole, later, kith.Timestamp.of(whole)}) == 2
    assert kith.Timestamp.of(whole) == whole
    assert later - whole == kith.Duration(nanosecond=1) == later - kith.Timestamp.of(whole)
    assert whole - later == kith.Duration(microseconds=-1, nanosecond=999)
    assert later - kith.Duration(nanosecond=1) == whole
    assert later + timedelta(days=1) - timedelta(days=1) == later
    assert kith.Timestamp.of(whole, 999) + kith.Duration(nanosecond=2) == kith.Timestamp.of(
        whole + timedelta(microseconds=1), 1)
    abroad = later.astimezone(timezone(timedelta(hours=5)))
    assert abroad == later and abroad.nanosecond == 1 and abroad.hour == 14
    assert kith.cel.evaluate("a == b", {"a": abroad, "b": later}) is True


def test_spans_with_nanoseconds_are_numbers_of_them() -> None:
    span = kith.Duration(seconds=1, nanosecond=5)
    assert span.total_nanoseconds() == 1_000_000_005
    assert span + span == kith.Duration(seconds=2, nanosecond=10)
    assert timedelta(seconds=2) - span == kith.Duration(microseconds=999_999, nanosecond=995)
    assert span - timedelta(seconds=1) == kith.Duration(nanosecond=5)
    assert timedelta(seconds=1) < span <= span and span > timedelta(seconds=1)
    assert span >= timedelta(seconds=1) and span != timedelta(seconds=1)
    assert -span + span == timedelta(0) and abs(-span) == span
    assert not kith.Duration() and bool(kith.Duration(nanosecond=1))
    assert hash(kith.Duration(seconds=1)) == hash(timedelta(seconds=1))
    assert str(span) == "0:00:01.000000005"


def test_values_of_their_own_print_copy_and_refuse() -> None:
    later = kith.Timestamp.of(MOMENT, 7)
    assert later.isoformat() == "2017-03-01T09:30:00.123456007+00:00"
    assert str(later) == "2017-03-01 09:30:00.123456007+00:00"
    assert later.replace(year=2018).nanosecond == 7
    assert later.replace(nanosecond=0) == MOMENT
    assert repr(kith.Opt(1)) == "Opt(1)" and repr(kith.Opt()) == "Opt()"
    for value in (later, kith.Duration(nanosecond=3), kith.Opt(1), kith.Opt()):
        assert same(pickle.loads(pickle.dumps(value)), value)
        assert same(copy.deepcopy(value), value)
    assert kith.Opt(1).value == 1 and kith.Opt().or_else(2) == 2 and kith.Opt(None).present
    with pytest.raises(ValueError):
        _ = kith.Opt().value
    with pytest.raises(ValueError):
        kith.Timestamp.of(MOMENT, 1000)
    with pytest.raises(ValueError):
        kith.Duration(nanosecond=-1)
    with pytest.raises(TypeError):
        _ = later < 3


@pytest.mark.parametrize(("expression", "error_class", "column"), [
    ("1 + 1 / 0", "DATA", 7),
    ("{'a': 1}.b == 1", "MISSING", 10),
    ("dyn(1) + dyn('a') == 2", "BUG", 8),
])
def test_a_failure_knows_its_class_and_place(expression: str, error_class: str,
                                             column: int) -> None:
    compiled = kith.Expression.compile(expression)
    for evaluate in (compiled.evaluate, lambda: kith.cel.evaluate(expression)):
        with pytest.raises(kith.ExpressionFailed) as caught:
            evaluate()
        error = caught.value
        assert (error.error_class, error.line, error.column) == (error_class, 1, column)
        assert pickle.loads(pickle.dumps(error)).error_class == error_class
    outcome = compiled.evaluation()
    assert not outcome.ok and outcome.value is None
    assert (outcome.error_class, outcome.line, outcome.column) == (error_class, 1, column)
    assert outcome.message == caught.value.message


def test_limits_have_names() -> None:
    small = kith.Expression.compile("lists.range(1000).all(x, x >= 0)", max_cost=100)
    with pytest.raises(kith.LimitExceeded) as caught:
        small.evaluate()
    assert caught.value.error_class == "LIMIT"
    assert small.evaluation().error_class == "LIMIT"
    with pytest.raises(kith.LimitExceeded):
        kith.Expression.compile("1 + 1", max_bytes=3)


def test_mistakes_are_found_when_it_is_compiled() -> None:
    with pytest.raises(kith.ExpressionSyntaxError) as caught:
        kith.Expression.compile("1 +")
    assert (caught.value.line, caught.value.column, caught.value.error_class) == (1, 4, "")
    with pytest.raises(kith.ExpressionTypeError):
        kith.Expression.compile("1 + 1", expected="bool")
    with pytest.raises(kith.InvalidArgument):
        kith.Expression.compile("x", variables={"x": "strin"})
    with pytest.raises(TypeError):
        kith.Expression.compile("x", entity="deal")
    unchecked = kith.Expression.compile("x + 1", check=False)
    assert unchecked.evaluation(x=1).error_class == "BUG"  # settled when it runs


def test_variables_have_the_type_that_was_declared() -> None:
    price = kith.Expression.compile("price * 2 > 25.0", variables={"price": "decimal"})
    assert price.evaluate(price=13) is True
    assert price.evaluation().error_class == "MISSING"
    assert price.evaluation(price="13").error_class == "BUG"
    assert kith.Expression.compile("[1, 2, 3].all(x, x > 0)").evaluation().cost > 0
    now = kith.Expression.compile("now")
    assert now.evaluate(now=MOMENT) == MOMENT and now.reads_now and not price.reads_now


def test_on_records_it_reads_their_fields(crm: kith.Database) -> None:
    large = crm.expression("deal", "amount > params.least && account.name == 'Acme'")
    assert large.type == "wrapper(bool)" or large.type == "bool"
    assert large.entity == "deal" and large.source in repr(large)
    assert large.fields == ("account", "account.name", "amount")
    assert large.watched == ()
    with crm.read() as snapshot:
        assert large.evaluate(snapshot, "deal:1", least=1000) is True
        assert large.evaluate(snapshot, "deal:1", {"least": 2000}) is False
        assert large.evaluation(snapshot, "deal:1").error_class == "MISSING"
        assert large.evaluation(snapshot, "deal:1", least=1).ok
        who = crm.expression("deal", "[account.id, optional.of(account.id)]")
        direct, held = who.evaluate(snapshot, "deal:1")
        assert direct == "account:1" and held == kith.Opt(kith.RecordId("account:1"))
        with pytest.raises(kith.NotFound):
            large.evaluate(snapshot, "deal:99", least=1)
        assert large.evaluation(snapshot, "deal:99", least=1).error_class == "HOST"
        with pytest.raises(kith.InvalidArgument):
            large.evaluate(snapshot, "account:1", least=1)
        with pytest.raises(TypeError):
            large.evaluate(snapshot, "deal:1", now=MOMENT)
        assert large.plan(snapshot, {"least": 1000})
        assert crm.expression("deal", "false").plan(snapshot) == ["nothing can match"]
        with pytest.raises(kith.ExpressionFailed) as caught:
            snapshot.evaluate("deal:1", "1 / (1 - 1)")
        assert (caught.value.error_class, caught.value.column) == ("DATA", 3)
    with pytest.raises(kith.Closed):
        large.evaluate(snapshot, "deal:1", least=1)
    with pytest.raises(kith.InvalidArgument):
        large.evaluate(least=1)


def test_people_and_editors_can_ask(crm: kith.Database) -> None:
    sum = kith.Expression.compile("x+1==2&&(x>0)", variables={"x": "int"})
    formatted = sum.format()
    assert kith.Expression.compile(formatted, variables={"x": "int"}).format() == formatted
    assert "x" in sum.english()
    tree = sum.explain()
    assert (tree.kind, tree.type, tree.cost) == ("and", "bool", sum.cost)
    cost = sum.cost
    used = sum.evaluation(x=1).cost
    assert cost.min <= used and (cost.max is None or used <= cost.max)
    assert any(each.text == "size(" for each in kith.cel.complete(""))
    after = kith.cel.complete("'ž' == ", database=crm, entity="deal")
    assert after and all(0 <= each.replace_from <= 7 for each in after)
    with pytest.raises(TypeError):
        kith.cel.complete("", entity="deal")


def test_any_thread_may_evaluate(crm: kith.Database) -> None:
    double = kith.Expression.compile("x * 2", variables={"x": "int"})
    results: list[Any] = []
    threads = [threading.Thread(target=lambda n=n: results.append(double.evaluate(x=n)))
               for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == [2 * n for n in range(8)]
