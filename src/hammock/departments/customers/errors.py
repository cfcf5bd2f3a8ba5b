"""What customers' requests are refused for before anybody decides."""

from __future__ import annotations

from datetime import datetime

from hammock.kit import showing
from hammock.kit.errors import HammockError


class CustomersError(HammockError):
    """The customer cannot ask for this like this."""


class AskedAlready(CustomersError):
    """The same was asked before and still waits for its answer."""

    def __init__(self, *, title: str, answer_by: datetime) -> None:
        super().__init__(title, answer_by)
        self.title = title
        self.answer_by = answer_by

    def sentence(self) -> str:
        """Name it and say until when."""
        return (
            f"You asked for this already ({self.title}). You have an answer by "
            f"{showing.day(self.answer_by)}."
        )


class CannotAsk(CustomersError):
    """This cannot be asked for; `problem` is a sentence that says why."""

    def __init__(self, *, problem: str) -> None:
        super().__init__(problem)
        self.problem = problem

    def sentence(self) -> str:
        """Say why."""
        return self.problem
