"""Another shop's history comes in whole or not at all, once, and equals its file to the penny."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest

from hammock.departments.customers.models import Customer
from hammock.departments.ledger import actions as ledger
from hammock.departments.ledger import queries as books
from hammock.departments.ledger.models import Entry, Line
from hammock.departments.sales.importing import actions
from hammock.departments.sales.importing import mapping as mappings
from hammock.departments.sales.importing.errors import BrokenHistory, ReferenceTaken
from hammock.departments.sales.models import (
    Adjustment,
    CreditNote,
    CreditNoteLine,
    Order,
    OrderLine,
)
from hammock.flows.import_orders import Reconciliation, import_orders
from hammock.kit.errors import FieldError
from hammock.kit.facts.models import Fact

UCI = mappings.load("uci-online-retail")
PLAIN = mappings.load("plain")
EXCERPT = Path(__file__).parents[1] / "data" / "uci" / "online_retail_excerpt.csv"
HEADER = "order,date,sku,title,quantity,unit_price,email,name,country"

pytestmark = pytest.mark.django_db(transaction=True)


def imported(file: Path = EXCERPT, mapping: mappings.Mapping = UCI) -> Reconciliation:
    """Import a file."""
    return import_orders(file=file, mapping=mapping)


def rows() -> dict[str, int]:
    """Count everything that an import writes."""
    models = (Order, OrderLine, CreditNote, CreditNoteLine, Adjustment, Entry, Line, Customer, Fact)
    return {model.__name__: model._default_manager.count() for model in models}


def plain(folder: Path, *lines: str) -> Path:
    """Write a file in the plain format."""
    path = folder / "orders.csv"
    path.write_text("\n".join([HEADER, *lines]) + "\n", encoding="utf-8")
    return path


def balance(account: str) -> int:
    """Tell what stands on an account, in minor units."""
    return sum(found.amount.minor for found in books.balances() if found.account == account)


def test_the_books_equal_the_file_to_the_penny() -> None:
    report = imported()
    assert report.is_equal
    assert report.recorded is not None
    assert report.recorded.books.net_minor == -5_709_697
    assert report.recorded.books.per_month == {
        "2009-12": 63755,
        "2010-01": 19381,
        "2010-02": 72639,
        "2010-03": -7380,
        "2010-04": -5348821,
        "2010-05": 15920,
        "2010-06": 26353,
        "2010-07": 1215,
        "2010-09": 57395,
        "2010-10": -83012,
        "2010-11": -527142,
    }
    assert report.recorded.books.per_country == {
        "Australia": -22310,
        "Channel Islands": -1590,
        "EIRE": 9391,
        "RSA": 143529,
        "USA": 29100,
        "United Kingdom": -5864142,
        "Unspecified": -3675,
    }


def test_each_kind_of_line_lands_on_its_own_account() -> None:
    imported()
    assert {found.account: found.amount.minor for found in books.balances()} == {
        "Equity:Owner": -5_709_697,
        "Expenses:BadDebt": 5_359_436,
        "Expenses:BankCharges": 1500,
        "Expenses:MarketplaceFees": 670_671,
        "Expenses:Samples": 7380,
        "Income:Adjustments": -(9646 - 3675 + 30013 + 143529 - 46165 + 4500 + 400),
        "Income:Discounts": 910,
        "Income:Refunds": 24155 + 3660,
        "Income:Sales": -203_497,
        "Income:Shipping": -(2170 + 14100),
    }


def test_orders_credit_notes_and_adjustments_are_what_they_were() -> None:
    imported()
    order = Order.objects.get(reference="UCI-522719")
    assert order.channel is None  # nobody knows how its buyer came
    assert (order.total_minor, order.country, order.state) == (19207, "GB", "paid")
    assert order.customer is not None
    assert order.customer.external_id == "uci-online-retail:13202"
    assert order.lines.count() == 8
    assert sum(line.total_minor for line in order.lines.all()) == order.total_minor
    note = CreditNote.objects.get(reference="UCI-C489449")
    assert (note.total_minor, note.lines.count()) == (19610, 9)
    assert {line.quantity > 0 for line in note.lines.all()} == {True}
    wrong_way = CreditNote.objects.get(reference="UCI-C496350")
    assert (wrong_way.total_minor, wrong_way.customer) == (-37357, None)
    debt = Adjustment.objects.get()
    assert (debt.total_minor, debt.reason) == (-5_359_436, "Adjust bad debt")


def test_guests_stay_guests_and_customers_need_no_address() -> None:
    imported()
    guests = Order.objects.filter(customer=None)
    assert sorted(guests.values_list("reference", flat=True)) == [
        "UCI-495732",
        "UCI-504396",
        "UCI-529998",
    ]
    assert Customer.objects.count() == Customer.objects.filter(email=None).count() == 21
    assert str(Customer.objects.earliest("created_at")).startswith("uci-online-retail:")


def test_importing_twice_changes_nothing() -> None:
    first, before = imported(), rows()
    second = imported()
    assert rows() == before
    assert second.recorded == first.recorded
    assert set(vars(second.new).values()) == {0}
    assert (first.new.orders, first.new.credit_notes, first.new.customers) == (15, 13, 21)


def test_a_longer_file_brings_only_what_is_new(tmp_path: Path) -> None:
    whole = EXCERPT.read_text(encoding="utf-8").splitlines(keepends=True)
    start = tmp_path / "start.csv"
    start.write_text("".join(whole[:75]), encoding="utf-8")
    imported(start)
    report = imported()
    assert report.is_equal
    assert 0 < report.new.orders < 15
    assert Order.objects.count() == 15


def test_the_import_is_one_fact(tmp_path: Path) -> None:
    imported()
    imported()
    fact = Fact.objects.get(name="HistoryImported")
    assert fact.data["orders"] == 15
    assert fact.data["file"] == "online_retail_excerpt.csv"


def test_a_dry_run_counts_and_writes_nothing() -> None:
    before = rows()
    report = import_orders(file=EXCERPT, mapping=UCI, is_dry_run=True)
    assert rows() == before
    assert report.recorded is None
    assert report.new == imported().new


def test_a_broken_file_leaves_nothing(tmp_path: Path) -> None:
    before = rows()
    broken = tmp_path / "broken.csv"
    text = EXCERPT.read_text(encoding="utf-8")
    broken.write_text(text.replace("2010-11-", "2010-13-"), encoding="utf-8")
    with pytest.raises(BrokenHistory, match=r"row 10[0-9], column “InvoiceDate”: “2010-13-"):
        imported(broken)
    assert rows() == before


def test_dying_half_way_leaves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    before, post_all = rows(), ledger.post_all

    def dies(drafts: Iterable[ledger.Draft]) -> None:
        post_all(drafts)
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(ledger, "post_all", dies)
        with pytest.raises(KeyboardInterrupt):
            imported()
    assert rows() == before
    assert imported().is_equal


def test_books_that_differ_from_the_file_are_taken_back(monkeypatch: pytest.MonkeyPatch) -> None:
    before, booked = rows(), actions._legs

    def without_sales(*args: object) -> object:
        legs = booked(*args)  # type: ignore[arg-type]
        return [] if any(leg.account == "Income:Sales" for leg in legs) else legs

    monkeypatch.setattr(actions, "_legs", without_sales)
    report = imported()
    assert not report.is_equal
    assert report.recorded is not None
    assert report.recorded.books.net_minor != report.expected.books.net_minor
    assert rows() == before


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (",2,", ",3,", "comes to €13.50 in the file and to €9.00 here"),
        (
            "2026-03-01",
            "2026-03-02",
            "is of 2026-03-02 09:30 in the file and of 2026-03-01 09:30 here",
        ),
        ("Germany", "France", "is of FR in the file and of DE here"),
    ],
)
@pytest.mark.parametrize("is_dry_run", [False, True])
def test_what_changed_under_a_known_number_is_named_and_not_taken(
    tmp_path: Path,
    old: str,
    new: str,
    said: str,
    is_dry_run: bool,  # noqa: FBT001 - pytest's way
) -> None:
    row = "{},2026-03-01 09:30,TEA,Tea,2,4.50,ann@example.com,Ann,Germany"
    imported(plain(tmp_path, row.format(1), row.format(2)), PLAIN)
    before = rows()
    file = plain(tmp_path, row.format(1).replace(old, new), row.format(2), row.format(3))
    report = import_orders(file=file, mapping=PLAIN, is_dry_run=is_dry_run)
    assert not report.is_equal
    assert [(one.reference, one.said) for one in report.changed] == [("OLD-1", said)]
    assert rows() == before


def test_a_buyer_known_by_address_is_not_doubled(tmp_path: Path) -> None:
    ann = Customer.objects.create(email="ann@example.com", name="Ann")
    file = plain(
        tmp_path,
        "1,2026-03-01 09:30,TEA,Tea,2,4.50,Ann@Example.com,Ann B.,Germany",
        "CN-1,2026-03-02 09:30,TEA,Tea,-1,4.50,ann@example.com,Ann B.,Germany",
    )
    assert imported(file, PLAIN).is_equal
    assert list(Customer.objects.all()) == [ann]
    assert Order.objects.get().customer == CreditNote.objects.get().customer == ann
    assert Order.objects.get().email == "ann@example.com"
    assert balance("Income:Sales") == -900
    assert balance("Income:Refunds") == 450


def test_an_unknown_centre_is_refused_and_nothing_written() -> None:
    before = rows()
    with pytest.raises(FieldError, match="--centre: there is no profit centre “shop”"):
        import_orders(file=EXCERPT, mapping=UCI, centre="shop")
    assert rows() == before


def test_a_chosen_centre_carries_all_lines() -> None:
    import_orders(file=EXCERPT, mapping=UCI, centre="general")
    assert set(Line.objects.values_list("profit_centre_id", flat=True)) == {"general"}


def test_a_reference_from_elsewhere_is_refused() -> None:
    Order.objects.create(
        reference="UCI-489434", country="GB", currency="GBP", total_minor=0, tax_minor=0
    )
    before = rows()
    with pytest.raises(ReferenceTaken, match="UCI-489434 is here already, from “shop”"):
        imported()
    assert rows() == before
