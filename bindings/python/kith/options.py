"""What can be chosen for a session, a transaction, a tick, a delivery."""
from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields
from datetime import UTC, datetime, timedelta
from typing import Literal, TypedDict

from .errors import InvalidArgument

Clock = Callable[[], datetime]
Durability = Literal["full", "deferred"]


class TransactionOptions(TypedDict, total=False):
    """The keywords of a transaction; Session.transaction explains them."""

    effective_at: datetime | None
    durability: Durability
    cause: str
    timeout: float


class TickOptions(TypedDict, total=False):
    """The keywords of a tick; Session.tick explains them."""

    max_runs: int
    keep: timedelta
    durability: Durability
    timeout: float


class DeliverOptions(TypedDict, total=False):
    """The keywords of a delivery; Session.deliver explains them."""

    limit: int
    ttl: timedelta
    now: datetime | None
    timeout: float


def system_clock() -> datetime:
    """The time of this computer, in UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a session may do beyond the ordinary; use of one is logged."""

    backdate: bool = False  #: say when a write took effect
    pipeline_override: bool = False  #: move past the guards and requirements of a pipeline
    purge: bool = False  #: erase a record for ever
    change_model: bool = False  #: apply a model, repair a database
    trim_history: bool = False  #: drop old history for good

    @classmethod
    def all(cls) -> Capabilities:
        """Every capability there is."""
        return cls(True, True, True, True, True)

    @classmethod
    def of(cls, names: Iterable[str]) -> Capabilities:
        """By name: ``Capabilities.of(["backdate"])``."""
        known = [field.name for field in fields(cls)]
        wanted = list(names)
        for name in wanted:
            if name not in known:
                raise InvalidArgument(
                    f"there is no capability {name!r}; there are: {', '.join(known)}")
        return cls(**dict.fromkeys(wanted, True))


def is_deferred(durability: Durability) -> bool:
    """Whether it is "deferred"; another word than the two is an error."""
    if durability not in ("full", "deferred"):
        raise InvalidArgument(f"durability is \"full\" or \"deferred\", not {durability!r}")
    return durability == "deferred"
