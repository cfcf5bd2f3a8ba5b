"""`hammock rehearse`: would the business have decided without its owner?"""

from __future__ import annotations

import json
from argparse import ArgumentParser, ArgumentTypeError
from datetime import UTC, datetime, time, timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from hammock.departments.decisions.rehearsing import By, Report, Share
from hammock.doors.commands import spans
from hammock.doors.commands.business import business_here
from hammock.flows.rehearse import rehearse
from hammock.kit.errors import HammockError

LONGEST_DAYS = 36_500


def day(text: str) -> datetime:
    """Read `--until`: a day, which is rehearsed too."""
    try:
        found = datetime.strptime(text, "%Y-%m-%d").date()  # noqa: DTZ007 - a day has no zone
    except ValueError:
        raise ArgumentTypeError(f"“{text}” is no day such as 2026-03-31") from None
    return datetime.combine(found, time.min, tzinfo=UTC) + timedelta(days=1)


class Command(BaseCommand):
    """Prints the owner dependence, and what it is made of."""

    help = "put the past's questions to today's policies and people; changes nothing"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add the span, and `--json`."""
        parser.add_argument(
            "--days", type=spans.days(most=LONGEST_DAYS), default=30, help="how far back (30)"
        )
        parser.add_argument("--until", type=day, help="the last day of it, YYYY-MM-DD (today)")
        parser.add_argument("--away", action="store_true", help="as if the owner were away")
        parser.add_argument("--json", action="store_true", help="print everything as JSON")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Rehearse and tell."""
        try:
            business_here()
            report = rehearse(days=options["days"], until=options["until"], is_away=options["away"])
        except HammockError as problem:
            raise CommandError(problem.sentence()) from problem
        if options["json"]:
            self.stdout.write(json.dumps(as_json(report), indent=2, ensure_ascii=False))
        else:
            self._tell(report)

    def _tell(self, report: Report) -> None:
        write = self.stdout.write
        write(report.headline)
        total = report.total
        write("  " + ", ".join(f"{by.value}: {total.by[by]}" for by in By))
        if report.median_wait is not None:
            write(
                f"  waited for the owner: {report.median_wait} median, {report.longest_wait} most"
            )
        write(
            f"  answered otherwise than really: {report.differing} of {report.compared}, "
            f"money given more: {report.differs}"
        )
        for share in (*report.kinds, *report.spans):
            write(f"  {share.label}: {share.dependence:.1%} of {share.questions}")
        for error in report.errors:
            write(f"  error: {error}")
        for step in report.next_steps:
            write(f"  next: {step.says} (takes {step.takes}, then {step.dependence_after:.1%})")


def as_json(report: Report) -> dict[str, Any]:
    """Give the report as JSON values: shares from 0 to 1, minor units, seconds."""
    return {
        "since": report.since.isoformat(),
        "until": report.until.isoformat(),
        "away": report.is_away,
        "currency": report.currency,
        "owner dependence": round(report.total.dependence, 6),
        "owner dependence of stake": round(report.total.stake_dependence, 6),
        **_share(report.total),
        "kinds": {share.label: _share(share) for share in report.kinds},
        "over_time": {share.label: _share(share) for share in report.spans},
        "median_wait_seconds": report.median_wait and report.median_wait.total_seconds(),
        "longest_wait_seconds": report.longest_wait and report.longest_wait.total_seconds(),
        "compared": report.compared,
        "differing": report.differing,
        "difference_minor": report.differs.minor,
        "errors": list(report.errors),
        "stakes_in_other_currencies": report.foreign,
        "next_steps": [
            {"says": step.says, "takes": step.takes, "then": round(step.dependence_after, 6)}
            for step in report.next_steps
        ],
    }


def _share(share: Share) -> dict[str, Any]:
    return {
        "decisions": share.questions,
        **{by.name.lower(): share.by[by] for by in By},
        "stake_minor": share.stake_minor,
        "owner_stake_minor": share.owner_stake_minor,
        "dependence": round(share.dependence, 6),
    }
