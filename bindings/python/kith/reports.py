"""Reports: a query with a title, whose every ratio names its denominator."""
from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any

from .rows import Rows
from .tables import html_table, text_table

if TYPE_CHECKING:
    import pandas
    import polars
    import pyarrow


@dataclass(frozen=True, slots=True)
class ReportInfo:
    """A report that can be run by name."""

    name: str
    title: str
    built_in: bool
    parameters: dict[str, Any]  #: names and default values


@dataclass(frozen=True, slots=True)
class Report:
    """A report's answer: ``print(report)``, ``report.rows``, ``report.to_pandas()``."""

    name: str
    title: str
    note: str
    bars: str  #: name of the column of shares that is drawn as a bar, or ""
    rows: Rows

    def to_pandas(self) -> pandas.DataFrame:
        """The rows as a pandas DataFrame."""
        return self.rows.to_pandas()

    def to_polars(self) -> polars.DataFrame:
        """The rows as a polars DataFrame."""
        return self.rows.to_polars()

    def to_pyarrow(self) -> pyarrow.Table:
        """The rows as a pyarrow Table."""
        return self.rows.to_pyarrow()

    def __str__(self) -> str:
        parts = [self.title, "=" * len(self.title), text_table(self.rows, self.bars)]
        if self.note:
            parts += ["", self.note]
        return "\n".join(parts)

    def _repr_html_(self) -> str:
        note = f"<p>{escape(self.note)}</p>" if self.note else ""
        return f"<h3>{escape(self.title)}</h3>{html_table(self.rows)}{note}"
