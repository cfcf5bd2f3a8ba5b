"""Signed webhooks: what happened, sent when, how often and in which order the test says."""

from __future__ import annotations

import json
import logging
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import stripe

from hammock.kit import clock

Send = Callable[[bytes, Mapping[str, str]], object]


def signed(event: Mapping[str, Any], *, secret: str, at: int | None = None) -> tuple[bytes, str]:
    """Give an event's body and its `Stripe-Signature`, made at `at` (seconds; now if left out)."""
    body = json.dumps(event)
    moment = int(clock.now().timestamp()) if at is None else at
    header = stripe.WebhookSignature.generate_signature_header(body, secret, moment)
    return body.encode(), header


def to_address(url: str) -> Send:
    """Post each event to this address; one that is not taken is named in the log and lost."""

    def send(body: bytes, headers: Mapping[str, str]) -> None:
        request = urllib.request.Request(
            url, data=body, headers={**headers, "content-type": "application/json"}
        )
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:
                answer.read()
        except OSError as error:
            logging.getLogger(__name__).warning("%s did not take an event: %s", url, error)

    return send


@dataclass
class Outbox:
    """Events that wait for delivery; `send` is called with a body and lower-case headers."""

    secret: str
    send: Send | None = None
    waiting: list[dict[str, Any]] = field(default_factory=list)

    def deliver(
        self, *, twice: bool = False, out_of_order: bool = False, dropped: bool = False
    ) -> list[str]:
        """Send all that waits (or lose it, when `dropped`) and tell the kinds in their order.

        Delivery is late by nature: nothing goes out before this is called.
        """
        events, self.waiting = self.waiting, []
        if dropped:
            return []
        if out_of_order:
            events.reverse()
        if twice:
            events = [*events, *events]
        for event in events:
            body, signature = signed(event, secret=self.secret)
            if self.send is not None:
                self.send(body, {"stripe-signature": signature})
        return [event["type"] for event in events]
