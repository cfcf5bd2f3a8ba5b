"""Lets a few requests at a time through to Django, each with a database connection that is kept.

A thread that gives a file to a slow buyer only waits, so the server has many of them. But Python
runs one at a time: more than two that run only take it from each other, and each database
connection has memory of its own. So a request waits here until a place is free, has it and its
connection while Django answers, and leaves before its answer goes out, however slowly that is.
Forms and uploads are read before, for the same reason, and who asks a payment provider gives the
place to another one meanwhile (`kit/turns.py`). What a request commits is forced to the disk once,
after it left its place and before its answer goes out. The console has places of its own: what
reckons for seconds there keeps no buyer waiting.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from queue import SimpleQueue
from tempfile import SpooledTemporaryFile

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.http import StreamingHttpResponse

from hammock.config.front import App, Environ, StartResponse
from hammock.kit import limits, turns
from hammock.kit.sqlite.log import forced_once

Kept = SimpleQueue[BaseDatabaseWrapper]

PIECE = 64 * 1024


class Gate:
    """A WSGI application that lets `at_once` requests of each kind through to another one."""

    def __init__(self, behind: App, *, at_once: int) -> None:
        self._behind = behind
        self._shop, self._console = _connections(at_once), _connections(at_once)

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Answer as the application behind does, when it is this request's turn."""
        is_console = environ["PATH_INFO"].startswith(limits.CONSOLE)
        place = _Place(self._console if is_console else self._shop)
        with _form_read(environ), forced_once(), turns.having(place):
            answer = self._behind(environ, start_response)
        return Poured(answer) if isinstance(answer, StreamingHttpResponse) else answer


class _Place:
    """One of the kept connections, lent to the thread that has the place."""

    def __init__(self, kept: Kept) -> None:
        self._kept = kept

    def take(self) -> None:
        connections[DEFAULT_DB_ALIAS] = self._kept.get()

    def leave(self) -> None:
        lent = connections[DEFAULT_DB_ALIAS]
        del connections[DEFAULT_DB_ALIAS]
        self._kept.put(lent)


def _connections(number: int) -> Kept:
    kept: Kept = SimpleQueue()
    for _ in range(number):
        connection = connections.create_connection(DEFAULT_DB_ALIAS)
        connection.inc_thread_sharing()  # one thread after another has it
        kept.put(connection)
    return kept


class Poured:
    """A body that goes out piece by piece; what it asks of the database it asks by itself."""

    def __init__(self, answer: StreamingHttpResponse) -> None:
        self._answer = answer

    def __iter__(self) -> Iterator[bytes]:
        return iter(self._answer)

    def close(self) -> None:
        """End the answer, and the connection that was opened for it, if one was."""
        try:
            self._answer.close()
        finally:
            connections.close_all()


@contextmanager
def _form_read(environ: Environ) -> Iterator[None]:
    """Read what comes with the request; what is refused for its size is left alone."""
    said = environ.get("CONTENT_LENGTH") or "0"
    left = int(said) if said.isdecimal() else 0
    if not left or limits.is_refused(
        path=environ["PATH_INFO"], length=said, cookies=environ.get("HTTP_COOKIE", "")
    ):
        yield
        return
    with SpooledTemporaryFile(max_size=limits.MOST_BYTES) as form:
        while left and (piece := environ["wsgi.input"].read(min(PIECE, left))):
            form.write(piece)
            left -= len(piece)
        form.seek(0)
        environ["wsgi.input"] = form
        yield
