"""What customers' requests state as facts."""

from __future__ import annotations

from hammock.kit.facts import event


@event
class CustomerErased:
    """Everything that names a customer was erased; how many of each."""

    customer_id: int
    decision_id: int
    orders: int
    mails: int
    rights: int
    requests: int


@event
class RequestAnswered:
    """A customer was told what became of what they asked for."""

    request_id: int
    kind: str
    granted: bool
