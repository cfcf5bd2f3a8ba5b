"""Orders in the console: found, read, refunded, cancelled, sent again."""

from __future__ import annotations

from datetime import timedelta

from django.test import Client

from hammock.departments.delivery.models import DownloadCount, Entitlement
from hammock.departments.sales import queries
from hammock.departments.sales.models import Dispute, Order, Refund
from hammock.flows.place_order import Buyer
from hammock.kit import clock
from hammock.kit.jobs.worker import run_until_empty
from hammock.kit.mail.models import OutgoingMail
from tests.doors.console.asking import page, plain, press
from tests.shops import balances, order, paid
from tests.till import Till

BOB = Buyer(email="bob@example.org", name="Bob Other", country="DE")


def _sold(till: Till, *skus: str, buyer: Buyer | None = None) -> Order:
    sold = paid(till, *skus, buyer=buyer) if buyer else paid(till, *skus)
    run_until_empty()
    return sold


def _whole_form(sold: Order, **changes: object) -> dict[str, object]:
    lines = queries.lines_left(sold)
    left = sum(line.left.minor for line in lines)
    form: dict[str, object] = {"seen": left, "confirm": left, "reason": "Not what I hoped for"}
    for line in lines:
        form[f"amount_{line.line_id}"] = str(line.left.decimal)
        form[f"ends_{line.line_id}"] = "on"
    return form | changes


def test_orders_are_found_by_name_address_reference_and_state(owner: Client, till: Till) -> None:
    anns, bobs = _sold(till, "GUIDE"), _sold(till, "SET", buyer=BOB)
    waiting = order("GUIDE")
    for words, found, missing in (
        ("ann@example", anns, bobs),
        ("Bob", bobs, anns),
        (bobs.reference[2:7].lower(), bobs, anns),
    ):
        shown = page(owner, f"orders/?q={words}")
        assert found.reference in shown
        assert missing.reference not in shown
    shown = page(owner, "orders/?state=awaiting")
    assert waiting.reference in shown
    assert anns.reference not in shown
    assert "No order fits" in page(owner, "orders/?q=nobody-at-all")
    assert anns.reference in page(owner, "orders/?since=not-a-day")


def test_the_newest_order_stands_first(owner: Client, till: Till) -> None:
    older, newer = _sold(till, "GUIDE"), _sold(till, "SET")
    shown = page(owner, "orders/")
    assert shown.index(newer.reference) < shown.index(older.reference)


def test_an_orders_page_shows_money_goods_mails_books_and_its_story(
    owner: Client, till: Till
) -> None:
    sold = _sold(till, "GUIDE", "WORKSHOP")
    shown = page(owner, f"orders/{sold.reference}/")
    for words in (
        "€78.00",
        "fee €0.50",
        "VAT 19 %: €4.63 within",
        "guide.pdf",
        "10 downloads left",
        "Here it is: Guide",
        "Your place in Workshop",
        "Income:Sales",
        "Ordered; waiting for the payment",
        "Delivered",
    ):
        assert words in shown, words


def test_a_refund_by_form_moves_provider_books_access_and_mail(owner: Client, till: Till) -> None:
    sold = _sold(till, "GUIDE", "WORKSHOP")
    before = page(owner, f"orders/{sold.reference}/refund/")
    assert "ann@example.org gets €78.00 back" in before
    assert "€12.45 of it is tax" in before
    assert "Taken back: Guide, Workshop" in before
    shown = press(owner, f"orders/{sold.reference}/refund/", _whole_form(sold))
    assert "€78.00 went back to ann@example.org" in shown
    assert [report.amount.minor for report in till.refunds.values()] == [7800]
    assert balances() == {
        "Assets:Provider": -50,
        "Expenses:PaymentFees": 50,
        "Income:Refunds": 6555,
        "Income:Sales": -6555,
    }
    assert set(Entitlement.objects.values_list("state", flat=True)) == {"revoked"}
    mail = OutgoingMail.objects.get(key__startswith="refund:")
    assert mail.to == "ann@example.org"
    assert "Not what I hoped for" in mail.text
    refund = Refund.objects.get()
    assert (refund.state, refund.requested_by) == ("succeeded", "Olga Owner")


def test_a_part_is_refunded_and_the_buyer_keeps_the_goods(owner: Client, till: Till) -> None:
    sold = _sold(till, "GUIDE")
    (line,) = queries.lines_left(sold)
    tried = {"seen": 2900, "reason": "A page was missing", f"amount_{line.line_id}": "10,00"}
    seen = page(
        owner,
        f"orders/{sold.reference}/refund/?seen=2900&amount_{line.line_id}=10.00",
    )
    assert "gets €10.00 back" in seen
    assert "Stays with the buyer: Guide" in seen
    assert not Refund.objects.exists()
    press(owner, f"orders/{sold.reference}/refund/", tried | {"confirm": 1000})
    assert queries.refunded_minor(sold) == 1000
    assert Entitlement.objects.get().state == "active"
    assert "Partly refunded" in page(owner, f"orders/{sold.reference}/")


def test_a_refund_that_is_sent_twice_happens_once(owner: Client, till: Till) -> None:
    sold = _sold(till, "GUIDE")
    (line,) = queries.lines_left(sold)
    form = {"seen": 2900, "confirm": 1000, "reason": "", f"amount_{line.line_id}": "10.00"}
    press(owner, f"orders/{sold.reference}/refund/", form)
    response = owner.post(f"/console/orders/{sold.reference}/refund/", form)
    assert response.status_code == 400
    assert "was refunded since you looked" in plain(response.content.decode())
    assert queries.refunded_minor(sold) == 1000


