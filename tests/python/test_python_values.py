"""Values go in and come out as the Python types they are, exactly."""
import enum
import json
import pickle
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import kith
import pytest


def round_trip(db: kith.Database, field: str, value: Any) -> Any:
    with db.transaction() as t:
        id = t.create("sample", {"name": "one", field: value})
    return db.get(id)[field]


@pytest.mark.parametrize(("field", "value"), [
    ("flag", True),
    ("flag", False),
    ("seats", 0),
    ("seats", 2**63 - 1),
    ("ratio", 0.1),
    ("ratio", 1e300),
    ("price", Decimal("12.3400")),
    ("price", Decimal("-0.0001")),
    ("price", Decimal("123456789012345.6789")),
    ("fee", kith.Money("19.99", "EUR")),
    ("color", "green"),
    ("colors", ["red", "blue"]),
    ("day", date(2016, 2, 29)),
    ("day", date(1, 1, 1)),
    ("day", date(9999, 12, 31)),
    ("moment", datetime(2017, 3, 1, 9, 30, 0, 123456, tzinfo=UTC)),
    ("moment", datetime(1901, 12, 13, 20, 45, 51, 1, tzinfo=UTC)),
    ("span", timedelta(days=3, seconds=5, microseconds=7)),
    ("span", timedelta(microseconds=-1)),
    ("blob", b"\x00\xff bytes"),
    ("extra", {"a": [1, 2.5, None, True, "x"], "b": {}}),
    ("name", "Žluťoučký 𝄞"),
])
def test_a_value_comes_back_as_it_was(samples: kith.Database, field: str, value: Any) -> None:
    came = round_trip(samples, field, value)
    if field == "extra":
        # JSON knows one kind of number beside int; it comes back exact.
        value = {"a": [1, Decimal("2.5"), None, True, "x"], "b": {}}
    assert came == value
    if field != "extra":
        assert type(came) is type(value)


def test_a_bool_is_no_int(samples: kith.Database) -> None:
    with pytest.raises(kith.ValidationError) as caught:
        round_trip(samples, "seats", True)
    assert [v.field for v in caught.value.violations] == ["seats"]


def test_a_decimal_keeps_all_its_digits_and_never_passes_a_float() -> None:
    exact = Decimal("12345678901234567.890123456789012345")
    assert kith.cel.evaluate("x", {"x": exact}) == exact
    assert str(kith.cel.evaluate("x", {"x": Decimal("1.10")})) == "1.10"
    assert kith.cel.evaluate("x", {"x": Decimal("1E+3")}) == 1000


@pytest.mark.parametrize("value", [Decimal("NaN"), Decimal("Infinity"), Decimal("1E+60"),
                                   Decimal("1E-30")])
def test_a_decimal_that_does_not_fit_is_refused(value: Decimal) -> None:
    with pytest.raises(kith.InvalidArgument):
        kith.cel.evaluate("x", {"x": value})


@pytest.mark.parametrize("value", [2**63, -(2**63) - 1, 2**200])
def test_an_int_out_of_range_overflows(value: int) -> None:
    with pytest.raises(OverflowError):
        kith.cel.evaluate("x", {"x": value})


def test_unsigned_integers_and_types_of_the_language() -> None:
    assert kith.cel.evaluate("x", {"x": kith.Uint(2**64 - 1)}) == 2**64 - 1
    assert type(kith.cel.evaluate("7u")) is kith.Uint
    assert kith.cel.evaluate("type(1)") == kith.TypeName("int")
    assert str(kith.TypeName("int")) == "int"
    for value in (-1, 2**64):
        with pytest.raises(OverflowError):
            kith.Uint(value)


def test_a_naive_datetime_is_refused(samples: kith.Database) -> None:
    with pytest.raises(kith.InvalidArgument, match="time zone"):
        round_trip(samples, "moment", datetime(2017, 3, 1))
    with pytest.raises(ValueError, match="time zone"):
        samples.transaction(now=datetime(2017, 3, 1))


def test_an_aware_datetime_comes_back_in_utc(samples: kith.Database) -> None:
    vienna = datetime(2017, 7, 1, 12, 0, tzinfo=ZoneInfo("Europe/Vienna"))
    came = round_trip(samples, "moment", vienna)
    assert came == vienna
    assert came.tzinfo is UTC
    assert came.hour == 10


