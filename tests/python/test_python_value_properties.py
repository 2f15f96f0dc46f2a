"""Whatever value goes through the engine comes back equal, and of its own type."""
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import kith
from hypothesis import given, settings
from hypothesis import strategies as st

decimals = st.builds(lambda digits, scale: Decimal(digits).scaleb(-scale),
                     st.integers(-(10**28) + 1, 10**28 - 1), st.integers(0, 18))
moments = st.datetimes(min_value=datetime(1, 1, 3), max_value=datetime(9999, 12, 29),
                       timezones=st.timezones() | st.just(UTC))
spans = st.timedeltas(min_value=timedelta(days=-100_000), max_value=timedelta(days=100_000))
scalars = (st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1)
           | st.floats(allow_nan=False) | decimals | st.text() | st.binary() | st.dates() | moments
           | spans | st.integers(0, 2**64 - 1).map(kith.Uint))
values = st.recursive(
    scalars, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=10)


def kinds(value: Any) -> Any:
    """The types in a value, which equality alone does not tell apart."""
    if isinstance(value, list):
        return [kinds(item) for item in value]
    if isinstance(value, dict):
        return {key: kinds(item) for key, item in value.items()}
    return type(value)


@settings(max_examples=150, deadline=None, database=None, derandomize=True)
@given(values)
def test_a_value_survives_the_engine(value: Any) -> None:
    came = kith.cel.evaluate("x", {"x": value})
    assert came == value
    assert kinds(came) == kinds(value)


@settings(max_examples=100, deadline=None, database=None, derandomize=True)
@given(moments)
def test_instants_do_not_depend_on_their_zone(moment: datetime) -> None:
    assert kith.cel.evaluate("x == y", {"x": moment, "y": moment.astimezone(UTC)}) is True
