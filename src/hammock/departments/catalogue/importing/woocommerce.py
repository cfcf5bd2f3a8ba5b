"""WooCommerce's product export (English headers): simple products, and variables with variations.

Quirks of WooCommerce's own exporter: “Type” may be a list; variations name their parent by SKU or
as `id:7`; line breaks in texts are written as `\\n`; an apostrophe is put before cells that begin
with `=`, `+`, `-` or `@`. A sale price without dates is the price; one with dates is not taken,
for prices here do not change by themselves.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from hammock.departments.catalogue.importing import cells, stock
from hammock.departments.catalogue.importing.drafts import (
    FoundPrice,
    FoundProduct,
    Kind,
    Parsed,
    Problem,
    RowRefused,
    State,
)
from hammock.departments.catalogue.importing.table import Row, Table, read_table

NEEDED = ("ID", "Type", "Name", "Regular price")
USED = frozenset(
    {
        *NEEDED, "SKU", "Published", "Short description", "Description", "Date sale price starts",
        "Date sale price ends", "Sale price", "Categories", "Images", "Parent", "In stock?",
        "Stock", "Backorders allowed?",
    }
)  # fmt: skip
_VALUES = re.compile(r"Attribute [0-9]+ value\(s\)")
_ATTRIBUTE = re.compile(r"Attribute [0-9]+ (name|value\(s\)|visible|global|default)")
_FILE = re.compile(r"Download [0-9]+ (name|URL|ID)")
_QUALITIES = {"virtual", "downloadable"}
_REFUSED = {
    "grouped": "a group has no price of its own; its products are taken by themselves",
    "external": "it is sold on another site",
}
ADDRESS = "The address to send it to."


@dataclass(frozen=True, kw_only=True)
class _Family:
    """A product's row and those of its variations."""

    head: Row
    variations: tuple[Row, ...] = ()


def read(content: bytes, *, currency: str) -> Parsed:
    """Read the export, prices in `currency`. Raises `BrokenFile`."""
    table = read_table(content, needed=NEEDED, shop="WooCommerce")
    products: list[FoundProduct] = []
    problems: list[Problem] = []
    slugs: set[str] = set()
    for family in _families(table.rows, problems):
        found: list[Problem] = []
        draft = _product(family, currency, slugs, found)
        if draft is not None and not found:
            products.append(draft)
            slugs.add(draft.slug)
        problems.extend(found)
    return Parsed(
        products=tuple(products),
        problems=tuple(problems),
        unused=_unused(table),
        sku_column="SKU",
    )


def _unused(table: Table) -> tuple[str, ...]:
    columns = table.unused(USED)
    return tuple(c for c in columns if not _ATTRIBUTE.fullmatch(c) and not _FILE.fullmatch(c))


def _families(rows: Iterable[Row], problems: list[Problem]) -> list[_Family]:
    families: dict[int, _Family] = {}
    names: dict[str, int] = {}
    variations: list[Row] = []
    for row in rows:
        if "variation" in _types(row):
            variations.append(row)
            continue
        families[row.number] = _Family(head=row)
        names[f"id:{row.text('ID')}"] = row.number
        if row.text("SKU"):
            names.setdefault(row.text("SKU"), row.number)
    for row in variations:
        parent = names.get(row.text("Parent"))
        if parent is None:
            sentence = f"no product “{row.text('Parent')[:60]}” is in the file"
            problems.append(row.refuse("Parent", sentence).problem)
            continue
        family = families[parent]
        families[parent] = replace(family, variations=(*family.variations, row))
    return list(families.values())


def _types(row: Row) -> set[str]:
    return {part.strip().lower() for part in row.text("Type").split(",")} - {""}


def _product(
    family: _Family, currency: str, slugs: set[str], problems: list[Problem]
) -> FoundProduct | None:
    head = family.head
    try:
        _check_type(family)
        slug = _slug(head, slugs)
    except RowRefused as refused:
        problems.append(refused.problem)
        return None
    sold = family.variations or (head,)
    prices: list[FoundPrice] = []
    for row in sold:
        try:
            prices.append(_price(slug, head, row, currency))
        except RowRefused as refused:
            problems.append(refused.problem)
    try:
        return _whole(slug, family, tuple(prices))
    except RowRefused as refused:
        problems.append(refused.problem)
    return None


def _check_type(family: _Family) -> None:
    head, types = family.head, _types(family.head)
    kinds = types - _QUALITIES
    for kind in sorted(kinds):
        if kind in _REFUSED:
            raise head.refuse("Type", _REFUSED[kind])
    if kinds not in ({"simple"}, {"variable"}):
        raise head.refuse("Type", f"“{head.text('Type')[:60]}” is neither simple nor variable")
    if "variable" in kinds and not family.variations:
        raise head.refuse("Type", "it is variable, but none of its variations are in the file")
    if "simple" in kinds and family.variations:
        raise head.refuse("Type", "it is simple, but variations name it as their parent")


def _slug(head: Row, slugs: set[str]) -> str:
    if not head.text("Name"):
        raise head.refuse("Name", "there is no name")
    slug = cells.slug(_plain(head, "Name"), f"product-{head.text('ID')}")
    return f"{slug[:60]}-{cells.slug(head.text('ID'))}" if slug in slugs else slug


