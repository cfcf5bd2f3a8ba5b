"""Every page of the console against every role, as the table in `team/roles.py` has it."""

from __future__ import annotations

import itertools
from datetime import timedelta

import pytest
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import get_resolver
from wagtail.models import Page

from hammock.departments.catalogue.models import Product, Shop
from hammock.departments.customers.models import Customer
from hammock.departments.decisions.models import Decision, Policy
from hammock.departments.planning.journal import ChoiceDraft
from hammock.departments.planning.models import WeeklyLetter
from hammock.departments.research.models import Niche
from hammock.departments.sales.models import Order
from hammock.departments.team import roles
from hammock.departments.team.deciding import Team
from hammock.departments.team.models import Comment, Member, Procedure
from hammock.departments.team.roles import Role
from hammock.flows.adopt_starter import adopt_starter
from hammock.flows.answer_decision import answer_decision
from hammock.flows.ask_refund import ask_refund
from hammock.flows.note_choice import note_choice
from hammock.kit import clock, personal
from hammock.kit.jobs.worker import run_until_empty
from hammock.kit.mail.models import OutgoingMail
from hammock.kit.money import Money
from tests.doors.console.asking import page, plain
from tests.doors.console.conftest import member_as, signed_in
from tests.flows.test_planning import in_force
from tests.flows.test_studying import studied
from tests.judging import judged_by
from tests.shops import paid
from tests.till import Till

BUYER, ADDRESS = "Zacharias Quillfeather", "zacharias@quillfeather.example"
EVERYBODY: tuple[Role | None, ...] = (*Role, None)
ACTED_ON = {name for name, entry in roles.PAGES.items() if not entry.sees}
DENIED = "Sorry, you do not have permission"


def _names() -> list[str]:
    resolver = get_resolver().namespace_dict["console"][1]
    return sorted(name for name in resolver.reverse_dict if isinstance(name, str))


def _addresses(values: dict[str, object]) -> dict[str, str]:
    resolver = get_resolver().namespace_dict["console"][1]
    found = {}
    for name in _names():
        pattern, keys = resolver.reverse_dict.getlist(name)[0][0][0]
        found[name] = "/console/" + pattern % {key: values.get(key, 1) for key in keys}
    return found


def _bought(till: Till) -> Order:
    order = paid(till, "GUIDE")
    Customer.objects.filter(orders=order).update(name=BUYER, email=ADDRESS)
    Order.objects.filter(pk=order.pk).update(name=BUYER, email=ADDRESS)
    run_until_empty()
    OutgoingMail.objects.update(to=ADDRESS, text=f"Dear {BUYER}", html=f"<p>Dear {BUYER}</p>")
    return Order.objects.get(pk=order.pk)


def _is_denied(client: Client, method: str, address: str) -> bool:
    answer = getattr(client, method)(address)
    told = [str(message) for message in get_messages(answer.wsgi_request)]
    return answer.status_code == 302 and any(one.startswith(DENIED) for one in told)


def test_every_page_stands_in_the_table_and_every_entry_has_a_page() -> None:
    assert set(_names()) == set(roles.PAGES)


@pytest.mark.parametrize("role", EVERYBODY, ids=lambda role: role or "nobody")
def test_each_role_opens_and_does_what_the_table_says(
    role: Role | None, shop: Shop, till: Till
) -> None:
    order = _bought(till)
    other = Member.objects.create_owner(email="first@team.example")
    if role is None:
        member = Member.objects.create(email="nobody@team.example", is_staff=True)
        group = member_as(Role.ACCOUNTABILITY).groups.get()
        member.groups.add(group)
    else:
        member = member_as(role)
    values: dict[str, object] = {
        "reference": order.reference,
        "what": "goods",
        "slug": "guides",
        "customer_id": order.customer_id,
        "member_id": other.pk,
    }
    wrong = []
    for (name, address), method in itertools.product(_addresses(values).items(), ("get", "post")):
        expected = roles.may(role, name, acts=method == "post")
        if _is_denied(signed_in(Member.objects.get(pk=member.pk)), method, address) is expected:
            wrong.append(f"{method} {name}: expected {'open' if expected else 'closed'}")
    assert wrong == []


