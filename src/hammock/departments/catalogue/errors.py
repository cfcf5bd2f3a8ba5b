"""What the catalogue refuses."""

from __future__ import annotations

from hammock.kit.errors import HammockError


class CatalogueError(HammockError):
    """The catalogue refuses a change."""


class NoShop(CatalogueError):
    """There is no business yet."""

    def sentence(self) -> str:
        """Say how to make one."""
        return "There is no business here yet: run `hammock setup`, or `hammock demo` for a sample."