def _whole(slug: str, family: _Family, prices: tuple[FoundPrice, ...]) -> FoundProduct:
    head = family.head
    sold = family.variations or (head,)
    html = _plain(head, "Description")
    lead = _plain(head, "Short description")
    title = cells.short(head, "Name", _plain(head, "Name"), longest=120)
    kind = _kind(sold)
    shipped = [row for row in sold if _is_shipped(row)] if kind == "service" else []
    labels = [_label(row) for row in shipped if row is not head]
    counted = _counted(family, prices)
    return FoundProduct(
        row=head.number,
        slug=slug,
        title=title,
        summary=cells.summary(cells.safe_html(lead or html)),
        description=cells.safe_html(html or lead),
        kind=kind,
        state=_state(head),
        category=_category(head),
        brief=ADDRESS if shipped else "",
        prices=counted.prices,
        by_hand=_by_hand(family, html + lead),
        capacity=counted.capacity,
        waits=(*((stock.parcels(title, labels),) if shipped else ()), *counted.waits),
    )


def _plain(row: Row, column: str) -> str:
    text = row.text(column).replace("\\n", "\n")
    return text[1:] if re.match(r"'[=+\-@]", text) else text


def _kind(sold: Sequence[Row]) -> Kind:
    is_download = all("downloadable" in _types(row) for row in sold)
    return "download" if is_download else "service"


def _is_shipped(row: Row) -> bool:
    return not _types(row) & _QUALITIES


def _counted(family: _Family, prices: tuple[FoundPrice, ...]) -> stock.Counted:
    """Count by variation, or, where they share their product's stock, by that alone."""
    shared = _left(family.head) if family.variations else None
    if shared is None:
        return stock.counted(prices)
    is_common = all(_is_parents(row) or _left(row) is None for row in family.variations)
    if is_common:
        return stock.Counted(prices=prices, capacity=shared)
    return stock.counted(
        [replace(price, left=shared if price.left is None else price.left) for price in prices]
    )


def _is_parents(row: Row) -> bool:
    return row.text("Stock").lower() == "parent"


def _left(row: Row) -> int | None:
    """Tell how many can still be sold; None where nobody counts or back-orders are taken."""
    left = None if _is_parents(row) else stock.count(row, "Stock")
    if _takes_backorders(row):
        return None
    is_gone = left is None and not cells.flag(row, "In stock?", default=True)
    return 0 if is_gone else left


def _state(row: Row) -> State:
    text = row.text("Published")
    if text == "-1":  # WooCommerce's word for a draft
        return "draft"
    return "on_sale" if cells.flag(row, "Published") else "draft"


def _category(row: Row) -> str:
    """Take the last part of the first path: `Books > Guides, Gifts` gives Guides."""
    first = re.split(r"(?<!\\),", row.text("Categories"))[0]
    return cells.short(row, "Categories", first.split(">")[-1].replace("\\,", ","), longest=80)


def _takes_backorders(row: Row) -> bool:
    if row.text("In stock?").lower() == "backorder":
        return True
    is_told = row.text("Backorders allowed?").lower() == "notify"
    return is_told or cells.flag(row, "Backorders allowed?")


def _price(slug: str, head: Row, row: Row, currency: str) -> FoundPrice:
    label = "" if row is head else cells.short(row, "Name", _label(row), longest=80)
    made = slug if row is head else f"{slug[:40]}-{cells.slug(label, row.text('ID'))}"
    sku = cells.sku(row.text("SKU"), otherwise=made)
    has_dates = row.text("Date sale price starts") or row.text("Date sale price ends")
    is_sale = row.text("Sale price") and not has_dates
    regular = cells.money(row, "Regular price", currency)
    return FoundPrice(
        row=row.number,
        sku=cells.short(row, "SKU", sku, longest=cells.LONGEST_SKU),
        label=label,
        amount=cells.money(row, "Sale price", currency) if is_sale else regular,
        is_active=row is head or cells.flag(row, "Published", default=True),
        left=_left(row),
    )


def _label(row: Row) -> str:
    values = [row.text(column) for column in row.cells if _VALUES.fullmatch(column)]
    return " / ".join(value for value in values if value) or _plain(row, "Name")


def _by_hand(family: _Family, html: str) -> tuple[str, ...]:
    found: list[str] = []
    for row in (family.head, *family.variations):
        images = [part.strip() for part in row.text("Images").split(",")]
        found += [f"picture {address}" for address in images if address]
        found += [
            f"file “{row.text(name.replace('URL', 'name')) or 'without a name'}” {row.text(name)}"
            for name in row.cells
            if name.endswith(" URL") and _FILE.fullmatch(name) and row.text(name)
        ]
        if row.text("Sale price") and (
            until := row.text("Date sale price ends") or row.text("Date sale price starts")
        ):
            found.append(f"sale price {row.text('Sale price')[:20]} (dated {until[:20]})")
    found += [f"picture {address}" for address in cells.pictures(html)]
    return tuple(dict.fromkeys(found))
