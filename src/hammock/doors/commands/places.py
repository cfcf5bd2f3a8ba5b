"""Where an installation keeps what is not in its database: what a backup holds and restores."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings

KEPT = ("secrets.json", "hammock.env")
_LOCAL = "file://"


def folders() -> dict[str, Path]:
    """Name the folders of goods' files (unless they lie in a bucket) and of pictures."""
    store: str = settings.ENVIRONMENT.storage_url
    files = {"files": Path(store.removeprefix(_LOCAL))} if store.startswith(_LOCAL) else {}
    return {**files, "media": Path(settings.MEDIA_ROOT)}
