"""Today, tasks, jobs, mails, customers and the settings of the business."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from allauth.mfa.totp.internal.auth import TOTP
from django.conf import settings
from django.db import transaction
from django.test import Client

from hammock.departments.catalogue.models import Product, Shop, TaxRate
from hammock.departments.delivery.models import FulfilmentTask
from hammock.departments.sales.models import Refund
from hammock.departments.team.models import Member
from hammock.departments.team.roles import Role
from hammock.flows import go_live
from hammock.flows.place_order import provider_for
from hammock.kit import clock
from hammock.kit.jobs.models import Job
from hammock.kit.jobs.worker import run_until_empty
from hammock.kit.mail import note_shut
from hammock.kit.mail.models import OutgoingMail
from hammock.kit.mailbox import of_url
from tests.doors.console.asking import page, plain, press
from tests.doors.console.conftest import member_as, signed_in
from tests.shops import paid
from tests.till import Till


def test_today_tells_sales_with_their_span_and_source(owner: Client, till: Till) -> None:
    with clock.at(clock.now() - timedelta(days=1)):
        paid(till, "SET")
    paid(till, "GUIDE")
    run_until_empty()
    markup = owner.get("/console/").content.decode()
    shown = plain(markup)
    for words in ("€29.00", "€69.00", "€98.00", "2 orders"):
        assert words in shown, words
    assert "Orders paid" in markup
    assert "Source: orders." in markup
    assert "Drawn" in shown


def _back(**changes: object) -> OutgoingMail:
    given: dict[str, object] = {
        "key": "goods:9",
        "to": "ann@gone.example",
        "subject": "Your guide",
        "text": "Here it is",
        "state": "bounced",
        "bounced_at": clock.now(),
        "problem": "550 5.1.1 User unknown",
    }
    return OutgoingMail.objects.create(**{**given, **changes})


def test_today_says_which_mails_came_back_and_each_can_be_sent_again(
    owner: Client, till: Till
) -> None:
    mail = _back()
    assert "1 mail came back in the last 30 days" in page(owner, "")
    assert "1 mail came back" in page(owner, "happened/")
    listed = page(owner, "mails/?state=bounced")
    assert "Your guide" in listed
    assert "Came back" in listed
    shown = page(owner, f"mails/{mail.pk}/")
    assert "The receiving server sent it back: 550 5.1.1 User unknown" in shown
    assert "is queued again" in press(owner, f"mails/{mail.pk}/retry/")
    assert "came back" not in page(owner, "")


def test_what_came_back_long_ago_or_is_erased_waits_for_nobody(owner: Client, till: Till) -> None:
    _back(bounced_at=clock.in_(days=-31))
    erased = _back(key="answer:9", text="", subject="(erased)")
    assert "came back" not in page(owner, "")
    assert "Try again" not in page(owner, f"mails/{erased.pk}/")
    assert "this one is not" in press(owner, f"mails/{erased.pk}/retry/")


def test_today_says_that_the_mailbox_does_not_open_and_what_to_do(
    owner: Client, till: Till, monkeypatch: pytest.MonkeyPatch
) -> None:
    inbox = of_url("imaps://hello%40kiln.example:secret@imap.kiln.example/INBOX")
    monkeypatch.setattr(settings, "INBOX", inbox)
    with transaction.atomic():
        note_shut(mailbox=inbox.name, problem="imap.kiln.example: <b>LOGIN failed</b>.")
    shown = page(owner, "")
    assert (
        "The mailbox does not open, so answers and returned mails have not been read since" in shown
    )
    assert "Check INBOX_URL" in shown
    assert "The mailbox has not opened since" in page(owner, "happened/")
    markup = owner.get("/console/mails/").content.decode()
    assert "&lt;b&gt;LOGIN failed&lt;/b&gt;" in markup
    assert "secret" not in markup
    monkeypatch.setattr(settings, "INBOX", None)  # nobody looks there any more
    assert "mailbox" not in page(owner, "")
    assert "mailbox" not in page(owner, "mails/")


def test_an_address_that_leads_nowhere_leads_back_to_today(owner: Client) -> None:
    shown = page(owner, "nowhere/", status=404)
    assert "This page is not here" in shown
    assert "Go to Today" in shown
    assert "Wagtail admin" not in shown


def test_while_no_mail_server_is_set_mails_and_invitations_say_so(
    owner: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = settings.ENVIRONMENT
    monkeypatch.setattr(settings, "ENVIRONMENT", replace(there, email_url="file:///outbox"))
    assert "Mails reach nobody yet" in page(owner, "mails/")
    assert "hand it over yourself" in page(owner, "team/invite/")
    server = replace(there, email_url="smtp://mail.example:25")
    monkeypatch.setattr(settings, "ENVIRONMENT", server)
    assert "Mails reach nobody yet" not in page(owner, "mails/")
    assert "hand it over yourself" not in page(owner, "team/invite/")


def test_today_teaches_a_beginner_the_first_steps(owner: Client) -> None:
    Product.objects.update(state="draft")
    Shop.objects.update(legal_name="")
    shown = page(owner, "")
    assert "Begin with the reality check , then choose a playbook" in shown
    for words in ("Your first steps", "first product", "Say who you are", "No orders yet"):
        assert words in shown, words
    manager = signed_in(member_as(Role.BUSINESS))
    assert "Your first steps" in page(manager, "")
    assert "reality check" not in page(manager, "")


def test_today_says_what_failed_and_where_to_mend_it(owner: Client, till: Till) -> None:
    sold = paid(till, "GUIDE", "REVIEW")
    run_until_empty()
    Job.objects.create(name="send_mail", state="failed", last_error="boom")
    OutgoingMail.objects.filter(key__startswith="goods:").update(state="failed", problem="no")
    Refund.objects.create(
        payment=sold.payments.get(),
        key="r1",
        minor=100,
        currency="EUR",
        state="failed",
        problem="card closed",
    )
    with clock.at(clock.now() + timedelta(days=30)):
        shown = page(owner, "")
    for words in (
        "1 job failed for good",
        "1 mail was refused",
        f"The refund of €1.00 for order {sold.reference} failed (card closed)",
        "Review for Ann Buyer was due on",
    ):
        assert words in shown, words


def test_a_task_is_finished_once_and_its_buyer_hears_of_it(owner: Client, till: Till) -> None:
    paid(till, "REVIEW")
    run_until_empty()
    task = FulfilmentTask.objects.get()
    assert "Review" in page(owner, "tasks/")
    press(owner, f"tasks/{task.pk}/finish/", {"note": "Shorten your <b>first</b> page."})
    task.refresh_from_db()
    assert (task.state, task.note) == ("done", "Shorten your <b>first</b> page.")
    mail = OutgoingMail.objects.get(key=f"done:{task.pk}")
    assert "<b>first</b>" in mail.text
    assert "<b>first</b>" not in mail.html
    assert "not open any more" in press(owner, f"tasks/{task.pk}/finish/", {"note": "again"})
    task.refresh_from_db()
    assert task.note.startswith("Shorten")
    assert "Review" in page(owner, "tasks/?state=done")


def test_a_failed_job_is_read_and_tried_again(owner: Client) -> None:
    job = Job.objects.create(name="expire_orders", state="failed", last_error="<i>boom</i>")
    markup = owner.get("/console/jobs/").content.decode()
    assert "&lt;i&gt;boom" in markup
    assert "queued again" in press(owner, f"jobs/{job.pk}/retry/")
    job.refresh_from_db()
    assert job.state == "queued"
    press(owner, f"jobs/{job.pk}/retry/")
    job.refresh_from_db()
    assert job.state == "queued"


def test_a_mail_is_shown_in_a_frame_that_can_do_nothing(owner: Client, till: Till) -> None:
    paid(till, "GUIDE")
    run_until_empty()
    mail = OutgoingMail.objects.get(key__startswith="goods:")
    markup = owner.get(f"/console/mails/{mail.pk}/").content.decode()
    assert "<iframe" in markup
    assert " sandbox src=" in markup
    body = owner.get(f"/console/mails/{mail.pk}/body/")
    assert body["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    assert mail.subject in page(owner, "mails/?q=ann@example.org")
    assert mail.subject not in page(owner, "mails/?q=nobody")


def test_only_a_mail_that_did_not_arrive_is_tried_again(owner: Client, till: Till) -> None:
    paid(till, "GUIDE")
    run_until_empty()
    mail = OutgoingMail.objects.get(key__startswith="goods:")
    assert "this one is not" in press(owner, f"mails/{mail.pk}/retry/")
    OutgoingMail.objects.filter(pk=mail.pk).update(state="failed", problem="refused")
    assert "queued again" in press(owner, f"mails/{mail.pk}/retry/")
    run_until_empty()
    mail.refresh_from_db()
    assert (mail.state, mail.problem) == ("sent", "")


def test_a_customers_page_tells_orders_goods_and_worth(owner: Client, till: Till) -> None:
    sold = paid(till, "GUIDE")
    run_until_empty()
    assert "Ann Buyer" in page(owner, "customers/?q=ann")
    assert "Nobody fits" in page(owner, "customers/?q=zzz")
    shown = page(owner, f"customers/{sold.customer_id}/")
    assert "€29.00 paid, €0.00 refunded" in shown
    assert "Guide Ready" in shown


def test_the_business_changes_its_name_and_the_shop_shows_it(owner: Client) -> None:
    form = {"name": "New Name", "tagline": "", "email": "a@example.org", "legal_name": "N Ltd"}
    press(owner, "business/", form)
    assert "New Name" in plain(owner.get("/products/").content.decode())
    answer = owner.post("/console/business/", form | {"email": "nobody"})
    assert answer.status_code == 400
    assert Shop.objects.get().email == "a@example.org"


def _rates(*rows: tuple[str, str, str]) -> dict[str, object]:
    form: dict[str, object] = {"form-TOTAL_FORMS": len(rows), "form-INITIAL_FORMS": 0}
    for at, (country, name, percent) in enumerate(rows):
        form |= {
            f"form-{at}-country": country,
            f"form-{at}-name": name,
            f"form-{at}-percent": percent,
        }
    return form


def test_tax_rates_are_set_and_taken_away(owner: Client) -> None:
    press(owner, "business/tax/", _rates(("at", "VAT 20 %", "20"), ("FR", "TVA", "5.5")))
    assert list(TaxRate.objects.values_list("country", "basis_points")) == [
        ("AT", 2000),
        ("FR", 550),
    ]


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([("XX", "VAT", "20")], "two letters"),
        ([("DE", "", "20")], "Fill in country, name and percent"),
        ([("DE", "VAT", "100")], "less than or equal to 99"),
        ([("DE", "VAT", "-1")], "greater than or equal to 0"),
        ([("DE", "a", "1"), ("DE", "b", "2")], "A country stands in two rows"),
    ],
)
def test_tax_rates_that_cannot_be_change_nothing(
    owner: Client, rows: list[tuple[str, str, str]], words: str
) -> None:
    answer = owner.post("/console/business/tax/", _rates(*rows))
    assert answer.status_code == 400
    assert words in plain(answer.content.decode())
    assert TaxRate.objects.get().basis_points == 1900


def test_a_shop_does_not_go_live_while_something_is_missing(owner: Client) -> None:
    shown = page(owner, "business/payments/")
    assert "Stripe key Missing" in shown
    markup = owner.get("/console/business/payments/").content.decode()
    assert markup.count(">Open it</a>") == 2  # the pages to write, and the second factor
    assert "Still missing: Stripe key; Stripe webhook secret; Mail server" in press(
        owner, "business/payments/"
    )
    assert Shop.objects.get().live_since is None


def test_a_live_shop_takes_no_test_payments(owner: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    ready = go_live.Step(title="Everything", is_done=True, advice="")
    monkeypatch.setattr(go_live, "steps", lambda: (ready,))
    assert "takes real payments now" in press(owner, "business/payments/")
    shop = Shop.objects.get()
    assert shop.is_live
    with pytest.raises(Exception, match="cannot take payments yet"):
        provider_for(shop)
    TOTP.activate(Member.objects.get(), "JBSWY3DPEHPK3PXP")
    assert "Test cards are refused" in page(owner, "business/payments/")


def test_who_runs_no_javascript_finds_every_place_without_the_menu(owner: Client) -> None:
    raw = owner.get("/console/").content.decode()
    (told,) = re.findall(r'<noscript class="c-nojs">(.*?)</noscript>', raw, re.DOTALL)
    assert "Wagtail" not in told
    places = re.findall(r'href="([^"]+)"', told)
    assert len(places) > 15
    for place in places:
        assert owner.get(place).status_code == 200, place
