"""The cart: lines in a signed cookie, so it costs no row and nobody can write prices into it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.core import signing
from django.http import HttpRequest, HttpResponse

from hammock.departments.catalogue import shelf
from hammock.departments.catalogue.models import Price, Product
from hammock.departments.sales import rules
from hammock.departments.sales.errors import WrongQuantity

COOKIE = "cart"
COUNT_COOKIE = "cart_count"
LASTS = timedelta(days=14)
MOST_LINES = 30
_SALT = "hammock.cart"
_LONGEST_NUMBER = 4  # digits


@dataclass(frozen=True, kw_only=True)
class CartLine:
    """One line of the cart as its page shows it; `problem` is empty when it can be ordered."""

    title: str
    label: str
    sku: str
    quantity: int
    unit: str
    total: str
    picture_url: str
    url: str
    problem: str
    allows_quantity: bool


@dataclass(frozen=True, kw_only=True)
class Cart:
    """Quantities by SKU, and the reference of the order it was made into last (may be empty)."""

    quantities: dict[str, int]
    order: str = ""


def read(request: HttpRequest) -> Cart:
    """Read the cart; one that was changed or is too old is an empty one."""
    try:
        kept = signing.loads(request.COOKIES.get(COOKIE, ""), salt=_SALT, max_age=LASTS)
    except signing.BadSignature:
        return Cart(quantities={})
    quantities, order = kept if isinstance(kept, list) else (kept, "")  # as it was before orders
    return Cart(
        quantities={str(sku): int(quantity) for sku, quantity in quantities.items()},
        order=str(order),
    )


def write(response: HttpResponse, cart: Cart, *, secure: bool) -> None:
    """Keep the cart on the buyer's device; the count beside it is for the page's script."""
    quantities = cart.quantities
    if not quantities:
        response.delete_cookie(COOKIE, samesite="Lax")
        response.delete_cookie(COUNT_COOKIE, samesite="Lax")
        return
    content = signing.dumps([quantities, cart.order], salt=_SALT, compress=True)
    seconds = int(LASTS.total_seconds())
    response.set_cookie(
        COOKIE, content, max_age=seconds, httponly=True, samesite="Lax", secure=secure
    )
    count = str(sum(quantities.values()))
    response.set_cookie(COUNT_COOKIE, count, max_age=seconds, samesite="Lax", secure=secure)


def parsed_quantity(text: str, *, sku: str, least: int) -> int:
    """Read a quantity that somebody typed. Raises `WrongQuantity`."""
    is_number = text.isascii() and text.isdecimal() and len(text) <= _LONGEST_NUMBER
    if not is_number or not least <= int(text) <= rules.MOST_OF_ONE:
        raise WrongQuantity(sku=sku, quantity=text, most=rules.MOST_OF_ONE)
    return int(text)


def wanted(quantities: Mapping[str, int]) -> list[rules.Wanted]:
    """Turn the cart into what place_order takes."""
    return [rules.Wanted(sku=sku, quantity=quantity) for sku, quantity in quantities.items()]


def lines(quantities: Mapping[str, int]) -> list[CartLine]:
    """Make the cart ready to show, saying of each line what keeps it from being ordered."""
    found = {
        price.sku: price
        for price in Price.objects.filter(sku__in=quantities).select_related(
            "product__picture", "product__stock"
        )
    }
    return [
        _line(found[sku], quantity) if sku in found else _gone(sku, quantity)
        for sku, quantity in quantities.items()
    ]


def total_problem(shown: Sequence[CartLine]) -> bool:
    """Tell whether any line keeps the cart from being ordered."""
    return any(line.problem for line in shown)


def _line(price: Price, quantity: int) -> CartLine:
    product = price.product
    return CartLine(
        title=product.title,
        label=price.label,
        sku=price.sku,
        quantity=quantity,
        unit=price.amount.shown(),
        total=(price.amount * quantity).shown(),
        picture_url=shelf.picture_url(product.picture, shelf.CARD_PICTURE),
        url=shelf.product_url(product),
        problem=_problem(price, quantity),
        allows_quantity=True,
    )


def _problem(price: Price, quantity: int) -> str:
    product = price.product
    if not price.is_active or product.state != Product.State.ON_SALE:
        return "This is not for sale any more. Please remove it."
    if hasattr(product, "stock") and product.stock.left < quantity:
        left = product.stock.left
        return "This is sold out." if not left else f"Only {left} left. Please take fewer."
    return ""


def _gone(sku: str, quantity: int) -> CartLine:
    return CartLine(
        title=sku,
        label="",
        sku=sku,
        quantity=quantity,
        unit="",
        total="",
        picture_url="",
        url="",
        problem="This is not for sale any more. Please remove it.",
        allows_quantity=False,
    )
