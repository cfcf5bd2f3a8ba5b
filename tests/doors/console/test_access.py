"""Who may open the console, and how the owner gets in the first time."""

from __future__ import annotations

import time
from datetime import timedelta
from unittest import mock

from django.test import Client
from django.urls import get_resolver

from hammock.departments.catalogue.models import Price, Shop
from hammock.departments.sales.models import Order
from hammock.departments.team.models import Member
from hammock.departments.team.queries import first_login_url
from hammock.departments.team.roles import Role
from tests.doors.console.asking import page, plain
from tests.doors.console.conftest import member_as, signed_in
from tests.shops import order
from tests.till import Till

LISTS = (
    *("orders/", "customers/", "products/", "centres/", "books/", "payments/", "tasks/"),
    *("journal/", "journal/new/", "time/", "letters/", "letters/next/"),
    *("mails/", "jobs/", "business/", "business/tax/", "business/payments/"),
    *("strategy/", "strategy/plan/", "strategy/brand/", "strategy/reality/", "strategy/playbooks/"),
    *("decisions/", "decisions/answered/", "decisions/policies/", "decisions/rehearsal/"),
)


def _path(url: str) -> str:
    return url.partition("/console/")[2]


def test_every_address_of_the_console_refuses_strangers(shop: Shop, client: Client) -> None:
    placed = order("GUIDE")
    values = {
        "reference": placed.reference,
        "what": "goods",
        "slug": "guides",
        "product_id": 1,
        "price_id": 1,
        "customer_id": placed.customer_id,
        "entitlement_id": 1,
        "job_id": 1,
        "mail_id": 1,
        "member_id": 1,
        "invitation_id": 1,
        "session_id": 1,
        "entry_id": 1,
        "absence_id": 1,
        "procedure_id": 1,
        "due_on": "2026-03-10",
        "commitment_id": 1,
        "check_in_id": 1,
        "decision_id": 1,
        "policy_id": 1,
        "study_id": 1,
        "niche_id": 1,
        "trial_id": 1,
        "conversation_id": 1,
        "kind": "waiting-list",
        "number": 1,
        "playbook": "paid-newsletter",
        "step_id": 1,
        "choice_id": 1,
        "week": "2026-01-05",
    }
    resolver = get_resolver().namespace_dict["console"][1]
    names = [name for name in resolver.reverse_dict if isinstance(name, str)]
    assert len(names) > 30
    for name in names:
        possible = resolver.reverse_dict.getlist(name)[0][0][0]
        address = "/console/" + possible[0] % {key: values[key] for key in possible[1]}
        for answer in (client.get(address), client.post(address)):
            assert answer.status_code == 302, address
            assert answer["Location"].startswith("/console/login/"), address
    assert Order.objects.get().state == "awaiting"


def test_a_writer_sees_pages_and_no_business(writer: Client, till: Till) -> None:
    placed = order("GUIDE")
    shown = page(writer, "")
    assert "Ask the owner" in shown
    for address in (
        *LISTS,
        f"orders/{placed.reference}/",
        "orders/H-NOTTHERE/",
        "orders/H-NOTTHERE/refund/",
    ):
        answer = writer.get(f"/console/{address}")
        assert answer.status_code == 302, address
        assert answer["Location"] == "/console/", address
    price = Price.objects.get(sku="GUIDE")
    writer.post(f"/console/products/prices/{price.pk}/", {"amount": "1.00"})
    writer.post(f"/console/orders/{placed.reference}/cancel/")
    price.refresh_from_db()
    placed.refresh_from_db()
    assert (price.minor, placed.state) == (2900, "awaiting")


def test_who_may_see_orders_may_not_change_them(shop: Shop, till: Till) -> None:
    placed = order("GUIDE")
    writer = signed_in(member_as(Role.MENTOR))
    shown = page(writer, f"orders/{placed.reference}/")
    assert "Cancel the order" not in shown
    assert writer.post(f"/console/orders/{placed.reference}/cancel/").status_code == 302
    placed.refresh_from_db()
    assert placed.state == "awaiting"


