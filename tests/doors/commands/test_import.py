"""`hammock import shopify|woocommerce|gumroad`: what it prints, and its exit codes."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from hammock.departments.catalogue.models import Product, Shop
from hammock.kit.errors import FieldError

EXPORTS = Path(__file__).parents[2] / "data" / "exports"


@pytest.fixture(autouse=True)
def shop(db: None) -> Shop:
    return Shop.objects.create(name="Tests", email="s@x.test", country="DE", currency="EUR")


def _run(*words: str | Path) -> tuple[int, list[str]]:
    stdout = io.StringIO()
    try:
        call_command("import", *map(str, words), stdout=stdout)
    except SystemExit as ended:
        return int(str(ended.code)), stdout.getvalue().splitlines()
    return 0, stdout.getvalue().splitlines()


def test_refused_rows_are_named_one_a_line_and_end_with_code_1() -> None:
    code, lines = _run("shopify", EXPORTS / "shopify.csv")
    assert code == 1
    assert [line for line in lines if line.startswith("refused")] == [
        "refused  row 11, column “Gift Card”: gift cards cannot be delivered from here",
        "refused  row 13, column “Variant Price”: “ask us” is no price (write it as 19 or 19.50)",
    ]
    assert any(line.startswith("new  row 5  sound-pack  “Sound Pack") for line in lines)
    assert "    to add by hand: picture https://cdn.example.com/pack.jpg" in lines
    assert lines[-1] == "Imported: 5 new, 0 updated, 0 already there; 2 problems."


def test_a_file_without_problems_ends_well(capsys: pytest.CaptureFixture[str]) -> None:
    code, lines = _run("woocommerce", EXPORTS / "woocommerce_semicolons.csv")
    assert code == 0
    assert lines[-1] == "Imported: 1 new, 0 updated, 0 already there; 0 problems."
    assert capsys.readouterr().err == ""  # no progress bar where nobody looks


def test_a_dry_run_only_says_what_would_happen() -> None:
    code, lines = _run("gumroad", EXPORTS / "gumroad_2022.csv", "--dry-run", "--currency", "EUR")
    assert code == 0
    assert lines[-1].startswith("Would import: 1 new")
    assert not Product.objects.exists()


def test_a_broken_file_is_one_line_and_changes_nothing(tmp_path: Path) -> None:
    file = tmp_path / "broken.csv"
    file.write_bytes((EXPORTS / "shopify.csv").read_bytes()[:1500])
    code, lines = _run("shopify", file)
    assert code == 1
    assert len(lines) == 2
    assert lines[0].startswith("refused  row ")
    assert not Product.objects.exists()


def test_a_file_of_10_mb_is_refused_without_reading_it_all(tmp_path: Path) -> None:
    file = tmp_path / "large.csv"
    file.write_bytes(b"Handle,Title,Variant Price\n" + b"a,b,1\n" * 2_000_000)
    code, lines = _run("shopify", file)
    assert code == 1
    assert lines[0] == "refused  row 1: the file has more than 10 MB: split it"


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(FieldError, match=r"nowhere\.csv: No such file"):
        _run("shopify", tmp_path / "nowhere.csv")


def test_an_unknown_kind_is_refused_with_the_known_ones() -> None:
    with pytest.raises(CommandError, match="shopify"):
        _run("etsy", EXPORTS / "shopify.csv")
