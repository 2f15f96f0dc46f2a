"""Scores: what one comes to for a record, and why.

    for row in snapshot.score("lead:7", "fit").rows:
        print(row.name, row.points, row.message)
"""
from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from .expressions import ErrorClass


@dataclass(frozen=True, slots=True)
class ScoreRow:
    """What one row of a score gave."""

    name: str
    points: Decimal  #: after cap and decay, with four digits after the point
    matched: bool  #: its condition holds, or it has none
    error_class: ErrorClass  #: MISSING: something it needs is unset, which is no mistake
    message: str  #: of the error: "points: division by zero"; "" without one


@dataclass(frozen=True, slots=True)
class Score:
    """A score of a record; ``score('fit')`` in an expression is its total."""

    name: str
    label: str
    total: Decimal  #: the sum of the rows, kept within the bounds of the score
    rows: tuple[ScoreRow, ...]  #: in model order
