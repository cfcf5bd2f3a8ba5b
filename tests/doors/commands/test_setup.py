"""`hammock setup` opens an empty business, or says what is wrong and opens nothing."""

from __future__ import annotations

import io

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from wagtail.models import Page

from hammock.departments.catalogue.models import Shop
from hammock.departments.service import actions as service
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


def test_whoever_stops_answering_has_set_up_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = iter(["me@example.org"])

    def stopped(_question: str) -> str:
        try:
            return next(answers)
        except StopIteration:
            raise EOFError from None

    monkeypatch.setattr("builtins.input", stopped)
    with pytest.raises(CommandError, match=r"^Stopped\. Nothing was set up\.$"):
        call_command("setup")
    assert not Shop.objects.exists()
    assert not Member.objects.exists()


def test_nobody_is_asked_anything_where_a_business_lives(monkeypatch: pytest.MonkeyPatch) -> None:
    _setup()
    monkeypatch.setattr("builtins.input", lambda _question: pytest.fail("asked"))
    with pytest.raises(CommandError, match=r"“My Shop” lives here already"):
        call_command("setup")


def test_a_setup_that_breaks_off_leaves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    pages = set(Page.objects.values_list("url_path", flat=True))

    def broken(*_args: object, **_options: object) -> None:
        raise OSError("no room")

    monkeypatch.setattr(service, "open_help", broken)
    with pytest.raises(OSError, match="no room"):
        _setup()
    assert not Shop.objects.exists()
    assert not Member.objects.exists()
    assert set(Page.objects.values_list("url_path", flat=True)) == pages
    monkeypatch.undo()
    assert "First login" in _setup()


def test_a_known_member_becomes_the_owner() -> None:
    known = Member.objects.create(email="Me@example.org", name="Me")
    _setup()
    owner = Member.objects.get()
    assert (owner.pk, owner.is_superuser) == (known.pk, True)
