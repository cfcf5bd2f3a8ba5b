"""Reading what was stated."""

from __future__ import annotations

from django.db.models import QuerySet

from hammock.kit.facts.models import Fact
from hammock.kit.prepared import prepared


@prepared
def stated(*, fact_id: int, name: str) -> QuerySet[Fact]:
    """Find the fact, if it is of that name."""
    return Fact.objects.filter(id=fact_id, name=name)
