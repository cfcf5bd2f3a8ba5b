"""What sales states as facts."""

from __future__ import annotations

from hammock.kit.facts import event


@event
class OrderPlaced:
    """A buyer ordered; nothing is paid yet."""

    order_id: int
    total_minor: int
    currency: str


@event
class OrderPaid:
    """An order is paid (or cost nothing): deliver it."""

    order_id: int
    total_minor: int
    currency: str


@event
class OrderExpired:
    """Nobody paid in time; what was held is free again."""

    order_id: int


@event
class OrderCancelled:
    """Somebody took the order back before it was paid."""

    order_id: int
    by: str


@event
class SurplusPaid:
    """Money came for an order that was paid or closed already: it goes back."""

    order_id: int
    payment_id: int
    minor: int
    currency: str
    why: str


@event
class RefundMade:
    """Money went back to a buyer."""

    order_id: int
    refund_id: int
    minor: int
    currency: str


@event
class RefundFailed:
    """The provider could not give the money back; a person must look."""

    order_id: int
    refund_id: int
    problem: str


@event
class DisputeOpened:
    """A buyer's bank holds money back."""

    order_id: int
    dispute_id: int
    minor: int
    currency: str
    reason: str


@event
class DisputeClosed:
    """A buyer's bank decided."""

    order_id: int
    dispute_id: int
    won: bool


@event
class PayoutArrived:
    """The provider sent money to the bank."""

    provider: str
    external_id: str
    minor: int
    currency: str


@event
class HistoryImported:
    """Orders of another shop were taken over: how many of each are new."""

    origin: str
    file: str
    orders: int
    credit_notes: int
    adjustments: int
    customers: int


@event
class OrderHeld:
    """A paid order's goods wait for a decision; `signs` names why."""

    order_id: int
    signs: list[str]


@event
class OrderReleased:
    """A held order was found good: deliver it."""

    order_id: int
    decision_id: int


@event
class DiscountGranted:
    """A customer may buy once at a lower price."""

    discount_id: int
    decision_id: int
