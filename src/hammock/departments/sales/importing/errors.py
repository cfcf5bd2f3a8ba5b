"""What the import of an order history refuses."""

from __future__ import annotations

from collections.abc import Sequence

from hammock.departments.sales.errors import SalesError


class WrongMapping(SalesError):
    """A mapping file cannot be used; `key` is the dotted key, empty where the file is at fault."""

    def __init__(self, *, file: str, key: str, problem: str) -> None:
        super().__init__(file, key, problem)
        self.file = file
        self.key = key
        self.problem = problem

    def sentence(self) -> str:
        """Name the file, the key and the problem."""
        return (
            f"{self.file}: {self.key}: {self.problem}"
            if self.key
            else f"{self.file}: {self.problem}"
        )


class BrokenHistory(SalesError):
    """A file of orders cannot be taken; each problem names its row and column."""

    def __init__(self, *, file: str, problems: Sequence[str]) -> None:
        super().__init__(file, problems)
        self.file = file
        self.problems = list(problems)

    def sentence(self) -> str:
        """List the problems, one a line."""
        return "\n".join([f"{self.file} cannot be imported, nothing was changed:", *self.problems])


class ReferenceTaken(SalesError):
    """An order of this reference came from elsewhere."""

    def __init__(self, *, reference: str, origin: str) -> None:
        super().__init__(reference, origin)
        self.reference = reference
        self.origin = origin

    def sentence(self) -> str:
        """Name both."""
        return (
            f"{self.reference} is here already, from “{self.origin}”: "
            "give the mapping another reference_prefix."
        )
