"""Reading the policies that are on, ready to be asked."""

from __future__ import annotations

from hammock.departments.decisions.conditions import Rule, Ruleset
from hammock.departments.decisions.kinds import Kind
from hammock.departments.decisions.models import Policy, PolicyVersion


def rule_of(version: PolicyVersion) -> Rule:
    """Give a policy's version as it is evaluated."""
    return Rule(
        version_id=version.pk,
        policy_id=version.policy_id,
        outcome=version.outcome,
        priority=version.priority,
        condition=version.condition,
    )


_latest: dict[str, Ruleset] = {}


def ruleset(kind: Kind) -> Ruleset:
    """Give the kind's policies that are on; programs are compiled once for a set of versions."""
    versions = PolicyVersion.objects.filter(
        current_of__kind=kind.name, current_of__is_on=True
    ).order_by("-priority", "policy_id")
    rules = tuple(rule_of(version) for version in versions)
    known = _latest.get(kind.name)
    if known is None or known.rules != rules or known.kind != kind:
        known = _latest[kind.name] = Ruleset(kind, rules)
    return known


def policies_of(kind: str | None = None) -> list[Policy]:
    """List policies with their current versions: those that are on, highest priority, first."""
    found = Policy.objects.select_related("current")
    if kind is not None:
        found = found.filter(kind=kind)
    return list(found.order_by("kind", "-is_on", "-current__priority", "pk"))
