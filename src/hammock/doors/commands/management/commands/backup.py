"""`hammock backup FILE`: everything in one file, while the shop goes on selling."""

from __future__ import annotations

import sys
import tempfile
from argparse import ArgumentParser
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

import hammock
from hammock.doors.commands.business import business_here
from hammock.doors.commands.copying import applied_migrations, copy_database
from hammock.doors.commands.places import KEPT, fetch, folders, stored_keys
from hammock.flows.watch_house import note_backup
from hammock.kit import archive, clock
from hammock.kit.errors import HammockError


class Command(BaseCommand):
    """Copies the database as of this moment, then files, pictures and secrets, into one file."""

    help = "write everything into one file, from which `hammock restore` makes it whole again"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add the file."""
        parser.add_argument("file", type=Path, metavar="FILE", help="such as backup.tar.gz")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Refuse an existing file, else write it whole or not at all."""
        target: Path = options["file"].absolute()
        if target.exists():
            raise CommandError(f"FILE: {target} exists. Nothing was written.")
        if not target.parent.is_dir():
            raise CommandError(f"FILE: there is no folder {target.parent}. Nothing was written.")
        try:
            written = _write(target)
        except HammockError as refusal:
            note_backup(problem=str(refusal))
            raise CommandError(f"{refusal}. Nothing was written.") from refusal
        except OSError as problem:
            note_backup(problem=str(problem))
            raise CommandError(f"FILE: {problem}. Nothing was written.") from problem
        note_backup()
        size = target.stat().st_size / 1e6
        self.stdout.write(f"{written.files} files, {size:.1f} MB: {target}")
        self.stdout.write("It holds your customers' data and your secrets: keep it safe.")
        for key in written.lost:
            self.stderr.write(f"Not in it, for your bucket has lost it: {key}")


@dataclass(frozen=True, kw_only=True)
class Written:
    """How many files a backup holds, and the keys of those that the bucket has lost."""

    files: int
    lost: Sequence[str]


def _write(target: Path) -> Written:
    about = {
        "shop": business_here(),
        "hammock": hammock.__version__,
        "written_at": clock.now().isoformat(),
        "migrations": applied_migrations(),
    }
    with tempfile.TemporaryDirectory(dir=settings.HAMMOCK_DATA, prefix="backup-") as name:
        folder = Path(name)
        copy = copy_database(folder)
        lost = [] if "files" in folders() else _fetch_bucket(folder / "files")
        members = [
            archive.Member(name=copy.name, path=copy),
            *_members({**folders(), **_fetched(folder)}),
        ]
        shown = tqdm(members, unit="file", disable=not sys.stderr.isatty())
        return Written(files=archive.write(target, members=shown, about=about), lost=lost)


def _fetch_bucket(folder: Path) -> list[str]:
    """Copy the bucket's files into the folder; tells which are lost."""
    keys = tqdm(list(stored_keys()), unit="file", disable=not sys.stderr.isatty())
    return [key for key in keys if not fetch(key, into=folder)]


def _fetched(folder: Path) -> dict[str, Path]:
    return {"files": folder / "files"} if (folder / "files").exists() else {}


def _members(places: Mapping[str, Path]) -> Iterator[archive.Member]:
    for name in KEPT:
        path = Path(settings.HAMMOCK_DATA) / name
        if path.exists():
            yield archive.Member(name=name, path=path)
    for name, folder in places.items():
        for path in sorted(folder.rglob("*")):
            if path.is_file() and not path.name.startswith(".new-"):  # one that just comes in
                inside = path.relative_to(folder).as_posix()
                yield archive.Member(name=f"{name}/{inside}", path=path)
