"""Answers public pages from memory before Django is entered.

A response that carries `snapshots.HEADER` is the same for everybody while that generation lasts. It
is kept under its path and query, plain and compressed, and given out with an ETag until the
generation ends. At most `MOST` pages are kept; then the memory starts over, so that nobody fills it
with made-up queries.
"""

from __future__ import annotations

import gzip
import hashlib
import threading
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass
from typing import Any

from hammock.kit import snapshots

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]
Headers = list[tuple[bytes, bytes]]

MOST = 2000
_MARK = snapshots.HEADER.lower().encode()
_OWN = {_MARK, b"content-length", b"etag", b"vary", b"cache-control"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A page as bytes, with the headers that go with them."""

    generation: int
    etag: bytes
    plain: bytes
    packed: bytes
    headers: Headers


class Front:
    """An ASGI application that stands before another one."""

    def __init__(self, behind: App) -> None:
        self._behind = behind
        self._kept: dict[tuple[str, bytes], Kept] = {}
        self._stop = threading.Event()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer from memory if the page is there, else from behind, and remember it."""
        if scope["type"] == "lifespan":
            await self._live(receive, send)
            return
        if scope["type"] != "http" or scope["method"] not in {"GET", "HEAD"}:
            await self._behind(scope, _coroutine(receive), send)
            return
        key = (scope["path"], scope["query_string"])
        kept = self._kept.get(key)
        if kept is not None and kept.generation == snapshots.current():
            await _answer(kept, scope, send)
            return
        await self._behind(
            scope, _coroutine(receive), _Listener(send, key, scope["method"], self._keep)
        )

    def _keep(self, key: tuple[str, bytes], page: Kept) -> None:
        if page.generation != snapshots.current():
            return
        if len(self._kept) >= MOST:
            self._kept.clear()
        self._kept[key] = page

    async def _live(self, receive: Receive, send: Send) -> None:
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                threading.Thread(
                    target=snapshots.watch, args=(self._stop,), name="snapshots", daemon=True
                ).start()
                await send({"type": "lifespan.startup.complete"})
            else:
                self._stop.set()
                await send({"type": "lifespan.shutdown.complete"})
                return


def _coroutine(receive: Receive) -> Receive:
    """Make a coroutine function of Granian's receive, which gives futures; a2wsgi needs the former."""

    async def received() -> Message:
        return await receive()

    return received


class _Listener:
    """Passes a response on and, when it is marked, hands its bytes to be kept."""

    def __init__(
        self,
        send: Send,
        key: tuple[str, bytes],
        method: str,
        keep: Callable[[tuple[str, bytes], Kept], None],
    ) -> None:
        self._send = send
        self._key = key
        self._method = method
        self._keep = keep
        self._headers: Headers = []
        self._generation = -1
        self._body: list[bytes] = []

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            message = self._start(message)
        elif self._generation >= 0:
            self._body.append(message.get("body", b""))
            if not message.get("more_body", False):
                self._finish()
        await self._send(message)

    def _start(self, message: Message) -> Message:
        headers: Headers = [(bytes(name), bytes(value)) for name, value in message["headers"]]
        marks = [value for name, value in headers if name.lower() == _MARK]
        has_cookie = any(name.lower() == b"set-cookie" for name, _value in headers)
        if not marks:
            return message
        self._headers = [pair for pair in headers if pair[0].lower() != _MARK]
        if message["status"] == 200 and self._method == "GET" and not has_cookie:
            self._generation = int(marks[0])
        return {**message, "headers": self._headers}

    def _finish(self) -> None:
        plain = b"".join(self._body)
        self._keep(
            self._key,
            Kept(
                generation=self._generation,
                etag=b'"' + hashlib.sha256(plain).hexdigest()[:32].encode() + b'"',
                plain=plain,
                packed=gzip.compress(plain, compresslevel=6, mtime=0),
                headers=[pair for pair in self._headers if pair[0].lower() not in _OWN],
            ),
        )


async def _answer(kept: Kept, scope: Scope, send: Send) -> None:
    asked = {name: value for name, value in scope["headers"] if name in _ASKED}
    headers = [
        *kept.headers,
        (b"etag", kept.etag),
        (b"vary", b"Accept-Encoding"),
        (b"cache-control", b"no-cache"),
    ]
    if asked.get(b"if-none-match") == kept.etag:
        await send({"type": "http.response.start", "status": 304, "headers": headers})
        await send({"type": "http.response.body", "body": b""})
        return
    body = kept.plain
    if b"gzip" in asked.get(b"accept-encoding", b""):
        body = kept.packed
        headers.append((b"content-encoding", b"gzip"))
    headers.append((b"content-length", str(len(body)).encode()))
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body})


_ASKED = {b"if-none-match", b"accept-encoding"}
