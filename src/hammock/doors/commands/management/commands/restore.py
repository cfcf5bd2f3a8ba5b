"""`hammock restore FILE`: an installation made whole from its backup."""

from __future__ import annotations

import shutil
import sys
import tempfile
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NoReturn

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from hammock.departments.catalogue.errors import NoShop
from hammock.doors.commands import copying
from hammock.doors.commands.business import business_here
from hammock.doors.commands.places import KEPT, folders, put_into_store
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
        if not options["force"]:
            _refuse_business()
        data = Path(settings.HAMMOCK_DATA)
        had_settings = (data / "hammock.env").exists()
        with tempfile.TemporaryDirectory(dir=data, prefix="restore-") as name:
            new, old = Path(name) / "new", Path(name) / "old"
            new.mkdir()
            old.mkdir()
            manifest = _unpacked(options["file"], into=new)
            copying.refuse_newer(manifest.get("migrations", ()))
            copy = copying.check_copy(new)
            copying.refuse_running()
            if "files" not in folders():
                _fill_bucket(new / "files")
            with _replaced(new, old, data):
                copying.put_database(copy)
        call_command("migrate", interactive=False, verbosity=0)
        self.stdout.write(f"“{manifest['shop']}” is back as of {manifest['written_at']}.")
        if had_settings:
            self.stdout.write("The settings in your hammock.env were kept as they are here.")


def _refuse_business() -> None:
    try:
        here = business_here()
    except NoShop:
        return
    raise CommandError(f"“{here}” lives here. Use --force to replace it by the backup.")


def _unpacked(file: Path, *, into: Path) -> dict[str, Any]:
    with tqdm(unit="file", disable=not sys.stderr.isatty()) as bar:
        try:
            return archive.read(file, into=into, tell=lambda _name: _moved(bar))
        except HammockError as refusal:
            raise CommandError(f"{refusal}. Nothing was changed.") from refusal


def _fill_bucket(folder: Path) -> None:
    """Put goods' files into the bucket first: what is there already under other keys stays."""
    try:
        put_into_store(folder)
    except HammockError as refusal:
        raise CommandError(f"{refusal} Nothing else was changed.") from refusal


def _moved(bar: tqdm[NoReturn]) -> None:
    bar.update()


@contextmanager
def _replaced(new: Path, old: Path, data: Path) -> Iterator[None]:
    """Put what the backup holds in its place; if the block fails, the old is put back."""
    places = {**folders(), **{name: data / name for name in KEPT}}
    if places["hammock.env"].exists():  # this machine's own: its address and database
        del places["hammock.env"]
    moved: list[str] = []
    try:
        for name, place in places.items():
            if place.exists():
                shutil.move(place, old / name)
            moved.append(name)
            if (new / name).exists():
                place.parent.mkdir(parents=True, exist_ok=True)
                shutil.move(new / name, place)
        (data / "secrets.json").chmod(0o600)
        yield
    except BaseException:
        for name in moved:
            _put_back(old / name, places[name])
        raise


def _put_back(kept: Path, place: Path) -> None:
    if place.is_dir():
        shutil.rmtree(place)
    else:
        place.unlink(missing_ok=True)
    if kept.exists():
        shutil.move(kept, place)
