"""The answer of a query: rows, columns, and the way to pandas, polars and Arrow."""
from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, SupportsIndex, overload

from . import _core

if TYPE_CHECKING:
    import pandas
    import polars
    import pyarrow


@dataclass(frozen=True, slots=True)
class Column:
    """One column of an answer."""

    name: str
    label: str  #: for people
    type: str  #: in the expression language: "int", "decimal", "string", "date", ...
    format: str = ""  #: how people see it: "", "percent", "money", "days"


@dataclass(frozen=True, slots=True)
class QueryStats:
    """How an answer was found."""

    scanned: int  #: records looked at
    matched: int
    errors: int  #: records whose `where` failed for another reason than a null
    plan: str


class Row(tuple[Any, ...]):
    """One row: a tuple whose values are also found by column name, ``row["amount"]``."""

    __slots__ = ()
    _index: dict[str, int] = {}

    @overload
    def __getitem__(self, key: str | SupportsIndex) -> Any: ...
    @overload
    def __getitem__(self, key: slice) -> tuple[Any, ...]: ...
    def __getitem__(self, key: str | SupportsIndex | slice) -> Any:
        if isinstance(key, str):
            try:
                return super().__getitem__(self._index[key])
            except KeyError:
                raise KeyError(f"there is no column {key!r}; there are: "
                               f"{', '.join(self._index)}") from None
        return super().__getitem__(key)

    def to_dict(self) -> dict[str, Any]:
        """Column name to value."""
        return dict(zip(self._index, self, strict=True))

    def __reduce__(self) -> tuple[Any, ...]:
        return tuple, (tuple(self),)


class Rows(Sequence[Row]):
    """All rows of one answer, or of one page of it; a copy that outlives its snapshot.

    Values become Python objects when they are asked for. `continuation` is not empty when there
    is more: pass it to the same query for the next page, or use `pages()`.
    """

    __slots__ = ("_batch", "_row", "columns", "stats")

    def __init__(self, batch: _core.RowBatch) -> None:
        self._batch = batch
        self.columns: list[Column] = [Column(*each) for each in batch.columns()]
        self.stats = QueryStats(*batch.stats)
        index = {column.name: at for at, column in enumerate(self.columns)}
        self._row: type[Row] = type("Row", (Row,), {"__slots__": (), "_index": index})

    @property
    def names(self) -> list[str]:
        """The names of the columns."""
        return [column.name for column in self.columns]

    @property
    def continuation(self) -> str:
        """Where the next page begins; empty when this is the last."""
        return self._batch.continuation

    def __len__(self) -> int:
        return len(self._batch)

    @overload
    def __getitem__(self, index: int) -> Row: ...
    @overload
    def __getitem__(self, index: slice) -> list[Row]: ...
    def __getitem__(self, index: int | slice) -> Row | list[Row]:
        if isinstance(index, slice):
            return [self[at] for at in range(*index.indices(len(self)))]
        at = index + len(self) if index < 0 else index
        if not 0 <= at < len(self):
            raise IndexError(f"row {index} of {len(self)}")
        return self._row(self._batch.row(at))

    def __iter__(self) -> Iterator[Row]:
        for begin in range(0, len(self), 1024):
            yield from map(self._row, self._batch.slice(begin, begin + 1024))

    def column(self, name: str) -> list[Any]:
        """The values of one column, in row order."""
        names = self.names
        if name not in names:
            raise KeyError(f"there is no column {name!r}; there are: {', '.join(names)}")
        return self._batch.column(names.index(name))

    def to_dicts(self) -> list[dict[str, Any]]:
        """Each row as a dictionary."""
        return [row.to_dict() for row in self]

    def to_columns(self) -> dict[str, list[Any]]:
        """Column name to the list of its values."""
        return {name: self._batch.column(at) for at, name in enumerate(self.names)}

    def to_pandas(self) -> pandas.DataFrame:
        """A pandas DataFrame; decimals stay exact, as objects."""
        import pandas

        return pandas.DataFrame(self.to_columns(), columns=self.names)

    def to_polars(self) -> polars.DataFrame:
        """A polars DataFrame."""
        import polars

        return polars.DataFrame(self.to_columns())

    def to_pyarrow(self) -> pyarrow.Table:
        """A pyarrow Table."""
        import pyarrow

        return pyarrow.table(self.to_columns())

    def __repr__(self) -> str:
        more = ", more to come" if self.continuation else ""
        return f"<{len(self)} rows of {', '.join(self.names)}{more}>"

    def __str__(self) -> str:
        from .tables import text_table

        return text_table(self)

    def _repr_html_(self) -> str:
        from .tables import html_table

        return html_table(self)
