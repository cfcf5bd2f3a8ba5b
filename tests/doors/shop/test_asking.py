"""The buyer's page asks and never acts; strangers ask for nothing."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from hammock.departments.catalogue.models import Shop
from hammock.departments.customers import queries as customers
from hammock.departments.customers.models import CustomerRequest
from hammock.departments.delivery.models import DownloadCount, Entitlement
from hammock.departments.sales.models import Discount, Order, Payment, Refund
from hammock.flows.place_order import Buyer
from hammock.kit.jobs.worker import run_until_empty
from tests import asking
from tests.judging import Staff
from tests.shops import BUYER, paid
from tests.till import Till


@pytest.fixture
def known(shop: Shop, till: Till, staff: Staff) -> Client:
    asking.sold(till, "GUIDE")
    client = Client()
    client.get(customers.magic_link(BUYER.email))
    return client


def _reference() -> str:
    return Order.objects.get().reference


def test_money_back_is_asked_for_and_the_page_tells_until_when(known: Client) -> None:
    address = f"/purchases/refund/{_reference()}/"
    assert "29.00" in known.get(address).content.decode()
    answer = known.post(address, {"amount": "10.00", "reason": "A page was missing"})
    assert answer["Location"] == "/purchases/?asked=1"
    assert not Refund.objects.exists()
    page = known.get("/purchases/").content.decode()
    assert "Waiting for an answer" in page
    assert "You have an answer by" in page
    assert "Money back: asked for" in page
    again = known.post(address, {"amount": "5.00", "reason": "And another"})
    assert again.status_code == 400
    assert "You asked for this already" in again.content.decode()


@pytest.mark.parametrize("amount", ["0", "-1", "29.01", "much", ""])
def test_an_amount_that_cannot_go_back_is_refused_beside_its_field(
    known: Client, amount: str
) -> None:
    answer = known.post(
        f"/purchases/refund/{_reference()}/", {"amount": amount, "reason": "because"}
    )
    assert answer.status_code == 400
    assert not CustomerRequest.objects.exists()


def test_strangers_ask_for_nothing(known: Client, till: Till) -> None:
    other = asking.sold(till, "GUIDE", buyer=Buyer(email="b@x.org", name="B", country="DE"))
    assert known.get(f"/purchases/refund/{other.reference}/").status_code == 404
    theirs = Entitlement.objects.get(customer=other.customer)
    assert known.post(f"/purchases/{theirs.pk}/more/").status_code == 404
    nobody = Client()
    for path in ("refund/X/", "discount/", "erase/"):
        assert nobody.post(f"/purchases/{path}")["Location"] == "/purchases/"
    assert not CustomerRequest.objects.exists()


def test_more_downloads_are_offered_once_they_are_used_up(known: Client) -> None:
    right = Entitlement.objects.get()
    assert "Ask for more downloads" not in known.get("/purchases/").content.decode()
    assert known.post(f"/purchases/{right.pk}/more/").status_code == 409
    file = right.product.releases.get().files.get(name="guide.pdf")
    DownloadCount.objects.create(entitlement=right, file=file, count=10, allowed=10)
    assert "Ask for more downloads" in known.get("/purchases/").content.decode()
    assert known.post(f"/purchases/{right.pk}/more/")["Location"] == "/purchases/?asked=1"
    assert CustomerRequest.objects.get().kind == "redelivery"


def test_a_granted_discount_is_bought_by_its_link_once(known: Client, till: Till) -> None:
    known.post("/purchases/discount/", {"sku": "REVIEW", "percent": "20", "reason": "Please"})
    asking.decided(CustomerRequest.objects.get().decision_id, "grant")
    assert "/offers/" in known.get("/purchases/").content.decode()
    address = f"/offers/{Discount.objects.get().code}/"
    page = known.get(address).content.decode()
    assert "€72.00" in page
    seen = re.search(r'name="seen" value="([^"]+)"', page)
    assert seen
    form = {"email": BUYER.email, "name": "Ann", "country": "DE", "terms": "on", "website": ""}
    bought = known.post(address, {**form, "seen": seen.group(1)})
    assert bought.status_code == 302
    assert Order.objects.order_by("-placed_at")[0].total_minor == 7200
    assert known.get(address).status_code == 410
    assert Client().get("/offers/none/").status_code == 410


def test_a_tampered_price_of_an_offer_is_refused(known: Client) -> None:
    known.post("/purchases/discount/", {"sku": "REVIEW", "percent": "20", "reason": "Please"})
    asking.decided(CustomerRequest.objects.get().decision_id, "grant")
    form = {"email": BUYER.email, "name": "Ann", "country": "DE", "terms": "on", "seen": "bent"}
    answer = known.post(f"/offers/{Discount.objects.get().code}/", form)
    assert answer.status_code == 400
    assert Order.objects.count() == 1


def test_erasure_needs_the_tick_and_forgets_the_device(known: Client) -> None:
    assert known.post("/purchases/erase/", {}).status_code == 400
    assert not CustomerRequest.objects.exists()
    answer = known.post("/purchases/erase/", {"sure": "on"})
    assert "You asked to be erased" in answer.content.decode()
    assert "guide.pdf" not in known.get("/purchases/").content.decode()
    assert CustomerRequest.objects.get().kind == "erasure"


def test_the_page_of_a_held_order_tells_the_truth(shop: Shop, till: Till, staff: Staff) -> None:
    from hammock.doors.shop.buying import ORDER
    from hammock.kit import links

    order = paid(till, "GUIDE", buyer=Buyer(email="x@yopmail.com", name="X", country="DE"))
    Payment.objects.filter(order=order).update(card_country="BR")
    address = f"/orders/{links.sign(ORDER, order.reference)}/"
    page = Client().get(address).content.decode()
    assert "Paid, and being looked at" in page
    assert not Entitlement.objects.exists()
    run_until_empty()
    asking.decided(order.held.decision_id, "give_back")
    assert "Your money goes back" in Client().get(address).content.decode()
