"""Shopify's product export: one row a variant or picture, the first row of a handle says it all.

Taken from Shopify's own sample exports: further rows of a handle leave the product's cells empty;
a product without variants has one called “Default Title”; “Status” comes only in newer files.
"""

from __future__ import annotations

from collections.abc import Sequence

from hammock.departments.catalogue.importing import cells, stock
from hammock.departments.catalogue.importing.drafts import (
    FoundPrice,
    FoundProduct,
    Parsed,
    Problem,
    RowRefused,
    State,
)
from hammock.departments.catalogue.importing.table import Row, read_table

NEEDED = ("Handle", "Title", "Variant Price")
USED = frozenset(
    {
        *NEEDED, "Body (HTML)", "Type", "Published", "Status", "Option1 Name", "Option1 Value",
        "Option2 Name", "Option2 Value", "Option3 Name", "Option3 Value", "Variant SKU",
        "Variant Inventory Tracker", "Variant Inventory Qty", "Variant Inventory Policy",
        "Variant Requires Shipping", "Image Src", "Variant Image", "Gift Card", "SEO Description",
        # what describes a picture or a row that is used above
        "Image Position", "Image Alt Text",
    }
)  # fmt: skip
ADDRESS = "The address to send it to."


def read(content: bytes, *, currency: str) -> Parsed:
    """Read the export, prices in `currency`. Raises `BrokenFile`."""
    table = read_table(content, needed=NEEDED, shop="Shopify")
    products: list[FoundProduct] = []
    problems: list[Problem] = []
    groups: dict[str, list[Row]] = {}
    for row in table.rows:
        groups.setdefault(row.text("Handle").lower(), []).append(row)
    for handle, rows in groups.items():
        found: list[Problem] = []
        draft = _product(handle, rows, currency, found)
        if draft is not None and not found:
            products.append(draft)
        problems.extend(found)
    return Parsed(
        products=tuple(products),
        problems=tuple(problems),
        unused=table.unused(USED),
        sku_column="Variant SKU",
    )


def _product(
    handle: str, rows: Sequence[Row], currency: str, problems: list[Problem]
) -> FoundProduct | None:
    first = rows[0]
    if not handle:
        problems.extend(row.refuse("Handle", "there is no handle").problem for row in rows)
        return None
    slug = cells.slug(handle, first.text("Title"), handle)
    prices = _prices(slug, rows, currency, problems)
    try:
        if not prices and not problems:
            raise first.refuse("Variant Price", "the product has no variant with a price")
        return _whole(slug, rows, prices)
    except RowRefused as refused:
        problems.append(refused.problem)
    return None


def _whole(slug: str, rows: Sequence[Row], prices: tuple[FoundPrice, ...]) -> FoundProduct:
    first = rows[0]
    if not first.text("Title"):
        raise first.refuse("Title", "the product's first row has no title")
    if cells.flag(first, "Gift Card"):
        raise first.refuse("Gift Card", "gift cards cannot be delivered from here")
    shipped = {row.number for row in rows if cells.flag(row, "Variant Requires Shipping")}
    labels = [price.label for price in prices if price.row in shipped]
    counted = stock.counted(prices)
    title = cells.short(first, "Title", first.text("Title"), longest=120)
    html = first.text("Body (HTML)")
    description = cells.safe_html(html)
    return FoundProduct(
        row=first.number,
        slug=slug,
        title=title,
        summary=cells.summary(first.text("SEO Description") or description),
        description=description,
        kind="service" if shipped else "download",
        state=_state(first),
        category=cells.short(first, "Type", first.text("Type"), longest=80),
        brief=ADDRESS if shipped else "",
        prices=counted.prices,
        by_hand=_by_hand(rows, html),
        capacity=counted.capacity,
        waits=(*((stock.parcels(title, labels),) if shipped else ()), *counted.waits),
    )


def _prices(
    slug: str, rows: Sequence[Row], currency: str, problems: list[Problem]
) -> tuple[FoundPrice, ...]:
    prices: list[FoundPrice] = []
    for row in filter(_is_variant, rows):
        try:
            prices.append(_price(slug, row, currency))
        except RowRefused as refused:
            problems.append(refused.problem)
    return tuple(prices)


def _is_variant(row: Row) -> bool:
    return any(row.text(name) for name in ("Variant Price", "Variant SKU", "Option1 Value"))


def _price(slug: str, row: Row, currency: str) -> FoundPrice:
    values = [row.text(f"Option{number} Value") for number in (1, 2, 3)]
    named = " / ".join(value for value in values if value and value != "Default Title")
    label = cells.short(row, "Option1 Value", named, longest=80)
    made = f"{slug}-{cells.slug(label, label)}" if label else slug
    sku = cells.sku(row.text("Variant SKU"), otherwise=made)
    return FoundPrice(
        row=row.number,
        sku=cells.short(row, "Variant SKU", sku, longest=cells.LONGEST_SKU),
        label=label,
        amount=cells.money(row, "Variant Price", currency),
        left=_left(row),
    )


def _left(row: Row) -> int | None:
    """Tell how many can still be sold; None where more are sold than there are, or none counts.

    What has no tracker says 0 because nobody counts it; more than nothing was counted by somebody.
    """
    policy = row.text("Variant Inventory Policy").lower()
    if policy not in {"", "deny", "continue"}:
        sentence = f"“{policy[:40]}” is neither deny nor continue"
        raise row.refuse("Variant Inventory Policy", sentence)
    left = stock.count(row, "Variant Inventory Qty")
    is_counted = "Variant Inventory Tracker" not in row.cells or row.text(
        "Variant Inventory Tracker"
    )
    return left if policy == "deny" and (left or is_counted) else None


def _state(row: Row) -> State:
    status = row.text("Status").lower()
    if status not in {"", "active", "draft", "archived"}:
        raise row.refuse("Status", f"“{status[:40]}” is none of active, draft and archived")
    if status == "archived":
        return "retired"
    is_published = cells.flag(row, "Published", default=status == "active")
    return "on_sale" if is_published and status != "draft" else "draft"


def _by_hand(rows: Sequence[Row], html: str) -> tuple[str, ...]:
    addresses = [row.text(name) for row in rows for name in ("Image Src", "Variant Image")]
    found = dict.fromkeys([*addresses, *cells.pictures(html)])
    return tuple(f"picture {address}" for address in found if address)
