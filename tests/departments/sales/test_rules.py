"""Pricing and refunding: exact, and true to the worked figures of docs/departments/sales.md."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from hammock.departments.sales import rules
from hammock.kit.money import Money, total

EUR = "EUR"


def _offer(minor: int, centre: str = "prints") -> rules.Offer:
    return rules.Offer(sku="X", title="X", centre=centre, unit=Money(minor, EUR))


def test_the_worked_order_of_the_docs() -> None:
    """Two at €29.00 and one at €9.99 with 19 % within: 67.99, of which 10.86 is tax."""
    tax = rules.Tax(name="VAT 19 %", basis_points=1900)
    quote = rules.quote([(_offer(2900), 2), (_offer(999), 1)], tax=tax, currency=EUR)
    assert quote.total == Money(6799, EUR)
    assert [line.tax for line in quote.lines] == [Money(926, EUR), Money(160, EUR)]
    assert quote.tax == Money(1086, EUR)


@given(
    lines=st.lists(
        st.tuples(
            st.integers(min_value=0, max_value=10**7), st.integers(min_value=1, max_value=99)
        ),
        min_size=1,
        max_size=10,
    ),
    basis_points=st.integers(min_value=0, max_value=9999),
)
def test_lines_add_up_and_tax_stays_within(lines: list[tuple[int, int]], basis_points: int) -> None:
    tax = rules.Tax(name="T", basis_points=basis_points)
    quote = rules.quote([(_offer(minor), count) for minor, count in lines], tax=tax, currency=EUR)
    assert quote.total == total((line.total for line in quote.lines), currency=EUR)
    assert quote.tax == total((line.tax for line in quote.lines), currency=EUR)
    assert all(Money.zero(EUR) <= line.tax <= line.total for line in quote.lines)


lefts = st.lists(
    st.integers(min_value=0, max_value=10**7).flatmap(
        lambda left: st.tuples(st.just(left), st.integers(min_value=0, max_value=left))
    ),
    min_size=1,
    max_size=6,
)


@given(left=lefts, share=st.integers(min_value=0, max_value=1000))
def test_a_refund_never_takes_more_than_a_line_has_left(
    left: list[tuple[int, int]], share: int
) -> None:
    lines = [
        rules.LineLeft(line_id=i, centre="c", left=Money(minor, EUR), tax_left=Money(tax, EUR))
        for i, (minor, tax) in enumerate(left)
    ]
    amount = Money(sum(minor for minor, _tax in left) * share // 1000, EUR)
    if not amount:
        return
    parts = rules.share_refund(amount, lines=lines)
    assert total((part.amount for part in parts), currency=EUR) == amount
    for part in parts:
        line = lines[part.line_id]
        assert part.amount <= line.left
        assert Money.zero(EUR) <= part.tax <= line.tax_left


@given(
    minor=st.integers(min_value=1, max_value=10**6),
    tax_share=st.integers(min_value=0, max_value=100),
    cuts=st.lists(st.integers(min_value=1, max_value=10**6), max_size=6),
)
def test_refunds_of_a_line_in_pieces_give_back_exactly_its_tax(
    minor: int, tax_share: int, cuts: list[int]
) -> None:
    left, tax_left = Money(minor, EUR), Money(minor * tax_share // 100, EUR)
    given_back = Money.zero(EUR)
    for cut in [*cuts, minor]:
        amount = Money(min(cut, left.minor), EUR)
        if not amount:
            break
        line = rules.LineLeft(line_id=1, centre="c", left=left, tax_left=tax_left)
        part = rules.refund_of_line(line, amount)
        given_back += part.tax
        left, tax_left = left - part.amount, tax_left - part.tax
    assert not left
    assert given_back == Money(minor * tax_share // 100, EUR)


def test_only_open_orders_become_paid_and_paid_is_final() -> None:
    assert rules.may_move(state="awaiting", to="paid")
    assert rules.may_move(state="expired", to="paid")
    assert not rules.may_move(state="cancelled", to="paid")
    assert not rules.may_move(state="paid", to="cancelled")
