"""The starter policies are adopted: a new business answers what is plain from its first day on."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import chain, groupby
from pathlib import Path

from django.db import transaction

from hammock.departments.decisions import actions, kinds, policies
from hammock.departments.decisions.conditions import Rule, Ruleset
from hammock.departments.decisions.models import Decision, Policy, PolicyVersion
from hammock.departments.decisions.outlook import Outlook, foresee
from hammock.departments.decisions.writing import PolicyDraft, write_policy

FILE = Path(__file__).with_name("starter_policies.toml")
FIRST_NEW = 2**62
"""Stands for the ids of policies that are not saved yet: they come after all others."""


@dataclass(frozen=True, kw_only=True)
class Starter:
    """One policy to start with; `says` is its condition and outcome as an English sentence."""

    key: str
    kind: str
    says: str
    condition: str
    outcome: str
    priority: int


@cache
def starters() -> tuple[Starter, ...]:
    """Read the starter policies from their file."""
    found = tomllib.loads(FILE.read_text(encoding="utf-8"))["policy"]
    return tuple(Starter(**one) for one in found)


@dataclass(frozen=True, kw_only=True)
class Adopted:
    """How many policies were adopted, and the open questions that they and others answered."""

    policies: int
    answered: Sequence[Decision] = ()


def adopt_starter(
    *, author: str, author_id: int | None = None, answers_open: bool = False
) -> Adopted:
    """Adopt the starter policies that are not here yet.

    With `answers_open`, open questions that the policies now answer are answered, as far as the
    author may answer them. One is here when a policy of its kind, now or once, had its condition
    and outcome: who switched it off or changed it is not given it again. Raises `ConditionRefused`
    or `UnknownOutcome` where one does not fit its kind; then none is adopted.
    """
    with transaction.atomic(durable=True):
        made = [_adopt(one, author, author_id) for one in missing()]
        changed = sorted({policy.kind for policy in made}) if answers_open else []
        done = [actions.answer_by_policies(kind=kind, member_id=author_id) for kind in changed]
    return Adopted(policies=len(made), answered=tuple(chain.from_iterable(done)))


def preview_starter(*, author_id: int | None) -> Outlook:
    """Tell which open questions would be answered if the missing starter policies were adopted."""
    found = Outlook()
    for name, absent in groupby(missing(), key=lambda one: one.kind):
        kind = kinds.kind(name)
        rules = [
            Rule(
                version_id=0,
                policy_id=FIRST_NEW + at,
                outcome=one.outcome,
                priority=one.priority,
                condition=one.condition,
            )
            for at, one in enumerate(absent)
        ]
        now = policies.ruleset(kind).rules
        found += foresee(Ruleset(kind, (*now, *rules)), member_id=author_id)
    return found


def missing() -> list[Starter]:
    """List the starter policies that are not here."""
    return [one for one in starters() if not _is_here(one)]


def _is_here(one: Starter) -> bool:
    return PolicyVersion.objects.filter(
        policy__kind=one.kind, condition=one.condition, outcome=one.outcome
    ).exists()


def _adopt(one: Starter, author: str, author_id: int | None) -> Policy:
    return write_policy(
        PolicyDraft(
            kind=one.kind,
            condition=one.condition,
            outcome=one.outcome,
            priority=one.priority,
            author=author,
            author_id=author_id,
        )
    )
