"""The pen: who holds it may write. One in each process, and one file lock between processes."""

from __future__ import annotations

import fcntl
import os
import threading
import time
from collections import deque
from pathlib import Path

from django.db.utils import OperationalError

PATIENCE_SECONDS = 20.0
_LOOK_SECONDS = 0.0005


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
        """Wait for the pen. Raises `OperationalError` after `PATIENCE_SECONDS`."""
        until = time.monotonic() + PATIENCE_SECONDS
        self._take_here()
        try:
            self._take_between_processes(until)
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

    def _take_between_processes(self, until: float) -> None:
        if self._owner != os.getpid():  # a forked child must not share its parent's lock
            self._file = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
            self._owner = os.getpid()
        while True:
            try:
                fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return
            except BlockingIOError:
                if time.monotonic() > until:
                    raise OperationalError("database is locked") from None
                time.sleep(_LOOK_SECONDS)


_pens: dict[str, Pen] = {}
_guard = threading.Lock()


def pen_of(database: str) -> Pen:
    """Find this process's pen for a database file."""
    with _guard:
        if database not in _pens:
            _pens[database] = Pen(Path(f"{database}-pen"))
        return _pens[database]
