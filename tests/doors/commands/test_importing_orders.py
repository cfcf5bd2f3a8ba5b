"""`hammock import orders`: what it prints, and how it ends."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from hammock.departments.catalogue.models import Shop
from hammock.departments.sales.importing import actions
from hammock.departments.sales.importing.errors import BrokenHistory
from hammock.departments.sales.models import Order

EXCERPT = Path(__file__).parents[2] / "data" / "uci" / "online_retail_excerpt.csv"

pytestmark = pytest.mark.django_db(transaction=True)


def printed(*options: str) -> str:
    """Run the command."""
    out = io.StringIO()
    command = ("import", "orders", str(EXCERPT), "--mapping", "uci-online-retail", *options)
    call_command(*command, stdout=out)
    return out.getvalue()


def as_json(*options: str) -> dict[str, Any]:
    """Run the command with --json."""
    found: dict[str, Any] = json.loads(printed("--json", *options))
    return found


def test_the_json_is_the_same_again_but_for_what_is_new() -> None:
    first, second = as_json(), as_json()
    assert (first["rows"], first["orders"], first["credit_notes"]) == (108, 15, 13)
    assert (first["customers"], first["net_minor"], first["equal"]) == (21, -5_709_697, True)
    assert first["per_month"]["2010-09"] == 57395
    assert first["per_country"]["EIRE"] == 9391
    assert first["skipped"][0]["invoices"] == 4
    assert second.pop("new") != first.pop("new")
    assert second == first


def test_the_report_shows_file_and_books_side_by_side() -> None:
    words = printed()
    assert "108 rows: 15 orders, 13 credit notes, 1 adjustments, 21 customers." in words
    assert "2010-09                            £573.95           £573.95\n" in words
    assert words.endswith("equal to the penny\n")


def test_a_dry_run_says_so() -> None:
    assert "Nothing was written." in printed("--dry-run")
    assert as_json("--dry-run")["dry_run"] is True
    assert not Order.objects.exists()


def test_an_order_that_changed_since_it_was_imported_is_named(tmp_path: Path) -> None:
    printed()
    changed = tmp_path / EXCERPT.name
    text = EXCERPT.read_text(encoding="utf-8")
    changed.write_text(
        text.replace(
            "C489449,22087,PAPER BUNTING WHITE LACE,-12",
            "C489449,22087,PAPER BUNTING WHITE LACE,-13",
        ),
        encoding="utf-8",
    )
    out = io.StringIO()
    with pytest.raises(CommandError, match="told otherwise by this file"):
        call_command("import", "orders", str(changed), "--mapping", "uci-online-retail", stdout=out)
    assert "UCI-C489449 was imported before and comes to -£" in out.getvalue()


@pytest.mark.parametrize("options", [(), ("--dry-run",)])
def test_a_file_in_another_currency_than_the_shops_is_said(options: tuple[str, ...]) -> None:
    assert "apart from the shop's own figures" not in printed(*options)  # there is no shop yet
    Shop.objects.create(name="Tests", email="s@x.test", country="DE", currency="EUR")
    assert "The file is in GBP and the shop sells in EUR" in printed(*options)
    assert as_json(*options)["shop_currency"] == "EUR"
    Shop.objects.update(currency="GBP")
    assert "the shop sells in" not in printed(*options)


@pytest.mark.parametrize("options", [(), ("--dry-run",)])
def test_a_nul_is_refused_by_row_and_column(tmp_path: Path, options: tuple[str, ...]) -> None:
    file = tmp_path / "orders.csv"
    file.write_text(
        "order,date,sku,title,quantity,unit_price,email,name,country\n"
        "1,2026-03-01 09:30,TEA,T\0ea,2,4.50,ann@example.com,Ann,Germany\n",
        encoding="utf-8",
    )
    with pytest.raises(BrokenHistory, match=r"row 1, column “title”: “T␀ea” holds a NUL"):
        call_command("import", "orders", str(file), "--mapping", "plain", *options)
    assert not Order.objects.exists()


def test_unequal_books_end_with_code_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(actions, "_legs", lambda *_args: [])
    with pytest.raises(CommandError) as caught:
        printed()
    assert caught.value.returncode == 1
    assert not Order.objects.exists()
