"""Files in a folder of this machine, readable for nobody else."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from hammock.departments.catalogue.ports import FileMissing, KeyRefused, StoredFile, StoreFailed
from hammock.providers.file_keys import checked

PIECE = 64 * 1024


class LocalFiles:
    """Keeps each file under its key below `root`, which is made when the first file comes."""

    def __init__(self, *, root: Path) -> None:
        self._root = root.resolve()

    def put(self, *, key: str, content: BinaryIO) -> StoredFile:
        """Write beside the place, flush to the disk, then rename: readers see old or new, whole."""
        target = self._path(key)
        try:
            target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            handle, draft = tempfile.mkstemp(prefix=".new-", dir=target.parent)
        except (FileExistsError, NotADirectoryError):
            raise KeyRefused(key=key, problem="a part of it is a file already") from None
        except OSError as error:
            raise StoreFailed(problem=_said(error)) from error
        try:
            with os.fdopen(handle, "wb") as file:
                stored = _copy(content, file)
                file.flush()
                os.fsync(file.fileno())
            Path(draft).replace(target)
        except IsADirectoryError:
            raise KeyRefused(key=key, problem="it is a folder already") from None
        except OSError as error:
            raise StoreFailed(problem=_said(error)) from error
        finally:
            Path(draft).unlink(missing_ok=True)
        _flush_folder(target.parent)
        return stored

    def size(self, *, key: str) -> int:
        """Ask the file system."""
        path = self._path(key)
        try:
            if path.is_file():
                return path.stat().st_size
        except OSError as error:
            raise StoreFailed(problem=_said(error)) from error
        raise FileMissing(key=key)

    def read(self, *, key: str, start: int, length: int) -> Iterator[bytes]:
        """Read pieces of `PIECE` bytes; the file is open only while somebody reads."""
        size = self.size(key=key)
        return self._pieces(key, start, max(0, min(length, size - start)))

    def _pieces(self, key: str, start: int, length: int) -> Iterator[bytes]:
        try:
            with self._path(key).open("rb") as file:
                file.seek(start)
                while length > 0 and (piece := file.read(min(PIECE, length))):
                    length -= len(piece)
                    yield piece
        except FileNotFoundError:
            raise FileMissing(key=key) from None
        except OSError as error:
            raise StoreFailed(problem=_said(error)) from error

    def _path(self, key: str) -> Path:
        path = (self._root / checked(key)).resolve()
        if not path.is_relative_to(self._root):  # a symbolic link that somebody laid in the folder
            raise KeyRefused(key=key, problem="it leads out of the store")
        return path


def _copy(content: BinaryIO, file: BinaryIO) -> StoredFile:
    size, digest = 0, hashlib.sha256()
    while piece := content.read(PIECE):
        file.write(piece)
        digest.update(piece)
        size += len(piece)
    return StoredFile(size=size, sha256=digest.hexdigest())


def _flush_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _said(error: OSError) -> str:
    return error.strerror or type(error).__name__
