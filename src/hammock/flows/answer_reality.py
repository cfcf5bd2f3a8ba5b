"""The owner answers the reality check: the answers are kept with what they came to that day."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction

from hammock.departments.catalogue import queries as catalogue
from hammock.departments.planning import actions, overview
from hammock.departments.planning.models import RealityCheck
from hammock.departments.planning.rules.answers import Answers, Value


def answer_reality(*, given: Mapping[str, Value], by: str) -> RealityCheck:
    """Keep a round of answers in the shop's currency.

    Raises `FieldError` naming the question for an answer that cannot be; then nothing is kept.
    """
    answers = Answers(currency=catalogue.shop().currency, given=dict(given))
    judgement = overview.judged(answers)
    with transaction.atomic(durable=True):
        return actions.keep_answers(answers, verdict=judgement.verdict, by=by)
