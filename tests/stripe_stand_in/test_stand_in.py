"""The stand-in answers as Stripe does where Hammock leans on it."""

from __future__ import annotations

import json
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import stripe
from hypothesis import given
from hypothesis import strategies as st

from tests.stripe_stand_in import KEY, StandIn, running
from tests.stripe_stand_in.forms import decoded


@dataclass(frozen=True)
class Answered:
    """An answer as it came over the wire."""

    status: int
    text: str
    headers: dict[str, str]

    @property
    def content(self) -> dict[str, Any]:
        """Give the JSON."""
        content: dict[str, Any] = json.loads(self.text)
        return content


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: object, **__: object) -> None:
        """Let the test see where it leads."""


@pytest.fixture
def stand_in() -> Iterator[StandIn]:
    """Serve one."""
    with running() as stand_in:
        yield stand_in


def _ask(
    url: str, form: dict[str, str] | None = None, *, auth: str = KEY, key: str = ""
) -> Answered:
    data = None if form is None else urllib.parse.urlencode(form).encode()
    headers = {"Authorization": f"Bearer {auth}"} | ({"Idempotency-Key": key} if key else {})
    request = urllib.request.Request(url, data=data, headers=headers)
    try:
        with urllib.request.build_opener(_Stay).open(request, timeout=20) as answer:
            return Answered(answer.status, answer.read().decode(), dict(answer.headers))
    except urllib.error.HTTPError as error:
        with error:
            return Answered(error.code, error.read().decode(), dict(error.headers))


def _client(stand_in: StandIn) -> stripe.StripeClient:
    return stripe.StripeClient(
        KEY, base_addresses={"api": stand_in.url}, http_client=stripe.RequestsClient()
    )


def _session(stand_in: StandIn) -> stripe.checkout.Session:
    return _client(stand_in).v1.checkout.sessions.create(
        {
            "mode": "payment",
            "success_url": "https://shop.example.org/back?s={CHECKOUT_SESSION_ID}",
            "cancel_url": "https://shop.example.org/cart",
            "line_items": [
                {
                    "quantity": 2,
                    "price_data": {
                        "currency": "eur",
                        "unit_amount": 1450,
                        "product_data": {"name": "<b>Guide</b>"},
                    },
                }
            ],
        }
    )


def test_a_known_key_gets_the_same_answer_and_says_so(stand_in: StandIn) -> None:
    url = f"{stand_in.url}/v1/products"
    first = _ask(url, {"name": "Guide"}, key="k-1")
    again = _ask(url, {"name": "Guide"}, key="k-1")
    assert again.text == first.text
    assert "Idempotent-Replayed" not in first.headers
    assert again.headers["Idempotent-Replayed"] == "true"
    assert len(stand_in.account.every("product")) == 1


def test_a_known_key_with_another_body_is_an_error(stand_in: StandIn) -> None:
    url = f"{stand_in.url}/v1/products"
    _ask(url, {"name": "Guide"}, key="k-1")
    other = _ask(url, {"name": "Map"}, key="k-1")
    assert (other.status, other.content["error"]["type"]) == (400, "idempotency_error")
    assert len(stand_in.account.every("product")) == 1


def test_refused_parameters_leave_the_key_free(stand_in: StandIn) -> None:
    url = f"{stand_in.url}/v1/products"
    assert _ask(url, {"name": "Guide", "colour": "red"}, key="k-1").status == 400
    assert _ask(url, {"name": "Guide"}, key="k-1").status == 200


def test_a_refusal_of_the_work_itself_is_kept_until_keys_are_forgotten(stand_in: StandIn) -> None:
    intent = stand_in.account.open_intent({"amount": 1000, "currency": "eur", "confirm": True})
    url, form = f"{stand_in.url}/v1/refunds", {"payment_intent": intent["id"], "amount": "1001"}
    first = _ask(url, form, key="k-1")
    assert first.status == 400
    stand_in.account.every("charge")[0]["amount"] = 2000
    again = _ask(url, form, key="k-1")
    assert (again.text, again.headers["Idempotent-Replayed"]) == (first.text, "true")
    stand_in.forget_keys()
    assert _ask(url, form, key="k-1").status == 200


def test_a_failure_once_the_work_began_is_kept(stand_in: StandIn) -> None:
    url = f"{stand_in.url}/v1/products"
    stand_in.fail_next(1, how="kept_500")
    statuses = [_ask(url, {"name": "Guide"}, key=key).status for key in ("k-1", "k-1", "k-2")]
    assert statuses == [500, 500, 200]