def test_an_unlisted_page_is_the_owners() -> None:
    assert roles.may(Role.OWNER, "brand_new", acts=True)
    assert not any(
        roles.may(role, "brand_new", acts=False) for role in EVERYBODY if role is not Role.OWNER
    )


def test_secrets_roles_and_the_log_are_the_owners_alone() -> None:
    for name in ("live", "team", "member", "member_stop", "invite", "audit", "audit_pages"):
        for role in EVERYBODY:
            allowed = roles.may(role, name, acts=False) or roles.may(role, name, acts=True)
            assert allowed is (role is Role.OWNER), (name, role)


def test_a_mentor_acts_on_nothing_but_comments_and_their_own_access() -> None:
    own = {"password", "session_end", "sessions_end"}
    acts = {name for name in roles.PAGES if roles.may(Role.MENTOR, name, acts=True)}
    assert acts == {"comment_new"} | own


def test_an_accountability_partner_sees_commitments_and_their_own_access() -> None:
    sees = {name for name, entry in roles.PAGES.items() if Role.ACCOUNTABILITY in entry.sees}
    assert sees == {"commitments", "password", "access"}


@pytest.mark.parametrize("role", [one for one in Role if one is not Role.OWNER])
def test_permissions_are_the_tables(role: Role, shop: Shop) -> None:
    member = Member.objects.get(pk=member_as(role).pk)
    assert member.get_all_permissions() >= set(roles.PERMISSIONS[role])
    every = set().union(*roles.PERMISSIONS.values())
    assert member.get_all_permissions() & every == set(roles.PERMISSIONS[role])
    root = Page.objects.get(depth=1)
    may_write = role in {Role.BUSINESS, Role.MARKETING}
    assert root.permissions_for_user(member).can_add_subpage() is may_write
    assert root.permissions_for_user(member).can_publish_subpage() is may_write


def _busy_house(till: Till) -> dict[str, object]:
    """Fill every kind of page that a reader opens, naming the buyer wherever one can be named."""
    order = _bought(till)
    adopt_starter(author="Olga")
    with clock.at(clock.in_(days=400)):  # too late for the starter policies: people are asked
        ask_refund(
            customer_id=order.customer_id or 0,
            reference=order.reference,
            amount=None,
            reason=f"I am {BUYER}, write to {ADDRESS}",
        )
    asked = Decision.objects.get()
    boss = Member.objects.create_owner(email="boss@team.example", name="Bea Boss")
    answer_decision(
        decision_id=asked.pk, outcome="refuse", member_id=boss.pk, note=f"Sorry, {BUYER}"
    )
    procedure = Procedure.objects.create(
        title="Empty the box",
        department="sales",
        steps=["Open it"],
        first_on=clock.today(),
        owner=boss,
    )
    study = studied()
    choice = note_choice(
        ChoiceDraft(
            what="Begin a newsletter",
            why="Readers ask.",
            expected="A hundred readers",
            percent=60,
            due_on=clock.today() + timedelta(days=30),
            is_reversible=True,
            worst=Money(4000, "EUR"),
            arose_at=clock.now() - timedelta(days=3),
            decided_at=clock.now(),
        )
    )
    in_force()
    monday = clock.today() - timedelta(days=clock.today().weekday() + 7)
    WeeklyLetter.objects.create(week_of=monday, subject="The week", text="-", html="<p>-</p>")
    OutgoingMail.objects.update(to=ADDRESS, text=f"Dear {BUYER}", html=f"<p>Dear {BUYER}</p>")
    return {
        "reference": order.reference,
        "slug": "guides",
        "customer_id": order.customer_id,
        "mail_id": OutgoingMail.objects.exclude(key__startswith="invit").latest("pk").pk,
        "decision_id": asked.pk,
        "policy_id": Policy.objects.latest("pk").pk,
        "product_id": Product.objects.latest("pk").pk,
        "procedure_id": procedure.pk,
        "due_on": clock.today().isoformat(),
        "study_id": study.pk,
        "choice_id": choice.pk,
        "number": 1,
        "playbook": "paid-newsletter",
        "week": monday.isoformat(),
        "niche_id": Niche.objects.get(study=study, rank=1).pk,
    }


