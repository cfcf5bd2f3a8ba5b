"""The pen: who holds it may write. One in each process, and one file lock between processes.

Waiting sleeps in the kernel: looking again and again, half a millisecond apart, cost a sale under
load a fifth of its processor time.
"""

from __future__ import annotations

import fcntl
import os
import threading
from collections import deque
from pathlib import Path

from django.db.utils import OperationalError

PATIENCE_SECONDS = 20.0


class Pen:
    """Lets one thread of one process write, in the order of asking."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._guard = threading.Lock()
        self._line: deque[threading.Event] = deque()
        self._is_taken = False
        self._file = -1
        self._owner = -1

    def take(self) -> None:
        """Wait for the pen.

        Raises `OperationalError` when others of this process keep it for `PATIENCE_SECONDS`. While
        another process keeps it, one of us waits as long as that one lives.
        """
        self._take_here()
        try:
            self._take_between_processes()
        except BaseException:
            self._give_here()
            raise

    def give(self) -> None:
        """Hand the pen to whoever waits longest."""
        fcntl.flock(self._file, fcntl.LOCK_UN)
        self._give_here()

    def _take_here(self) -> None:
        with self._guard:
            if not self._is_taken:
                self._is_taken = True
                return
            turn = threading.Event()
            self._line.append(turn)
        if turn.wait(PATIENCE_SECONDS):
            return
        with self._guard:
            if turn in self._line:
                self._line.remove(turn)
                raise OperationalError("database is locked")
        # The turn came in the last moment: it is ours after all.

    def _give_here(self) -> None:
        with self._guard:
            if self._line:
                self._line.popleft().set()
            else:
                self._is_taken = False

    def _take_between_processes(self) -> None:
        if self._owner != os.getpid():  # a forked child must not share its parent's lock
            self._file = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
            self._owner = os.getpid()
        fcntl.flock(self._file, fcntl.LOCK_EX)


_pens: dict[str, Pen] = {}
_guard = threading.Lock()


def pen_of(database: str) -> Pen:
    """Find this process's pen for a database file."""
    with _guard:
        if database not in _pens:
            _pens[database] = Pen(Path(f"{database}-pen"))
        return _pens[database]
