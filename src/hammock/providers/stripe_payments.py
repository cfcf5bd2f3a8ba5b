"""Payments through Stripe: hosted Checkout pages, refunds, and what Stripe's webhooks tell.

Owns the translation between the payment port and Stripe's API (docs.stripe.com/api), by the
official SDK. What makes something carries an idempotency key made from ours, and every parameter of
it comes from the request alone: Stripe refuses a known key with other parameters
(docs.stripe.com/api/idempotent_requests), so a retry a minute later must say the very same.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from decimal import ROUND_HALF_EVEN, Decimal
from typing import TYPE_CHECKING, Any

import stripe

from hammock.departments.sales.ports import (
    DisputeNews,
    DisputeState,
    News,
    PaymentLine,
    PaymentNews,
    PaymentReport,
    PaymentRequest,
    PaymentState,
    PayoutNews,
    ProviderRefused,
    ProviderUnavailable,
    RefundNews,
    RefundReport,
    RefundRequest,
    RefundState,
    StartedPayment,
    Webhook,
    WebhookRefused,
)
from hammock.kit import clock, turns
from hammock.kit.errors import FieldError
from hammock.kit.money import Money, known_currency, minor_digits

if TYPE_CHECKING:
    from stripe.params.checkout import SessionCreateParams, SessionCreateParamsLineItem

NAME = "stripe"
SIGNATURE = "stripe-signature"
TOLERANCE_SECONDS = 300
TIMEOUT_SECONDS = 20
RETRIES = 1
# A Checkout Session lives at least 30 minutes and at most 24 hours from its creation
# (docs.stripe.com/api/checkout/sessions/create#create_checkout_session-expires_at).
GRACE = timedelta(minutes=31)

# docs.stripe.com/currencies, "Zero-decimal currencies" and "Special cases": UGX and ISK have no
# decimals and are told in hundredths all the same, HUF and TWD have hundredths that payouts round
# away, and three-decimal amounts must end in 0.
_NO_DECIMALS = frozenset(
    {
        "BIF",
        "CLP",
        "DJF",
        "GNF",
        "JPY",
        "KMF",
        "KRW",
        "MGA",
        "PYG",
        "RWF",
        "VND",
        "VUV",
        "XAF",
        "XOF",
        "XPF",
    }
)
_THREE_DECIMALS = frozenset({"BHD", "JOD", "KWD", "OMR", "TND"})

_REFUND_STATES = {
    "pending": RefundState.PENDING,
    "requires_action": RefundState.PENDING,
    "succeeded": RefundState.SUCCEEDED,
    "failed": RefundState.FAILED,
    "canceled": RefundState.FAILED,
}
# Inquiries (warning_*) and prevented disputes hold no money back, so they are no news to the books
# (docs.stripe.com/disputes/how-disputes-work).
_DISPUTE_STATES = {
    "needs_response": DisputeState.OPEN,
    "under_review": DisputeState.OPEN,
    "won": DisputeState.WON,
    "lost": DisputeState.LOST,
}
# What ended without money: the buyer's bank said no after the page was left.
_DEAD_INTENTS = frozenset({"canceled", "requires_payment_method"})

Fields = Mapping[str, Any]
# What reading an answer raises that is not shaped as Stripe documents it.
_UNREADABLE = (ValueError, KeyError, TypeError, AttributeError, ArithmeticError, FieldError)


class StripePayments:
    """The `stripe` provider; `api` is Stripe's address, or that of a stand-in."""

    name = NAME

    def __init__(self, *, secret_key: str, webhook_secret: str, api: str) -> None:
        self._webhook_secret = webhook_secret
        self._is_test = secret_key.startswith(("sk_test_", "rk_test_"))
        self._client = stripe.StripeClient(
            secret_key,
            base_addresses={"api": api},
            max_network_retries=RETRIES,
            http_client=stripe.RequestsClient(timeout=TIMEOUT_SECONDS),
        )

    @property
    def is_test(self) -> bool:
        """Whether the secret key is one of Stripe's test mode."""
        return self._is_test

    def start(self, request: PaymentRequest) -> StartedPayment:
        """Open a Checkout Session, or find the one with this key.

        Raises `ProviderUnavailable` or `ProviderRefused`, as everything here that calls Stripe.
        """
        with _asking():
            session = self._client.v1.checkout.sessions.create(
                _session(request), {"idempotency_key": f"start-{request.key}"}
            )
            if not session.url:
                raise ProviderRefused(provider=NAME, problem=f"no page to pay {session.id} on")
            return StartedPayment(external_id=session.id, pay_url=session.url)

    def fetch(self, external_id: str) -> PaymentReport:
        """Tell how a Checkout Session stands, what was taken and what Stripe keeps of it."""
        with _asking():
            session = self._client.v1.checkout.sessions.retrieve(
                external_id, {"expand": ["payment_intent.latest_charge.balance_transaction"]}
            )
            return _payment_report(session)

    def close(self, external_id: str) -> PaymentReport:
        """Expire a Checkout Session; one that is complete or expired is left as it is.

        It happens once by nature, so the SDK's own key for each call is enough. A lasting key would
        bring back yesterday's answer, a failure of Stripe's among them, while the page stays open.
        """
        with _asking():
            try:
                self._client.v1.checkout.sessions.expire(external_id)
            except stripe.InvalidRequestError:
                # Only an open session can be expired: what it is instead, `fetch` tells.
                return self.fetch(external_id)
        return self.fetch(external_id)

    def refund(self, request: RefundRequest) -> RefundReport:
        """Give back a part or all of a payment intent's money; the same key does it once."""
        with _asking():
            refund = self._made_before(request) or self._client.v1.refunds.create(
                {
                    "payment_intent": request.charge_id,
                    "amount": to_stripe(request.amount),
                    "metadata": {"key": request.key, "reference": request.reference},
                },
                {"idempotency_key": f"refund-{request.key}"},
            )
            return _refund_report(refund.to_dict())

    def _made_before(self, request: RefundRequest) -> stripe.Refund | None:
        """Find the refund by our key: Stripe forgets its own after a day, a job may take longer."""
        made = self._client.v1.refunds.list({"payment_intent": request.charge_id, "limit": 100})
        return next(
            (refund for refund in made.auto_paging_iter() if _key(refund.to_dict()) == request.key),
            None,
        )

    def knock(self) -> None:
        """Look at one refund, which our key must be allowed to, to see whether Stripe takes it."""
        with _asking():
            self._client.v1.refunds.list({"limit": 1})

    def read_webhook(self, *, body: bytes, headers: Mapping[str, str]) -> Webhook:
        """Verify Stripe's signature (docs.stripe.com/webhooks#verify-manually) and translate."""
        signature = headers.get(SIGNATURE, "")
        try:
            stripe.WebhookSignature.verify_header(body, signature, self._webhook_secret)
            moment = _signed_at(signature)
        except (stripe.SignatureVerificationError, ValueError, TypeError, KeyError):
            raise WebhookRefused(provider=NAME, problem="wrong signature") from None
        if abs(clock.now().timestamp() - moment) > TOLERANCE_SECONDS:
            raise WebhookRefused(provider=NAME, problem="the call is too old")
        try:
            return _webhook(json.loads(body))
        except _UNREADABLE as error:
            raise WebhookRefused(provider=NAME, problem=f"not an event: {error!r}") from None


