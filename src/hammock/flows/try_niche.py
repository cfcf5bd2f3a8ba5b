"""A niche is put to a cheap test, the test brings its result, and people join a waiting list."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction
from django.urls import reverse
from django.utils.html import escape
from django.utils.text import slugify

from hammock.departments.catalogue import editing
from hammock.departments.catalogue import queries as catalogue
from hammock.departments.catalogue.editing import PriceChange, ProductChange
from hammock.departments.catalogue.models import Product
from hammock.departments.ledger.models import ProfitCentre
from hammock.departments.marketing import actions as marketing
from hammock.departments.marketing.actions import PageDraft
from hammock.departments.marketing.pages import HomePage
from hammock.departments.research import actions
from hammock.departments.research.actions import ConversationChange
from hammock.departments.research.errors import CannotDo
from hammock.departments.research.events import TrialEnded, TrialStarted, WaitingListJoined
from hammock.departments.research.models import Conversation, Niche, Trial, WaitingEntry
from hammock.kit import clock, facts, snapshots
from hammock.kit.locks import lock_one
from hammock.kit.money import Money, minor_digits

WORDING = "Write to me once about this when it is there, and for nothing else."


@dataclass(frozen=True, kw_only=True)
class TrialResult:
    """How many were reached and acted; `paid` for a pre-order."""

    reached: int
    acted: int
    paid: Money | None = None


def start_trial(*, niche_id: int, kind: str) -> Trial:
    """Set up one of the three tests: a page's draft, a product's draft, or ten interviews.

    Raises `CannotDo` where the niche has it already or the business lacks what it needs, and
    `Niche.DoesNotExist`.
    """
    with transaction.atomic(durable=True):
        niche = lock_one(Niche.objects.filter(pk=niche_id))
        trial = actions.start_trial(niche, kind=kind)
        if kind == Trial.Kind.WAITING_LIST:
            trial.page_id = _waiting_page(trial)
        elif kind == Trial.Kind.PRE_ORDER:
            trial.product_id = _pre_order(niche)
        else:
            actions.plan_interviews(trial)
        trial.save()
        facts.state(TrialStarted(trial_id=trial.pk, kind=kind), about=f"niche:{niche.pk}")
    return trial


def end_trial(*, trial_id: int, result: TrialResult) -> Trial:
    """Write what a test brought (again, if it goes on). Raises `CannotDo` for what cannot be.

    Money is paid by buyers, and buyers of a pre-order pay.
    """
    if result.acted > result.reached:
        raise CannotDo(problem="more acted than were reached")
    with transaction.atomic(durable=True):
        trial = lock_one(Trial.objects.filter(pk=trial_id))
        _refuse_strange_money(trial, result)
        trial.reached, trial.acted, trial.ended_at = result.reached, result.acted, clock.now()
        trial.paid_minor = result.paid.minor if result.paid is not None else 0
        trial.currency = result.paid.currency if result.paid is not None else ""
        trial.save()
        ended = TrialEnded(trial_id=trial.pk, reached=trial.reached, acted=trial.acted)
        facts.state(ended, about=f"niche:{trial.niche_id}")
    return trial


def _refuse_strange_money(trial: Trial, result: TrialResult) -> None:
    paid = result.paid.minor if result.paid is not None else 0
    if trial.kind != Trial.Kind.PRE_ORDER:
        if result.paid is not None:
            raise CannotDo(problem="only a pre-order brings money")
    elif paid < 0:
        raise CannotDo(problem="nobody pays less than nothing")
    elif paid and not result.acted:
        raise CannotDo(problem="nobody bought, so nobody paid: write 0, or how many bought")
    elif result.acted and not paid:
        raise CannotDo(problem="who buys pays: write what the buyers paid together")


def join_waiting_list(*, key: str, email: str) -> bool:
    """Put an address on a waiting list with the words it agreed to; False if it stood there.

    Raises `Trial.DoesNotExist` for a list that is not there.
    """
    with transaction.atomic(durable=True):
        trial = Trial.objects.get(key=key, kind=Trial.Kind.WAITING_LIST)
        entry, new = WaitingEntry.objects.get_or_create(
            trial=trial, email=email.lower(), defaults={"wording": WORDING}
        )
        if new:
            joined = WaitingListJoined(trial_id=trial.pk, entry_id=entry.pk)
            facts.state(joined, about=f"niche:{trial.niche_id}")
    return new


def plan_first_customers(*, niche_id: int) -> None:
    """Write the plan for a niche's first twenty customers. Raises `CannotDo` if there is one."""
    with transaction.atomic(durable=True):
        actions.plan_first_customers(lock_one(Niche.objects.filter(pk=niche_id)))


def save_conversation(*, conversation_id: int, change: ConversationChange) -> Conversation:
    """Write down a conversation. Raises `CannotDo` for what contradicts itself."""
    with transaction.atomic(durable=True):
        conversation = lock_one(Conversation.objects.filter(pk=conversation_id))
        actions.change_conversation(conversation, change)
    return conversation


def _waiting_page(trial: Trial) -> int:
    home = HomePage.objects.first()
    if home is None:
        raise CannotDo(problem="the shop has no front page yet, so a page has no place")
    title = trial.niche.name[:1].upper() + trial.niche.name[1:80]
    asked = [escape(str(one)) for one in trial.niche.facts.get("questions", ())[:3]]
    questions = "".join(f"<li>{one}</li>" for one in asked)
    address = reverse("shop:waiting_list", kwargs={"key": trial.key})
    draft = PageDraft(
        slug=f"{slugify(title)[:60] or 'soon'}-{trial.key[:4].lower().strip('-_') or 'list'}",
        title=title,
        summary="In the making. Leave your address and hear when it is there.",
        body=f"<p>Do you ask this, too?</p><ul>{questions}</ul>"
        "<p>We are thinking of making something that answers it, and want to know who needs it "
        f'before we do.</p><p><a href="{address}">Put me on the list</a></p>',
    )
    return int(marketing.draft_page(home, draft).pk)


def _pre_order(niche: Niche) -> int:
    centre = ProfitCentre.objects.first()
    if centre is None:
        raise CannotDo(problem="open a profit centre first, so that the product has a place")
    slug = f"{slugify(niche.name)[:50] or 'pre-order'}-{niche.pk % 10_000}"
    product = editing.write_product(
        ProductChange(
            product_id=None,
            slug=slug,
            title=niche.name[:1].upper() + niche.name[1:80],
            summary="Pre-order: you pay now, and have your money back if it is not there in time.",
            description="<p>Write here what it will be, when it comes, and that buyers get their "
            "money back if it does not.</p>",
            kind=Product.Kind.DOWNLOAD,
            state=Product.State.DRAFT,
            centre=centre.pk,
            category="",
            picture_id=None,
            prices=(),
        )
    )
    price = _price(niche)
    if price is not None:
        change = PriceChange(price_id=None, sku="", label="Pre-order", amount=price, is_active=True)
        editing.write_prices(product, [change])
    snapshots.renew()
    return int(product.pk)


def _price(niche: Niche) -> Money | None:
    """Take the middle price of the niche's own offers, where they are in the shop's currency."""
    pays = (niche.facts.get("evidence") or {}).get("pays") or {}
    currency = catalogue.shop().currency
    found = niche.study.found or {}
    if pays.get("source") != "prices" or found.get("currency") != currency:
        return None
    return Money(minor=round(pays["value"] * 10 ** minor_digits(currency)), currency=currency)
