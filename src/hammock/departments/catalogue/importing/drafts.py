"""What reading an export gives: products as they would be here, and rows that cannot be taken."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from hammock.kit.errors import HammockError
from hammock.kit.money import Money

Kind = Literal["download", "service"]
State = Literal["draft", "on_sale", "retired"]


@dataclass(frozen=True, kw_only=True)
class Problem:
    """Why a row cannot be taken; rows count as in a spreadsheet, the header is row 1."""

    row: int
    column: str
    sentence: str

    def __str__(self) -> str:
        where = f"row {self.row}, column “{self.column}”" if self.column else f"row {self.row}"
        return f"{where}: {self.sentence}"


class RowRefused(HammockError):
    """A row cannot be taken."""

    def __init__(self, *, row: int, column: str, sentence: str) -> None:
        super().__init__(row, column, sentence)
        self.problem = Problem(row=row, column=column, sentence=sentence)

    def sentence(self) -> str:
        """Name row and column, then the problem."""
        return str(self.problem)


class BrokenFile(HammockError):
    """The file as a whole cannot be read; nothing of it is taken."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__(*problems)
        self.problems = problems

    def sentence(self) -> str:
        """Say the first problem."""
        return str(self.problems[0])


@dataclass(frozen=True, kw_only=True)
class FoundPrice:
    """One way to buy a product, from this row; `left` is how many there are, None unlimited."""

    row: int
    sku: str
    label: str
    amount: Money
    is_active: bool = True
    left: int | None = None


@dataclass(frozen=True, kw_only=True)
class FoundProduct:
    """A product as it would be here; `by_hand` tells what the owner still adds.

    `state` is what the export says; `description` is HTML that was made safe; `brief` is what a
    service asks its buyer for; `capacity` is how many there are, None unlimited; `waits` says why
    it cannot go on sale as it stands, whatever its state.
    """

    row: int
    slug: str
    title: str
    summary: str
    description: str
    kind: Kind
    state: State
    category: str
    brief: str
    prices: tuple[FoundPrice, ...]
    by_hand: tuple[str, ...]
    capacity: int | None = None
    waits: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Parsed:
    """An export as understood; `unused` columns have content but no place here."""

    products: tuple[FoundProduct, ...]
    problems: tuple[Problem, ...]
    unused: tuple[str, ...]
    sku_column: str
