"""Reads for the console: studies, how one compares with the one before, whom to talk to."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import QuerySet

from hammock.departments.research.models import Conversation, Niche, Source, Study, Trial
from hammock.departments.research.rules.changes import Comparison, compare
from hammock.departments.research.rules.first_customers import Leads, whom


@dataclass(frozen=True)
class Planned:
    """A conversation of the first twenty, and whom it is best held with."""

    talk: Conversation
    whom: str


def studies() -> QuerySet[Study]:
    """List studies, newest first, without their bulky parts."""
    return Study.objects.defer("found", "map_light", "map_dark")


def compared(study: Study) -> Comparison | None:
    """Compare a study with the one that it repeats; None where there is none."""
    before = study.previous
    if before is None or before.found is None or study.found is None:
        return None
    return compare(study.found, before.found)


def first_customers(niche: Niche) -> list[Planned]:
    """Give the plan for a niche's first twenty customers; empty where none was made."""
    plan = list(niche.conversations.filter(trial=None))
    if not plan:
        return []
    leads = _leads(niche, plan)
    return [Planned(talk, whom(talk.position, leads)) for talk in plan]


def where_they_ask(niche: Niche) -> list[str]:
    """Name the sources that a niche's demand was heard in: where its people can be met."""
    return list(niche.study.sources.filter(side=Source.Side.DEMAND).values_list("name", flat=True))


def _leads(niche: Niche, plan: list[Conversation]) -> Leads:
    trials = {trial.kind: trial for trial in niche.trials.all()}
    waiting, ordered = trials.get(Trial.Kind.WAITING_LIST), trials.get(Trial.Kind.PRE_ORDER)
    unserved = niche.conversations.filter(trial__isnull=False, found_nothing=True).exclude(who="")
    return Leads(
        questions=niche.facts.get("unmet_questions") or niche.facts.get("questions") or (),
        unserved=[talk.who for talk in unserved],
        talked=[talk.who for talk in plan],
        waiting=waiting.entries.count() if waiting else 0,
        buyers=ordered.acted if ordered else 0,
    )
