"""A policy is written, changed, switched on or off; before that, it is tried on the past.

Whoever does it may let the policies answer what is open, having seen which questions those are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction

from hammock.departments.decisions import actions, kinds, policies, queries, trying, writing
from hammock.departments.decisions.conditions import Rule, Ruleset
from hammock.departments.decisions.errors import NoSuchPolicy
from hammock.departments.decisions.kinds import Kind
from hammock.departments.decisions.models import Decision, Policy
from hammock.departments.decisions.outlook import Outlook, foresee
from hammock.departments.decisions.trying import Contradiction, Trial
from hammock.departments.decisions.writing import PolicyDraft

NEWEST = 2**63 - 1
"""Stands for the id of a policy that is not saved yet: it comes after all others."""


@dataclass(frozen=True, kw_only=True)
class Saved:
    """A policy as it is now, and the open questions that were answered with it."""

    policy: Policy
    answered: Sequence[Decision] = ()


@dataclass(frozen=True, kw_only=True)
class Preview:
    """What a draft would have done with what people decided, and what it would do at once.

    `contradictions` are with other policies that are on; `outlook` is of the open questions.
    """

    trial: Trial
    contradictions: Sequence[Contradiction]
    outlook: Outlook


def save_policy(draft: PolicyDraft, *, answers_open: bool = False) -> Saved:
    """Write the draft as the policy's current version. Raises as `writing.write_policy` does.

    With `answers_open`, open questions of its kind that the policies now answer are answered, as
    far as the author may answer them (`actions.answer_by_policies`).
    """
    with transaction.atomic(durable=True):
        policy = writing.write_policy(draft)
        return _saved(policy, member_id=draft.author_id, answers=answers_open and policy.is_on)


def switch_policy(
    *, policy_id: int, is_on: bool, by: str, by_id: int | None = None, answers_open: bool = False
) -> Saved:
    """Switch a policy on or off; `answers_open` as in `save_policy`. Raises `NoSuchPolicy`."""
    with transaction.atomic(durable=True):
        policy = writing.switch(policy_id=policy_id, is_on=is_on, by=by)
        return _saved(policy, member_id=by_id, answers=answers_open)


def preview_policy(draft: PolicyDraft) -> Preview:
    """Try a draft without saving it. Raises as `writing.refuse_wrong` does."""
    writing.refuse_wrong(draft)
    kind = kinds.kind(draft.kind)
    mine = Rule(
        version_id=0,
        policy_id=draft.policy_id or NEWEST,
        outcome=draft.outcome,
        priority=draft.priority,
        condition=draft.condition,
    )
    past = queries.past_facts(draft.kind)
    others = _others(kind, draft.policy_id)
    return Preview(
        trial=trying.trial(
            kind, draft.condition, draft.outcome, queries.human_cases(draft.kind, at_most=5_000)
        ),
        contradictions=[
            clash for other in others for clash in trying.contradictions(kind, (mine, other), past)
        ],
        outlook=Outlook()
        if _is_off(draft.policy_id)
        else foresee(Ruleset(kind, (*others, mine)), member_id=draft.author_id),
    )


def preview_switch(*, policy_id: int, is_on: bool, by_id: int | None) -> Outlook:
    """Tell which open questions would be answered with the policy on or off.

    Raises `NoSuchPolicy`.
    """
    policy = Policy.objects.select_related("current").filter(pk=policy_id).first()
    if policy is None or policy.current is None:
        raise NoSuchPolicy
    kind = kinds.kind(policy.kind)
    mine = (policies.rule_of(policy.current),) if is_on else ()
    return foresee(Ruleset(kind, (*_others(kind, policy_id), *mine)), member_id=by_id)


def find_contradictions(kind: str) -> list[Contradiction]:
    """Find the policies of a kind, of those that are on, that contradict each other."""
    declared = kinds.kind(kind)
    rules = policies.ruleset(declared).rules
    return trying.contradictions(declared, rules, queries.past_facts(kind))


def _saved(policy: Policy, *, member_id: int | None, answers: bool) -> Saved:
    if not answers:
        return Saved(policy=policy)
    done = actions.answer_by_policies(kind=policy.kind, member_id=member_id)
    return Saved(policy=policy, answered=tuple(done))


def _others(kind: Kind, policy_id: int | None) -> list[Rule]:
    return [rule for rule in policies.ruleset(kind).rules if rule.policy_id != policy_id]


def _is_off(policy_id: int | None) -> bool:
    return policy_id is not None and Policy.objects.filter(pk=policy_id, is_on=False).exists()
