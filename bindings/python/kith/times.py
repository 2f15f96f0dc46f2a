"""Instants and spans with nanoseconds, which expressions have and Python's datetime has not.

    moment = kith.cel.evaluate("timestamp('2024-01-01T00:00:00.123456789Z')")
    moment.microsecond, moment.nanosecond                     # 123456, 789

Both are what they extend, and equal to it when they have no nanoseconds; kith gives them only for
values that have some.
"""
from __future__ import annotations

from datetime import datetime, timedelta, tzinfo
from typing import Any, SupportsIndex, overload

__all__ = ["Duration", "Timestamp"]


def _check_nanosecond(nanosecond: int) -> int:
    if not 0 <= nanosecond <= 999:
        raise ValueError("nanosecond is what is beyond the microsecond: 0 to 999")
    return nanosecond


class Duration(timedelta):
    """A timedelta that also has `nanosecond`, 0 to 999 more than its microseconds.

    The expression language counts nanoseconds. Only sums, differences and comparisons keep them;
    the rest of a timedelta, total_seconds() too, knows microseconds. So does a plain datetime that
    it is added to: write ``Timestamp.of(moment) + span``.
    """

    __slots__ = ("_nanosecond",)
    _nanosecond: int

    def __new__(cls, days: float = 0, seconds: float = 0, microseconds: float = 0,
                milliseconds: float = 0, minutes: float = 0, hours: float = 0, weeks: float = 0, *,
                nanosecond: int = 0) -> Duration:
        self = super().__new__(cls, days, seconds, microseconds, milliseconds, minutes, hours,
                               weeks)
        self._nanosecond = _check_nanosecond(nanosecond)
        return self

    @classmethod
    def of(cls, whole: timedelta, nanosecond: int = 0) -> Duration:
        """The microseconds of `whole`, and these nanoseconds."""
        return cls(whole.days, whole.seconds, whole.microseconds, nanosecond=nanosecond)

    @property
    def nanosecond(self) -> int:
        """0 to 999."""
        return self._nanosecond

    def total_nanoseconds(self) -> int:
        """All of it, exactly."""
        return _nanoseconds(self)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, timedelta):
            return NotImplemented
        return _nanoseconds(self) == _nanoseconds(other)

    def __ne__(self, other: object) -> bool:  # else it would be that of the class that is extended
        return not self == other

    def __hash__(self) -> int:
        whole = super().__hash__()
        return hash((whole, self._nanosecond)) if self._nanosecond else whole

    def __lt__(self, other: timedelta) -> bool:
        return _nanoseconds(self) < _nanoseconds(other)

    def __le__(self, other: timedelta) -> bool:
        return _nanoseconds(self) <= _nanoseconds(other)

    def __gt__(self, other: timedelta) -> bool:
        return _nanoseconds(self) > _nanoseconds(other)

    def __ge__(self, other: timedelta) -> bool:
        return _nanoseconds(self) >= _nanoseconds(other)

    def __add__(self, other: timedelta) -> Duration:
        if not isinstance(other, timedelta):
            return NotImplemented
        return _duration(_nanoseconds(self) + _nanoseconds(other))

    __radd__ = __add__

    def __sub__(self, other: timedelta) -> Duration:
        if not isinstance(other, timedelta):
            return NotImplemented
        return _duration(_nanoseconds(self) - _nanoseconds(other))

    def __rsub__(self, other: timedelta) -> Duration:
        if not isinstance(other, timedelta):
            return NotImplemented
        return _duration(_nanoseconds(other) - _nanoseconds(self))

    def __neg__(self) -> Duration:
        return _duration(-_nanoseconds(self))

    def __abs__(self) -> Duration:
        return _duration(abs(_nanoseconds(self)))

    def __bool__(self) -> bool:
        return _nanoseconds(self) != 0

    def __repr__(self) -> str:
        return (f"Duration(days={self.days}, seconds={self.seconds}, "
                f"microseconds={self.microseconds}, nanosecond={self._nanosecond})")

    def __str__(self) -> str:
        text = super().__str__()
        if not self._nanosecond:
            return text
        return f"{text if self.microseconds else text + '.000000'}{self._nanosecond:03}"

    def __reduce__(self) -> tuple[Any, ...]:
        return _restore, (Duration, timedelta(self.days, self.seconds, self.microseconds),
                          self._nanosecond)


def _nanoseconds(span: timedelta) -> int:
    whole = (span.days * 86_400 + span.seconds) * 1_000_000 + span.microseconds
    return whole * 1000 + (span.nanosecond if isinstance(span, Duration) else 0)


def _duration(nanoseconds: int) -> Duration:
    microseconds, rest = divmod(nanoseconds, 1000)
    return Duration(microseconds=microseconds, nanosecond=rest)


