"""Where an installation keeps what is not in its database: what a backup holds and restores."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from django.apps import apps
from django.conf import settings

from hammock.departments.catalogue.ports import FileMissing, files

KEPT = ("secrets.json", "hammock.env")
IN_STORE = "storage_key"  # the column of every table that keeps files in the store
_LOCAL = "file://"


def folders() -> dict[str, Path]:
    """Name the folders of goods' files (unless they lie in a bucket) and of pictures."""
    store: str = settings.ENVIRONMENT.storage_url
    goods = {"files": Path(store.removeprefix(_LOCAL))} if store.startswith(_LOCAL) else {}
    return {**goods, "media": Path(settings.MEDIA_ROOT)}


def stored_keys() -> Iterator[str]:
    """List the keys of all files that a table names, each once."""
    seen: set[str] = set()
    for model in apps.get_models():
        if any(field.name == IN_STORE for field in model._meta.concrete_fields):  # noqa: SLF001 - documented
            seen.update(model._default_manager.values_list(IN_STORE, flat=True))  # noqa: SLF001 - documented
    return iter(sorted(seen))


def fetch(key: str, *, into: Path) -> bool:
    """Copy a file out of the store, below the folder; False when the store has lost it."""
    try:
        pieces = files().read(key=key, start=0, length=files().size(key=key))
    except FileMissing:
        return False
    target = into / key
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("wb") as out:
        out.writelines(pieces)
    return True


def put_into_store(folder: Path) -> None:
    """Let the store have every file below the folder that it lacks or has otherwise."""
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            key = path.relative_to(folder).as_posix()
            if not _is_there(key, size=path.stat().st_size):
                with path.open("rb") as content:
                    files().put(key=key, content=content)


def _is_there(key: str, *, size: int) -> bool:
    try:
        return files().size(key=key) == size
    except FileMissing:
        return False
