"""Orders as their buyers read them: amounts and dates ready to show."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from hammock.departments.catalogue.models import Shop
from hammock.departments.sales import queries, rules
from hammock.departments.sales.models import Order, OrderLine, Payment, Refund
from hammock.kit import links, showing
from hammock.kit.money import Money

RECEIPT = "receipt"


@dataclass(frozen=True, kw_only=True)
class ShownLine:
    """One line of a receipt."""

    title: str
    label: str
    quantity: int
    unit: str
    total: str


@dataclass(frozen=True, kw_only=True)
class ShownTax:
    """The tax within a total, by rate."""

    label: str
    net: str
    amount: str


@dataclass(frozen=True, kw_only=True)
class ShownMovement:
    """Money that came or went back."""

    date: str
    method: str
    reason: str
    amount: str


@dataclass(frozen=True, kw_only=True)
class Seller:
    """Who sold."""

    name: str
    address: str
    email: str


@dataclass(frozen=True, kw_only=True)
class ShownBuyer:
    """Who bought."""

    name: str
    email: str
    country: str


@dataclass(frozen=True, kw_only=True)
class Receipt:
    """An order, ready to show in a page or mail."""

    reference: str
    number: str
    email: str
    date: str
    status_label: str
    seller: Seller
    buyer: ShownBuyer
    lines: Sequence[ShownLine]
    taxes: Sequence[ShownTax]
    payments: Sequence[ShownMovement]
    refunds: Sequence[ShownMovement]
    total: str
    balance_label: str
    receipt_url: str
    may_ask_back: bool


@dataclass(frozen=True, kw_only=True)
class Summary:
    """What an order came to."""

    reference: str
    email: str
    date: str
    lines: Sequence[ShownLine]
    taxes: Sequence[ShownTax]
    total: str
    is_free: bool
    receipt_url: str


def receipt_url(order: Order) -> str:
    """Give the address of the order's receipt; the token opens this one only."""
    return links.absolute("shop:receipt", token=links.sign(RECEIPT, order.reference))


def receipt(order: Order, *, shop: Shop) -> Receipt:
    """Make an order ready to show."""
    refunded = queries.refunded_minor(order)
    bought = queries.lines_of(order_id=order.id)
    return Receipt(
        reference=order.reference,
        number=order.reference,
        email=order.email,
        date=showing.day(order.paid_at or order.placed_at),
        status_label=rules.state_label(
            state=order.state, total_minor=order.total_minor, refunded_minor=refunded
        ),
        seller=Seller(name=shop.legal_name or shop.name, address=shop.address, email=shop.email),
        buyer=ShownBuyer(name=order.name, email=order.email, country=order.country),
        lines=_lines(order, bought),
        taxes=_taxes(order, bought),
        payments=_payments(order),
        refunds=_refunds(order),
        total=order.total.shown(),
        balance_label=_balance(order, refunded),
        receipt_url=receipt_url(order),
        may_ask_back=order.state == Order.State.PAID
        and order.origin == "shop"
        and refunded < order.total_minor,
    )


def summary(order: Order) -> Summary:
    """Make what was just bought ready to show, without its money's later ways."""
    bought = queries.lines_of(order_id=order.id)
    return Summary(
        reference=order.reference,
        email=order.email,
        date=showing.day(order.paid_at or order.placed_at),
        lines=_lines(order, bought),
        taxes=_taxes(order, bought),
        total=order.total.shown(),
        is_free=not order.total,
        receipt_url=receipt_url(order),
    )


def _lines(order: Order, bought: Sequence[OrderLine]) -> list[ShownLine]:
    return [
        ShownLine(
            title=line.title,
            label="",
            quantity=line.quantity,
            unit=Money(line.unit_minor, order.currency).shown(),
            total=Money(line.total_minor, order.currency).shown(),
        )
        for line in bought
    ]


def _taxes(order: Order, bought: Sequence[OrderLine]) -> list[ShownTax]:
    """Add up the tax within the order by its rate's name."""
    gross: dict[str, int] = defaultdict(int)
    tax: dict[str, int] = defaultdict(int)
    for line in bought:
        if line.tax_minor:
            gross[line.tax_name] += line.total_minor
            tax[line.tax_name] += line.tax_minor
    return [
        ShownTax(
            label=f"Including {name}",
            net=Money(gross[name] - tax[name], order.currency).shown(),
            amount=Money(tax[name], order.currency).shown(),
        )
        for name in gross
    ]


def _payments(order: Order) -> list[ShownMovement]:
    return [
        ShownMovement(
            date=showing.day(payment.finished_at or payment.started_at),
            method="test payment" if payment.provider == "test" else "card",
            reason="",
            amount=payment.amount.shown(),
        )
        for payment in queries.attempts_of(order_id=order.id)
        if payment.state == Payment.State.SUCCEEDED and not payment.is_surplus
    ]


def _refunds(order: Order) -> list[ShownMovement]:
    return [
        ShownMovement(
            date=showing.day(refund.finished_at or refund.requested_at),
            method="",
            reason=refund.reason,
            amount=refund.amount.shown(),
        )
        for refund in queries.refunds_of(order_id=order.id)
        if refund.state == Refund.State.SUCCEEDED
    ]


def _balance(order: Order, refunded: int) -> str:
    if order.state != Order.State.PAID:
        return ""
    if not order.total:
        return "Free of charge"
    return "Paid in full" if not refunded else f"Refunded: {Money(refunded, order.currency)}"
