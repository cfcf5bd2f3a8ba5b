"""What a rehearsal of the decisions says about an absence."""

from __future__ import annotations

from collections.abc import Iterator

from hammock.departments.decisions.rehearsing import By, Report

FEWEST_DAYS = 30
"""A shorter past says too little, so at least this much is rehearsed."""


def breaks(report: Report, *, deputy: str) -> Iterator[str]:
    """Say, a sentence each, which questions nobody would answer, and which policies fail."""
    days = (report.until - report.since).days
    for kind in report.kinds:
        left = kind.by[By.SAFE]
        if left:
            yield (
                f"{left} of {kind.questions} questions of the last {days} days about "
                f"{kind.label.replace('_', ' ')} would be answered by no policy, nobody of the "
                f"team and not by {deputy}: the safe outcome would be taken."
            )
    for problem in report.errors:
        yield f"A policy fails: {problem}."