def test_a_datetime_outside_the_years_in_utc_overflows(samples: kith.Database) -> None:
    early = datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=1)))
    with pytest.raises(OverflowError):
        round_trip(samples, "moment", early)


def test_a_datetime_is_not_taken_for_a_date(samples: kith.Database) -> None:
    with pytest.raises(kith.ValidationError):
        round_trip(samples, "day", datetime(2017, 3, 1, 12, tzinfo=UTC))


def test_a_timedelta_too_long_overflows() -> None:
    with pytest.raises(OverflowError):
        kith.cel.evaluate("x", {"x": timedelta.max})


def test_lone_surrogates_are_refused(samples: kith.Database) -> None:
    with pytest.raises(UnicodeEncodeError):
        round_trip(samples, "name", "broken \ud800")
    with pytest.raises(UnicodeEncodeError), samples.transaction() as t:
        t.create("sample", {"\udfff": 1})


def test_buffers_numpy_like_integers_enums_and_records_are_taken(samples: kith.Database) -> None:
    class Color(enum.Enum):
        red = 1

    class Index:
        def __index__(self) -> int:
            return 7

    assert round_trip(samples, "blob", bytearray(b"ab")) == b"ab"
    with samples.transaction() as t:
        a = t.create("sample", name="a", blob=memoryview(b"abcdef")[::2], color=Color.red,
                     seats=Index())
        b = t.create("sample", name="b", parent=t.get(a), friends=[t.get(a)])
        assert t.get(a)["blob"] == b"ace"
        assert t.get(a)["color"] == "red"
        assert t.get(a)["seats"] == 7
        assert t.get(b)["parent"] == a
        assert t.get(b)["friends"] == [a]


@pytest.mark.parametrize("value", [object(), {1, 2}, 1j, {2.5: "x"}, range(3)])
def test_what_is_no_value_is_a_type_error(value: Any) -> None:
    with pytest.raises(TypeError):
        kith.cel.evaluate("x", {"x": value})


def test_a_list_that_holds_itself_ends() -> None:
    endless: list[Any] = []
    endless.append(endless)
    with pytest.raises(RecursionError):
        kith.cel.evaluate("x", {"x": endless})


def test_maps_whose_keys_python_confuses_are_refused() -> None:
    assert kith.cel.evaluate("{1: 'a', '1': 'b'}") == {1: "a", "1": "b"}
    with pytest.raises(kith.Unsupported, match="keys"):
        kith.cel.evaluate("{1: 'a', true: 'b'}")


def test_money_is_exact() -> None:
    assert kith.Money(5, "EUR") == kith.Money("5", "EUR")
    assert str(kith.Money("5.00", "EUR")) == "5.00 EUR"
    assert hash(kith.Money(5, "EUR")) == hash(kith.Money(Decimal(5), "EUR"))
    with pytest.raises(TypeError):
        kith.Money(0.1, "EUR")  # type: ignore[arg-type]
    with pytest.raises(kith.InvalidArgument):
        kith.cel.evaluate("x", {"x": kith.Money(1, "euro")})


def test_record_ids_are_text_with_a_number(samples: kith.Database) -> None:
    with samples.transaction() as t:
        ids = [t.create("sample", name=str(n)) for n in range(11)]
    second, tenth = ids[1], ids[9]
    assert str(second) == "sample:2"
    assert type(str(second)) is str
    assert repr(second) == "RecordId('sample:2')"
    assert (second.entity, second.number) == ("sample", 2)
    assert second.bits == (second.bits >> 48 << 48) + 2
    assert second == "sample:2"
    assert {second: 1}["sample:2"] == 1
    assert sorted([tenth, second]) == [second, tenth]  # by number, not as text
    assert tenth > second and second <= second and tenth >= second
    assert json.dumps(second) == '"sample:2"'
    copied = pickle.loads(pickle.dumps(second))
    assert (copied, copied.bits) == (second, second.bits)
    for change in ("bits", "other"):
        with pytest.raises(AttributeError):
            setattr(second, change, 1)
    assert samples.get("sample:2")["name"] == "1"
    assert kith.RecordId("sample:2") == second
