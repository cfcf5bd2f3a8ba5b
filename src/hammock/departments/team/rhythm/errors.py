"""What the team refuses, with the facts inside."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from hammock.kit.errors import FieldError, HammockError


class TeamError(HammockError):
    """Something about the team cannot be done."""


class NoSuchThing(TeamError):
    """It is not there, or not yours: both answer alike."""

    def sentence(self) -> str:
        """Say it."""
        return "This is not there."


class AbsenceRefused(FieldError, TeamError):
    """An absence as planned cannot be; `field` says what of it."""


class DeputyIsAway(AbsenceRefused):
    """The deputy is away on a day of that time, or stands in too late."""

    def __init__(self, *, name: str, first: date, last: date) -> None:
        super().__init__(
            field="deputy",
            problem=f"{name} is away too, from {first:%-d %B %Y} to {last:%-d %B %Y}",
        )
        self.first = first
        self.last = last


class StandsIn(AbsenceRefused):
    """The member stands in for somebody else who is away then."""

    def __init__(self, *, name: str, first: date, last: date) -> None:
        super().__init__(
            field="from",
            problem=f"you stand in for {name} from {first:%-d %B %Y} to {last:%-d %B %Y}",
        )


class Overlaps(AbsenceRefused):
    """Another absence of the same member has a day in common with it."""

    def __init__(self, *, first: date, last: date) -> None:
        super().__init__(
            field="from",
            problem=f"an absence from {first:%-d %B %Y} to {last:%-d %B %Y} is planned already",
        )


class WouldBreak(TeamError):
    """Rehearsal says that something would break while the owner is away."""

    def __init__(self, *, reasons: Sequence[str]) -> None:
        super().__init__(*reasons)
        self.reasons = tuple(reasons)

    def sentence(self) -> str:
        """Say all of it."""
        return "Something would break: " + " ".join(self.reasons)


class NotAway(TeamError):
    """Nobody is away who could come back."""

    def sentence(self) -> str:
        """Say it."""
        return "This absence is over already; nothing changed."


class AlreadyDone(TeamError):
    """The procedure was gone through for that day already."""

    def __init__(self, *, title: str, due_on: date) -> None:
        super().__init__(title, due_on)
        self.title = title
        self.due_on = due_on

    def sentence(self) -> str:
        """Name both."""
        return f"“{self.title}” of {self.due_on:%-d %B %Y} was done already; nothing changed."


class NotDue(TeamError):
    """The procedure is not due on that day."""

    def __init__(self, *, title: str, due_on: date) -> None:
        super().__init__(title, due_on)
        self.title = title
        self.due_on = due_on

    def sentence(self) -> str:
        """Name both."""
        return f"“{self.title}” is not due on {self.due_on:%-d %B %Y}."


class AlreadyAnswered(TeamError):
    """A check-in has its answer; answers are not overwritten."""

    def sentence(self) -> str:
        """Say it."""
        return "This check-in was answered already; nothing changed."
