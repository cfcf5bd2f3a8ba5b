"""`hammock import orders`: what it prints, and how it ends."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from hammock.departments.sales.importing import actions
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


def test_unequal_books_end_with_code_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(actions, "_legs", lambda *_args: [])
    with pytest.raises(CommandError) as caught:
        printed()
    assert caught.value.returncode == 1
    assert not Order.objects.exists()
