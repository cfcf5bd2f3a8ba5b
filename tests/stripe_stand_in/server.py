"""The stand-in's HTTP: routes, the secret key, idempotency keys, and failures on demand.

Idempotency is Stripe's (docs.stripe.com/api/idempotent_requests): a known key with the same
parameters gets the same answer again, be it a refusal or a failure, with other parameters an error;
nothing is kept of a call whose parameters were refused before it did anything, and keys are
forgotten after a day.
"""

from __future__ import annotations

import base64
import json
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Literal
from urllib.parse import parse_qs, urlsplit

import stripe.params as sdk
from stripe.params import checkout

from tests.stripe_stand_in import pages
from tests.stripe_stand_in.events import Outbox, Send
from tests.stripe_stand_in.forms import BadRequest, checked, decoded
from tests.stripe_stand_in.state import Account, Object, shown

KEY = "sk_test_standin"
WEBHOOK_SECRET = "whsec_standin"
# `500` fails before anything is kept, `kept_500` once the work began; `409` is for a call whose
# key is at work right now.
How = Literal["500", "kept_500", "409", "429", "drop_after_work"]
Work = Callable[[Account, str, Object], Object]


@dataclass(frozen=True)
class Route:
    """One call of the API: what it may say, and what it does."""

    method: str
    path: re.Pattern[str]
    params: type
    work: Work


@dataclass(frozen=True)
class Answer:
    """An answer as it goes over the wire."""

    status: int
    body: bytes
    headers: dict[str, str] = field(default_factory=dict)
    is_kept: bool = True


@dataclass(frozen=True)
class Call:
    """A write that arrived: for tests of what really was sent."""

    path: str
    key: str
    params: Object


@dataclass
class StandIn:
    """A running stand-in: its account, what was called, and how to make it fail."""

    account: Account
    calls: list[Call] = field(default_factory=list)
    url: str = ""
    # Whether events go out at once (by hand) or when `deliver_events` is called (tests).
    is_prompt: bool = False
    _kept: dict[str, tuple[object, Answer]] = field(default_factory=dict)
    _failures: list[tuple[How, str]] = field(default_factory=list)

    def fail_next(self, n: int = 1, *, how: How, method: str = "") -> None:
        """Let the next `n` calls (of this method, if given) fail: before any work, or after it."""
        self._failures.extend([(how, method)] * n)

    def forget_keys(self) -> None:
        """Let a day go by: Stripe keeps answers no longer than it must."""
        self._kept.clear()

    def deliver_events(
        self, *, twice: bool = False, out_of_order: bool = False, dropped: bool = False
    ) -> list[str]:
        """Send the events that wait, and tell their kinds."""
        return self.account.outbox.deliver(twice=twice, out_of_order=out_of_order, dropped=dropped)

    def open_dispute(self, paid: str, *, reason: str = "fraudulent") -> str:
        """Let the buyer dispute a charge or intent, and tell the dispute's id."""
        with self.account.lock:
            return str(self.account.open_dispute(paid, reason=reason)["id"])

    def close_dispute(self, external_id: str, *, won: bool) -> None:
        """Let the bank decide a dispute."""
        with self.account.lock:
            self.account.close_dispute(external_id, won=won)

    def pay_out(self, *, amount: int, currency: str = "eur") -> str:
        """Send money on to the bank, and tell the payout's id."""
        with self.account.lock:
            return str(self.account.pay_out(amount=amount, currency=currency)["id"])

    def api(self, method: str, path: str, *, text: str, query: str, key: str) -> Answer | None:
        """Answer a call of the API; None is a hung-up connection."""
        with self.account.lock:
            how = self._next_failure(method)
            if how == "kept_500" and key:
                self._kept.setdefault(key, ((path, text), _FAILURES["500"]))
            if how in _FAILURES:
                return _FAILURES[how]
            answer = self._once(method, path, text=text, query=query, key=key)
            return None if how == "drop_after_work" else answer

    def _next_failure(self, method: str) -> str:
        if not self._failures or self._failures[0][1] not in {"", method}:
            return ""
        return self._failures.pop(0)[0]

    def _once(self, method: str, path: str, *, text: str, query: str, key: str) -> Answer:
        if method != "POST" or not key:
            return self._work(method, path, text=text or query, key=key)
        said = (path, text)
        if key in self._kept:
            before, answer = self._kept[key]
            if before != said:
                return _error(
                    400,
                    "idempotency_error",
                    "Keys for idempotent requests can only be used with the same parameters they "
                    "were first used with.",
                )
            return Answer(answer.status, answer.body, {"Idempotent-Replayed": "true"})
        answer = self._work(method, path, text=text, key=key)
        if answer.is_kept:
            self._kept[key] = (said, answer)
        return answer

    def _work(self, method: str, path: str, *, text: str, key: str) -> Answer:
        is_begun = False
        try:
            route, external_id = _route(method, path)
            params = checked(decoded(text), route.params)
            is_begun = True
            if method != "GET":
                self.calls.append(Call(path, key, params))
            paths = params.pop("expand", [])
            found = route.work(self.account, external_id, params)
            body = shown(self.account.expanded(found, paths))
            return Answer(200, json.dumps(body).encode())
        except BadRequest as error:
            body = json.dumps(error.answer()).encode()
            return Answer(error.status, body, is_kept=is_begun)

    def page(self, path: str, form: dict[str, str] | None) -> Answer:
        """Show the hosted page, or take what the buyer sent."""
        with self.account.lock:
            session = self.account.objects.get(path.rsplit("/", 1)[-1])
            if session is None or session["status"] != "open":
                return _html(410 if session else 404, pages.closed_page())
            if form is None:
                return _html(200, pages.pay_page(session))
            return self._paid(session, form)

    def _paid(self, session: Object, form: dict[str, str]) -> Answer:
        if form.get("bank") == "no":
            problem = "Your bank could not make sure that it is you."
            return _html(402, pages.pay_page(session, problem=problem))
        card = form.get("card", "").replace(" ", "")
        outcome = self.account.pay(session["id"], card=card, authenticated="bank" in form)
        if outcome == "declined":
            return _html(402, pages.pay_page(session, problem="Your card was declined."))
        if outcome == "authenticate":
            return _html(200, pages.bank_page())
        back = session["success_url"].replace("{CHECKOUT_SESSION_ID}", session["id"])
        return Answer(303, b"", {"Location": back})


