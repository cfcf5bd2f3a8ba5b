"""Knocks at the shop's own front door over HTTP."""

from __future__ import annotations

from dataclasses import dataclass
from http.client import HTTPException
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

SECONDS = 5.0
TRIES = 2
BROKEN = 500
AGENT = "HammockWatchBot/1.0"  # a program's name, so that the knock is not counted as a visit


@dataclass(frozen=True, kw_only=True)
class OwnDoorbell:
    """Asks for the shop's front page; a second time before it calls the shop down."""

    url: str

    def problem(self) -> str:
        """Say why the shop does not answer; nothing when it does."""
        said = ""
        for _ in range(TRIES):
            said = self._knock()
            if not said:
                return ""
        return said

    def _knock(self) -> str:
        request = Request(self.url, headers={"User-Agent": AGENT})  # noqa: S310 - our own address
        try:
            with urlopen(request, timeout=SECONDS) as answer:  # noqa: S310  # our own address
                answer.read(1)
        except HTTPError as error:
            error.close()
            return f"{self.url} answers {error.code}." if error.code >= BROKEN else ""
        except URLError as error:
            return f"{self.url} does not answer: {error.reason}."
        except (OSError, HTTPException) as error:
            return f"{self.url} does not answer: {error}."
        return ""
