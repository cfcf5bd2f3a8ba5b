"""What the stand-in knows: Stripe's objects, and what happens to them.

Every object starts as Stripe's own example of its kind (fixtures.json), so shapes are Stripe's.
Reference fields hold ids; `expanded` puts the objects in their places.
"""

from __future__ import annotations

import copy
import json
import secrets
import threading
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

from hammock.kit import clock
from tests.stripe_stand_in.events import Outbox
from tests.stripe_stand_in.forms import BadRequest

Object = dict[str, Any]
GOOD_CARD, DECLINED_CARD, CAREFUL_CARD = "4242424242424242", "4000000000000002", "4000002500003155"
_PREFIXES = {
    "balance_transaction": "txn",
    "charge": "ch",
    "checkout.session": "cs_test",
    "customer": "cus",
    "dispute": "du",
    "event": "evt",
    "invoice": "in",
    "payment_intent": "pi",
    "payout": "po",
    "price": "price",
    "product": "prod",
    "refund": "re",
    "subscription": "sub",
    "subscription_item": "si",
}
DISPUTE_FEE = 2000
_MONTH = 30 * 86400
_HALF_HOUR, _DAY = 30 * 60, 24 * 3600


@cache
def _examples() -> dict[str, Object]:
    path = Path(__file__).with_name("fixtures.json")
    examples: dict[str, Object] = json.loads(path.read_text())["resources"]
    return examples


