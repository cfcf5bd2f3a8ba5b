"""The starter policies are adopted: a new business answers what is plain from its first day on."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.db import transaction

from hammock.departments.decisions.models import Policy, PolicyVersion
from hammock.departments.decisions.writing import PolicyDraft, write_policy

FILE = Path(__file__).with_name("starter_policies.toml")


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


def adopt_starter(*, author: str, author_id: int | None = None) -> int:
    """Adopt the starter policies that are not here yet; tells how many.

    One is here when a policy of its kind, now or once, had its condition and outcome: who switched
    it off or changed it is not given it again. Raises `ConditionRefused` or `UnknownOutcome` where
    one does not fit its kind; then none is adopted.
    """
    with transaction.atomic(durable=True):
        made = [_adopt(one, author, author_id) for one in starters() if not _is_here(one)]
    return len(made)


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
