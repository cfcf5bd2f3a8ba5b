"""Research's writes; they assume the caller's transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from hammock.departments.research.errors import CannotDo
from hammock.departments.research.models import Conversation, Niche, Source, Study, Trial
from hammock.kit import clock

INTERVIEWS = 10
FIRST_CUSTOMERS = 20
LONGEST_NAME = 300


@dataclass(frozen=True, kw_only=True)
class SourceDraft:
    """A source as it came in: a stored file that was looked at, or an address to be fetched."""

    side: str
    name: str
    storage_key: str = ""
    address: str = ""
    size: int = 0
    header: Sequence[str] = ()
    sample: Sequence[Sequence[str]] = ()
    recognised: Mapping[str, str] = field(default_factory=dict)
    chosen: Mapping[str, str] = field(default_factory=dict)


def open_study(*, name: str, sources: Sequence[SourceDraft], previous: int | None) -> Study:
    """Write a draft of a study with its sources."""
    study = Study.objects.create(name=name, previous_id=previous)
    for draft in sources:
        Source.objects.create(
            study=study,
            side=draft.side,
            name=draft.name,
            storage_key=draft.storage_key,
            address=draft.address,
            size=draft.size,
            header=list(draft.header),
            sample=[list(row) for row in draft.sample],
            recognised=dict(draft.recognised),
            chosen=dict(draft.chosen),
        )
    return study


def keep_niches(study: Study, niches: Sequence[Mapping[str, Any]]) -> None:
    """Write the niches that were found, in their order, in place of any older ones."""
    study.niches.all().delete()
    Niche.objects.bulk_create(
        Niche(
            study=study,
            position=position,
            rank=niche["rank"],
            name=str(niche["niche"])[:LONGEST_NAME],
            facts=dict(niche),
        )
        for position, niche in enumerate(niches, start=1)
    )


def start_trial(niche: Niche, *, kind: str) -> Trial:
    """Write a test that has no result yet. Raises `CannotDo` where the niche has it already."""
    if niche.trials.filter(kind=kind).exists():
        raise CannotDo(problem="this test was set up for the niche already")
    return Trial.objects.create(niche=niche, kind=kind)


def plan_interviews(trial: Trial) -> None:
    """Write the ten interviews to be held, with what to ask."""
    questions = trial.niche.facts.get("unmet_questions") or trial.niche.facts.get("questions") or []
    Conversation.objects.bulk_create(
        Conversation(niche=trial.niche, trial=trial, position=at, ask=_interview(questions, at))
        for at in range(1, INTERVIEWS + 1)
    )


def plan_first_customers(niche: Niche) -> None:
    """Write the plan for the first twenty customers. Raises `CannotDo` where there is one."""
    if niche.conversations.filter(trial=None).exists():
        raise CannotDo(problem="there is a plan for the first twenty customers already")
    Conversation.objects.bulk_create(
        Conversation(niche=niche, position=at, ask=_first(niche.name, at))
        for at in range(1, FIRST_CUSTOMERS + 1)
    )


def _interview(questions: Sequence[str], at: int) -> str:
    asked = str(questions[(at - 1) % len(questions)])[:160] if questions else ""
    about = f" You might have asked “{asked}”." if asked else ""
    return (
        f"Tell me about the last time you looked for this.{about} What did you find, what did it "
        "cost you, and did anything fit?"
    )


def _first(name: str, at: int) -> str:
    """Ask more of people as trust grows: listen, then show, then sell, then ask for proof."""
    if at <= 5:
        return f"How do you do it today ({name})? What have you tried, and what annoyed you?"
    if at <= 10:
        return "Here is what I would make. What is missing before you would use it?"
    if at <= 15:
        return "It is there. Will you buy it at this price today, and if not, why not?"
    return "What did it do for you? May I quote you, with your name?"


@dataclass(frozen=True, kw_only=True)
class ConversationChange:
    """A conversation as it shall stand."""

    who: str
    talked_on: date | None
    answer: str
    found_nothing: bool | None
    promised: str
    promised_for: date | None
    kept_on: date | None
    quote: str
    may_quote: bool


def change_conversation(conversation: Conversation, change: ConversationChange) -> None:
    """Write a conversation. Raises `CannotDo` for what contradicts itself."""
    if change.kept_on and not change.promised:
        raise CannotDo(problem="write what was promised before it is kept")
    if change.may_quote and not change.quote:
        raise CannotDo(problem="write the quote that they agreed to")
    if change.talked_on and change.talked_on > clock.today():
        raise CannotDo(problem="that day has not come yet")
    for name in ConversationChange.__dataclass_fields__:
        setattr(conversation, name, getattr(change, name))
    conversation.save()