def test_refunds_that_cannot_be_change_nothing(owner: Client, till: Till) -> None:
    sold = _sold(till, "GUIDE")
    (line,) = queries.lines_left(sold)
    amount = f"amount_{line.line_id}"
    for changes, words in (
        ({amount: "29.01", "confirm": 2901}, "is left of that line"),
        ({amount: "-1"}, "Write 0 or more"),
        ({amount: "ten"}, "is no amount"),
        ({amount: "1.005"}, "can be read in two ways"),
        ({amount: "1.0055"}, "has 2 decimals"),
        ({amount: "0", "confirm": 0}, "comes to nothing"),
        ({amount: "5.00"}, "The amounts have changed"),
        ({"seen": "x"}, "cannot be read any more"),
    ):
        address = f"/console/orders/{sold.reference}/refund/"
        response = owner.post(address, _whole_form(sold, **changes))
        assert response.status_code == 400, changes
        assert words in plain(response.content.decode()), changes
    assert not Refund.objects.exists()
    assert till.refunds == {}


def test_a_disputed_order_is_not_refunded(owner: Client, till: Till) -> None:
    sold = _sold(till, "GUIDE")
    Dispute.objects.create(
        payment=sold.payments.get(), external_id="dp_1", minor=2900, currency="EUR"
    )
    assert "Refund …" not in page(owner, f"orders/{sold.reference}/")
    response = owner.post(f"/console/orders/{sold.reference}/refund/", _whole_form(sold))
    assert "payment is disputed" in plain(response.content.decode())
    assert not Refund.objects.exists()


def test_a_refund_that_the_provider_does_not_answer_is_queued(owner: Client, till: Till) -> None:
    sold = _sold(till, "GUIDE")
    till.fails = 1
    shown = press(owner, f"orders/{sold.reference}/refund/", _whole_form(sold))
    assert "it is queued and tried again by itself" in shown
    assert Refund.objects.get().state == "requested"
    run_until_empty()
    assert Refund.objects.get().state == "succeeded"
    assert len(till.refunds) == 1


def test_an_unpaid_order_is_cancelled_and_a_paid_one_is_not(owner: Client, till: Till) -> None:
    waiting, sold = order("WORKSHOP"), _sold(till, "GUIDE")
    assert "is cancelled" in press(owner, f"orders/{waiting.reference}/cancel/")
    waiting.refresh_from_db()
    assert waiting.state == "cancelled"
    assert "cannot become cancelled" in press(owner, f"orders/{sold.reference}/cancel/")
    sold.refresh_from_db()
    assert sold.state == "paid"


def test_goods_are_sent_again_with_fresh_downloads(owner: Client, till: Till) -> None:
    sold = _sold(till, "GUIDE")
    right = Entitlement.objects.get()
    file = right.product.releases.get().files.get(name="guide.pdf")
    DownloadCount.objects.create(entitlement=right, file=file, count=10, allowed=10)
    assert "0 downloads left" in page(owner, f"orders/{sold.reference}/")
    assert "goes to ann@example.org again" in press(owner, f"orders/{sold.reference}/send/goods/")
    assert DownloadCount.objects.get().allowed == 20
    assert OutgoingMail.objects.filter(key__startswith=f"goods:{sold.reference}").count() == 2
    press(owner, f"orders/{sold.reference}/send/receipt/")
    (receipt,) = OutgoingMail.objects.filter(key__startswith=f"receipt:{sold.reference}:")
    assert receipt.subject == f"Receipt for order {sold.reference}"
    assert "separate mail" not in receipt.text
    waiting = order("GUIDE")
    assert "is not paid" in press(owner, f"orders/{waiting.reference}/send/goods/")


def test_an_undelivered_order_stands_on_today_and_is_delivered_by_a_button(
    owner: Client, till: Till
) -> None:
    sold = paid(till, "GUIDE")
    with clock.at(clock.now() + timedelta(minutes=6)):
        assert f"Order {sold.reference} is paid and its buyer has got nothing" in page(owner, "")
    press(owner, f"orders/{sold.reference}/deliver/")
    assert Entitlement.objects.get().order_reference == sold.reference
    with clock.at(clock.now() + timedelta(minutes=6)):
        assert "has got nothing" not in page(owner, "")


def test_payments_refunds_and_disputes_are_listed(owner: Client, till: Till) -> None:
    sold = _sold(till, "GUIDE")
    assert sold.reference in page(owner, "payments/")
    assert "Nothing went back" in page(owner, "payments/refunds/")
    press(owner, f"orders/{sold.reference}/refund/", _whole_form(sold))
    assert sold.reference in page(owner, "payments/refunds/")
    assert "No buyer asked" in page(owner, "payments/disputes/")


def test_a_buyers_words_are_shown_and_never_run(owner: Client, till: Till) -> None:
    evil = Buyer(email="eve@example.org", name="<script>alert(1)</script>", country="DE")
    sold = _sold(till, "GUIDE", buyer=evil)
    for address in (
        f"orders/{sold.reference}/",
        "orders/",
        f"orders/{sold.reference}/refund/",
        f"customers/{sold.customer_id}/",
        "",
    ):
        assert b"<script>alert(1)" not in owner.get(f"/console/{address}").content
