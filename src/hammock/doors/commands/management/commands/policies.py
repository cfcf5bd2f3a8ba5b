"""`hammock policies`: list the policies that answer, or adopt the starter set."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from hammock.departments.decisions import policies
from hammock.flows.adopt_starter import adopt_starter


class Command(BaseCommand):
    """Lists policies; with --adopt-starter, adopts those of the starter set that are not here."""

    help = "List the policies that answer questions, or adopt the starter set."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add what may be asked for."""
        parser.add_argument("--adopt-starter", action="store_true", help="adopt the starter set")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Adopt if asked, then list."""
        if options["adopt_starter"]:
            self.stdout.write(f"{adopt_starter(author='hammock policies')} policies adopted.")
        for policy in policies.policies_of():
            now = policy.current
            if now is not None:
                state = "" if policy.is_on else " (off)"
                self.stdout.write(
                    f"{policy.kind}: {now.outcome} when {now.condition} "
                    f"[priority {now.priority}, version {now.number}]{state}"
                )
