"""One record, and what happened to it."""
from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from .values import RecordId


class Record(Mapping[str, Any]):
    """A record as its reader saw it: ``deal["amount"]``, ``deal.version``.

    A mapping of every field, in the model's order, with None where a field is unset. It is a copy:
    it outlives its snapshot, and changing the database does not change it.
    """

    __slots__ = ("id", "entity", "version", "created", "updated", "owner", "deleted", "_fields",
                 "formula_errors")

    def __init__(self, id: RecordId, entity: str, version: int, created: datetime,
                 updated: datetime, owner: RecordId | None, deleted: bool,
                 fields: dict[str, Any],
                 formula_errors: Mapping[str, str] | None = None) -> None:
        self.id = id
        self.entity = entity
        #: The sequence of the last transaction that changed it; `update` can expect it.
        self.version = version
        self.created = created
        self.updated = updated
        self.owner = owner
        self.deleted = deleted
        self._fields = fields
        #: Formulas without a value for another reason than that something they need is None, and
        #: why: ``{"margin": "DATA: division by zero"}``.
        self.formula_errors = dict(formula_errors or {})

    def __getitem__(self, field: str) -> Any:
        try:
            return self._fields[field]
        except KeyError:
            raise KeyError(f"{self.entity} has no field {field!r}") from None

    def __iter__(self) -> Iterator[str]:
        return iter(self._fields)

    def __len__(self) -> int:
        return len(self._fields)

    def to_dict(self) -> dict[str, Any]:
        """The fields, and before them the system's values under their own names."""
        system = {"id": self.id, "version": self.version, "created": self.created,
                  "updated": self.updated, "owner": self.owner, "deleted": self.deleted}
        return {**system, **self._fields}

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Record):
            return self.to_dict() == other.to_dict()
        return dict(self) == other if isinstance(other, Mapping) else NotImplemented

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        set_fields = ", ".join(f"{k}={v!r}" for k, v in self._fields.items() if v is not None)
        return f"<{self.id} version {self.version}{' deleted' if self.deleted else ''}" \
               f"{': ' if set_fields else ''}{set_fields}>"


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field of a change."""

    field: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class Change:
    """What one transaction did to one record."""

    sequence: int  #: also the record's version after it
    record: RecordId
    kind: str  #: "create", "update", "delete", "restore" or "purge"
    at: datetime
    effective_at: datetime
    actor: RecordId | None
    cause: str
    overridden: bool  #: it took the capability `pipeline_override`
    fields: tuple[FieldChange, ...]
