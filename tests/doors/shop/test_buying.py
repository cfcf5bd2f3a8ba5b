"""From the product's page to the goods, as a browser without JavaScript walks it."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from hammock.departments.catalogue.models import Price, Shop
from hammock.departments.delivery.models import Entitlement
from hammock.departments.sales.models import Order, Payment
from hammock.doors.shop import cart
from hammock.kit.jobs.worker import run_until_empty
from hammock.kit.mail.models import OutgoingMail
from tests.till import Till


@pytest.fixture
def buyer() -> Client:
    return Client(enforce_csrf_checks=True, headers={"sec-fetch-site": "same-origin"})


def _add(buyer: Client, sku: str, quantity: str = "1", then: str = "checkout") -> Any:
    return buyer.post("/cart/add/", {"sku": sku, "quantity": quantity, "then": then})


def _form(page: Any) -> dict[str, str]:
    """Take the hidden fields of the checkout's form, as a browser would send them."""
    text = page.content.decode()
    form = text[text.index('<form class="panel form"') :]
    pairs = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form)
    return dict(pairs)


def _checkout(buyer: Client, **changes: str) -> Any:
    hidden = _form(buyer.get("/checkout/"))
    filled = {
        **hidden,
        "email": "Ann@Example.org",
        "name": "Ann Buyer",
        "country": "DE",
        "terms": "on",
        "website": "",
    }
    return buyer.post("/checkout/", {**filled, **changes})


def test_buying_leads_from_the_shelf_to_the_goods(shop: Shop, till: Till, buyer: Client) -> None:
    assert "Guide" in buyer.get("/products/").content.decode()
    assert "€29.00" in buyer.get("/products/guide/").content.decode()
    assert _add(buyer, "GUIDE")["Location"] == "/checkout/"
    sent = _checkout(buyer)
    payment = Payment.objects.get()
    assert sent.status_code == 302
    till.pay(payment.external_id or "")
    page = buyer.get(sent["Location"])
    text = page.content.decode()
    assert "Thank you" in text
    assert "guide.pdf" in text
    assert page.cookies["cart"].value == ""
    run_until_empty()
    assert Entitlement.objects.count() == 1
    assert OutgoingMail.objects.filter(to="ann@example.org").count() == 1


def test_a_free_product_skips_payment(shop: Shop, buyer: Client) -> None:
    _add(buyer, "SAMPLE")
    sent = _checkout(buyer)
    assert "Thank you" in buyer.get(sent["Location"]).content.decode()
    assert not Payment.objects.exists()


def test_an_unpaid_order_waits_and_its_page_says_so(shop: Shop, till: Till, buyer: Client) -> None:
    _add(buyer, "GUIDE")
    sent = _checkout(buyer)
    assert "being confirmed" in buyer.get(sent["Location"]).content.decode()
    assert Order.objects.get().state == Order.State.AWAITING


def test_the_cart_keeps_several_lines_and_their_quantities(shop: Shop, buyer: Client) -> None:
    _add(buyer, "GUIDE", then="cart")
    _add(buyer, "WORKSHOP", "2", then="cart")
    page = buyer.get("/cart/").content.decode()
    assert "€127.00" in page
    buyer.post("/cart/change/", {"sku": "WORKSHOP", "quantity": "0"})
    assert "€29.00" in buyer.get("/cart/").content.decode()


def test_buying_now_what_lies_in_the_cart_buys_as_many_as_were_asked_for(
    shop: Shop, buyer: Client
) -> None:
    _add(buyer, "GUIDE", then="cart")
    _add(buyer, "GUIDE")
    assert "€29.00" in buyer.get("/cart/").content.decode()
    _add(buyer, "GUIDE", then="cart")
    assert "€58.00" in buyer.get("/cart/").content.decode()


@pytest.mark.parametrize(
    ("sku", "quantity"),
    [
        ("GUIDE", "0"),
        ("GUIDE", "-1"),
        ("GUIDE", "100"),
        ("GUIDE", "1.5"),
        ("GUIDE", "x"),
        ("NO", "1"),
    ],
)
def test_what_cannot_be_ordered_does_not_enter_the_cart(
    shop: Shop, buyer: Client, sku: str, quantity: str
) -> None:
    answer = _add(buyer, sku, quantity)
    assert answer.status_code == 400
    assert sku in answer.content.decode()
    assert "cart" not in answer.cookies


