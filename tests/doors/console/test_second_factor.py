"""Signing in, second factors, sessions and the audit log."""

from __future__ import annotations

import re
import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import resolve

from hammock.departments.catalogue.models import Shop
from hammock.departments.sales.errors import PaymentsOff
from hammock.departments.team.models import Deed, Member
from hammock.departments.team.queries import first_login_url
from hammock.departments.team.roles import Role
from hammock.flows import go_live
from hammock.kit import clock
from hammock.kit.mail.models import OutgoingMail
from tests.doors.console.asking import page, plain, press
from tests.doors.console.conftest import member_as, signed_in
from tests.shops import order, paid
from tests.till import Till

AJAX = {"x-requested-with": "XMLHttpRequest"}
SECRET, KEY = "four words to know", "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def code(*, steps: int = 0) -> str:
    """Compute the code that an app shows now, or some steps of thirty seconds away."""
    return str(format_hotp_value(hotp_value(KEY, int(time.time()) // 30 + steps)))


@pytest.fixture
def guarded(shop: Shop) -> Member:
    """An owner with a password and an authenticator app."""
    cache.clear()
    member = Member.objects.create_owner(email="olga@team.example", name="Olga")
    member.set_password(SECRET)
    member.save()
    TOTP.activate(member, KEY)
    return member


def _sign_in(client: Client, *, password: str = SECRET) -> str:
    answer = client.post(
        "/console/login/", {"login": "olga@team.example", "password": password}, follow=True
    )
    return str(answer.request["PATH_INFO"])


def _is_in(client: Client) -> bool:
    return client.get("/console/orders/").status_code == 200


def test_a_password_alone_does_not_open_a_guarded_account(guarded: Member) -> None:
    client = Client()
    assert _sign_in(client) == "/console/login/code/"
    assert not _is_in(client)
    wrong = client.post("/console/login/code/", {"code": code(steps=500)})
    assert "Incorrect code" in plain(wrong.content.decode())
    assert not _is_in(client)
    assert client.post("/console/login/code/", {"code": code()})["Location"] == "/console/"
    assert _is_in(client)


def test_a_code_is_good_once(guarded: Member) -> None:
    used = code()
    first, second = Client(), Client()
    _sign_in(first)
    first.post("/console/login/code/", {"code": used})
    _sign_in(second)
    second.post("/console/login/code/", {"code": used})
    assert _is_in(first)
    assert not _is_in(second)


def test_a_recovery_code_is_good_once(guarded: Member) -> None:
    (one, *_others) = RecoveryCodes.activate(guarded).get_unused_codes()
    for client, comes_in in ((Client(), True), (Client(), False)):
        _sign_in(client)
        client.post("/console/login/code/", {"code": one})
        assert _is_in(client) is comes_in


def test_the_first_login_link_asks_for_the_second_factor_too(guarded: Member) -> None:
    client = Client()
    answer = client.get("/console/" + first_login_url(guarded).partition("/console/")[2])
    assert answer["Location"] == "/console/login/code/"
    assert not _is_in(client)
    client.post("/console/login/code/", {"code": code()})
    assert _is_in(client)


def test_wagtails_own_login_and_reset_are_routed_over(guarded: Member) -> None:
    assert resolve("/console/login/").url_name == "account_login"
    for address in ("password_reset/", "password_reset/done/", "password_reset/confirm/MQ/x-y/"):
        assert Client().get(f"/console/{address}")["Location"] == "/console/login/forgotten/"
    client = Client()
    client.post("/console/login/", {"username": "olga@team.example", "password": SECRET})
    assert not _is_in(client)


def test_wagtails_users_and_groups_lead_to_the_team(owner: Client) -> None:
    for address in ("users/", "users/add/", "users/edit/1/", "groups/", "groups/new/"):
        assert owner.get(f"/console/{address}")["Location"] == "/console/team/"
        assert owner.post(f"/console/{address}", {"is_superuser": "on"}).status_code == 302


def test_guessing_passwords_ends_after_five(guarded: Member) -> None:
    for _attempt in range(6):
        _sign_in(Client(), password="wrong words here")
    assert _sign_in(Client()) == "/console/login/"
    answer = Client().post("/console/login/", {"login": "olga@team.example", "password": SECRET})
    assert "Too many failed" in plain(answer.content.decode())


def test_guessing_codes_ends_after_five(guarded: Member) -> None:
    client = Client()
    _sign_in(client)
    for _attempt in range(6):
        answer = client.post("/console/login/code/", {"code": code(steps=500)})
    assert "Too many failed" in plain(answer.content.decode())
    client.post("/console/login/code/", {"code": code()})
    assert not _is_in(client)


def test_somebody_without_access_is_told_so(guarded: Member) -> None:
    Member.objects.create_owner(email="second@team.example")
    guarded.is_active = False
    guarded.save()
    client = Client()
    assert _sign_in(client).startswith("/console/login/")
    assert not _is_in(client)


def test_an_app_is_set_up_with_a_code_and_gives_recovery_codes(owner: Client) -> None:
    owner.post("/console/password/", {"password": SECRET, "again": SECRET})
    asked = owner.get("/console/access/app/add/")
    assert asked["Location"] == "/console/login/again/?next=%2Fconsole%2Faccess%2Fapp%2Fadd%2F"
    assert owner.post(asked["Location"], {"password": "wrong words"}).status_code == 200
    assert owner.get("/console/access/app/add/").status_code == 302
    owner.post(asked["Location"], {"password": SECRET})
    shown = owner.get("/console/access/app/add/").content.decode()
    found = re.search(r"<code>([A-Z2-7]{32})</code>", shown)
    assert found
    wrong = owner.post("/console/access/app/add/", {"code": "000000"})
    assert "Incorrect code" in plain(wrong.content.decode())
    assert not Authenticator.objects.exists()
    right = format_hotp_value(hotp_value(found[1], int(time.time()) // 30))
    answer = owner.post("/console/access/app/add/", {"code": right}, follow=True)
    codes = re.findall(r"<li><code>(\d{8})</code>", answer.content.decode())
    assert len(codes) == 10
    again = owner.get("/console/access/codes/").content.decode()
    assert not any(one in again for one in codes)
    assert "10 left" in page(owner, "access/")


def test_live_payments_want_a_second_factor_of_owner_and_business(shop: Shop) -> None:
    Member.objects.create_owner(email="olga@team.example", name="Olga")
    member_as(Role.BUSINESS)
    member_as(Role.SERVICE)
    (step,) = [one for one in go_live.steps() if "second factor" in one.title]
    assert not step.is_done
    assert "Olga, Tess business" in step.advice
    assert "/console/access/" in step.advice
    with pytest.raises(PaymentsOff, match="second factor for owner and business"):
        go_live.go_live()
    for member in Member.objects.filter(role__in=("owner", "business")):
        TOTP.activate(member, KEY)
    (step,) = [one for one in go_live.steps() if "second factor" in one.title]
    assert step.is_done


def test_a_live_shop_leads_owner_and_business_to_set_it_up(shop: Shop) -> None:
    owner = signed_in(Member.objects.create_owner(email="olga@team.example"))
    others = signed_in(member_as(Role.SERVICE))
    assert owner.get("/console/orders/").status_code == 200
    Shop.objects.update(live_since=clock.now())
    for address in ("", "orders/", "pages/", "team/"):
        assert owner.get(f"/console/{address}")["Location"] == "/console/access/", address
    assert "needs one before" in page(owner, "access/")
    assert owner.get("/console/access/app/add/").status_code == 200
    assert others.get("/console/orders/").status_code == 200
    TOTP.activate(Member.objects.get(email="olga@team.example"), KEY)
    assert owner.get("/console/orders/").status_code == 200


def test_sessions_are_listed_and_ended_one_by_one(guarded: Member) -> None:
    firefox, chrome = (Client(headers={"user-agent": name}) for name in ("Firefox", "Chrome"))
    for client in (firefox, chrome):
        client.force_login(guarded)
        assert _is_in(client)
    shown = page(firefox, "access/")
    assert "Firefox this one" in shown
    assert "Chrome Since" in shown
    markup = firefox.get("/console/access/").content.decode()
    (address,) = re.findall(r'action="/console/(access/sessions/\d+/end/)"', markup)
    stranger = signed_in(member_as(Role.BUSINESS))
    assert "over already" in press(stranger, address)
    assert _is_in(chrome)
    assert "is signed out" in press(firefox, address)
    assert not _is_in(chrome)
    assert _is_in(firefox)


def test_signing_out_everywhere_ends_all(guarded: Member) -> None:
    here, there = Client(), Client()
    for client in (here, there):
        client.force_login(guarded)
        assert _is_in(client)
    assert here.post("/console/access/sessions/end/")["Location"] == "/console/login/"
    assert not _is_in(here)
    assert not _is_in(there)


def test_who_loses_access_is_out_at_once(owner: Client) -> None:
    member = member_as(Role.SERVICE)
    theirs = signed_in(member)
    assert _is_in(theirs)
    assert "has no access any more" in press(owner, f"team/{member.pk}/access/")
    assert not _is_in(theirs)
    assert "has access again" in press(owner, f"team/{member.pk}/access/")


def test_a_forgotten_password_is_answered_alike_and_mailed_once(guarded: Member) -> None:
    for email in ("olga@team.example", "OLGA@team.example", "nobody@team.example"):
        answer = Client().post("/console/login/forgotten/", {"email": email})
        assert "Look into your mail" in plain(answer.content.decode())
    assert [mail.to for mail in OutgoingMail.objects.all()] == ["olga@team.example"]


def test_an_invitation_is_accepted_on_its_page(owner: Client) -> None:
    press(owner, "team/invite/", {"email": "new@team.example", "role": "mentor"})
    (link,) = re.findall(r"\S+(/console/join/\S+)", OutgoingMail.objects.get().text)
    client = Client()
    shown = plain(client.get(link).content.decode())
    assert "invites you as mentor" in shown
    bad = client.post(link, {"name": "Nora", "password": "short", "again": "short"})
    assert bad.status_code == 400
    good = {"name": "Nora New", "password": SECRET, "again": SECRET}
    assert client.post(link, good)["Location"] == "/console/"
    assert _is_in(client)
    assert Client().get(link).status_code == 403
    assert "Nora New" in page(owner, "team/")


def test_the_owner_changes_a_role_and_is_kept_from_leaving(owner: Client) -> None:
    member = member_as(Role.SERVICE)
    to = {"role": "business", "limit": "25.00", "daily_count": "4"}
    assert "is changed" in press(owner, f"team/{member.pk}/", to)
    member.refresh_from_db()
    assert (member.role, member.limit_minor, member.daily_count) == ("business", 2500, 4)
    mine = Member.objects.get(role="owner")
    answer = owner.post(f"/console/team/{mine.pk}/", {"role": "mentor"})
    assert answer.status_code == 400
    assert "last owner" in plain(answer.content.decode())
    assert "last owner" in press(owner, f"team/{mine.pk}/access/")


def test_what_is_done_stands_in_the_log_and_what_is_typed_does_not(
    owner: Client, till: Till
) -> None:
    placed = order("GUIDE")
    owner.post(f"/console/orders/{placed.reference}/cancel/", headers={"user-agent": "Firefox"})
    owner.post("/console/password/", {"password": SECRET, "again": SECRET})
    line, chosen = Deed.objects.order_by("id")
    assert (line.what, line.on, line.browser) == ("Cancel an order", placed.reference, "Firefox")
    assert line.address == "127.0.0.1"
    assert chosen.what == "Choose a password"
    written = str(list(Deed.objects.values()))
    assert SECRET not in written
    shown = page(owner, "audit/")
    assert "Cancel an order" in shown
    assert "Cancel an order" not in page(owner, "audit/?q=password")
    assert "Nothing fits" in page(owner, "audit/?since=2999-01-01")


def _paper(words: bytes = b"words") -> SimpleUploadedFile:
    return SimpleUploadedFile("paper.txt", words)


def test_what_pages_do_without_leading_on_is_in_the_log_too(owner: Client) -> None:
    """Wagtail uploads files, and chooses what it uploads, by calls that answer in JSON."""
    add, choose = "/console/documents/multiple/add/", "/console/documents/chooser/create/"
    owner.post(add, {"title": "A paper", "files[]": _paper()}, headers=AJAX)
    form = {
        "document-chooser-upload-title": "Paper",
        "document-chooser-upload-file": _paper(b"other words"),
    }
    assert owner.post(choose, form, headers=AJAX).json()["step"] == "chosen"
    assert [line.page for line in Deed.objects.order_by("id")] == [
        "wagtaildocs:add_multiple",
        "wagtaildocs_chooser:create",
    ]
    owner.post(choose, {"document-chooser-upload-title": ""}, headers=AJAX)
    owner.post("/console/documents/1/", {"title": ""})
    assert Deed.objects.count() == 2


@pytest.mark.parametrize(
    ("address", "data", "what"),
    [
        ("happened/looked/", {}, "Mark what happened as seen"),
        ("commitments/", {"what": "W", "measure": "M", "due_on": "2999-01-01"}, "Commitments"),
        ("comments/new/", {"path": "/console/orders/", "text": "Why?"}, "Write a comment"),
        ("centres/new/", {"name": "Talks", "colour": "#1d5c63"}, "Open a profit centre"),
        ("time/start/", {}, "Start the timer"),
    ],
)
def test_every_kind_of_page_writes_its_line(
    owner: Client, address: str, data: dict[str, str], what: str
) -> None:
    press(owner, address, data)
    assert [line.what for line in Deed.objects.all()] == [what]


def test_what_failed_or_was_refused_is_not_in_the_log(owner: Client, till: Till) -> None:
    order_ = paid(till, "GUIDE")
    owner.post(f"/console/orders/{order_.reference}/cancel/")
    owner.post("/console/password/", {"password": "short", "again": "short"})
    signed_in(member_as(Role.MENTOR)).post(f"/console/orders/{order_.reference}/cancel/")
    owner.get("/console/orders/")
    assert not Deed.objects.exists()


def test_signing_in_is_in_the_log(guarded: Member) -> None:
    client = Client()
    _sign_in(client)
    assert not Deed.objects.exists()
    client.post("/console/login/code/", {"code": code()})
    assert [line.what for line in Deed.objects.all()] == ["Sign in with the second factor"]
