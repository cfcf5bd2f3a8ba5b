"""A rehearsal's report as JSON values, and read back: what a long one found is kept so."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from hammock.departments.decisions.rehearsing import By, Difference, NextStep, Report, Share
from hammock.kit.money import Money


def packed(report: Report) -> dict[str, Any]:
    """Write a report as JSON values: moments in ISO 8601, spans in seconds, minor units."""
    return {
        "since": report.since.isoformat(),
        "until": report.until.isoformat(),
        "is_away": report.is_away,
        "currency": report.currency,
        "total": _share(report.total),
        "kinds": [_share(share) for share in report.kinds],
        "spans": [_share(share) for share in report.spans],
        "median_wait": _seconds(report.median_wait),
        "longest_wait": _seconds(report.longest_wait),
        "differences": [_difference(one) for one in report.differences],
        "differing": report.differing,
        "differs": report.differs.minor,
        "compared": report.compared,
        "errors": list(report.errors),
        "foreign": report.foreign,
        "next_steps": [_step(one) for one in report.next_steps],
    }


def unpacked(found: Mapping[str, Any]) -> Report:
    """Read a report that `packed` wrote."""
    currency = found["currency"]
    return Report(
        since=datetime.fromisoformat(found["since"]),
        until=datetime.fromisoformat(found["until"]),
        is_away=found["is_away"],
        currency=currency,
        total=_read_share(found["total"]),
        kinds=tuple(_read_share(one) for one in found["kinds"]),
        spans=tuple(_read_share(one) for one in found["spans"]),
        median_wait=_span(found["median_wait"]),
        longest_wait=_span(found["longest_wait"]),
        differences=tuple(
            Difference(
                **{
                    **one,
                    "asked_at": datetime.fromisoformat(one["asked_at"]),
                    "more": _money(one["more"], currency),
                }
            )
            for one in found["differences"]
        ),
        differing=found["differing"],
        differs=Money(found["differs"], currency),
        compared=found["compared"],
        errors=tuple(found["errors"]),
        foreign=found["foreign"],
        next_steps=tuple(
            NextStep(**{**one, "takes_stake": _money(one["takes_stake"], currency)})
            for one in found["next_steps"]
        ),
    )


def _share(share: Share) -> dict[str, Any]:
    return {
        "label": share.label,
        "questions": share.questions,
        "by": {by.name: count for by, count in share.by.items()},
        "stake_minor": share.stake_minor,
        "owner_stake_minor": share.owner_stake_minor,
    }


def _read_share(found: Mapping[str, Any]) -> Share:
    by = Counter({By[name]: count for name, count in found["by"].items()})
    return Share(**{**found, "by": by})


def _difference(one: Difference) -> dict[str, Any]:
    return {
        "kind": one.kind,
        "about": one.about,
        "asked_at": one.asked_at.isoformat(),
        "really": one.really,
        "now": one.now,
        "policy_id": one.policy_id,
        "more": None if one.more is None else one.more.minor,
    }


def _step(one: NextStep) -> dict[str, Any]:
    return {
        "says": one.says,
        "kind": one.kind,
        "takes": one.takes,
        "dependence_after": one.dependence_after,
        "condition": one.condition,
        "outcome": one.outcome,
        "takes_stake": None if one.takes_stake is None else one.takes_stake.minor,
    }


def _money(minor: int | None, currency: str) -> Money | None:
    return None if minor is None else Money(minor, currency)


def _span(seconds: float | None) -> timedelta | None:
    return None if seconds is None else timedelta(seconds=seconds)


def _seconds(span: timedelta | None) -> float | None:
    return None if span is None else span.total_seconds()
