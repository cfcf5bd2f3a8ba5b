"""What research needs from outside: pages of other shops, and perhaps a larger model or engine.

`PageFetcher` is polite by contract: it asks robots.txt, waits between two pages of one host, never
opens an address inside a private network, and takes no more than it can hold.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol


@dataclass(frozen=True, kw_only=True)
class Fetched:
    """A page as it came: the address that answered in the end, its type and its bytes."""

    address: str
    content_type: str
    body: bytes


EMBEDDED = "duckdb://"  # in this process, in memory


class PageFetcher(Protocol):
    """Fetches public pages."""

    def get(self, address: str) -> Fetched:
        """Fetch a page. Raises `PageRefused` with the reason."""
        ...


def is_address(text: str) -> bool:
    """Tell an address from a file's path."""
    return text.startswith(("https://", "http://"))


class NobodyFetches(Exception):
    """No fetcher was wired."""


_pages: list[PageFetcher] = []
_model: list[Path | None] = [None]
_tables: list[str] = [EMBEDDED]


def wire(fetcher: PageFetcher, *, model: Path | None = None, tables: str = EMBEDDED) -> None:
    """Put a fetcher behind the port, and say which model folder is used (None: the shipped one).

    `tables` is the Ibis address of the engine on which table work runs.
    """
    _pages[:] = [fetcher]
    _model[:] = [model]
    _tables[:] = [tables]


def pages() -> PageFetcher:
    """Give the fetcher that config wired."""
    if not _pages:
        raise NobodyFetches
    return _pages[0]


def model_folder() -> Path | None:
    """Give the folder of the larger model that the owner configured; None for the shipped one."""
    return _model[0]


def table_engine() -> str:
    """Give the Ibis address of the engine on which table work runs."""
    return _tables[0]
