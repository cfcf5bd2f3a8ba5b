"""`hammock serve`, for `hammock help`: config/serving.py does it without starting Django first."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError


class Command(BaseCommand):
    """Stands in the list of commands; config/cli.py answers before it is asked."""

    help = "serve the shop, the console and the background jobs until Ctrl-C"

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Say where serving really begins."""
        raise CommandError("Serve from the command line: `hammock serve`.")