def test_failures_wait_for_the_method_that_they_are_for(stand_in: StandIn) -> None:
    url = f"{stand_in.url}/v1/products"
    stand_in.fail_next(1, how="500", method="POST")
    assert _ask(url).status == 200
    assert _ask(url, {"name": "Guide"}).status == 500


@pytest.mark.parametrize(
    ("form", "param"),
    [
        ({"mode": "payment"}, "line_items"),
        ({"mode": "subscription"}, "mode"),
        ({"line_items[0][quantity]": "1"}, "line_items[0]"),
        (
            {"line_items[0][price_data][currency]": "eur"},
            "line_items[0][price_data][product_data]",
        ),
        (
            {
                "line_items[0][price_data][currency]": "eur",
                "line_items[0][price_data][product_data][name]": "Guide",
                "line_items[0][price_data][unit_amount]": "-1",
            },
            "line_items[0][price_data][unit_amount]",
        ),
        ({"line_items[0][price]": "price_none"}, "id"),
        ({"expires_at": "1"}, "expires_at"),
    ],
)
def test_a_page_that_cannot_be_is_refused(
    stand_in: StandIn, form: dict[str, str], param: str
) -> None:
    answer = _ask(f"{stand_in.url}/v1/checkout/sessions", {"mode": "payment"} | form)
    assert answer.content["error"]["param"] == param
    assert stand_in.account.every("checkout.session") == []


def test_a_page_can_sell_a_price_of_the_catalogue(stand_in: StandIn) -> None:
    api = _client(stand_in).v1
    price = api.prices.create(
        {"currency": "eur", "unit_amount": 900, "product_data": {"name": "Map"}}
    )
    session = api.checkout.sessions.create(
        {
            "mode": "payment",
            "success_url": "https://shop.example.org/back",
            "line_items": [{"price": price.id, "quantity": 2}],
        }
    )
    assert session.amount_total == 1800
    assert "Map: 1800" in _ask(session.url or "").text


def test_lists_hold_only_what_was_asked_for(stand_in: StandIn) -> None:
    one, two = (
        stand_in.account.open_intent({"amount": 1000, "currency": "eur", "confirm": True})
        for _ in range(2)
    )
    for intent in (one, two):
        for _ in range(3):
            stand_in.account.refund({"payment_intent": intent["id"], "amount": 100})
    found = _client(stand_in).v1.refunds.list({"payment_intent": one["id"], "limit": 2})
    assert {refund.payment_intent for refund in found.auto_paging_iter()} == {one["id"]}
    assert len(list(found.auto_paging_iter())) == 3
    assert _ask(f"{stand_in.url}/v1/refunds?ending_before=re_1").status == 400


@pytest.mark.parametrize(
    ("form", "code", "param"),
    [
        ({"name": "Guide", "colour": "red"}, "parameter_unknown", "colour"),
        ({"name": "Guide", "api_key": "x"}, "parameter_unknown", "api_key"),
        ({"description": "None"}, "parameter_missing", "name"),
        (
            {"name": "Guide", "default_price_data[unit_amount]": "12"},
            "parameter_missing",
            "default_price_data[currency]",
        ),
        (
            {
                "name": "Guide",
                "default_price_data[currency]": "eur",
                "default_price_data[unit_amount]": "a lot",
            },
            "parameter_invalid_integer",
            "default_price_data[unit_amount]",
        ),
    ],
)
def test_parameters_are_checked_as_the_sdk_types_them(
    stand_in: StandIn, form: dict[str, str], code: str, param: str
) -> None:
    answer = _ask(f"{stand_in.url}/v1/products", form)
    error = answer.content["error"]
    assert (answer.status, error["code"], error["param"]) == (400, code, param)
    assert stand_in.account.every("product") == []


def test_a_wrong_key_and_an_unknown_address_are_refused(stand_in: StandIn) -> None:
    assert _ask(f"{stand_in.url}/v1/products", auth="sk_test_other").status == 401
    assert _ask(f"{stand_in.url}/v1/nonsense").status == 404
    assert _ask(f"{stand_in.url}/v1/products/prod_none").content["error"]["code"] == (
        "resource_missing"
    )


def test_failures_come_when_asked_for_and_then_end(stand_in: StandIn) -> None:
    stand_in.fail_next(1, how="500")
    stand_in.fail_next(1, how="429")
    url = f"{stand_in.url}/v1/products"
    statuses = [_ask(url, {"name": "Guide"}, key="k-1").status for _ in range(3)]
    assert statuses == [500, 429, 200]


