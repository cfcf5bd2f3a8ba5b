"""A visitor who bought before asks for a lower price: a decision answers."""

from __future__ import annotations

from django.db import transaction

from hammock.departments.catalogue.models import Price, Product
from hammock.departments.customers.actions import Asked
from hammock.departments.customers.asking import ask
from hammock.departments.customers.errors import CannotAsk
from hammock.departments.customers.models import Customer, CustomerRequest
from hammock.departments.sales import rules
from hammock.departments.sales.models import Discount, Order

MOST_BASIS_POINTS = 9_000


def ask_discount(*, customer_id: int, sku: str, basis_points: int, reason: str) -> CustomerRequest:
    """Take a customer's wish to buy one thing for less (10 % off is 1000).

    Raises `CannotAsk` or `AskedAlready`; then nothing has changed.
    """
    if not 0 < basis_points <= MOST_BASIS_POINTS:
        raise CannotAsk(problem=f"Ask for 1 to {MOST_BASIS_POINTS // 100} per cent off.")
    with transaction.atomic(durable=True):
        customer = Customer.objects.get(pk=customer_id)
        price = (
            Price.objects.filter(sku=sku, is_active=True, product__state=Product.State.ON_SALE)
            .select_related("product")
            .first()
        )
        if price is None or not price.minor:
            raise CannotAsk(problem="This is not for sale, or it costs nothing already.")
        reduced = rules.reduced(price.amount, basis_points=basis_points)
        mine = Order.objects.filter(customer=customer, state=Order.State.PAID)
        return ask(
            customer,
            Asked(
                kind=CustomerRequest.Kind.DISCOUNT,
                about=sku,
                title=f"{basis_points / 100:g} % off {price.product.title}",
                words=reason,
                details={"price_id": price.pk, "basis_points": basis_points},
            ),
            facts={
                "percent": basis_points / 100,
                "price": price.minor,
                "off": price.minor - reduced.minor,
                "currency": price.currency,
                "orders": mine.count(),
                "discounts": Discount.objects.filter(customer=customer).count(),
                "country": customer.country,
                "product": price.product.slug,
            },
            about=f"customer:{customer.pk}",
        )
