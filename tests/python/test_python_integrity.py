"""A database to rely on: checks, backups, dumps, loading, packing anew."""
import io
import json
import pathlib

import kith
import pytest
from python_samples import fixed_clock


def names_of(db: kith.Database) -> list[str]:
    return db.query("account", select="name", order_by="name").column("name")


@pytest.fixture
def stored(tmp_path: pathlib.Path) -> pathlib.Path:
    """The path of a database on disk with two accounts, one of them renamed."""
    path = tmp_path / "crm"
    with kith.create(path, clock=fixed_clock) as db:
        with db.transaction() as t:
            t.create("account", name="Acme")
            t.create("account", name="Birch")
        with db.transaction() as t:
            t.update("account:2", name="Bïrch & Söhne")
    return path


def test_a_sound_database_is_clean(crm: kith.Database) -> None:
    for repair in (False, True):
        report = crm.check(repair)
        assert isinstance(report, kith.CheckReport)
        assert report.clean
        assert (report.problems, report.problem_count, report.repaired) == ((), 0, 0)
        assert report.records == 5
        assert report.changes == 5
        assert report.references > 0 and report.index_entries > 0


def test_problems_read_as_a_line() -> None:
    problem = kith.Problem("index_missing", "index deal.by_stage", "an entry lacks", True, False)
    assert str(problem) == "index deal.by_stage: an entry lacks [index_missing]"
    report = kith.CheckReport((problem,), 1, 0, 0, 0, 0, 0, 0, 0)
    assert not report.clean


def test_the_limits_of_a_check_are_checked(crm: kith.Database) -> None:
    with pytest.raises(TypeError):
        crm.check(max_problems=-1)


def test_a_backup_is_a_database_of_its_moment(stored: pathlib.Path, tmp_path: pathlib.Path) -> None:
    copy = tmp_path / "copy"
    with kith.open(stored, clock=fixed_clock) as db:
        db.backup(copy)
        with db.transaction() as t:
            t.create("account", name="Cedar")
        with pytest.raises(kith.Error):
            db.backup(copy)  # it holds a database already
        with pytest.raises(ValueError, match="null byte"):
            db.backup("a\0b")
    with kith.open(copy) as db:
        assert names_of(db) == ["Acme", "Bïrch & Söhne"]
        assert db.check().clean
        with db.read() as snapshot:
            assert [c.kind for c in snapshot.history("account:2")] == ["update", "create"]


def test_a_dump_is_loaded_as_the_same_again(stored: pathlib.Path, tmp_path: pathlib.Path) -> None:
    file, again = tmp_path / "crm.jsonl", tmp_path / "again"
    with kith.open(stored) as db:
        stats = db.dump(file)
        assert isinstance(stats, kith.DumpStats)
        assert (stats.records, stats.changes, stats.blobs) == (2, 3, 0)
        assert stats.bytes == file.stat().st_size
        binary, text = io.BytesIO(), io.StringIO()
        assert db.dump(binary) == stats
        assert db.dump(text) == stats
    assert file.read_bytes() == binary.getvalue() == text.getvalue().encode()
    assert all(json.loads(line) is not None for line in text.getvalue().splitlines())
    assert [each.name for each in tmp_path.glob("*.part")] == []

    assert kith.load(again, file) == stats
    with kith.open(again) as db:
        assert names_of(db) == ["Acme", "Bïrch & Söhne"]
        assert db.check().clean
        assert db.info().last_sequence == 3
        twice = io.BytesIO()
        db.dump(twice)
    assert twice.getvalue() == binary.getvalue()
    binary.seek(0)
    kith.load(tmp_path / "third", binary)
    with pytest.raises(kith.Error):
        kith.load(again, file)  # there is one


def test_a_dump_that_is_none_or_was_cut_short(stored: pathlib.Path, tmp_path: pathlib.Path) -> None:
    with kith.open(stored) as db:
        whole = io.BytesIO()
        db.dump(whole)
    for wrong in (b"", b"{}\n", b"nonsense\n", whole.getvalue()[:-20]):
        with pytest.raises(kith.ImportInvalid):
            kith.load(tmp_path / "none", io.BytesIO(wrong))
        assert not (tmp_path / "none" / "data.mdb").exists()
    with pytest.raises(FileNotFoundError):
        kith.load(tmp_path / "none", tmp_path / "no.jsonl")


def test_what_a_file_raises_comes_through(stored: pathlib.Path, tmp_path: pathlib.Path) -> None:
    class Broken:
        def read(self, size: int) -> bytes:
            raise ZeroDivisionError

        def write(self, block: bytes) -> None:
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        kith.load(tmp_path / "none", Broken())  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="binary mode"):
        kith.load(tmp_path / "none", io.StringIO("{}"))  # type: ignore[arg-type]
    assert not (tmp_path / "none" / "data.mdb").exists()
    with kith.open(stored) as db:
        with pytest.raises(ZeroDivisionError):
            db.dump(Broken())  # type: ignore[arg-type]
        with pytest.raises(FileNotFoundError):
            db.dump(tmp_path / "no folder" / "crm.jsonl")
        assert db.check().clean


def test_a_dump_that_fails_leaves_the_older_file(tmp_path: pathlib.Path) -> None:
    file = tmp_path / "crm.jsonl"
    file.write_text("older", encoding="utf-8")
    with kith.create(":memory:", clock=fixed_clock) as db:
        pass
    with pytest.raises(kith.Closed):
        db.dump(file)
    assert file.read_text(encoding="utf-8") == "older"
    assert sorted(each.name for each in tmp_path.iterdir()) == ["crm.jsonl"]


def test_compacting_needs_a_database_that_nobody_has_open(stored: pathlib.Path,
                                                         tmp_path: pathlib.Path) -> None:
    with kith.open(stored), pytest.raises(kith.Busy):
        kith.compact(stored)
    done = kith.compact(stored)
    assert isinstance(done, kith.CompactResult)
    assert 0 < done.bytes_after <= done.bytes_before
    assert done.bytes_after == (stored / "data.mdb").stat().st_size
    with kith.open(stored) as db:
        assert names_of(db) == ["Acme", "Bïrch & Söhne"]
        assert db.check().clean
    with pytest.raises(kith.Error):
        kith.compact(tmp_path / "nowhere")


def test_new_limits_and_figures(tmp_path: pathlib.Path) -> None:
    limits = {"max_value_bytes": 100, "max_as_of_changes": 1, "max_undo_records": 1}
    with kith.create(tmp_path / "crm", clock=fixed_clock, limits=limits) as db:
        assert (db.info().first_sequence, db.info().snapshots) == (0, 0)
        with db.read():
            assert db.info().snapshots == 1
        with db.transaction() as t:
            t.create("account", name="Acme")
            t.create("account", name="Birch")
            with pytest.raises(kith.Error):
                t.create("account", name="x", description="y" * 200)
        assert db.info().first_sequence == 1
        with db.transaction() as t:
            t.update("account:1", name="Acme 2")
            t.update("account:2", name="Birch 2")
        with pytest.raises(kith.LimitExceeded, match="max_as_of_changes"):
            db.read(change=2)
        with pytest.raises(kith.LimitExceeded, match="max_undo_records"), db.transaction() as t:
            t.undo(3)
    with pytest.raises(TypeError, match="max_undos"):
        kith.open(tmp_path / "crm", limits={"max_undos": 1})
