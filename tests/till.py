"""A payment provider in memory, for tests of flows: it does what it is told, and can be told badly.

It passes the same contract tests as the real ones (tests/providers).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from hammock.departments.sales.ports import (
    PaymentNews,
    PaymentReport,
    PaymentRequest,
    PaymentState,
    ProviderRefused,
    ProviderUnavailable,
    RefundReport,
    RefundRequest,
    RefundState,
    StartedPayment,
    Webhook,
    WebhookRefused,
)
from hammock.kit.money import Money

FEE = 50


@dataclass
class Attempt:
    """How one attempt stands in the till."""

    request: PaymentRequest
    state: PaymentState = PaymentState.OPEN
    taken: Money | None = None


@dataclass
class Till:
    """Keeps attempts by key; `fails` is how many of the next calls get no answer."""

    name: str = "test"
    is_test: bool = True
    fails: int = 0
    attempts: dict[str, Attempt] = field(default_factory=dict)
    refunds: dict[str, RefundReport] = field(default_factory=dict)

    def start(self, request: PaymentRequest) -> StartedPayment:
        """Open an attempt, or find the one with this key."""
        self.attempts.setdefault(request.key, Attempt(request))
        self._maybe_fail()
        return StartedPayment(external_id=f"at-{request.key}", pay_url=request.return_url)

    def pay(self, external_id: str, *, card: str = "4242424242424242") -> None:
        """Let the buyer pay, if the attempt is open still."""
        attempt = self._attempt(external_id)
        if attempt.state == PaymentState.OPEN and card:
            attempt.state, attempt.taken = PaymentState.SUCCEEDED, attempt.request.amount

    def fetch(self, external_id: str) -> PaymentReport:
        """Tell how an attempt stands."""
        self._maybe_fail()
        attempt = self._attempt(external_id)
        currency = attempt.request.amount.currency
        taken = attempt.taken or Money.zero(currency)
        return PaymentReport(
            external_id=external_id,
            state=attempt.state,
            amount=taken,
            fee=Money(FEE if taken else 0, currency),
            charge_id=f"ch-{attempt.request.key}" if taken else "",
        )

    def close(self, external_id: str) -> PaymentReport:
        """Let nobody pay any more."""
        attempt = self._attempt(external_id)
        if attempt.state == PaymentState.OPEN:
            attempt.state = PaymentState.CLOSED
        return self.fetch(external_id)

    def refund(self, request: RefundRequest) -> RefundReport:
        """Give back what was taken and is not given back yet."""
        if request.key not in self.refunds:
            attempt = self._attempt(request.charge_id.removeprefix("ch-"))
            taken = attempt.taken or Money.zero(request.amount.currency)
            gone = sum(
                report.amount.minor
                for report in self.refunds.values()
                if report.external_id.startswith(f"re-{request.charge_id}-")
                and report.state == RefundState.SUCCEEDED
            )
            if request.amount.minor > taken.minor - gone:
                raise ProviderRefused(provider=self.name, problem="more than was taken")
            self.refunds[request.key] = RefundReport(
                external_id=f"re-{request.charge_id}-{len(self.refunds)}",
                state=RefundState.SUCCEEDED,
                amount=request.amount,
            )
        self._maybe_fail()
        return self.refunds[request.key]

    def bounce(self, key: str) -> RefundReport:
        """Let a refund that was given come back after all: the buyer's account is closed."""
        self.refunds[key] = replace(
            self.refunds[key], state=RefundState.FAILED, reason="account closed"
        )
        return self.refunds[key]

    def knock(self) -> None:
        """Let everybody in."""

    def read_webhook(self, *, body: bytes, headers: Mapping[str, str]) -> Webhook:
        """Read `{"id": …, "attempt": …}` signed with the word `till`."""
        if headers.get("signature") != "till":
            raise WebhookRefused(provider=self.name, problem="wrong signature")
        content = json.loads(body)
        return Webhook(
            external_id=content["id"],
            kind="paid",
            news=[PaymentNews(external_id=content["attempt"])],
        )

    def _attempt(self, external_id: str) -> Attempt:
        key = external_id.removeprefix("at-")
        if key not in self.attempts:
            raise ProviderRefused(provider=self.name, problem=f"no attempt {external_id}")
        return self.attempts[key]

    def _maybe_fail(self) -> None:
        if self.fails:
            self.fails -= 1
            raise ProviderUnavailable(provider=self.name, problem="no answer")
