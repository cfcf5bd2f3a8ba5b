"""Fixtures of a running shop, for tests that use one (named in their folders' conftest)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

from hammock.departments.catalogue import ports as goods
from hammock.departments.catalogue.models import Shop
from hammock.departments.sales import ports as money
from tests import databases
from tests.judging import Staff, judged_by
from tests.mailboxes import Server, served
from tests.scenes import shop_of_today
from tests.shops import Shelf, open_shop
from tests.till import Till


@pytest.fixture
def till() -> Iterator[Till]:
    """Put a till in memory behind the payment port."""
    till = Till()
    before = money.provider("test") if "test" in money.wired() else None
    money.wire(till)
    yield till
    if before is not None:
        money.wire(before)


@pytest.fixture
def shelf() -> Iterator[Shelf]:
    """Put a file store in memory behind the catalogue's port."""
    shelf, before = Shelf(), goods.wired()
    goods.wire(shelf)
    yield shelf
    if before is not None:
        goods.wire(before)


@pytest.fixture
def shop(transactional_db: None, shelf: Shelf, till: Till) -> Shop:
    """Open a small shop on a real database, with real transactions."""
    if databases.is_untouched() and isinstance(shelf, Shelf):
        shop_of_today().set()
        return Shop.objects.get()
    return open_shop()


@pytest.fixture
def staff(transactional_db: None) -> Iterator[Staff]:
    """Let an owner alone decide, until the test says otherwise; the kind `WISH` is known."""
    with judged_by(Staff()) as people:
        yield people


@pytest.fixture
def mailbox(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """Serve an empty mailbox whose certificate is trusted, and let the house read it."""
    with served(tmp_path) as server:
        monkeypatch.setenv("SSL_CERT_FILE", str(server.certificate))
        monkeypatch.setattr(settings, "INBOX", server.mailbox)
        yield server