def test_a_tampered_cart_is_an_empty_one(shop: Shop, buyer: Client) -> None:
    _add(buyer, "GUIDE")
    buyer.cookies[cart.COOKIE] = buyer.cookies[cart.COOKIE].value + "x"
    assert buyer.get("/checkout/")["Location"] == "/cart/"


def test_a_tampered_price_token_is_refused(shop: Shop, till: Till, buyer: Client) -> None:
    _add(buyer, "GUIDE")
    answer = _checkout(buyer, seen="forged")
    assert answer.status_code == 409
    assert not Order.objects.exists()


def test_a_price_that_moved_is_shown_before_anything_is_ordered(
    shop: Shop, till: Till, buyer: Client
) -> None:
    _add(buyer, "GUIDE")
    hidden = _form(buyer.get("/checkout/"))
    Price.objects.filter(sku="GUIDE").update(minor=3900)
    filled = {**hidden, "email": "a@b.de", "name": "A", "country": "DE", "terms": "on"}
    answer = buyer.post("/checkout/", filled)
    text = answer.content.decode()
    assert answer.status_code == 409
    assert "€39.00" in text
    assert "€29.00" in text
    assert not Order.objects.exists()
    again = {**_form(answer), "email": "a@b.de", "name": "A", "country": "DE", "terms": "on"}
    assert buyer.post("/checkout/", again).status_code == 302


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("email", "nobody", "Enter a valid email address"),
        ("name", "", "This field is required"),
        ("country", "ZZ", "Please choose a country from the list"),
        ("terms", "", "Please accept the terms"),
        ("website", "spam", "leave this field empty"),
    ],
)
def test_a_form_that_cannot_be_taken_names_its_field(
    shop: Shop, buyer: Client, field: str, value: str, words: str
) -> None:
    _add(buyer, "GUIDE")
    answer = _checkout(buyer, **{field: value})
    assert answer.status_code == 400
    assert words in answer.content.decode()
    assert not Order.objects.exists()


def test_a_sold_out_workshop_says_so_and_takes_no_order(
    shop: Shop, till: Till, buyer: Client
) -> None:
    _add(buyer, "WORKSHOP", "12")
    _checkout(buyer)
    other = Client(headers={"sec-fetch-site": "same-origin"})
    assert "Sold out" in other.get("/products/workshop/").content.decode()
    _add(other, "WORKSHOP")
    assert "sold out" in other.get("/cart/").content.decode()
    assert _checkout(other).status_code == 409
    assert Order.objects.count() == 1


def test_a_provider_that_is_away_keeps_the_order_and_offers_to_try_again(
    shop: Shop, till: Till, buyer: Client
) -> None:
    _add(buyer, "GUIDE")
    till.fails = 1
    answer = _checkout(buyer)
    assert answer.status_code == 503
    link = re.search(r'href="(/orders/[^"]+/pay/)"', answer.content.decode())
    assert link
    assert buyer.get(link.group(1)).status_code == 302
    assert Order.objects.count() == 1


def test_a_body_of_ten_megabytes_is_refused(shop: Shop, buyer: Client) -> None:
    for path in ("/cart/add/", "/checkout/", "/purchases/", "/api/webhooks/payments/test/"):
        answer = buyer.post(path, data=b"x" * 10_000_000, content_type="text/plain")
        assert answer.status_code == 413


def test_a_changed_order_link_leads_nowhere(shop: Shop, buyer: Client) -> None:
    assert buyer.get("/orders/forged/").status_code == 404


@pytest.mark.django_db
def test_before_there_is_a_shop_a_page_still_has_its_look(client: Client) -> None:
    answer = client.get("/nothing-here/")
    assert answer.status_code == 404
    assert "shop/shop" in answer.content.decode()
    assert 'id="main"' in answer.content.decode()
    assert "site-foot" in answer.content.decode()
