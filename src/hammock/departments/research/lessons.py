"""What a niche's tests taught: its figures read back from its report, and moved by the answers.

Counting takes NumPy, so who only lists studies does not import this.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import reduce
from operator import add
from typing import Any

from hammock.departments.research.models import Niche, Study, Trial
from hammock.departments.research.rules.learning import (
    BUYS,
    JOINS,
    Answers,
    Known,
    Learned,
    learn,
)
from hammock.departments.research.rules.opportunity import Estimate, Prices, surely_left
from hammock.departments.research.rules.reasons import unmet_speaks_against, unmet_speaks_for
from hammock.kit.money import Money

NOTHING_KNOWN = Estimate(value=0.5, low=0.0, high=1.0)  # where a study ranks nothing


@dataclass(frozen=True, kw_only=True)
class Standing:
    """A niche among the study's: its rank, its figures and its reasons as they stand now.

    `learned` is what tests taught, None where none brought a result yet; then all the rest is the
    study's own. `payments` says what buyers paid, where that is not counted, and why.
    """

    niche: Niche
    rank: int | None
    learned: Learned | None
    unmet: Estimate | None
    opportunity: Estimate | None
    why: tuple[str, ...]
    why_not: tuple[str, ...]
    payments: str = ""

    @property
    def moved(self) -> bool:
        """Tell whether tests gave the niche another rank than the study did."""
        return self.rank != self.niche.rank


def standings(study: Study) -> list[Standing]:
    """Give a study's niches as they stand after their tests, ranked anew where tests moved them.

    The order is the study's own rule: by the low end of the opportunity.
    """
    niches = study.niches.prefetch_related("trials__conversations")
    found = [standing_of(niche, study) for niche in niches]
    if not any(one.learned for one in found):
        return found
    ranked = sorted(
        (one for one in found if one.niche.rank is not None),
        key=lambda one: (-_surely(one), one.niche.position),
    )
    rest = [one for one in found if one.niche.rank is None]
    return [*(replace(one, rank=place) for place, one in enumerate(ranked, start=1)), *rest]


def standing_in(study: Study, niche: Niche) -> Standing:
    """Give one niche among the study's as it stands now."""
    return next(one for one in standings(study) if one.niche.pk == niche.pk)


def standing_of(niche: Niche, study: Study) -> Standing:
    """Give one niche with its figures and reasons after its tests, and the study's own rank."""
    facts, answers = niche.facts, answers_to(niche, study)
    moved = learned(niche, study) if answers.any else None
    ranked = bool((study.found or {}).get("ranked"))
    evidence = facts.get("evidence") if ranked else None
    why, why_not = tuple(facts.get("why", ())), tuple(facts.get("why_not", ()))
    if moved is not None:
        why, why_not = _reasons(facts, answers, moved)
    opportunity = _opportunity(facts) if ranked else None
    return Standing(
        niche=niche,
        rank=niche.rank,
        learned=moved,
        unmet=moved.unmet if moved else _estimate(evidence["unmet"]) if evidence else None,
        opportunity=moved.opportunity if moved else opportunity,
        why=why,
        why_not=why_not,
        payments=_payments(niche, study),
    )


def learned(niche: Niche, study: Study) -> Learned | None:
    """Update the niche's estimate with its tests; None where the study met no supply.

    Where the study refused to rank, its unmet share is not believed: the tests begin from nothing.
    """
    known = known_of(niche.facts, believed=bool((study.found or {}).get("ranked")))
    return None if known is None else learn(known, answers_to(niche, study))


def known_of(facts: dict[str, Any], *, believed: bool) -> Known | None:
    """Read a niche's figures back from its report; one that is not `believed` knows no share."""
    evidence = facts.get("evidence")
    if not evidence:
        return None
    unmet, pays = _estimate(evidence["unmet"]), evidence["pays"]
    met = 1 - unmet.value
    return Known(
        demand=_estimate(evidence["demand"]),
        unmet=unmet if believed else NOTHING_KNOWN,
        contentment=min(evidence["satisfaction"]["value"] / met, 1.0) if met > 0 else 1.0,
        pays=Prices(
            middle=pays["value"],
            low=pays["low"],
            high=pays["high"],
            seen=pays["seen"],
            source=pays["source"],
            own=pays["own"],
        ),
        opportunity=_opportunity(facts) if believed else None,
    )


