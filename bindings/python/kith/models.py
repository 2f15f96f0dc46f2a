"""Model documents, and what a database says about its entity types."""
from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from . import _core

#: A model: the text of its document, the document, or the path of its file.
Model = str | Mapping[str, Any] | os.PathLike[str]


def document_text(document: Model) -> tuple[str, str]:
    """The text of a document and the name of its file, if it has one.

    A str that begins with a brace is the document itself, any other the path of its file.
    """
    if isinstance(document, Mapping):
        return json.dumps(document), ""
    if isinstance(document, str) and document.lstrip("\ufeff \t\r\n").startswith("{"):
        return document, ""
    return Path(document).read_text(encoding="utf-8-sig"), os.fspath(document)


def check_model(model: Model, file_name: str = "") -> None:
    """Checks a model document by itself; ModelInvalid lists every error with its place."""
    text, name = document_text(model)
    _core.check_model(text, file_name or name)


def standard_model() -> str:
    """The document of the standard CRM model."""
    return _core.standard_model()


def model_schema() -> str:
    """The JSON Schema of model documents."""
    return _core.model_schema()


@dataclass(frozen=True, slots=True)
class ModelChange:
    """One thing that applying a model changed or would change."""

    entity: str
    what: str


@dataclass(frozen=True, slots=True)
class ApplyResult:
    """What came of applying a model."""

    changes: tuple[ModelChange, ...]  #: empty when the database has this model already
    generation: int


@dataclass(frozen=True, slots=True)
class FieldInfo:
    """A field of an entity type."""

    name: str
    label: str
    help: str
    type: str  #: "text", "decimal", "reference", ...
    required: bool
    unique: bool
    read_only: bool  #: system, derived and kept fields, formulas
    target: str  #: of a reference: the entity type it points at
    pipeline: str  #: of a field moved by a pipeline
    options: tuple[str, ...]  #: the names a choice accepts
    formula: str = ""  #: the expression that gives its value, of a formula field


@dataclass(frozen=True, slots=True)
class RollupInfo:
    """What is known of the records that refer to one: rollup('name') in expressions."""

    name: str
    label: str
    of: str  #: the relation whose records it goes over
    kind: str  #: "count", "sum", "min", "max" or "avg"
    value: str  #: the expression over a related record; empty for a count
    where: str  #: the condition on a related record, or empty
    type: str  #: of its value in expressions: "int", "decimal", ...


@dataclass(frozen=True, slots=True)
class ScoreRowInfo:
    """A row of points of a score."""

    name: str
    when: str  #: the condition, or empty: always
    points: str  #: the expression
    cap: Decimal | None  #: of the points, whatever their sign
    half_life: timedelta | None  #: of points that decay
    since: str  #: the expression from when on they do, or empty


@dataclass(frozen=True, slots=True)
class ScoreInfo:
    """Points for a record: score('name') in expressions."""

    name: str
    label: str
    min: Decimal | None
    max: Decimal | None
    rows: tuple[ScoreRowInfo, ...]  #: in model order


def _score_info(name: str, label: str, least: Decimal | None, most: Decimal | None,
                rows: list[tuple[Any, ...]]) -> ScoreInfo:
    return ScoreInfo(name, label, least, most, tuple(ScoreRowInfo(*row) for row in rows))


@dataclass(frozen=True, slots=True)
class EntityInfo:
    """An entity type."""

    name: str
    label: str
    plural: str
    title_field: str
    fields: tuple[FieldInfo, ...]
    rollups: tuple[RollupInfo, ...]
    scores: tuple[ScoreInfo, ...]
    capnp_schema: str  #: the Cap'n Proto schema of its records

    def field(self, name: str) -> FieldInfo:
        """The field of this name; KeyError if there is none."""
        for field in self.fields:
            if field.name == name:
                return field
        raise KeyError(f"{self.name} has no field {name!r}")


def entity_info(name: str, label: str, plural: str, title_field: str,
                fields: list[tuple[Any, ...]], rollups: list[tuple[str, ...]],
                scores: list[tuple[Any, ...]], capnp_schema: str) -> EntityInfo:
    """An EntityInfo from what the native part tells."""
    return EntityInfo(name, label, plural, title_field,
                      tuple(FieldInfo(*field) for field in fields),
                      tuple(RollupInfo(*rollup) for rollup in rollups),
                      tuple(_score_info(*score) for score in scores), capnp_schema)
