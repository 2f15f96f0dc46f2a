"""A long-lived program does not grow: objects and memory stay flat over many rounds."""
import gc
import io
import pathlib
import resource
import sys
from decimal import Decimal

import kith
import pytest
from python_samples import EVERY_TYPE, fixed_clock

ROUNDS = 100


def resident_bytes() -> int:
    pages = int(pathlib.Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * resource.getpagesize()


def one_round(db: kith.Database, csv: pathlib.Path) -> None:
    values = {"name": "x", "price": Decimal("1.25"), "fee": kith.Money(1, "EUR"),
              "extra": {"a": [1, {"b": "c"}]}, "blob": b"x" * 1000, "colors": ["red", "blue"]}
    with db.session() as session:
        with session.transaction() as t:
            id = t.create("sample", values)
            with pytest.raises(kith.ValidationError):
                t.create("sample", seats=-1)
            t.update(id, parent=id)
            t.get(id).to_dict()
            t.send("email", {"to": ["ann", id]}, record=id)
            for message in t.lease():
                t.refuse(message, error="no answer")
            with pytest.raises(kith.NotFound):
                t.acknowledge(99, 1)
            t.abort()
        with session.read() as snapshot:
            rows = snapshot.query("sample")
            rows.to_dicts()
            rows.to_columns()
            snapshot.history("sample:1")
            snapshot.outbox()
            snapshot.timeline("sample:1")
            snapshot.pipelines()
            snapshot.runs()
            snapshot.fields("sample", "name", "extra")("sample:1")
            with pytest.raises(kith.NotFound):
                snapshot.get("sample:99")
            with pytest.raises(kith.ExpressionSyntaxError):
                snapshot.query("sample", where="(")
            snapshot.changes()
        session.read(as_of=fixed_clock()).close()
        session.write(lambda t: t.get("sample:1"))
        with pytest.raises(ZeroDivisionError):
            session.write(lambda t: (t.create("sample", name="y"), 1 / 0))
        db.dump(io.BytesIO())
        session.tick()
        session.deliver(print)
        kith.import_csv(session, "sample", csv, dry_run=True, progress=lambda p: True)
        kith.export(session, "sample", io.BytesIO())
    kith.cel.evaluate("x.map(y, y + 1)", {"x": [1, 2, 3]})
    kith.create(":memory:", {"kith_model": 1}, clock=fixed_clock).close()


def test_objects_and_memory_stay_flat(tmp_path: pathlib.Path) -> None:
    csv = tmp_path / "samples.csv"
    csv.write_text("name,seats\na,1\nb,wrong\n", encoding="utf-8")
    with kith.create(tmp_path / "crm", EVERY_TYPE, clock=fixed_clock) as db:
        with db.transaction() as t:
            t.create("sample", name="first", extra={"a": [1, 2]}, friends=[])
        for _ in range(20):  # caches fill
            one_round(db, csv)
        gc.collect()
        objects, references, memory = (
            len(gc.get_objects()), sys.getrefcount(None), resident_bytes())
        for _ in range(ROUNDS):
            one_round(db, csv)
        gc.collect()
        assert len(gc.get_objects()) - objects < ROUNDS // 2
        assert abs(sys.getrefcount(None) - references) < ROUNDS // 2
        assert resident_bytes() - memory < 8 << 20
