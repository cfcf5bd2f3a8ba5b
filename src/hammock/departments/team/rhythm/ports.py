"""What the watch needs from outside: somebody who knocks at the shop's own door."""

from __future__ import annotations

from typing import Protocol

from hammock.kit.errors import HammockError


class NotWired(HammockError):
    """Nobody told who knocks."""

    def sentence(self) -> str:
        """Say what to do."""
        return "rhythm.ports.wire was not called; config/wiring.py does it."


class Doorbell(Protocol):
    """Asks for a page of the shop as a customer would."""

    def problem(self) -> str:
        """Say why the shop does not answer; nothing when it does."""


class _Wired:
    doorbell: Doorbell | None = None


def wire(doorbell: Doorbell) -> None:
    """Put who knocks behind the port."""
    _Wired.doorbell = doorbell


def wired() -> Doorbell | None:
    """Give who knocks, if anybody was wired."""
    return _Wired.doorbell


def doorbell() -> Doorbell:
    """Give who knocks. Raises `NotWired`."""
    if _Wired.doorbell is None:
        raise NotWired
    return _Wired.doorbell
