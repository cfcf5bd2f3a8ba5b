"""Which business lives here: what every command asks before it works on one."""

from __future__ import annotations

from django.db import DatabaseError

from hammock.departments.catalogue.errors import NoShop
from hammock.departments.catalogue.models import Shop


def business_here() -> str:
    """Name the business. Raises `NoShop`, also where there is no database or no table yet."""
    try:
        shop = Shop.objects.first()
    except DatabaseError as problem:
        raise NoShop from problem
    if shop is None:
        raise NoShop
    return shop.name
