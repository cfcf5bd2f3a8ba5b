"""A visitor's own pages are kept by nobody, and their forms are taken only from our own pages."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.test import Client
from django.urls import URLPattern, reverse

from hammock.departments.catalogue.models import Shop
from hammock.doors.shop.urls import urlpatterns
from hammock.providers.test_payments.urls import urlpatterns as test_payments

ELSEWHERE: tuple[dict[str, str], ...] = (
    {"sec-fetch-site": "cross-site"},
    {"sec-fetch-site": "same-site"},  # another host of the same domain
    {"sec-fetch-site": "cross-site", "origin": "http://testserver"},
    {"origin": "https://evil.example"},
    {"origin": "http://testserver.evil.example"},
    {"origin": "null"},
    {"origin": "http://[evil"},
)
HERE: tuple[dict[str, str], ...] = (
    {"sec-fetch-site": "same-origin", "origin": "http://testserver"},
    {"sec-fetch-site": "none"},
    {"origin": "http://testserver"},
    {"origin": settings.HAMMOCK_URL},  # behind a proxy that names another host
    {},  # no browser, so nobody whose cookies could be misused
)
READ_ONLY = frozenset(
    {
        *("product_list", "product", "cart", "order", "purchases_enter"),
        *("download", "receipt", "calendar"),
    }
)


def forms() -> list[URLPattern]:
    return [one for one in (*urlpatterns, *test_payments) if one.name not in READ_ONLY]


def address(pattern: URLPattern) -> str:
    space = "shop" if pattern in urlpatterns else "test_payments"
    values = {
        name: 1 if "Int" in type(converter).__name__ else "x"
        for name, converter in pattern.pattern.converters.items()
    }
    return reverse(f"{space}:{pattern.name}", kwargs=values)


@pytest.mark.parametrize("pattern", forms(), ids=lambda one: one.name)
def test_no_form_is_taken_from_another_site(shop: Shop, pattern: URLPattern) -> None:
    for headers in ELSEWHERE:
        answer = Client(headers=headers, enforce_csrf_checks=True).post(address(pattern))
        assert answer.status_code == 403
        assert "sent from another site" in answer.content.decode()
        assert not answer.cookies


@pytest.mark.parametrize("pattern", forms(), ids=lambda one: one.name)
def test_every_form_is_taken_from_here(shop: Shop, pattern: URLPattern) -> None:
    for headers in HERE:
        answer = Client(headers=headers, enforce_csrf_checks=True).post(address(pattern))
        assert answer.status_code != 403


def test_a_form_whose_token_is_missing_is_told_how_to_go_on(shop: Shop) -> None:
    answer = Client(enforce_csrf_checks=True).post("/console/login/", {"login": "a"})
    assert answer.status_code == 403
    assert "load the page again" in answer.content.decode()
    assert "CSRF" not in answer.content.decode()


def test_a_page_is_shown_to_whoever_comes_from_another_site(shop: Shop) -> None:
    client = Client(headers={"sec-fetch-site": "cross-site"})
    client.cookies["cart"] = "torn"
    assert client.get("/cart/").status_code == 200


def test_nobody_keeps_a_visitors_own_page(shop: Shop, client: Client) -> None:
    for path in ("/cart/", "/checkout/", "/purchases/"):
        assert client.get(path)["Cache-Control"] == "private, no-store"
