"""A model of business is chosen: it becomes the strategy's first draft, with steps and a path."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction

from hammock.departments.catalogue import queries as catalogue
from hammock.departments.catalogue.models import Product
from hammock.departments.ledger.models import ProfitCentre
from hammock.departments.planning import actions, library, queries
from hammock.departments.planning.actions import StepDraft
from hammock.departments.planning.events import PlaybookChosen
from hammock.departments.planning.models import StrategyVersion
from hammock.departments.planning.rules import playbooks
from hammock.departments.planning.rules.strategy import Centre
from hammock.kit import clock, facts
from hammock.kit.money import Money

STEPS = "playbook:"


def choose_playbook(*, slug: str, by: str) -> StrategyVersion:
    """Write the draft and ask for the playbook's steps; open steps of another one are dropped.

    What the owner answered as lines for stopping goes into the draft. Raises `NoSuchPlaybook`, or
    `NothingWritten` where the newest version is this very draft.
    """
    chosen = library.playbook(slug)
    shop = catalogue.shop()
    today = clock.today()
    check = queries.latest_check()
    stops = [check.said.text("stop_when")] if check else []
    document = playbooks.draft(
        chosen,
        currency=shop.currency,
        today=today,
        name=shop.name,
        stops=[text for text in stops if text],
        there=[
            Centre(key=one.slug, name=one.name, target=Money.zero(shop.currency))
            for one in ProfitCentre.objects.filter(products__state=Product.State.ON_SALE).distinct()
        ],
    )
    with transaction.atomic(durable=True):
        why = f"From the playbook “{chosen.title}”"
        version = actions.write_version(document, why=why, by=by)
        actions.drop_open(starts_with=STEPS)
        actions.ask_for(
            [
                StepDraft(
                    key=f"{STEPS}{version.number}:{step.key}",
                    title=step.title,
                    why=step.why,
                    due_on=today + timedelta(days=step.after_days),
                    line=step.line,
                )
                for step in chosen.steps
            ]
        )
        stated = PlaybookChosen(slug=slug, number=version.number)
        facts.state(stated, about=f"strategy:{version.number}")
    return version
