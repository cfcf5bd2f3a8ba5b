"""What can go wrong when a market is studied: files unread, data that say too little."""

from __future__ import annotations

from hammock.kit.errors import HammockError


class ResearchError(HammockError):
    """Something about a study cannot be done."""


class UnreadableFile(ResearchError):
    """A file cannot be taken at all; carries `file` and `problem`."""

    def __init__(self, *, file: str, problem: str) -> None:
        super().__init__(file, problem)
        self.file = file
        self.problem = problem

    def sentence(self) -> str:
        """Name the file, then the problem."""
        return f"{self.file}: {self.problem}."


class ColumnMissing(ResearchError):
    """A needed column was not recognised; carries `file`, `wanted` and the `columns` there are."""

    def __init__(self, *, file: str, wanted: str, columns: tuple[str, ...]) -> None:
        super().__init__(file, wanted, columns)
        self.file = file
        self.wanted = wanted
        self.columns = columns

    def sentence(self) -> str:
        """Say which column is needed, what there is, and how to name it."""
        there = ", ".join(self.columns[:12]) or "none"
        return (
            f"{self.file}: no column for the {self.wanted} was recognised among: {there}. "
            f"Name it, for example {self.wanted}=COLUMN."
        )


class TooLittleData(ResearchError):
    """There is too little to say anything; carries `what`, how many were `found` and `needed`."""

    def __init__(self, *, what: str, found: int, needed: int) -> None:
        super().__init__(what, found, needed)
        self.what = what
        self.found = found
        self.needed = needed

    def sentence(self) -> str:
        """Say how many there are and how many it takes."""
        return (
            f"Too little data: {self.found:,} {self.what}, and at least {self.needed:,} are needed "
            "before niches can be told from chance."
        )


class StudyCancelled(ResearchError):
    """Somebody stopped the study; nothing was written."""

    def sentence(self) -> str:
        """Say that nothing was written."""
        return "The study was stopped; nothing was written."


class CannotDo(ResearchError):
    """Something that was asked of a study or a test cannot be done; carries the `problem`."""

    def __init__(self, *, problem: str) -> None:
        super().__init__(problem)
        self.problem = problem

    def sentence(self) -> str:
        """Say the problem."""
        return self.problem[:1].upper() + self.problem[1:] + "."


class PageRefused(ResearchError):
    """A page is not fetched, or its answer not taken; carries `address` and `problem`."""

    def __init__(self, *, address: str, problem: str) -> None:
        super().__init__(address, problem)
        self.address = address
        self.problem = problem

    def sentence(self) -> str:
        """Name the address, then the problem."""
        return f"{self.address[:200]}: {self.problem}."


class TableEngineUnusable(ResearchError):
    """The configured table engine cannot be used; carries its `kind` and the `problem`."""

    def __init__(self, *, kind: str, problem: str) -> None:
        super().__init__(kind, problem)
        self.kind = kind
        self.problem = problem

    def sentence(self) -> str:
        """Name the setting and the kind of engine (its address may hold a password)."""
        return f"HAMMOCK_TABLE_ENGINE, {self.kind}: {self.problem}."
