"""`hammock export`: everything in open formats, the books checked by Beancount itself."""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from decimal import Decimal
from pathlib import Path

import pytest
from beancount import loader
from beancount.core.data import Transaction
from beancount.parser import printer
from django.core.management import CommandError, call_command
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hammock.departments.catalogue.models import Shop
from hammock.departments.ledger import actions, queries, rules
from hammock.departments.ledger.models import Entry
from hammock.flows.refund_order import refund_order, whole
from hammock.kit.jobs.worker import run_until_empty
from hammock.kit.money import Money
from tests.shops import Shelf, paid
from tests.till import Till


def _export(folder: Path) -> None:
    call_command("export", str(folder), stdout=io.StringIO())


def _beancount_balances(path: Path) -> dict[tuple[str, str, str], Decimal]:
    """Load the file as Beancount does, with all its checks, and add up its postings."""
    entries, errors, _options = loader.load_file(str(path))
    assert not errors, printer.format_errors(errors)
    sums: dict[tuple[str, str, str], Decimal] = defaultdict(Decimal)
    for entry in entries:
        if isinstance(entry, Transaction):
            for posting in entry.postings:
                key = (posting.account, posting.meta["profit_centre"], posting.units.currency)
                sums[key] += posting.units.number
    return {key: amount for key, amount in sums.items() if amount}


def _our_balances() -> dict[tuple[str, str, str], Decimal]:
    sums: dict[tuple[str, str, str], Decimal] = defaultdict(Decimal)
    for written in queries.written():
        for leg in written.legs:
            key = (str(leg.account), leg.centre, leg.amount.currency)
            sums[key] += leg.amount.decimal
    return {key: amount for key, amount in sums.items() if amount}


def test_beancount_agrees_with_every_balance(shop: Shop, till: Till, tmp_path: Path) -> None:
    sold = paid(till, "GUIDE", "WORKSHOP")
    paid(till, "REVIEW")
    refund_order(order_id=sold.id, wish=whole(sold, reason="", requested_by="me"))
    run_until_empty()
    _export(tmp_path / "out")
    found = _beancount_balances(tmp_path / "out" / "ledger.beancount")
    assert found == _our_balances()
    assert found["Income:Refunds", "guides", "EUR"] == Decimal("24.37")


_amounts = st.lists(
    st.tuples(
        st.sampled_from(list(rules.Chart)),
        st.sampled_from(["guides", "lessons", "general"]),
        st.integers(min_value=-(10**9), max_value=10**9).filter(bool),
        st.sampled_from(["EUR", "JPY", "KWD"]),
    ),
    min_size=1,
    max_size=6,
)
_words = st.text(min_size=1, max_size=40)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(drafts=st.lists(st.tuples(_words, _amounts), min_size=1, max_size=5))
def test_beancount_agrees_with_any_books(
    drafts: list[tuple[str, list[tuple[rules.Chart, str, int, str]]]],
    shop: Shop,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    with transaction.atomic():
        for number, (words, legs) in enumerate(drafts):
            actions.post(
                actions.Draft(
                    kind=Entry.Kind.EXPENSE,
                    description=words.replace("\x00", ""),
                    source=f"{words.replace(chr(0), '')}:{number}:{Entry.objects.count()}",
                    legs=[*map(_leg, legs), *(_balancing(_leg(leg)) for leg in legs)],
                )
            )
    folder = tmp_path_factory.mktemp("books") / "out"
    _export(folder)
    assert _beancount_balances(folder / "ledger.beancount") == _our_balances()


def _leg(leg: tuple[rules.Chart, str, int, str]) -> rules.Leg:
    account, centre, minor, currency = leg
    return rules.Leg(account=account, centre=centre, amount=Money(minor, currency))


def _balancing(leg: rules.Leg) -> rules.Leg:
    return rules.Leg(account=rules.Chart.OWNER, centre="general", amount=-leg.amount)


def test_tables_and_files_come_along(shop: Shop, till: Till, shelf: Shelf, tmp_path: Path) -> None:
    sold = paid(till, "GUIDE")
    run_until_empty()
    _export(tmp_path / "out")
    with (tmp_path / "out" / "orders.csv").open(newline="") as file:
        (row,) = csv.DictReader(file)
    assert (row["reference"], row["total_minor"]) == (sold.reference, "2900")
    guide = tmp_path / "out" / "files" / "guide" / "1.0" / "guide.pdf"
    assert guide.read_bytes().startswith(b"%PDF-1.7")


def test_a_folder_that_holds_something_is_refused(shop: Shop, tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("keep me")
    with pytest.raises(CommandError, match="DIR"):
        _export(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]
