"""A secret that lives for one day, in a file of its own: what it sealed cannot be opened later.

Every process of this machine reads the same one; no backup and no export takes it along.
"""

from __future__ import annotations

import os
import secrets
import tempfile
from contextlib import suppress
from datetime import date
from pathlib import Path

BYTES = 32


def of(day: date, *, folder: Path) -> bytes:
    """Read the day's secret, or make it: of two that ask at once, the first to lay it down wins."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = folder / day.isoformat()
    if not path.exists():
        _lay_down(path)
    return path.read_bytes()


def forget(*, before: date, folder: Path) -> int:
    """Delete the secrets of earlier days; tells how many."""
    old = [path for path in folder.glob("????-??-??") if path.name < before.isoformat()]
    for path in old:
        path.unlink(missing_ok=True)
    return len(old)


def _lay_down(path: Path) -> None:
    descriptor, draft = tempfile.mkstemp(prefix=".", dir=path.parent)  # mode 0600
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(secrets.token_bytes(BYTES))
        with suppress(FileExistsError):
            os.link(draft, path)  # unlike a rename it never replaces
    finally:
        Path(draft).unlink()
