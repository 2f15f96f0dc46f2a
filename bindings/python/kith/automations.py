"""The users' rules at work: automations, their runs, and the tick that carries them out.

    while True:
        done = session.tick()
        if not done.more:
            sleep_until(done.next_due)

Automations are data in the model (docs/model.md). A change that a rule waits for writes a run in
the same transaction; nothing of it is carried out until the host calls `Session.tick`. kith owns
no thread: between two ticks nothing happens, and a tick that comes late does all that is due.
"""
from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from .values import RecordId

AutomationState = Literal["active", "paused", "retired", "halted"]
RunState = Literal["active", "done", "stopped", "failed", "cancelled", "suspended"]


@dataclass(frozen=True, slots=True)
class AutomationInfo:
    """A rule of the model."""

    id: int  #: given once and never reused; 0 for rules that run before a save
    name: str
    entity: str
    trigger: str  #: "created", "stage_entered", ...
    version: int
    state: AutomationState  #: a paused or halted one begins no run, a retired one ends those it has
    order: int
    condition: str  #: its `when`
    steps: int


@dataclass(frozen=True, slots=True)
class Run:
    """One automation at work on one record. It keeps to the version that it began with."""

    id: int  #: ascending in order of beginning
    automation: str
    version: int
    record: RecordId | None  #: None for an event that was about no record
    enrolment: int  #: how often this automation has taken up this record, from 1
    state: RunState
    step: int  #: steps done so far
    started: datetime
    due: datetime | None  #: of an active run: when it goes on
    ended: datetime | None
    depth: int  #: 1 when a person or the host caused it, 2 when a run did, ...
    parent: int  #: the run that caused it, or 0
    message: str  #: why it ended, unless it is done


@dataclass(frozen=True, slots=True)
class TickResult:
    """What a tick did."""

    runs: int  #: begun or gone on with
    steps: int  #: carried out
    changes: int  #: entries of the history
    messages: int  #: put into the outbox
    failures: int  #: runs that failed or were suspended
    more: bool  #: the budget ran out before the work: tick again
    next_due: datetime | None  #: the earliest time at which there is work again


@dataclass(frozen=True, slots=True)
class ReceiveResult:
    """What came of an event from outside."""

    repeated: bool  #: an event with this id was received before: nothing was done
    runs: int  #: begun by it; of a repeated event, by the first one