def test_changes_want_a_post_with_a_token(owner: Client) -> None:
    placed = order("GUIDE")
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(Member.objects.get(email="owner@example.org"))
    assert strict.post(f"/console/orders/{placed.reference}/cancel/").status_code == 403
    assert owner.get(f"/console/orders/{placed.reference}/cancel/").status_code == 405
    placed.refresh_from_db()
    assert placed.state == "awaiting"


def test_what_is_not_there_is_not_found(owner: Client) -> None:
    none = 999_999_999  # PostgreSQL counts on from test to test: no small number is safe
    for address in (
        *("orders/H-NOTTHERE/", f"customers/{none}/", f"products/{none}/", f"mails/{none}/"),
        *("centres/none/", "tasks/?state=none", "jobs/?state=none"),
    ):
        assert owner.get(f"/console/{address}").status_code == 404, address
    for address in (f"jobs/{none}/retry/", f"tasks/{none}/finish/", f"books/{none}/take-back/"):
        assert owner.post(f"/console/{address}").status_code == 404, address


def test_the_first_login_link_lets_the_owner_in_once(shop: Shop, client: Client) -> None:
    member = Member.objects.create_owner(email="owner@example.org")
    link = _path(first_login_url(member))
    answer = client.get(f"/console/{link}", follow=True)
    assert "Welcome to Hammock" in plain(answer.content.decode())
    assert client.get("/console/orders/").status_code == 200
    again = Client().get(f"/console/{link}")
    assert again.status_code == 403
    assert "works once" in plain(again.content.decode())


def test_a_link_is_dead_after_seven_days_changed_or_once_a_password_is_set(shop: Shop) -> None:
    member = Member.objects.create_owner(email="owner@example.org")
    Member.objects.create_owner(email="second@example.org")
    link = _path(first_login_url(member))
    assert Client().get(f"/console/{link[:-3]}xx/").status_code == 403
    member.is_active = False
    member.save()
    assert Client().get(f"/console/{link}").status_code == 403
    member.is_active = True
    member.set_password("a good long password")
    member.save()
    assert Client().get(f"/console/{link}").status_code == 403


def test_a_link_older_than_seven_days_is_refused(shop: Shop) -> None:
    member = Member.objects.create_owner(email="owner@example.org")
    link = _path(first_login_url(member))
    late = time.time() + timedelta(days=7, seconds=5).total_seconds()
    with mock.patch("django.core.signing.time.time", return_value=late):
        answer = Client().get(f"/console/{link}")
    assert answer.status_code == 403


def test_a_password_is_set_and_the_owner_stays_signed_in(shop: Shop) -> None:
    client = signed_in(Member.objects.create_owner(email="owner@example.org"))
    for bad, words in (
        ({"password": "short", "again": "short"}, "at least 10"),
        ({"password": "four words to know", "again": "other"}, "not the same"),
        ({"password": "owner@example.org", "again": "owner@example.org"}, "your name"),
    ):
        answer = client.post("/console/password/", bad)
        assert answer.status_code == 400
        assert words in plain(answer.content.decode())
    assert not Member.objects.get().has_usable_password()
    good = {"password": "four words to know", "again": "four words to know"}
    answer = client.post("/console/password/", good, follow=True)
    assert "Your password is set" in plain(answer.content.decode())
    assert Member.objects.get().check_password("four words to know")
    assert client.get("/console/orders/").status_code == 200


def test_the_console_bears_its_own_name_and_calls_nobody(owner: Client) -> None:
    for client, address in ((Client(), "login/"), (owner, ""), (owner, "orders/")):
        markup = client.get(f"/console/{address}").content.decode()
        assert "- Hammock</title>" in markup
        assert "Sign in to Wagtail" not in markup
        for outside in ('src="http', "releases.wagtail", "gravatar", "guide.wagtail"):
            assert outside not in markup, (address, outside)


def test_the_menu_names_what_people_look_for(owner: Client) -> None:
    markup = owner.get("/console/").content.decode()
    for label in ("Today", "Orders", "Products", "Profit centres", "Payments \\u0026 refunds"):
        assert f'"label": "{label}"' in markup, label
    for group in ("Money", "Plan", "Team", "Workings"):
        assert f'"label": "{group}"' in markup, group
