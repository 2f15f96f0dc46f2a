"""Handles close, end with their `with` block, and keep to their thread and process."""
import gc
import io
import os
import pathlib
import pickle
import subprocess
import sys
import threading
import time
import warnings
from collections.abc import Callable

import kith
import pytest
from python_samples import NOW


def test_a_transaction_commits_on_a_clean_exit(samples: kith.Database) -> None:
    with samples.transaction() as t:
        id = t.create("sample", name="kept")
    assert t.closed
    assert t.committed_sequence == samples.get(id).version
    assert samples.get(id)["name"] == "kept"


def test_a_transaction_is_undone_by_an_exception(samples: kith.Database) -> None:
    with pytest.raises(ZeroDivisionError), samples.transaction() as t:
        t.create("sample", name="gone")
        1 / 0  # noqa: B018
    assert t.closed
    assert len(samples.query("sample")) == 0


def test_a_transaction_may_be_ended_inside_its_block(samples: kith.Database) -> None:
    with samples.transaction() as t:
        t.create("sample", name="gone")
        t.abort()
        t.abort()
    with samples.transaction() as t:
        t.create("sample", name="kept")
        assert t.commit() > 0
    assert samples.query("sample", select="name").column("name") == ["kept"]


def test_a_refused_write_leaves_the_transaction_usable(samples: kith.Database) -> None:
    with samples.transaction() as t:
        t.create("sample", name="a")
        with pytest.raises(kith.ValidationError):
            t.create("sample", name="b", seats=-1)
        t.create("sample", name="c")
    assert samples.query("sample", select="name").column("name") == ["a", "c"]


def test_writing_nothing_leaves_no_trace(samples: kith.Database) -> None:
    with samples.transaction() as t:
        id = t.create("sample", name="a", seats=1)
    before = samples.info().last_sequence
    with samples.transaction() as t:
        t.update(id, seats=1)
    assert t.committed_sequence == 0
    assert samples.info().last_sequence == before


def test_everything_raises_closed_after_close(samples: kith.Database) -> None:
    session = samples.session()
    snapshot = session.read()
    transaction = session.transaction()
    samples.close()
    samples.close()
    calls: list[Callable[[], object]] = [
        samples.info, samples.entities, lambda: samples.model, samples.session, samples.read,
        samples.transaction, lambda: samples.apply_model({"kith_model": 1}),
        lambda: samples.query("sample"),
        session.read, session.transaction,
        lambda: snapshot.get("sample:1"), lambda: snapshot.query("sample"), snapshot.reports,
        lambda: transaction.create("sample", name="x"), transaction.commit,
        lambda: transaction.get("sample:1"), lambda: transaction.delete("sample:1"),
        samples.tick, session.tick, lambda: session.deliver(print), snapshot.pipelines,
        snapshot.automations, snapshot.runs, snapshot.next_due, snapshot.outbox,
        lambda: snapshot.timeline("sample:1"), lambda: snapshot.possible_moves("sample:1"),
        lambda: snapshot.stage_history("sample:1"), lambda: transaction.move("sample:1", "x"),
        lambda: transaction.capture("form"), lambda: transaction.receive("paid"),
        lambda: transaction.cancel_run(1), lambda: transaction.send("email"), transaction.lease,
        lambda: transaction.acknowledge(1, 1), lambda: transaction.refuse(1, 1),
        lambda: transaction.revive(1), lambda: transaction.discard(1),
        samples.check, lambda: samples.backup("x"), lambda: samples.dump(io.BytesIO()),
        lambda: samples.wait(0, 0), lambda: samples.write(print), lambda: session.write(print),
        lambda: session.read(as_of=NOW), lambda: session.read(change=1),
        lambda: session.trim_history(NOW), snapshot.changes, snapshot.cursors,
        lambda: snapshot.cursor("x"), lambda: transaction.undo(1),
        lambda: transaction.save_cursor("x", 1), lambda: transaction.drop_cursor("x"),
    ]
    for call in calls:
        with pytest.raises(kith.Closed):
            call()
    assert samples.closed and session.closed and snapshot.closed and transaction.closed
    for handle in (session, snapshot, transaction):
        handle.close()


