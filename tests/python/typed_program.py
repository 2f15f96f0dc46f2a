"""A program as a user would write it; the type checker reads it, and a test runs it."""
from datetime import UTC, datetime
from decimal import Decimal
from typing import assert_type

import kith


def main() -> str:
    now = datetime(2017, 3, 1, tzinfo=UTC)
    with kith.create(":memory:", now=now, clock=lambda: now) as db:
        assert_type(db, kith.Database)
        with db.session(capabilities=["purge"], time_zone="Europe/Vienna") as session:
            with session.transaction(cause="example") as t:
                acme = t.create("account", name="Acme")
                assert_type(acme, kith.RecordId)
                deal = t.create("deal", {"name": "Pilot", "account": acme, "amount": Decimal(5)})
            with session.read() as snapshot:
                record = snapshot.get(deal)
                assert_type(record, kith.Record)
                assert_type(record.version, int)
                assert_type(record.owner, kith.RecordId | None)
                rows = snapshot.query("deal", select=["name", ("who", "account.name")], limit=10)
                assert_type(rows, kith.Rows)
                assert_type(rows[0], kith.Row)
                assert_type(rows[:1], list[kith.Row])
                names: list[str] = [row["name"] for row in rows]
                report = snapshot.report("pipeline")
                assert_type(report, kith.Report)
        try:
            db.get("deal:99")
        except kith.NotFound as error:
            assert_type(error.violations, tuple[kith.Violation, ...])
            return f"{names} {error.code_name}"
    return ""


if __name__ == "__main__":
    print(main())