def test_a_buyer_pays_on_the_page_and_goes_back_to_the_shop(stand_in: StandIn) -> None:
    session = _session(stand_in)
    page = _ask(session.url or "")
    assert "&lt;b&gt;Guide&lt;/b&gt;: 2900" in page.text
    paid = _ask(session.url or "", {"card": "4242 4242 4242 4242"})
    assert paid.status == 303
    assert paid.headers["Location"] == f"https://shop.example.org/back?s={session.id}"
    assert _ask(session.url or "", {"card": "4242424242424242"}).status == 410
    assert len(stand_in.account.every("charge")) == 1


def test_a_declined_card_takes_nothing_and_leaves_the_page_open(stand_in: StandIn) -> None:
    session = _session(stand_in)
    declined = _ask(session.url or "", {"card": "4000000000000002"})
    assert (declined.status, "declined" in declined.text) == (402, True)
    assert stand_in.account.every("charge") == []
    assert _ask(session.url or "").status == 200


def test_a_careful_card_asks_the_bank_first(stand_in: StandIn) -> None:
    session = _session(stand_in)
    card = {"card": "4000002500003155"}
    assert "is it you?" in _ask(session.url or "", card).text
    assert _ask(session.url or "", card | {"bank": "no"}).status == 402
    assert stand_in.account.every("charge") == []
    assert _ask(session.url or "", card | {"bank": "yes"}).status == 303


def test_ids_are_replaced_by_objects_where_asked(stand_in: StandIn) -> None:
    session = _session(stand_in)
    stand_in.account.pay(session.id)
    url = f"{stand_in.url}/v1/checkout/sessions/{session.id}"
    plain = _ask(url).content
    assert plain["payment_intent"].startswith("pi_")
    assert not [name for name in plain if name.startswith("_")]
    deep = _ask(f"{url}?expand[0]=payment_intent.latest_charge.balance_transaction").content
    assert deep["payment_intent"]["latest_charge"]["balance_transaction"]["fee"] == 69
    assert _ask(f"{url}?expand[0]=nothing").status == 400


def test_a_subscription_is_billed_each_month_until_it_ends(stand_in: StandIn) -> None:
    api = _client(stand_in).v1
    customer = api.customers.create({"email": "ann@example.org"})
    product = api.products.create({"name": "Club"})
    price = api.prices.create(
        {
            "currency": "eur",
            "unit_amount": 900,
            "product": product.id,
            "recurring": {"interval": "month"},
        }
    )
    made = api.subscriptions.create({"customer": customer.id, "items": [{"price": price.id}]})
    assert made.status == "active"
    stand_in.account.renew(made.id)
    ended = api.subscriptions.cancel(made.id)
    assert ended.status == "canceled"
    with pytest.raises(Exception, match="canceled"):
        stand_in.account.renew(made.id)
    invoices = [invoice.amount_paid for invoice in api.invoices.list().data]
    assert invoices == [900, 900]
    kinds = stand_in.deliver_events()
    assert kinds.count("invoice.paid") == 2
    assert kinds[-1] == "customer.subscription.deleted"


def test_lists_are_the_newest_first_and_say_that_there_is_more(stand_in: StandIn) -> None:
    api = _client(stand_in).v1
    for name in ("One", "Two", "Three"):
        api.products.create({"name": name})
    page = api.products.list({"limit": 2})
    assert [product.name for product in page.data] == ["Three", "Two"]
    assert page.has_more


@given(
    st.dictionaries(
        st.from_regex(r"[a-z]{1,6}", fullmatch=True),
        st.one_of(
            st.text(max_size=9),
            st.lists(st.text(max_size=9), min_size=1, max_size=12),
            st.dictionaries(
                st.from_regex(r"[a-z]{1,6}", fullmatch=True), st.text(max_size=9), min_size=1
            ),
        ),
    )
)
def test_forms_come_out_as_they_went_in(tree: dict[str, Any]) -> None:
    pairs: list[tuple[str, str]] = []
    for name, value in tree.items():
        if isinstance(value, str):
            pairs.append((name, value))
        elif isinstance(value, list):
            pairs += [(f"{name}[{at}]", part) for at, part in enumerate(value)]
        else:
            pairs += [(f"{name}[{inner}]", part) for inner, part in value.items()]
    assert decoded(urllib.parse.urlencode(pairs)) == tree
