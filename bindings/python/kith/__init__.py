"""kith, the embeddable CRM engine.

    import kith

    with kith.create("crm") as db:                     # the standard CRM model
        with db.transaction() as t:
            acme = t.create("account", name="Acme")
            t.create("deal", name="Pilot", account=acme, amount=Decimal("1200.50"))
        print(db.query("deal", select=["name", "account.name", "amount"]))
        print(db.report("pipeline"))

One directory is one database. A transaction commits at the end of its ``with`` block and is
undone when an exception leaves it. kith releases the GIL for everything that reads or writes.
"""
from __future__ import annotations

import os

from . import _core, cel, errors
from .automations import AutomationInfo, ReceiveResult, Run, TickResult
from .captures import CaptureResult
from .databases import Database, DatabaseInfo, create, open
from .errors import *  # noqa: F403
from .exchange import (
    AmbiguousColumn,
    ImportProgress,
    ImportReject,
    ImportReport,
    export,
    import_csv,
)
from .expressions import Completion, CostEstimate, Evaluation, Expression, ExpressionNode
from .feeds import FeedCursor, FeedPage, TrimResult, UndoResult
from .integrity import CheckReport, CompactResult, DumpStats, Problem, compact, load
from .models import (
    ApplyResult,
    EntityInfo,
    FieldInfo,
    ModelChange,
    RollupInfo,
    ScoreInfo,
    ScoreRowInfo,
    check_model,
    model_schema,
    standard_model,
)
from .options import Capabilities
from .outbox import DeliveryFailed, DeliveryResult, OutboxMessage
from .pipelines import MoveResult, PipelineInfo, PossibleMove, StageInfo, StageVisit
from .pools import DatabasePool, PoolStats
from .readers import FieldReader, Reader, Snapshot
from .records import Change, FieldChange, Record
from .reports import Report, ReportInfo
from .rows import Column, QueryStats, Row, Rows
from .scores import Score, ScoreRow
from .sessions import Session, Transaction
from .timelines import TimelineItem
from .times import Duration, Timestamp
from .values import Money, Opt, RecordId, TypeName, Uint

version: str = _core.version()
__version__ = version

os.register_at_fork(after_in_child=_core.after_fork_in_child)

__all__ = [
    "AmbiguousColumn", "ApplyResult", "AutomationInfo", "Capabilities", "CaptureResult",
    "Change", "CheckReport", "Column", "CompactResult", "Completion", "CostEstimate",
    "Database", "DatabaseInfo", "DatabasePool", "DeliveryFailed", "DeliveryResult", "DumpStats",
    "Duration", "EntityInfo", "Evaluation", "Expression", "ExpressionNode", "FeedCursor",
    "FeedPage", "FieldChange", "FieldInfo", "FieldReader", "ImportProgress", "ImportReject",
    "ImportReport", "ModelChange", "Money", "MoveResult", "Opt", "OutboxMessage",
    "PipelineInfo", "PoolStats", "PossibleMove", "Problem", "QueryStats", "Reader",
    "ReceiveResult", "Record", "RecordId", "Report", "ReportInfo", "RollupInfo", "Row", "Rows",
    "Run", "Score", "ScoreInfo", "ScoreRow", "ScoreRowInfo", "Session", "Snapshot",
    "StageInfo", "StageVisit", "TickResult", "TimelineItem", "Timestamp", "Transaction",
    "TrimResult", "TypeName", "Uint", "UndoResult",
    "cel", "check_model", "compact", "create", "export", "import_csv", "load", "model_schema",
    "open", "standard_model", "version",
]
__all__ += errors.__all__
