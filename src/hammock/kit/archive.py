"""Backups: one file that holds an installation whole, with a digest of each part.

A gzipped tar of a manifest and the members that it names. Reading trusts nothing: a member that the
manifest does not name, that leads out of its folder, or whose digest is another, refuses the whole.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import tarfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO

from hammock.kit.errors import HammockError

MANIFEST = "manifest.json"
FORMAT = 1
_PIECE = 1 << 20


class ArchiveRefused(HammockError):
    """A file is no backup that can be trusted; `member` is where it is wrong."""

    def __init__(self, *, member: str, problem: str) -> None:
        super().__init__(member, problem)
        self.member = member
        self.problem = problem

    def sentence(self) -> str:
        """Name the part and what is wrong with it."""
        return f"{self.member}: {self.problem}"


@dataclass(frozen=True, kw_only=True)
class Member:
    """A file and its name in the backup."""

    name: str
    path: Path


def write(target: Path, *, members: Iterable[Member], about: dict[str, Any]) -> int:
    """Write the backup beside `target` and put it there when it is whole; tells how many files.

    Raises `ArchiveRefused` for a member that changed or vanished meanwhile; then nothing is left.
    """
    draft = target.with_name(f".{target.name}.part")
    listed = list(members)
    try:
        _write(draft, listed, about)
        draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)
    return len(listed)


def read(source: Path, *, into: Path, tell: Callable[[str], None]) -> dict[str, Any]:
    """Unpack a backup into an empty folder; answers with its manifest. Raises `ArchiveRefused`."""
    try:
        with tarfile.open(source, mode="r:gz") as tar:
            return _unpacked(tar, into, tell)
    except (tarfile.TarError, zlib.error, EOFError, OSError, ValueError) as error:
        raise ArchiveRefused(member=source.name, problem=f"cannot be unpacked ({error})") from error


def _write(draft: Path, members: list[Member], about: dict[str, Any]) -> None:
    digests: dict[str, str] = {}
    for member in members:
        with _unchanged(member):
            digests[member.name] = _digest(member.path)
    content = json.dumps({"format": FORMAT, **about, "sha256": digests}, indent=1).encode()
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file, tarfile.open(fileobj=file, mode="w:gz") as tar:
        info = tarfile.TarInfo(MANIFEST)
        info.size = len(content)
        tar.addfile(info, io.BytesIO(content))
        for member in members:
            with _unchanged(member), member.path.open("rb") as source:
                watched = _Watched(source)
                tar.addfile(tar.gettarinfo(arcname=member.name, fileobj=source), watched)
                if watched.digest.hexdigest() != digests[member.name]:
                    raise _changed(member)
        file.flush()
    with draft.open("rb") as written:
        os.fsync(written.fileno())


class _Watched(io.RawIOBase):
    """A file that adds up the digest of what is read from it."""

    def __init__(self, source: BinaryIO) -> None:
        super().__init__()
        self.source = source
        self.digest = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        """Read on."""
        piece = self.source.read(size)
        self.digest.update(piece)
        return piece


@contextmanager
def _unchanged(member: Member) -> Iterator[None]:
    """Name the member that was there when the backup began, and is gone or shorter now."""
    if not member.path.is_file():
        raise _changed(member)
    try:
        yield
    except (FileNotFoundError, tarfile.TarError) as error:
        raise _changed(member) from error
    except OSError as error:
        if str(error) != "unexpected end of data":  # tarfile's word for a file that shrank
            raise
        raise _changed(member) from error


def _changed(member: Member) -> ArchiveRefused:
    return ArchiveRefused(
        member=member.name, problem="changed while it was copied; back up once more"
    )


def _unpacked(tar: tarfile.TarFile, into: Path, tell: Callable[[str], None]) -> dict[str, Any]:
    manifest = _manifest(tar)
    missing = dict(manifest["sha256"])
    for info in tar:
        if info.name == MANIFEST and info.offset == 0:
            continue
        _take(tar, info, into, missing)
        tell(info.name)
    if missing:
        raise ArchiveRefused(member=next(iter(missing)), problem="is missing")
    return manifest


def _manifest(tar: tarfile.TarFile) -> dict[str, Any]:
    first = tar.next()
    file = tar.extractfile(first) if first and first.name == MANIFEST else None
    if file is None:
        raise ArchiveRefused(member=MANIFEST, problem="is missing: this is no backup of Hammock")
    try:
        manifest: Any = json.load(file)
    except ValueError as error:
        raise ArchiveRefused(member=MANIFEST, problem=f"cannot be read ({error})") from error
    if not isinstance(manifest, dict) or not isinstance(manifest.get("sha256"), dict):
        raise ArchiveRefused(member=MANIFEST, problem="is not one that Hammock wrote")
    if manifest.get("format") != FORMAT:
        raise ArchiveRefused(member=MANIFEST, problem="was written by another version of Hammock")
    return manifest


def _take(tar: tarfile.TarFile, info: tarfile.TarInfo, into: Path, missing: dict[str, str]) -> None:
    path = PurePosixPath(info.name)
    content = tar.extractfile(info) if info.isreg() else None
    if content is None or path.is_absolute() or ".." in path.parts or info.name not in missing:
        raise ArchiveRefused(member=info.name, problem="does not belong into a backup")
    target = into.joinpath(*path.parts)
    target.parent.mkdir(parents=True, exist_ok=True)
    digest = hashlib.sha256()
    with target.open("xb") as out:
        while piece := content.read(_PIECE):
            digest.update(piece)
            out.write(piece)
    if digest.hexdigest() != missing.pop(info.name):
        raise ArchiveRefused(member=info.name, problem="is damaged")


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