def fee_of(amount: int) -> int:
    """Tell Stripe's fee: 1.5 % and 25 cents (stripe.com/pricing, cards of the EEA)."""
    return min(amount, (amount * 15 + 500) // 1000 + 25)


class Account:
    """One Stripe account in memory; callers hold `lock` while they change or read it."""

    def __init__(self, *, outbox: Outbox) -> None:
        self.outbox = outbox
        self.address = ""
        self.objects: dict[str, Object] = {}
        self.lock = threading.RLock()
        self.next_refund_status = "succeeded"

    def new(self, kind: str, **fields: Any) -> Object:
        """Keep a new object of this kind, with these fields."""
        made = copy.deepcopy(_examples()[kind])
        made |= {"id": f"{_PREFIXES[kind]}_{secrets.token_hex(12)}", "created": _now()}
        made |= {"metadata": {}} if "metadata" in made else {}
        made |= fields
        self.objects[made["id"]] = made
        return made

    def find(self, external_id: str, kind: str) -> Object:
        """Find an object. Raises `BadRequest` with Stripe's 404."""
        found = self.objects.get(external_id)
        if found is None or found["object"] != kind:
            raise BadRequest(
                f"No such {kind}: '{external_id}'", code="resource_missing", param="id", status=404
            )
        return found

    def every(self, kind: str, **like: Any) -> list[Object]:
        """List the objects of a kind whose fields are `like` these, the newest first."""
        for name in like:
            if name not in _examples()[kind]:
                raise BadRequest(f"The stand-in cannot filter {kind} by {name}.", param=name)
        return [
            found
            for found in self.objects.values()
            if found["object"] == kind and all(found[name] == like[name] for name in like)
        ][::-1]

    def tell(self, kind: str, about: Object) -> Object:
        """Write an event with the object as it is now, and queue it for delivery."""
        event = self.new("event", type=kind, data={"object": copy.deepcopy(about)})
        event["api_version"] = "2026-07-29"
        self.outbox.waiting.append(copy.deepcopy(event))
        return event

    def expanded(self, found: Object, paths: Sequence[str]) -> Object:
        """Copy an object with the objects that `paths` name in place of their ids."""
        answer = copy.deepcopy(found)
        for path in paths:
            self._expand(answer, path.split("."), path)
        return answer

    def _expand(self, place: Object, steps: list[str], path: str) -> None:
        name, *rest = steps
        if name not in place:
            raise BadRequest(f"This property cannot be expanded ({path}).", param="expand")
        if isinstance(place[name], str):
            place[name] = copy.deepcopy(self.objects[place[name]])
        if rest and isinstance(place[name], dict):
            self._expand(place[name], rest, path)

    # Checkout

    def open_session(self, params: Object) -> Object:
        """Create a Checkout Session."""
        expires_at = params.get("expires_at", _now() + _DAY)
        if not _HALF_HOUR <= expires_at - _now() <= _DAY:
            raise BadRequest(
                "The `expires_at` timestamp must be between 30 minutes and 24 hours from now.",
                param="expires_at",
            )
        lines = self._lines(params)
        total = sum(line["unit_amount"] * line["n"] for line in lines)
        session = self.new(
            "checkout.session",
            mode=params["mode"],
            amount_subtotal=total,
            amount_total=total,
            currency=lines[0]["currency"],
            client_reference_id=params.get("client_reference_id"),
            customer_email=params.get("customer_email"),
            metadata=params.get("metadata", {}),
            success_url=params.get("success_url"),
            cancel_url=params.get("cancel_url"),
            expires_at=expires_at,
            payment_intent=None,
        )
        session["url"] = f"{self.address}/pay/{session['id']}"
        # What the page and the payment need and the API does not show.
        session["_lines"] = lines
        session["_intent"] = params.get("payment_intent_data", {})
        return session

    def _lines(self, params: Object) -> list[Object]:
        if params["mode"] != "payment":
            raise BadRequest(f"The stand-in has no pages of mode {params['mode']}.", param="mode")
        given = params.get("line_items") or []
        lines = [self._line(line, at=f"line_items[{i}]") for i, line in enumerate(given)]
        if not lines:
            raise BadRequest(
                "Missing required param: line_items.", code="parameter_missing", param="line_items"
            )
        if len({line["currency"] for line in lines}) > 1:
            raise BadRequest("All prices must have the same currency.", param="line_items")
        return lines

    def _line(self, given: Object, *, at: str) -> Object:
        price = self._price(given, at=at)
        if price.get("unit_amount", 0) < 0:
            raise BadRequest(
                "Invalid non-negative integer",
                code="parameter_invalid_integer",
                param=f"{at}[price_data][unit_amount]",
            )
        return {**price, "n": given.get("quantity", 1)}

    def _price(self, given: Object, *, at: str) -> Object:
        if "price" in given:
            price = self.find(given["price"], "price")
            return {**price, "product_data": self.find(price["product"], "product")}
        data: Object | None = given.get("price_data")
        if data is None:
            raise BadRequest(f"You must specify either `price` or `price_data`: {at}.", param=at)
        for name in ("product_data", "unit_amount"):
            if name not in data:
                param = f"{at}[price_data][{name}]"
                raise BadRequest(
                    f"Missing required param: {param}.", code="parameter_missing", param=param
                )
        return data

    def expire_session(self, external_id: str) -> Object:
        """Expire an open session. Raises `BadRequest` for one that is not open."""
        session = self.find(external_id, "checkout.session")
        if session["status"] != "open":
            raise BadRequest(
                'Only Checkout Sessions with a status in ["open"] can be expired. '
                f"This Checkout Session has a status of {session['status']}."
            )
        session |= {"status": "expired", "url": None}
        self.tell("checkout.session.expired", session)
        return session

    def pay(self, external_id: str, *, card: str = GOOD_CARD, authenticated: bool = False) -> str:
        """Try to pay a session: `paid`, `declined`, `authenticate`, or `closed`."""
        session = self.find(external_id, "checkout.session")
        if session["status"] != "open":
            return "closed"
        intent = self._intent_of(session)
        if card == CAREFUL_CARD and not authenticated:
            intent["status"] = "requires_action"
            return "authenticate"
        if card not in {GOOD_CARD, CAREFUL_CARD}:
            intent["status"] = "requires_payment_method"
            self.tell("payment_intent.payment_failed", intent)
            return "declined"
        session |= {"status": "complete", "payment_status": "paid", "url": None}
        self._take(intent)
        self.tell("checkout.session.completed", session)
        return "paid"

    def pay_later(self, external_id: str) -> None:
        """Complete a session with a bank debit, whose money is on its way."""
        session = self.find(external_id, "checkout.session")
        self._intent_of(session)["status"] = "processing"
        session |= {"status": "complete", "payment_status": "unpaid", "url": None}
        self.tell("checkout.session.completed", session)

    def settle_later(self, external_id: str, *, comes: bool) -> None:
        """Let the bank debit's money come, or not."""
        session = self.find(external_id, "checkout.session")
        intent = self._intent_of(session)
        if comes:
            session["payment_status"] = "paid"
            self._take(intent)
        else:
            intent["status"] = "requires_payment_method"
        outcome = "succeeded" if comes else "failed"
        self.tell(f"checkout.session.async_payment_{outcome}", session)

    def _intent_of(self, session: Object) -> Object:
        if session["payment_intent"] is None:
            intent = self.open_intent(
                {
                    "amount": session["amount_total"],
                    "currency": session["currency"],
                    "metadata": session["_intent"].get("metadata", {}),
                }
            )
            session["payment_intent"] = intent["id"]
        return self.find(session["payment_intent"], "payment_intent")

    # Payment intents and their money

    def open_intent(self, params: Object) -> Object:
        """Create a payment intent; `confirm` takes the money at once."""
        intent = self.new(
            "payment_intent",
            amount=params["amount"],
            amount_received=0,
            currency=params["currency"],
            metadata=params.get("metadata", {}),
            status="requires_payment_method",
            latest_charge=None,
        )
        if params.get("confirm"):
            self._take(intent)
        return intent

    def _take(self, intent: Object) -> Object:
        charge = self.new(
            "charge",
            amount=intent["amount"],
            amount_captured=intent["amount"],
            captured=True,
            currency=intent["currency"],
            payment_intent=intent["id"],
            metadata=intent["metadata"],
        )
        entry = self._entry(charge, intent["amount"], fee=fee_of(intent["amount"]))
        charge["balance_transaction"] = entry["id"]
        intent |= {
            "status": "succeeded",
            "amount_received": intent["amount"],
            "latest_charge": charge["id"],
        }
        self.tell("payment_intent.succeeded", intent)
        self.tell("charge.succeeded", charge)
        return charge

    def _entry(self, source: Object, amount: int, *, fee: int = 0, kind: str = "") -> Object:
        return self.new(
            "balance_transaction",
            amount=amount,
            fee=fee,
            net=amount - fee,
            currency=source["currency"],
            source=source["id"],
            type=kind or source["object"],
            reporting_category=kind or source["object"],
        )

    def _charge_of(self, external_id: str) -> Object:
        found = self.objects.get(external_id, {})
        if found.get("object") == "payment_intent":
            external_id = found["latest_charge"] or ""
        return self.find(external_id, "charge")

    # Refunds

    def refund(self, params: Object) -> Object:
        """Give money back. Raises `BadRequest` for more than is left of the charge."""
        charge = self._charge_of(params.get("payment_intent") or params.get("charge", ""))
        left = charge["amount"] - charge["amount_refunded"]
        amount = params.get("amount", left)
        if left == 0:
            raise BadRequest(
                f"Charge {charge['id']} has already been refunded.", code="charge_already_refunded"
            )
        if amount > left:
            raise BadRequest(
                f"Refund amount ({amount}) is greater than unrefunded amount on charge ({left})",
                param="amount",
            )
        refund = self.new(
            "refund",
            amount=amount,
            currency=charge["currency"],
            charge=charge["id"],
            payment_intent=charge["payment_intent"],
            metadata=params.get("metadata", {}),
            status=self.next_refund_status,
        )
        charge["amount_refunded"] += amount
        charge["refunded"] = charge["amount_refunded"] == charge["amount"]
        refund["balance_transaction"] = self._entry(refund, -amount)["id"]
        self.tell("refund.created", refund)
        self.tell("charge.refunded", charge)
        return refund

    def settle_refund(self, external_id: str, *, status: str, reason: str = "") -> None:
        """Let a pending refund succeed, or fail for a reason (the money comes back)."""
        refund = self.find(external_id, "refund")
        refund["status"] = status
        if status == "failed":
            refund["failure_reason"] = reason
            self._charge_of(refund["charge"])["amount_refunded"] -= refund["amount"]
        self.tell("refund.failed" if status == "failed" else "refund.updated", refund)

    # Disputes

    def open_dispute(
        self, paid: str, *, reason: str = "fraudulent", inquiry: bool = False
    ) -> Object:
        """Let the buyer dispute a charge (or its intent); an inquiry moves no money."""
        charge = self._charge_of(paid)
        dispute = self.new(
            "dispute",
            amount=charge["amount"],
            currency=charge["currency"],
            charge=charge["id"],
            payment_intent=charge["payment_intent"],
            reason=reason,
            status="warning_needs_response" if inquiry else "needs_response",
            balance_transactions=[],
        )
        charge["disputed"] = True
        if not inquiry:
            entry = self._entry(dispute, -charge["amount"], fee=DISPUTE_FEE, kind="adjustment")
            dispute["balance_transactions"].append(entry)
            self.tell("charge.dispute.funds_withdrawn", dispute)
        self.tell("charge.dispute.created", dispute)
        return dispute

    def close_dispute(self, external_id: str, *, won: bool) -> Object:
        """Let the bank decide."""
        dispute = self.find(external_id, "dispute")
        dispute["status"] = "won" if won else "lost"
        if won:
            entry = self._entry(dispute, dispute["amount"], kind="adjustment")
            dispute["balance_transactions"].append(entry)
            self.tell("charge.dispute.funds_reinstated", dispute)
        self.tell("charge.dispute.closed", dispute)
        return dispute

    # Payouts

    def pay_out(self, *, amount: int, currency: str, arrives: int | None = None) -> Object:
        """Send money on to the bank."""
        payout = self.new(
            "payout",
            amount=amount,
            currency=currency,
            status="paid",
            arrival_date=_now() if arrives is None else arrives,
        )
        payout["balance_transaction"] = self._entry(payout, -amount)["id"]
        self.tell("payout.paid", payout)
        return payout

    # Catalogue and subscriptions

    def put_product(self, params: Object) -> Object:
        """Create a product."""
        return self.new("product", **{"active": True, **params})

    def put_price(self, params: Object) -> Object:
        """Create a price; `recurring` makes it one for subscriptions."""
        product = params.get("product") or self.put_product(params.pop("product_data"))["id"]
        given = {**params, "product": product}
        return self.new("price", **{"recurring": None, "type": "one_time", **given})

    def put_customer(self, params: Object) -> Object:
        """Create a customer."""
        return self.new("customer", **params)

    def subscribe(self, params: Object) -> Object:
        """Start a subscription and take the first month's money."""
        self.find(params["customer"], "customer")
        prices = [self.find(item["price"], "price") for item in params["items"]]
        items = [
            self.new("subscription_item", price=price, quantity=item.get("quantity", 1))
            for item, price in zip(params["items"], prices, strict=True)
        ]
        subscription = self.new(
            "subscription",
            customer=params["customer"],
            currency=prices[0]["currency"],
            metadata=params.get("metadata", {}),
            status="active",
            cancel_at=None,
            canceled_at=None,
            ended_at=None,
        )
        subscription["items"] = {"object": "list", "data": items, "has_more": False}
        self.tell("customer.subscription.created", subscription)
        self._bill(subscription, reason="subscription_create")
        return subscription

    def renew(self, external_id: str) -> Object:
        """Let a month go by: the next invoice is made and paid. Raises for one that ended."""
        subscription = self.find(external_id, "subscription")
        if subscription["status"] != "active":
            raise BadRequest(f"Subscription {external_id} is {subscription['status']}.")
        return self._bill(subscription, reason="subscription_cycle")

    def cancel_subscription(self, external_id: str) -> Object:
        """End a subscription now."""
        subscription = self.find(external_id, "subscription")
        if subscription["status"] == "canceled":
            raise BadRequest(
                f"No such subscription: '{external_id}'", code="resource_missing", status=404
            )
        subscription |= {"status": "canceled", "canceled_at": _now(), "ended_at": _now()}
        self.tell("customer.subscription.deleted", subscription)
        return subscription

    def _bill(self, subscription: Object, *, reason: str) -> Object:
        items = subscription["items"]["data"]
        amount = sum(item["price"]["unit_amount"] * item["quantity"] for item in items)
        intent = self.open_intent(
            {"amount": amount, "currency": subscription["currency"], "confirm": True}
        )
        start = _now()
        for item in items:
            item |= {"current_period_start": start, "current_period_end": start + _MONTH}
        invoice = self.new(
            "invoice",
            customer=subscription["customer"],
            currency=subscription["currency"],
            amount_due=amount,
            amount_paid=amount,
            amount_remaining=0,
            total=amount,
            status="paid",
            billing_reason=reason,
            parent={
                "type": "subscription_details",
                "subscription_details": {"subscription": subscription["id"], "metadata": {}},
                "quote_details": None,
            },
        )
        subscription["latest_invoice"] = invoice["id"]
        invoice["_intent"] = intent["id"]
        self.tell("invoice.paid", invoice)
        return invoice


def shown(found: Any) -> Any:
    """Leave out what the API does not show."""
    if isinstance(found, dict):
        return {name: shown(part) for name, part in found.items() if not name.startswith("_")}
    return [shown(part) for part in found] if isinstance(found, list) else found


def _now() -> int:
    return int(clock.now().timestamp())
