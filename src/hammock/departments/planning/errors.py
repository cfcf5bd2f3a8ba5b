"""What planning refuses, with the facts inside."""

from __future__ import annotations

from hammock.kit.errors import HammockError


class PlanningError(HammockError):
    """Something about a plan cannot be done."""


class WrongPlaybook(PlanningError):
    """A playbook's file cannot be used; carries the `file`, the `field` and the `problem`."""

    def __init__(self, *, file: str, field: str, problem: str) -> None:
        super().__init__(file, field, problem)
        self.file = file
        self.field = field
        self.problem = problem

    def sentence(self) -> str:
        """Name the file and the field, then the problem."""
        return f"{self.file}: {self.field}: {self.problem}."


class NoSuchPlaybook(PlanningError):
    """There is no playbook of this name; carries the `slug`."""

    def __init__(self, *, slug: str) -> None:
        super().__init__(slug)
        self.slug = slug

    def sentence(self) -> str:
        """Name it."""
        return f"There is no playbook “{self.slug}”."


class NothingWritten(PlanningError):
    """What was sent says the same as what is there."""

    def sentence(self) -> str:
        """Say that nothing changed."""
        return "Nothing is different from the version before, so none was written."


class NoSuchLine(PlanningError):
    """The strategy in force has no such line; carries its `key`."""

    def __init__(self, *, key: str) -> None:
        super().__init__(key)
        self.key = key

    def sentence(self) -> str:
        """Name the line."""
        return f"The strategy in force has no line “{self.key}”."


class NoStrategy(PlanningError):
    """There is no strategy that could be put into force."""

    def sentence(self) -> str:
        """Say what to do."""
        return "There is no draft to put into force. Write one, or begin from a playbook."
