"""Writing in a function, in a commit that is shared with other threads."""
import gc
import pathlib
import threading
from collections.abc import Callable

import kith
import pytest
from python_samples import EVERY_TYPE, NOW, fixed_clock


def names(db: kith.Database) -> list[str]:
    return db.query("sample", select="name", order_by="name").column("name")


def test_what_the_function_writes_lands(samples: kith.Database) -> None:
    made: list[kith.RecordId] = []

    def body(t: kith.Transaction) -> None:
        made.append(t.create("sample", name="a"))
        assert t.get(made[0])["name"] == "a"

    sequence = samples.write(body, cause="ticket 7")
    assert names(samples) == ["a"]
    with samples.read() as snapshot:
        change, = snapshot.history(made[0])
    assert (change.sequence, change.cause, change.at) == (sequence, "ticket 7", NOW)
    assert samples.write(lambda t: t.update(made[0], name="a")) == 0
    with samples.session() as session:
        assert session.write(lambda t: t.update(made[0], name="b"), NOW) > sequence


def test_an_exception_undoes_and_is_raised_as_itself(samples: kith.Database) -> None:
    class Mine(BaseException):
        pass

    for error in (Mine("why"), KeyboardInterrupt(), ValueError("x"), kith.Conflict("no")):
        def body(t: kith.Transaction, error: BaseException = error) -> None:
            t.create("sample", name="gone")
            raise error

        with pytest.raises(type(error)) as caught:
            samples.write(body)
        assert caught.value is error
    with pytest.raises(kith.ValidationError) as refused:
        samples.write(lambda t: t.create("sample", seats=-1))
    assert {violation.field for violation in refused.value.violations} >= {"name"}
    assert names(samples) == []
    assert samples.info().last_sequence == 0


def test_a_refused_write_may_be_caught_in_the_function(samples: kith.Database) -> None:
    def body(t: kith.Transaction) -> None:
        with pytest.raises(kith.ValidationError):
            t.create("sample", name="b", seats=-1)
        t.create("sample", name="a")

    samples.write(body)
    assert names(samples) == ["a"]


def test_the_function_does_not_end_its_transaction(samples: kith.Database) -> None:
    endings: list[Callable[[kith.Transaction], object]] = [
        kith.Transaction.commit, kith.Transaction.abort, kith.Transaction.close,
        lambda t: t.__exit__(None, None, None)]
    for end in endings:
        with pytest.raises(kith.InvalidArgument, match="write"):
            samples.write(end)

    def body(t: kith.Transaction) -> None:
        for end in endings:
            with pytest.raises(kith.InvalidArgument):
                end(t)
        t.create("sample", name="a")

    assert samples.write(body) == 1


def test_a_transaction_that_is_kept_is_closed(samples: kith.Database) -> None:
    kept: list[kith.Transaction] = []
    samples.write(kept.append)
    assert kept[0].closed
    with pytest.raises(kith.Closed):
        kept[0].create("sample", name="late")
    kept[0].close()
    kept.clear()
    gc.collect()  # and no ResourceWarning


def test_another_thread_cannot_use_it(samples: kith.Database) -> None:
    raised: list[BaseException] = []

    def body(t: kith.Transaction) -> None:
        def use() -> None:
            try:
                t.create("sample", name="x")
            except kith.Error as error:
                raised.append(error)

        thread = threading.Thread(target=use)
        thread.start()
        thread.join()

    samples.write(body)
    assert [type(error) for error in raised] == [kith.WrongThread]


def test_mistakes_in_the_call(samples: kith.Database) -> None:
    async def body(t: kith.Transaction) -> None:
        raise AssertionError

    with pytest.raises(TypeError, match="asyncio"):
        samples.write(body)
    with pytest.raises(TypeError):
        samples.write(7)  # type: ignore[arg-type]
    with pytest.raises(kith.InvalidArgument, match="durability"):
        samples.write(print, durability="none")  # type: ignore[arg-type]
    with pytest.raises(kith.PermissionDenied):
        samples.write(print, effective_at=NOW.replace(year=2016))
    session = samples.session()
    session.close()
    with pytest.raises(kith.Closed):
        session.write(print)


def test_threads_share_commits_and_fail_for_themselves(tmp_path: pathlib.Path) -> None:
    each, threads = 20, 4
    refused: list[str] = []

    with kith.create(tmp_path / "crm", EVERY_TYPE, clock=fixed_clock) as db:
        def work(thread: int) -> None:
            for n in range(each):
                name = f"{thread}-{n:02}"

                def body(t: kith.Transaction, name: str = name, n: int = n) -> None:
                    t.create("sample", name=name)
                    if n % 5 == 4:
                        raise LookupError(name)

                try:
                    db.write(body)
                except LookupError as error:
                    refused.append(str(error))

        workers = [threading.Thread(target=work, args=(n,)) for n in range(threads)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        every = {f"{thread}-{n:02}" for thread in range(threads) for n in range(each)}
        assert len(refused) == threads * each // 5
        assert set(names(db)) == every - set(refused)
        assert db.check().clean
    with kith.open(tmp_path / "crm") as db:
        assert len(names(db)) == threads * each * 4 // 5
