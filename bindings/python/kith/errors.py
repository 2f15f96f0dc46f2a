"""What can go wrong: one exception class for each error code of kith, below `Error`.

    try:
        with session.transaction() as t:
            t.update("deal:42", {"amount": "a lot"})
    except kith.ValidationError as error:
        for violation in error.violations:
            print(violation.field, violation.code, violation.message)

Where Python has a fitting built-in class, the exception is also one of those: a NotFound is a
KeyError, a ValidationError a ValueError, an IOFailure an OSError.
"""
from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, ClassVar


@dataclass(frozen=True, slots=True)
class Violation:
    """One reason why a write or a document was refused."""

    code: str  #: the rule: "required", "type", "unique", "reference", "choice", ...
    entity: str  #: entity type, or ""
    field: str  #: field, or "" when it is about the whole record
    message: str  #: a sentence for a person, with the remedy
    line: int = 0  #: 1-based place in a document; 0 when there is none
    column: int = 0

    def __str__(self) -> str:
        place = f"{self.line}:{self.column} " if self.line else ""
        where = ".".join(part for part in (self.entity, self.field) if part)
        return f"{place}{where}{': ' if where else ''}{self.message} [{self.code}]"


_EVALUATION_CLASSES = frozenset(("MISSING", "DATA", "LIMIT", "BUG"))


class Error(Exception):
    """The base of everything kith raises about data, files and calls."""

    code: ClassVar[int] = 0
    code_name: ClassVar[str] = ""

    message: str
    entity: str
    field: str
    violations: tuple[Violation, ...]

    def __init__(self, message: str = "", entity: str = "", field: str = "",
                 violations: Iterable[Violation] = ()) -> None:
        super().__init__(message)
        self.message = message
        self.entity = entity
        self.field = field
        self.violations = tuple(violations)

    @property
    def error_class(self) -> str:
        """Of an evaluation that failed: "MISSING", "DATA", "LIMIT" or "BUG"; else ""."""
        code = self.violations[0].code if self.violations else ""
        return code if code in _EVALUATION_CLASSES else ""

    @property
    def line(self) -> int:
        """Where in the expression or document, from 1; 0 when there is no place."""
        return self.violations[0].line if self.violations else 0

    @property
    def column(self) -> int:
        """In code points, from 1; 0 when there is no place."""
        return self.violations[0].column if self.violations else 0

    def __str__(self) -> str:
        lines = [self.message, *(f"  {violation}" for violation in self.violations)]
        return "\n".join(lines)

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.message, self.entity, self.field, self.violations)


class NotFound(Error, KeyError):
    """There is no such record, report or type."""
    code, code_name = 1, "NOT_FOUND"


class InvalidArgument(Error, ValueError):
    """The call itself is wrong: a bad name, a bad value, a wrong state."""
    code, code_name = -100, "INVALID_ARGUMENT"


class Closed(Error):
    """The database, session, snapshot or transaction was closed."""
    code, code_name = -101, "CLOSED"


class WrongThread(Error):
    """A transaction was used by a thread that did not begin it."""
    code, code_name = -102, "WRONG_THREAD"


class Forked(Error):
    """The handle was inherited through fork(): open the database again in the child."""
    code, code_name = -103, "FORKED"


class AlreadyOpen(Error):
    """Another copy of kith in this process has the directory open."""
    code, code_name = -104, "ALREADY_OPEN"


class Unsupported(Error):
    """This build or version cannot do it."""
    code, code_name = -105, "UNSUPPORTED"


class ValidationError(Error, ValueError):
    """The write was refused; `violations` has every reason."""
    code, code_name = -200, "VALIDATION"


class Conflict(Error):
    """The record is not at the version that was expected: read it again."""
    code, code_name = -201, "CONFLICT"


class Refused(Error):
    """A pipeline does not allow the move."""
    code, code_name = -202, "REFUSED"


