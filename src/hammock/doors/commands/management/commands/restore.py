"""`hammock restore FILE`: an installation made whole from its backup."""

from __future__ import annotations

import shutil
import sys
import tempfile
from argparse import ArgumentParser
from pathlib import Path
from typing import Any, NoReturn

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError
from tqdm import tqdm

from hammock.departments.catalogue.models import Shop
from hammock.doors.commands.copying import check_copy, put_database
from hammock.doors.commands.management.commands.backup import FOLDERS, KEPT
from hammock.kit import archive
from hammock.kit.errors import HammockError


class Command(BaseCommand):
    """Unpacks and checks everything aside, and only then puts it in its place."""

    help = "make an installation whole from a backup (stop `hammock serve` first)"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add the file and `--force`."""
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument(
            "--force", action="store_true", help="replace the business that is here"
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        """Check first, then replace."""
        here = _business_here()
        if here and not options["force"]:
            raise CommandError(f"“{here}” lives here. Use --force to replace it by the backup.")
        data: Path = settings.HAMMOCK_DATA
        with tempfile.TemporaryDirectory(dir=data, prefix="restore-") as name:
            aside = Path(name)
            with tqdm(unit="file", disable=not sys.stderr.isatty()) as bar:
                try:
                    manifest = archive.read(
                        options["file"], into=aside, tell=lambda _name: _moved(bar)
                    )
                except HammockError as refusal:
                    raise CommandError(f"{refusal}. Nothing was changed.") from refusal
            copy = check_copy(aside)
            put_database(copy)
            _put_files(aside, data)
        call_command("migrate", interactive=False, verbosity=0)
        self.stdout.write(f"“{manifest['shop']}” is back as of {manifest['written_at']}.")


def _business_here() -> str:
    try:
        shop = Shop.objects.first()
    except DatabaseError:
        return ""
    return shop.name if shop else ""


def _moved(bar: tqdm[NoReturn]) -> None:
    bar.update()


def _put_files(aside: Path, data: Path) -> None:
    for folder in FOLDERS:
        shutil.rmtree(data / folder, ignore_errors=True)
        if (aside / folder).exists():
            shutil.move(aside / folder, data / folder)
    for name in KEPT:
        if (aside / name).exists():
            shutil.move(aside / name, data / name)
            (data / name).chmod(0o600)
