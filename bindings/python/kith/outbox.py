"""What is to be done outside, handed to the host at least once.

    def deliver(message: kith.OutboxMessage) -> None:
        smtp.send(message.payload, message_id=message.idempotency_key)

    session.deliver(deliver, topic="email")

kith sends nothing itself. A rule, or `Transaction.send`, writes a message in the transaction that
gives the reason; it stays until a host that leased it acknowledges it. Messages about the same
record are handed out in order, one at a time. A crash between delivery and acknowledgement
delivers again: receivers tell by the idempotency key, which one message has for ever and no two
messages share. `Session.deliver` does the leasing and acknowledging; programs with workers of
their own use `lease`, `acknowledge` and `refuse` of a Transaction.
"""
from __future__ import annotations

import inspect
import traceback
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal

from .errors import Conflict, InvalidArgument, NotFound
from .values import RecordId

if TYPE_CHECKING:
    from .sessions import Transaction

MessageState = Literal["pending", "leased", "dead"]


@dataclass(frozen=True, slots=True)
class OutboxMessage:
    """A message in the outbox."""

    sequence: int  #: its name in the outbox, ascending in order of writing
    topic: str  #: what kind of deliverer takes it: "email", "webhook", ...
    payload: dict[Any, Any]
    idempotency_key: str
    record: RecordId | None  #: what it is about; messages of one record keep their order
    created: datetime
    state: MessageState
    not_before: datetime  #: pending: not handed out earlier; leased: when the lease ends
    attempts: int  #: leases so far
    token: int  #: leased: that of the present lease, else 0
    last_error: str  #: of the last refusal
    run: int  #: the run of an automation that wrote it, or 0


class DeliveryFailed(Exception):
    """Raised by the handler of `Session.deliver` to say what becomes of the message.

    It is tried again after `retry_after`, or is given up at once with `dead`.
    """

    def __init__(self, error: str, *, retry_after: timedelta | None = None,
                 dead: bool = False) -> None:
        super().__init__(error)
        self.retry_after = retry_after
        self.dead = dead


@dataclass(frozen=True, slots=True)
class DeliveryResult:
    """What `Session.deliver` did."""

    delivered: int  #: acknowledged
    refused: int  #: the handler raised: to be tried again, or dead
    lost: int  #: the lease ran out before the handler returned: they will be handed out again
    more: bool  #: the limit was reached: there may be more to deliver


def lease_of(message: OutboxMessage | int, token: int | None) -> tuple[int, int]:
    """The sequence and the token of a leased message, or of these two numbers."""
    if isinstance(message, OutboxMessage):
        return message.sequence, message.token if token is None else token
    if token is None:
        raise InvalidArgument("give the message that was leased, or its sequence and its token")
    return message, token


def sequence_of(message: OutboxMessage | int) -> int:
    """The sequence of a message."""
    return message.sequence if isinstance(message, OutboxMessage) else message


def deliver(begin: Callable[[], Transaction], handler: Callable[[OutboxMessage], object],
            topic: str, limit: int, ttl: timedelta) -> DeliveryResult:
    """Hands messages to `handler`, one after the other.

    Each transaction settles one message and leases the next, so that no lease runs while another
    message is delivered, and a crash repeats one delivery at most.
    """
    if limit < 1:
        raise InvalidArgument(f"limit is 1 or more, not {limit}")
    if inspect.iscoroutinefunction(handler):  # it would count as delivered, and never run
        raise TypeError("a handler is an ordinary function; one of asyncio can be wrapped: "
                        "lambda message: asyncio.run(handler(message))")
    outcomes: Counter[str] = Counter()
    message: OutboxMessage | None = None
    failure: DeliveryFailed | None = None
    while True:
        with begin() as transaction:
            if message is not None:
                outcomes[_settle(transaction, message, failure)] += 1
            leased = transaction.lease(1, ttl, topic) if outcomes.total() < limit else []
        if not leased:
            return DeliveryResult(outcomes["delivered"], outcomes["refused"], outcomes["lost"],
                                  outcomes.total() == limit)
        message = leased[0]
        failure = _failure(handler, message)


def _failure(handler: Callable[[OutboxMessage], object],
             message: OutboxMessage) -> DeliveryFailed | None:
    try:
        handler(message)
    except DeliveryFailed as failure:
        return failure
    except Exception as error:  # whatever it is, the message's last_error tells it
        return DeliveryFailed("".join(traceback.format_exception_only(error)).strip())
    return None


def _settle(transaction: Transaction, message: OutboxMessage,
            failure: DeliveryFailed | None) -> str:
    try:
        if failure is None:
            transaction.acknowledge(message)
            return "delivered"
        # What UTF-8 cannot hold, a lone surrogate, is written as its escape.
        error = str(failure).encode("utf-8", "backslashreplace").decode("utf-8")
        transaction.refuse(message, error=error, retry_after=failure.retry_after,
                           dead=failure.dead)
        return "refused"
    except (Conflict, NotFound):  # another lease was given out meanwhile
        return "lost"
