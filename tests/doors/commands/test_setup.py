"""`hammock setup` opens an empty business, or says what is wrong and opens nothing."""

from __future__ import annotations

import io

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from wagtail.models import Page

from hammock.departments.catalogue.models import Shop
from hammock.departments.marketing import first_pages
from hammock.departments.marketing.pages import ContentPage, HomePage
from hammock.departments.sales.errors import PaymentsOff
from hammock.departments.service import actions as service
from hammock.departments.team.models import Member
from hammock.flows.examine import examine
from hammock.flows.go_live import go_live
from hammock.kit import clock
from hammock.kit.health import Level

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
    assert [line.split(":")[0] for line in lines] == ["Shop", "Console", "First login", "Next"]
    client = Client()
    for path in ("/", "/products/", "/terms/", "/privacy/", "/blog/", "/help/"):
        assert client.get(path).status_code == 200, path


def test_the_first_pages_are_drafts_that_say_so_until_the_owner_writes_their_own() -> None:
    _setup()
    client = Client()
    for path in ("/terms/", "/privacy/"):
        assert "This is a draft." in client.get(path).content.decode()
    assert client.get("/about/").status_code == 404  # it waits for its owner's words
    assert "being set up" in client.get("/").content.decode()
    (drafts,) = (finding for finding in examine() if finding.area == "pages")
    assert (drafts.level, "Front page, Terms, Privacy" in drafts.seen) == (Level.WARNING, True)
    with pytest.raises(PaymentsOff, match="Front page, terms and privacy in your own words"):
        go_live()
    first = first_pages.first_unwritten()
    assert first is not None
    assert first.is_site_root()
    home = HomePage.objects.get()
    home.intro = "<p>Maps.</p>"
    home.save_revision().publish()
    second = first_pages.first_unwritten()
    assert second is not None
    assert second.slug in {"terms", "privacy"}
    _write_own()
    assert first_pages.first_unwritten() is None
    (own,) = (finding for finding in examine() if finding.area == "pages")
    assert own.level == Level.OK
    with pytest.raises(PaymentsOff) as still:
        go_live()
    assert "your own words" not in str(still.value)


def test_terms_that_are_taken_down_are_missed_and_a_live_shop_has_an_error() -> None:
    _setup()
    _write_own()
    ContentPage.objects.get(slug="terms").unpublish()
    Shop.objects.update(live_since=clock.now())
    (finding,) = (finding for finding in examine() if finding.area == "pages")
    assert (finding.level, finding.seen.endswith(": Terms.")) == (Level.ERROR, True)


def _write_own() -> None:
    for page in ContentPage.objects.all():
        page.body = "<p>In my own words.</p>"
        page.save_revision().publish()
    home = HomePage.objects.get()
    home.intro = "<p>Maps for walkers.</p>"
    home.save_revision().publish()


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
