"""What an export says is left of its goods, and what of that can be kept here.

Here a product as a whole is limited, there each variant is. One count is kept as it is; several
cannot be, so such a product waits for its owner, limited by their sum so that it is never oversold.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from hammock.departments.catalogue.importing.drafts import FoundPrice
from hammock.departments.catalogue.importing.table import Row

MOST = 1_000_000
NO_PARCELS = "no parcels are sent from here"
_COUNT = re.compile(r"-?[0-9]{1,9}(\.0+)?")


@dataclass(frozen=True, kw_only=True)
class Counted:
    """A product's prices with what is left; `capacity` limits it as a whole, None does not.

    `waits` says why it cannot go on sale as it stands; empty where it can.
    """

    prices: tuple[FoundPrice, ...]
    capacity: int | None
    waits: tuple[str, ...] = ()


def count(row: Row, column: str) -> int | None:
    """Read how many are left, what is below nothing as none; None for an empty cell.

    Raises `RowRefused`.
    """
    text = row.text(column)
    if not text:
        return None
    if not _COUNT.fullmatch(text) or int(text.split(".")[0]) > MOST:
        raise row.refuse(column, f"“{text[:40]}” is no quantity (a whole number up to {MOST:,})")
    return max(int(text.split(".")[0]), 0)


def counted(prices: Sequence[FoundPrice]) -> Counted:
    """Put the variants' counts together; one of which nothing is left is not offered any more."""
    live = [price for price in prices if price.is_active] or prices
    known = [price.left for price in live if price.left is not None]
    is_all_known = len(known) == len(live)
    capacity = sum(known) if known and is_all_known else None
    offered = [price for price in live if price.left != 0]
    if not any(known) or len(offered) == 1:
        return Counted(prices=_offered(prices), capacity=capacity)
    return Counted(prices=_offered(prices), capacity=capacity, waits=(_said(live),))


def parcels(title: str, labels: Sequence[str]) -> str:
    """Name the goods that would have to be shipped."""
    named = ", ".join(dict.fromkeys(label for label in labels if label))
    goods = f"{title} ({named})" if named else title
    return f"how it reaches its buyer: {goods} must be shipped, and {NO_PARCELS}"


def _offered(prices: Sequence[FoundPrice]) -> tuple[FoundPrice, ...]:
    """Take what is gone off the offer, unless all is: then the product itself is sold out."""
    if all(price.left == 0 for price in prices if price.is_active):
        return tuple(prices)
    return tuple(replace(price, is_active=price.is_active and price.left != 0) for price in prices)


def _said(prices: Sequence[FoundPrice]) -> str:
    each = ", ".join(
        f"{price.label or price.sku} {'unlimited' if price.left is None else price.left}"
        for price in prices
    )
    return f"stock, which was counted for each variant there and is for the whole here: {each}"
