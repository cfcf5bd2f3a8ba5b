"""What delivery states as facts."""

from __future__ import annotations

from hammock.kit.facts import event


@event
class GoodsDelivered:
    """Everything that an order promised is in the customer's hands, or on a task list."""

    order_id: int
    entitlements: int


@event
class GoodsTakenBack:
    """Rights of a customer ended."""

    order_reference: str
    entitlements: int
    why: str


@event
class FileDownloaded:
    """A customer fetched a file."""

    entitlement_id: int
    file_id: int


@event
class TaskDone:
    """Work owed to a customer is done."""

    entitlement_id: int


@event
class DownloadsRaised:
    """A customer may fetch the files of a right as often again."""

    entitlement_id: int
    decision_id: int
