"""Reads for the console: studies, and how one compares with the one before."""

from __future__ import annotations

from django.db.models import QuerySet

from hammock.departments.research.models import Study
from hammock.departments.research.rules.changes import Comparison, compare


def studies() -> QuerySet[Study]:
    """List studies, newest first, without their bulky parts."""
    return Study.objects.defer("found", "map_light", "map_dark")


def compared(study: Study) -> Comparison | None:
    """Compare a study with the one that it repeats; None where there is none."""
    before = study.previous
    if before is None or before.found is None or study.found is None:
        return None
    return compare(study.found, before.found)
