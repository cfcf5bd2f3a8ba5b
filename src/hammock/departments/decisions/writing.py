"""Writes to policies: a new one, a new version, on and off. In the caller's transaction."""

from __future__ import annotations

from dataclasses import dataclass

from hammock.departments.decisions import conditions, kinds
from hammock.departments.decisions.errors import NoSuchPolicy
from hammock.departments.decisions.events import PolicySaved, PolicySwitched
from hammock.departments.decisions.models import Policy, PolicyVersion
from hammock.kit import facts
from hammock.kit.errors import FieldError
from hammock.kit.locks import lock


@dataclass(frozen=True, kw_only=True)
class PolicyDraft:
    """What a policy shall say from now on; with `policy_id`, a new version of that one."""

    kind: str
    condition: str
    outcome: str
    priority: int = 0
    author: str
    author_id: int | None = None
    policy_id: int | None = None


def refuse_wrong(draft: PolicyDraft) -> None:
    """Raise `UnknownKind`, `UnknownOutcome`, `ConditionRefused` or `FieldError`, or nothing."""
    kind = kinds.kind(draft.kind)
    kind.outcome(draft.outcome)
    conditions.refuse_wrong(kind, draft.condition)
    if not -1_000 <= draft.priority <= 1_000:
        raise FieldError(field="priority", problem="from −1,000 to 1,000")


def write_policy(draft: PolicyDraft) -> Policy:
    """Write a policy's next version and let it hold; the same again writes nothing.

    Raises as `refuse_wrong` does, and `NoSuchPolicy`.
    """
    refuse_wrong(draft)
    policy = _policy(draft)
    now = policy.current
    if now and (now.condition, now.outcome, now.priority) == (
        draft.condition,
        draft.outcome,
        draft.priority,
    ):
        return policy
    version = PolicyVersion.objects.create(
        policy=policy,
        number=now.number + 1 if now else 1,
        condition=draft.condition,
        outcome=draft.outcome,
        priority=draft.priority,
        author=draft.author,
        author_id=draft.author_id,
    )
    policy.current = version
    policy.save(update_fields=["current"])
    facts.state(
        PolicySaved(
            policy_id=policy.pk, kind=policy.kind, version=version.number, author=draft.author
        ),
        about=f"policy:{policy.pk}",
    )
    return policy


def switch(*, policy_id: int, is_on: bool, by: str) -> Policy:
    """Switch a policy on or off; as it is already, nothing changes. Raises `NoSuchPolicy`."""
    found = lock(Policy.objects.filter(pk=policy_id))
    if not found:
        raise NoSuchPolicy
    policy = found[0]
    if policy.is_on != is_on:
        policy.is_on = is_on
        policy.save(update_fields=["is_on"])
        facts.state(
            PolicySwitched(policy_id=policy.pk, kind=policy.kind, is_on=is_on, by=by),
            about=f"policy:{policy.pk}",
        )
    return policy


def _policy(draft: PolicyDraft) -> Policy:
    if draft.policy_id is None:
        return Policy.objects.create(kind=draft.kind)
    found = lock(Policy.objects.filter(pk=draft.policy_id, kind=draft.kind))
    if not found:
        raise NoSuchPolicy
    return found[0]
