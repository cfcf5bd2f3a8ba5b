"""`hammock backup FILE`: everything in one file, while the shop goes on selling."""

from __future__ import annotations

import sys
import tempfile
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

import hammock
from hammock.departments.catalogue import queries as catalogue
from hammock.departments.catalogue.errors import NoShop
from hammock.doors.commands.copying import copy_database
from hammock.kit import archive, clock

KEPT = ("secrets.json", "hammock.env")
FOLDERS = ("files", "media")


class Command(BaseCommand):
    """Copies the database as of this moment, then files, pictures and secrets, into one file."""

    help = "write everything into one file, from which `hammock restore` makes it whole again"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add the file."""
        parser.add_argument("file", type=Path, metavar="FILE", help="such as backup.tar.gz")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Refuse an existing file, else write it whole or not at all."""
        target: Path = options["file"]
        if target.exists():
            raise CommandError(f"FILE: {target} exists; nothing was written.")
        if not target.parent.is_dir():
            raise CommandError(f"FILE: there is no folder {target.parent}.")
        try:
            about = {
                "shop": catalogue.shop().name,
                "hammock": hammock.__version__,
                "written_at": clock.now().isoformat(),
            }
        except NoShop as refusal:
            raise CommandError(str(refusal)) from refusal
        with tempfile.TemporaryDirectory(dir=settings.HAMMOCK_DATA, prefix="backup-") as folder:
            copy = copy_database(Path(folder))
            members = [archive.Member(name=copy.name, path=copy), *_members(settings.HAMMOCK_DATA)]
            shown = tqdm(members, unit="file", disable=not sys.stderr.isatty())
            count = archive.write(target, members=shown, about=about)
        self.stdout.write(f"{count} files, {target.stat().st_size / 1e6:.1f} MB: {target}")
        if not settings.ENVIRONMENT.storage_url.startswith("file://"):
            self.stdout.write("The goods' files lie in your bucket and are not in this backup.")


def _members(data: Path) -> Iterator[archive.Member]:
    for name in KEPT:
        if (data / name).exists():
            yield archive.Member(name=name, path=data / name)
    for folder in FOLDERS:
        for path in sorted((data / folder).rglob("*")):
            if path.is_file():
                yield archive.Member(name=path.relative_to(data).as_posix(), path=path)
