"""How an order is priced, how it moves, and how a refund is shared: pure.

Prices include tax. A line's tax is its gross less gross ÷ (1 + rate), rounded to the minor unit
half to even, line by line, so that the lines of a receipt add up to its total.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from hammock.departments.ledger.rules import Part
from hammock.departments.sales.ports import (
    DisputeNews,
    DisputeState,
    News,
    PaymentNews,
    PayoutNews,
    RefundNews,
    RefundReport,
    RefundState,
)
from hammock.kit.money import Money, total

MOST_OF_ONE = 99
MOST_FREE = 5  # free orders of one address within `FREE_WITHIN`: each sends a mail to it
FREE_WITHIN = timedelta(hours=1)
HOLD = timedelta(minutes=15)

moves: Mapping[str, frozenset[str]] = {
    "awaiting": frozenset({"paid", "expired", "cancelled"}),
    "expired": frozenset({"paid"}),
    "cancelled": frozenset(),
    "paid": frozenset(),
}


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """One line that a buyer wants; `seen` is the unit price that they were shown, if any."""

    sku: str
    quantity: int
    seen: Money | None = None


@dataclass(frozen=True, kw_only=True)
class Offer:
    """What the shop asks for one of a price, tax included."""

    sku: str
    title: str
    centre: str
    unit: Money


@dataclass(frozen=True, kw_only=True)
class Tax:
    """The rate that a buyer's country has, in basis points; `name` stands on the receipt."""

    name: str
    basis_points: int


NO_TAX = Tax(name="", basis_points=0)


@dataclass(frozen=True, kw_only=True)
class QuotedLine:
    """A line priced: `total` is for all of `quantity`, `tax` is within it."""

    offer: Offer
    quantity: int
    total: Money
    tax: Money


@dataclass(frozen=True, kw_only=True)
class Quote:
    """What an order comes to; `tax` is within `total`."""

    lines: Sequence[QuotedLine]
    tax: Money
    total: Money
    tax_name: str


@dataclass(frozen=True, kw_only=True)
class LineLeft:
    """An order line with what of it may still be refunded (`left`, of which `tax_left` is tax)."""

    line_id: int
    centre: str
    left: Money
    tax_left: Money


@dataclass(frozen=True, kw_only=True)
class LineRefund:
    """What of a refund falls on a line; `tax` is within `amount`, `is_last` empties the line."""

    line_id: int
    centre: str
    amount: Money
    tax: Money
    is_last: bool

    @property
    def part(self) -> Part:
        """The same for the books."""
        return Part(centre=self.centre, net=self.amount - self.tax, tax=self.tax)


def may_move(*, state: str, to: str) -> bool:
    """Tell whether an order in `state` may become `to`."""
    return to in moves[state]


def included_tax(gross: Money, *, basis_points: int) -> Money:
    """Take the tax out of a gross amount: gross × rate ÷ (1 + rate), half to even."""
    return gross.share(Decimal(basis_points) / Decimal(10_000 + basis_points))


def reduced(amount: Money, *, basis_points: int) -> Money:
    """Take the discount off an amount: what is taken off is rounded half to even."""
    return amount - amount.share(Decimal(basis_points) / 10_000)


def quote(wanted: Sequence[tuple[Offer, int]], *, tax: Tax, currency: str) -> Quote:
    """Price an order."""
    lines = [
        QuotedLine(
            offer=offer,
            quantity=quantity,
            total=offer.unit * quantity,
            tax=included_tax(offer.unit * quantity, basis_points=tax.basis_points),
        )
        for offer, quantity in wanted
    ]
    return Quote(
        lines=lines,
        tax=total((line.tax for line in lines), currency=currency),
        total=total((line.total for line in lines), currency=currency),
        tax_name=tax.name,
    )


def share_refund(amount: Money, *, lines: Sequence[LineLeft]) -> list[LineRefund]:
    """Spread a refund over lines in proportion to what of each is left.

    `amount` is at most what all lines have left. Nothing falls on a line beyond what it has left:
    Hamilton's method gives no part more than its weight when the amount is within the sum.
    """
    parts = amount.allocate([line.left.minor for line in lines])
    return [
        refund_of_line(line, part) for line, part in zip(lines, parts, strict=True) if part.minor
    ]


def refund_of_line(line: LineLeft, amount: Money) -> LineRefund:
    """Refund a part of one line with its share of the tax; the last part takes the tax left."""
    is_last = amount == line.left
    tax = (
        line.tax_left
        if is_last
        else line.tax_left.share(Decimal(amount.minor) / Decimal(line.left.minor))
    )
    return LineRefund(
        line_id=line.line_id, centre=line.centre, amount=amount, tax=tax, is_last=is_last
    )


def state_label(*, state: str, total_minor: int, refunded_minor: int) -> str:
    """Say an order's state in a customer's words."""
    if state != "paid":
        return {
            "awaiting": "Awaiting payment",
            "expired": "Expired",
            "cancelled": "Cancelled",
        }[state]
    if refunded_minor and refunded_minor >= total_minor:
        return "Refunded"
    return "Partly refunded" if refunded_minor else "Paid"


def money_like(amount: Money, *, minor: int) -> Money:
    """Make an amount of `minor` units in the currency of another."""
    return Money(minor, amount.currency)


_NEWS = {kind.__name__: kind for kind in (PaymentNews, RefundNews, DisputeNews, PayoutNews)}


def packed(news: News) -> dict[str, Any]:
    """Write a provider's news as JSON values, for the inbox."""
    return {"news": type(news).__name__, **_packed_fields(news)}


def unpacked(content: Mapping[str, Any]) -> News:
    """Read a provider's news back from the inbox."""
    kind = _NEWS[content["news"]]
    values = {name: value for name, value in content.items() if name != "news"}
    if kind is PaymentNews:
        return PaymentNews(**values)
    if kind is RefundNews:
        return RefundNews(**{**values, "report": unpacked_report(values["report"])})
    if kind is DisputeNews:
        return DisputeNews(
            **{
                **values,
                "state": DisputeState(values["state"]),
                "amount": Money(**values["amount"]),
                "fee": Money(**values["fee"]),
            }
        )
    arrived_at = datetime.fromisoformat(values["arrived_at"])
    return PayoutNews(**{**values, "amount": Money(**values["amount"]), "arrived_at": arrived_at})


def packed_report(report: RefundReport) -> dict[str, Any]:
    """Write a refund's report as JSON values, for a job."""
    return _packed_fields(report)


def unpacked_report(content: Mapping[str, Any]) -> RefundReport:
    """Read a refund's report back."""
    return RefundReport(
        external_id=content["external_id"],
        state=RefundState(content["state"]),
        amount=Money(**content["amount"]),
        reason=content.get("reason", ""),
    )


def _packed_fields(value: Any) -> dict[str, Any]:
    return {
        name: item.isoformat() if isinstance(item, datetime) else item
        for name, item in asdict(value).items()
    }
