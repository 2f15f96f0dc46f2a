"""The changes of a database as a stream, for whoever keeps something in step with it.

    with session.read() as snapshot:
        page = snapshot.changes(snapshot.cursor("mailer"), entity="contact")
    for change in page.changes:
        send(change)
    with session.transaction() as t:
        t.save_cursor("mailer", page.cursor)
    db.wait(page.cursor, timeout=30)            # for the next change, of any process

A cursor is the sequence of the last change that was dealt with; 0 begins at the oldest change
kept. Delivery is at least once: a reader that dies before it saves its cursor sees the same
changes again, and knows them by their sequence. A named cursor is kept in the database and
protects what lies behind it from `Session.trim_history`. Drop one that nobody uses any more.
"""
from __future__ import annotations

from dataclasses import dataclass

from .records import Change


@dataclass(frozen=True, slots=True)
class FeedPage:
    """Changes, in the order of their commits."""

    changes: tuple[Change, ...]
    cursor: int  #: where the next page begins; past changes that the filter left out, too
    done: bool  #: nothing was left behind the cursor in this snapshot


@dataclass(frozen=True, slots=True)
class FeedCursor:
    """A named cursor."""

    name: str
    sequence: int  #: of the last change that was dealt with


@dataclass(frozen=True, slots=True)
class UndoResult:
    """What `Transaction.undo` did."""

    first_sequence: int  #: of the transaction that was undone
    last_sequence: int
    records: int  #: that were written


@dataclass(frozen=True, slots=True)
class TrimResult:
    """What `Session.trim_history` did."""

    dropped: int
    first_kept: int  #: sequence of the oldest change that is kept
    more: bool  #: `max_changes` was reached: call again
    held_by: str  #: the feed cursor that held the floor down, or ""
