"""`hammock export DIR`: everything that the business owns, in open formats."""

from __future__ import annotations

import shutil
import sys
import tempfile
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from hammock.doors.commands import exporting
from hammock.doors.commands.business import business_here
from hammock.kit.errors import HammockError
from hammock.kit.tables import one_moment


class Command(BaseCommand):
    """Writes it all beside the folder, and moves it there when it is whole."""

    help = "write everything the business owns into a folder, in open formats"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add the folder."""
        parser.add_argument("folder", type=Path, metavar="DIR", help="a new or empty folder")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Refuse a folder that holds something, then write everything; lost files end with 1."""
        folder: Path = options["folder"].absolute()
        try:
            _refuse_full(folder)
            shop = business_here()
            folder.parent.mkdir(parents=True, exist_ok=True)
            lost = _write(folder, shop=shop)
        except HammockError as refusal:
            raise CommandError(f"{refusal} Nothing was written.") from refusal
        except OSError as problem:
            raise CommandError(f"DIR: {problem}. Nothing was written.") from problem
        self.stdout.write(f"Everything is in {folder}.")
        for file in lost:
            self.stderr.write(f"Not whole: {file.path} {file.problem}.")
        if lost:
            raise CommandError(f"{len(lost)} files could not be exported; all else is there.")


def _refuse_full(folder: Path) -> None:
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise CommandError(f"DIR: {folder} is not an empty folder. Nothing was written.")


def _write(folder: Path, *, shop: str) -> list[exporting.Lost]:
    draft = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        with one_moment():
            lost = exporting.write_all(draft, shop=shop, shown=_shown)
        draft.replace(folder)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return lost


def _shown(what: str, things: Iterator[Any]) -> Iterator[Any]:
    return iter(tqdm(things, desc=what, unit="", disable=not sys.stderr.isatty()))
