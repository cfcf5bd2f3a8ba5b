"""The inbox for the outside world: verified, kept under its sender's id, answered, then handled.

A door verifies a call and hands it to a flow; the flow keeps it here and queues its handling in
the same transaction. A call that comes again finds its row and has no effect.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hammock.kit import clock

if TYPE_CHECKING:
    from hammock.kit.inbox.models import InboxMessage


def keep(*, source: str, external_id: str, kind: str, content: Any) -> InboxMessage | None:
    """Keep a verified call in the caller's transaction; None when it was here before."""
    from hammock.kit.inbox.models import InboxMessage
    from hammock.kit.prepared import add_once

    message = InboxMessage(source=source, external_id=external_id, kind=kind, content=content)
    return message if add_once(message) else None


def mark_handled(message: InboxMessage) -> None:
    """Note that the call's effects are in this transaction."""
    from hammock.kit.prepared import change

    message.handled_at = clock.now()
    change(message, "handled_at")
