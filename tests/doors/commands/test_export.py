"""`hammock export DIR`: everything, in formats that others read, as of one moment."""

from __future__ import annotations

import csv
import io
import json
import os
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from beancount import loader
from django.apps import apps
from django.core.files.base import ContentFile
from django.core.files.images import ImageFile
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection
from PIL import Image as Drawing
from wagtail.images.models import Image
from wagtail.models import Page

from hammock.departments.catalogue.models import Price, ReleaseFile, Shop
from hammock.departments.ledger import queries as books
from hammock.departments.ledger.models import Line
from hammock.departments.sales.models import Order
from hammock.doors.commands import exporting
from hammock.flows.refund_order import refund_order, whole
from hammock.kit.jobs.worker import run_until_empty
from hammock.kit.tables import one_moment
from tests.races import race
from tests.shops import order, paid
from tests.till import Till


def _export(folder: Path) -> str:
    out = io.StringIO()
    call_command("export", str(folder), stdout=out, stderr=out)
    return out.getvalue()


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def _objects(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n") if line]


def test_each_table_of_each_department_is_exported() -> None:
    departments = {
        model
        for model in apps.get_models()
        if model.__module__.startswith("hammock.departments.") and not issubclass(model, Page)
    }
    # Who may sign in is no property of the business; passwords and invitations stay in the house,
    # and today's hashes of browsers are forgotten tomorrow.
    stays = {"Member", "Invitation", "SeenToday"}
    left_out = {model for model in departments if model.__name__ in stays}
    assert departments - left_out == set(exporting.TABLES.values())


def test_what_was_sold_stands_in_the_tables(shop: Shop, till: Till, tmp_path: Path) -> None:
    sold = paid(till, "GUIDE", "WORKSHOP")
    run_until_empty()
    said = _export(tmp_path / "out")
    assert said == f"Everything is in {tmp_path / 'out'}.\n"
    (row,) = _rows(tmp_path / "out/orders.csv")
    assert (row["reference"], row["state"], row["total_minor"], row["currency"]) == (
        sold.reference,
        "paid",
        "7800",
        "EUR",
    )
    assert {line["sku"] for line in _rows(tmp_path / "out/order_lines.csv")} == {
        "GUIDE",
        "WORKSHOP",
    }
    assert len(_rows(tmp_path / "out/entitlements.csv")) == 2
    assert sum(int(line["minor"]) for line in _rows(tmp_path / "out/ledger_lines.csv")) == 0
    assert len(_rows(tmp_path / "out/ledger_lines.csv")) == Line.objects.count() > 0
    facts = _objects(tmp_path / "out/facts.jsonl")
    assert "OrderPaid" in {fact["name"] for fact in facts}
    assert not list(tmp_path.glob(".out-*"))


def test_a_text_comes_back_as_it_was_typed(shop: Shop, tmp_path: Path) -> None:
    nasty = '=1+1 "quoted", line\nbreak é 漢'
    Price.objects.filter(sku="GUIDE").update(label=nasty)
    _export(tmp_path / "out")
    labels = {row["sku"]: row["label"] for row in _rows(tmp_path / "out/prices.csv")}
    assert labels["GUIDE"] == nasty


def test_beancount_agrees_with_the_exported_books(shop: Shop, till: Till, tmp_path: Path) -> None:
    sold = paid(till, "GUIDE", "WORKSHOP")
    paid(till, "SET", quantity=2)
    refund_order(order_id=sold.id, wish=whole(sold, reason="", requested_by="me"))
    run_until_empty()
    _export(tmp_path / "out")
    entries, errors, _options = loader.load_file(str(tmp_path / "out/ledger.beancount"))
    assert errors == []
    theirs: dict[str, Any] = {}
    for entry in entries:
        for posting in getattr(entry, "postings", ()):
            theirs[posting.account] = theirs.get(posting.account, 0) + posting.units.number
    ours = {balance.account: balance.amount.decimal for balance in books.balances()}
    assert theirs == ours
    assert theirs["Income:Refunds"] == Decimal("65.55")  # 78.00 less 19 % within, line by line


def test_files_pages_and_pictures_are_exported(shop: Shop, tmp_path: Path) -> None:
    drawn = io.BytesIO()
    Drawing.new("RGB", (8, 8), "teal").save(drawn, "PNG")
    Image.objects.create(title="Sea", file=ImageFile(ContentFile(drawn.getvalue()), name="sea.png"))
    _export(tmp_path / "out")
    assert (tmp_path / "out/files/guide/1.0/guide.pdf").read_bytes() == b"%PDF-1.7 " * 999
    assert (tmp_path / "out/files/sample/1.0/list.csv").read_bytes() == b"a,b\n1,2\n"
    assert (tmp_path / "out/pictures/sea.png").read_bytes() == drawn.getvalue()
    pages = _objects(tmp_path / "out/pages.jsonl")
    assert {page["url"] for page in pages} == {*Page.objects.values_list("url_path", flat=True)}


def test_a_version_cannot_lead_out_of_its_folder(shop: Shop, tmp_path: Path) -> None:
    release = ReleaseFile.objects.get(name="guide.pdf", release__product__slug="guide").release
    release.version = ".."
    release.save()
    ReleaseFile.objects.filter(release=release, name="list.csv").update(name="../../../evil.csv")
    _export(tmp_path / "out")
    assert (tmp_path / "out/files/guide/_../guide.pdf").exists()
    assert (tmp_path / "out/files/guide/_../.._.._.._evil.csv").exists()
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_a_lost_file_is_named_and_all_else_is_written(
    shop: Shop, data: Path, tmp_path: Path
) -> None:
    gone = ReleaseFile.objects.get(name="guide.pdf", release__product__slug="guide")
    (data / "files" / gone.storage_key).unlink()
    changed = ReleaseFile.objects.get(name="list.csv", release__product__slug="guide")
    (data / "files" / changed.storage_key).write_bytes(b"a,b\n1,3\n")
    out = io.StringIO()
    with pytest.raises(CommandError, match="2 files could not be exported; all else is there"):
        call_command("export", str(tmp_path / "out"), stdout=out, stderr=out)
    assert "Not whole: files/guide/1.0/guide.pdf is not in the store." in out.getvalue()
    assert "Not whole: files/guide/1.0/list.csv is not as it was" in out.getvalue()
    assert (tmp_path / "out/files/sample/1.0/guide.pdf").exists()


@pytest.mark.parametrize("full_of", ["a file", "itself"])
def test_a_folder_that_holds_something_is_left_alone(
    shop: Shop, tmp_path: Path, full_of: str
) -> None:
    target = tmp_path / "out"
    if full_of == "itself":
        target.write_text("mine")
    else:
        target.mkdir()
        (target / "mine.txt").write_text("mine")
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(CommandError, match=r"is not an empty folder\. Nothing was written"):
        _export(target)
    assert sorted(tmp_path.rglob("*")) == before


def test_without_a_business_nothing_is_exported(transactional_db: None, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"no business here yet: run `hammock setup`"):
        _export(tmp_path / "out")
    assert list(tmp_path.iterdir()) == []


def test_an_export_that_breaks_off_leaves_nothing(
    shop: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_args: Any, **_options: Any) -> None:
        raise OSError(28, os.strerror(28))

    monkeypatch.setattr(exporting, "_copy_files", full)
    with pytest.raises(CommandError, match="No space left on device"):
        _export(tmp_path / "out")
    assert list(tmp_path.iterdir()) == []


def test_others_sell_while_one_moment_is_read(shop: Shop, till: Till) -> None:
    with one_moment():
        before = Order.objects.count()
        (finish,) = race(lambda: order("GUIDE"))
        assert finish.error is None
        assert Order.objects.count() == before
    assert Order.objects.count() == before + 1


def test_nothing_can_be_written_into_one_moment(shop: Shop) -> None:
    with pytest.raises(DatabaseError), one_moment():
        Shop.objects.update(name="Another")
    assert Shop.objects.get().name == "Test Shop"
    with connection.cursor() as cursor:
        cursor.execute("UPDATE catalogue_shop SET tagline = 'still writable'")
