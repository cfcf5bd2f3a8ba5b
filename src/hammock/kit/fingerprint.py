"""What an installation was prepared for: versions, tables, static files; without Django."""

from __future__ import annotations

import hashlib
from importlib.metadata import version
from pathlib import Path

import hammock

PACKAGE = Path(hammock.__file__).parent
MARK = "prepared.txt"
LIBRARIES = ("Django", "wagtail")


def current(*, database_url: str) -> str:
    """Digest what makes `hammock prepare` necessary again when it changes."""
    digest = hashlib.sha256(database_url.encode())
    for name in LIBRARIES:
        digest.update(f"{name} {version(name)}".encode())
    for pattern in ("**/migrations/*.py", "**/static/**/*"):
        for path in sorted(PACKAGE.glob(pattern)):
            facts = path.stat()
            digest.update(
                f"{path.relative_to(PACKAGE)} {facts.st_size} {facts.st_mtime_ns}".encode()
            )
    return digest.hexdigest()


def is_current(data: Path, *, database_url: str) -> bool:
    """Tell whether the data folder was prepared for what is installed now."""
    mark = data / MARK
    if database_url.startswith("sqlite:///") and not Path(database_url[10:]).exists():
        return False
    return mark.exists() and mark.read_text() == current(database_url=database_url)


def write(data: Path, *, database_url: str) -> None:
    """Note that the data folder is prepared."""
    (data / MARK).write_text(current(database_url=database_url))
