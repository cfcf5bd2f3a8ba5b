"""A buyer fetches a file: the link is checked, the right asked, the fetch counted, the bytes given.

What counts. A fetch from the first byte counts as one of the downloads that a purchase allows. It
also leaves one file's size of bytes for *further pieces*: a transfer that broke off goes on with
`Range: bytes=N-`, and such a piece is gated but not counted as long as those bytes last. Every
piece draws its length before it starts and gets back, when it ends, what never went out; so the
pieces of a transfer that breaks ten times cost together what one whole file costs. A piece for
which the bytes do not suffice (or which follows no counted fetch) counts as a download itself.
(What never went out is what the server never asked for. One that reads to the end after the buyer
has gone, as a2wsgi does, makes a broken further piece cost its whole length: every second break or
so then counts.) Asking for `bytes=1-` again and again is thereby counted from the second time on:
the most that a purchase gives is twice its allowed downloads, in bytes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.db import transaction

from hammock.departments.catalogue import ports
from hammock.departments.catalogue.models import ReleaseFile
from hammock.departments.delivery import actions, queries, rules
from hammock.departments.delivery.errors import NotEntitled
from hammock.departments.delivery.events import FileDownloaded
from hammock.departments.delivery.rules import Span
from hammock.kit import facts, links


@dataclass(frozen=True, kw_only=True)
class Deliverable:
    """A file that may be fetched: size in bytes, `etag` its SHA-256 in hex (without quotes)."""

    name: str
    content_type: str
    size: int
    etag: str


@dataclass(frozen=True, kw_only=True)
class Download(Deliverable):
    """A file on its way: `length` bytes from `start`, in `pieces` that must be closed."""

    start: int
    length: int
    is_partial: bool
    pieces: Pieces


class Pieces:
    """The bytes of a download, once; `close` puts back what a further piece did not give out."""

    def __init__(self, *, source: Iterator[bytes], drawn: _Drawn | None) -> None:
        self._source = source
        self._drawn = drawn
        self._given = 0

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        piece = next(self._source)
        self._given += len(piece)
        return piece

    def close(self) -> None:
        """End the download, wherever it is; the second time nothing happens."""
        drawn, self._drawn = self._drawn, None
        if drawn is not None and drawn.length > self._given:
            with transaction.atomic(durable=True):
                actions.put_back_further(
                    entitlement_id=drawn.key.entitlement_id,
                    file_id=drawn.key.file_id,
                    length=drawn.length - self._given,
                )


@dataclass(frozen=True, kw_only=True)
class _Key:
    entitlement_id: int
    file_id: int


@dataclass(frozen=True, kw_only=True)
class _Drawn:
    key: _Key
    length: int


def open_download(*, token: str, wanted_range: str | None, if_range: str | None = None) -> Download:
    """Let a file, or the wanted piece of it, through the gate; see above for what counts.

    `wanted_range` and `if_range` are HTTP's headers of these names; a range is good only while
    `if_range` names the file's ETag, else the whole file is given. Raises `LinkRefused`,
    `NotEntitled`, `DownloadsUsedUp`, `RangeNotSatisfiable`, and from the store `FileMissing` or
    `StoreFailed`: then nothing was counted.
    """
    key = _read(token)
    file = _checked(key)
    is_same = if_range is None or if_range.strip() == f'"{file.sha256}"'
    span = rules.wanted_span(wanted_range if is_same else None, size=file.size)
    given = span or Span(start=0, length=file.size)
    source = ports.files().read(key=file.storage_key, start=given.start, length=given.length)
    drawn = _pass(key, given)
    return Download(
        name=file.name,
        content_type=file.content_type,
        size=file.size,
        etag=file.sha256,
        start=given.start,
        length=given.length,
        is_partial=span is not None,
        pieces=Pieces(source=source, drawn=drawn),
    )


def look_at_download(*, token: str) -> Deliverable:
    """Tell what `open_download` would give, without giving or counting it; raises the same."""
    file = _checked(_read(token))
    return Deliverable(
        name=file.name, content_type=file.content_type, size=file.size, etag=file.sha256
    )


def _read(token: str) -> _Key:
    match links.unsign(queries.DOWNLOAD, token, max_age=rules.LINK_LASTS):
        case [int(entitlement_id), int(file_id)]:
            return _Key(entitlement_id=entitlement_id, file_id=file_id)
    raise NotEntitled


def _checked(key: _Key) -> ReleaseFile:
    """Find the file and see that the store has all of it, before anything is counted."""
    file = actions.file_under(entitlement_id=key.entitlement_id, file_id=key.file_id)
    if ports.files().size(key=file.storage_key) != file.size:
        raise ports.FileMissing(key=file.storage_key)
    return file


def _pass(key: _Key, span: Span) -> _Drawn | None:
    """Draw the span from what a counted fetch left, or count it as a fetch."""
    with transaction.atomic(durable=True):
        if span.start > 0 and _draws(key, span):
            return _Drawn(key=key, length=span.length)
        actions.count_download(entitlement_id=key.entitlement_id, file_id=key.file_id)
        facts.state(
            FileDownloaded(entitlement_id=key.entitlement_id, file_id=key.file_id),
            about=f"entitlement:{key.entitlement_id}",
        )
    return None


def _draws(key: _Key, span: Span) -> bool:
    return actions.draw_further(
        entitlement_id=key.entitlement_id, file_id=key.file_id, length=span.length
    )