def _error(status: int, kind: str, message: str, code: str = "") -> Answer:
    error = BadRequest(message, type=kind, status=status, code=code)
    return Answer(status, json.dumps(error.answer()).encode())


_FAILURES = {
    "500": _error(500, "api_error", "Something went wrong on our side."),
    "kept_500": _error(500, "api_error", "Something went wrong on our side."),
    "409": _error(
        409,
        "idempotency_error",
        "There is currently another in-progress request using this key.",
        "idempotency_key_in_use",
    ),
    "429": _error(429, "invalid_request_error", "Too many requests.", "rate_limit"),
}


def _html(status: int, text: str) -> Answer:
    return Answer(status, text.encode(), {"Content-Type": "text/html; charset=utf-8"})


def _route(method: str, path: str) -> tuple[Route, str]:
    for route in _ROUTES:
        found = route.path.fullmatch(path)
        if found and route.method == method:
            return route, (found.groups() or ("",))[0]
    raise BadRequest(f"Unrecognized request URL ({method}: {path}).", status=404)


def _new(path: str, params: type, work: Callable[[Account, Object], Object]) -> Route:
    return Route(
        "POST", re.compile(f"/v1/{path}"), params, lambda account, _id, given: work(account, given)
    )


def _on(method: str, path: str, params: type, work: Callable[[Account, str], Object]) -> Route:
    return Route(
        method,
        re.compile(f"/v1/{path}".replace("ID", r"(\w+)")),
        params,
        lambda account, external_id, _given: work(account, external_id),
    )


def _reads(path: str, kind: str, one: type, several: type) -> list[Route]:
    def every(account: Account, _id: str, given: Object) -> Object:
        limit, after = given.pop("limit", 10), given.pop("starting_after", "")
        found = account.every(kind, **given)
        if after:
            found = found[[one["id"] for one in found].index(after) + 1 :]
        data, has_more = found[:limit], len(found) > limit
        return {"object": "list", "url": f"/v1/{path}", "data": data, "has_more": has_more}

    return [
        _on("GET", f"{path}/ID", one, lambda account, given: account.find(given, kind)),
        Route("GET", re.compile(f"/v1/{path}"), several, every),
    ]


