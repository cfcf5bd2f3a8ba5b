"""The buyer's own page: opened by a mailed link, lists everything, delivers again."""

from __future__ import annotations

import io
import re

import pytest
from django.test import Client

from hammock.departments.catalogue.models import ReleaseFile, Shop
from hammock.departments.customers import queries as customers
from hammock.departments.delivery.models import DownloadCount, Entitlement
from hammock.departments.sales import receipts
from hammock.flows.add_release import Upload, add_release
from hammock.kit import clock
from hammock.kit.jobs.worker import run_until_empty
from hammock.kit.mail.models import OutgoingMail
from tests.shops import BUYER, paid
from tests.till import Till


@pytest.fixture
def known(shop: Shop, till: Till) -> Client:
    paid(till, "GUIDE", "WORKSHOP", "REVIEW")
    run_until_empty()
    client = Client()
    client.get(customers.magic_link(BUYER.email))
    return client


def test_the_page_lists_all_that_was_bought_with_receipts(known: Client) -> None:
    page = known.get("/purchases/").content.decode()
    for words in ("guide.pdf", "Workshop", "Being worked on", "€168.00", "Receipt"):
        assert words in page


def test_what_was_taken_back_stands_apart_from_what_is_the_buyers(known: Client) -> None:
    assert "No longer yours" not in known.get("/purchases/").content.decode()
    Entitlement.objects.filter(product__slug="guide").update(state=Entitlement.State.REVOKED)
    page = known.get("/purchases/").content.decode()
    yours, gone = page.split("No longer yours")
    assert "Taken back with the refund" not in yours
    assert "Taken back with the refund" in gone
    assert "guide.pdf" not in page


def test_a_link_is_mailed_to_those_who_bought_and_the_page_does_not_tell_who(
    shop: Shop, till: Till
) -> None:
    paid(till, "GUIDE")
    run_until_empty()
    client = Client()
    told = client.post("/purchases/", {"email": BUYER.email.upper()}).content.decode()
    stranger = client.post("/purchases/", {"email": "nobody@example.org"}).content.decode()
    assert told.replace(BUYER.email.upper(), "X") == stranger.replace("nobody@example.org", "X")
    mails = OutgoingMail.objects.filter(key__startswith="purchases:")
    assert [mail.to for mail in mails] == [BUYER.email]
    link = re.search(r"http\S+/purchases/enter/\S+", mails[0].text)
    assert link
    assert client.get(link.group(0))["Location"] == "/purchases/"


def test_an_old_link_says_that_it_has_expired(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    link = customers.magic_link(BUYER.email)
    later = clock.in_(minutes=61).timestamp()
    monkeypatch.setattr("django.core.signing.time.time", lambda: later)
    answer = Client().get(link)
    assert answer.status_code == 410
    assert "expired" in answer.content.decode()


def test_a_changed_link_opens_nothing(shop: Shop) -> None:
    answer = Client().get(customers.magic_link(BUYER.email)[:-3] + "x/")
    assert answer.status_code == 404


def test_goods_are_sent_again_on_demand_to_their_holder_only(known: Client) -> None:
    right = Entitlement.objects.get(product__slug="guide")
    known.post(f"/purchases/{right.id}/resend/")
    assert OutgoingMail.objects.filter(subject__startswith="Again for you").count() == 1
    stranger = Client()
    assert stranger.post(f"/purchases/{right.id}/resend/")["Location"] == "/purchases/"
    assert known.post("/purchases/1/resend/").status_code == 404
    assert OutgoingMail.objects.filter(subject__startswith="Again for you").count() == 1


def test_a_seat_is_sent_again_with_its_calendar_and_a_service_with_its_date(known: Client) -> None:
    for slug in ("workshop", "review"):
        right = Entitlement.objects.get(product__slug=slug)
        known.post(f"/purchases/{right.id}/resend/")
    seat, task = OutgoingMail.objects.filter(key__startswith="again:").order_by("id")
    assert seat.subject == "Your place in Workshop"
    assert [file["name"] for file in seat.attachments] == ["workshop.ics"]
    assert "https://rooms.example.org/w" in seat.text
    assert "is on our bench" in task.text


def test_the_mail_leads_with_the_newest_version_and_the_page_keeps_the_older(
    known: Client,
) -> None:
    right = Entitlement.objects.get(product__slug="guide")
    upload = Upload(
        name="guide.pdf", content_type="application/pdf", content=io.BytesIO(b"%PDF-1.7 new")
    )
    add_release(product_id=right.product_id, version="2.0", notes="", uploads=[upload])
    known.post(f"/purchases/{right.id}/resend/")
    again = OutgoingMail.objects.get(key__startswith="again:")
    for text in (again.text, again.html):
        assert "version 2.0" in text
        assert "version 1.0" not in text
        assert "Its earlier versions are on your purchases page." in text
    page = known.get("/purchases/").content.decode()
    assert page.index("version 2.0") < page.index("Earlier versions") < page.index("version 1.0")


def test_a_file_that_was_fetched_often_enough_is_mailed_without_a_dead_link(known: Client) -> None:
    right = Entitlement.objects.get(product__slug="guide")
    for file in ReleaseFile.objects.filter(release__product=right.product):
        DownloadCount.objects.create(entitlement=right, file=file, count=5, allowed=5)
    known.post(f"/purchases/{right.id}/resend/")
    again = OutgoingMail.objects.get(key__startswith="again:")
    assert "0 downloads left" in again.text
    assert 'href=""' not in again.html
    assert "/download/" not in again.text + again.html


def test_the_calendar_file_is_a_calendar(known: Client) -> None:
    page = known.get("/purchases/").content.decode()
    link = re.search(r'href="(http\S+/calendar/[^"]+)"', page)
    assert link
    answer = known.get(link.group(1))
    assert answer["Content-Type"].startswith("text/calendar")
    assert b"BEGIN:VEVENT" in answer.content
    assert b"DTSTART:20270305T180000Z" in answer.content


def test_a_receipt_opens_by_its_own_link_only(shop: Shop, till: Till) -> None:
    sold = paid(till, "GUIDE")
    link = receipts.receipt_url(sold)
    page = Client().get(link).content.decode()
    for words in (sold.reference, "€29.00", "VAT 19 %", "€4.63", "Paid in full"):
        assert words in page
    assert Client().get(link[:-2] + "x/").status_code == 404


def test_leaving_forgets_the_buyer(known: Client) -> None:
    known.post("/purchases/leave/")
    assert "guide.pdf" not in known.get("/purchases/").content.decode()
