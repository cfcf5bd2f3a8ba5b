"""Lets a few requests at a time through to Django, each with a database connection that is kept.

A thread that gives a file to a slow buyer only waits, so the server has many of them. But Python
runs one at a time, and each database connection has memory of its own: both stay few. A request
waits here until one of the connections is free, has it while Django answers, and gives it back
before its answer goes out, however slowly that is. Forms are read before they wait, for the same
reason.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from io import BytesIO
from queue import SimpleQueue
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.http import StreamingHttpResponse

Environ = dict[str, Any]
App = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]

LARGEST_FORM = 1_000_000  # bytes; what is larger is an upload of the console's


class Gate:
    """A WSGI application that lets `at_once` requests through to another one."""

    def __init__(self, behind: App, *, at_once: int) -> None:
        self._behind = behind
        self._kept: SimpleQueue[BaseDatabaseWrapper] = SimpleQueue()
        for _ in range(at_once):
            connection = connections.create_connection(DEFAULT_DB_ALIAS)
            connection.inc_thread_sharing()  # one thread after another has it
            self._kept.put(connection)

    def __call__(self, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answer as the application behind does, when it is this request's turn."""
        _read_form(environ)
        connection = self._kept.get()
        connections[DEFAULT_DB_ALIAS] = connection
        try:
            answer = self._behind(environ, start_response)
        finally:
            del connections[DEFAULT_DB_ALIAS]
            self._kept.put(connection)
        return Poured(answer) if isinstance(answer, StreamingHttpResponse) else answer


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


def _read_form(environ: Environ) -> None:
    length = environ.get("CONTENT_LENGTH") or "0"
    if length.isdecimal() and 0 < int(length) <= LARGEST_FORM:
        environ["wsgi.input"] = BytesIO(environ["wsgi.input"].read(int(length)))
