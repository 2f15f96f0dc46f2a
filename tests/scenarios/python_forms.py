"""Values and results of the Python package as the scenarios write them: kith/json.hpp's forms."""
from __future__ import annotations

import base64
import json
import math
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import kith

NAMES_OF_FLOATS = {"inf": "Infinity", "-inf": "-Infinity", "nan": "NaN"}


def fraction(microseconds: int) -> str:
    return f".{microseconds:06}".rstrip("0") if microseconds else ""


def time_text(time: datetime) -> str:
    at = time.astimezone(UTC).replace(tzinfo=None)
    return at.isoformat(timespec="seconds") + fraction(at.microsecond) + "Z"


def span_text(span: timedelta) -> str:
    total = span // timedelta(microseconds=1)
    seconds, microseconds = divmod(abs(total), 1_000_000)
    return f"{'-' if total < 0 else ''}{seconds}{fraction(microseconds)}s"


def to_json(value: Any) -> str:
    """Any value of kith as JSON without blanks."""
    match value:
        case None | bool() | str():
            return json.dumps(value, ensure_ascii=False)
        case kith.TypeName():
            return to_json(value.name)
        case Decimal():
            return f"{value:f}"
        case int():
            return str(int(value))
        case float():
            return repr(value) if math.isfinite(value) else to_json(NAMES_OF_FLOATS[repr(value)])
        case kith.Money():
            return to_json({"amount": value.amount, "currency": value.currency})
        case datetime():
            return to_json(time_text(value))
        case date():
            return to_json(value.isoformat())
        case timedelta():
            return to_json(span_text(value))
        case bytes():
            return to_json(base64.b64encode(value).decode())
        case list() | tuple():
            return "[" + ",".join(map(to_json, value)) + "]"
        case dict():
            return "{" + ",".join(f"{to_json(k)}:{to_json(v)}" for k, v in value.items()) + "}"
    raise TypeError(f"no JSON for {value!r}")


def form(value: Any, *names: str, **members: Any) -> dict[str, Any]:
    """An object of attributes of a value, under their names, and of other members.

    References and times that are not there are left out, as kith/json.hpp does.
    """
    found = {name: getattr(value, name) for name in names}
    return {name: each for name, each in {**found, **members}.items() if each is not None}


def number(text: str) -> Decimal | float:
    """As kith reads JSON: a decimal when that is exact, else a double."""
    exact = Decimal(text)
    fits = int(exact.as_tuple().exponent) >= -18 and exact.adjusted() < 38
    return exact if fits else float(text)


def from_json(text: str) -> Any:
    return json.loads(text, parse_float=number)
