"""What a sale mails: one mail with files and receipt; whatever dies or waits, each comes once."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import pytest
from django.core import mail as django_mail
from django.db import transaction

from hammock.departments.catalogue.models import Shop
from hammock.departments.decisions.models import Decision
from hammock.departments.delivery.models import Entitlement
from hammock.departments.sales.models import HeldOrder, Order, Payment
from hammock.flows.deliver_order import deliver_order
from hammock.flows.place_order import Buyer
from hammock.flows.refund_order import refund_order, whole
from hammock.flows.resend_order import resend_order_goods, resend_receipt
from hammock.flows.send_goods import send_goods
from hammock.flows.send_receipt import send_receipt
from hammock.kit import clock, jobs
from hammock.kit.facts.models import Fact
from hammock.kit.jobs.models import Job
from hammock.kit.jobs.worker import run_until_empty
from hammock.kit.mail.models import OutgoingMail
from tests import asking
from tests.crashes import dying_everywhere
from tests.races import race
from tests.scenes import Scene
from tests.shops import BUYER, open_shop, order, paid
from tests.till import Till

SHADY = Buyer(email="x@mailinator.com", name="X", country="DE")
APART = "follows by separate mail, and it is on your purchases page"


def _mailed(sold: Order) -> dict[str, OutgoingMail]:
    """Find what a sale mailed under the word that its key begins with, which stands there once."""
    found = OutgoingMail.objects.filter(to=sold.email).exclude(key__startswith="held:")
    named = {one.key.partition(":")[0]: one for one in found}
    assert len(named) == found.count()
    return named


def _words(mail: OutgoingMail) -> str:
    return " ".join(mail.text.split())


def _held(till: Till, *skus: str) -> Order:
    sold = paid(till, *skus, buyer=SHADY)
    Payment.objects.filter(order=sold).update(card_country="BR")
    return sold


def _run_again(name: str) -> None:
    """Run the jobs of this name once more, as after a death between their commit and their note."""
    for done in Job.objects.filter(name=name):
        with transaction.atomic():
            jobs.enqueue(name, **done.kwargs)
    run_until_empty()


def _in_this_order(body: str, *words: str) -> None:
    places = [body.find(one) for one in words]
    assert -1 not in places, words[places.index(-1)]
    assert places == sorted(places), words


def test_downloads_and_their_receipt_come_in_one_mail_the_files_first(
    shop: Shop, till: Till
) -> None:
    sold = paid(till, "GUIDE")
    run_until_empty()
    (mail,) = _mailed(sold).values()
    assert (mail.key, mail.subject) == (f"goods:{sold.reference}", "Here it is: Guide")
    words = ("guide.pdf", "Your payment has arrived", "€29.00", "VAT 19 %", "€4.63")
    page = mail.html[mail.html.index("<body") :]
    _in_this_order(mail.text, "files are ready", "/downloads/", "YOUR RECEIPT", *words[1:])
    _in_this_order(page, "files are ready", "/downloads/", *words)
    for body in (mail.text, page):
        assert "receipt for order" in body or f"Order {sold.reference}" in body
        assert "/receipts/" in body
        assert "10 downloads left" in body
        assert "separate mail" not in body


def test_the_mail_goes_in_lines_that_mail_allows_and_is_not_written_anew(
    shop: Shop, till: Till
) -> None:
    sold = paid(till, "GUIDE", "WORKSHOP", "REVIEW")
    run_until_empty()
    assert len(django_mail.outbox) == 3
    for sent in django_mail.outbox:
        raw = sent.message().as_bytes()
        assert max(len(line) for line in raw.splitlines()) <= 998
        assert b"quoted-printable" not in raw
    assert _mailed(sold)["goods"].html.encode() in django_mail.outbox[0].message().as_bytes()


def test_a_line_of_a_customer_that_is_too_long_for_mail_arrives_whole(
    shop: Shop, till: Till
) -> None:
    paid(till, "GUIDE")
    Order.objects.update(name="é" * 120)
    address = " ".join(["Ümlaut street"] * 90)
    Shop.objects.update(address=address)
    run_until_empty()
    (sent,) = django_mail.outbox
    raw = sent.message().as_bytes()
    assert max(len(line) for line in raw.splitlines()) <= 998
    parts = [part.get_payload(decode=True) for part in sent.message().walk()]
    arrived = [part.decode() for part in parts if isinstance(part, bytes)]
    assert [address in part for part in arrived] == [True, True]


def test_titles_with_marks_stand_in_the_mail_as_they_are_and_do_nothing(
    shop: Shop, till: Till
) -> None:
    sold = paid(till, "GUIDE", buyer=replace(BUYER, name="Ann <b>&amp; Co"))
    run_until_empty()
    mail = _mailed(sold)["goods"]
    assert "Hello Ann <b>&amp; Co," in mail.text
    assert "Ann &lt;b&gt;&amp;amp; Co" in mail.html


def test_a_free_order_is_told_that_nothing_is_to_be_paid(shop: Shop) -> None:
    free = order("SAMPLE")
    run_until_empty()
    (mail,) = _mailed(free).values()
    assert mail.subject == "Here it is: Sample"
    for body in (mail.text, mail.html):
        assert "This one was free, so there is nothing to pay." in body
        assert "Your payment has arrived" not in body
        assert f"Order {free.reference}" in body


def test_seats_and_services_come_by_their_own_mails_and_the_receipt_alone(
    shop: Shop, till: Till
) -> None:
    sold = paid(till, "WORKSHOP", "REVIEW")
    run_until_empty()
    mailed = _mailed(sold)
    assert mailed.keys() == {"receipt", "seat", "task"}
    assert mailed["receipt"].subject == f"Receipt for order {sold.reference}"
    assert APART in _words(mailed["receipt"])


def test_downloads_with_a_seat_and_a_service_say_that_more_follows(shop: Shop, till: Till) -> None:
    sold = paid(till, "GUIDE", "WORKSHOP", "REVIEW")
    run_until_empty()
    mailed = _mailed(sold)
    assert mailed.keys() == {"goods", "seat", "task"}
    goods = mailed["goods"]
    assert "The rest of your order follows by separate mail." in _words(goods)
    _in_this_order(goods.text, "guide.pdf", "YOUR RECEIPT", "Workshop: ", "Review: ", "€168.00")


@pytest.mark.usefixtures("staff")
def test_a_held_order_has_its_receipt_at_once_and_its_goods_when_it_is_released(
    shop: Shop, till: Till
) -> None:
    sold = _held(till, "GUIDE")
    run_until_empty()
    mailed = _mailed(sold)
    assert mailed.keys() == {"receipt"}
    assert "We look at this order before we hand it over." in _words(mailed["receipt"])
    assert "your purchases page" not in _words(mailed["receipt"])
    asking.decided(HeldOrder.objects.get().decision_id, "release")
    mailed = _mailed(sold)
    assert mailed.keys() == {"receipt", "goods"}
    assert "/downloads/" in mailed["goods"].text
    assert "RECEIPT" not in mailed["goods"].text
    for name in ("deliver_order", "deliver_released_order", "send_goods"):
        _run_again(name)
    assert _mailed(sold) == mailed


@pytest.mark.usefixtures("staff")
def test_an_order_that_a_policy_releases_at_once_still_has_one_receipt(
    shop: Shop, till: Till
) -> None:
    asking.policy("held_order", "total <= 5000", "release")
    sold = _held(till, "GUIDE")
    run_until_empty()
    mailed = _mailed(sold)
    assert ("receipt" in mailed) != ("RECEIPT" in mailed["goods"].text)


@pytest.mark.usefixtures("staff")
def test_a_held_order_that_is_not_delivered_keeps_its_receipt_and_gets_no_goods(
    shop: Shop, till: Till
) -> None:
    sold = _held(till, "GUIDE")
    run_until_empty()
    asking.decided(HeldOrder.objects.get().decision_id, "give_back")
    assert _mailed(sold).keys() == {"receipt", "refund"}


def test_an_order_given_back_before_it_was_delivered_has_its_receipt_and_no_promise(
    shop: Shop, till: Till
) -> None:
    sold = paid(till, "GUIDE")
    refund_order(order_id=sold.id, wish=whole(sold, reason="", requested_by="me"))
    Job.objects.filter(name="deliver_order").update(state="done")
    run_until_empty()
    Job.objects.filter(name="deliver_order").update(state="queued")
    run_until_empty()
    assert not Entitlement.objects.exists()
    mailed = _mailed(sold)
    assert mailed.keys() == {"receipt", "refund"}
    assert "separate mail" not in _words(mailed["receipt"])


def test_downloads_taken_back_before_they_were_mailed_leave_the_receipt(
    shop: Shop, till: Till
) -> None:
    sold = paid(till, "GUIDE")
    deliver_order(order_id=sold.id)
    Entitlement.objects.update(state=Entitlement.State.REVOKED)
    run_until_empty()
    mailed = _mailed(sold)
    assert mailed.keys() == {"receipt"}
    assert "separate mail" not in _words(mailed["receipt"])


@pytest.mark.parametrize("skus", [("GUIDE",), ("WORKSHOP",), ("GUIDE", "REVIEW"), ("SET",)])
def test_a_job_run_again_mails_nothing_again_whatever_the_buyer_holds_by_then(
    shop: Shop, till: Till, skus: tuple[str, ...]
) -> None:
    sold = paid(till, *skus)
    run_until_empty()
    mailed = _mailed(sold)
    for state in (Entitlement.State.ACTIVE, Entitlement.State.REVOKED, Entitlement.State.ACTIVE):
        Entitlement.objects.update(state=state)
        _run_again("deliver_order")
        _run_again("send_goods")
        assert _mailed(sold) == mailed


def test_a_receipt_job_of_an_earlier_version_adds_none_to_the_goods_mail(
    shop: Shop, till: Till
) -> None:
    sold = paid(till, "GUIDE")
    deliver_order(order_id=sold.id)
    _queue_as_before()
    run_until_empty()
    assert _mailed(sold).keys() == {"goods"}


def test_a_receipt_job_of_an_earlier_version_that_comes_first_is_not_doubled(
    shop: Shop, till: Till
) -> None:
    sold = paid(till, "GUIDE")
    delivering = Job.objects.filter(name="deliver_order")
    delivering.update(state="done")
    _queue_as_before()
    run_until_empty()
    assert _mailed(sold).keys() == {"receipt"}
    delivering.update(state="queued")
    run_until_empty()
    mailed = _mailed(sold)
    assert mailed.keys() == {"receipt", "goods"}
    assert "RECEIPT" not in mailed["goods"].text


def _queue_as_before() -> None:
    with transaction.atomic():
        jobs.enqueue("send_receipt", fact_id=Fact.objects.get(name="OrderPaid").pk)


def test_receipt_and_goods_at_the_same_moment_give_one_receipt(shop: Shop, till: Till) -> None:
    for _ in range(5):
        sold = paid(till, "GUIDE")

        def deliver(sold: Order = sold) -> None:
            deliver_order(order_id=sold.id)
            send_goods(order_id=sold.id)

        race(deliver, partial(send_receipt, order_id=sold.id))
        receipts = OutgoingMail.objects.filter(key=f"receipt:{sold.reference}").count()
        goods = OutgoingMail.objects.get(key=f"goods:{sold.reference}")
        assert receipts + ("RECEIPT" in goods.text) == 1


def test_sent_again_by_staff_goods_and_receipt_are_two_mails_that_promise_nothing(
    shop: Shop, till: Till
) -> None:
    sold = paid(till, "GUIDE")
    run_until_empty()
    OutgoingMail.objects.all().delete()
    resend_order_goods(order_id=sold.id)
    resend_receipt(order_id=sold.id)
    mailed = _mailed(sold)
    assert mailed["goods"].subject == "Again for you: Guide"
    assert "RECEIPT" not in mailed["goods"].text
    assert "separate mail" not in _words(mailed["receipt"])


def _later() -> None:
    """Come back after the leases of the dead have ended, and let everything run that is due."""
    for minutes in (10, 90):
        with clock.at(clock.in_(minutes=minutes)):
            run_until_empty()


@pytest.mark.parametrize(
    ("skus", "keys"),
    [
        (("GUIDE",), {"goods"}),
        (("WORKSHOP",), {"receipt", "seat"}),
        (("GUIDE", "REVIEW"), {"goods", "task"}),
    ],
)
def test_a_sale_whose_jobs_die_at_any_statement_mails_each_once(
    shop: Shop, till: Till, skus: tuple[str, ...], keys: set[str]
) -> None:
    @Scene
    def sold() -> None:
        open_shop()
        paid(till, *skus)

    for death in dying_everywhere(run_until_empty, start=sold.set):
        _later()
        mailed = _mailed(Order.objects.get())
        assert mailed.keys() == keys, death
        assert {one.state for one in mailed.values()} == {"sent"}, death


@pytest.mark.usefixtures("staff")
def test_a_held_sale_whose_jobs_die_at_any_statement_mails_receipt_and_goods_once(
    shop: Shop, till: Till
) -> None:
    @Scene
    def held() -> None:
        open_shop()
        _held(till, "GUIDE")

    def release() -> None:
        run_until_empty()
        for decision in Decision.objects.filter(state=Decision.State.OPEN):
            asking.decided(decision.pk, "release")

    for death in dying_everywhere(release, start=held.set):
        _later()
        release()
        mailed = _mailed(Order.objects.get())
        assert ("receipt" in mailed) != ("RECEIPT" in mailed["goods"].text), death
        assert {one.state for one in mailed.values()} == {"sent"}, death
