"""The strategy is written, and put into force: name, promise and look of the shop come from it."""

from __future__ import annotations

from django.db import transaction

from hammock.departments.catalogue import queries as catalogue
from hammock.departments.ledger import actions as ledger
from hammock.departments.ledger.models import ProfitCentre
from hammock.departments.planning import actions
from hammock.departments.planning.actions import StepDraft
from hammock.departments.planning.models import StrategyVersion
from hammock.departments.planning.rules.strategy import Document
from hammock.kit import snapshots
from hammock.kit.errors import FieldError

LONGEST_NAME, LONGEST_PROMISE = 80, 160
REVIEWS = "review:"


def write_strategy(*, document: Document, why: str, by: str) -> StrategyVersion:
    """Write a version; the one in force stays so until this one is put into force.

    Raises `NothingWritten` where it says the same, `FieldError` for a currency not the shop's or a
    name or promise that no shop could show.
    """
    _refuse(document)
    with transaction.atomic(durable=True):
        return actions.write_version(document, why=why, by=by)


def put_into_force() -> StrategyVersion:
    """Put the newest version into force. Raises `NoStrategy`.

    The shop takes its name, its line and its look, profit centres that are new are opened in the
    books, and each channel's review becomes a step in the place of those of the version before.
    """
    with transaction.atomic(durable=True):
        version = actions.put_into_force()
        document = version.read
        _present(document)
        _open_centres(document)
        reviews = _reviews(document)
        actions.drop_open(starts_with=REVIEWS, but=reviews)
        actions.ask_for(reviews)
        snapshots.renew()
    return version


def _refuse(document: Document) -> None:
    ours = catalogue.shop().currency
    if document.currency != ours:
        raise FieldError(field="currency", problem=f"the shop sells in {ours}")
    if len(document.value.name) > LONGEST_NAME:
        raise FieldError(field="name", problem=f"takes {LONGEST_NAME} characters at most")
    if len(document.value.promise) > LONGEST_PROMISE:
        raise FieldError(field="promise", problem=f"takes {LONGEST_PROMISE} characters at most")


def _present(document: Document) -> None:
    """Let the shop say the strategy's name and promise; what is empty stays as it is."""
    shop = catalogue.shop()
    shop.name = document.value.name or shop.name
    shop.tagline = document.value.promise or shop.tagline
    shop.save(update_fields=["name", "tagline"])


def _open_centres(document: Document) -> None:
    known = {*ProfitCentre.objects.values_list("slug", flat=True)}
    for centre in document.centres:
        if centre.key not in known:
            ledger.open_centre(slug=centre.key, name=centre.name[:80], position=len(known))
            known.add(centre.key)


def _reviews(document: Document) -> list[StepDraft]:
    return [
        StepDraft(
            key=f"{REVIEWS}{one.key}:{one.review_on:%Y-%m-%d}",
            title=f"Look at the channel “{one.name}”",
            why=" ".join(
                f"{begin}: {text.rstrip('.')}."
                for begin, text in (
                    ("You believed", one.hypothesis),
                    ("You measure", one.measure),
                    ("You stop if", one.stop),
                )
                if text
            ),
            due_on=one.review_on,
            line=f"channel:{one.key}",
        )
        for one in document.channels
        if one.review_on is not None
    ]
