"""Expressions that are compiled once and evaluated often.

    price = kith.Expression.compile("price * 3", variables={"price": "decimal"})
    price.evaluate(price=Decimal("12.50"))                       # Decimal("37.50")

    big = db.expression("deal", "amount > params.least && stage == 'Won'")
    big.type, big.fields                                         # "bool", ("amount", "stage")
    with db.read() as snapshot:
        big.evaluate(snapshot, "deal:42", least=1000)

An evaluation that has no value raises: ExpressionFailed, LimitExceeded, or what the store says.
The exception knows its `error_class` ("MISSING", "DATA", "LIMIT", "BUG"), `line` and `column`.
"""
from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal, TypedDict, Unpack, overload

from . import _core

if TYPE_CHECKING:
    from .databases import Database
    from .readers import Reader

#: Why an evaluation has no value; "" when it has one.
ErrorClass = Literal["", "MISSING", "DATA", "LIMIT", "BUG", "HOST"]


@dataclass(frozen=True, slots=True)
class CostEstimate:
    """What an evaluation may cost, in units of work, before anything is known of the data."""

    min: int  #: of one that gives a value
    max: int | None  #: None: no bound can be given


@dataclass(frozen=True, slots=True)
class ExpressionNode:
    """A part of an expression."""

    text: str  #: in its house form
    kind: str  #: "literal", "field", "call", "and", "loop", ...
    name: str  #: of a field, variable, function or macro; else ""
    type: str
    cost: CostEstimate  #: with all that is below it
    offset: int  #: in bytes of the source
    parts: tuple[ExpressionNode, ...]


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What came of an evaluation, failed or not."""

    value: Any  #: None when it failed
    error_class: ErrorClass
    message: str  #: with line, column and a caret; "" without an error
    line: int  #: where in the source it failed, from 1; 0: nowhere
    column: int
    cost: int  #: units of work it took

    @property
    def ok(self) -> bool:
        """Whether it has a value."""
        return not self.error_class


@dataclass(frozen=True, slots=True)
class Completion:
    """What may stand at a place of an unfinished expression."""

    text: str  #: to be inserted for ``source[replace_from:offset]``: "amount", "startsWith("
    kind: str  #: "field", "function", "method", "macro", "root", "variable", "type", "option", ...
    type: str  #: of the result; may be ""
    detail: str  #: the label of a field, the signature of a function
    replace_from: int


class ExpressionOptions(TypedDict, total=False):
    """The keywords of a compilation; Expression.compile explains them."""

    variables: Mapping[str, str]
    expected: str
    container: str
    check: bool
    max_bytes: int
    max_depth: int
    max_loop_nesting: int
    max_cost: int
    max_memory: int


class Expression:
    """A compiled expression; made by `compile` or `Database.expression`.

    It cannot be changed, and any thread may use it. One on records stays right when the model
    changes: it is compiled again when it is next evaluated, and says so when it no longer fits.
    """

    __slots__ = ("_native",)

    def __init__(self, native: _core.Expression) -> None:
        self._native = native

    @staticmethod
    def compile(source: str, *, database: Database | None = None, entity: str = "",
                **options: Unpack[ExpressionOptions]) -> Expression:
        """Compiles an expression by itself, or on records of an entity type of a database.

        ExpressionSyntaxError, ExpressionTypeError and LimitExceeded know line and column.

        - `variables`: the names it may use and their types: ``{"price": "decimal", "tags":
          "list(string)"}``. By itself it knows them and ``now``, on records also the fields and
          the roots r, old, user, now, org and params.
        - `expected`: the type it must have.
        - `container`: the namespace that short names are looked up in.
        - `check`: False: names and types are settled when it runs.
        - `max_bytes` of source, `max_depth` of its tree, `max_loop_nesting`; `max_cost` in units
          of work and `max_memory` in bytes, of one evaluation.
        """
        if (database is None) != (not entity):
            raise TypeError("records have both: a database and an entity type")
        return Expression(_core.compile(
            source, None if database is None else database._native, entity,
            list(options.get("variables", {}).items()), options.get("expected", ""),
            options.get("container", ""), options.get("check", True),
            (options.get("max_bytes", 16 * 1024), options.get("max_depth", 250),
             options.get("max_loop_nesting", 16), options.get("max_cost", 1_000_000),
             options.get("max_memory", 1024 * 1024))))

    @property
    def source(self) -> str:
        """Its text."""
        return self._native.source

    @property
    def entity(self) -> str:
        """The entity type; "" when it is by itself."""
        return self._native.entity

    @property
    def type(self) -> str:
        """Its type: "bool", "wrapper(decimal)", "list(string)", ..."""
        return self._native.type()

    @property
    def fields(self) -> tuple[str, ...]:
        """What it reads of records, sorted: "amount", "account.industry", "old.stage"."""
        return tuple(self._native.fields())

    @property
    def watched(self) -> tuple[str, ...]:
        """The fields that changed(), changed_to() and was() name, sorted."""
        return tuple(self._native.watched())

    @property
    def reads_now(self) -> bool:
        """Whether it reads ``now``."""
        return self._native.reads_now()

    @property
    def cost(self) -> CostEstimate:
        """What an evaluation may cost."""
        return CostEstimate(*self._native.cost())

    def format(self, width: int = 100) -> str:
        """The source in its house form, broken where a line would be wider than `width`."""
        return self._native.format(width)

    def english(self) -> str:
        """A sentence for people: "amount is over 1,000 and stage is Won"."""
        return self._native.english()

    def explain(self) -> ExpressionNode:
        """Its tree, with the type and cost of every part."""
        return _node(self._native.explain())

    def plan(self, reader: Reader, params: Mapping[str, Any] | None = None) -> list[str]:
        """How a query with this condition would find its records now, then the other ways."""
        return self._native.plan(reader._native, dict(params or {}))

    @overload
    def evaluate(self, variables: Mapping[str, Any] = ..., /, *, now: datetime | None = ...,
                 **named: Any) -> Any: ...
    @overload
    def evaluate(self, reader: Reader, id: str, params: Mapping[str, Any] = ..., /,
                 **named: Any) -> Any: ...
    def evaluate(self, where: Mapping[str, Any] | Reader | None = None, id: str = "",
                 params: Mapping[str, Any] | None = None, /, *, now: datetime | None = None,
                 **named: Any) -> Any:
        """Its value, with variables, or on a record as of a snapshot or transaction.

        ``evaluate({"price": 3})``, ``evaluate(price=3)``; `now` is what it reads as ``now``: no
        clock is. ``evaluate(snapshot, "deal:42", least=1000)``: the named values are the
        ``params``; ``now`` is the reader's. A whole number stands for a decimal or a double.
        """
        if where is None or isinstance(where, Mapping):
            return self._native.evaluate({**(where or {}), **named}, now)
        _check_time(now)
        return self._native.evaluate_on(where._native, id, {**(params or {}), **named})

    @overload
    def evaluation(self, variables: Mapping[str, Any] = ..., /, *, now: datetime | None = ...,
                   **named: Any) -> Evaluation: ...
    @overload
    def evaluation(self, reader: Reader, id: str, params: Mapping[str, Any] = ..., /,
                   **named: Any) -> Evaluation: ...
    def evaluation(self, where: Mapping[str, Any] | Reader | None = None, id: str = "",
                   params: Mapping[str, Any] | None = None, /, *, now: datetime | None = None,
                   **named: Any) -> Evaluation:
        """The same as evaluate(), but a failure is an answer; with what it cost."""
        if where is None or isinstance(where, Mapping):
            return Evaluation(*self._native.evaluation({**(where or {}), **named}, now))
        _check_time(now)
        return Evaluation(
            *self._native.evaluation_on(where._native, id, {**(params or {}), **named}))

    def __repr__(self) -> str:
        return f"<kith.Expression {self.source!r}{f' on {self.entity}' if self.entity else ''}>"


def complete(source: str, offset: int | None = None, *, database: Database | None = None,
             entity: str = "", variables: Mapping[str, str] | None = None,
             container: str = "") -> list[Completion]:
    """What may stand at `offset` of an unfinished expression, or at its end; best first."""
    if (database is None) != (not entity):
        raise TypeError("records have both: a database and an entity type")
    place = len(source) if offset is None else offset
    before = source[:place].encode()
    found = _core.complete(source, len(before), None if database is None else database._native,
                           entity, list((variables or {}).items()), container)
    return [Completion(text, kind, type, detail, len(before[:start].decode()))
            for text, kind, type, detail, start in found]


def _node(parts: _core.NodeParts) -> ExpressionNode:
    text, kind, name, type, cost, offset, below = parts
    return ExpressionNode(text, kind, name, type, CostEstimate(*cost), offset,
                          tuple(_node(part) for part in below))


def _check_time(now: datetime | None) -> None:
    if now is not None:
        raise TypeError("the time of an expression on a record is that of the reader")
