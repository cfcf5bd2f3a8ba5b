"""Reading the mails that are kept."""

from __future__ import annotations

from django.db.models import QuerySet

from hammock.kit.mail.models import OutgoingMail
from hammock.kit.prepared import prepared


@prepared
def kept(*, mail_id: int) -> QuerySet[OutgoingMail]:
    """Find a mail, whole."""
    return OutgoingMail.objects.filter(id=mail_id)
