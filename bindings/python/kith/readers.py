"""Reading: what snapshots and transactions can both be asked."""
from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any, Unpack

from . import _core
from .automations import AutomationInfo, Run, RunState
from .errors import InvalidArgument, Violation
from .feeds import FeedCursor, FeedPage
from .handles import Handle
from .outbox import MessageState, OutboxMessage
from .pipelines import PipelineInfo, PossibleMove, StageInfo, StageVisit
from .queries import Parts, QueryParts, query_document
from .records import Change, FieldChange, Record
from .reports import Report, ReportInfo
from .rows import Rows
from .scores import Score, ScoreRow
from .timelines import TimelineItem
from .values import RecordId


class FieldReader:
    """Reads the same few fields of many records, faster than `get`: ``read("deal:42")``.

    Made by `Reader.fields`; good for as long as its snapshot or transaction is open.
    """

    def __init__(self, native: _core.Reader, entity: str, names: tuple[str, ...]) -> None:
        self.names = names
        self._read = native.read
        self._handles = native.fields(entity, list(names))

    def __call__(self, id: str) -> tuple[Any, ...]:
        """The values of the fields, None where unset. NotFound if there is no record."""
        return self._read(id, self._handles)


class Reader(Handle):
    """What a Snapshot and a Transaction can both be asked."""

    _native: _core.Reader

    def get(self, id: str) -> Record:
        """The record; NotFound if there is none. A deleted one comes with `deleted` set."""
        return Record(*self._native.get(id))

    def find(self, entity: str, field: str, value: Any) -> RecordId:
        """The live record that has this value in a unique field; NotFound if there is none."""
        return self._native.find(entity, field, value)

    def query(self, query: str | Mapping[str, Any], *, where: str | None = None,
              select: Parts | None = None, group_by: Parts | None = None,
              measures: Parts | None = None, having: str | None = None,
              order_by: Parts | None = None, limit: int | None = None,
              include_deleted: bool = False, params: Mapping[str, Any] | None = None,
              continuation: str = "") -> Rows:
        """Asks about the records of one entity type.

        `query` is the entity type, or a whole query document. Every text is an expression.

        - `where`: a bool. Values of your own belong in `params`, read as ``params.name``.
        - `select`: columns: ``"name"``, ``["name", "account.name"]`` or
          ``{"customer": "account.name"}``. Left out: every field.
        - `group_by`, `measures`: one row per group instead of records. Dates are grouped by
          ``"year(close_date)"``, quarter, month, week or day. A measure is ``"count()"``,
          ``"sum(amount)"``, avg, min, max, count_distinct, or ``"ratio(won, closed)"`` of two
          other measures.
        - `order_by`: ``"-amount"`` for the largest first.
        - `limit`: rows of a page; the rest follows with `continuation` (see `pages`).
        """
        document = _document(query, where=where, select=select, group_by=group_by,
                             measures=measures, having=having, order_by=order_by, limit=limit,
                             include_deleted=include_deleted)
        bound = {**document.pop("params", {}), **(params or {})}
        return Rows(self._native.query(json.dumps(document), bound, continuation))

    def pages(self, query: str | Mapping[str, Any], **parts: Unpack[QueryParts]) -> Iterator[Rows]:
        """The answer of `query()` page by page, each of at most `limit` rows, else 1,000."""
        limit = parts.pop("limit", None) or 1000
        if isinstance(query, str):
            parts["limit"] = limit
        else:
            query = {**query, "limit": limit}
        while True:
            page = self.query(query, **parts)
            yield page
            if not page.continuation:
                return
            parts["continuation"] = page.continuation

    def report(self, report: str | Mapping[str, Any], /, **parameters: Any) -> Report:
        """Runs a report: the name of one, or its document. Parameters replace its defaults."""
        text = report if isinstance(report, str) else json.dumps(report)
        name, title, note, bars, batch = self._native.report(text, parameters)
        return Report(name, title, note, bars, Rows(batch))

    def reports(self) -> list[ReportInfo]:
        """The reports that can be run by name."""
        return [ReportInfo(*each) for each in self._native.reports()]

    def history(self, id: str, limit: int = 100) -> list[Change]:
        """What happened to the record, newest first."""
        return [_change(each) for each in self._native.history(id, limit)]

    def changes(self, cursor: int = 0, *, entity: str = "", fields: Iterable[str] = (),
                limit: int = 1000) -> FeedPage:
        """The changes after `cursor`, in the order of their commits; see kith.feeds.

        HistoryTrimmed when some of them are no longer kept.

        - `entity`: changes of this type only.
        - `fields`: updates only when they change one of these; other kinds all.
        - `limit`: changes in a page.
        """
        changes, reached, done = self._native.changes(cursor, entity, names_of(fields, "fields"),
                                                      limit)
        return FeedPage(tuple(_change(each) for each in changes), reached, done)

    def cursor(self, name: str) -> int:
        """Where a named cursor of the change feed stands; NotFound if there is none."""
        return self._native.cursor(name)

    def cursors(self) -> list[FeedCursor]:
        """The named cursors of the change feed, by name."""
        return [FeedCursor(*each) for each in self._native.cursors()]

    def timeline(self, id: str, limit: int = 100, *, newest_first: bool = False,
                 related: Iterable[str] = ()) -> list[TimelineItem]:
        """The record's changes and the activities that refer to it, oldest first.

        `related` names entity types whose records' changes are told too when they refer to this
        record: ``related=["deal", "task"]``.
        """
        return [TimelineItem(*each) for each in
                self._native.timeline(id, limit, newest_first, names_of(related, "related"))]

    def pipelines(self) -> list[PipelineInfo]:
        """The pipelines of the model and their stages."""
        return [PipelineInfo(*each[:6], tuple(StageInfo(*stage) for stage in each[6]))
                for each in self._native.pipelines()]

    def possible_moves(self, id: str, field: str | None = None) -> list[PossibleMove]:
        """Every other stage of the record's pipeline: may it go there, and if not, why not.

        `field` is the pipeline's field; it may be left out when the type has one pipeline.
        """
        return [PossibleMove(*each[:4], tuple(Violation(*reason) for reason in each[4]))
                for each in self._native.possible_moves(id, field or "")]

    def stage_history(self, id: str, field: str | None = None) -> list[StageVisit]:
        """The record's stays in stages, oldest first; `field` as in possible_moves."""
        return [StageVisit(*each) for each in self._native.stage_history(id, field or "")]

    def score(self, id: str, name: str) -> Score:
        """What a score of the model comes to for the record, row by row, as of the reader's now.

        InvalidArgument when the record's type has no such score.
        """
        name, label, total, rows = self._native.score(id, name)
        return Score(name, label, total, tuple(ScoreRow(*each) for each in rows))

    def automations(self) -> list[AutomationInfo]:
        """The automations of the model, in the order in which they are matched."""
        return [AutomationInfo(*each) for each in self._native.automations()]

    def runs(self, record: str | None = None, *, automation: str | None = None,
             state: RunState | None = None, limit: int = 1000) -> list[Run]:
        """The runs of automations, oldest first: all, or those of a record, a rule, a state."""
        return [Run(*each) for each in
                self._native.runs(record or "", automation or "", state or "", limit)]

    def next_due(self) -> datetime | None:
        """The earliest time at which `Session.tick` has work; None when it has none."""
        return self._native.next_due()

    def outbox(self, *, state: MessageState | None = None, topic: str | None = None,
               after: int = 0, limit: int = 1000) -> list[OutboxMessage]:
        """The messages that wait in the outbox, oldest first.

        `after` is a sequence: only those above it are given, for paging.
        """
        return [OutboxMessage(*each) for each in
                self._native.outbox(state or "", topic or "", after, limit)]

    def referring(self, id: str, entity: str, field: str, limit: int = 1000) -> list[RecordId]:
        """The live records of `entity` whose reference `field` names this one."""
        return self._native.referring(id, entity, field, limit)

    def evaluate(self, id: str, expression: str) -> Any:
        """The value of an expression on one record."""
        return self._native.evaluate(id, expression)

    def fields(self, entity: str, *names: str) -> FieldReader:
        """A fast reader of single fields: ``read = snapshot.fields("deal", "name", "amount")``."""
        return FieldReader(self._native, entity, names)

    def record_id(self, text: str) -> RecordId:
        """The id that this database writes as "deal:42", whether or not there is the record."""
        return self._native.record_id(text)


