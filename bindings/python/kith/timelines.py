"""The story of a record, in order and readable: `Reader.timeline`."""
from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from .values import RecordId


@dataclass(frozen=True, slots=True)
class TimelineItem:
    """A change, or an activity. ``print(item)`` writes it on a line."""

    at: datetime  #: when it took effect; of an activity, when it started if it says so
    kind: Literal["change", "activity"]
    record: RecordId  #: what changed, or the activity
    title: str  #: one line: "Stage: Contacted → Proposal Sent", "Call: Discovery"
    text: str  #: the rest: other fields, an activity's body; may have several lines
    actor: RecordId | None  #: None for the host itself
    actor_name: str  #: the actor's title, or ""
    cause: str
    sequence: int  #: in the history

    def __str__(self) -> str:
        who = f" ({self.actor_name})" if self.actor_name else ""
        return f"{self.at:%Y-%m-%d %H:%M} {self.title}{who}"
