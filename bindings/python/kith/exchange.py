"""Records in from CSV, and out as CSV, JSON or JSON lines (docs/import.md)."""
from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, Any, Literal

from .databases import Database
from .models import Model, document_text
from .readers import Reader
from .sessions import Session

ExportFormat = Literal["csv", "json", "jsonl"]


@dataclass(frozen=True, slots=True)
class ImportProgress:
    """How far an import is."""

    rows: int
    bytes: int  #: of the file, read so far
    bytes_total: int  #: 0 when unknown


@dataclass(frozen=True, slots=True)
class ImportReject:
    """A row that was refused."""

    row: int  #: 1-based, the header not counted
    line: int  #: of the file, where the row begins
    column: str  #: of the file; "" when it is about the whole row
    code: str
    reason: str


@dataclass(frozen=True, slots=True)
class AmbiguousColumn:
    """A column with values that two of its formats read differently."""

    column: str
    values: int
    example: str


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What came of an import."""

    rows: int
    created: int
    updated: int
    unchanged: int
    rejected: int
    references_created: int  #: records made for a look-up that found none
    references_blank: int  #: left out because no record was found
    rejects: tuple[ImportReject, ...]  #: the first 1,000
    ambiguous: tuple[AmbiguousColumn, ...]
    stopped: bool  #: by the progress function

    def __str__(self) -> str:
        text = (f"{self.rows:,} rows: {self.created:,} created, {self.updated:,} updated, "
                f"{self.unchanged:,} unchanged, {self.rejected:,} rejected")
        return text + (", stopped" if self.stopped else "")


def _session(db: Session | Database) -> Session:
    return db._session() if isinstance(db, Database) else db


def import_csv(db: Session | Database, entity: str, path: str | os.PathLike[str],
               mapping: Model | None = None, *, dry_run: bool = False,
               rejects: str | os.PathLike[str] | None = None,
               progress: Callable[[ImportProgress], bool | None] | None = None,
               now: datetime | None = None, chunk_rows: int = 500) -> ImportReport:
    """Imports a CSV file as records of `entity`. Good rows go in, bad rows are reported.

    - `mapping`: which column is which field, and how its values are read: the text of a mapping
      document, the document, or the path of its file. Left out: columns are named like fields.
    - `dry_run`: reads, converts and checks everything, and writes nothing.
    - `rejects`: a CSV file for the refused rows, with row, column and reason.
    - `progress`: called after each chunk; returning False stops, and what landed stays.
    """
    session = _session(db)
    text, name = ("", "") if mapping is None else document_text(mapping)
    told = None
    if progress is not None:
        watcher = progress

        def told(rows: int, bytes: int, bytes_total: int) -> bool | None:
            return watcher(ImportProgress(rows, bytes, bytes_total))

    result = session._native.import_csv(
        entity, os.fsencode(path), text, name, session._clock() if now is None else now, dry_run,
        chunk_rows, b"" if rejects is None else os.fsencode(rejects), told)
    return ImportReport(*result[:7], tuple(ImportReject(*each) for each in result[7]),
                        tuple(AmbiguousColumn(*each) for each in result[8]), result[9])


def _replacing(path: Path, write_to: Callable[[Callable[[bytes], Any]], int]) -> int:
    """Writes a file beside the path and puts it in its place; pipes and devices as they are."""
    path = path.resolve()
    if path.exists() and not path.is_file():
        with path.open("wb") as file:
            return write_to(file.write)
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        with part.open("wb") as file:
            count = write_to(file.write)
            file.flush()
            os.fsync(file.fileno())
        os.replace(part, path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    return count


def export(db: Reader | Session | Database, entity: str, to: str | os.PathLike[str] | IO[Any], *,
           format: ExportFormat = "csv", columns: Iterable[str] = (), where: str = "",
           include_deleted: bool = False) -> int:
    """Writes records to a file and returns how many.

    `db` may be a snapshot, of the past too, or a transaction with its own writes; the file's
    `write` cannot use it meanwhile. `to` is a path, or a file opened for writing, in binary or as
    text; a file at a path is replaced only when the whole export succeeded. `columns` are
    expressions; left out, the id and every field. `where` is an expression that chooses the
    records.
    """
    source = db if isinstance(db, Reader) else _session(db)

    def write_to(write: Callable[[bytes], Any]) -> int:
        return source._native.export(entity, write, format, list(columns), where, include_deleted)

    if isinstance(to, str | os.PathLike):
        return _replacing(Path(to), write_to)
    if not hasattr(to, "encoding"):
        return write_to(to.write)
    blocks: list[bytes] = []
    count = write_to(blocks.append)
    to.write(b"".join(blocks).decode("utf-8"))
    return count
