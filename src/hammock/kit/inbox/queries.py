"""Reading what came in."""

from __future__ import annotations

from django.db.models import QuerySet

from hammock.kit.inbox.models import InboxMessage
from hammock.kit.locks import locking
from hammock.kit.prepared import prepared


@prepared
def locked(*, message_id: int) -> QuerySet[InboxMessage]:
    """Lock a call, so that it is handled by one at a time."""
    return locking(InboxMessage.objects.filter(id=message_id))
