"""The values of fields and expressions that Python has no type of its own for.

============  =======================================================================
kith          Python
============  =======================================================================
bool, text    bool, str
int, double   int (64 bits, else OverflowError), float
decimal       decimal.Decimal, exact both ways; never through a float
money         Money(amount, currency)
date          datetime.date
timestamp     datetime.datetime, aware; comes back in UTC. A naive one is refused.
              With nanoseconds, which expressions have: Timestamp, a datetime
duration      datetime.timedelta; with nanoseconds: Duration, a timedelta
bytes         bytes
choice        str, the option's name; a multi-choice is a list of them
reference     RecordId; any str "deal:42" is taken too
list, map     list, dict
uint, type    Uint, TypeName: in expressions only
optional      Opt: in expressions only
null          None
============  =======================================================================
"""
from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final, SupportsIndex

__all__ = ["Money", "Opt", "RecordId", "TypeName", "Uint"]


class RecordId(str):
    """The name of a record for ever: the text ``deal:42`` together with its number.

    It is a str, so it can be printed, stored, hashed and compared with ``"deal:42"``. Ids are
    ordered by type, then by number: ``deal:9`` comes before ``deal:10``. `bits` is 0 for an id
    that was made from text alone; only a database knows the number of a type.
    """

    __slots__ = ("bits",)
    bits: int

    def __new__(cls, text: str, bits: int = 0) -> RecordId:
        self = super().__new__(cls, text)
        object.__setattr__(self, "bits", bits)
        return self

    @property
    def entity(self) -> str:
        """The entity type: "deal"."""
        return self.partition(":")[0]

    @property
    def number(self) -> int:
        """The record's number within its type: 42."""
        return int(self.rpartition(":")[2])

    def __setattr__(self, name: str, value: Any) -> None:
        raise AttributeError("a RecordId cannot be changed")

    def __delattr__(self, name: str) -> None:
        raise AttributeError("a RecordId cannot be changed")

    def __repr__(self) -> str:
        return f"RecordId({super().__repr__()})"

    def __reduce__(self) -> tuple[type[RecordId], tuple[str, int]]:
        return RecordId, (str(self), self.bits)

    def _order(self) -> tuple[str, int, str]:
        entity, _, number = self.partition(":")
        return (entity, int(number), "") if number.isdecimal() else (entity, 0, number)

    def __lt__(self, other: str) -> bool:
        if isinstance(other, RecordId):
            return self._order() < other._order()
        return super().__lt__(other)

    def __le__(self, other: str) -> bool:
        return self == other or self < other

    def __gt__(self, other: str) -> bool:
        if isinstance(other, RecordId):
            return other._order() < self._order()
        return super().__gt__(other)

    def __ge__(self, other: str) -> bool:
        return self == other or self > other


@dataclass(frozen=True, slots=True, init=False)
class Money:
    """An exact amount in a currency: ``Money("12.50", "EUR")``.

    The amount is a Decimal, an int, or a str; a float is refused, because it is not exact.
    """

    amount: Decimal
    currency: str

    def __init__(self, amount: Decimal | int | str, currency: str) -> None:
        if isinstance(amount, float):
            raise TypeError("the amount of a Money is a Decimal, an int or a str, not a float")
        object.__setattr__(self, "amount", Decimal(amount))
        object.__setattr__(self, "currency", currency)

    def __str__(self) -> str:
        return f"{self.amount} {self.currency}"

    def __reduce__(self) -> tuple[type[Money], tuple[Decimal, str]]:
        return Money, (self.amount, self.currency)


class Uint(int):
    """An unsigned integer of the expression language, as in ``1u``."""

    def __new__(cls, value: SupportsIndex) -> Uint:
        self = super().__new__(cls, value)
        if not 0 <= self < 1 << 64:
            raise OverflowError("a Uint is from 0 to 18446744073709551615")
        return self

    def __repr__(self) -> str:
        return f"Uint({int(self)})"


@dataclass(frozen=True, slots=True)
class TypeName:
    """A type as a value of the expression language: ``type(1)`` is ``TypeName("int")``."""

    name: str

    def __str__(self) -> str:
        return self.name


class _Nothing:
    """What an Opt without a value holds."""

    def __repr__(self) -> str:
        return ""

    def __reduce__(self) -> str:
        return "_NOTHING"


_NOTHING: Final = _Nothing()


@dataclass(frozen=True, slots=True, repr=False)
class Opt:
    """A value of the expression language that may be there or not.

    ``Opt(1)`` is ``optional.of(1)`` and ``Opt()`` is ``optional.none()``; ``Opt(None)`` holds a
    null.
    """

    _held: Any = _NOTHING

    @property
    def present(self) -> bool:
        """Whether it holds a value."""
        return self._held is not _NOTHING

    @property
    def value(self) -> Any:
        """What it holds; ValueError when that is nothing."""
        if self._held is _NOTHING:
            raise ValueError("the optional holds nothing")
        return self._held

    def or_else(self, other: Any) -> Any:
        """What it holds, or `other`."""
        return other if self._held is _NOTHING else self._held

    def __repr__(self) -> str:
        return f"Opt({self._held!r})"
