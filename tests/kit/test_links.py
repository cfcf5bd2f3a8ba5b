"""Addresses are what Django says they are, and a signed one is good for its purpose alone."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.conf import settings
from django.urls import NoReverseMatch, reverse
from hypothesis import given
from hypothesis import strategies as st

from hammock.kit import links

TEXTS = st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "S", "Z")), min_size=1)


@given(token=st.text(st.sampled_from("aZ09-_:.~ %{}é"), min_size=1) | TEXTS)
def test_an_address_is_djangos_own(token: str) -> None:
    try:
        expected = reverse("shop:order_pay", kwargs={"token": token})
    except NoReverseMatch:
        with pytest.raises(NoReverseMatch):
            links.absolute("shop:order_pay", token=token)
    else:
        assert links.absolute("shop:order_pay", token=token) == settings.HAMMOCK_URL + expected


def test_addresses_with_numbers_and_without_anything_are_djangos_own_too() -> None:
    for name, values in (
        ("shop:purchases", {}),
        ("shop:resend", {"entitlement_id": 7}),
        ("shop:product", {"slug": "honest-guide"}),
    ):
        expected = settings.HAMMOCK_URL + reverse(name, kwargs=values)
        assert links.absolute(name, **values) == expected


def test_an_address_that_is_none_is_refused() -> None:
    for name, values in (
        ("shop:nothing", {}),
        ("shop:order", {"reference": "x"}),
        ("shop:product", {"slug": "two words"}),
    ):
        with pytest.raises(NoReverseMatch):
            links.absolute(name, **values)


@given(value=st.dictionaries(TEXTS, st.integers()) | TEXTS)
def test_a_token_says_its_value_for_its_purpose_alone(value: object) -> None:
    token = links.sign("one", value)
    assert links.unsign("one", token, max_age=timedelta(minutes=1)) == value
    for purpose, said in (("two", token), ("one", token[:-1]), ("one", "x" + token)):
        with pytest.raises(links.LinkRefused) as refused:
            links.unsign(purpose, said)
        assert not refused.value.expired
