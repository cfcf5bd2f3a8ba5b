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


class CannotSave(CatalogueError):
    """A product cannot stand like this; `field` names what has to change."""

    def __init__(self, *, field: str, problem: str) -> None:
        super().__init__(field, problem)
        self.field = field
        self.problem = problem

    def sentence(self) -> str:
        """Name the field, then the problem."""
        return f"{self.field}: {self.problem}"


class ShopExists(CatalogueError):
    """There is a business already."""

    def __init__(self, *, name: str) -> None:
        super().__init__(name)
        self.name = name

    def sentence(self) -> str:
        """Name it, and say how to make another."""
        return f"“{self.name}” lives here already. Set HAMMOCK_DATA to an empty folder for another."
