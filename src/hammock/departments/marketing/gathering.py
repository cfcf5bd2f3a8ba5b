"""Counts visits and searches in memory, while pages are answered; somebody else writes them down.

A visit is a browser's first public page of a day. Browsers are told apart by a hash of the day's
secret, their address and their name; the address is kept nowhere, and when the day's secret is gone
(`kit.daily_secret`) the hashes mean nothing. Nothing here asks the database, waits, or knows a
cookie: a page that was seen before costs a hash and a look into a dictionary.

Several processes gather side by side, so a visit counts when it is written (`counting.write`), once
for a hash. A page to which a page of our own led is no first one, as a rule: it waits two rounds
longer, so that the first page, seen by another process, is written before it. One round would not
do: of two processes one may have just begun its round as the other is about to end its own.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from hashlib import blake2b
from itertools import islice
from typing import Any, TypeVar
from urllib.parse import parse_qs

from hammock.departments.marketing.rules.agents import LONGEST, is_person
from hammock.departments.marketing.rules.channels import DIRECT, channel_of
from hammock.departments.marketing.rules.searches import kept_words

MOST_KNOWN = 100_000  # browsers that a process remembers; the written ones are remembered anyway
MOST_WAITING = 50_000  # of one round, however long the database is away
ROUNDS_LATER = 2  # that a page waits to which one of our own led
LONGEST_PATH = 120
_STAFF = "sessionid="  # only who was in the console has a session
_SEARCHED = "q"

Environ = Mapping[str, Any]
T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Came:
    """A browser's first page of the day: by which channel it came, and on which page it landed."""

    channel: str
    landing: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Searched:
    """A search as it is kept; `words` is empty where they may not be, `found` how many it gave."""

    words: str
    found: int


@dataclass(frozen=True, kw_only=True)
class Gathered:
    """What was seen of a day and is not written yet, by hash."""

    day: date
    visits: Mapping[int, Came] = field(default_factory=dict)
    searches: Mapping[int, Searched] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.visits or self.searches)


