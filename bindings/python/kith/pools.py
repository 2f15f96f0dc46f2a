"""Thousands of databases in one program, few of them open at a time."""
from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass

from . import _core
from .databases import Database, close_at_exit
from .handles import DatabasePath, Handle, path_bytes
from .options import Clock, system_clock


@dataclass(frozen=True, slots=True)
class PoolStats:
    """A pool in figures."""

    open: int
    in_use: int
    opened: int  #: since the pool was made
    closed: int


class DatabasePool(Handle):
    """Keeps databases open, so that opening one again is quick.

        with kith.DatabasePool(max_open=200) as pool:
            with pool.open("tenants/acme") as db:
                print(db.report("pipeline"))

    When more than `max_open` would be open, the one that has been out of use longest is closed. A
    database is in use until it is closed by whoever opened it, with its sessions and snapshots.
    Any thread may use a pool. Closing it, or the end of its ``with`` block, closes what it keeps
    open; databases that are in use stay good.

    - `max_open`: each takes five file descriptors.
    - `clock`, `read_only`, `max_readers`, `max_file_bytes`, `limits`: of every database, as of
      `kith.open`.
    - `tune_allocator`: asks glibc, for the whole process, to take large blocks from the system,
      because LMDB's would otherwise become resident. Turn it off when your program does so itself.
    """

    _native: _core.DatabasePool

    def __init__(self, *, max_open: int = 256, clock: Clock = system_clock,
                 read_only: bool = False, max_readers: int = 1024, max_file_bytes: int = 0,
                 limits: Mapping[str, int] | None = None, tune_allocator: bool = True) -> None:
        self._native = _core.pool(max_open, read_only, max_readers, max_file_bytes,
                                  dict(limits or {}), tune_allocator)
        self._clock = clock
        close_at_exit(self)

    def open(self, path: DatabasePath) -> Database:
        """The database at `path`, opened or found open; Busy when `max_open` are in use."""
        return Database(self._native.open(path_bytes(path)), os.fsdecode(path), self._clock)

    def close_idle(self) -> int:
        """Closes the databases that are not in use; their number."""
        return self._native.close_idle()

    def stats(self) -> PoolStats:
        """How many databases are open, and how often they were opened."""
        return PoolStats(*self._native.stats())
