"""Reading orders: what is open, what is left to refund, how a shop's days went."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import CharField, Count, QuerySet, Sum, Value
from django.db.models.functions import Cast, Concat

from hammock.departments.catalogue.models import Price, Product, Shop, TaxRate
from hammock.departments.ledger.models import Entry
from hammock.departments.sales import rules
from hammock.departments.sales.errors import (
    EmptyCart,
    MixedCurrencies,
    NotForSale,
    PriceChanged,
    WrongQuantity,
)
from hammock.departments.sales.models import (
    Order,
    OrderLine,
    Payment,
    Refund,
    RefundPart,
    Reservation,
)
from hammock.kit.locks import locking
from hammock.kit.money import Money
from hammock.kit.prepared import prepared

SHOWN = 5
NO_DISCOUNTS: Mapping[str, int] = {}


@dataclass(frozen=True, kw_only=True)
class PricedOrder:
    """A quote with the rows that it was made from, by SKU."""

    quote: rules.Quote
    prices: dict[str, Price]


@dataclass(frozen=True, kw_only=True)
class Sales:
    """How much was sold in a span: orders paid, and what they came to with tax."""

    orders: int
    total: Money


@dataclass(frozen=True, kw_only=True)
class _Gone:
    minor: int
    tax: int


_NOTHING = _Gone(minor=0, tax=0)


def price_order(
    wanted: Sequence[rules.Wanted],
    *,
    country: str,
    shop: Shop,
    discounts: Mapping[str, int] = NO_DISCOUNTS,
) -> PricedOrder:
    """Price what a buyer wants from the shop's own prices, whatever the buyer sent.

    `discounts` are basis points to take off, by SKU.

    Raises `EmptyCart`, `WrongQuantity`, `NotForSale`, `PriceChanged` (when the buyer was shown
    another price) or `MixedCurrencies`.
    """
    if not wanted:
        raise EmptyCart
    prices = {price.sku: price for price in _on_sale(skus=sorted({line.sku for line in wanted}))}
    offers = [(_offer(line, prices, shop, discounts), line.quantity) for line in wanted]
    quote = rules.quote(offers, tax=tax_of(country), currency=shop.currency)
    return PricedOrder(quote=quote, prices=prices)


def tax_of(country: str) -> rules.Tax:
    """Find the tax that buyers in the country pay; none where no rate is set."""
    rates = _rates(country=country)
    if not rates:
        return rules.NO_TAX
    return rules.Tax(name=rates[0].name, basis_points=rates[0].basis_points)


@prepared
def referred_to(*, reference: str) -> QuerySet[Order]:
    """Find the order with this reference."""
    return Order.objects.filter(reference=reference)


@prepared
def numbered(*, order_id: int) -> QuerySet[Order]:
    """Find the order with this id."""
    return Order.objects.filter(id=order_id)


@prepared
def free_orders_of(*, email: str, since: datetime) -> QuerySet[Order]:
    """List the orders of an address that cost nothing."""
    return Order.objects.filter(customer__email=email, total_minor=0, placed_at__gt=since)


@prepared
def lines_of(*, order_id: int) -> QuerySet[OrderLine]:
    """List what was bought, with its products, in the buyer's order."""
    return OrderLine.objects.filter(order_id=order_id).select_related("product")


@prepared
def attempts_of(*, order_id: int) -> QuerySet[Payment]:
    """List the attempts to pay an order, with it, the latest first."""
    return Payment.objects.filter(order_id=order_id).select_related("order").order_by("-id")


@prepared
def attempt(*, payment_id: int) -> QuerySet[Payment]:
    """Find an attempt with its order."""
    return Payment.objects.filter(id=payment_id).select_related("order")


@prepared
def attempt_known_as(*, provider: str, external_id: str) -> QuerySet[Payment]:
    """Find the attempt that the provider calls so."""
    return Payment.objects.filter(provider=provider, external_id=external_id)


@prepared
def locked_attempt(*, payment_id: int) -> QuerySet[Payment]:
    """Lock an attempt, without its order."""
    return locking(Payment.objects.filter(id=payment_id))


@prepared
def locked_order_of(*, payment_id: int) -> QuerySet[Order]:
    """Lock the order that an attempt is to pay."""
    return locking(Order.objects.filter(payments__id=payment_id))


@prepared
def locked_with_customer(*, order_id: int) -> QuerySet[Order]:
    """Lock an order, and read its customer with it."""
    return locking(Order.objects.filter(id=order_id).select_related("customer"))


@prepared
def taken_back_from(*, order_id: int) -> QuerySet[RefundPart]:
    """List the parts of done refunds that took a line's goods back."""
    return RefundPart.objects.filter(
        line__order_id=order_id, takes_back=True, refund__state=Refund.State.SUCCEEDED
    )


@prepared
def refunds_of(*, order_id: int) -> QuerySet[Refund]:
    """List what of the order's own money was to go back, newest first; failed ones too."""
    return Refund.objects.filter(payment__order_id=order_id, payment__is_surplus=False)


