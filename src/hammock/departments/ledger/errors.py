"""What the books refuse."""

from __future__ import annotations

from hammock.kit.errors import HammockError
from hammock.kit.money import Money


class LedgerError(HammockError):
    """The books refuse a movement."""


class Unbalanced(LedgerError):
    """The lines of an entry do not add up to nothing; `off` is by how much, per currency.

    An entry that moves nothing at all is refused likewise, with nothing in `off`.
    """

    def __init__(self, *, source: str, off: list[Money]) -> None:
        super().__init__(source, off)
        self.source = source
        self.off = off

    def sentence(self) -> str:
        """Name the entry and the difference."""
        if not self.off:
            return f"Entry “{self.source}” moves nothing."
        return f"Entry “{self.source}” is off by {', '.join(str(amount) for amount in self.off)}."


class AlreadyReversed(LedgerError):
    """An entry is reversed once."""

    def __init__(self, *, source: str) -> None:
        super().__init__(source)
        self.source = source

    def sentence(self) -> str:
        """Name the entry."""
        return f"Entry “{self.source}” is reversed already."
