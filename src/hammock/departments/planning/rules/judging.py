"""The reality check's judgement: what does not fit together, what would have to be true, go or no.

`judge` weighs the answers and, where there is one, what the forecast expects. Each thing found
pulls the verdict to go, wait or no, and the strongest pull wins; so the same answers always meet
the same verdict, and changing one shows what it changes. Nothing here praises or blames.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from hammock.departments.planning.rules.answers import Answers
from hammock.departments.planning.rules.clashes import found, reasons
from hammock.departments.planning.rules.reality import (
    Expected,
    Judgement,
    Runway,
    SmallTest,
    Spendable,
    Verdict,
    not_below_zero,
    runway,
)
from hammock.kit.money import Money

MONTHS_WITHOUT_A_FORECAST = 12
SHARE_WHILE_WAITING = Decimal("0.1")
TALKS = 10


def judge(answers: Answers, *, expected: Expected | None = None) -> Judgement:
    """Weigh the answers; without `expected` the forecast's part stays open, and that is said."""
    lasts = runway(answers)
    clashes = tuple(found(answers, lasts, expected))
    why = tuple(reasons(answers, lasts, expected))
    verdict = _strongest(
        [*(one.pulls for one in clashes), *(one.pulls for one in why if one.pulls is not None)]
    )
    return Judgement(
        verdict=verdict,
        reasons=why,
        clashes=clashes,
        missing=answers.missing(),
        runway=lasts,
        spendable=spendable(answers, lasts, expected=expected, verdict=verdict),
        test=smallest_test(answers),
    )


def spendable(
    answers: Answers, lasts: Runway | None, *, expected: Expected | None, verdict: Verdict
) -> Spendable:
    """Tell what may be spent: the smaller of what may be lost and what the way there leaves over.

    Set aside is what the months until the target take from the savings (twelve without a forecast).
    Wait leaves a tenth of it, for tests; no leaves nothing.
    """
    nothing = Money.zero(answers.currency)
    if verdict == Verdict.NO:
        return Spendable(amount=nothing, formula="Nothing while the verdict is no.")
    may_lose = answers.money("lose")
    if lasts is None or may_lose is None:
        return Spendable(
            amount=nothing,
            formula="Nothing until you say what you have, what you need and what you could lose.",
        )
    months = _months_ahead(expected)
    set_aside = lasts.drain * months if lasts.drain.minor > 0 else nothing
    left = min(may_lose, not_below_zero(lasts.usable - set_aside))
    formula = (
        f"The smaller of what you could lose ({may_lose}) and your savings above your stop line "
        f"({lasts.usable}) less what {months} months of living take from them ({set_aside})"
    )
    if verdict == Verdict.WAIT:
        tenth = left.share(SHARE_WHILE_WAITING)
        return Spendable(amount=tenth, formula=f"{formula}; a tenth of it, for tests, on “wait”.")
    return Spendable(amount=left, formula=f"{formula}.")


def smallest_test(answers: Answers) -> SmallTest:
    """Choose the cheapest test that the answers have not had yet."""
    talked = answers.number("talked") or Decimal(0)
    proof = answers.text("proof")
    if talked < TALKS and proof not in {"some", "many"}:
        return SmallTest(
            says="Talk with ten people who might buy. Ask what they did the last time they had the "
            "problem and what it cost them. Do not mention your idea before the end.",
            costs="Two or three evenings, no money.",
            tells="Fewer than three who paid or went to trouble for it: look for another problem.",
        )
    if proof in {"", "nobody"}:
        return SmallTest(
            says="Offer it to thirty of the people you reach, with a price and a day, before it is "
            "made. Take the money only if you will deliver, and give it back if you do not.",
            costs="A page, a week, no money.",
            tells="Three of thirty who pay: make it. None: change the offer, not the colour.",
        )
    if proof == "few":
        return SmallTest(
            says="Sell the same thing to five people who have never heard of you.",
            costs="A month, and at most what may be spent below.",
            tells="Friends buy because of you. Strangers tell what it is worth.",
        )
    return SmallTest(
        says="Find one channel that brings strangers twice: the same post, advertisement or shelf "
        "in two different weeks.",
        costs="Two months, and at most what may be spent below.",
        tells="Whether it grows without your calling everybody yourself.",
    )


def _months_ahead(expected: Expected | None) -> int:
    if expected is None:
        return MONTHS_WITHOUT_A_FORECAST
    return expected.months_to_target_p50 or expected.horizon_months


def _strongest(pulls: Iterable[Verdict]) -> Verdict:
    return max(pulls, default=Verdict.WAIT)
