"""The write-ahead log forced to the disk, once for all that committed since the last time."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar


class Log:
    """Forces one database's log; commits that come while a force runs share the next."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._turn = threading.Condition()
        self._asked = 0
        self._forced = 0
        self._is_forcing = False
        self._file = -1
        self._which = (-1, -1)

    def force(self) -> None:
        """Return when everything that this thread wrote before is on the disk."""
        with self._turn:
            self._asked += 1
            mine = self._asked
            while self._forced < mine and self._is_forcing:
                self._turn.wait()
            if self._forced >= mine:
                return
            self._is_forcing = True
            upto = self._asked
        forced = 0
        try:
            os.fdatasync(self._open())
            forced = upto
        finally:
            with self._turn:
                self._is_forcing = False
                self._forced = max(self._forced, forced)
                self._turn.notify_all()

    def _open(self) -> int:
        """Open the log, anew when SQLite has replaced the file."""
        now = os.stat(self._path)  # noqa: PTH116 - with every commit, and a Path costs more than this
        if (now.st_dev, now.st_ino) != self._which:
            if self._file >= 0:
                os.close(self._file)
            self._file = os.open(self._path, os.O_RDONLY)
            self._which = (now.st_dev, now.st_ino)
        return self._file


_logs: dict[str, Log] = {}
_guard = threading.Lock()
_owed: ContextVar[set[Log] | None] = ContextVar("owed", default=None)


def log_of(database: str) -> Log:
    """Find this process's view of a database's log."""
    with _guard:
        if database not in _logs:
            _logs[database] = Log(f"{database}-wal")
        return _logs[database]


def committed(database: str) -> None:
    """Force the log of what was just committed, now or when the block it is in says."""
    owed = _owed.get()
    if owed is None:
        log_of(database).force()
    else:
        owed.add(log_of(database))


@contextmanager
def forced_once() -> Iterator[None]:
    """Force once for all that the block commits: when it ends, however it does.

    Nobody outside may be told of what was committed before; see `force_owed`.
    """
    with forced_later():
        try:
            yield
        finally:
            force_owed()


@contextmanager
def forced_later() -> Iterator[None]:
    """Leave what the block commits to the force of a later commit, which tells that it was done.

    A power cut before takes back all of it, so it must be done again then. Nobody outside may be
    told of it before; see `force_owed`.
    """
    before = _owed.set(set())
    try:
        yield
    finally:
        _owed.reset(before)


def force_owed() -> None:
    """Force what `forced_once` or `forced_later` left, for somebody outside is told of it now."""
    owed = _owed.get()
    while owed:
        owed.pop().force()
