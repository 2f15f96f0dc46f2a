"""A program as a user would write it; the type checker reads it, and a test runs it."""
from datetime import UTC, datetime, timedelta
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
                assert_type(t.move(deal, "Contacted", amount=7), kith.MoveResult)
                assert_type(t.capture("call", phone="+43 1 5550100"), kith.CaptureResult)
                assert_type(t.receive("paid", deal, {"by": "card"}), kith.ReceiveResult)
                assert_type(t.send("email", {"to": "ann"}, record=acme), int)
                assert_type(t.lease(5, timedelta(seconds=30)), list[kith.OutboxMessage])
            assert_type(session.write(lambda t: t.update(acme, name="Acme Inc.")), int)
            assert_type(session.tick(max_runs=10), kith.TickResult)
            assert_type(session.deliver(lambda message: print(message.payload)),
                        kith.DeliveryResult)
            with session.read() as snapshot:
                page = snapshot.changes(entity="deal", fields=["name"])
                assert_type(page, kith.FeedPage)
                assert_type(page.changes, tuple[kith.Change, ...])
                assert_type(snapshot.cursors(), list[kith.FeedCursor])
                assert_type(snapshot.possible_moves(deal)[0].reasons, tuple[kith.Violation, ...])
                assert_type(snapshot.stage_history(deal)[0].left, datetime | None)
                assert_type(snapshot.timeline(deal), list[kith.TimelineItem])
                assert_type(snapshot.runs(deal, state="failed"), list[kith.Run])
                assert_type(snapshot.next_due(), datetime | None)
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
            with session.read(as_of=now) as then, session.transaction() as t:
                assert_type(then, kith.Snapshot)
                assert_type(t.undo(t.history(acme)[0]), kith.UndoResult)
                t.abort()
        assert_type(db.check(), kith.CheckReport)
        assert_type(db.wait(0, timeout=0.0), int)
        try:
            db.get("deal:99")
        except kith.NotFound as error:
            assert_type(error.violations, tuple[kith.Violation, ...])
            return f"{names} {error.code_name}"
    return ""


if __name__ == "__main__":
    print(main())