@prepared
def holds_of(*, order_id: int) -> QuerySet[Reservation]:
    """List what an order has set aside, in the order of its products."""
    return Reservation.objects.filter(order_id=order_id).order_by("product_id")


def settled_payment(order: Order) -> Payment | None:
    """Find the attempt that paid the order."""
    attempts = attempts_of(order_id=order.id)
    paid = (one for one in attempts if one.state == Payment.State.SUCCEEDED and not one.is_surplus)
    return next(paid, None)


def refunded_minor(order: Order) -> int:
    """Tell how much of the order went back or is on its way back."""
    refunds = refunds_of(order_id=order.id)
    return sum(refund.minor for refund in refunds if refund.state != Refund.State.FAILED)


def lines_left(order: Order) -> list[rules.LineLeft]:
    """Tell what of each line may still be refunded, in the order of the lines."""
    gone = {
        row["line_id"]: _Gone(minor=row["minor"], tax=row["tax"])
        for row in RefundPart.objects.filter(line__order=order)
        .exclude(refund__state=Refund.State.FAILED)
        .values("line_id")
        .annotate(minor=Sum("minor"), tax=Sum("tax_minor"))
    }
    return [
        rules.LineLeft(
            line_id=line.pk,
            centre=line.profit_centre_id,
            left=Money(line.total_minor - gone.get(line.pk, _NOTHING).minor, order.currency),
            tax_left=Money(line.tax_minor - gone.get(line.pk, _NOTHING).tax, order.currency),
        )
        for line in order.lines.all()
    ]


def lapsed(moment: datetime) -> QuerySet[Order]:
    """Find the open orders whose hold was over at `moment`."""
    return Order.objects.filter(state=Order.State.AWAITING, holds_until__lte=moment)


def sold(*, currency: str, since: datetime, until: datetime) -> Sales:
    """Count what was paid in the span."""
    found = Order.objects.filter(
        state=Order.State.PAID, currency=currency, paid_at__gte=since, paid_at__lt=until
    ).aggregate(orders=Count("id"), minor=Sum("total_minor"))
    return Sales(orders=found["orders"], total=Money(found["minor"] or 0, currency))


def sold_of(sku: str, *, since: datetime) -> int:
    """Count how many of a price were sold since then."""
    lines = OrderLine.objects.filter(
        sku=sku, order__state=Order.State.PAID, order__paid_at__gte=since
    )
    return lines.aggregate(Sum("quantity"))["quantity__sum"] or 0


def findings() -> list[str]:
    """Say, a sentence each, which money moved and stands in no entry of the books."""
    booked = Entry.objects.values("source")
    paid = Payment.objects.filter(state=Payment.State.SUCCEEDED).alias(source=_source("payment"))
    returned = Refund.objects.filter(state=Refund.State.SUCCEEDED).alias(source=_source("refund"))
    payments = paid.exclude(source__in=booked).select_related("order")
    refunds = returned.exclude(source__in=booked).select_related("payment__order")
    return [
        *(
            f"The payment of {payment.amount} for order {payment.order.reference} is not booked."
            for payment in payments[:SHOWN]
        ),
        *(
            f"The refund of {refund.amount} for order {refund.payment.order.reference} is not "
            "booked."
            for refund in refunds[:SHOWN]
        ),
    ]


@prepared
def _on_sale(*, skus: Sequence[str]) -> QuerySet[Price]:
    return Price.objects.filter(
        sku__in=skus, is_active=True, product__state=Product.State.ON_SALE
    ).select_related("product__stock")


@prepared
def _rates(*, country: str) -> QuerySet[TaxRate]:
    return TaxRate.objects.filter(country=country)


def _source(kind: str) -> Concat:
    """Write a row's key as the source that its entry has."""
    return Concat(Value(f"{kind}:"), Cast("pk", CharField()))


def _offer(
    line: rules.Wanted, prices: dict[str, Price], shop: Shop, discounts: Mapping[str, int]
) -> rules.Offer:
    if not isinstance(line.quantity, int) or not 1 <= line.quantity <= rules.MOST_OF_ONE:
        raise WrongQuantity(sku=line.sku, quantity=line.quantity, most=rules.MOST_OF_ONE)
    price = prices.get(line.sku)
    if price is None:
        raise NotForSale(sku=line.sku)
    if price.currency != shop.currency:
        raise MixedCurrencies(sku=line.sku, currency=price.currency, expected=shop.currency)
    unit = rules.reduced(price.amount, basis_points=discounts.get(line.sku, 0))
    if line.seen is not None and line.seen != unit:
        raise PriceChanged(sku=line.sku, seen=line.seen, now=unit)
    title = f"{price.product.title}, {price.label}" if price.label else price.product.title
    return rules.Offer(sku=price.sku, title=title, centre=price.product.profit_centre_id, unit=unit)
