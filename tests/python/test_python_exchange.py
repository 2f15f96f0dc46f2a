"""CSV in, and CSV and JSON out."""
import csv
import io
import json
import pathlib
from collections.abc import Callable
from typing import Any

import kith
import pytest
from python_samples import NOW

MAPPING: dict[str, Any] = {
    "kith_import": 1, "entity": "account", "key": "external_id",
    "columns": {"key": "external_id", "company": "name", "staff": "employees"},
}


@pytest.fixture
def csv_file(tmp_path: pathlib.Path) -> pathlib.Path:
    path = tmp_path / "accounts.csv"
    path.write_text('key,company,staff\n1,Acme,12\n2,"Birch, Sons",many\n3,Cedar,7\n',
                    encoding="utf-8")
    return path


def test_good_rows_go_in_and_bad_rows_are_reported(tmp_path: pathlib.Path,
                                                   csv_file: pathlib.Path) -> None:
    rejects = tmp_path / "rejects.csv"
    with kith.create(":memory:") as db:
        report = kith.import_csv(db, "account", csv_file, MAPPING, rejects=rejects, now=NOW)
        assert (report.rows, report.created, report.rejected) == (3, 2, 1)
        (reject,) = report.rejects
        assert (reject.row, reject.line, reject.column) == (2, 3, "staff")
        assert "many" in reject.reason and reject.code
        assert "2 created" in str(report)
        assert rejects.read_text(encoding="utf-8").count("many") >= 1
        names = db.query("account", select="name", order_by="name").column("name")
        assert names == ["Acme", "Cedar"]
        again = kith.import_csv(db, "account", str(csv_file), MAPPING)
        assert (again.created, again.unchanged) == (0, 2)


def test_mappings_come_as_text_documents_and_files(tmp_path: pathlib.Path,
                                                   csv_file: pathlib.Path) -> None:
    file = tmp_path / "map.json"
    file.write_text(json.dumps(MAPPING), encoding="utf-8")
    for mapping in (MAPPING, json.dumps(MAPPING), file, str(file)):
        with kith.create(":memory:") as db:
            assert kith.import_csv(db, "account", csv_file, mapping).created == 2


def test_a_dry_run_writes_nothing(csv_file: pathlib.Path) -> None:
    with kith.create(":memory:") as db:
        report = kith.import_csv(db, "account", csv_file, MAPPING, dry_run=True)
        assert (report.created, report.rejected) == (2, 1)
        assert len(db.query("account")) == 0


