"""A policy is written, changed, switched on or off; before that, it is tried on the past."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction

from hammock.departments.decisions import kinds, policies, queries, trying, writing
from hammock.departments.decisions.conditions import Rule
from hammock.departments.decisions.models import Policy
from hammock.departments.decisions.trying import Contradiction, Trial
from hammock.departments.decisions.writing import PolicyDraft


@dataclass(frozen=True, kw_only=True)
class Preview:
    """What a draft would have done with what people decided, and which policies it contradicts."""

    trial: Trial
    contradictions: Sequence[Contradiction]


def save_policy(draft: PolicyDraft) -> Policy:
    """Write the draft as the policy's current version. Raises as `writing.write_policy` does."""
    with transaction.atomic(durable=True):
        return writing.write_policy(draft)


def switch_policy(*, policy_id: int, is_on: bool, by: str) -> Policy:
    """Switch a policy on or off. Raises `NoSuchPolicy`."""
    with transaction.atomic(durable=True):
        return writing.switch(policy_id=policy_id, is_on=is_on, by=by)


def preview_policy(draft: PolicyDraft) -> Preview:
    """Try a draft without saving it. Raises as `writing.refuse_wrong` does."""
    writing.refuse_wrong(draft)
    kind = kinds.kind(draft.kind)
    mine = Rule(
        version_id=0,
        policy_id=draft.policy_id or 0,
        outcome=draft.outcome,
        priority=draft.priority,
        condition=draft.condition,
    )
    past = queries.past_facts(draft.kind)
    others = [rule for rule in policies.ruleset(kind).rules if rule.policy_id != draft.policy_id]
    return Preview(
        trial=trying.trial(
            kind, draft.condition, draft.outcome, queries.human_cases(draft.kind, at_most=5_000)
        ),
        contradictions=[
            clash for other in others for clash in trying.contradictions(kind, (mine, other), past)
        ],
    )


def find_contradictions(kind: str) -> list[Contradiction]:
    """Find the policies of a kind, of those that are on, that contradict each other."""
    declared = kinds.kind(kind)
    rules = policies.ruleset(declared).rules
    return trying.contradictions(declared, rules, queries.past_facts(kind))