class Gatherer:
    """One process's memory of a day's visits and searches; nothing is counted before `begin`."""

    def __init__(self, *, is_behind_proxy: bool = False) -> None:
        self.is_behind_proxy = is_behind_proxy
        self.day: date | None = None
        self._secret = b""
        self._lock = threading.Lock()
        self._ready: dict[date, Gathered] = {}
        self._forget()

    def begin(self, day: date, *, secret: bytes) -> None:
        """Begin a day; what the day before still holds waits to be written as that day's."""
        with self._lock:
            for _round in self._visits:
                self._hand_over()
            self.day, self._secret = day, secret
            self._forget()

    def see(self, environ: Environ, *, found: int | None = None) -> None:
        """Count a public page that was just answered; `found` tells a search's results."""
        if not _is_looked_at(environ):
            return
        visitor = self.visitor(environ)
        if visitor is None:
            return
        if visitor not in self._known:
            self._meet(visitor, environ)
        if found is not None:
            self._note(visitor, environ, found)

    def visitor(self, environ: Environ) -> int | None:
        """Give today's hash of who asks; None for programs, and while nothing is counted."""
        agent = environ.get("HTTP_USER_AGENT", "")[:LONGEST]
        if not self._secret or not is_person(agent):
            return None
        return self._hash(f"{self._address(environ)}\n{agent}")

    def channel(self, visitor: int) -> str | None:
        """Tell by which channel somebody came who was met here."""
        return self._known.get(visitor)

    def gathered(self) -> list[Gathered]:
        """Give what is ready to be written, the earlier day first, and wait for it no more."""
        with self._lock:
            self._hand_over()
            ready = [one for _day, one in sorted(self._ready.items()) if one]
            self._ready = {}
        return ready

    def put_back(self, gathered: Gathered) -> None:
        """Take back what could not be written; of too much, what came last is left out."""
        with self._lock:
            kept = self._ready.get(gathered.day, Gathered(day=gathered.day))
            self._ready[gathered.day] = _joined(gathered, kept)

    def _forget(self) -> None:
        self._known: dict[int, str] = {}
        self._visits: list[dict[int, Came]] = [{} for _ in range(ROUNDS_LATER + 1)]  # by round
        self._searches: dict[int, Searched] = {}
        self._noted: set[int] = set()  # hashes of searches, as sent and as kept

    def _hand_over(self) -> None:
        """Make ready what is due this round; what waits longer comes a round nearer."""
        if self.day is None:
            return
        due, *later = self._visits
        came = Gathered(day=self.day, visits=due, searches=self._searches)
        self._ready[self.day] = _joined(self._ready.get(self.day, Gathered(day=self.day)), came)
        self._visits, self._searches = [*later, {}], {}

    def _meet(self, visitor: int, environ: Environ) -> None:
        referrer = environ.get("HTTP_REFERER", "")[:500]
        channel = channel_of(
            referrer=referrer,
            query=environ.get("QUERY_STRING", ""),
            own_host=environ.get("HTTP_HOST", ""),
        )
        came = Came(channel=channel, landing=_path(environ))
        with self._lock:
            if visitor in self._known:
                return
            if len(self._known) >= MOST_KNOWN:
                self._known.clear()
            self._known[visitor] = channel
            waiting = self._visits[ROUNDS_LATER if referrer and channel == DIRECT else 0]
            if len(waiting) < MOST_WAITING:
                waiting[visitor] = came

    def _note(self, visitor: int, environ: Environ, found: int) -> None:
        query = environ.get("QUERY_STRING", "")
        again = self._hash(f"{visitor}\n{query}")
        if again in self._noted:
            return
        asked = parse_qs(query).get(_SEARCHED, [""])[0]
        words = kept_words(asked)
        key = self._hash(f"{visitor} searched {words or asked}")
        with self._lock:
            if len(self._noted) >= MOST_KNOWN:
                self._noted.clear()
            new = {key, again} - self._noted
            self._noted |= new
            if key in new and len(self._searches) < MOST_WAITING:
                self._searches[key] = Searched(words=words, found=found)

    def _address(self, environ: Environ) -> str:
        """Read the browser's address: behind a proxy, the last one that the proxy saw."""
        if self.is_behind_proxy and (passed := environ.get("HTTP_X_FORWARDED_FOR")):
            return str(passed).rpartition(",")[2].strip()
        return str(environ.get("REMOTE_ADDR", ""))

    def _hash(self, text: str) -> int:
        digest = blake2b(text.encode("utf-8", "replace"), key=self._secret, digest_size=8).digest()
        return int.from_bytes(digest, "big", signed=True)


def _joined(first: Gathered, then: Gathered) -> Gathered:
    return Gathered(
        day=first.day,
        visits=_bounded({**then.visits, **first.visits}, first.visits),
        searches=_bounded({**then.searches, **first.searches}, first.searches),
    )


def _bounded(whole: dict[int, T], first: Mapping[int, T]) -> dict[int, T]:
    """Leave out what came last where there is more than `MOST_WAITING`."""
    if len(whole) <= MOST_WAITING:
        return whole
    return dict(islice({**first, **whole}.items(), MOST_WAITING))


def _path(environ: Environ) -> str:
    """Read the path as people write it: WSGI hands its bytes over as Latin-1."""
    raw = str(environ.get("PATH_INFO", "")).encode("latin-1", "replace")
    return raw.decode("utf-8", "replace")[:LONGEST_PATH]


def _is_looked_at(environ: Environ) -> bool:
    """Tell whether a page goes before somebody's eyes who is not of the house."""
    return (
        _STAFF not in environ.get("HTTP_COOKIE", "")
        and environ.get("HTTP_SEC_FETCH_DEST", "document") == "document"
        and "prefetch" not in environ.get("HTTP_SEC_PURPOSE", "")
        and "prefetch" not in environ.get("HTTP_PURPOSE", "")
        and "prefetch" not in environ.get("HTTP_X_MOZ", "")
    )


gatherer = Gatherer()
"""This process's; `config/wsgi.py` lets it begin."""
