"""The pages of time away, emergencies, procedures, commitments and chairs."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from hammock.departments.catalogue.models import Shop
from hammock.departments.sales.models import Dispute
from hammock.departments.team import roles
from hammock.departments.team.models import (
    Absence,
    CheckIn,
    Commitment,
    EmergencyLine,
    HeldLetter,
    Incident,
    Member,
    Procedure,
)
from hammock.departments.team.rhythm import duties, promises
from hammock.departments.team.rhythm.promises import Number
from hammock.departments.team.roles import Role
from hammock.flows.count_hands import WORK
from hammock.kit import clock
from hammock.kit.jobs.models import Job
from hammock.kit.jobs.worker import run_until_empty
from hammock.kit.mail.models import OutgoingMail
from tests.doors.console.asking import page, plain, press
from tests.doors.console.conftest import member_as, signed_in
from tests.shops import paid
from tests.till import Till

PAGES = (
    "away/",
    "emergencies/",
    "happened/",
    "happened/?span=night",
    "happened/?span=weekend",
    "procedures/",
    "procedures/new/",
    "commitments/",
    "commitments/partner/",
    "circles/",
)


@pytest.fixture
def deputy(owner: Client) -> Member:
    return Member.objects.create(email="dan@example.org", name="Dan Deputy", is_staff=True)


@pytest.fixture
def partner(owner: Client) -> Client:
    pia = member_as(Role.ACCOUNTABILITY, email="pia@example.org")
    Member.objects.filter(pk=pia.pk).update(name="Pia")
    return signed_in(pia)


@pytest.mark.parametrize("address", PAGES)
def test_the_owner_opens_every_page_and_a_writer_none(
    owner: Client, writer: Client, address: str
) -> None:
    page(owner, address)
    assert writer.get(f"/console/{address}").status_code == 302


def _days(first: int, last: int) -> dict[str, str]:
    today = clock.today()
    return {
        "starts_on": (today + timedelta(days=first)).isoformat(),
        "ends_on": (today + timedelta(days=last)).isoformat(),
    }


def test_the_owner_reads_what_would_break_and_goes_all_the_same(
    owner: Client, deputy: Member
) -> None:
    data = {**_days(3, 9), "deputy": deputy.pk}
    response = owner.post("/console/away/", data)
    assert response.status_code == 400
    text = plain(response.content.decode())
    assert "this would break" in text
    assert "No backup was ever written" in text
    assert not Absence.objects.exists()
    text = press(owner, "away/", {**data, "why": "A wedding"})
    assert "Dan Deputy stands in for you" in text
    absence = Absence.objects.get()
    assert absence.override_why == "A wedding"
    text = press(owner, f"away/{absence.pk}/end/")
    assert "Called off" in text


@pytest.mark.parametrize("role", [Role.SERVICE, Role.MARKETING])
def test_a_member_plans_days_away_and_is_back(owner: Client, role: Role) -> None:
    mia = member_as(role)
    client = signed_in(mia)
    text = page(client, "away/")
    assert "Rehearse" not in text
    assert "Emergencies" not in text
    text = press(client, "away/", {**_days(0, 9), "deputy": mia.pk, "why": "ignored"})
    assert "nothing is asked of you on those days" in text
    absence = Absence.objects.get()
    assert (absence.member, absence.deputy, absence.override_why) == (mia, None, "")
    response = owner.post("/console/away/", {**_days(9, 10), "deputy": mia.pk, "why": "x"})
    assert "is away too" in plain(response.content.decode())
    absence.starts_on -= timedelta(days=2)
    absence.save()
    assert "Welcome back" in press(client, f"away/{absence.pk}/end/")
    absence.refresh_from_db()
    assert absence.came_back_on == clock.today()


def test_wrong_days_are_refused_beside_their_field(owner: Client, deputy: Member) -> None:
    response = owner.post("/console/away/", {**_days(-3, 2), "deputy": deputy.pk, "why": "x"})
    assert response.status_code == 400
    assert "This day is over" in plain(response.content.decode())
    me = Member.objects.get(email="owner@example.org")
    response = owner.post("/console/away/", {**_days(1, 2), "deputy": me.pk})
    assert response.status_code == 400
    assert not Absence.objects.exists()


def test_an_emergency_address_is_checked_and_confirmed_by_link(owner: Client) -> None:
    response = owner.post("/console/emergencies/", {"email": "nonsense", "dispute_limit": "-1"})
    assert response.status_code == 400
    assert not EmergencyLine.objects.exists()
    text = press(owner, "emergencies/", {"email": "phone@example.org", "dispute_limit": "75"})
    assert "A link went to phone@example.org" in text
    assert EmergencyLine.objects.get().dispute_limit_minor == 7500
    from hammock.departments.team.rhythm import alarms
    from hammock.kit import links

    address = f"emergencies-here/{links.sign(alarms.CONFIRM, 'phone@example.org')}/"
    stranger = Client()
    page(stranger, address)
    assert EmergencyLine.objects.get().confirmed_at is None  # readers of mail follow links
    press(stranger, address)
    assert EmergencyLine.objects.get().confirmed_at is not None
    assert stranger.get("/console/emergencies-here/forged/").status_code == 403


def test_a_procedure_is_written_stands_on_today_and_is_gone_through(owner: Client) -> None:
    me = Member.objects.get(email="owner@example.org")
    today = clock.today()
    data = {
        "title": "Read <b>mail</b>",
        "department": "service",
        "owner": me.pk,
        "steps": "Open\n\n Answer \n",
        "every": "1",
        "unit": "week",
        "first_on": today.isoformat(),
    }
    press(owner, "procedures/new/", data)
    one = Procedure.objects.get()
    assert one.steps == ["Open", "Answer"]
    assert "“Read <b>mail</b>” (Olga Owner) is due today." in page(owner, "")
    text = press(owner, f"procedures/{one.pk}/{today.isoformat()}/", {"done": ["0"]})
    assert "1 of its steps stayed open" in text
    assert "is due today" not in page(owner, "")
    text = press(owner, f"procedures/{one.pk}/{today.isoformat()}/", {"done": ["0", "1"]})
    assert "was done already" in text
    assert owner.get(f"/console/procedures/{one.pk}/soon/").status_code == 404
    assert owner.post("/console/procedures/new/", {**data, "every": "0"}).status_code == 400


def test_a_partner_sees_commitments_and_check_ins_and_nothing_else(
    owner: Client, partner: Client
) -> None:
    me = Member.objects.get(email="owner@example.org")
    data = {"what": "Two articles", "measure": "online", "due_on": clock.today().isoformat()}
    press(owner, "commitments/", data)
    week = promises.last_week()
    report = promises.week_report(me.pk, week=week, numbers=())
    found = CheckIn.objects.create(member=me, week=week, report=report.packed())
    assert "Two articles" in page(partner, "commitments/")
    for address in PAGES:
        if address != "commitments/":
            assert partner.get(f"/console/{address}").status_code == 302, address
    partner.post("/console/commitments/", {**data, "what": "Theirs"})
    one = Commitment.objects.get()
    assert partner.post(f"/console/commitments/{one.pk}/keep/").status_code == 302
    one.refresh_from_db()
    assert one.state == "open"
    press(partner, f"check-ins/{found.pk}/answer/", {"answer": "Go on."})
    found.refresh_from_db()
    assert (found.answer, found.answered_by) == ("Go on.", "Pia")


def test_the_link_of_a_check_in_works_without_signing_in(shop: Shop, owner: Client) -> None:
    me = Member.objects.get(email="owner@example.org")
    week = promises.last_week()
    report = promises.week_report(me.pk, week=week, numbers=())
    found = CheckIn.objects.create(
        member=me, week=week, report=report.packed(), sent_to="pia@example.org"
    )
    address = promises.answer_url(found).split("/console/")[1]
    stranger = Client()
    assert "Olga Owner's week" in page(stranger, address)
    text = press(stranger, address, {"answer": "<script>Good</script>"})
    assert "<script>Good</script>" in text
    assert stranger.post(f"/console/{address}", {"answer": "Again"}).status_code == 400
    found.refresh_from_db()
    assert found.answer == "<script>Good</script>"
    assert stranger.get("/console/check-in/forged/").status_code == 403


def test_page_and_link_show_the_week_beside_the_plan(owner: Client) -> None:
    me = Member.objects.get(email="owner@example.org")
    beside = Number(
        name="Revenue of Guides", was="€29.00", against="€70.00 a week, the plan", source="Books."
    )
    week = promises.last_week()
    report = promises.week_report(me.pk, week=week, numbers=[beside])
    found = CheckIn.objects.create(member=me, week=week, report=report.packed())
    by_link = page(Client(), promises.answer_url(found).split("/console/")[1])
    for shown in (page(owner, "commitments/"), by_link):
        assert "Revenue of Guides €29.00 against €70.00 a week, the plan" in shown


def test_chairs_and_hands_are_shown_with_their_formula(owner: Client) -> None:
    text = page(owner, "circles/")
    assert text.count("empty chair") >= 4
    assert "deeds ÷ (2 × people who did any)" in text
    assert "No procedure is written for it." in text
    assert "Nobody did anything in it in the last 90 days." in text
    assert "Nobody sits in the chairs of marketing, business, mentor, accountability" in page(
        owner, ""
    )


def test_a_department_that_only_the_owner_ran_is_shown_as_a_risk(owner: Client) -> None:
    centre = {"name": "Talks", "colour": "#1d5c63"}
    for number in range(3):
        press(owner, "centres/new/", {**centre, "name": f"Talks {number}"})
    text = page(owner, "circles/")
    assert (
        "Books Olga Owner 3 1 No procedure is written for it. "
        "Nobody but the owner has done its work. Only Olga Owner could run it tomorrow."
    ) in text


COUNTED_OTHERWISE = {"order_refund", "decision_answer", "procedure_run"}
ONES_OWN = {
    *("password", "session_end", "sessions_end", "away", "away_end", "looked", "comment_new"),
    *("commitments", "commitment_keep", "partner", "check_in_answer"),
}


def test_whatever_more_than_the_owner_may_do_counts_for_a_department_that_can_be_at_risk() -> None:
    counted = {page: department for department, pages in WORK.items() for page in pages}
    assert set(WORK) == set(duties.DEPARTMENTS)
    shared = {name for name, entry in roles.PAGES.items() if entry.does - {Role.OWNER}}
    assert shared - ONES_OWN - COUNTED_OTHERWISE == set(counted)


def _form(response: Any) -> Any:
    return response.context_data["form"]


def test_one_click_leads_from_an_empty_chair_to_its_invitation_ready_to_send(
    owner: Client,
) -> None:
    shown = owner.get("/console/circles/").content.decode()
    assert 'href="/console/team/invite/?role=mentor"' in shown
    response = owner.get("/console/team/invite/?role=mentor")
    form = _form(response)
    assert form.initial["role"] == "mentor"
    assert "departments have no written procedure" in form.initial["note"]
    text = plain(response.content.decode())
    assert form.initial["note"].splitlines()[2] in text
    sent = {"email": "mo@example.org", "role": "mentor", "note": form.initial["note"] + "<b>Hi"}
    press(owner, "team/invite/", sent)
    letter = OutgoingMail.objects.get(to="mo@example.org")
    assert "Its mentor chair is empty" in letter.text
    assert "&lt;b&gt;Hi" in letter.html
    assert "/join/" in letter.text or "accept" in letter.text
    member_as(Role.MENTOR)
    refilled = _form(owner.get("/console/team/invite/?role=mentor"))
    assert refilled.initial["note"] == ""
    assert owner.get("/console/team/invite/?role=nonsense").status_code == 200


def test_who_may_not_invite_gets_the_text_for_their_own_mail(owner: Client) -> None:
    shown = signed_in(member_as(Role.BUSINESS)).get("/console/circles/").content.decode()
    assert "/console/team/invite/" not in shown
    assert 'href="mailto:?subject=' in shown


def test_the_page_begins_where_the_owner_last_looked(owner: Client) -> None:
    press(owner, "happened/looked/")
    me = Member.objects.get(email="owner@example.org")
    assert (clock.now() - me.last_look.seen_at).total_seconds() < 60
    assert "Since you last looked" in page(owner, "happened/")
    assert owner.get("/console/happened/?span=year").status_code == 404
    assert owner.get("/console/happened/?span=away").status_code == 404
    assert "While you slept" in page(owner, "")


SOLD = {"Sold €78.00", "Went back €0.00", "Delivered 2"}
EARNED = {"Revenue €65.55", "Revenue by profit centre Guides €24.37"}
MONEY_WAITS = {"€29.00 of order", "Too much is disputed: €29.00"}
WORK_WAITS = {"Review for", "was due on", "1 mail came back"}
ALL_TOLD = {"“Read” (Olga Owner) is due today", "Decided", "Learned", "The site is down"}
SEEN_BY = {
    Role.OWNER: SOLD | EARNED | MONEY_WAITS | WORK_WAITS | ALL_TOLD | {"1 job failed"},
    Role.BUSINESS: SOLD | EARNED | MONEY_WAITS | WORK_WAITS | ALL_TOLD | {"1 job failed"},
    Role.SERVICE: SOLD | MONEY_WAITS | WORK_WAITS | ALL_TOLD,
    Role.MARKETING: EARNED | ALL_TOLD,
    Role.MENTOR: SOLD | EARNED | MONEY_WAITS | WORK_WAITS | ALL_TOLD | {"1 job failed"},
}


def _busy_night(till: Till) -> None:
    """Let something happen that each role may see or not."""
    boss = Member.objects.get(email="owner@example.org")
    sold = paid(till, "GUIDE", "WORKSHOP")
    run_until_empty()
    with clock.at(clock.in_(days=-60)):
        paid(till, "REVIEW")
        run_until_empty()
    Dispute.objects.create(
        payment=sold.payments.get(), external_id="d1", minor=2900, currency="EUR"
    )
    Job.objects.create(name="send_mail", state="failed", last_error="boom")
    back = OutgoingMail.objects.earliest("pk").pk
    OutgoingMail.objects.filter(pk=back).update(state="bounced", bounced_at=clock.now())
    for kind, seen in (
        (Incident.Kind.SITE, "The site is down"),
        (Incident.Kind.DISPUTES, "€29.00"),
    ):
        Incident.objects.create(kind=kind, seen=seen, remedy="Mend it.")
    Procedure.objects.create(
        title="Read", department="service", steps=["Read"], first_on=clock.today(), owner=boss
    )


@pytest.mark.parametrize("role", SEEN_BY)
def test_what_happened_tells_each_role_what_it_may_see_and_no_more(
    owner: Client, till: Till, role: Role
) -> None:
    _busy_night(till)
    client = owner if role is Role.OWNER else signed_in(member_as(role))
    shown = page(client, "happened/")
    every = set().union(*SEEN_BY.values())
    assert {words for words in every if words in shown} == SEEN_BY[role]
    assert ("I have seen this" in shown) is (role is not Role.MENTOR)


def test_marketing_is_led_to_what_happened_on_its_return_and_looks_once(
    owner: Client, till: Till
) -> None:
    mia, today = member_as(Role.MARKETING), clock.today()
    client = signed_in(mia)
    assert "You were away." not in page(client, "")
    days = {"starts_on": today - timedelta(days=9), "ends_on": today - timedelta(days=1)}
    absence = Absence.objects.create(member=mia, planned_by="Mia", **days)
    HeldLetter.objects.create(
        member=mia, key="k", subject="The week", text="T", held_at=clock.in_(days=-2)
    )
    assert "You were away." in page(client, "")
    shown = page(client, f"happened/?span=away&absence={absence.pk}")
    assert "While you were away" in shown
    assert "The week" in shown
    press(client, "happened/looked/")
    assert "You were away." not in page(client, "")


def test_today_leads_to_what_happened_after_a_return_until_it_was_seen(
    owner: Client, deputy: Member
) -> None:
    me, today = Member.objects.get(email="owner@example.org"), clock.today()
    absence = Absence.objects.create(
        member=me,
        deputy=deputy,
        starts_on=today - timedelta(days=9),
        ends_on=today - timedelta(days=1),
        planned_by="Olga",
    )
    assert "You were away." in page(owner, "")
    text = page(owner, f"happened/?span=away&absence={absence.pk}")
    assert "While you were away" in text
    assert "Dan Deputy stood in for you." in text
    press(owner, "happened/looked/")
    assert "You were away." not in page(owner, "")
