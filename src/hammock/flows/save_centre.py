"""A profit centre is opened or renamed."""

from __future__ import annotations

from django.db import transaction

from hammock.departments.ledger import actions as ledger
from hammock.departments.ledger.models import ProfitCentre


def save_centre(*, slug: str, name: str, colour: str) -> ProfitCentre:
    """Open the centre, or give it another name and colour; its place in the list stays."""
    with transaction.atomic(durable=True):
        known = ProfitCentre.objects.filter(slug=slug).first()
        position = known.position if known else ProfitCentre.objects.count()
        return ledger.open_centre(slug=slug, name=name, colour=colour, position=position)