@pytest.mark.parametrize("role", [Role.MENTOR, Role.MARKETING, Role.ACCOUNTABILITY])
def test_no_page_names_a_customer_to_whom_it_must_not(role: Role, shop: Shop, till: Till) -> None:
    with judged_by(Team()):
        values = _busy_house(till)
    client = signed_in(member_as(role))
    pages = {"today": "/console/"} | _addresses(values)
    leaks, closed = [], []
    for name, address in pages.items():
        if name != "today" and (name in ACTED_ON or not roles.may(role, name, acts=False)):
            continue
        answer = client.get(f"{address}?kind=refund_request")
        if answer.status_code != 200:
            closed.append(f"{name}: {answer.status_code}")
        shown = answer.content.decode().lower()
        leaks += [f"{name}: {secret}" for secret in ("quillfeather", ADDRESS) if secret in shown]
    assert leaks == []
    assert closed == []


def test_a_mentor_cannot_find_a_customer_by_name_either(shop: Shop, till: Till) -> None:
    order = _bought(till)
    client = signed_in(member_as(Role.MENTOR))
    assert order.reference not in page(client, "orders/?q=Quillfeather")
    assert order.reference in page(client, f"orders/?q={order.reference}")
    assert "Z•••" in page(client, "customers/?q=nobodyatall")
    assert "No mail" in page(client, f"mails/?q={ADDRESS}") or "None." in page(
        client, f"mails/?q={ADDRESS}"
    )


def test_service_sees_whom_it_serves(shop: Shop, till: Till) -> None:
    order = _bought(till)
    shown = page(signed_in(member_as(Role.SERVICE)), f"orders/{order.reference}/")
    assert BUYER in shown


def test_what_is_hidden_cannot_be_written_back(shop: Shop, till: Till) -> None:
    order = _bought(till)
    with personal.hidden():
        read = Customer.objects.get(orders=order)
        assert read.name == "Z•••"
        assert list(Customer.objects.values_list("email", flat=True)) == ["z•••@•••"]
        with pytest.raises(personal.PersonalDataHidden):
            read.save()
    assert Customer.objects.get(orders=order).name == BUYER


def test_mails_that_let_somebody_in_are_shown_to_the_owner_alone(owner: Client) -> None:
    owner.post("/console/team/invite/", {"email": "new@team.example", "role": "service"})
    assert "new@team.example" in page(owner, "mails/")
    letter = OutgoingMail.objects.get(key__startswith="invitation:")
    for role in (Role.BUSINESS, Role.SERVICE, Role.MENTOR):
        client = signed_in(member_as(role))
        assert "invites you" not in page(client, "mails/")
        for address in (f"mails/{letter.pk}/", f"mails/{letter.pk}/body/"):
            assert client.get(f"/console/{address}").status_code == 404


def test_a_mentor_comments_on_an_order_and_others_read_it(shop: Shop, till: Till) -> None:
    order = _bought(till)
    mentor = signed_in(member_as(Role.MENTOR))
    path = f"/console/orders/{order.reference}/"
    note = {"path": path, "text": "Ask them <b>why</b>."}
    answer = mentor.post("/console/comments/new/", note)
    assert answer["Location"] == f"{path}#notes"
    shown = signed_in(member_as(Role.SERVICE)).get(path).content.decode()
    assert "Ask them &lt;b&gt;why&lt;/b&gt;." in shown
    assert 'id="comments"' not in shown
    assert "Ask them" in page(mentor, "comments/")
    assert (Comment.objects.get().page, Comment.objects.get().key) == ("order", order.reference)
    marketing = signed_in(member_as(Role.MARKETING))
    assert "Ask them" not in page(marketing, "comments/")
    refused = marketing.post("/console/comments/new/", note)
    assert refused.status_code == 404
    empty = mentor.post("/console/comments/new/", {"path": path, "text": " "}, follow=True)
    assert "write something first" in plain(empty.content.decode())
    assert Comment.objects.count() == 1


@pytest.mark.parametrize("path", ["/console/team/", "/", "https://elsewhere.example/", ""])
def test_comments_stand_only_on_pages_that_the_team_reads(path: str, owner: Client) -> None:
    assert owner.post("/console/comments/new/", {"path": path, "text": "x"}).status_code == 404
    assert not Comment.objects.exists()