def test_progress_is_told_and_may_stop(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "many.csv"
    path.write_text("name\n" + "".join(f"Account {n}\n" for n in range(100)), encoding="utf-8")
    told: list[kith.ImportProgress] = []
    with kith.create(":memory:") as db:
        kith.import_csv(db, "account", path, progress=told.append, chunk_rows=20)
        assert [p.rows for p in told][:2] == [20, 40]
        assert told[-1].bytes == told[-1].bytes_total == path.stat().st_size
    with kith.create(":memory:") as db:
        stopped = kith.import_csv(db, "account", path, progress=lambda p: p.rows < 40,
                                  chunk_rows=20)
        assert stopped.stopped and stopped.created == 40
        assert len(db.query("account")) == 40


def test_an_exception_of_the_progress_function_comes_through(csv_file: pathlib.Path) -> None:
    def fail(progress: kith.ImportProgress) -> bool:
        raise KeyboardInterrupt

    with kith.create(":memory:") as db:
        with pytest.raises(KeyboardInterrupt):
            kith.import_csv(db, "account", csv_file, MAPPING, progress=fail, chunk_rows=1)
        with db.transaction() as t:  # the import let go of the writer's turn
            t.create("account", name="next")


def test_what_cannot_be_imported_at_all(tmp_path: pathlib.Path, csv_file: pathlib.Path) -> None:
    with kith.create(":memory:") as db:
        with pytest.raises(kith.Error):
            kith.import_csv(db, "account", tmp_path / "none.csv")
        with pytest.raises(kith.ImportInvalid) as caught:
            kith.import_csv(db, "account", csv_file,
                            {"kith_import": 1, "columns": {"key": "no_such_field"}})
        assert "no_such_field" in str(caught.value)
        with pytest.raises(kith.Error):
            kith.import_csv(db, "no_such_type", csv_file)


def test_export_to_paths_and_files(crm: kith.Database, tmp_path: pathlib.Path) -> None:
    columns = ["id", "name", "account.name", "amount"]
    path = tmp_path / "deals.csv"
    assert kith.export(crm, "deal", path, columns=columns) == 3
    with path.open(encoding="utf-8", newline="") as file:
        table = list(csv.DictReader(file))
    assert table[0] == {"id": "deal:1", "name": "Pilot", "account.name": "Acme",
                        "amount": "1200.50"}
    binary, text = io.BytesIO(), io.StringIO()
    assert kith.export(crm, "deal", binary, columns=columns) == 3
    assert kith.export(crm, "deal", text, columns=columns) == 3
    assert binary.getvalue() == path.read_bytes()
    assert text.getvalue() == path.read_bytes().decode()


def test_export_as_json_with_a_filter(crm: kith.Database) -> None:
    out = io.BytesIO()
    assert kith.export(crm, "deal", out, format="json", columns=["name"],
                       where="amount > 100.0") == 2
    assert json.loads(out.getvalue()) == [{"name": "Pilot"}, {"name": "Rollout"}]
    lines = io.StringIO()
    kith.export(crm.session(), "deal", lines, format="jsonl", columns=["name"])
    assert [json.loads(line)["name"] for line in lines.getvalue().splitlines()] == [
        "Pilot", "Rollout", "Audit"]
    with pytest.raises(kith.InvalidArgument, match="jsonl"):
        kith.export(crm, "deal", io.BytesIO(), format="xml")  # type: ignore[arg-type]
    with pytest.raises(kith.Error):
        kith.export(crm, "deal", io.BytesIO(), where="no_such_field")


def test_export_of_a_snapshot_and_of_a_transaction(crm: kith.Database) -> None:
    def names(of: kith.Reader) -> list[str]:
        lines = io.StringIO()
        kith.export(of, "deal", lines, format="jsonl", columns=["name"])
        return [json.loads(line)["name"] for line in lines.getvalue().splitlines()]

    before = crm.read()
    sequence = crm.info().last_sequence
    with crm.transaction() as t:
        t.create("deal", name="Later")
        assert names(t) == ["Pilot", "Rollout", "Audit", "Later"]
    assert names(before) == ["Pilot", "Rollout", "Audit"]
    with crm.read() as now:
        assert names(now) == ["Pilot", "Rollout", "Audit", "Later"]
    with crm.read(change=sequence) as past:
        assert names(past) == ["Pilot", "Rollout", "Audit"]
    before.close()
    with pytest.raises(kith.Error, match="closed"):
        names(before)


def test_the_file_cannot_use_what_is_exported(crm: kith.Database) -> None:
    class Asking(io.RawIOBase):
        def __init__(self, ask: Callable[[], Any]) -> None:
            self.ask = ask

        def write(self, block: Any) -> int:
            self.ask()
            return len(block)

    with crm.read() as snapshot:
        for ask in (lambda: snapshot.get("deal:1"), snapshot.close):
            with pytest.raises(kith.InvalidArgument, match="cannot use what it exports from"):
                kith.export(snapshot, "deal", Asking(ask))
        assert snapshot.get("deal:1").id == "deal:1"


def test_a_failed_export_leaves_the_file_as_it_was(crm: kith.Database,
                                                   tmp_path: pathlib.Path) -> None:
    path = tmp_path / "deals.csv"
    path.write_text("kept")
    with pytest.raises(kith.Error):
        kith.export(crm, "deal", path, where="no_such_field")
    assert path.read_text() == "kept"
    assert [file.name for file in tmp_path.iterdir()] == ["deals.csv"]
    kith.export(crm, "deal", path, columns=["name"])
    assert path.read_text().split() == ["name", "Pilot", "Rollout", "Audit"]
    kith.export(crm, "deal", "/dev/null")
    with pytest.raises(FileNotFoundError):
        kith.export(crm, "deal", tmp_path / "none" / "deals.csv")


def test_a_file_that_fails_fails_the_export(crm: kith.Database) -> None:
    class Full(io.RawIOBase):
        def write(self, block: Any) -> int:
            raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space left"):
        kith.export(crm, "deal", Full())
