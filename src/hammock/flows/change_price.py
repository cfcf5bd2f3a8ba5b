"""A price moves: the shop asks for the new one from the next page on."""

from __future__ import annotations

from django.db import transaction

from hammock.departments.catalogue import actions
from hammock.departments.catalogue.models import Price
from hammock.kit.errors import FieldError
from hammock.kit.locks import lock
from hammock.kit.money import Money


def change_price(*, price_id: int, amount: Money) -> Price:
    """Set what a price asks for; the same amount again changes nothing.

    Raises `FieldError` for a negative amount or another currency than the price has.
    """
    with transaction.atomic(durable=True):
        (price,) = lock(Price.objects.filter(pk=price_id))
        _refuse(price, amount)
        if amount == price.amount:
            return price
        actions.move_price(price, minor=amount.minor)
    return price


def _refuse(price: Price, amount: Money) -> None:
    if amount.currency != price.currency:
        raise FieldError(field="price", problem=f"“{price.sku}” is priced in {price.currency}")
    if amount.minor < 0:
        raise FieldError(field="price", problem="nobody is paid for buying: 0 or more")
