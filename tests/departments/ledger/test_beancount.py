"""The exported books: Beancount's own reader and checks find no fault, and its sums are ours."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from beancount import loader
from beancount.core.data import Commodity, Open, Transaction
from django.db import transaction
from django.db.models import Sum
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hammock.departments.ledger import actions, queries
from hammock.departments.ledger.beancount import escaped, link
from hammock.departments.ledger.errors import Unbalanced
from hammock.departments.ledger.models import Account, Entry, Line
from hammock.departments.ledger.rules import Chart, Leg, merged
from hammock.kit.money import Money

pytestmark = pytest.mark.django_db

CENTRES = ("general", "guides", "lessons")
Sums = dict[tuple[str, str, str], Decimal]


def _loaded(text: str) -> list[Any]:
    entries, errors, _options = loader.load_string(text)
    assert errors == []
    return list(entries)


def _sums_of(entries: list[Any]) -> Sums:
    sums: Sums = defaultdict(Decimal)
    for entry in entries:
        if isinstance(entry, Transaction):
            for posting in entry.postings:
                assert posting.meta is not None
                assert posting.units is not None
                assert posting.units.number is not None
                key = posting.account, posting.meta["profit_centre"], posting.units.currency
                sums[key] += posting.units.number
    return {key: amount for key, amount in sums.items() if amount}


def _our_sums() -> Sums:
    rows = (
        Line.objects.order_by()
        .values("account_id", "profit_centre_id", "currency")
        .annotate(minor=Sum("minor"))
        .exclude(minor=0)
    )
    return {
        (row["account_id"], row["profit_centre_id"], row["currency"]): Money(
            row["minor"], row["currency"]
        ).decimal
        for row in rows
    }


def _text() -> str:
    return "".join(queries.as_beancount(title='The "Test" \\ Shop'))


def _leg(account: str, minor: int, currency: str = "EUR", centre: str = "general") -> Leg:
    return Leg(account=account, centre=centre, amount=Money(minor, currency))


def _post(source: str, legs: list[Leg], *, description: str = "Sold", day: int = 1) -> Entry:
    return actions.post(
        actions.Draft(
            kind=Entry.Kind.SALE,
            description=description,
            source=source,
            legs=legs,
            at=datetime(2026, 3, day, 12, tzinfo=UTC),
        )
    )


def test_empty_books_open_every_account_and_hold_nothing() -> None:
    entries = _loaded(_text())
    opened = {entry.account for entry in entries if isinstance(entry, Open)}
    assert opened == set(Account.objects.values_list("code", flat=True)) >= set(Chart)
    assert len(entries) == len(opened)


def test_each_currency_has_its_own_decimals() -> None:
    for currency, minor in (("EUR", 1999), ("JPY", 1999), ("KWD", 1999)):
        _post(
            f"test:{currency}",
            [_leg(Chart.BANK, minor, currency), _leg(Chart.SALES, -minor, currency)],
        )
    entries = _loaded(_text())
    assert {entry.currency for entry in entries if isinstance(entry, Commodity)} == {
        "EUR",
        "JPY",
        "KWD",
    }
    assert {key[2]: amount for key, amount in _sums_of(entries).items() if amount > 0} == {
        "EUR": Decimal("19.99"),
        "JPY": Decimal(1999),
        "KWD": Decimal("1.999"),
    }


def test_an_entry_can_be_found_again_and_a_reversal_names_what_it_takes_back() -> None:
    sold = _post("payment:7 (é)", [_leg(Chart.BANK, 5), _leg(Chart.SALES, -5)])
    actions.reverse(sold, reason="Twice")
    first, second = (e for e in _loaded(_text()) if isinstance(e, Transaction))
    assert (first.date.isoformat(), first.flag, first.payee) == ("2026-03-01", "*", "Sale")
    assert first.meta["source"] == "payment:7 (é)"
    assert first.links == {"payment-7-"}
    assert second.meta["source"] == "payment:7 (é):reversed"
    assert second.links == {"payment-7-", "payment-7-reversed"}
    assert _sums_of([first, second]) == {}


def test_a_ledger_that_was_tampered_with_is_seen_by_beancount() -> None:
    """The negative control: the checker that finds nothing above does look."""
    _post("test:1", [_leg(Chart.BANK, 500), _leg(Chart.SALES, -500)])
    _entries, errors, _options = loader.load_string(_text().replace("5.00 EUR", "5.01 EUR", 1))
    assert "does not balance" in errors[0].message


def test_an_entry_that_moves_nothing_is_refused() -> None:
    with pytest.raises(Unbalanced, match="“test:1” moves nothing"):
        _post("test:1", [_leg(Chart.BANK, 5), _leg(Chart.BANK, -5)])
    assert not Line.objects.exists()


_amounts = st.integers(min_value=1, max_value=10**12)
_texts = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=60
)


@st.composite
def _balanced(draw: st.DrawFn) -> list[Leg]:
    """Make a few debits in one or more currencies, and credits that take them back in pieces."""
    legs: list[Leg] = []
    place = st.tuples(st.sampled_from([*Chart]), st.sampled_from(CENTRES))
    for currency in draw(st.lists(st.sampled_from(["EUR", "USD", "JPY", "KWD"]), min_size=1)):
        for minor in draw(st.lists(_amounts, min_size=1, max_size=3)):
            piece = draw(st.integers(0, minor))
            for part in (minor, -piece, piece - minor):
                account, centre = draw(place)
                legs.append(_leg(account, part, currency, centre))
    return legs


@settings(max_examples=40, suppress_health_check=[*HealthCheck])
@given(st.lists(st.tuples(_balanced(), _texts, st.integers(1, 28)), max_size=6))
def test_beancount_sums_any_books_as_we_do(drafts: list[tuple[list[Leg], str, int]]) -> None:
    with transaction.atomic():
        for slug in CENTRES:
            actions.open_centre(slug=slug, name=slug)
        for number, (legs, text, day) in enumerate(drafts):
            if merged(legs):
                _post(f"{number}{text}"[:120], legs, description=text, day=day)
        entries = _loaded(_text())
        assert _sums_of(entries) == _our_sums()
        assert sum(isinstance(e, Transaction) for e in entries) == Entry.objects.count()
        by_account = {(b.account, b.amount.currency): b.amount.decimal for b in queries.balances()}
        theirs: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
        for (account, _centre, currency), amount in _sums_of(entries).items():
            theirs[account, currency] += amount
        assert {k: v for k, v in theirs.items() if v} == {k: v for k, v in by_account.items() if v}
        transaction.set_rollback(True)


@given(st.text(max_size=80))
def test_any_text_stands_between_quotation_marks_on_one_line(text: str) -> None:
    written = escaped(text)
    written.encode()
    assert "\n" not in written
    entries = _loaded(
        "2026-01-01 open Assets:Bank\n"
        f'2026-01-02 * "{written}" ^x{link(text)}\n  Assets:Bank  1 EUR\n  Assets:Bank  -1 EUR\n'
    )
    seen = "".join(char if char.isprintable() else " " for char in text).split()
    assert entries[1].narration.split() == seen
