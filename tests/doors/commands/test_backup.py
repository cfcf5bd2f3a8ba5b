"""`hammock backup` and `hammock restore`: whole, checked, and nothing half done."""

from __future__ import annotations

import io
import json
import stat
import tarfile
import threading
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, connections

from hammock.departments.catalogue.models import Shop
from hammock.departments.ledger import queries as books
from hammock.departments.sales.models import Order
from hammock.flows.place_order import Buyer
from hammock.kit import archive
from tests.shops import paid
from tests.till import Till


def _backup(file: Path) -> str:
    out = io.StringIO()
    call_command("backup", str(file), stdout=out)
    return out.getvalue()


def _restore(file: Path, *, force: bool = False) -> str:
    out = io.StringIO()
    call_command("restore", str(file), force=force, stdout=out)
    return out.getvalue()


def test_a_backup_brings_everything_back(shop: Shop, till: Till, tmp_path: Path) -> None:
    kept = paid(till, "GUIDE")
    file = tmp_path / "backup.tar.gz"
    _backup(file)
    paid(till, "REVIEW")
    assert Order.objects.count() == 2
    assert "Test Shop" in _restore(file, force=True)
    assert [order.reference for order in Order.objects.all()] == [kept.reference]
    assert not books.findings()


def test_a_backup_is_for_its_owner_alone(shop: Shop, tmp_path: Path) -> None:
    file = tmp_path / "backup.tar.gz"
    _backup(file)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_backup_while_orders_come_in_holds_balanced_books(
    shop: Shop, till: Till, tmp_path: Path
) -> None:
    over = threading.Event()

    def sell() -> None:
        number = 0
        while not over.is_set():
            number += 1
            buyer = Buyer(email=f"b{number}@example.org", name="B", country="DE")
            paid(till, "GUIDE", buyer=buyer)
        connections.close_all()

    seller = threading.Thread(target=sell)
    seller.start()
    try:
        _backup(tmp_path / "backup.tar.gz")
    finally:
        over.set()
        seller.join()
    sold = Order.objects.filter(state=Order.State.PAID).count()
    _restore(tmp_path / "backup.tar.gz", force=True)
    assert 0 <= Order.objects.filter(state=Order.State.PAID).count() <= sold
    assert not books.findings()


def test_a_business_is_not_replaced_unasked(shop: Shop, tmp_path: Path) -> None:
    _backup(tmp_path / "backup.tar.gz")
    with pytest.raises(CommandError, match="--force"):
        _restore(tmp_path / "backup.tar.gz")


def test_an_existing_file_is_not_overwritten(shop: Shop, tmp_path: Path) -> None:
    file = tmp_path / "mine.txt"
    file.write_text("keep me")
    with pytest.raises(CommandError, match="FILE"):
        _backup(file)
    assert file.read_text() == "keep me"


def _changed(source: Path, target: Path, *, member: str, content: bytes) -> None:
    """Write a backup anew with one member's content replaced or added."""
    with tarfile.open(source) as old, tarfile.open(target, "w:gz") as new:
        for info in old:
            data = old.extractfile(info)
            body = content if info.name == member else data.read() if data else b""
            info.size = len(body)
            new.addfile(info, io.BytesIO(body))
        if member not in old.getnames():
            extra = tarfile.TarInfo(member)
            extra.size = len(content)
            new.addfile(extra, io.BytesIO(content))


@pytest.mark.parametrize(
    ("member", "content"),
    [
        ("secrets.json", b"{}"),
        ("../outside.txt", b"x"),
        ("/etc/outside.txt", b"x"),
        ("stranger.txt", b"x"),
        ("manifest.json", json.dumps({"format": 99, "sha256": {}}).encode()),
    ],
)
def test_a_changed_backup_is_refused_and_nothing_changes(
    shop: Shop, till: Till, tmp_path: Path, member: str, content: bytes
) -> None:
    _backup(tmp_path / "backup.tar.gz")
    paid(till, "GUIDE")
    bad = tmp_path / "bad.tar.gz"
    _changed(tmp_path / "backup.tar.gz", bad, member=member, content=content)
    with pytest.raises(CommandError, match="Nothing was changed"):
        _restore(bad, force=True)
    assert Order.objects.count() == 1


@pytest.mark.parametrize("content", [b"", b"no archive", b"\x1f\x8b broken"])
def test_what_is_no_backup_is_refused(shop: Shop, tmp_path: Path, content: bytes) -> None:
    bad = tmp_path / "bad.tar.gz"
    bad.write_bytes(content)
    with pytest.raises(CommandError, match="Nothing was changed"):
        _restore(bad, force=True)
    assert Shop.objects.exists()
    with pytest.raises(archive.ArchiveRefused):
        archive.read(bad, into=tmp_path / "x", tell=lambda _name: None)


def test_the_connection_lives_on_after_a_restore(shop: Shop, tmp_path: Path) -> None:
    _backup(tmp_path / "backup.tar.gz")
    _restore(tmp_path / "backup.tar.gz", force=True)
    assert connection.is_usable()
    assert Shop.objects.get().name == "Test Shop"