def _signed_at(signature: str) -> int:
    parts = dict(part.split("=", 1) for part in signature.split(",") if "=" in part)
    return int(parts["t"])


def to_stripe(amount: Money) -> int:
    """Give the amount in Stripe's minor units. Raises `ProviderRefused` where it has no such."""
    told = amount.decimal.scaleb(_stripe_digits(amount.currency))
    step = 10 if amount.currency in _THREE_DECIMALS else 1
    if told != told.to_integral_value() or int(told) % step:
        raise ProviderRefused(provider=NAME, problem=f"cannot take {amount}: too fine an amount")
    return int(told)


def from_stripe(minor: int, currency: str) -> Money:
    """Read an amount in Stripe's minor units, rounded half to even where ours are coarser."""
    code = known_currency(currency)
    scaled = Decimal(minor).scaleb(minor_digits(code) - _stripe_digits(code))
    return Money(int(scaled.to_integral_value(rounding=ROUND_HALF_EVEN)), code)


def _stripe_digits(currency: str) -> int:
    if currency in _NO_DECIMALS:
        return 0
    return 3 if currency in _THREE_DECIMALS else 2


@contextmanager
def _asking() -> Iterator[None]:
    """Turn the SDK's errors into the port's: is it worth asking again, or not.

    It takes Stripe a good part of a second, in which others are served.
    """
    try:
        with turns.waiting():
            yield
    except stripe.StripeError as error:
        problem = error.user_message or type(error).__name__
        if _may_pass(error):
            raise ProviderUnavailable(provider=NAME, problem=problem) from error
        raise ProviderRefused(provider=NAME, problem=problem) from error
    except _UNREADABLE as error:
        problem = f"cannot read Stripe's answer: {error!r}"
        raise ProviderUnavailable(provider=NAME, problem=problem) from error