def test_a_closed_database_frees_its_directory(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "crm"
    with kith.create(path) as db:
        session = db.session()
        snapshot = session.read()
        with session.transaction() as t:
            t.create("account", name="Acme")
    assert snapshot.closed
    held = [os.readlink(f"/proc/self/fd/{fd}") for fd in os.listdir("/proc/self/fd")
            if os.path.exists(f"/proc/self/fd/{fd}")]
    assert not [name for name in held if name.startswith(str(path))]
    with kith.open(path) as db:
        assert db.query("account", select="name").column("name") == ["Acme"]


def test_a_snapshot_does_not_see_later_writes(samples: kith.Database) -> None:
    with samples.read() as before:
        with samples.transaction() as t:
            id = t.create("sample", name="later")
            assert t.get(id)["name"] == "later"  # a transaction sees its own writes
            assert len(before.query("sample")) == 0
        assert len(before.query("sample")) == 0
    assert len(samples.query("sample")) == 1


@pytest.mark.filterwarnings("default")
def test_unclosed_handles_warn(samples: kith.Database) -> None:
    for make in (samples.read, samples.transaction, lambda: kith.create(":memory:")):
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            handle = make()
            del handle
            gc.collect()
        assert [w.category for w in caught] == [ResourceWarning], make
    with samples.transaction() as t:  # the collected transaction let go of its turn
        t.create("sample", name="next")


def test_handles_cannot_be_pickled(samples: kith.Database) -> None:
    with samples.read() as snapshot, samples.transaction() as t:
        for handle in (samples, samples.session(), snapshot, t):
            with pytest.raises(TypeError, match="pass the path"):
                pickle.dumps(handle)


def in_thread(work: Callable[[], object]) -> BaseException | None:
    """What `work` raised on another thread."""
    raised: list[BaseException] = []

    def run() -> None:
        try:
            work()
        except BaseException as error:
            raised.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join(30)
    assert not thread.is_alive()
    return raised[0] if raised else None


def test_a_transaction_belongs_to_its_thread(samples: kith.Database) -> None:
    with samples.transaction() as t:
        for work in (lambda: t.create("sample", name="x"), lambda: t.get("sample:1"), t.abort):
            assert isinstance(in_thread(work), kith.WrongThread)
        t.create("sample", name="mine")
    assert len(samples.query("sample")) == 1


def test_snapshots_and_sessions_may_be_used_by_any_thread(samples: kith.Database) -> None:
    session = samples.session()
    with samples.transaction() as t:
        id = t.create("sample", name="a")
    with session.read() as snapshot:
        failures = []
        threads = [threading.Thread(target=lambda: failures.extend(
            1 for _ in range(200) if snapshot.get(id)["name"] != "a")) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
        assert failures == []

    def write() -> None:
        with session.transaction() as writer:
            writer.create("sample", name="from a thread")

    assert in_thread(write) is None
    assert len(samples.query("sample")) == 2


def test_waiting_for_the_writer_lets_other_threads_run(samples: kith.Database) -> None:
    begun, raised = threading.Event(), []

    def wait_for_turn() -> None:
        begun.set()
        try:
            samples.transaction(timeout=0.3)
        except kith.Busy as error:
            raised.append(error)

    with samples.transaction():
        thread = threading.Thread(target=wait_for_turn)
        thread.start()
        assert begun.wait(30)
        steps = 0
        while thread.is_alive():
            time.sleep(0.005)  # would stand still if the waiting thread kept the GIL
            steps += 1
        thread.join()
    assert len(raised) == 1
    assert steps > 10


def child_of_fork(work: Callable[[], None]) -> int:
    """The exit code of a forked child that runs `work`."""
    pid = os.fork()
    if pid == 0:
        try:
            work()
            os._exit(0)
        except BaseException as error:
            print(f"in the child: {error!r}", file=sys.stderr, flush=True)
            os._exit(1)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # fork() in a process with threads
@pytest.mark.parametrize("path", [":memory:", "crm"])
def test_handles_are_dead_in_a_forked_child(tmp_path: pathlib.Path, path: str) -> None:
    where = path if path == ":memory:" else str(tmp_path / path)
    with kith.create(where) as db:
        session = db.session()
        snapshot = session.read()
        transaction = session.transaction()
        transaction.create("account", name="Acme")

        def work() -> None:
            calls: list[Callable[[], object]] = [
                db.info, session.read, lambda: snapshot.query("account"), session.tick,
                snapshot.outbox, transaction.lease, lambda: transaction.send("email"),
                lambda: transaction.create("account", name="x"), transaction.commit,
                db.check, lambda: db.wait(0, 0), lambda: db.write(print),
                lambda: db.read(change=1), snapshot.changes, lambda: transaction.undo(1)]
            for call in calls:
                with pytest.raises(kith.Forked, match="open the database again"):
                    call()
            for handle in (transaction, snapshot, session, db):
                handle.close()  # harmless, and without effect on the parent
            if path != ":memory:":
                with kith.open(where) as again:
                    assert len(again.query("account")) == 0

        assert child_of_fork(work) == 0
        transaction.commit()
        assert db.query("account", select="name").column("name") == ["Acme"]


def test_databases_left_open_are_closed_at_exit(tmp_path: pathlib.Path) -> None:
    program = (f"import kith\n"
               f"db = kith.create({str(tmp_path / 'crm')!r})\n"
               f"t = db.transaction()\n"
               f"t.create('account', name='Acme')\n"
               f"snapshot = db.read()\n")
    environment = dict(os.environ, PYTHONPATH=os.pathsep.join(sys.path))
    done = subprocess.run([sys.executable, "-W", "error", "-X", "dev", "-c", program],
                          capture_output=True, text=True, env=environment, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    with kith.open(tmp_path / "crm") as db:
        assert len(db.query("account")) == 0
