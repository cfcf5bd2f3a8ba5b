"""Commands are tested in a running shop whose files lie in the data folder, as they really do."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

from hammock.departments.catalogue import ports as goods
from hammock.providers.local_files import LocalFiles
from tests.fixtures import mailbox, shop, till

__all__ = ["data", "mailbox", "shelf", "shop", "till"]


@pytest.fixture
def data() -> Iterator[Path]:
    """Give the data folder; what lies in it besides the database is gone afterwards."""
    folder = Path(settings.HAMMOCK_DATA)
    yield folder
    for name in ("files", "media"):
        shutil.rmtree(folder / name, ignore_errors=True)


@pytest.fixture
def shelf(data: Path) -> Iterator[LocalFiles]:
    """Put the store in the data folder behind the port."""
    store, before = LocalFiles(root=data / "files"), goods.wired()
    goods.wire(store)
    yield store
    if before is not None:
        goods.wire(before)
