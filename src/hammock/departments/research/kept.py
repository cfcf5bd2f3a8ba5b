"""Keeps what the finished steps of a study found, so that one that was cut off goes on from there.

Owns a folder of one study: `<fingerprint>/<step>.npz`. The fingerprint is of all that the steps
stand on, so a step of other files, another model or another version is never taken for this one.
"""

from __future__ import annotations

import hashlib
import shutil
import zipfile
from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np

from hammock.departments.research.rules.steps import Arrays

MOST_BYTES = 4_000_000_000  # a study of a million texts needs about three and a half
LEFT_FREE = 1_000_000_000  # on the disk: the shop's own rows go before


def fingerprint(parts: Iterable[str | bytes]) -> str:
    """Give a short name that no other parts have; a part's end counts."""
    digest = hashlib.sha256()
    for part in parts:
        raw = part.encode("utf-8", "surrogatepass") if isinstance(part, str) else part
        digest.update(len(raw).to_bytes(8, "big") + raw)
    return digest.hexdigest()[:32]


class KeptSteps:
    """The kept steps of one study; those that stand on anything else are thrown away."""

    def __init__(self, folder: Path, *, stands_on: str, most: int = MOST_BYTES) -> None:
        self._folder = folder / stands_on
        self._most = most
        for other in folder.iterdir() if folder.is_dir() else ():
            if other != self._folder:
                shutil.rmtree(other, ignore_errors=True)

    def once(self, step: str, do: Callable[[], Arrays]) -> Arrays:
        """Give what the step found before; else do it, and keep it where there is room."""
        path = self._folder / f"{step}.npz"
        kept = _read(path)
        if kept is not None:
            return kept
        found = do()
        if self._has_room(sum(one.nbytes for one in found.values())):
            _write(path, found)
        return found

    def _has_room(self, size: int) -> bool:
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        there = sum(one.stat().st_size for one in self._folder.iterdir())
        free = shutil.disk_usage(self._folder).free
        return there + size <= self._most and free - size >= LEFT_FREE


def _read(path: Path) -> Arrays | None:
    """Read a kept step; one that cannot be read was not kept."""
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as kept:
            return {name: kept[name] for name in kept.files}
    except (OSError, ValueError, EOFError, zipfile.BadZipFile):
        return None


def _write(path: Path, found: Arrays) -> None:
    """Write beside the place, then rename: a step is kept whole or not at all."""
    draft = path.with_suffix(".new")
    try:
        with draft.open("wb") as file:
            np.savez(file, allow_pickle=False, **found)
        draft.replace(path)
    except OSError:  # a full disk keeps no step, and ends no study
        draft.unlink(missing_ok=True)
