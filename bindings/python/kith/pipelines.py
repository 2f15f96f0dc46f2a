"""Pipelines: stages as data, and moving records through them (docs/model.md).

    with session.transaction() as t:
        t.move("deal:7", "Closed Won", close_date=date(2026, 3, 10))
    for move in snapshot.possible_moves("deal:7"):
        print(move.stage, move.allowed, [reason.message for reason in move.reasons])
    for visit in snapshot.stage_history("deal:7"):
        print(visit.stage, visit.duration)

Won, lost, open and parked are classes of stages, never names. The rules of a pipeline hold for
every write; `Transaction.move` adds what only a move can say. A move that is not allowed raises
`kith.Refused`, whose violations have every reason.
"""
from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from .errors import Violation
from .values import RecordId

StageClass = Literal["open", "won", "lost", "parked"]


@dataclass(frozen=True, slots=True)
class StageInfo:
    """A stage of a pipeline."""

    name: str
    label: str
    stage_class: StageClass
    order: int  #: place among the stages, ascending
    probability: int  #: percent; what a record is given when it enters
    forecast: str  #: "omitted", "pipeline", "best_case", "commit" or "closed"
    rot_after: timedelta | None  #: a longer stay is rotten; None: never
    retired: bool  #: nothing enters it any more


@dataclass(frozen=True, slots=True)
class PipelineInfo:
    """A pipeline: the stages that a choice field of an entity type moves through."""

    name: str
    label: str
    entity: str
    field: str
    version: int  #: raised by every applied model that changes it
    default_stage: str  #: of a new record that names none
    stages: tuple[StageInfo, ...]  #: by order

    def stage(self, name: str) -> StageInfo:
        """The stage of this name; KeyError if there is none."""
        for stage in self.stages:
            if stage.name == name:
                return stage
        raise KeyError(f"the pipeline {self.name!r} has no stage {name!r}; there are: "
                       f"{', '.join(stage.name for stage in self.stages)}")


@dataclass(frozen=True, slots=True)
class MoveResult:
    """What came of a move."""

    moved: bool  #: False: it was there already, and no transition repeats the stage
    from_stage: str  #: "" when it was in no stage
    to_stage: str
    transition: str  #: the one taken; "policy" for one that the policy allows
    reopened: bool  #: from a closed stage to one that is not
    overridden: bool  #: it took the capability `pipeline_override`


@dataclass(frozen=True, slots=True)
class PossibleMove:
    """A stage that a record may think of moving to."""

    stage: str
    allowed: bool
    reopens: bool
    transition: str  #: the one that would be taken; "" when none leads there
    reasons: tuple[Violation, ...]  #: why not, complete


@dataclass(frozen=True, slots=True)
class StageVisit:
    """One stay of a record in a stage."""

    stage: str
    entered: datetime  #: effective time
    left: datetime | None  #: None while the record is there
    duration: timedelta  #: until `left`, or until now as the snapshot sees it
    actor: RecordId | None  #: who moved it in; None for the host itself
    cause: str
    sequence: int  #: of the change in the history
    overridden: bool
