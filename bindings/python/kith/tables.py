"""Rows for people: aligned text, and HTML for notebooks."""
from __future__ import annotations

from decimal import Decimal
from html import escape
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .rows import Column, Rows

_NUMBERS = {"int", "uint", "double", "decimal"}
_BAR = 20  # characters for a share of 1
_MOST_ROWS = 60


def cell_text(value: Any, column: Column) -> str:
    """A value as a person reads it."""
    if value is None:
        return ""
    if column.format == "percent":
        return f"{value * 100:.2f} %"
    if column.format == "money" and isinstance(value, Decimal):
        return f"{value:,.2f}"
    if isinstance(value, Decimal):
        return f"{value:,f}"
    if isinstance(value, bool) or not isinstance(value, int):
        return str(value)
    return f"{value:,}"


def _is_number(column: Column) -> bool:
    return column.type in _NUMBERS or column.format in ("percent", "money", "days")


def _bar(share: Any) -> str:
    if share is None:
        return ""
    return "█" * round(min(max(float(share), 0.0), 1.0) * _BAR)


def _cells(rows: Rows, limit: int) -> list[list[str]]:
    return [[cell_text(value, column) for value, column in zip(row, rows.columns, strict=True)]
            for row in rows[:limit]]


def text_table(rows: Rows, bars: str = "", limit: int = _MOST_ROWS) -> str:
    """An aligned table; `bars` names a column of shares to draw."""
    cells = _cells(rows, limit)
    heads = [column.label or column.name for column in rows.columns]
    widths = [max(map(len, column)) for column in zip(heads, *cells, strict=True)]
    right = [_is_number(column) for column in rows.columns]
    shares = rows.column(bars)[:limit] if bars in rows.names else [None] * len(cells)

    def line(texts: list[str], bar: str = "") -> str:
        padded = [text.rjust(width) if to_right else text.ljust(width)
                  for text, width, to_right in zip(texts, widths, right, strict=True)]
        return "  ".join([*padded, bar]).rstrip()

    lines = [line(heads), "  ".join("-" * width for width in widths)]
    lines += [line(texts, _bar(share)) for texts, share in zip(cells, shares, strict=True)]
    if len(rows) > limit:
        lines.append(f"... {len(rows) - limit:,} more rows")
    return "\n".join(lines)


def html_table(rows: Rows, limit: int = _MOST_ROWS) -> str:
    """The same as an HTML table."""
    def cell(tag: str, text: str, to_right: bool) -> str:
        style = ' style="text-align: right"' if to_right else ""
        return f"<{tag}{style}>{escape(text)}</{tag}>"

    right = [_is_number(column) for column in rows.columns]
    heads = "".join(cell("th", column.label or column.name, to_right)
                    for column, to_right in zip(rows.columns, right, strict=True))
    body = "".join(
        "<tr>" + "".join(map(cell, ["td"] * len(texts), texts, right)) + "</tr>"
        for texts in _cells(rows, limit))
    more = f"<p>... {len(rows) - limit:,} more rows</p>" if len(rows) > limit else ""
    return f"<table><thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table>{more}"