_ROUTES: list[Route] = [
    _new("checkout/sessions", checkout.SessionCreateParams, Account.open_session),
    _on(
        "POST", "checkout/sessions/ID/expire", checkout.SessionExpireParams, Account.expire_session
    ),
    *_reads(
        "checkout/sessions",
        "checkout.session",
        checkout.SessionRetrieveParams,
        checkout.SessionListParams,
    ),
    _new("products", sdk.ProductCreateParams, Account.put_product),
    *_reads("products", "product", sdk.ProductRetrieveParams, sdk.ProductListParams),
    _new("prices", sdk.PriceCreateParams, Account.put_price),
    *_reads("prices", "price", sdk.PriceRetrieveParams, sdk.PriceListParams),
    _new("customers", sdk.CustomerCreateParams, Account.put_customer),
    *_reads("customers", "customer", sdk.CustomerRetrieveParams, sdk.CustomerListParams),
    _new("payment_intents", sdk.PaymentIntentCreateParams, Account.open_intent),
    *_reads(
        "payment_intents",
        "payment_intent",
        sdk.PaymentIntentRetrieveParams,
        sdk.PaymentIntentListParams,
    ),
    *_reads("charges", "charge", sdk.ChargeRetrieveParams, sdk.ChargeListParams),
    *_reads(
        "balance_transactions",
        "balance_transaction",
        sdk.BalanceTransactionRetrieveParams,
        sdk.BalanceTransactionListParams,
    ),
    _new("refunds", sdk.RefundCreateParams, Account.refund),
    *_reads("refunds", "refund", sdk.RefundRetrieveParams, sdk.RefundListParams),
    *_reads("disputes", "dispute", sdk.DisputeRetrieveParams, sdk.DisputeListParams),
    _new("subscriptions", sdk.SubscriptionCreateParams, Account.subscribe),
    _on("DELETE", "subscriptions/ID", sdk.SubscriptionCancelParams, Account.cancel_subscription),
    *_reads(
        "subscriptions",
        "subscription",
        sdk.SubscriptionRetrieveParams,
        sdk.SubscriptionListParams,
    ),
    *_reads("invoices", "invoice", sdk.InvoiceRetrieveParams, sdk.InvoiceListParams),
    *_reads("payouts", "payout", sdk.PayoutRetrieveParams, sdk.PayoutListParams),
    *_reads("events", "event", sdk.EventRetrieveParams, sdk.EventListParams),
]


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def do_GET(self) -> None:
        self._serve()

    def do_POST(self) -> None:
        self._serve()

    def do_DELETE(self) -> None:
        self._serve()

    def _serve(self) -> None:
        stand_in = self.server.stand_in
        text = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        address = urlsplit(self.path)
        if address.path.startswith("/pay/"):
            form = {name: values[-1] for name, values in parse_qs(text).items()}
            self._send(stand_in.page(address.path, form if self.command == "POST" else None))
        elif not self._is_known():
            self._send(_error(401, "invalid_request_error", "Invalid API Key provided."))
        else:
            key = self.headers.get("Idempotency-Key", "")
            self._send(
                stand_in.api(self.command, address.path, text=text, query=address.query, key=key)
            )
        if stand_in.is_prompt:
            stand_in.deliver_events()

    def _is_known(self) -> bool:
        basic = base64.b64encode(f"{KEY}:".encode()).decode()
        return self.headers.get("Authorization") in {f"Bearer {KEY}", f"Basic {basic}"}

    def _send(self, answer: Answer | None) -> None:
        self.close_connection = True
        if answer is None:
            return
        self.send_response(answer.status)
        headers = {"Content-Type": "application/json", "Connection": "close"} | answer.headers
        for name, value in (headers | {"Content-Length": str(len(answer.body))}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(answer.body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base's name
        """Say nothing."""


class _Server(ThreadingHTTPServer):
    daemon_threads = False

    def __init__(self, port: int, stand_in: StandIn) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.stand_in = stand_in


@contextmanager
def running(
    *, port: int = 0, send: Send | None = None, is_prompt: bool = False
) -> Iterator[StandIn]:
    """Serve a stand-in on loopback (port 0: any free one) while the block runs."""
    outbox = Outbox(secret=WEBHOOK_SECRET, send=send)
    stand_in = StandIn(account=Account(outbox=outbox), is_prompt=is_prompt)
    with _Server(port, stand_in) as server:
        stand_in.url = stand_in.account.address = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield stand_in
        finally:
            server.shutdown()
            thread.join()
