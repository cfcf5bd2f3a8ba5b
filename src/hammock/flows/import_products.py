"""Products come from another shop's export: each whole or not at all, all of them in one go.

A product is known by its slug, or by the SKU of one of its prices. What is known already is left
alone, unless an update is asked for: then words and prices follow the file, never its state or
kind. Nothing is fetched from elsewhere: pictures and files are named, for the owner to add. What an
export calls published goes on sale only if it can be delivered as it stands and is priced in the
shop's currency; a download has no file yet, so it waits as a draft, and so does what must be
shipped or is counted in a way that cannot be kept. How many are left comes with a new one alone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from django.db import transaction

from hammock.departments.catalogue import actions, queries
from hammock.departments.catalogue.importing import gumroad, shopify, woocommerce
from hammock.departments.catalogue.importing.drafts import (
    BrokenFile,
    FoundProduct,
    Parsed,
    Problem,
)
from hammock.departments.catalogue.models import Product
from hammock.departments.ledger.actions import open_centre
from hammock.departments.ledger.models import ProfitCentre
from hammock.departments.ledger.rules import GENERAL
from hammock.kit.errors import FieldError
from hammock.kit.money import known_currency

READERS = {"shopify": shopify.read, "woocommerce": woocommerce.read, "gumroad": gumroad.read}
WORKING_DAYS = 5  # what a service promises until the owner says otherwise
Verdict = Literal["new", "updated", "already there"]
Watch = Callable[[int, int], None]


@dataclass(frozen=True, kw_only=True)
class Taken:
    """A product of the file and what becomes of it; `by_hand` is what the owner still does.

    `capacity` is how many of a new one there are, None unlimited.
    """

    row: int
    slug: str
    title: str
    prices: int
    capacity: int | None
    verdict: Verdict
    state: str
    by_hand: Sequence[str]
    changed: Sequence[str] = ()


@dataclass(frozen=True, kw_only=True)
class Report:
    """What was imported, or (dry run) would be; `unused` are columns that have no place here."""

    is_dry_run: bool
    taken: Sequence[Taken]
    problems: Sequence[Problem]
    unused: Sequence[str]

    def count(self, verdict: Verdict) -> int:
        """Tell how many products had this verdict."""
        return sum(taken.verdict == verdict for taken in self.taken)


@dataclass(frozen=True, kw_only=True)
class _Plan:
    """A product of the file that can be taken, and the one here that it is (if any)."""

    found: FoundProduct
    known: Product | None


def import_products(
    *,
    source: str,
    content: bytes,
    currency: str | None = None,
    centre: str = GENERAL,
    is_update: bool = False,
    is_dry_run: bool = False,
    watch: Watch = lambda _done, _of: None,
) -> Report:
    """Take the products of an export of `source` (a key of `READERS`) in one transaction.

    Prices are read as `currency` (the shop's by default). A dry run checks all the same and then
    leaves no trace. Rows that cannot be taken stand in the report; a file that cannot be read gives
    problems only. Raises `NoShop`, and `FieldError` for an unknown currency or centre.
    """
    shop = queries.shop()
    chosen = _currency(source, currency, shop.currency)
    try:
        parsed = READERS[source](content, currency=chosen)
    except BrokenFile as broken:
        return Report(is_dry_run=is_dry_run, taken=(), problems=broken.problems, unused=())
    taken: list[Taken] = []
    with transaction.atomic(durable=True):
        slug = _centre(centre)
        problems = list(parsed.problems)
        plans = _plans(parsed, problems)
        for done, plan in enumerate(plans, start=1):
            is_sellable = (
                plan.found.kind == "service" and not plan.found.waits and chosen == shop.currency
            )
            taken.append(_take(plan, centre=slug, is_sellable=is_sellable, is_update=is_update))
            watch(done, len(plans))
        transaction.set_rollback(is_dry_run)
    problems.sort(key=lambda problem: problem.row)
    return Report(is_dry_run=is_dry_run, taken=taken, problems=problems, unused=parsed.unused)


def _currency(source: str, wished: str | None, ours: str) -> str:
    if wished is not None:
        return known_currency(wished, field="--currency")
    if source == "gumroad" and ours != gumroad.CURRENCY:
        raise FieldError(
            field="--currency",
            problem=f"Gumroad's prices are in USD and the shop sells in {ours}: say "
            f"--currency {ours} to take the figures as {ours}, or --currency USD to get drafts",
        )
    return ours


def _centre(slug: str) -> str:
    known = list(ProfitCentre.objects.values_list("slug", flat=True))
    if slug == GENERAL and slug not in known:
        return open_centre(slug=GENERAL, name="General").slug
    if slug not in known:
        there = ", ".join(known) or "none yet"
        raise FieldError(field="--centre", problem=f"there is no profit centre “{slug}” ({there})")
    return slug


def _plans(parsed: Parsed, problems: list[Problem]) -> list[_Plan]:
    """Match the file's products with those here; what meets another's SKU becomes a problem."""
    here = {product.slug: product for product in Product.objects.prefetch_related("prices")}
    owners = {price.sku: product for product in here.values() for price in product.prices.all()}
    seen: dict[str, FoundProduct] = {}
    plans: list[_Plan] = []
    for found in parsed.products:
        known = here.get(found.slug) or _owner(found, owners)
        wrong = _clash(found, known, owners, seen, sku_column=parsed.sku_column)
        if wrong is not None:
            problems.append(wrong)
            continue
        seen |= {f"slug {found.slug}": found} | {price.sku: found for price in found.prices}
        plans.append(_Plan(found=found, known=known))
    return plans


def _owner(found: FoundProduct, owners: Mapping[str, Product]) -> Product | None:
    skus = (price.sku for price in found.prices)
    return next((owners[sku] for sku in skus if sku in owners), None)


def _clash(
    found: FoundProduct,
    known: Product | None,
    owners: Mapping[str, Product],
    seen: Mapping[str, FoundProduct],
    *,
    sku_column: str,
) -> Problem | None:
    twin = seen.get(f"slug {found.slug}")
    if twin is not None:
        sentence = f"“{found.slug}” is the address of the product of row {twin.row} already"
        return Problem(row=found.row, column="", sentence=sentence)
    skus: set[str] = set()
    for price in found.prices:
        owner, twin = owners.get(price.sku), seen.get(price.sku)
        is_theirs = owner is not None and owner != known
        if is_theirs or twin is not None or price.sku in skus:
            whose = owner.title if is_theirs and owner else (twin or found).title
            sentence = f"the SKU “{price.sku}” belongs to “{whose}” already"
            return Problem(row=price.row, column=sku_column, sentence=sentence)
        skus.add(price.sku)
    return _other_currency(found, known)


def _other_currency(found: FoundProduct, known: Product | None) -> Problem | None:
    there = {price.currency for price in known.prices.all()} if known else set()
    ours = found.prices[0].amount.currency
    if there <= {ours}:
        return None
    sentence = f"“{found.title}” is priced in {', '.join(sorted(there))} here, not in {ours}"
    return Problem(row=found.row, column="", sentence=sentence)


def _take(plan: _Plan, *, centre: str, is_sellable: bool, is_update: bool) -> Taken:
    if plan.known is None:
        state = _state(plan.found, is_sellable=is_sellable)
        actions.put_product(_draft(plan.found, centre=centre, state=state))
        return _taken(plan.found, "new", state=state, by_hand=_by_hand(plan.found, state))
    changed: list[str] = []
    if is_update:
        changed = actions.refresh_product(
            plan.known, words=_words(plan.found), prices=_prices(plan.found)
        )
    return _taken(
        plan.found,
        "updated" if changed else "already there",
        state=Product.State(plan.known.state),
        changed=changed,
    )


def _taken(
    found: FoundProduct,
    verdict: Verdict,
    *,
    state: Product.State,
    by_hand: Sequence[str] = (),
    changed: Sequence[str] = (),
) -> Taken:
    return Taken(
        row=found.row,
        slug=found.slug,
        title=found.title,
        prices=len(found.prices),
        capacity=found.capacity if verdict == "new" else None,
        verdict=verdict,
        state=state.label,
        by_hand=by_hand,
        changed=changed,
    )


def _state(found: FoundProduct, *, is_sellable: bool) -> Product.State:
    if found.state == "on_sale" and not is_sellable:
        return Product.State.DRAFT
    return Product.State(found.state)


def _by_hand(found: FoundProduct, state: Product.State) -> list[str]:
    named = [*found.by_hand, *found.waits]
    if found.kind == "download" and not any(line.startswith("file ") for line in named):
        named.append("the file that buyers get")
    if found.state == "on_sale" and state == Product.State.DRAFT:
        named.append("put it on sale: it was published there and waits here as a draft")
    return named


def _draft(found: FoundProduct, *, centre: str, state: Product.State) -> actions.ProductDraft:
    is_service = found.kind == "service"
    return actions.ProductDraft(
        slug=found.slug,
        title=found.title,
        summary=found.summary,
        description=found.description,
        kind=Product.Kind(found.kind),
        state=state,
        centre=centre,
        category=found.category,
        prices=_prices(found),
        capacity=found.capacity,
        service=actions.ServiceDraft(working_days=WORKING_DAYS, brief=found.brief)
        if is_service
        else None,
    )


def _words(found: FoundProduct) -> dict[str, str]:
    return {
        "title": found.title,
        "summary": found.summary,
        "description": found.description,
        "category": found.category,
    }


def _prices(found: FoundProduct) -> list[actions.PriceDraft]:
    return [
        actions.PriceDraft(
            sku=price.sku, label=price.label, amount=price.amount, is_active=price.is_active
        )
        for price in found.prices
    ]
