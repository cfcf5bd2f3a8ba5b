"""Money goes back, whole or in part: provider, books, rights and the buyer's mail move together.

The wish is committed first, under a key; the provider is asked outside any transaction; its answer,
the ledger entry, what is taken back and the mail are one transaction. Died in between, the job asks
again with the same key.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction

from hammock.departments.sales import actions, queries, rules
from hammock.departments.sales.errors import CannotRefund
from hammock.departments.sales.models import Order, Payment, Refund
from hammock.kit import jobs
from hammock.kit.locks import lock
from hammock.kit.money import Money, total


@dataclass(frozen=True, kw_only=True)
class RefundWish:
    """What shall go back: an amount for each order line's id, and the lines whose goods end.

    With `seen_left`, what the asker saw as left of the whole order: a form that is sent twice, or
    late, then refunds once.
    """

    amounts: Mapping[int, Money]
    takes_back: frozenset[int]
    reason: str
    requested_by: str
    seen_left: Money | None = None


def refund_order(*, order_id: int, wish: RefundWish) -> Refund:
    """Commit the refund and queue its sending. Raises `CannotRefund`; then nothing has changed."""
    with transaction.atomic(durable=True):
        (order,) = lock(Order.objects.filter(id=order_id))
        payment = _refundable(order)
        parts = _parts(order, wish)
        amount = total((part.amount for part in parts), currency=order.currency)
        refund = actions.request_refund(
            payment,
            amount=amount,
            parts=parts,
            takes_back=wish.takes_back,
            reason=wish.reason,
            requested_by=wish.requested_by,
        )
        jobs.enqueue("send_refund", refund_id=refund.pk)
    return refund


def whole(order: Order, *, reason: str, requested_by: str) -> RefundWish:
    """Wish everything back that is left of the order."""
    left = queries.lines_left(order)
    return RefundWish(
        amounts={line.line_id: line.left for line in left},
        takes_back=frozenset(line.line_id for line in left),
        reason=reason,
        requested_by=requested_by,
    )


def _refundable(order: Order) -> Payment:
    payment = queries.settled_payment(order)
    if payment is None:
        raise CannotRefund(reference=order.reference, problem="nothing was paid for it.")
    if payment.disputes.exclude(state="won").exists():
        raise CannotRefund(
            reference=order.reference,
            problem="its payment is disputed; the bank decides, a refund would pay twice.",
        )
    return payment


def _parts(order: Order, wish: RefundWish) -> Sequence[rules.LineRefund]:
    left = {line.line_id: line for line in queries.lines_left(order)}
    now_left = total((line.left for line in left.values()), currency=order.currency)
    if wish.seen_left is not None and wish.seen_left != now_left:
        raise CannotRefund(
            reference=order.reference,
            problem="something of it was refunded since you looked; look again.",
        )
    for line_id, amount in wish.amounts.items():
        if line_id not in left:
            raise CannotRefund(reference=order.reference, problem="a line is not of this order.")
        if amount.minor < 0 or left[line_id].left < amount:
            raise CannotRefund(
                reference=order.reference,
                problem=f"{amount} was asked back, {left[line_id].left} is left of that line.",
            )
    parts = [
        rules.refund_of_line(left[line_id], amount)
        for line_id, amount in sorted(wish.amounts.items())
        if amount
    ]
    if not parts:
        raise CannotRefund(reference=order.reference, problem="the refund comes to nothing.")
    return parts
