"""The root of Hammock's errors: facts inside, words for people, no HTTP.

Each department draws its own small tree below `HammockError` in its `errors` module; doors choose
status and place. An error carries the facts that made it as attributes and says itself in one
sentence that a person can act on.
"""

from __future__ import annotations


class HammockError(Exception):
    """Something that was asked cannot be done, with a sentence that says why."""

    def __str__(self) -> str:
        return self.sentence()

    def sentence(self) -> str:
        """Say the error as one sentence for the person who asked."""
        return self.__class__.__name__


class FieldError(HammockError):
    """A value that somebody typed or sent cannot be taken; `field` names where it stood."""

    def __init__(self, *, field: str, problem: str) -> None:
        super().__init__(field, problem)
        self.field = field
        self.problem = problem

    def sentence(self) -> str:
        """Name the field, then the problem."""
        return f"{self.field}: {self.problem}"
