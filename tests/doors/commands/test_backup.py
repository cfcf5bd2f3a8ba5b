"""`hammock backup` and `hammock restore`: whole, checked, and nothing half done."""

from __future__ import annotations

import io
import json
import shutil
import stat
import tarfile
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, connections

from hammock.departments.catalogue import ports as goods
from hammock.departments.catalogue.models import Shop
from hammock.departments.ledger import queries as books
from hammock.departments.ledger.models import Entry
from hammock.departments.sales.models import Order
from hammock.doors.commands import copying, places
from hammock.flows.place_order import Buyer
from hammock.kit import archive, tables
from tests import databases
from tests.shops import Shelf, paid
from tests.till import Till


def _backup(file: Path) -> str:
    out = io.StringIO()
    call_command("backup", str(file), stdout=out)
    return out.getvalue()


def _restore(file: Path, *, force: bool = False) -> str:
    databases.let_go()  # a restore is for who is alone with the database
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
    over, sold_one = threading.Event(), threading.Event()

    def sell() -> None:
        number = 0
        while not over.is_set():
            number += 1
            buyer = Buyer(email=f"b{number}@example.org", name="B", country="DE")
            paid(till, "GUIDE", buyer=buyer)
            sold_one.set()
        connections.close_all()

    seller = threading.Thread(target=sell)
    seller.start()
    try:
        assert sold_one.wait(60)
        _backup(tmp_path / "backup.tar.gz")
    finally:
        over.set()
        seller.join()
    sold = Order.objects.filter(state=Order.State.PAID).count()
    _restore(tmp_path / "backup.tar.gz", force=True)
    kept = Order.objects.filter(state=Order.State.PAID)
    assert 1 <= kept.count() <= sold
    assert Entry.objects.count() == kept.count()  # a paid order and its entry are one transaction
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


def test_files_pictures_and_secrets_come_back_and_newer_ones_go(
    shop: Shop, data: Path, tmp_path: Path
) -> None:
    (data / "media").mkdir()
    (data / "media/sea.png").write_bytes(b"sea")
    secrets = (data / "secrets.json").read_text()
    before = _files(data)
    assert len(before) > 3
    _backup(tmp_path / "backup.tar.gz")
    (data / "media/sea.png").write_bytes(b"hill")
    (data / "media/new.png").write_bytes(b"new")
    next((data / "files").rglob("*.pdf")).unlink()
    (data / "secrets.json").write_text('{"secret_key": "another"}')
    _restore(tmp_path / "backup.tar.gz", force=True)
    assert _files(data) == before
    assert (data / "secrets.json").read_text() == secrets
    assert stat.S_IMODE((data / "secrets.json").stat().st_mode) == 0o600
    assert not [*data.glob("restore-*"), *data.glob("backup-*")]


@pytest.fixture
def bucket(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shelf]:
    """Move the goods' files out of the data folder, as with STORAGE_URL=s3://…"""
    before, away = goods.files(), Shelf()
    for key in places.stored_keys():
        content = b"".join(before.read(key=key, start=0, length=before.size(key=key)))
        away.put(key=key, content=io.BytesIO(content))
    environment = replace(settings.ENVIRONMENT, storage_url="s3://bucket")
    monkeypatch.setattr(settings, "ENVIRONMENT", environment)
    goods.wire(away)
    yield away
    goods.wire(before)


def test_files_in_a_bucket_are_in_the_backup_and_come_back(bucket: Shelf, tmp_path: Path) -> None:
    before = dict(bucket.kept)
    assert len(before) >= 4
    _backup(tmp_path / "backup.tar.gz")
    bucket.kept.clear()
    _restore(tmp_path / "backup.tar.gz", force=True)
    assert bucket.kept == before


