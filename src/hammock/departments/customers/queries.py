"""Reading customers, and what stands at the head of every letter to one."""

from __future__ import annotations

from typing import Any

from hammock.departments.catalogue import queries as catalogue
from hammock.kit import links
from hammock.kit.brand import Brand

PURCHASES = "purchases"


def magic_link(email: str) -> str:
    """Give the address that opens a customer's own page, for `rules.LINK_LASTS`."""
    return links.absolute("shop:purchases_enter", token=links.sign(PURCHASES, email))


def letterhead(*, name: str) -> dict[str, Any]:
    """Give the context that every mail's frame needs."""
    shop = catalogue.shop()
    return {
        "brand": Brand(name=shop.name),
        "shop": shop,
        "customer_name": name,
        "purchases_url": links.absolute("shop:purchases"),
    }
