"""What delivery's gates refuse."""

from __future__ import annotations

from hammock.kit.errors import HammockError


class DeliveryError(HammockError):
    """The goods are not handed over."""


class NotEntitled(DeliveryError):
    """Nobody may have this: it is not theirs, was taken back, or is not there (all alike)."""

    def sentence(self) -> str:
        """Say what to do."""
        return "This purchase is not available. Open “My purchases” to see what is yours."


class DownloadsUsedUp(DeliveryError):
    """The file was fetched as often as it may be."""

    def __init__(self, *, name: str, allowed: int) -> None:
        super().__init__(name, allowed)
        self.name = name
        self.allowed = allowed

    def sentence(self) -> str:
        """Name the file and say what to do."""
        return (
            f"“{self.name}” was downloaded {self.allowed} times, which is as often as one purchase "
            "allows. Ask us for more from “My purchases”."
        )


class RangeNotSatisfiable(DeliveryError):
    """A piece of a file was asked for that the file does not have."""

    def __init__(self, *, size: int) -> None:
        super().__init__(size)
        self.size = size

    def sentence(self) -> str:
        """Tell how much there is."""
        return f"The file has {self.size} bytes, and the piece that was asked for is not in it."