def test_a_backup_of_a_bucket_comes_back_to_a_disk(
    bucket: Shelf, data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _backup(tmp_path / "backup.tar.gz")
    shutil.rmtree(data / "files", ignore_errors=True)
    local = replace(settings.ENVIRONMENT, storage_url=f"file://{data / 'files'}")
    monkeypatch.setattr(settings, "ENVIRONMENT", local)
    _restore(tmp_path / "backup.tar.gz", force=True)
    assert _files(data) == {f"files/{key}": content for key, content in bucket.kept.items()}


def test_a_file_that_the_bucket_lost_is_named_and_all_else_is_backed_up(
    bucket: Shelf, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lost = min(bucket.kept)
    rest = {key: content for key, content in bucket.kept.items() if key != lost}
    bucket.delete(key=lost)
    _backup(tmp_path / "backup.tar.gz")
    assert f"your bucket has lost it: {lost}" in capsys.readouterr().err
    bucket.kept.clear()
    _restore(tmp_path / "backup.tar.gz", force=True)
    assert bucket.kept == rest


def test_a_bucket_that_takes_nothing_leaves_the_business_as_it_was(
    bucket: Shelf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _backup(tmp_path / "backup.tar.gz")
    Shop.objects.update(name="Newer")
    bucket.kept.clear()

    def refuse(**_file: object) -> None:
        raise goods.StoreFailed(problem="AccessDenied")

    monkeypatch.setattr(bucket, "put", refuse)
    with pytest.raises(CommandError, match="AccessDenied"):
        _restore(tmp_path / "backup.tar.gz", force=True)
    assert Shop.objects.get().name == "Newer"


def _files(data: Path) -> dict[str, bytes]:
    found = [path for name in ("files", "media") for path in (data / name).rglob("*")]
    return {str(path.relative_to(data)): path.read_bytes() for path in found if path.is_file()}


def test_this_machines_own_settings_stay(shop: Shop, data: Path, tmp_path: Path) -> None:
    own = data / "hammock.env"
    try:
        own.write_text("PORT=8001\n")
        _backup(tmp_path / "backup.tar.gz")
        own.write_text("PORT=8002\n")
        assert "hammock.env were kept" in _restore(tmp_path / "backup.tar.gz", force=True)
        assert own.read_text() == "PORT=8002\n"
        own.unlink()
        _restore(tmp_path / "backup.tar.gz", force=True)
        assert own.read_text() == "PORT=8001\n"
    finally:
        own.unlink(missing_ok=True)


def test_a_business_that_somebody_serves_is_not_replaced(shop: Shop, tmp_path: Path) -> None:
    _backup(tmp_path / "backup.tar.gz")
    ready, over = threading.Event(), threading.Event()

    def serve() -> None:
        Shop.objects.get()
        ready.set()
        over.wait(60)
        connections.close_all()

    server = threading.Thread(target=serve)
    server.start()
    try:
        assert ready.wait(60)
        Shop.objects.update(tagline="Sold since")
        with pytest.raises(CommandError, match=r"stop `hammock serve` first\. Nothing was changed"):
            _restore(tmp_path / "backup.tar.gz", force=True)
    finally:
        over.set()
        server.join()
    assert Shop.objects.get().tagline == "Sold since"


def test_tables_that_the_backup_does_not_know_go(shop: Shop, tmp_path: Path) -> None:
    """Else the migrations of the newer version would find their tables there already."""
    _backup(tmp_path / "backup.tar.gz")
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE of_a_newer_version (id integer)")
    _restore(tmp_path / "backup.tar.gz", force=True)
    assert "of_a_newer_version" not in connection.introspection.table_names()


def test_a_restored_ledger_still_guards_itself(shop: Shop, till: Till, tmp_path: Path) -> None:
    paid(till, "GUIDE")
    _backup(tmp_path / "backup.tar.gz")
    before = tables.triggers()
    _restore(tmp_path / "backup.tar.gz", force=True)
    assert tables.triggers() == before
    with pytest.raises(IntegrityError, match="only grows"):
        Entry.objects.update(description="changed")


def test_a_backup_of_a_newer_version_is_refused(shop: Shop, tmp_path: Path) -> None:
    _backup(tmp_path / "backup.tar.gz")
    with tarfile.open(tmp_path / "backup.tar.gz") as tar:
        file = tar.extractfile("manifest.json")
        assert file is not None
        manifest = json.load(file)
    manifest["migrations"].append("sales.9999_of_tomorrow")
    _changed(
        tmp_path / "backup.tar.gz",
        tmp_path / "newer.tar.gz",
        member="manifest.json",
        content=json.dumps(manifest).encode(),
    )
    with pytest.raises(CommandError, match=r"sales\.9999_of_tomorrow is unknown here"):
        _restore(tmp_path / "newer.tar.gz", force=True)
    assert Shop.objects.exists()


def test_a_restore_that_breaks_off_puts_everything_back(
    shop: Shop, till: Till, data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _backup(tmp_path / "backup.tar.gz")
    paid(till, "GUIDE")
    (data / "media").mkdir()
    (data / "media/new.png").write_bytes(b"new")
    before = _files(data), (data / "secrets.json").read_text()

    def full(_copy: Path) -> None:
        raise CommandError("psql: disk full")

    monkeypatch.setattr(copying, "put_database", full)
    with pytest.raises(CommandError, match="disk full"):
        _restore(tmp_path / "backup.tar.gz", force=True)
    assert (_files(data), (data / "secrets.json").read_text()) == before
    assert Order.objects.count() == 1


@pytest.mark.parametrize("command", ["backup", "export"])
def test_there_must_be_a_business(transactional_db: None, tmp_path: Path, command: str) -> None:
    with pytest.raises(CommandError, match="no business here yet"):
        call_command(command, str(tmp_path / "out"))
    assert not list(tmp_path.iterdir())


def test_a_damaged_database_is_replaced(shop: Shop, tmp_path: Path) -> None:
    if connection.vendor != "sqlite":
        return  # a server mends its own files
    _backup(tmp_path / "backup.tar.gz")
    connection.close()
    file = Path(str(connection.settings_dict["NAME"]))
    file.write_bytes(b"no database any more" * 1000)
    _restore(tmp_path / "backup.tar.gz")
    assert Shop.objects.get().name == "Test Shop"


@pytest.mark.postgres
def test_missing_client_programs_are_named(
    shop: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(CommandError, match="pg_dump is missing: install PostgreSQL's client"):
        _backup(tmp_path / "backup.tar.gz")
    assert not list(tmp_path.iterdir())


@pytest.mark.postgres
def test_a_dump_that_does_not_load_changes_nothing(
    shop: Shop, till: Till, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The old tables go in the transaction that brings the new: when it fails, they are there."""
    _backup(tmp_path / "backup.tar.gz")
    paid(till, "GUIDE")
    monkeypatch.setattr(
        copying, "_CLEAR", f"{copying._CLEAR}\nCREATE TABLE catalogue_shop (id int);"
    )
    with pytest.raises(CommandError, match="catalogue_shop"):
        _restore(tmp_path / "backup.tar.gz", force=True)
    assert Order.objects.count() == 1
