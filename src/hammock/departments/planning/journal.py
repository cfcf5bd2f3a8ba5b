"""The journal: choices written, corrected and reckoned, and what they teach.

Writes assume the caller's transaction. Nothing here is rewritten: the tables only grow.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery
from django.utils import timezone

from hammock.departments.catalogue import queries as catalogue
from hammock.departments.decisions.models import Answer
from hammock.departments.ledger import queries as books
from hammock.departments.planning.models import Choice, Correction, Reckoning
from hammock.departments.planning.rules import journal as rules
from hammock.departments.planning.rules.journal import AtStake, Bet, Bin, Said, Score, Waited
from hammock.kit import clock
from hammock.kit.charts import Share, Shares
from hammock.kit.errors import FieldError, HammockError
from hammock.kit.money import Money

LESSONS = 8


class NoSuchChoice(HammockError):
    """The journal has no choice of that number."""

    def __init__(self, *, choice_id: int) -> None:
        super().__init__(choice_id)
        self.choice_id = choice_id

    def sentence(self) -> str:
        """Name it."""
        return f"The journal has no choice {self.choice_id}."


@dataclass(frozen=True, kw_only=True)
class ChoiceDraft:
    """A choice as somebody wants to write it down; `percent` from 1 to 99."""

    what: str
    why: str
    expected: str
    percent: int
    due_on: date
    is_reversible: bool
    worst: Money
    arose_at: datetime
    decided_at: datetime
    by: str = ""


@dataclass(frozen=True, kw_only=True)
class Learned:
    """What all reckoned choices say together."""

    score: Score | None
    bins: Sequence[Bin]
    verdict: str
    untold: int


@dataclass(frozen=True, kw_only=True)
class Pace:
    """How long questions waited: those that could be undone, and those that could not."""

    reversible: Waited | None
    final: Waited | None


def write(draft: ChoiceDraft) -> Choice:
    """Write a choice down. Raises `FieldError` naming the field for what cannot be."""
    _refuse(draft)
    return Choice.objects.create(
        what=draft.what.strip(),
        why=draft.why.strip(),
        expected=draft.expected.strip(),
        percent=draft.percent,
        due_on=draft.due_on,
        is_reversible=draft.is_reversible,
        worst_minor=draft.worst.minor,
        currency=draft.worst.currency,
        arose_at=draft.arose_at,
        decided_at=draft.decided_at,
        by=draft.by,
    )


def correct(*, choice_id: int, text: str, by: str = "") -> Correction:
    """Put a correction beside a choice. Raises `NoSuchChoice`, or `FieldError` for no words."""
    if not text.strip():
        raise FieldError(field="text", problem="write what is to be put right")
    return Correction.objects.create(choice=choice(choice_id), text=text.strip(), by=by)


def reckon(*, choice_id: int, came: str, learned: str = "", by: str = "") -> Reckoning:
    """Write down what came of a choice; the latest counts, earlier ones stay to be seen.

    Raises `NoSuchChoice`; `FieldError` for no such answer, or for a mistake of which nothing was
    learned.
    """
    if came not in Reckoning.Came.values:
        raise FieldError(field="came", problem="say whether it came true, did not, or is untold")
    if came == Reckoning.Came.FALSE and not learned.strip():
        raise FieldError(field="learned", problem="write a line: this is what the journal is for")
    return Reckoning.objects.create(
        choice=choice(choice_id), came=came, learned=learned.strip(), by=by
    )


def choice(choice_id: int) -> Choice:
    """Find a choice. Raises `NoSuchChoice`."""
    found = Choice.objects.filter(pk=choice_id).first()
    if found is None:
        raise NoSuchChoice(choice_id=choice_id)
    return found


def choices() -> QuerySet[Any]:
    """List all choices, each with what came of it (`came` and `learned`, None while open).

    They are `Choice`s; the two annotations are why the type does not say so.
    """
    latest = Reckoning.objects.filter(choice=OuterRef("pk")).order_by("-id")
    return Choice.objects.annotate(
        came=Subquery(latest.values("came")[:1]), learned=Subquery(latest.values("learned")[:1])
    )


def open_choices() -> QuerySet[Choice]:
    """List the choices of which nothing came yet, the next date first."""
    return choices().filter(came=None).order_by("due_on", "id")


def answered() -> QuerySet[Choice]:
    """List the choices of which something came, the latest first."""
    return choices().exclude(came=None)


def due(*, on: date) -> QuerySet[Choice]:
    """List the choices whose date has come and that nobody answered."""
    return open_choices().filter(due_on__lte=on)


def written_between(since: datetime, until: datetime) -> QuerySet[Choice]:
    """List the choices that were decided in the span."""
    return Choice.objects.filter(decided_at__gte=since, decided_at__lt=until)


def learned() -> Learned:
    """Score all that was answered; what cannot be told counts for nothing."""
    told = list(choices().exclude(came=None).values_list("percent", "came"))
    said = [
        Said(percent=percent, came_true=came == Reckoning.Came.TRUE)
        for percent, came in told
        if came != Reckoning.Came.UNKNOWN
    ]
    score, bins = rules.score(said), rules.curve(said)
    return Learned(
        score=score,
        bins=bins,
        verdict=rules.verdict(score, bins),
        untold=len(told) - len(said),
    )


def calibration() -> Shares | None:
    """Give the calibration curve as a figure; None before the first answer."""
    found = learned()
    if found.score is None:
        return None
    return Shares(
        alt=f"How often what you expected came true, {found.score.answers} answers, "
        "with 90 % intervals; on the dashed line what you said and what came agree",
        shares=[
            Share(
                said=one.said,
                came=one.share,
                low=one.interval.low,
                high=one.interval.high,
                count=one.answers,
            )
            for one in found.bins
        ],
        across="How sure you were",
        up="Share that came true",
    )


def pace() -> Pace:
    """Tell how long questions waited for their decision."""
    return Pace(
        reversible=_waited(Choice.objects.filter(is_reversible=True)),
        final=_waited(Choice.objects.filter(is_reversible=False)),
    )


def pace_of_answers(*, member_id: int) -> Waited | None:
    """Tell how long the questions waited that the business asked and the member answered."""
    given = Answer.objects.filter(how=Answer.How.MEMBER, member_id=member_id)
    return rules.waited(
        [answered - asked for asked, answered in given.values_list("asked_at", "answered_at")]
    )


def lessons() -> QuerySet[Choice]:
    """List what was learned where something did not come true, the latest choice first."""
    return choices().filter(came=Reckoning.Came.FALSE).exclude(learned="")[:LESSONS]


def at_stake() -> AtStake:
    """Add up what the open choices can cost at worst, in the shop's currency."""
    currency = catalogue.shop().currency
    return rules.at_stake(_bets(open_choices().filter(currency=currency)), currency=currency)


