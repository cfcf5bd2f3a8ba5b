"""What the catalogue needs from outside: a place that keeps the goods' files.

`FileStore` is the whole protocol; tests/providers holds the contract tests that every store passes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, Protocol

from hammock.kit.errors import HammockError


@dataclass(frozen=True, kw_only=True)
class StoredFile:
    """What a store says of a file that it took: size in bytes and SHA-256 in hex."""

    size: int
    sha256: str


class FileStore(Protocol):
    """A place that keeps files under keys such as `releases/12/guide.pdf`.

    Every method raises `KeyRefused` for a key that leads elsewhere (`providers.file_keys`) and
    `StoreFailed` when the place itself fails.
    """

    def put(self, *, key: str, content: BinaryIO) -> StoredFile:
        """Keep the content under the key, whole or not at all; an older one is replaced."""
        ...

    def size(self, *, key: str) -> int:
        """Tell a file's size in bytes. Raises `FileMissing`."""
        ...

    def read(self, *, key: str, start: int, length: int) -> Iterator[bytes]:
        """Give `length` bytes from `start` in pieces. Raises `FileMissing` first."""
        ...


class FileMissing(HammockError):
    """The store has nothing under this key."""

    def __init__(self, *, key: str) -> None:
        super().__init__(key)
        self.key = key

    def sentence(self) -> str:
        """Name it."""
        return f"The file “{self.key}” is not in the store."


class KeyRefused(HammockError):
    """No file can stand under this key."""

    def __init__(self, *, key: str, problem: str) -> None:
        super().__init__(key, problem)
        self.key = key
        self.problem = problem

    def sentence(self) -> str:
        """Name the key, then the problem."""
        return f"“{self.key[:80]}” cannot be a file's key: {self.problem}."


class StoreFailed(HammockError):
    """The store could not be reached, is full, or refused us."""

    def __init__(self, *, problem: str) -> None:
        super().__init__(problem)
        self.problem = problem

    def sentence(self) -> str:
        """Say what it said and where to look."""
        return (
            f"The file store failed ({self.problem}): check STORAGE_URL, or run `hammock doctor`."
        )


_wired: list[FileStore] = []


def wire(store: FileStore) -> None:
    """Let this store serve the port (config does this when Hammock starts)."""
    _wired[:] = [store]


def wired() -> FileStore | None:
    """Tell which store serves the port, if any."""
    return _wired[0] if _wired else None


def files() -> FileStore:
    """Find the wired store."""
    return _wired[0]
