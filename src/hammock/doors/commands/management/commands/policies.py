"""`hammock policies`: list the policies that answer, or adopt the starter set."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from hammock.departments.decisions import policies
from hammock.flows.adopt_starter import adopt_starter, preview_starter


class Command(BaseCommand):
    """Lists policies; with --adopt-starter, adopts those of the starter set that are not here."""

    help = "List the policies that answer questions, or adopt the starter set."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add what may be asked for."""
        parser.add_argument("--adopt-starter", action="store_true", help="adopt the starter set")
        parser.add_argument(
            "--answer-open",
            action="store_true",
            help="with it, answer what is open and they decide (else people do)",
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        """Adopt if asked, then list."""
        if options["adopt_starter"]:
            self._adopt(answers_open=options["answer_open"])
        for policy in policies.policies_of():
            now = policy.current
            if now is not None:
                state = "" if policy.is_on else " (off)"
                self.stdout.write(
                    f"{policy.kind}: {now.outcome} when {now.condition} "
                    f"[priority {now.priority}, version {now.number}]{state}"
                )

    def _adopt(self, *, answers_open: bool) -> None:
        outlook = preview_starter(author_id=None)
        made = adopt_starter(author="hammock policies", answers_open=answers_open)
        self.stdout.write(f"{made.policies} policies adopted.")
        if answers_open:
            self.stdout.write(f"{len(made.answered)} open questions answered.")
        elif outlook.answered:
            self.stdout.write(
                f"{len(outlook.answered)} open questions that they would decide are left to "
                "people; --answer-open lets policies answer them."
            )
