"""Payments in which no money moves, behaving as a real provider does.

Attempts and refunds live in tables of their own, are known by their keys, and the shop is told by a
signed call that goes through the same inbox as Stripe's. A live shop refuses them.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.crypto import constant_time_compare, salted_hmac

from hammock.departments.catalogue import queries as catalogue
from hammock.departments.sales.ports import (
    PaymentNews,
    PaymentReport,
    PaymentRequest,
    PaymentState,
    PayoutNews,
    ProviderRefused,
    RefundReport,
    RefundRequest,
    RefundState,
    StartedPayment,
    Webhook,
    WebhookRefused,
)
from hammock.kit import clock
from hammock.kit.locks import locking
from hammock.kit.money import Money
from hammock.kit.prepared import add_once, change, prepared
from hammock.providers.test_payments.models import TestAttempt, TestRefund

NAME = "test"
SIGNATURE = "test-signature"
TOLERANCE_SECONDS = 300
# Stripe's standard price for cards of the European Economic Area, as published at
# stripe.com/pricing in 2025: 1.5 % and 25 cents.
FEE_RATIO = Decimal("0.015")
FEE_FIXED = 25
Deliver = Callable[[bytes, Mapping[str, str]], None]


class TestPayments:
    """The `test` provider; `deliver` takes the signed calls that tell the shop."""

    name = NAME
    is_test = True

    def __init__(self, *, deliver: Deliver) -> None:
        self._deliver = deliver

    def start(self, request: PaymentRequest) -> StartedPayment:
        """Open an attempt with a page of its own, or find the one with this key."""
        self._refuse_live()
        with transaction.atomic():
            attempt = TestAttempt(
                key=request.key,
                external_id=f"test_{secrets.token_hex(12)}",
                reference=request.reference,
                minor=request.amount.minor,
                currency=request.amount.currency,
                lines=[
                    {"title": line.title, "quantity": line.quantity, "total": str(line.total)}
                    for line in request.lines
                ],
                return_url=request.return_url,
                cancel_url=request.cancel_url,
            )
            if not add_once(attempt):
                attempt = TestAttempt.objects.get(key=request.key)
        if (attempt.reference, attempt.amount) != (
            request.reference,
            request.amount,
        ):
            raise ProviderRefused(
                provider=NAME, problem="a known key must ask for the same order and amount"
            )
        page = reverse("test_payments:pay", kwargs={"external_id": attempt.external_id})
        return StartedPayment(external_id=attempt.external_id, pay_url=page)

    def pay(self, external_id: str) -> bool:
        """Let the buyer's money come, and tell the shop; False when the attempt is closed."""
        self._refuse_live()
        with transaction.atomic():
            attempt = self._locked(external_id)
            if attempt.state == TestAttempt.State.CLOSED:
                return False
            attempt.state = TestAttempt.State.SUCCEEDED
            change(attempt, "state")
        self._tell({"id": f"paid_{external_id}", "kind": "paid", "attempt": external_id})
        return True

    def pay_out(self, *, key: str, amount: Money) -> None:
        """Send money on to the bank, and tell the shop."""
        self._tell(
            {
                "id": f"payout_{key}",
                "kind": "payout",
                "minor": amount.minor,
                "currency": amount.currency,
            }
        )

    def fetch(self, external_id: str) -> PaymentReport:
        """Tell how an attempt stands."""
        found = attempts(external_id=external_id)
        if not found:
            raise ProviderRefused(provider=NAME, problem=f"no attempt {external_id}")
        return _report(found[0])

    def close(self, external_id: str) -> PaymentReport:
        """Let nobody pay this attempt any more."""
        with transaction.atomic():
            attempt = self._locked(external_id)
            if attempt.state == TestAttempt.State.OPEN:
                attempt.state = TestAttempt.State.CLOSED
                attempt.save(update_fields=["state"])
        return _report(attempt)

    def refund(self, request: RefundRequest) -> RefundReport:
        """Give back what was taken and is not given back yet; the same key does it once."""
        with transaction.atomic():
            attempt = self._locked(request.charge_id.removeprefix("charge_"))
            known = TestRefund.objects.filter(key=request.key).first()
            if known is None:
                gone = sum(attempt.refunds.values_list("minor", flat=True))
                if attempt.state != TestAttempt.State.SUCCEEDED or (
                    gone + request.amount.minor > attempt.minor
                ):
                    raise ProviderRefused(provider=NAME, problem="more than was taken")
                known = TestRefund.objects.create(
                    key=request.key, attempt=attempt, minor=request.amount.minor
                )
        return RefundReport(
            external_id=f"refund_{known.key}",
            state=RefundState.SUCCEEDED,
            amount=Money(known.minor, attempt.currency),
        )

    def knock(self) -> None:
        """Let everybody in."""

    def read_webhook(self, *, body: bytes, headers: Mapping[str, str]) -> Webhook:
        """Verify a call of our own (`t=…,v1=…` as Stripe signs) and translate it."""
        at, _, signature = headers.get(SIGNATURE, "").partition(",")
        if not at.isdecimal() or not constant_time_compare(signature, _signed(at, body)):
            raise WebhookRefused(provider=NAME, problem="wrong signature")
        if abs(clock.now().timestamp() - int(at)) > TOLERANCE_SECONDS:
            raise WebhookRefused(provider=NAME, problem="the call is too old")
        return _translated(json.loads(body))

    def _tell(self, content: dict[str, Any]) -> None:
        body = json.dumps(content).encode()
        at = str(int(clock.now().timestamp()))
        self._deliver(body, {SIGNATURE: f"{at},{_signed(at, body)}"})

    def _refuse_live(self) -> None:
        if catalogue.shop().is_live:
            raise ProviderRefused(
                provider=NAME, problem="this shop takes real money; test payments are off"
            )

    def _locked(self, external_id: str) -> TestAttempt:
        found = _locked_attempts(external_id=external_id)
        if not found:
            raise ProviderRefused(provider=NAME, problem=f"no attempt {external_id}")
        return found[0]


@prepared
def attempts(*, external_id: str) -> QuerySet[TestAttempt]:
    """Find an attempt."""
    return TestAttempt.objects.filter(external_id=external_id)


@prepared
def _locked_attempts(*, external_id: str) -> QuerySet[TestAttempt]:
    return locking(TestAttempt.objects.filter(external_id=external_id))


def _report(attempt: TestAttempt) -> PaymentReport:
    nothing = Money.zero(attempt.currency)
    is_paid = attempt.state == TestAttempt.State.SUCCEEDED
    fee = attempt.amount.share(FEE_RATIO) + Money(FEE_FIXED, attempt.currency)
    return PaymentReport(
        external_id=attempt.external_id,
        state=PaymentState(attempt.state),
        amount=attempt.amount if is_paid else nothing,
        fee=min(fee, attempt.amount) if is_paid else nothing,
        charge_id=attempt.charge_id if is_paid else "",
    )


def _signed(at: str, body: bytes) -> str:
    return salted_hmac(
        "hammock.test_payments", f"{at}.".encode() + body, algorithm="sha256"
    ).hexdigest()


def _translated(content: Mapping[str, Any]) -> Webhook:
    if content["kind"] == "payout":
        payout = PayoutNews(
            external_id=content["id"],
            amount=Money(content["minor"], content["currency"]),
            arrived_at=clock.now(),
        )
        return Webhook(external_id=content["id"], kind="payout", news=[payout])
    paid = PaymentNews(external_id=content["attempt"])
    return Webhook(external_id=content["id"], kind="paid", news=[paid])
