"""What every open thing of kith has in common."""
from __future__ import annotations

import os
import warnings
from types import TracebackType
from typing import Any, NoReturn, Protocol, Self

#: The path of a database; ":memory:" is one that is gone when it is closed.
DatabasePath = str | bytes | os.PathLike[str]


def path_bytes(path: DatabasePath) -> bytes:
    """The path as the system takes it."""
    encoded = os.fsencode(path)
    if b"\0" in encoded:
        raise ValueError("a path cannot hold a null byte")
    return encoded


class _Native(Protocol):
    def close(self) -> None: ...
    @property
    def is_open(self) -> bool: ...


class Handle:
    """Something that is open until it is closed.

    Use it in a ``with`` statement. close() may be called again; everything else raises
    kith.Closed after it. One that is collected while open is closed with a ResourceWarning.
    A handle belongs to its process: it cannot be pickled, and after os.fork() it raises
    kith.Forked in the child.
    """

    _native: _Native
    _warn_unclosed = True

    @property
    def closed(self) -> bool:
        """Whether it was closed."""
        return not self._native.is_open

    def close(self) -> None:
        """Lets go of it; again is harmless."""
        self._native.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None,
                 traceback: TracebackType | None) -> None:
        self.close()

    def __del__(self) -> None:
        # Nothing that blocks happens here: the native part is let go by its own destructor.
        native = getattr(self, "_native", None)
        if native is not None and native.is_open and self._warn_unclosed:
            warnings.warn(f"unclosed {self!r}", ResourceWarning, stacklevel=2, source=self)

    def __reduce_ex__(self, protocol: Any) -> NoReturn:
        raise TypeError(f"a {type(self).__name__} belongs to its process and cannot be pickled; "
                        "pass the path and open the database there")

    def __repr__(self) -> str:
        return f"<kith.{type(self).__name__} {'closed' if self.closed else 'open'}>"