class Timestamp(datetime):
    """A datetime that also has `nanosecond`, 0 to 999 beyond its microsecond.

    The expression language counts nanoseconds; records keep microseconds. Comparing, adding and
    subtracting, replace(), astimezone() and isoformat() keep them; the other methods of datetime
    know microseconds.
    """

    __slots__ = ("_nanosecond",)
    _nanosecond: int

    def __new__(cls, year: SupportsIndex, month: SupportsIndex, day: SupportsIndex,
                hour: SupportsIndex = 0, minute: SupportsIndex = 0, second: SupportsIndex = 0,
                microsecond: SupportsIndex = 0, tzinfo: tzinfo | None = None, *, fold: int = 0,
                nanosecond: int = 0) -> Timestamp:
        self = super().__new__(cls, year, month, day, hour, minute, second, microsecond, tzinfo,
                               fold=fold)
        self._nanosecond = _check_nanosecond(nanosecond)
        return self

    @classmethod
    def of(cls, whole: datetime, nanosecond: int = 0) -> Timestamp:
        """The instant of `whole`, and these nanoseconds."""
        return cls(whole.year, whole.month, whole.day, whole.hour, whole.minute, whole.second,
                   whole.microsecond, whole.tzinfo, fold=whole.fold, nanosecond=nanosecond)

    @property
    def nanosecond(self) -> int:
        """0 to 999."""
        return self._nanosecond

    def _whole(self) -> datetime:
        return datetime(self.year, self.month, self.day, self.hour, self.minute, self.second,
                        self.microsecond, self.tzinfo, fold=self.fold)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, datetime):
            return NotImplemented
        return super().__eq__(other) and self._nanosecond == _beyond(other)

    def __ne__(self, other: object) -> bool:  # else it would be that of the class that is extended
        return not self == other

    def __hash__(self) -> int:
        whole = super().__hash__()
        return hash((whole, self._nanosecond)) if self._nanosecond else whole

    def __lt__(self, other: datetime) -> bool:  # type: ignore[override]
        if not isinstance(other, datetime):
            return NotImplemented
        return self._nanosecond < _beyond(other) if super().__eq__(other) else super().__lt__(other)

    def __gt__(self, other: datetime) -> bool:  # type: ignore[override]
        if not isinstance(other, datetime):
            return NotImplemented
        return self._nanosecond > _beyond(other) if super().__eq__(other) else super().__gt__(other)

    def __le__(self, other: datetime) -> bool:  # type: ignore[override]
        return self < other or self == other

    def __ge__(self, other: datetime) -> bool:  # type: ignore[override]
        return self > other or self == other

    def __add__(self, other: timedelta) -> Timestamp:
        if not isinstance(other, timedelta):
            return NotImplemented
        span = _duration(_nanoseconds(other) + self._nanosecond)
        return Timestamp.of(self._whole() + _microseconds(span), span.nanosecond)

    __radd__ = __add__

    @overload  # type: ignore[override]
    def __sub__(self, other: timedelta) -> Timestamp: ...
    @overload
    def __sub__(self, other: datetime) -> Duration: ...
    def __sub__(self, other: timedelta | datetime) -> Timestamp | Duration:
        if isinstance(other, timedelta):
            return self + -Duration.of(other, _nanoseconds(other) % 1000)
        if not isinstance(other, datetime):
            return NotImplemented
        whole = other._whole() if isinstance(other, Timestamp) else other
        return _duration(_nanoseconds(self._whole() - whole) + self._nanosecond - _beyond(other))

    def __rsub__(self, other: datetime) -> Duration:
        if not isinstance(other, datetime):
            return NotImplemented
        return -(self - other)

    def astimezone(self, tz: tzinfo | None = None) -> Timestamp:
        """The same instant in another zone."""
        return Timestamp.of(self._whole().astimezone(tz), self._nanosecond)

    def replace(self, *parts: Any, nanosecond: int | None = None, **named: Any) -> Timestamp:
        """As datetime.replace(); `nanosecond`, too."""
        return Timestamp.of(self._whole().replace(*parts, **named),
                            self._nanosecond if nanosecond is None else nanosecond)

    def isoformat(self, sep: str = "T", timespec: str = "auto") -> str:
        """As datetime.isoformat(), with nine digits when there are nanoseconds."""
        if timespec != "auto" or not self._nanosecond:
            return self._whole().isoformat(sep, timespec)
        text = self._whole().isoformat(sep, "microseconds")
        digits = len("2000-01-01T00:00:00.000000")
        return f"{text[:digits]}{self._nanosecond:03}{text[digits:]}"

    def __str__(self) -> str:
        return self.isoformat(" ")

    def __repr__(self) -> str:
        return f"Timestamp.of({self._whole()!r}, {self._nanosecond})"

    def __reduce_ex__(self, protocol: SupportsIndex) -> tuple[Any, ...]:
        return _restore, (Timestamp, self._whole(), self._nanosecond)


def _beyond(moment: datetime) -> int:
    return moment.nanosecond if isinstance(moment, Timestamp) else 0


def _microseconds(span: timedelta) -> timedelta:
    return timedelta(span.days, span.seconds, span.microseconds)


def _restore(kind: type[Timestamp] | type[Duration], whole: Any, nanosecond: int) -> Any:
    return kind.of(whole, nanosecond)
