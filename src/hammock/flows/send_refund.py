"""The provider is asked to give money back, and its answer is made true here, once."""

from __future__ import annotations

from django.db import transaction

from hammock.departments.catalogue import queries as catalogue
from hammock.departments.customers import queries as customers
from hammock.departments.delivery import actions as delivery
from hammock.departments.delivery.events import GoodsTakenBack
from hammock.departments.ledger import actions as ledger
from hammock.departments.ledger import rules as books
from hammock.departments.ledger.models import Entry
from hammock.departments.sales import actions, queries, receipts
from hammock.departments.sales.events import RefundFailed, RefundMade
from hammock.departments.sales.models import OrderLine, Refund
from hammock.departments.sales.ports import (
    ProviderRefused,
    RefundReport,
    RefundRequest,
    RefundState,
    provider,
)
from hammock.kit import clock, facts, mail
from hammock.kit.locks import lock

_WAITING = (Refund.State.REQUESTED, Refund.State.PENDING)


def send_refund(*, refund_id: int) -> Refund:
    """Ask the provider for the refund and settle its answer. Raises `ProviderUnavailable`.

    A refusal is an answer too: the refund fails, with the provider's words, and Today shows it.
    """
    refund = Refund.objects.select_related("payment__order").get(id=refund_id)
    if refund.state != Refund.State.REQUESTED:
        return refund
    request = RefundRequest(
        key=refund.key,
        charge_id=refund.payment.charge_id,
        amount=refund.amount,
        reference=refund.payment.order.reference,
    )
    try:
        report = provider(refund.payment.provider).refund(request)
    except ProviderRefused as refusal:
        report = RefundReport(
            external_id="", state=RefundState.FAILED, amount=refund.amount, reason=refusal.problem
        )
    return settle_refund(refund_id=refund_id, report=report)


def settle_refund(*, refund_id: int, report: RefundReport) -> Refund:
    """Make the provider's report of a refund true here; said twice it has its effect once."""
    with transaction.atomic(durable=True):
        (refund,) = lock(Refund.objects.filter(id=refund_id))
        refund.external_id = report.external_id or refund.external_id
        if report.state == RefundState.SUCCEEDED and refund.state in _WAITING:
            _succeed(refund)
        elif report.state == RefundState.PENDING and refund.state == Refund.State.REQUESTED:
            refund.state = Refund.State.PENDING
        elif report.state == RefundState.FAILED and refund.state != Refund.State.FAILED:
            _fail(refund, problem=report.reason)
        refund.save()
    return refund


def _succeed(refund: Refund) -> None:
    order = refund.payment.order
    refund.state, refund.finished_at = Refund.State.SUCCEEDED, clock.now()
    legs = (
        books.surplus_returned(amount=refund.amount)
        if refund.payment.is_surplus
        else books.refund(parts=actions.refund_parts(refund))
    )
    ledger.post(
        ledger.Draft(
            kind=Entry.Kind.REFUND,
            description=f"Refund for {order.reference}",
            source=f"refund:{refund.pk}",
            legs=legs,
        )
    )
    _take_goods_back(refund)
    facts.state(
        RefundMade(
            order_id=order.id,
            refund_id=refund.pk,
            minor=refund.minor,
            currency=refund.currency,
        ),
        about=f"order:{order.reference}",
    )
    if order.email:
        _write(refund)


def _write(refund: Refund) -> None:
    order = refund.payment.order
    closed = refund.parts.filter(takes_back=True).values_list("line__title", flat=True)
    letter = mail.compose(
        "sales/mail_refund",
        {
            **customers.letterhead(name=order.name),
            "order": receipts.receipt(order, shop=catalogue.shop()),
            "refund": {
                "amount": refund.amount.shown(),
                "reason": refund.reason,
                "whole": refund.amount == order.total,
            },
            "revoked": list(closed),
        },
    )
    mail.queue(key=f"refund:{refund.pk}", to=order.email, letter=letter)


def _fail(refund: Refund, *, problem: str) -> None:
    order = refund.payment.order
    if refund.state == Refund.State.SUCCEEDED:
        ledger.reverse(Entry.objects.get(source=f"refund:{refund.pk}"), reason="Refund failed")
        if gone := _give_goods_back(refund):
            problem = f"{problem}; meanwhile sold to others: {', '.join(gone)}"
    refund.state, refund.problem = Refund.State.FAILED, problem[:240]
    refund.finished_at = clock.now()
    facts.state(
        RefundFailed(order_id=order.id, refund_id=refund.pk, problem=problem),
        about=f"order:{order.reference}",
    )


def _take_goods_back(refund: Refund) -> None:
    lines = _taken_lines(refund)
    actions.free_sold(refund.payment.order, line_ids=[line.pk for line in lines])
    ended = delivery.take_back(grant_keys=[f"line:{line.pk}" for line in lines])
    if ended:
        reference = refund.payment.order.reference
        facts.state(
            GoodsTakenBack(order_reference=reference, entitlements=ended, why="refund"),
            about=f"order:{reference}",
        )


def _give_goods_back(refund: Refund) -> list[str]:
    """Let the buyer have the goods again; tells the titles of those that others bought."""
    gone = []
    for line in _taken_lines(refund):
        if actions.sell_again(refund.payment.order, line_id=line.pk):
            delivery.give_back(grant_keys=[f"line:{line.pk}"])
        else:
            gone.append(line.title)
    return gone


def _taken_lines(refund: Refund) -> list[OrderLine]:
    """List the lines whose goods go with this refund and went with no other."""
    others = queries.taken_back_from(order_id=refund.payment.order_id)
    elsewhere = {part.line_id for part in others if part.refund_id != refund.pk}
    parts = refund.parts.filter(takes_back=True).select_related("line").order_by("line_id")
    return [part.line for part in parts if part.line_id not in elsewhere]
