"""Committing the wish to give money back: what may go back, and how it falls on the lines.

Assumes the caller's transaction and lock on the order.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from hammock.departments.sales import actions, queries, rules
from hammock.departments.sales.errors import CannotRefund
from hammock.departments.sales.models import Order, Payment, Refund
from hammock.kit import jobs
from hammock.kit.money import Money, total


@dataclass(frozen=True, kw_only=True)
class RefundWish:
    """What shall go back: an amount for each order line's id, and the lines whose goods end.

    With `seen_left`, what the asker saw as left of the whole order: a form that is sent twice, or
    late, then refunds once. `decision_id` is the decision behind it, None for a member's own act.
    """

    amounts: Mapping[int, Money]
    takes_back: frozenset[int]
    reason: str
    requested_by: str
    seen_left: Money | None = None
    decision_id: int | None = None


def request(order: Order, wish: RefundWish) -> Refund:
    """Commit the refund and queue its sending. Raises `CannotRefund`."""
    payment = refundable(order)
    parts = _parts(order, wish)
    amount = total((part.amount for part in parts), currency=order.currency)
    refund = actions.request_refund(
        payment,
        amount=amount,
        parts=parts,
        takes_back=wish.takes_back,
        reason=wish.reason,
        requested_by=wish.requested_by,
        decision_id=wish.decision_id,
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


def part_of(order: Order, *, amount: Money, reason: str, requested_by: str) -> RefundWish:
    """Wish an amount back, spread over what is left of the lines; all of it takes the goods too.

    Raises `CannotRefund` when more is wished than is left.
    """
    left = left_of(order)
    if amount == left:
        return whole(order, reason=reason, requested_by=requested_by)
    if amount.minor <= 0 or left < amount:
        raise CannotRefund(
            reference=order.reference, problem=f"between 0 and {left} of it can go back."
        )
    parts = rules.share_refund(amount, lines=queries.lines_left(order))
    return RefundWish(
        amounts={part.line_id: part.amount for part in parts},
        takes_back=frozenset(),
        reason=reason,
        requested_by=requested_by,
    )


def left_of(order: Order) -> Money:
    """Tell how much of the order may still go back."""
    return total((line.left for line in queries.lines_left(order)), currency=order.currency)


def packed(wish: RefundWish) -> dict[str, Any]:
    """Write a wish as JSON values, for a request that waits for its decision."""
    return {
        "amounts": {str(line_id): amount.minor for line_id, amount in wish.amounts.items()},
        "takes_back": sorted(wish.takes_back),
        "reason": wish.reason,
        "requested_by": wish.requested_by,
    }


def unpacked(details: Mapping[str, Any], *, currency: str, decision_id: int) -> RefundWish:
    """Read a wish back, with the decision that granted it."""
    return RefundWish(
        amounts={
            int(line_id): Money(minor, currency) for line_id, minor in details["amounts"].items()
        },
        takes_back=frozenset(details["takes_back"]),
        reason=details["reason"],
        requested_by=details["requested_by"],
        decision_id=decision_id,
    )


def refundable(order: Order) -> Payment:
    """Find the payment that a refund of the order goes back on. Raises `CannotRefund`."""
    payment = queries.settled_payment(order)
    if payment is None:
        raise CannotRefund(reference=order.reference, problem="nothing was paid for it.")
    if payment.disputes.exclude(state="won").exists():
        raise CannotRefund(
            reference=order.reference,
            problem="its payment is disputed; the bank decides, a refund would pay twice.",
        )
    return payment


def check(order: Order, wish: RefundWish) -> None:
    """Raise `CannotRefund` where the wish cannot be granted as the order stands."""
    _parts(order, wish)


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
