"""Queries as documents: what `query()` accepts, and the document it becomes (docs/model.md).

    query("deal", where="stage_class == 'open'", select="name", order_by="-amount")
    query("deal", group_by={"quarter": "quarter(close_date)"},
          measures={"deals": "count()", "revenue": "sum(amount)"})
"""
from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, TypedDict

from .errors import InvalidArgument

Part = str | tuple[str, str] | Mapping[str, Any]
#: One part, several, or a mapping of column name to part.
Parts = str | Mapping[str, Any] | Iterable[Part]


class QueryParts(TypedDict, total=False):
    """The keywords of a query; Reader.query explains them."""

    where: str | None
    select: Parts | None
    group_by: Parts | None
    measures: Parts | None
    having: str | None
    order_by: Parts | None
    limit: int | None
    include_deleted: bool
    params: Mapping[str, Any] | None
    continuation: str


_BUCKETED = re.compile(r"(year|quarter|month|week|day)\((.*)\)", re.S)
_MEASURED = re.compile(r"(count|count_distinct|sum|avg|min|max)\((.*)\)", re.S)
_RATIO = re.compile(r"ratio\(\s*(\w+)\s*,\s*(\w+)\s*\)")


def _each(parts: Parts | None, what: str) -> list[tuple[str, str | Mapping[str, Any]]]:
    """(name or "", text or document) of each part, whatever form they came in."""
    if parts is None:
        return []
    if isinstance(parts, str):
        return [("", parts)]
    if isinstance(parts, Mapping):
        return [(str(name), part) for name, part in parts.items()]
    found: list[tuple[str, str | Mapping[str, Any]]] = []
    for part in parts:
        if isinstance(part, tuple):
            if len(part) != 2:
                raise InvalidArgument(f"{what}: a tuple is (name, expression), not {part!r}")
            found.append(part)
        else:
            found.append(("", part))
    return found


def _document(name: str, part: Mapping[str, Any]) -> dict[str, Any]:
    return {"name": name, **part} if name else dict(part)


def _selection(name: str, part: str | Mapping[str, Any]) -> Any:
    if isinstance(part, Mapping):
        return _document(name, part)
    return {"name": name, "of": part} if name else part


def _group(name: str, part: str | Mapping[str, Any]) -> Any:
    if isinstance(part, Mapping):
        return _document(name, part)
    if found := _BUCKETED.fullmatch(part.strip()):
        return {"name": name or part, "of": found[2], "bucket": found[1]}
    return {"name": name, "of": part} if name else part


def _measure(name: str, part: str | Mapping[str, Any]) -> Any:
    if isinstance(part, Mapping):
        return _document(name, part)
    text = part.strip()
    if text == "count":
        return {"name": name or text, "function": "count"}
    if found := _RATIO.fullmatch(text):
        return {"name": name or text, "function": "ratio", "numerator": found[1],
                "denominator": found[2]}
    if found := _MEASURED.fullmatch(text):
        measure = {"name": name or text, "function": found[1]}
        return {**measure, "of": found[2]} if found[2].strip() else measure
    raise InvalidArgument(
        f"{part!r} is no measure; write count, sum(amount), avg(...), min(...), max(...), "
        "count_distinct(...) or ratio(won, closed), or give its document")


def _order(part: str | Mapping[str, Any]) -> Any:
    if isinstance(part, Mapping):
        return dict(part)
    return {"of": part[1:], "descending": True} if part.startswith("-") else {"of": part}


def query_document(entity: str, *, where: str | None = None, select: Parts | None = None,
                   group_by: Parts | None = None, measures: Parts | None = None,
                   having: str | None = None, order_by: Parts | None = None,
                   limit: int | None = None, include_deleted: bool = False) -> dict[str, Any]:
    """The document of a query that was written with keywords."""
    lists = {
        "select": [_selection(*each) for each in _each(select, "select")],
        "group_by": [_group(*each) for each in _each(group_by, "group_by")],
        "measures": [_measure(*each) for each in _each(measures, "measures")],
        "order_by": [_order(part) for _, part in _each(order_by, "order_by")],
    }
    document: dict[str, Any] = {"entity": entity}
    if where is not None:
        document["where"] = where
    document.update({name: parts for name, parts in lists.items() if parts})
    if having is not None:
        document["having"] = having
    if limit is not None:
        document["limit"] = limit
    if include_deleted:
        document["include_deleted"] = True
    return document
