"""Reading plans: the latest answers and what they allow, the strategy, what points at it."""

from __future__ import annotations

from datetime import date, datetime

from django.db.models import QuerySet

from hammock.departments.planning.models import Pointer, RealityCheck, Step, StrategyVersion
from hammock.departments.planning.rules import answers as answering
from hammock.departments.planning.rules.means import Means
from hammock.departments.planning.rules.strategy import Document
from hammock.kit.brand import Brand, dressed
from hammock.kit.prepared import prepared


def latest_check() -> RealityCheck | None:
    """Give the last round of answers."""
    return RealityCheck.objects.first()


def means() -> Means | None:
    """Give the owner's figures as answered last; None before, or while one is missing."""
    check = latest_check()
    return answering.means(check.said) if check else None


def in_force() -> StrategyVersion | None:
    """Give the version of the strategy that is in force."""
    return next(iter(_in_force()), None)


@prepared
def _in_force() -> QuerySet[StrategyVersion]:
    return StrategyVersion.objects.filter(in_force_since__isnull=False)[:1]


def in_force_at(moment: datetime) -> StrategyVersion | None:
    """Give the version of the strategy that was in force just before a moment."""
    return StrategyVersion.objects.filter(in_force_since__lt=moment).first()


def newest() -> StrategyVersion | None:
    """Give the newest version, in force or not."""
    return StrategyVersion.objects.first()


def document() -> Document | None:
    """Read the strategy in force."""
    version = in_force()
    return version.read if version else None


def brand(name: str) -> Brand | None:
    """Give the look and the voice of the strategy in force; None where there is none."""
    found = document()
    if found is None:
        return None
    voice = tuple(line.strip() for line in found.value.voice.splitlines() if line.strip())
    return dressed(name=name, look=found.value.look, voice=voice)


def pointers() -> dict[str, str]:
    """Give the line that each thing points at."""
    return dict(Pointer.objects.order_by().values_list("thing", "line"))


def open_steps() -> list[Step]:
    """List what the plan asks for and nobody has done, the most urgent first."""
    return list(Step.objects.filter(state=Step.State.OPEN))


def due_steps(*, today: date) -> list[Step]:
    """List the open steps whose day has come."""
    return list(Step.objects.filter(state=Step.State.OPEN, due_on__lte=today))
