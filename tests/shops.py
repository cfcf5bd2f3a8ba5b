"""A small shop for tests: one of each kind of goods, in two profit centres, tax of 19 % in DE."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, BinaryIO

from hammock.departments.catalogue import ports as goods
from hammock.departments.catalogue.actions import (
    FileDraft,
    PriceDraft,
    ProductDraft,
    ReleaseDraft,
    ServiceDraft,
    WorkshopDraft,
    put_product,
)
from hammock.departments.catalogue.models import Product, Shop, TaxRate
from hammock.departments.ledger import queries as books
from hammock.departments.ledger.actions import open_centre
from hammock.departments.sales import rules
from hammock.departments.sales.models import Order, Payment
from hammock.flows.place_order import Buyer, place_order
from hammock.flows.settle_payment import settle_payment
from hammock.flows.start_payment import start_payment
from hammock.kit.money import Money
from tests.till import Till

BUYER = Buyer(email="ann@example.org", name="Ann Buyer", country="DE")
WORKSHOP_DAY = datetime(2027, 3, 5, 18, 0, tzinfo=UTC)


@dataclass
class Shelf:
    """A file store in memory."""

    kept: dict[str, bytes] = field(default_factory=dict)

    def put(self, *, key: str, content: BinaryIO) -> goods.StoredFile:
        """Keep it."""
        data = content.read()
        self.kept[key] = data
        return goods.StoredFile(size=len(data), sha256=f"{len(data):064x}")

    def size(self, *, key: str) -> int:
        """Tell its size."""
        return len(self._of(key))

    def read(self, *, key: str, start: int, length: int) -> Iterator[bytes]:
        """Give a piece."""
        return iter([self._of(key)[start : start + length]])

    def delete(self, *, key: str) -> None:
        """Forget it."""
        self.kept.pop(key, None)

    def _of(self, key: str) -> bytes:
        if key not in self.kept:
            raise goods.FileMissing(key=key)
        return self.kept[key]


def _draft(slug: str, minor: int, kind: Product.Kind, centre: str) -> ProductDraft:
    return ProductDraft(
        slug=slug,
        title=slug.capitalize(),
        summary=f"All about the {slug}",
        description=f"<p>The {slug}.</p>",
        kind=kind,
        state=Product.State.ON_SALE,
        centre=centre,
        prices=[PriceDraft(sku=slug.upper(), label="", amount=Money(minor, "EUR"))],
    )


def open_shop(*, seats: int = 12) -> Shop:
    """Write the shop: GUIDE 29.00, SAMPLE 0, WORKSHOP 49.00 with seats, REVIEW 90.00, SET 69.00."""
    shop = Shop.objects.create(
        name="Test Shop",
        tagline="For tests",
        email="owner@example.org",
        country="DE",
        currency="EUR",
        legal_name="Test Shop Ltd",
        address="1 Test Street",
    )
    TaxRate.objects.create(country="DE", name="VAT 19 %", basis_points=1900)
    open_centre(slug="guides", name="Guides")
    open_centre(slug="lessons", name="Lessons", position=1)
    for draft in _drafts(seats):
        put_product(draft)
    return shop


def _drafts(seats: int) -> list[ProductDraft]:
    release = ReleaseDraft(
        version="1.0",
        notes="First.",
        released_at=datetime(2026, 1, 1, tzinfo=UTC),
        files=[
            FileDraft(name="guide.pdf", content_type="application/pdf", content=b"%PDF-1.7 " * 999),
            FileDraft(name="list.csv", content_type="text/csv", content=b"a,b\n1,2\n"),
        ],
    )
    kind = Product.Kind
    return [
        _replaced(_draft("guide", 2900, kind.DOWNLOAD, "guides"), releases=[release]),
        _replaced(_draft("sample", 0, kind.DOWNLOAD, "guides"), releases=[release]),
        _replaced(
            _draft("workshop", 4900, kind.WORKSHOP, "lessons"),
            capacity=seats,
            workshop=WorkshopDraft(
                starts_at=WORKSHOP_DAY,
                ends_at=WORKSHOP_DAY.replace(hour=20),
                place="Online",
                join_url="https://rooms.example.org/w",
            ),
        ),
        _replaced(
            _draft("review", 9000, kind.SERVICE, "lessons"),
            service=ServiceDraft(working_days=5, brief="Your address"),
        ),
        _replaced(_draft("set", 6900, kind.BUNDLE, "guides"), parts=["guide", "workshop"]),
    ]


def _replaced(draft: ProductDraft, **changes: Any) -> ProductDraft:
    return replace(draft, **changes)


def order(*skus: str, buyer: Buyer = BUYER, quantity: int = 1) -> Order:
    """Place an order for one (or `quantity`) of each."""
    return place_order(
        wanted=[rules.Wanted(sku=sku, quantity=quantity) for sku in skus], buyer=buyer
    )


def started(placed: Order) -> Payment:
    """Open the payment page of an order."""
    start_payment(
        order_id=placed.id, return_url="https://x.example/r", cancel_url="https://x.example/c"
    )
    return placed.payments.latest("id")


def paid(till: Till, *skus: str, buyer: Buyer = BUYER, quantity: int = 1) -> Order:
    """Place an order, pay it and settle it; its jobs are queued and not run yet."""
    payment = started(order(*skus, buyer=buyer, quantity=quantity))
    till.pay(payment.external_id or "")
    return settle_payment(payment_id=payment.pk)


def balances() -> dict[str, int]:
    """Give what each account of the books stands at, in minor units; none that is at nothing."""
    return {one.account: one.amount.minor for one in books.balances() if one.amount}