def _change(parts: _core.ChangeParts) -> Change:
    return Change(*parts[:8], tuple(FieldChange(*field) for field in parts[8]))


def _document(query: str | Mapping[str, Any], **parts: Any) -> dict[str, Any]:
    if isinstance(query, str):
        return query_document(query, **parts)
    given = sorted(name for name, part in parts.items() if part not in (None, False))
    if given:
        raise TypeError(f"a query document already says everything: leave out {', '.join(given)}")
    return dict(query)


def names_of(names: Iterable[str], what: str) -> list[str]:
    """A list of names; one bare str, which is an iterable of its letters, is a mistake."""
    if isinstance(names, str):
        raise InvalidArgument(f"{what} is a list of names: write [{names!r}]")
    return list(names)


class Snapshot(Reader):
    """The database as it was when `Session.read` was called, whatever is written meanwhile.

    One thread may use it at a time; others wait. Close it soon: while it is open the space of
    overwritten data is not used again.
    """

    def __init__(self, native: _core.Snapshot) -> None:
        self._native = native


class OneShot:
    """Single questions, each to a snapshot of its own. For several use one snapshot."""

    def read(self, now: datetime | None = None, *, as_of: datetime | None = None,
             change: int | None = None) -> Snapshot:
        """A consistent view of the database as of now; use it in a ``with`` statement.

        - `now`: what expressions see; left out, the time of the last transaction.
        - `as_of`: the database as it was then, by today's model; or
        - `change`: as it was after the transaction of the change with this sequence.

        The past answers questions about records, their history, and reports over them; the queue
        has none (Unsupported). HistoryTrimmed when changes since then are no longer kept,
        LimitExceeded (`max_as_of_changes`) when there are too many.
        """
        raise NotImplementedError

    def get(self, id: str) -> Record:
        """The record as it is now; see Reader.get."""
        with self.read() as snapshot:
            return snapshot.get(id)

    def query(self, query: str | Mapping[str, Any], **parts: Unpack[QueryParts]) -> Rows:
        """Asks about the records of one entity type; see Reader.query."""
        with self.read() as snapshot:
            return snapshot.query(query, **parts)

    def report(self, report: str | Mapping[str, Any], /, **parameters: Any) -> Report:
        """Runs a report; see Reader.report."""
        with self.read() as snapshot:
            return snapshot.report(report, **parameters)

    def timeline(self, id: str, limit: int = 100, *, newest_first: bool = False,
                 related: Iterable[str] = ()) -> list[TimelineItem]:
        """The story of a record; see Reader.timeline."""
        with self.read() as snapshot:
            return snapshot.timeline(id, limit, newest_first=newest_first, related=related)

    def next_due(self) -> datetime | None:
        """The earliest time at which tick() has work; None when it has none."""
        with self.read() as snapshot:
            return snapshot.next_due()

    def reports(self) -> list[ReportInfo]:
        """The reports that can be run by name."""
        with self.read() as snapshot:
            return snapshot.reports()
