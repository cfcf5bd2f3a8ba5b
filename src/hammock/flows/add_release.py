"""A new version of a download: its files go to the store, then everyone who bought it has them."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import BinaryIO

from django.db import transaction

from hammock.departments.catalogue.errors import CannotSave
from hammock.departments.catalogue.events import ProductChanged
from hammock.departments.catalogue.models import Product, Release, ReleaseFile
from hammock.departments.catalogue.ports import files
from hammock.kit import clock, facts, snapshots


@dataclass(frozen=True, kw_only=True)
class Upload:
    """A file as it came; only the last part of its name is kept."""

    name: str
    content_type: str
    content: BinaryIO


def add_release(*, product_id: int, version: str, notes: str, uploads: Sequence[Upload]) -> Release:
    """Store the files, then write the version with them.

    Raises `CannotSave` naming the field, or what the store raises; then nobody sees a new version
    (files that were stored already stand under a key that nothing names).
    """
    names = [PurePosixPath(upload.name.replace("\\", "/")).name for upload in uploads]
    _refuse(product_id, version, names)
    folder = f"releases/{product_id}-{secrets.token_hex(6)}"
    kept = [
        ReleaseFile(
            name=name,
            storage_key=f"{folder}/{name}",
            content_type=upload.content_type or "application/octet-stream",
        )
        for name, upload in zip(names, uploads, strict=True)
    ]
    for file, upload in zip(kept, uploads, strict=True):
        stored = files().put(key=file.storage_key, content=upload.content)
        file.size, file.sha256 = stored.size, stored.sha256
    with transaction.atomic(durable=True):
        release = Release.objects.create(
            product_id=product_id, version=version, notes=notes, released_at=clock.now()
        )
        for file in kept:
            file.release = release
        ReleaseFile.objects.bulk_create(kept)
        facts.state(ProductChanged(product_id=product_id), about=f"product:{product_id}")
        snapshots.renew()
    return release


def _refuse(product_id: int, version: str, names: Sequence[str]) -> None:
    product = Product.objects.get(pk=product_id)
    if product.kind != Product.Kind.DOWNLOAD:
        raise CannotSave(field="files", problem="only downloads have files")
    if not names:
        raise CannotSave(field="files", problem="choose at least one file")
    if len(set(names)) != len(names):
        raise CannotSave(field="files", problem="two files have the same name")
    if Release.objects.filter(product=product, version=version).exists():
        raise CannotSave(field="version", problem=f"version {version} is there already")
