"""`hammock prepare`: the database and the static files brought up to date with this version."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from hammock.departments.catalogue.models import Shop
from hammock.flows.write_roles import write_roles
from hammock.kit import fingerprint


class Command(BaseCommand):
    """Prepares what a start needs; `hammock serve` calls it when something has changed."""

    help = "bring database and static files up to date (`hammock serve` does it by itself)"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add `--sample`."""
        parser.add_argument(
            "--sample", action="store_true", help="fill the sample business if there is none"
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        """Migrate, collect, and make sure that there is a business."""
        self.stdout.write("Preparing the database …")
        call_command("migrate", interactive=False, verbosity=0)
        self.stdout.write("Collecting styles and scripts …")
        call_command("collectstatic", interactive=False, verbosity=0, clear=True)
        Path(settings.MEDIA_ROOT).mkdir(parents=True, exist_ok=True)
        if not Shop.objects.exists():
            if not options["sample"]:
                raise CommandError(
                    "There is no business here yet: run `hammock setup` for yours, or "
                    "`hammock demo` for a sample."
                )
            call_command("demo", interactive=False, stdout=self.stdout, quiet=True)
        write_roles()
        environment = settings.ENVIRONMENT
        fingerprint.write(environment.data, database_url=environment.database_url)
