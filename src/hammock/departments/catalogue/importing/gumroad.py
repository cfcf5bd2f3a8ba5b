"""Gumroad's sales export, from which products are derived: it has no export of products.

A product is a Product ID (older files: an item name), each of its variants a price. The price is
what the newest sale says an item costs before discounts; older files do not say that, so there it
is what most sales without a discount code paid for one. Files of 2022 call the fees
“Gumroad Fee ($)”, newer ones “Fees ($)”; the last row holds totals.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from decimal import Decimal

from hammock.departments.catalogue.importing import cells
from hammock.departments.catalogue.importing.drafts import (
    BrokenFile,
    FoundPrice,
    FoundProduct,
    Parsed,
    Problem,
    RowRefused,
)
from hammock.departments.catalogue.importing.table import Row, read_table
from hammock.kit.money import Money

CURRENCY = "USD"  # every money column says ($)
NEEDED = ("Purchase ID", "Item Name")
_ITEM, _VARIANTS, _PAID = "Item Price ($)", "Variants Price ($)", "Sale Price ($)"


def read(content: bytes, *, currency: str) -> Parsed:
    """Read the sales, prices taken as `currency`. Raises `BrokenFile`."""
    table = read_table(content, needed=NEEDED, shop="Gumroad")
    if _PAID not in table.columns and _ITEM not in table.columns:
        sentence = f"neither this column nor “{_ITEM}” is there: is it a Gumroad export?"
        raise BrokenFile(Problem(row=1, column=_PAID, sentence=sentence))
    products: list[FoundProduct] = []
    problems: list[Problem] = []
    slugs: set[str] = set()
    groups: dict[str, list[Row]] = {}
    for row in filter(_is_sale, table.rows):
        groups.setdefault(row.text("Product ID") or row.text("Item Name"), []).append(row)
    for name, rows in groups.items():
        found: list[Problem] = []
        draft = _product(name, rows, currency, slugs, found)
        if draft is not None and not found:
            products.append(draft)
            slugs.add(draft.slug)
        problems.extend(found)
    return Parsed(
        products=tuple(products),
        problems=tuple(problems),
        unused=(),
        sku_column="SKU ID",
    )


def _is_sale(row: Row) -> bool:
    return "totals" not in {row.text("Purchase ID").lower(), row.text("Item Name").lower()}


def _product(
    name: str, rows: Sequence[Row], currency: str, slugs: set[str], problems: list[Problem]
) -> FoundProduct | None:
    newest = rows[-1]
    title = newest.text("Item Name")
    slug = cells.slug(title, name or f"row-{newest.number}")
    if slug in slugs:
        slug = cells.slug(f"{slug[:60]}-{name}")
    prices: list[FoundPrice] = []
    variants: dict[str, list[Row]] = {}
    for row in rows:
        variants.setdefault(row.text("Variants"), []).append(row)
    for label, sold in variants.items():
        try:
            prices.append(_price(slug, label, sold, currency))
        except RowRefused as refused:
            problems.append(refused.problem)
    try:
        return _whole(slug, newest, tuple(prices))
    except RowRefused as refused:
        problems.append(refused.problem)
    return None


def _whole(slug: str, newest: Row, prices: tuple[FoundPrice, ...]) -> FoundProduct:
    title = newest.text("Item Name")
    if not title:
        raise newest.refuse("Item Name", "there is no name")
    if newest.text("Recurrence"):
        raise newest.refuse("Recurrence", "memberships that are paid again and again have no place")
    return FoundProduct(
        row=newest.number,
        slug=slug,
        title=cells.short(newest, "Item Name", title, longest=120),
        summary="",
        description="",
        kind="download",
        state="draft",
        category="",
        brief="",
        prices=prices,
        by_hand=("description, picture and files: the sales export has none",),
    )


def _price(slug: str, label: str, sold: Sequence[Row], currency: str) -> FoundPrice:
    newest = sold[-1]
    amount = (
        cells.money(newest, _ITEM, currency) + _or_nothing(newest, _VARIANTS, currency)
        if newest.text(_ITEM)
        else _most_paid(sold, currency)
    )
    label = cells.short(newest, "Variants", label, longest=80)
    made = f"{slug[:40]}-{cells.slug(label, label)}" if label else slug
    sku = cells.sku(newest.text("SKU ID"), otherwise=made)
    return FoundPrice(
        row=newest.number,
        sku=cells.short(newest, "SKU ID", sku, longest=cells.LONGEST_SKU),
        label=label,
        amount=amount,
    )


def _or_nothing(row: Row, column: str, currency: str) -> Money:
    return cells.money(row, column, currency) if row.text(column) else Money.zero(currency)


def _most_paid(sold: Sequence[Row], currency: str) -> Money:
    plain = [row for row in sold if not row.text("Discount Code")] or sold
    counted = Counter(_each(row, currency) for row in reversed(plain))
    return counted.most_common(1)[0][0]  # of equally many the newest, which was counted first


def _each(row: Row, currency: str) -> Money:
    quantity = row.text("Quantity") or "1"
    if not (quantity.isascii() and quantity.isdecimal() and 0 < int(quantity[:9]) < 10**6):
        raise row.refuse("Quantity", f"“{quantity[:40]}” is no quantity")
    return cells.money(row, _PAID, currency).share(Decimal(1) / int(quantity))
