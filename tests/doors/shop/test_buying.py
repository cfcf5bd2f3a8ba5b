"""From the product's page to the goods, as a browser without JavaScript walks it."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

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
        ("GUIDE", "9" * 5000),
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
    places = ("/cart/add/", "/checkout/", "/purchases/", "/api/webhooks/payments/test/")
    for path in (*places, "/console/login/", "/console/forgotten/", "/console/password/"):
        answer = buyer.post(path, data=b"x" * 10_000_000, content_type="text/plain")
        assert answer.status_code == 413
    buyer.cookies["sessionid"] = "made up"
    assert buyer.post("/console/login/", {"a": "x" * 10_000_000}).status_code == 413


@pytest.mark.django_db(transaction=True)
def test_a_sign_that_no_text_has_is_refused_wherever_it_comes(shop: Shop, buyer: Client) -> None:
    addresses = ("/products/?category=%00", "/offers/%00/", "/waiting/%00/", "/pay/test/%00/")
    for address in addresses:
        assert buyer.get(address).status_code == 400
    for answer in (
        _add(buyer, "A\x00B"),
        buyer.post("/purchases/", {"email": "a\x00@example.org"}),
        buyer.post("/purchases/", {"e\x00mail": "a@example.org"}),
    ):
        assert answer.status_code == 400
        assert "NUL" in answer.content.decode()


def test_an_earlier_orders_page_leaves_todays_cart_alone(
    shop: Shop, till: Till, buyer: Client
) -> None:
    _add(buyer, "SAMPLE")
    earlier = _checkout(buyer)["Location"]
    assert buyer.get(earlier).cookies["cart"].value == ""
    _add(buyer, "GUIDE", then="cart")
    assert "cart" not in buyer.get(earlier).cookies
    assert "€29.00" in buyer.get("/cart/").content.decode()


def test_who_goes_back_and_orders_again_has_the_seats_that_they_held(
    shop: Shop, till: Till, buyer: Client
) -> None:
    _add(buyer, "WORKSHOP", "12")
    _checkout(buyer)
    again = _checkout(buyer, name="Ann, once more")
    assert again.status_code == 302
    first, second = Order.objects.order_by("id")
    assert (first.state, second.state) == (Order.State.CANCELLED, Order.State.AWAITING)
    till.pay(second.payments.get().external_id or "")
    assert "Thank you" in buyer.get(again["Location"]).content.decode()


def test_who_paid_and_orders_the_same_cart_again_is_shown_what_they_have(
    shop: Shop, till: Till, buyer: Client
) -> None:
    _add(buyer, "GUIDE")
    _checkout(buyer)
    till.pay(Payment.objects.get().external_id or "")
    again = _checkout(buyer)
    assert "Thank you" in buyer.get(again["Location"]).content.decode()
    assert Order.objects.count() == 1


def test_who_paid_and_then_changed_the_cart_orders_anew(
    shop: Shop, till: Till, buyer: Client
) -> None:
    _add(buyer, "GUIDE")
    _checkout(buyer)
    till.pay(Payment.objects.get().external_id or "")
    _add(buyer, "WORKSHOP", then="cart")
    _checkout(buyer)
    assert Order.objects.count() == 2


def test_a_buyer_who_does_not_pay_can_let_the_order_go(
    shop: Shop, till: Till, buyer: Client
) -> None:
    _add(buyer, "WORKSHOP", "12")
    waiting = f"{urlsplit(_checkout(buyer)['Location']).path}cancelled/"
    page = buyer.get(waiting).content.decode()
    assert f'<form method="post" action="{waiting}">' in page
    assert buyer.post(waiting)["Location"] == "/cart/"
    assert Order.objects.get().state == Order.State.CANCELLED
    assert "Only" not in buyer.get("/cart/").content.decode()


def test_a_checkout_without_the_prices_it_showed_says_so_and_orders_nothing(
    shop: Shop, buyer: Client
) -> None:
    _add(buyer, "GUIDE")
    for seen in ("", "torn"):
        answer = _checkout(buyer, seen=seen)
        assert answer.status_code == 409
        assert "The prices that this page showed" in answer.content.decode()
    assert not Order.objects.exists()


def test_a_name_is_one_line(shop: Shop, till: Till, buyer: Client) -> None:
    _add(buyer, "GUIDE")
    _checkout(buyer, name="Eve\r\nBcc: all@example.org")
    assert Order.objects.get().name == "Eve Bcc: all@example.org"


def test_a_changed_order_link_leads_nowhere(shop: Shop, buyer: Client) -> None:
    assert buyer.get("/orders/forged/").status_code == 404


@pytest.mark.django_db
def test_before_there_is_a_shop_a_page_still_has_its_look(client: Client) -> None:
    answer = client.get("/nothing-here/")
    assert answer.status_code == 404
    assert "shop/shop" in answer.content.decode()
    assert 'id="main"' in answer.content.decode()
    assert "site-foot" in answer.content.decode()
