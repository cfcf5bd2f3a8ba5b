"""A buyer orders: prices are the shop's own, limited goods are held, nothing is charged yet."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction

from hammock.departments.catalogue import queries as catalogue
from hammock.departments.catalogue.models import Product, Shop
from hammock.departments.customers import actions as customers
from hammock.departments.customers.rules import normalised
from hammock.departments.sales import actions, discounts, queries, rules
from hammock.departments.sales.errors import PaymentsOff, TooManyFree
from hammock.departments.sales.events import OrderPaid, OrderPlaced
from hammock.departments.sales.models import Order
from hammock.departments.sales.ports import wired
from hammock.kit import clock, facts


@dataclass(frozen=True, kw_only=True)
class Buyer:
    """Who orders, as the checkout's form was checked; `country` is an ISO 3166 code.

    `channel` is how their visit came, where visits are counted.
    """

    email: str
    name: str
    country: str
    channel: str | None = None


def place_order(*, wanted: Sequence[rules.Wanted], buyer: Buyer, discount_code: str = "") -> Order:
    """Take the order, at the lower price of a discount if there is one; free ones are paid at once.

    Raises `DiscountGone`, `EmptyCart`, `WrongQuantity`, `NotForSale`, `PriceChanged`,
    `MixedCurrencies`, `OutOfStock`, `TooManyFree` or `PaymentsOff`; then nothing has changed.

    Prices are read before the transaction, which others wait for on SQLite.
    """
    shop = catalogue.shop()
    reductions = _reductions(discount_code)
    priced = queries.price_order(wanted, country=buyer.country, shop=shop, discounts=reductions)
    if not priced.quote.total:
        _refuse_too_many_free(buyer.email)
    with transaction.atomic(durable=True):
        customer = customers.recognise(email=buyer.email, name=buyer.name, country=buyer.country)
        order = actions.record_order(
            customer=customer,
            name=buyer.name,
            country=buyer.country,
            quote=priced.quote,
            prices=priced.prices,
            holds_until=clock.now() + rules.HOLD,
            channel=buyer.channel,
        )
        if discount_code:
            discounts.use(discount_code, order=order)
        actions.hold_stock(order, _limited(priced))
        if priced.quote.total:
            actions.open_attempt(order, provider=provider_for(shop))
            facts.state(
                OrderPlaced(
                    order_id=order.id, total_minor=order.total_minor, currency=order.currency
                ),
                about=f"order:{order.reference}",
            )
        else:
            _settle_free(order)
    return order


def provider_for(shop: Shop) -> str:
    """Name the provider that takes this shop's money: never test payments once it is live.

    Raises `PaymentsOff` when none is set up.
    """
    name = "stripe" if shop.is_live else "test"
    if name not in wired():
        raise PaymentsOff(
            problem="This shop cannot take payments yet: no payment provider is set up."
        )
    return name


def _refuse_too_many_free(email: str) -> None:
    """Keep anybody from filling somebody's mailbox with what costs nothing."""
    since = clock.now() - rules.FREE_WITHIN
    if len(queries.free_orders_of(email=normalised(email), since=since)) >= rules.MOST_FREE:
        raise TooManyFree


def _reductions(code: str) -> dict[str, int]:
    if not code:
        return {}
    discount = discounts.usable(code)
    return {discount.price.sku: discount.basis_points}


def _limited(priced: queries.PricedOrder) -> Counter[int]:
    """Count how many of each limited product are wanted, a bundle's parts included."""
    wanted: Counter[int] = Counter()
    for line in priced.quote.lines:
        for product in _with_parts(priced.prices[line.offer.sku].product):
            if hasattr(product, "stock"):
                wanted[product.pk] += line.quantity
    return wanted


def _with_parts(product: Product) -> list[Product]:
    if product.kind != Product.Kind.BUNDLE:
        return [product]
    return [product, *(part.part for part in product.parts.select_related("part__stock"))]


def _settle_free(order: Order) -> None:
    actions.move(order, to=Order.State.PAID)
    actions.settle_holds(order)
    facts.state(
        OrderPaid(order_id=order.id, total_minor=0, currency=order.currency),
        about=f"order:{order.reference}",
    )
