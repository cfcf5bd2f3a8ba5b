"""Reading the business and what limits its goods."""

from __future__ import annotations

from django.db.models import QuerySet

from hammock.departments.catalogue.errors import NoShop
from hammock.departments.catalogue.models import Shop
from hammock.kit.prepared import prepared


def shop() -> Shop:
    """Read the business. Raises `NoShop` before it was set up."""
    found = _shops()
    if not found:
        raise NoShop
    return found[0]


def is_open() -> bool:
    """Tell whether the business was set up."""
    return bool(_shops())


@prepared
def _shops() -> QuerySet[Shop]:
    return Shop.objects.filter(id=1)