def answers_to(niche: Niche, study: Study) -> Answers:
    """Add up what the niche's tests brought; interviews count as they are written down."""
    return reduce(add, (_answers(trial, study) for trial in niche.trials.all()), Answers())


def _surely(standing: Standing) -> float:
    return -1.0 if standing.opportunity is None else surely_left(standing.opportunity)


def _answers(trial: Trial, study: Study) -> Answers:
    if trial.kind == Trial.Kind.INTERVIEWS:
        said = [one.found_nothing for one in trial.conversations.all()]
        unserved = said.count(True)
        return Answers(asked=unserved + said.count(False), unserved=unserved)
    if trial.ended_at is None:
        return Answers()
    if trial.kind == Trial.Kind.WAITING_LIST:
        return Answers(shown=trial.reached, joined=trial.acted)
    counts = not why_uncounted(trial, study, currency=trial.currency)
    return Answers(
        offered=trial.reached,
        bought=trial.acted,
        payers=trial.acted if counts else 0,
        paid=float(_paid(trial).decimal) if counts and trial.acted else 0.0,
    )


def _paid(trial: Trial) -> Money:
    return Money(minor=trial.paid_minor, currency=trial.currency)


def why_uncounted(trial: Trial, study: Study, *, currency: str) -> str:
    """Say why what buyers pay is no evidence about the study's own figure; empty if it is."""
    pays = (trial.niche.facts.get("evidence") or {}).get("pays") or {}
    ours = (study.found or {}).get("currency") or ""
    if pays.get("source") != "prices":
        return "the study counts no prices"
    if not ours:
        return "the study does not know the currency of its prices"
    if ours != currency:
        return f"the study counts {ours}"
    return ""


def _payments(niche: Niche, study: Study) -> str:
    for trial in niche.trials.all():
        if trial.kind != Trial.Kind.PRE_ORDER or trial.ended_at is None or not trial.acted:
            continue
        if why := why_uncounted(trial, study, currency=trial.currency):
            return (
                f"Pre-order buyers paid {_paid(trial)} together. That is not counted in the "
                f"figures: {why}."
            )
    return ""


def _reasons(
    facts: dict[str, Any], answers: Answers, moved: Learned
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Say what stands for the niche and against it now: the unmet share anew, then each test."""
    before, offers = _estimate(facts["evidence"]["unmet"]), facts["offers"]
    happy, unhappy = (
        unmet_speaks_against(before, offers, content=content) for content in (True, False)
    )
    content = happy == unhappy or not set(unhappy) & set(facts["why_not"])
    old = {
        *unmet_speaks_for(before),
        *unmet_speaks_against(before, offers, content=content),
    }
    favours, against = _tests(answers)
    return (
        (
            *unmet_speaks_for(moved.unmet),
            *favours,
            *(one for one in facts["why"] if one not in old),
        ),
        (
            *unmet_speaks_against(moved.unmet, offers, content=content),
            *against,
            *(one for one in facts["why_not"] if one not in old),
        ),
    )


def _tests(answers: Answers) -> tuple[list[str], list[str]]:
    """Sort the tests' results: what speaks for the niche, and what against it."""
    told = [
        (
            answers.asked,
            answers.unserved >= answers.asked / 2,
            f"{answers.unserved} of {answers.asked} interviewed found nothing that fits.",
        ),
        (
            answers.shown,
            answers.joined >= answers.shown * JOINS / 2,
            f"{answers.joined:,} of {answers.shown:,} who saw the waiting list joined it; "
            f"{answers.shown * JOINS:,.0f} would, were nobody served.",
        ),
        (
            answers.offered,
            answers.bought >= answers.offered * BUYS / 2,
            f"{answers.bought:,} of {answers.offered:,} who saw the pre-order bought it; "
            f"{answers.offered * BUYS:,.0f} would, were nobody served.",
        ),
    ]
    said = [(good, sentence) for people, good, sentence in told if people]
    return [one for good, one in said if good], [one for good, one in said if not good]


def _opportunity(facts: dict[str, Any]) -> Estimate | None:
    if facts["opportunity"] is None:
        return None
    return Estimate(
        value=facts["opportunity"],
        low=facts["opportunity_low"],
        high=facts["opportunity_high"],
    )


def _estimate(told: dict[str, Any]) -> Estimate:
    return Estimate(value=told["value"], low=told["low"], high=told["high"])
