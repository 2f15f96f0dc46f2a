"""Pools: many databases, few of them open at a time."""
import pathlib
import threading
import warnings

import kith
import pytest
from python_samples import fixed_clock


@pytest.fixture
def tenants(tmp_path: pathlib.Path) -> list[pathlib.Path]:
    paths = [tmp_path / f"tenant{n}" for n in range(3)]
    for path in paths:
        with kith.create(path, clock=fixed_clock) as db, db.transaction() as t:
            t.create("account", name=path.name)
    return paths


def test_databases_stay_open_until_others_need_their_place(tenants: list[pathlib.Path]) -> None:
    with kith.DatabasePool(max_open=2, clock=fixed_clock) as pool:
        for path in tenants:
            with pool.open(path) as db:
                assert isinstance(db, kith.Database)
                assert db.query("account", select="name").column("name") == [path.name]
                assert pool.stats().in_use == 1
        assert pool.stats() == kith.PoolStats(open=2, in_use=0, opened=3, closed=1)
        with pool.open(tenants[2]):
            assert pool.stats().opened == 3  # found open
        assert pool.close_idle() == 2
        assert pool.stats() == kith.PoolStats(0, 0, 3, 3)
        with pool.open(tenants[0]) as db, db.transaction() as t:
            t.update("account:1", name="by its clock")
    with kith.open(tenants[0]) as db, db.read() as snapshot:
        assert snapshot.history("account:1")[0].at == fixed_clock()


def test_a_pool_that_is_all_in_use_is_busy(tenants: list[pathlib.Path]) -> None:
    with kith.DatabasePool(max_open=1) as pool, pool.open(tenants[0]) as first:
        with pytest.raises(kith.Busy):
            pool.open(tenants[1])
        with pool.open(tenants[0]) as again:
            assert again.info().path == first.info().path
        first.close()
        with pool.open(tenants[1]) as second:
            assert not second.closed


def test_errors_and_options_are_those_of_open(tenants: list[pathlib.Path],
                                              tmp_path: pathlib.Path) -> None:
    with kith.DatabasePool(read_only=True, limits={"max_result_rows": 1}) as pool:
        with pytest.raises(kith.NotFound):
            pool.open(tmp_path / "nowhere")
        with pytest.raises(ValueError, match="null byte"):
            pool.open("a\0b")
        with pool.open(tenants[0]) as db, pytest.raises(kith.ReadOnly):
            db.transaction()
    with pytest.raises(TypeError, match="no_such"):
        kith.DatabasePool(limits={"no_such": 1})
    with pytest.raises(TypeError):
        kith.DatabasePool(max_open=-1)


def test_a_closed_pool(tenants: list[pathlib.Path]) -> None:
    pool = kith.DatabasePool()
    db = pool.open(tenants[0])
    pool.close()
    pool.close()
    assert pool.closed
    for call in (lambda: pool.open(tenants[0]), pool.close_idle, pool.stats):
        with pytest.raises(kith.Closed):
            call()
    assert db.get("account:1")["name"] == "tenant0"  # it stays good
    db.close()
    with kith.open(tenants[0]):
        pass


@pytest.mark.filterwarnings("default")
def test_a_pool_that_is_left_open_warns() -> None:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        pool = kith.DatabasePool()
        del pool
    assert [each.category for each in caught] == [ResourceWarning]


def test_any_thread_may_use_it(tenants: list[pathlib.Path]) -> None:
    counts: list[int] = []
    with kith.DatabasePool(max_open=2) as pool:
        def work() -> None:
            for n in range(12):
                try:
                    with pool.open(tenants[n % 3]) as db:
                        counts.append(len(db.query("account")))
                except kith.Busy:
                    counts.append(1)

        threads = [threading.Thread(target=work) for _ in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert pool.stats().in_use == 0
    assert counts == [1] * 36
