"""Answers public pages from memory before Django is entered.

A response that carries `snapshots.HEADER` is the same for everybody while that generation lasts. It
is kept under its path and query, plain and compressed, and given out with an ETag until the
generation ends. At most `MOST` pages are kept; then the memory starts over, so that nobody fills it
with made-up queries.

What a link says of itself for those who count (`utm_source`, `fbclid` …) says nothing to a page: it
is taken out of the query before anything is looked up, so who comes by a campaign gets the ready
page too, however the link was marked.

Public pages are also what visits are counted by: `count` hears of each that was answered, with the
number of results where it was a search. Whatever goes wrong there, the answer goes out.
"""

from __future__ import annotations

import gzip
import hashlib
import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Protocol

from hammock.kit import snapshots

Environ = dict[str, Any]
Headers = list[tuple[str, str]]
StartResponse = Callable[..., Any]
App = Callable[[Environ, StartResponse], Iterable[bytes]]

MOST = 2000
MARKS = frozenset(
    {
        *(
            "gclid",
            "gbraid",
            "wbraid",
            "dclid",
            "gad_source",
            "gad_campaignid",
            "srsltid",
        ),  # Google
        *(
            "fbclid",
            "igshid",
            "igsh",
            "msclkid",
            "twclid",
            "ttclid",
            "li_fat_id",
            "epik",
            "rdt_cid",
        ),
        *("mc_cid", "mc_eid", "_hsenc", "_hsmi", "vero_id", "mkt_tok", "yclid"),
    }
)
"""What sites and mailers hang on every link, each click another one."""
log = logging.getLogger(__name__)
_MARK = snapshots.HEADER.lower()
_FOUND = snapshots.FOUND.lower()
_OURS = {_MARK, _FOUND}
_OWN = {"content-length", "etag", "vary", "cache-control"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A page as bytes, with the headers that go with them; `found` is a search's results."""

    generation: int
    found: int | None
    etag: str
    plain: bytes
    packed: bytes
    headers: Headers


class Counted(Protocol):
    """What is told of every public page that was answered."""

    def __call__(self, environ: Environ, *, found: int | None) -> None:
        """Count it."""
        ...


class Front:
    """A WSGI application that stands before another one."""

    def __init__(self, behind: App, *, count: Counted) -> None:
        self._behind = behind
        self._tell = count
        self._kept: dict[tuple[str, str], Kept] = {}

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Answer from memory if the page is there, else from behind, and remember it."""
        if environ["REQUEST_METHOD"] not in {"GET", "HEAD"}:
            return self._behind(environ, start_response)
        key = (environ["PATH_INFO"], without_marks(environ.get("QUERY_STRING", "")))
        kept = self._kept.get(key)
        if kept is not None and kept.generation == snapshots.current():
            self._count(environ, kept.found)
            return _answer(kept, environ, start_response)
        return self._ask(key, environ, start_response)

    def _ask(
        self, key: tuple[str, str], environ: Environ, start_response: StartResponse
    ) -> Iterable[bytes]:
        marked: Headers = []

        def start(status: str, headers: Headers, *rest: Any) -> Any:
            shown = [pair for pair in headers if pair[0].lower() not in _OURS]
            names = {name.lower() for name, _value in headers}
            if _MARK in names and status.startswith("200") and "set-cookie" not in names:
                marked.extend(headers)
            return start_response(status, shown, *rest)

        answer = self._behind({**environ, "QUERY_STRING": key[1]}, start)
        if not marked or environ["REQUEST_METHOD"] != "GET":
            return answer
        plain = b"".join(answer)
        close = getattr(answer, "close", None)
        if close is not None:
            close()
        ours = {name.lower(): int(value) for name, value in marked if name.lower() in _OURS}
        self._keep(key, marked, plain, ours)
        self._count(environ, ours.get(_FOUND))
        return [plain]

    def _count(self, environ: Environ, found: int | None) -> None:
        if environ["REQUEST_METHOD"] != "GET":
            return
        try:
            self._tell(environ, found=found)
        except Exception:
            log.warning("A page was answered and not counted", exc_info=True)

    def _keep(
        self, key: tuple[str, str], headers: Headers, plain: bytes, ours: dict[str, int]
    ) -> None:
        generation = ours[_MARK]
        if generation != snapshots.current():
            return
        if len(self._kept) >= MOST:
            self._kept.clear()
        self._kept[key] = Kept(
            generation=generation,
            found=ours.get(_FOUND),
            etag=f'"{hashlib.sha256(plain).hexdigest()[:32]}"',
            plain=plain,
            packed=gzip.compress(plain, compresslevel=6, mtime=0),
            headers=[pair for pair in headers if pair[0].lower() not in _OWN | _OURS],
        )


def without_marks(query: str) -> str:
    """Give a query without the marks by which its link is counted."""
    if "=" not in query:
        return query
    return "&".join(one for one in query.split("&") if not _is_mark(one.partition("=")[0]))


def _is_mark(name: str) -> bool:
    return name in MARKS or name.startswith("utm_")


def _answer(kept: Kept, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
    headers = [
        *kept.headers,
        ("ETag", kept.etag),
        ("Vary", "Accept-Encoding"),
        ("Cache-Control", "no-cache"),
    ]
    if environ.get("HTTP_IF_NONE_MATCH") == kept.etag:
        start_response("304 Not Modified", headers)
        return [b""]
    body = kept.plain
    if "gzip" in environ.get("HTTP_ACCEPT_ENCODING", ""):
        body = kept.packed
        headers.append(("Content-Encoding", "gzip"))
    headers.append(("Content-Length", str(len(body))))
    start_response("200 OK", headers)
    return [b"" if environ["REQUEST_METHOD"] == "HEAD" else body]
