"""Profit centres, books, expenses and charts."""

from __future__ import annotations

import pytest
from django.test import Client

from hammock.departments.ledger import queries as books
from hammock.departments.ledger.models import Entry, ProfitCentre
from hammock.flows.draw_charts import draw_charts
from hammock.kit import clock
from hammock.kit.charts.models import DrawnChart
from hammock.kit.jobs.worker import run_until_empty
from tests.doors.console.asking import page, plain, press
from tests.shops import paid
from tests.till import Till


def _expense(**changes: object) -> dict[str, object]:
    return {
        "amount": "19.90",
        "description": "Web address",
        "account": "Expenses:Tools",
        "centre": "guides",
        "spent_on": clock.today().isoformat(),
    } | changes


def _balance(account: str) -> int:
    return {b.account: b.amount.minor for b in books.balances()}.get(account, 0)


def test_an_expense_is_booked_and_taken_back_by_its_mirror_image(owner: Client) -> None:
    assert "“Web address” is booked" in press(owner, "books/expense/", _expense())
    assert (_balance("Expenses:Tools"), _balance("Assets:Bank")) == (1990, -1990)
    entry = Entry.objects.get(kind="expense")
    press(owner, f"books/{entry.pk}/take-back/")
    assert _balance("Expenses:Tools") == 0
    assert "is reversed already" in press(owner, f"books/{entry.pk}/take-back/")
    assert Entry.objects.count() == 2


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"amount": "0"}, "An expense is more than nothing."),
        ({"amount": ""}, "This field is required."),
        ({"amount": "-5"}, "Write 0 or more."),
        ({"account": "Income:Sales"}, "valid choice"),
        ({"centre": "nowhere"}, "valid choice"),
        ({"spent_on": "2999-01-01"}, "This day has not come yet."),
        ({"description": ""}, "This field is required."),
    ],
)
def test_an_expense_that_cannot_be_booked_names_its_field(
    owner: Client, changes: dict[str, object], words: str
) -> None:
    answer = owner.post("/console/books/expense/", _expense(**changes))
    assert answer.status_code == 400
    assert words in plain(answer.content.decode())
    assert not Entry.objects.exists()


def test_only_expenses_are_taken_back_by_hand(owner: Client, till: Till) -> None:
    paid(till, "GUIDE")
    sale = Entry.objects.get()
    assert "only expenses" in press(owner, f"books/{sale.pk}/take-back/")
    assert Entry.objects.count() == 1


def test_the_books_are_listed_with_their_lines_and_filtered(owner: Client, till: Till) -> None:
    sold = paid(till, "GUIDE")
    press(owner, "books/expense/", _expense(centre="lessons"))
    everything = page(owner, "books/")
    assert f"Order {sold.reference}" in everything
    assert "Web address" in everything
    assert "Web address" not in page(owner, "books/?q=&kind=sale")
    assert f"Order {sold.reference}" not in page(owner, "books/?q=&centre=lessons")


def test_a_profit_centre_is_opened_renamed_and_not_opened_twice(owner: Client) -> None:
    press(owner, "centres/new/", {"name": "Sound packs", "colour": "#AA5500"})
    centre = ProfitCentre.objects.get(slug="sound-packs")
    assert centre.colour == "#aa5500"
    twice = owner.post("/console/centres/new/", {"name": "Sound packs", "colour": "#000000"})
    assert twice.status_code == 400
    press(owner, "centres/sound-packs/edit/", {"name": "Sounds", "colour": "#aa5500"})
    renamed = ProfitCentre.objects.get(slug="sound-packs")
    assert (renamed.name, renamed.position) == ("Sounds", centre.position)
    bad = owner.post("/console/centres/sound-packs/edit/", {"name": "Sounds", "colour": "red;"})
    assert bad.status_code == 400


def test_centres_show_figures_share_and_concentration_with_its_formula(
    owner: Client, till: Till
) -> None:
    paid(till, "GUIDE")
    shown = page(owner, "centres/")
    for words in ("€24.37", "100 %", "1.00", "hangs on one leg: Guides", "Herfindahl index = Σ"):
        assert words in shown, words
    assert "comes from Guides: if it falls away" in page(owner, "")
    paid(till, "REVIEW")
    assert "The business hangs on one leg: Lessons, 76 %" in page(owner, "centres/")
    shown = page(owner, "centres/guides/")
    assert "€24.37" in shown
    assert "€0.50" in shown


def test_charts_are_drawn_for_light_and_dark_and_again_only_when_figures_moved(
    owner: Client, till: Till
) -> None:
    paid(till, "GUIDE")
    run_until_empty()
    assert "<svg" in owner.get("/console/centres/").content.decode()
    drawn = DrawnChart.objects.get(key="centres")
    assert drawn.light.count("<svg") == drawn.dark.count("<svg") == 2  # desk and phone
    assert drawn.light != drawn.dark
    draw_charts()
    assert draw_charts() == 0
    paid(till, "WORKSHOP")
    assert draw_charts() >= 2
    assert DrawnChart.objects.get(key="centres").fingerprint != drawn.fingerprint


def test_no_empty_chart_is_shown_and_the_first_sale_draws_one_at_once(
    owner: Client, till: Till
) -> None:
    draw_charts()
    for address in ("centres/", "centres/guides/", ""):
        assert "<figure" not in owner.get(f"/console/{address}").content.decode(), address
    assert "Nothing is booked yet. Each sale books" in page(owner, "centres/")
    assert "Nothing is booked on it yet." in page(owner, "centres/guides/")
    paid(till, "GUIDE")
    for address in ("centres/", "centres/guides/", ""):
        assert "<figure" in owner.get(f"/console/{address}").content.decode(), address
    assert "Nothing is booked on it yet." in page(owner, "centres/lessons/")


def test_a_centre_with_a_hostile_name_does_no_harm_in_a_chart(owner: Client, till: Till) -> None:
    name = "</svg><script>alert(1)</script>"
    press(owner, "centres/guides/edit/", {"name": name, "colour": "#112233"})
    paid(till, "GUIDE")
    for address in ("centres/", "centres/guides/", ""):
        assert b"<script>alert(1)" not in owner.get(f"/console/{address}").content
