"""What decisions refuses, with the facts that a door needs to say it well."""

from __future__ import annotations

from hammock.kit.errors import HammockError
from hammock.kit.money import Money


class DecisionError(HammockError):
    """The question cannot be asked, answered or undone like this."""


class WrongKind(DecisionError):
    """A kind of decision is declared wrongly, or twice."""

    def __init__(self, *, kind: str, problem: str) -> None:
        super().__init__(kind, problem)
        self.kind = kind
        self.problem = problem

    def sentence(self) -> str:
        """Name the kind, then the problem."""
        return f"Kind “{self.kind}”: {self.problem}."


class UnknownKind(DecisionError):
    """No department declares this kind of decision."""

    def __init__(self, *, kind: str) -> None:
        super().__init__(kind)
        self.kind = kind

    def sentence(self) -> str:
        """Name it."""
        return f"No kind of decision is called “{self.kind}”."


class UnknownOutcome(DecisionError):
    """The kind has no such outcome."""

    def __init__(self, *, kind: str, outcome: str, known: tuple[str, ...]) -> None:
        super().__init__(kind, outcome, known)
        self.kind = kind
        self.outcome = outcome
        self.known = known

    def sentence(self) -> str:
        """Name it, and what would do."""
        return f"“{self.kind}” has no outcome “{self.outcome}”; it has {', '.join(self.known)}."


class WrongFact(DecisionError):
    """A fact is missing, unknown, or not of the type that its kind declares."""

    def __init__(self, *, kind: str, fact: str, problem: str) -> None:
        super().__init__(kind, fact, problem)
        self.kind = kind
        self.fact = fact
        self.problem = problem

    def sentence(self) -> str:
        """Name kind and fact, then the problem."""
        return f"“{self.kind}”, fact “{self.fact}”: {self.problem}."


class NoSuchDecision(DecisionError):
    """There is no such decision."""

    def sentence(self) -> str:
        """Say so."""
        return "There is no such decision."


class AlreadyAnswered(DecisionError):
    """Somebody, or a policy, was first."""

    def __init__(self, *, by: str, outcome: str) -> None:
        super().__init__(by, outcome)
        self.by = by
        self.outcome = outcome

    def sentence(self) -> str:
        """Name who was first, and with what."""
        return f"This was answered already, by {self.by}: {self.outcome}."


class MayNotDecide(DecisionError):
    """This member may not answer this question; `sentence` says why."""

    def __init__(self, *, name: str, problem: str) -> None:
        super().__init__(name, problem)
        self.name = name
        self.problem = problem

    def sentence(self) -> str:
        """Name the member, then the reason."""
        return f"{self.name} cannot answer this: {self.problem}."


class OverLimit(MayNotDecide):
    """More is at stake than the member may decide about."""

    def __init__(self, *, name: str, limit: Money, stake: Money) -> None:
        super().__init__(name=name, problem=f"{stake} is at stake, over the limit of {limit}")
        self.limit = limit
        self.stake = stake


class DayFull(MayNotDecide):
    """The member has answered as many questions today as their role may."""

    def __init__(self, *, name: str, count: int) -> None:
        super().__init__(name=name, problem=f"{count} answers a day are the limit, and were given")
        self.count = count


class CannotUndo(DecisionError):
    """This answer stands."""

    def __init__(self, *, problem: str) -> None:
        super().__init__(problem)
        self.problem = problem

    def sentence(self) -> str:
        """Say why."""
        return f"This cannot be undone: {self.problem}."


class ConditionRefused(DecisionError):
    """A condition does not parse, or does not fit the kind's facts; `line` and `column` from 1."""

    def __init__(self, *, problem: str, line: int = 1, column: int = 1) -> None:
        super().__init__(problem, line, column)
        self.problem = problem
        self.line = line
        self.column = column

    def sentence(self) -> str:
        """Name the place, then the problem."""
        return f"Condition, line {self.line}, column {self.column}: {self.problem}"


class NoSuchPolicy(DecisionError):
    """There is no such policy."""

    def sentence(self) -> str:
        """Say so."""
        return "There is no such policy."
