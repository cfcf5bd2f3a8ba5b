"""Whatever buyers, provider, clock and crashes do in whatever order, the shop ends in order.

Hypothesis drives random histories of buying, paying, paying twice, webhooks early, late and twice,
refunds, expiry, cancelling and death at any statement. At the end everything that waits is let
happen, and then: the books balance and agree with orders and till, no paid order is undelivered, no
money is swallowed, no seat is sold twice.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from django.db import connection
from django.db.models import Model, Q, QuerySet
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from hammock.departments.catalogue.models import Stock
from hammock.departments.delivery.models import Entitlement
from hammock.departments.ledger import queries as books
from hammock.departments.ledger.models import Line
from hammock.departments.sales import queries, rules
from hammock.departments.sales.errors import SalesError
from hammock.departments.sales.models import HeldOrder, Order, Payment, Refund
from hammock.departments.sales.ports import PaymentState, ProviderError, RefundState
from hammock.flows.cancel_order import cancel_order
from hammock.flows.escalate_decisions import escalate_decisions
from hammock.flows.expire_orders import expire_orders
from hammock.flows.place_order import Buyer, place_order
from hammock.flows.receive_webhook import receive_webhook
from hammock.flows.refund_order import RefundWish, refund_order, whole
from hammock.flows.send_refund import settle_refund
from hammock.flows.settle_payment import settle_payment
from hammock.flows.start_payment import start_payment
from hammock.flows.sweep_payments import sweep_payments
from hammock.kit import clock
from hammock.kit.jobs.models import Job
from hammock.kit.jobs.worker import run_until_empty
from hammock.kit.mail.models import OutgoingMail
from tests.crashes import crash_at
from tests.scenes import Scene
from tests.shops import Shelf, open_shop
from tests.till import Till

M = TypeVar("M", bound=Model)
SEATS = 3
START = datetime(2026, 6, 1, 9, 0, tzinfo=UTC)
baskets = st.lists(
    st.sampled_from(["GUIDE", "SAMPLE", "WORKSHOP", "REVIEW", "SET"]),
    min_size=1,
    max_size=3,
    unique=True,
)
SHOP = Scene(lambda: open_shop(seats=SEATS))
picks = st.integers(min_value=0, max_value=10**6)


class Histories(RuleBasedStateMachine):
    """One shop with three seats, and everything that can happen to it."""

    till: Till

    @initialize()
    def open(self) -> None:
        self.now = START
        self.calls = 0
        self._at(SHOP.set)

    @rule(skus=baskets, quantity=st.integers(min_value=1, max_value=2), buyer=st.sampled_from("ab"))
    def buy(self, skus: list[str], quantity: int, buyer: str) -> None:
        who = Buyer(email=f"{buyer}@example.org", name=buyer.upper(), country="DE")
        wanted = [rules.Wanted(sku=sku, quantity=quantity) for sku in skus]
        self._at(lambda: place_order(wanted=wanted, buyer=who))

    @rule(skus=baskets, then=st.sampled_from(["come back", "cancel", "lapse", "nothing"]))
    def pay_and(self, skus: list[str], then: str) -> None:
        """The usual way to the till, and what may come between paying and being told."""
        known = set(Payment.objects.values_list("pk", flat=True))
        self.buy(skus=skus, quantity=1, buyer="a")
        for payment in Payment.objects.exclude(pk__in=known):
            url = "https://x.example/r"
            order_id = payment.order_id
            self._at(lambda: start_payment(order_id=order_id, return_url=url, cancel_url=url))  # noqa: B023 - runs at once
            payment.refresh_from_db()
            if payment.external_id is None:
                continue
            self.till.pay(payment.external_id)
            if then == "cancel":
                self._at(lambda: cancel_order(order_id=order_id, by="buyer"))  # noqa: B023
            elif then == "lapse":
                self.now += timedelta(minutes=16)
                self._at(expire_orders)
            elif then == "come back":
                pk = payment.pk
                self._at(lambda: settle_payment(payment_id=pk))  # noqa: B023

    @rule(pick=picks)
    def open_payment_page(self, pick: int) -> None:
        payment = self._pick(Payment.objects.exclude(state=Payment.State.SUCCEEDED), pick)
        if payment is not None:
            url = "https://x.example/r"
            self._at(
                lambda: start_payment(order_id=payment.order_id, return_url=url, cancel_url=url)
            )

    @rule(pick=picks)
    def pay(self, pick: int) -> None:
        payment = self._pick(Payment.objects.filter(external_id__isnull=False), pick)
        if payment is not None:
            self.till.pay(payment.external_id or "")

    @rule(pick=picks)
    def come_back(self, pick: int) -> None:
        payment = self._pick(Payment.objects.all(), pick)
        if payment is not None:
            self._at(lambda: settle_payment(payment_id=payment.pk))

    @rule(pick=picks, again=st.booleans())
    def call(self, pick: int, again: bool) -> None:  # noqa: FBT001 - Hypothesis calls it by name
        payment = self._pick(Payment.objects.filter(external_id__isnull=False), pick)
        if payment is None:
            return
        self.calls += not again
        body = f'{{"id": "call-{self.calls}", "attempt": "{payment.external_id}"}}'.encode()
        self._at(
            lambda: receive_webhook(provider_name="test", body=body, headers={"signature": "till"})
        )

    @rule(pick=picks)
    def cancel(self, pick: int) -> None:
        order = self._pick(Order.objects.all(), pick)
        if order is not None:
            self._at(lambda: cancel_order(order_id=order.id, by="buyer"))

    @rule(pick=picks)
    def refund(self, pick: int) -> None:
        order = self._pick(Order.objects.filter(state=Order.State.PAID), pick)
        if order is not None:
            wish = whole(order, reason="", requested_by="owner")
            self._at(lambda: refund_order(order_id=order.id, wish=wish))

    @rule(pick=picks, line=picks)
    def refund_a_line(self, pick: int, line: int) -> None:
        order = self._pick(Order.objects.filter(state=Order.State.PAID), pick)
        if order is not None:
            lines = queries.lines_left(order)
            one = lines[line % len(lines)]
            wish = RefundWish(
                amounts={one.line_id: one.left},
                takes_back=frozenset([one.line_id]),
                reason="",
                requested_by="owner",
            )
            self._at(lambda: refund_order(order_id=order.id, wish=wish))

    @rule(skus=baskets, again=st.booleans())
    def a_refund_bounces(self, skus: list[str], again: bool) -> None:  # noqa: FBT001 - as above
        """Somebody pays, is refunded, and their bank sends the money back."""
        self.pay_and(skus=skus, then="come back")
        paid = Payment.objects.filter(state=Payment.State.SUCCEEDED, is_surplus=False)
        latest = paid.select_related("order").order_by("pk").last()
        if latest is None:
            return
        wish = whole(latest.order, reason="", requested_by="owner")
        self._at(lambda: refund_order(order_id=latest.order_id, wish=wish))
        self.work()
        for refund in Refund.objects.filter(payment=latest, state=Refund.State.SUCCEEDED):
            report, pk = self.till.bounce(refund.key), refund.pk
            for _ in range(1 + again):
                self._at(lambda: settle_refund(refund_id=pk, report=report))  # noqa: B023

    @rule(minutes=st.sampled_from([1, 14, 16, 90]))
    def wait(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)

    @rule()
    def work(self) -> None:
        self._at(lambda: (expire_orders(), sweep_payments(), run_until_empty()))

    @rule(calls=st.integers(min_value=1, max_value=3))
    def provider_is_away(self, calls: int) -> None:
        self.till.fails = calls

    @rule(
        statement=st.integers(min_value=1, max_value=60), when=st.sampled_from(["before", "after"])
    )
    def die_while_working(self, statement: int, when: str) -> None:
        with crash_at(statement, when="before" if when == "before" else "after"):
            self._at(lambda: (expire_orders(), sweep_payments(), run_until_empty()))

    def teardown(self) -> None:
        if not hasattr(self, "now"):
            return
        self._let_everything_happen()
        self._judge()

    def _let_everything_happen(self) -> None:
        self.till.fails = 0
        for minutes in (
            10,
            30,
            90,
            600,
            60 * 24 * 7,
        ):  # the last beyond what a held buyer is promised
            self.now += timedelta(minutes=minutes)
            self._at(
                lambda: (
                    expire_orders(),
                    sweep_payments(),
                    escalate_decisions(),
                    run_until_empty(),
                )
            )

    def _judge(self) -> None:
        assert not Job.objects.exclude(state="done").exists()
        assert all(
            sum(line.minor for line in Line.objects.filter(entry=entry)) == 0
            for entry in set(Line.objects.values_list("entry", flat=True))
        )
        assert not HeldOrder.objects.filter(state=HeldOrder.State.HELD).exists()
        self._nobody_waits()
        self._till_and_books_agree()
        self._seats_add_up()

    def _each_has_one_receipt(self, order: Order) -> None:
        """Alone, or with the downloads: together if and only if it did not go before them."""
        sent = OutgoingMail.objects.filter(state=OutgoingMail.State.SENT)
        apart = sent.filter(key=f"receipt:{order.reference}").count()
        together = sent.filter(key=f"goods:{order.reference}", text__contains="RECEIPT").count()
        assert apart + together == 1

    def _nobody_waits(self) -> None:
        assert not Order.objects.filter(state=Order.State.AWAITING).exists()
        over = (Refund.State.SUCCEEDED, Refund.State.FAILED)
        assert not Refund.objects.exclude(state__in=over).exists()
        refused = HeldOrder.objects.filter(state=HeldOrder.State.CANCELLED)
        for order in Order.objects.filter(state=Order.State.PAID):
            if refused.filter(order=order).exists():  # what was left of its money went back
                assert not Entitlement.objects.filter(order_reference=order.reference).exists()
                continue
            for line in order.lines.all():
                key = f"line:{line.pk}"
                rights = Entitlement.objects.filter(state=Entitlement.State.ACTIVE).filter(
                    Q(grant_key=key) | Q(grant_key__startswith=f"{key}:")
                )
                gone = line.refund_parts.filter(refund__state=Refund.State.SUCCEEDED).exists()
                lost = line.refund_parts.filter(refund__problem__contains="sold to others").exists()
                assert lost or rights.exists() != gone
            self._each_has_one_receipt(order)

    def _till_and_books_agree(self) -> None:
        taken = {
            key: attempt
            for key, attempt in self.till.attempts.items()
            if attempt.state == PaymentState.SUCCEEDED
        }
        settled = Payment.objects.filter(state=Payment.State.SUCCEEDED)
        assert set(settled.values_list("key", flat=True)) == set(taken)
        balances = {b.account: b.amount.minor for b in books.balances()}
        back = sum(
            report.amount.minor
            for report in self.till.refunds.values()
            if report.state == RefundState.SUCCEEDED
        )
        came = sum(attempt.request.amount.minor for attempt in taken.values())
        fees = balances.get("Expenses:PaymentFees", 0)
        assert balances.get("Assets:Provider", 0) == came - back - fees
        assert balances.get("Liabilities:Surplus", 0) == 0
        for order in Order.objects.filter(state=Order.State.PAID):
            paid = settled.filter(order=order, is_surplus=False).count()
            assert paid == (1 if order.total_minor else 0)
            assert queries.refunded_minor(order) <= order.total_minor

    def _seats_add_up(self) -> None:
        held = sum(
            Entitlement.objects.filter(
                product__slug="workshop", state=Entitlement.State.ACTIVE
            ).values_list("quantity", flat=True)
        )
        assert Stock.objects.get().left == SEATS - held

    def _at(self, happening: Callable[[], object]) -> None:
        """Let it happen at the history's moment; what shop or provider refuses is no fault."""
        try:
            with clock.at(self.now):
                happening()
        except (SalesError, ProviderError):
            assert not connection.in_atomic_block

    def _pick(self, rows: QuerySet[M], pick: int) -> M | None:
        found = list(rows.order_by("pk"))
        return found[pick % len(found)] if found else None


def test_every_history_ends_in_order(transactional_db: None, shelf: Shelf, till: Till) -> None:
    Histories.till = till
    Histories.TestCase.settings = settings(
        max_examples=40,
        stateful_step_count=25,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    run = Histories.TestCase("runTest")
    run.runTest()
