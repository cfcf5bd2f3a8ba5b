"""A choice goes into the journal, is corrected, or is reckoned with; nothing is rewritten."""

from __future__ import annotations

from django.db import transaction

from hammock.departments.planning import journal
from hammock.departments.planning.journal import ChoiceDraft
from hammock.departments.planning.models import Choice, Correction, Reckoning


def note_choice(draft: ChoiceDraft) -> Choice:
    """Write a choice down. Raises `FieldError` naming the field."""
    with transaction.atomic(durable=True):
        return journal.write(draft)


def correct_choice(*, choice_id: int, text: str, by: str) -> Correction:
    """Put words of correction beside a choice. Raises `NoSuchChoice` or `FieldError`."""
    with transaction.atomic(durable=True):
        return journal.correct(choice_id=choice_id, text=text, by=by)


def reckon_choice(*, choice_id: int, came: str, learned: str, by: str) -> Reckoning:
    """Write down what came of a choice. Raises `NoSuchChoice` or `FieldError`."""
    with transaction.atomic(durable=True):
        return journal.reckon(choice_id=choice_id, came=came, learned=learned, by=by)
