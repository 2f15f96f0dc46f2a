"""The outbox: written with the reason, handed out at least once, in order for each record."""
from collections.abc import Iterator
from datetime import datetime, timedelta

import kith
import pytest
from python_samples import EVERY_TYPE, NOW

SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)


class Clock:
    """The time of the tests, which they move themselves."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def db(clock: Clock) -> Iterator[kith.Database]:
    with kith.create(":memory:", EVERY_TYPE, clock=clock, limits={"max_message_attempts": 3}) as db:
        with db.transaction() as t:
            t.create("sample", name="a")
            t.create("sample", name="b")
        yield db


def sent(db: kith.Database, *topics: str, record: str | None = None) -> list[int]:
    """Writes a message of each topic."""
    with db.transaction() as t:
        return [t.send(topic, {"n": n}, record=record) for n, topic in enumerate(topics)]


def waiting(db: kith.Database) -> list[kith.OutboxMessage]:
    with db.read() as snapshot:
        return snapshot.outbox()


def test_a_message_keeps_what_it_was_given(db: kith.Database) -> None:
    with db.transaction() as t:
        sequence = t.send("email", {"to": "ann@example.org", "about": ["a", 1, None]},
                          record="sample:1", idempotency_key="welcome-1", not_before=NOW + HOUR)
        assert [m.sequence for m in t.outbox()] == [sequence]
    (message,) = waiting(db)
    assert (message.sequence, message.topic, message.state) == (sequence, "email", "pending")
    assert message.payload == {"to": "ann@example.org", "about": ["a", 1, None]}
    assert (message.record, message.idempotency_key) == ("sample:1", "welcome-1")
    assert (message.created, message.not_before) == (NOW, NOW + HOUR)
    assert (message.attempts, message.token, message.last_error, message.run) == (0, 0, "", 0)


def test_it_lands_with_its_transaction_or_not_at_all(db: kith.Database) -> None:
    with pytest.raises(ZeroDivisionError), db.transaction() as t:
        t.send("email")
        1 / 0  # noqa: B018
    assert waiting(db) == []


def test_a_key_names_one_message(db: kith.Database) -> None:
    with db.transaction() as t:
        first = t.send("email", {"n": 1}, idempotency_key="k")
        assert t.send("email", {"n": 2}, idempotency_key="k") == first
    (message,) = waiting(db)
    assert message.payload == {"n": 1}
    sent(db, "email", "email")
    assert len({m.idempotency_key for m in waiting(db)}) == 3


def test_the_outbox_is_read_by_state_topic_and_page(db: kith.Database) -> None:
    first, second, third = sent(db, "email", "webhook", "email")
    with db.transaction() as t:
        assert [m.sequence for m in t.lease(1)] == [first]
    with db.read() as snapshot:
        assert [m.sequence for m in snapshot.outbox(state="leased")] == [first]
        assert [m.sequence for m in snapshot.outbox(state="pending")] == [second, third]
        assert snapshot.outbox(state="dead") == []
        assert [m.sequence for m in snapshot.outbox(topic="email")] == [first, third]
        assert [m.sequence for m in snapshot.outbox(after=first, limit=1)] == [second]
        with pytest.raises(kith.InvalidArgument, match="there are: pending, leased, dead"):
            snapshot.outbox(state="lost")  # type: ignore[arg-type]


def test_lease_and_acknowledge(db: kith.Database, clock: Clock) -> None:
    sent(db, "email")
    with db.transaction() as t:
        (message,) = t.lease(ttl=MINUTE)
    assert (message.state, message.attempts) == ("leased", 1)
    assert message.not_before == NOW + MINUTE
    with db.transaction() as t:
        assert t.lease() == []
        t.acknowledge(message)
    assert waiting(db) == []
    with pytest.raises(kith.NotFound), db.transaction() as t:
        t.acknowledge(message)


def test_an_old_lease_settles_nothing(db: kith.Database, clock: Clock) -> None:
    sent(db, "email")
    with db.transaction() as t:
        (old,) = t.lease(ttl=MINUTE)
    clock.now += 2 * MINUTE
    with db.transaction() as t:
        (new,) = t.lease(ttl=MINUTE)
        assert new.token > old.token
        with pytest.raises(kith.Conflict):
            t.acknowledge(old)
        with pytest.raises(kith.Conflict):
            t.refuse(old)
        t.acknowledge(new.sequence, new.token)
    assert waiting(db) == []


def test_a_lease_is_named_by_message_or_by_numbers(db: kith.Database) -> None:
    with db.transaction() as t:
        with pytest.raises(kith.InvalidArgument, match="its sequence and its token"):
            t.acknowledge(1)
        with pytest.raises(kith.InvalidArgument, match="its sequence and its token"):
            t.refuse(1)
        with pytest.raises(TypeError, match="timedelta"):
            t.lease(ttl=60)  # type: ignore[arg-type]


def test_a_refused_message_waits_and_dies(db: kith.Database, clock: Clock) -> None:
    sent(db, "email")
    for attempt in (1, 2, 3):
        with db.transaction() as t:
            (message,) = t.lease()
        with db.transaction() as t:
            t.refuse(message, error=f"no answer {attempt}", retry_after=HOUR)
        (message,) = waiting(db)
        assert (message.attempts, message.last_error) == (attempt, f"no answer {attempt}")
        with db.transaction() as t:
            assert t.lease() == []
        clock.now += HOUR
    assert message.state == "dead"
    with db.transaction() as t:
        t.revive(message)
    (message,) = waiting(db)
    assert (message.state, message.attempts) == ("pending", 0)


def test_a_message_can_be_given_up_at_once(db: kith.Database) -> None:
    (sequence,) = sent(db, "email")
    with db.transaction() as t:
        (message,) = t.lease()
        t.refuse(message.sequence, message.token, error="no such mailbox", dead=True)
    assert waiting(db)[0].state == "dead"
    with db.transaction() as t:
        t.discard(sequence)
        with pytest.raises(kith.NotFound):
            t.revive(sequence)
    assert waiting(db) == []


def test_messages_of_a_record_keep_their_order(db: kith.Database) -> None:
    first, second = sent(db, "one", "two", record="sample:1")
    (other,) = sent(db, "other", record="sample:2")
    with db.transaction() as t:
        leased = t.lease()
        assert [m.sequence for m in leased] == [first, other]
        t.acknowledge(leased[0])
        assert [m.sequence for m in t.lease()] == [second]


def test_deliver_hands_over_what_is_due(db: kith.Database) -> None:
    sent(db, "one", "two", "three", record="sample:1")
    seen: list[tuple[str, int]] = []

    def handler(message: kith.OutboxMessage) -> None:
        with db.transaction(timeout=0) as t:  # no transaction is open meanwhile
            t.update("sample:1", seats=len(seen))
        seen.append((message.topic, message.attempts))

    assert db.deliver(handler) == kith.DeliveryResult(delivered=3, refused=0, lost=0, more=False)
    assert seen == [("one", 1), ("two", 1), ("three", 1)]
    assert waiting(db) == []
    assert db.deliver(handler).delivered == 0


def test_deliver_keeps_to_its_topic_and_limit(db: kith.Database) -> None:
    sent(db, "email", "webhook", "email", "email")
    seen: list[kith.OutboxMessage] = []
    done = db.deliver(seen.append, "email", limit=2)
    assert (done.delivered, done.more) == (2, True)
    assert [m.topic for m in waiting(db)] == ["webhook", "email"]
    assert {m.state for m in waiting(db)} == {"pending"}
    with pytest.raises(kith.InvalidArgument, match="limit"):
        db.deliver(seen.append, limit=0)


def test_a_coroutine_function_is_no_handler(db: kith.Database) -> None:
    async def handler(message: kith.OutboxMessage) -> None: ...

    sent(db, "email")
    with pytest.raises(TypeError, match="ordinary function"):
        db.deliver(handler)
    assert waiting(db)[0].attempts == 0


def test_what_the_handler_raises_refuses_the_message(db: kith.Database, clock: Clock) -> None:
    sent(db, "email", "webhook")

    def handler(message: kith.OutboxMessage) -> None:
        if message.topic == "email":
            raise ConnectionError("no route to \ud800 host")

    done = db.session().deliver(handler)
    assert (done.delivered, done.refused, done.lost) == (1, 1, 0)
    (message,) = waiting(db)
    assert message.last_error == "ConnectionError: no route to \\ud800 host"
    assert (message.state, message.attempts) == ("pending", 1)
    assert message.not_before == NOW + 30 * SECOND
    assert db.deliver(handler).refused == 0  # not due yet
    clock.now += MINUTE
    assert db.deliver(lambda message: None).delivered == 1


def test_a_handler_says_when_to_try_again_or_never(db: kith.Database) -> None:
    sent(db, "later", "never")

    def handler(message: kith.OutboxMessage) -> None:
        if message.topic == "later":
            raise kith.DeliveryFailed("slow down", retry_after=HOUR)
        raise kith.DeliveryFailed("no such mailbox", dead=True)

    assert db.deliver(handler).refused == 2
    later, never = waiting(db)
    assert (later.state, later.not_before, later.last_error) == ("pending", NOW + HOUR, "slow down")
    assert (never.state, never.last_error) == ("dead", "no such mailbox")


def test_a_delivery_that_outlives_its_lease_is_lost(db: kith.Database, clock: Clock) -> None:
    sent(db, "email")
    seen: list[str] = []

    def slow(message: kith.OutboxMessage) -> None:
        seen.append(message.idempotency_key)
        if len(seen) == 1:
            clock.now += 2 * MINUTE
            with db.transaction() as t:  # another worker
                (again,) = t.lease()
            with db.transaction() as t:
                t.refuse(again, retry_after=timedelta(0))

    done = db.deliver(slow, ttl=MINUTE)
    assert (done.delivered, done.refused, done.lost) == (1, 0, 1)
    assert seen[0] == seen[1]  # what the receiver tells by
    assert waiting(db) == []


def test_an_interrupt_passes_through_and_the_message_comes_back(
        db: kith.Database, clock: Clock) -> None:
    sent(db, "email")

    def interrupted(message: kith.OutboxMessage) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        db.deliver(interrupted, ttl=MINUTE)
    assert waiting(db)[0].state == "leased"
    clock.now += 2 * MINUTE
    assert db.deliver(lambda message: None).delivered == 1
