"""What a provider told is made true here: attempts, refunds, disputes, payouts.

An attempt is never believed from the message; the provider is asked. Each piece of news has a
unique row that its effect hangs from, so a message that is handled again changes nothing.
"""

from __future__ import annotations

from django.db import transaction

from hammock.departments.delivery import actions as delivery
from hammock.departments.ledger import actions as ledger
from hammock.departments.ledger import rules as books
from hammock.departments.ledger.models import Entry
from hammock.departments.sales import actions, queries, rules
from hammock.departments.sales.events import DisputeClosed, DisputeOpened, PayoutArrived
from hammock.departments.sales.models import Dispute, Order, Payment, Refund
from hammock.departments.sales.ports import (
    DisputeNews,
    DisputeState,
    News,
    PaymentNews,
    PayoutNews,
    RefundNews,
)
from hammock.kit import clock, facts, inbox, jobs
from hammock.kit.inbox import queries as inbox_queries
from hammock.kit.locks import lock


def handle_webhook(*, message_id: int) -> None:
    """Make everything that the message tells true, in one transaction."""
    with transaction.atomic(durable=True):
        (message,) = inbox_queries.locked(message_id=message_id)
        if message.handled_at is not None:
            return
        for packed in message.content:
            _handle(message.source, rules.unpacked(packed))
        inbox.mark_handled(message)


def _handle(source: str, news: News) -> None:
    if isinstance(news, PaymentNews):
        _payment(source, news)
    elif isinstance(news, RefundNews):
        _refund(source, news)
    elif isinstance(news, DisputeNews):
        _dispute(source, news)
    else:
        _payout(source, news)


def _payment(source: str, news: PaymentNews) -> None:
    (payment,) = queries.attempt_known_as(provider=source, external_id=news.external_id)
    if payment.state != Payment.State.SUCCEEDED:  # the buyer's return was rarely not before us
        jobs.enqueue("settle_payment", payment_id=payment.pk)


def _refund(source: str, news: RefundNews) -> None:
    refund = _known_refund(source, news)
    if refund is None:
        payment = _charged(source, news.charge_id)
        if payment is None:
            return
        refund = _made_elsewhere(source, payment, news)
    jobs.enqueue("settle_refund", refund_id=refund.pk, report=rules.packed_report(news.report))


def _known_refund(source: str, news: RefundNews) -> Refund | None:
    ours = Refund.objects.filter(payment__provider=source)
    if news.key:
        return ours.filter(key=news.key).first()
    return ours.filter(external_id=news.report.external_id).first()


def _charged(source: str, charge_id: str) -> Payment | None:
    """Find our payment; None for a charge of something else that the same account sells."""
    ours = Payment.objects.filter(provider=source, charge_id=charge_id)
    return ours.select_related("order").first()


def _made_elsewhere(source: str, payment: Payment, news: RefundNews) -> Refund:
    """Take over a refund that somebody made on the provider's own pages: it falls on all lines."""
    parts = rules.share_refund(news.report.amount, lines=queries.lines_left(payment.order))
    return actions.request_refund(
        payment,
        amount=news.report.amount,
        parts=parts,
        takes_back=[part.line_id for part in parts if part.is_last],
        reason=f"Refunded at {source}",
        requested_by=source,
    )


def _dispute(source: str, news: DisputeNews) -> None:
    payment = _charged(source, news.charge_id)
    if payment is None:
        return
    (order,) = lock(Order.objects.filter(id=payment.order_id))
    dispute, is_new = Dispute.objects.get_or_create(
        external_id=news.external_id,
        defaults={
            "payment": payment,
            "minor": news.amount.minor,
            "fee_minor": news.fee.minor,
            "currency": news.amount.currency,
            "reason": news.reason,
        },
    )
    if is_new:
        _open(order, dispute)
    if news.state != DisputeState.OPEN and dispute.state == Dispute.State.OPEN:
        _close(order, dispute, won=news.state == DisputeState.WON)


def _open(order: Order, dispute: Dispute) -> None:
    fee = rules.money_like(dispute.amount, minor=dispute.fee_minor)
    ledger.post(
        ledger.Draft(
            kind=Entry.Kind.DISPUTE,
            description=f"Dispute of order {order.reference}",
            source=f"dispute:{dispute.pk}:opened",
            legs=books.dispute_opened(parts=_disputed_parts(order, dispute), fee=fee),
        )
    )
    facts.state(
        DisputeOpened(
            order_id=order.id,
            dispute_id=dispute.pk,
            minor=dispute.minor,
            currency=dispute.currency,
            reason=dispute.reason,
        ),
        about=f"order:{order.reference}",
    )


def _close(order: Order, dispute: Dispute, *, won: bool) -> None:
    parts = _disputed_parts(order, dispute)
    ledger.post(
        ledger.Draft(
            kind=Entry.Kind.DISPUTE,
            description=f"Dispute of order {order.reference} {'won' if won else 'lost'}",
            source=f"dispute:{dispute.pk}:closed",
            legs=books.dispute_won(parts=parts) if won else books.dispute_lost(parts=parts),
        )
    )
    dispute.state = Dispute.State.WON if won else Dispute.State.LOST
    dispute.closed_at = clock.now()
    dispute.save(update_fields=["state", "closed_at"])
    if not won:
        _take_goods_back(order)
    facts.state(
        DisputeClosed(order_id=order.id, dispute_id=dispute.pk, won=won),
        about=f"order:{order.reference}",
    )


def _take_goods_back(order: Order) -> None:
    """End what the buyer holds; what refunds took back before is on the shelf already."""
    before = {part.line_id for part in queries.taken_back_from(order_id=order.id)}
    lines = [pk for pk in order.lines.values_list("pk", flat=True) if pk not in before]
    actions.free_sold(order, line_ids=lines)
    delivery.take_back(grant_keys=[f"line:{pk}" for pk in lines])


def _disputed_parts(order: Order, dispute: Dispute) -> list[books.Part]:
    lines = [
        rules.LineLeft(
            line_id=line.pk,
            centre=line.profit_centre_id,
            left=line.total_in(order.currency),
            tax_left=rules.money_like(order.total, minor=line.tax_minor),
        )
        for line in order.lines.all()
    ]
    return [share.part for share in rules.share_refund(dispute.amount, lines=lines)]


def _payout(source: str, news: PayoutNews) -> None:
    entry_source = f"payout:{source}:{news.external_id}"
    if Entry.objects.filter(source=entry_source).exists():
        return
    ledger.post(
        ledger.Draft(
            kind=Entry.Kind.PAYOUT,
            description=f"Payout from {source}",
            source=entry_source,
            legs=books.payout(amount=news.amount),
            at=news.arrived_at,
        )
    )
    facts.state(
        PayoutArrived(
            provider=source,
            external_id=news.external_id,
            minor=news.amount.minor,
            currency=news.amount.currency,
        ),
        about=f"payout:{news.external_id}",
    )