def advice(found: Choice) -> str:
    """Say what the choice costs at worst, beside the cash and the usual wait."""
    return rules.advice(
        Bet(worst=found.worst, is_reversible=found.is_reversible),
        cash=books.cash(currency=found.currency),
        usual=pace().reversible,
    )


def _bets(found: Iterable[Choice]) -> list[Bet]:
    return [Bet(worst=one.worst, is_reversible=one.is_reversible) for one in found]


def _waited(found: QuerySet[Choice]) -> Waited | None:
    spans = found.values_list("arose_at", "decided_at")
    return rules.waited([decided - arose for arose, decided in spans])


def _refuse(draft: ChoiceDraft) -> None:
    for name in ("what", "why", "expected"):
        if not getattr(draft, name).strip():
            raise FieldError(field=name, problem="write a few words")
    _refuse_expectation(draft)
    if draft.worst.minor < 0:
        raise FieldError(field="worst", problem="write 0 or more")
    if draft.decided_at > clock.now():
        raise FieldError(field="decided_at", problem="this moment has not come yet")
    if draft.arose_at > draft.decided_at:
        raise FieldError(field="arose_at", problem="a question comes before its decision")


def _refuse_expectation(draft: ChoiceDraft) -> None:
    if not isinstance(draft.percent, int) or not 1 <= draft.percent <= 99:
        raise FieldError(
            field="percent", problem="write 1 to 99: nothing is certain, or it is no expectation"
        )
    if draft.due_on <= max(clock.today(), timezone.localdate(draft.decided_at)):
        raise FieldError(field="due_on", problem="the date must lie ahead")