def _may_pass(error: stripe.StripeError) -> bool:
    # APIError is the SDK's class for 5xx, for 409 (the same key is being worked on right now), and
    # for answers that are no JSON: in all of them nobody knows whether it happened.
    return isinstance(error, stripe.APIConnectionError | stripe.RateLimitError | stripe.APIError)


def _session(request: PaymentRequest) -> SessionCreateParams:
    metadata = {"reference": request.reference, "key": request.key}
    return {
        "mode": "payment",
        "line_items": [_line(line) for line in request.lines],
        "client_reference_id": request.reference,
        "customer_email": request.email,
        "success_url": request.return_url,
        "cancel_url": request.cancel_url,
        "expires_at": int((request.expires_at + GRACE).timestamp()),
        # The buyer pays the price that the shop showed, in its currency, not a converted one.
        "adaptive_pricing": {"enabled": False},
        "metadata": metadata,
        "payment_intent_data": {
            "metadata": metadata,
            # By default the fee is known only some time after the payment
            # (docs.stripe.com/payments/payment-intents/asynchronous-capture); the books want both.
            "capture_method": "automatic",
        },
    }


def _line(line: PaymentLine) -> SessionCreateParamsLineItem:
    # One line of all pieces: a total with a discount in it need not divide by their number.
    title = line.title if line.quantity == 1 else f"{line.quantity} × {line.title}"
    return {
        "quantity": 1,
        "price_data": {
            "currency": line.total.currency.lower(),
            "unit_amount": to_stripe(line.total),
            "product_data": {"name": title},
        },
    }


def _payment_report(session: stripe.checkout.Session) -> PaymentReport:
    if session.payment_status == "paid":
        return _paid_report(session)
    nothing = Money.zero(known_currency(session.currency or ""))
    return PaymentReport(
        external_id=session.id, state=_unpaid_state(session), amount=nothing, fee=nothing
    )


def _unpaid_state(session: stripe.checkout.Session) -> PaymentState:
    if session.status == "expired":
        return PaymentState.CLOSED
    intent = session.payment_intent
    is_dead = isinstance(intent, stripe.PaymentIntent) and intent.status in _DEAD_INTENTS
    is_left = session.status == "complete"
    return PaymentState.CLOSED if is_left and is_dead else PaymentState.OPEN


def _paid_report(session: stripe.checkout.Session) -> PaymentReport:
    intent = session.payment_intent
    charge = intent.latest_charge if isinstance(intent, stripe.PaymentIntent) else None
    entry = charge.balance_transaction if isinstance(charge, stripe.Charge) else None
    if not isinstance(intent, stripe.PaymentIntent) or not isinstance(
        entry, stripe.BalanceTransaction
    ):
        raise ProviderUnavailable(provider=NAME, problem=f"the fee of {session.id} is not known")
    amount = from_stripe(intent.amount_received, intent.currency)
    return PaymentReport(
        external_id=session.id,
        state=PaymentState.SUCCEEDED,
        amount=amount,
        fee=_fee([entry.to_dict()], of=intent.amount_received, currency=intent.currency),
        charge_id=intent.id,
        card_country=_card_country(charge),
    )


