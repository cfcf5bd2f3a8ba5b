"""Profit centres, books, expenses and charts."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.test import Client

from hammock.departments.ledger import queries as books
from hammock.departments.ledger.models import Entry, ProfitCentre
from hammock.departments.sales.importing import mapping as mappings
from hammock.departments.sales.models import CreditNoteLine
from hammock.flows.draw_charts import draw_charts
from hammock.flows.import_orders import import_orders
from hammock.kit import clock
from hammock.kit.charts.models import DrawnChart
from hammock.kit.jobs.worker import run_until_empty
from tests.doors.console.asking import page, plain, press
from tests.shops import paid
from tests.till import Till

EXCERPT = Path(__file__).parents[2] / "data" / "uci" / "online_retail_excerpt.csv"


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
        ({"spent_on": "0001-01-01"}, "The books begin in 1970 at the earliest."),
        ({"spent_on": "1969-12-31"}, "The books begin in 1970 at the earliest."),
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


def _import_history() -> None:
    import_orders(file=EXCERPT, mapping=mappings.load("uci-online-retail"))


@pytest.mark.django_db(transaction=True)
def test_imported_history_of_other_years_and_currency_is_found_under_profit_centres(
    owner: Client,
) -> None:
    _import_history()
    now = page(owner, "centres/")
    assert "Nothing is booked yet" not in now
    assert "€" not in now.partition("Concentration")[2]  # no figure of a currency without bookings
    assert (
        "Nothing is booked in GBP in the last 12 months. Its bookings are in 2009 and 2010" in now
    )
    linked = owner.get("/console/centres/").content.decode()
    assert 'href="?period=2010"' in linked
    year = page(owner, "centres/?period=2010")
    assert "Figures of 2010, without tax" in year
    assert "Sep 2010 £573.95" in year
    assert "2009" not in year.partition("All together")[2]
    assert "£637.55" in page(owner, "centres/?period=all")
    assert "-£57,096.97" in page(owner, "centres/?period=all")
    one = page(owner, "centres/imported-shop/?period=all")
    assert "-£57,096.97" in one
    assert "Nothing is booked on it yet" not in one
    assert "Its bookings are in 2009 and 2010" in page(owner, "centres/imported-shop/")


@pytest.mark.django_db(transaction=True)
def test_currencies_stand_apart_and_the_shops_own_comes_first(owner: Client, till: Till) -> None:
    paid(till, "GUIDE")
    _import_history()
    shown = page(owner, "centres/?period=all")
    euros, pounds = shown.split("All together, in GBP")
    assert "All together, in EUR" in euros
    assert "€24.37" in euros.partition("All together, in EUR")[2]
    assert "€" not in pounds
    assert "Currencies stand apart and are never added up." in pounds
    assert "Nothing is booked in EUR in 2010" in page(owner, "centres/?period=2010")


@pytest.mark.django_db(transaction=True)
def test_an_older_year_has_its_chart_drawn_when_it_is_looked_at(owner: Client) -> None:
    _import_history()
    draw_charts()
    assert "<figure" not in owner.get("/console/centres/").content.decode()
    alts = {
        "centres/?period=2010": "Revenue of each profit centre a month, of 2010, GBP net",
        "centres/imported-shop/?period=all": "of Imported shop a month, of all time, GBP net",
    }
    for address, alt in alts.items():
        shown = owner.get(f"/console/{address}").content.decode()
        assert shown.count("<figure") == 1
        assert alt in shown
    first = DrawnChart.objects.get(key="centres:GBP:2010")
    owner.get("/console/centres/?period=2010")
    assert DrawnChart.objects.get(key="centres:GBP:2010").drawn_at == first.drawn_at


def test_every_period_can_be_chosen_and_another_is_refused_beside_its_field(
    owner: Client, till: Till
) -> None:
    today = clock.today()
    for year in (today.year - 3, today.year - 1):
        press(owner, "books/expense/", _expense(spent_on=f"{year}-05-05", amount=f"{year}"))
    paid(till, "GUIDE")
    assert f"{today:%b %Y} €24.37" in page(owner, "centres/?period=this")
    assert f"May {today.year - 1} €0.00 €{today.year - 1:,}.00" in page(
        owner, "centres/?period=last"
    )
    assert f"May {today.year - 3} €0.00 €{today.year - 3:,}.00" in page(
        owner, f"centres/?period={today.year - 3}"
    )
    everything = page(owner, "centres/?period=all")
    assert everything.count("May ") == 2
    assert "valid choice" in page(owner, "centres/?period=0042")
    assert f"{today:%b %Y} €24.37" in page(owner, "centres/?period=0042")


@pytest.mark.django_db(transaction=True)
def test_imported_credit_notes_are_found_with_what_they_are_for(owner: Client) -> None:
    assert "There are none." in page(owner, "payments/credit-notes/")
    _import_history()
    shown = page(owner, "payments/credit-notes/")
    assert "UCI-C489449" in shown
    assert "£196.10" in shown
    assert "Credit notes" in page(owner, "payments/")
    some = page(owner, "payments/credit-notes/?q=C489449")
    assert "UCI-C489449" in some
    assert "UCI-C496350" not in some
    line = CreditNoteLine.objects.filter(note__reference="UCI-C489449")[0]
    by_sku = page(owner, f"payments/credit-notes/?q={line.sku}&since=2009-12-01&until=2009-12-01")
    assert "UCI-C489449" in by_sku
    assert line.title in by_sku
    assert "No credit note fits." in page(owner, "payments/credit-notes/?until=2009-01-01")
    assert "Imported credit note UCI-C489449" in page(owner, "books/?q=UCI-C489449")
