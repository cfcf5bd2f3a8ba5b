"""`hammock demo`: the sample business, with half a year behind it."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from typing import Any, cast

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from tqdm import tqdm

from hammock.departments.catalogue.models import Shop
from hammock.departments.sales.ports import provider
from hammock.doors.commands import filling, history, sample, spans
from hammock.flows.adopt_starter import adopt_starter
from hammock.flows.open_sample import open_sample
from hammock.kit.jobs.worker import run_until_empty

LONGEST_DAYS = 1095  # three years of history take some minutes


class Command(BaseCommand):
    """Fills an empty installation with the sample business; a filled one is left as it is."""

    help = "fill the sample business: products, pages and half a year of history"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add `--noinput` and `--days`."""
        parser.add_argument("--noinput", action="store_false", dest="interactive")
        parser.add_argument("--quiet", action="store_true", help="do not print the addresses")
        parser.add_argument(
            "--days",
            type=spans.days(most=LONGEST_DAYS),
            default=history.DAYS,
            help="days of history (default: %(default)s)",
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        """Fill, live through the past, and say where everything is."""
        call_command("migrate", interactive=False, verbosity=0)
        shop = Shop.objects.first()
        if shop is not None and not shop.is_sample:
            raise CommandError(
                f"“{shop.name}” lives here. The sample needs a place of its own: set HAMMOCK_DATA "
                "to an empty folder."
            )
        if shop is None:
            self._fill(options["days"])
        if not options["quiet"]:
            call_command("addresses", stdout=self.stdout)

    def _fill(self, days: int) -> None:
        self.stdout.write("Drawing pictures and writing the shop …")
        draft = filling.draft(sample.load())
        owner = open_sample(draft)
        adopt_starter(author=owner.get_full_name(), author_id=owner.pk)
        self.stdout.write(f"Living through {days} days of business …")
        # Mails of the past are written, as they were then, but nobody is sent them today.
        settings.EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
        _hurry()
        told = history.live(payer=cast("history.Payer", provider("test")), days=days)
        quiet = not sys.stderr.isatty()
        for so_far in tqdm(told, total=days, unit="day", disable=quiet):
            if so_far.day == days:
                self.stdout.write(f"{so_far.orders} orders.")
        run_until_empty()


def _hurry() -> None:
    """Let SQLite trust the operating system while the past is made: it can be made again."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA synchronous=OFF")
