"""Providers' calls: proven, kept once, answered; anything else changes nothing."""

from __future__ import annotations

import json
from typing import Any

from django.test import Client

from hammock.departments.catalogue.models import Shop
from hammock.departments.sales.models import Order
from hammock.kit.inbox.models import InboxMessage
from hammock.kit.jobs.worker import run_until_empty
from tests.shops import order, started
from tests.till import Till

ADDRESS = "/api/webhooks/payments/test/"


def _call(body: bytes, *, signature: str = "till", address: str = ADDRESS) -> Any:
    return Client().post(
        address, data=body, content_type="application/json", headers={"signature": signature}
    )


def test_a_proven_call_settles_the_payment(shop: Shop, till: Till) -> None:
    payment = started(order("GUIDE"))
    till.pay(payment.external_id or "")
    answer = _call(json.dumps({"id": "1", "attempt": payment.external_id}).encode())
    assert (answer.status_code, answer.json()) == (200, {"kept": True})
    run_until_empty()
    assert Order.objects.get().state == Order.State.PAID


def test_a_call_that_comes_again_is_answered_and_has_no_effect(shop: Shop, till: Till) -> None:
    payment = started(order("GUIDE"))
    body = json.dumps({"id": "1", "attempt": payment.external_id}).encode()
    _call(body)
    run_until_empty()
    answer = _call(body)
    assert (answer.status_code, answer.json()) == (200, {"kept": False})
    assert InboxMessage.objects.count() == 1


def test_a_wrong_signature_is_refused_and_nothing_is_kept(shop: Shop, till: Till) -> None:
    answer = _call(b'{"id": "1", "attempt": "x"}', signature="forged")
    assert answer.status_code == 400
    assert not InboxMessage.objects.exists()


def test_a_provider_that_is_not_set_up_is_not_there(shop: Shop, till: Till) -> None:
    assert _call(b"{}", address="/api/webhooks/payments/nobody/").status_code == 404