def _card_country(charge: object) -> str:
    """Tell the country of the bank that gave the card out; empty for other ways to pay."""
    details = getattr(charge, "payment_method_details", None)
    card = getattr(details, "card", None)
    return str(getattr(card, "country", None) or "")


def _fee(entries: Sequence[Fields], *, of: int, currency: str) -> Money:
    """Add up the fees of balance transactions, in the buyer's currency.

    Stripe books in the account's currency. The first entry books `of`, in Stripe's minor units of
    the buyer's `currency`, so what it came to is the rate at which the fees go back.
    """
    fee = sum(entry["fee"] for entry in entries)
    if not fee or entries[0]["currency"] == currency:
        return from_stripe(fee, currency)
    converted = Decimal(fee) * of / abs(entries[0]["amount"])
    return from_stripe(int(converted.to_integral_value(rounding=ROUND_HALF_EVEN)), currency)


def _refund_report(refund: Fields) -> RefundReport:
    return RefundReport(
        external_id=refund["id"],
        state=_REFUND_STATES[refund["status"]],
        amount=from_stripe(refund["amount"], refund["currency"]),
        reason=refund.get("failure_reason") or "",
    )


def _webhook(event: Fields) -> Webhook:
    kind = event["type"]
    translate = _TRANSLATORS.get(kind)
    news = translate(event["data"]["object"]) if translate else None
    return Webhook(external_id=event["id"], kind=kind, news=(news,) if news else ())


def _payment_news(session: Fields) -> PaymentNews | None:
    # An account may sell elsewhere too: a session without our key is not of this shop.
    return PaymentNews(external_id=session["id"]) if _key(session) else None


def _refund_news(refund: Fields) -> RefundNews:
    return RefundNews(
        report=_refund_report(refund),
        charge_id=refund.get("payment_intent") or refund["charge"],
        key=_key(refund),
    )


def _key(made: Fields) -> str:
    """Read our key of a session or refund; empty where somebody else made it."""
    return str((made.get("metadata") or {}).get("key", ""))


def _dispute_news(dispute: Fields) -> DisputeNews | None:
    state = _DISPUTE_STATES.get(dispute["status"])
    entries = dispute.get("balance_transactions") or ()
    if state is None or (state == DisputeState.OPEN and not entries):
        # No money has moved yet; `funds_withdrawn` brings amount and fee when it does.
        return None
    amount = from_stripe(dispute["amount"], dispute["currency"])
    return DisputeNews(
        external_id=dispute["id"],
        charge_id=dispute.get("payment_intent") or dispute["charge"],
        state=state,
        amount=amount,
        fee=_fee(entries, of=dispute["amount"], currency=dispute["currency"]),
        reason=dispute.get("reason") or "",
    )


def _payout_news(payout: Fields) -> PayoutNews:
    return PayoutNews(
        external_id=payout["id"],
        amount=from_stripe(payout["amount"], payout["currency"]),
        arrived_at=datetime.fromtimestamp(payout["arrival_date"], tz=UTC),
    )


_TRANSLATORS: Mapping[str, Callable[[Fields], News | None]] = {
    "checkout.session.completed": _payment_news,
    "checkout.session.async_payment_succeeded": _payment_news,
    "checkout.session.async_payment_failed": _payment_news,
    "checkout.session.expired": _payment_news,
    "refund.created": _refund_news,
    "refund.updated": _refund_news,
    "refund.failed": _refund_news,
    "charge.dispute.created": _dispute_news,
    "charge.dispute.updated": _dispute_news,
    "charge.dispute.closed": _dispute_news,
    "charge.dispute.funds_withdrawn": _dispute_news,
    "charge.dispute.funds_reinstated": _dispute_news,
    "payout.paid": _payout_news,
}
