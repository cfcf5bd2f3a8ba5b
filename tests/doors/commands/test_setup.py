"""`hammock setup` opens an empty business, or says what is wrong and opens nothing."""

from __future__ import annotations

import io

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from hammock.departments.catalogue.models import Shop
from hammock.departments.team.models import Member

GOOD = {"email": "me@example.org", "name": "My Shop", "country": "DE", "currency": "EUR"}
pytestmark = pytest.mark.django_db(transaction=True)


def _setup(**changes: str | None) -> str:
    out = io.StringIO()
    call_command("setup", interactive=False, stdout=out, **{**GOOD, **changes})
    return out.getvalue()


def test_a_new_business_has_a_shop_an_owner_and_pages() -> None:
    told = _setup(country="de", currency="eur")
    shop = Shop.objects.get()
    assert (shop.country, shop.currency, shop.is_live) == ("DE", "EUR", False)
    owner = Member.objects.get()
    assert owner.is_superuser
    assert not owner.has_usable_password()
    lines = told.strip().splitlines()
    assert [line.split(":")[0] for line in lines] == ["Shop", "Console", "First login"]
    client = Client()
    for path in ("/", "/products/", "/terms/", "/privacy/", "/blog/", "/help/"):
        assert client.get(path).status_code == 200, path


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("email", "nobody"),
        ("name", ""),
        ("name", "x" * 81),
        ("country", "ZZ"),
        ("country", "Germany"),
        ("currency", "EURO"),
        ("currency", "XQX"),
        ("email", None),
    ],
)
def test_a_wrong_or_missing_answer_is_named_and_nothing_is_opened(
    field: str, value: str | None
) -> None:
    with pytest.raises(CommandError, match=f"--{field}"):
        _setup(**{field: value})
    assert not Shop.objects.exists()
    assert not Member.objects.exists()


def test_a_second_business_is_refused() -> None:
    _setup()
    with pytest.raises(CommandError, match="My Shop"):
        _setup(name="Another")
    assert Shop.objects.get().name == "My Shop"
    assert Member.objects.count() == 1


def test_questions_are_asked_again_until_they_are_answered(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    answers = iter(["nobody", "me@example.org", "My Shop", "DE", "EUR"])
    monkeypatch.setattr("builtins.input", lambda _question: next(answers))
    call_command("setup", stdout=io.StringIO(), stderr=io.StringIO())
    assert Shop.objects.get().email == "me@example.org"