class PermissionDenied(Error):
    """The session lacks the capability, or the policy denies it."""
    code, code_name = -203, "PERMISSION"


class LimitExceeded(Error):
    """A named limit was passed; the message names it and its option."""
    code, code_name = -204, "LIMIT"


class ModelInvalid(Error, ValueError):
    """The model document has errors; `violations` has each with its place."""
    code, code_name = -300, "MODEL_INVALID"


class ModelIncompatible(Error):
    """The model cannot follow the one that the database has."""
    code, code_name = -301, "MODEL_INCOMPATIBLE"


class ExpressionError(Error, ValueError):
    """The base of errors of expressions."""


class ExpressionSyntaxError(ExpressionError):
    """The text is not an expression."""
    code, code_name = -400, "EXPRESSION_SYNTAX"


class ExpressionTypeError(ExpressionError):
    """The expression does not fit the entity type."""
    code, code_name = -401, "EXPRESSION_TYPE"


class ExpressionFailed(ExpressionError):
    """Evaluation failed: division by zero, overflow, a missing operand."""
    code, code_name = -402, "EXPRESSION_FAILED"


class IOFailure(Error, OSError):
    """The operating system refused; the message has its words."""
    code, code_name = -500, "IO"


class Busy(Error):
    """Another writer holds the database; the message names its process."""
    code, code_name = -501, "BUSY"


class StoreFull(Error):
    """The disk or the configured size is used up."""
    code, code_name = -502, "STORE_FULL"


class ReadersFull(Error):
    """There are too many snapshots at once."""
    code, code_name = -503, "READERS_FULL"


class Corrupt(Error):
    """Stored bytes are not what they must be."""
    code, code_name = -504, "CORRUPT"


class VersionMismatch(Error):
    """The directory was written by an incompatible version of kith."""
    code, code_name = -505, "VERSION_MISMATCH"


class ReadOnly(Error):
    """A write on a read-only handle or file system."""
    code, code_name = -506, "READ_ONLY"


class UnknownOutcome(Error):
    """The commit may or may not have landed."""
    code, code_name = -507, "UNKNOWN_OUTCOME"


class OutOfMemory(Error, MemoryError):
    """There was not enough memory."""
    code, code_name = -508, "OUT_OF_MEMORY"


class HistoryTrimmed(Error):
    """Asked for a time before the oldest that the history keeps."""
    code, code_name = -509, "HISTORY_TRIMMED"


class ImportInvalid(Error, ValueError):
    """The file or its mapping cannot be used at all."""
    code, code_name = -600, "IMPORT_INVALID"


class InternalError(Error):
    """A defect in kith; please report it."""
    code, code_name = -900, "INTERNAL"


def _concrete(base: type[Error]) -> Iterable[type[Error]]:
    for each in base.__subclasses__():
        if "code" in vars(each):
            yield each
        yield from _concrete(each)


#: The class of each code.
BY_CODE: dict[int, type[Error]] = {each.code: each for each in _concrete(Error)}


def from_status(code: int, message: str, entity: str, field: str,
                violations: Iterable[tuple[str, str, str, str, int, int]]) -> Error:
    """The exception for a failed operation of the engine."""
    return BY_CODE.get(code, InternalError)(
        message, entity, field, [Violation(*each) for each in violations])


__all__ = [
    "AlreadyOpen", "Busy", "Closed", "Conflict", "Corrupt", "Error", "ExpressionError",
    "ExpressionFailed", "ExpressionSyntaxError", "ExpressionTypeError", "Forked", "HistoryTrimmed",
    "IOFailure", "ImportInvalid", "InternalError", "InvalidArgument", "LimitExceeded",
    "ModelIncompatible", "ModelInvalid", "NotFound", "OutOfMemory", "PermissionDenied", "ReadOnly",
    "ReadersFull", "Refused", "StoreFull", "UnknownOutcome", "Unsupported", "ValidationError",
    "VersionMismatch", "Violation", "WrongThread",
]
