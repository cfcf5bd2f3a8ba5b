"""Reading the business and what limits its goods."""

from __future__ import annotations

from hammock.departments.catalogue.errors import NoShop
from hammock.departments.catalogue.models import Shop


def shop() -> Shop:
    """Read the business. Raises `NoShop` before it was set up."""
    found = Shop.objects.filter(id=1).first()
    if found is None:
        raise NoShop
    return found
