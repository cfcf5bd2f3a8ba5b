"""The inbox of open questions, one click each; what was answered, by whom and why."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse
from django.views.decorators.http import require_POST

from hammock.departments.decisions import actions, kinds, queries, wording
from hammock.departments.decisions.errors import (
    DecisionError,
    MayNotDecide,
    NoSuchDecision,
    UnknownKind,
)
from hammock.departments.decisions.kinds import Fact as FactDeclared
from hammock.departments.decisions.kinds import FactType, Kind, Value
from hammock.departments.decisions.models import Answer, Decision, Policy
from hammock.departments.sales.models import Order
from hammock.doors.console import frame
from hammock.doors.console.frame import Link
from hammock.flows.answer_decision import answer_decision
from hammock.flows.undo_decision import undo_decision
from hammock.kit import clock
from hammock.kit.facts.models import Fact
from hammock.kit.money import Money

LONGEST_NOTE = 2_000
ON_TODAY = 5
ON_THE_PAGE = 50
MOST_LOOKED_AT = 1_000
SECTIONS = (
    ("decisions", "Open questions"),
    ("decisions_answered", "Answered"),
    ("policies", "Policies"),
    ("rehearsal", "Rehearsal"),
)


@dataclass(frozen=True, kw_only=True)
class ShownFact:
    """A fact in words."""

    says: str
    value: str


@dataclass(frozen=True, kw_only=True)
class Choice:
    """One answer that can be given: its key on the keyboard, and where 'always' leads."""

    name: str
    says: str
    key: int
    always: str


@dataclass(frozen=True, kw_only=True)
class ShownQuestion:
    """A question as the inbox shows it; `refusal` says why this member cannot answer it."""

    decision: Decision
    kind: Kind
    about: Link | None
    facts: Sequence[ShownFact]
    more: Sequence[ShownFact]
    choices: Sequence[Choice]
    refusal: str
    left: str
    is_late: bool


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """What waits: for this member (`more` of it is not shown), and for others."""

    mine: Sequence[ShownQuestion]
    others: Sequence[ShownQuestion]
    more: int


@dataclass(frozen=True, kw_only=True)
class ShownAnswer:
    """An answer as lists show it."""

    decision: Decision
    kind: Kind
    answer: Answer
    says: str
    by: str
    took: str


def sections(current: str) -> list[tuple[str, str, bool]]:
    """Give the tabs of the pages around decisions."""
    return [(reverse(f"console:{name}"), label, name == current) for name, label in SECTIONS]


def waiting(request: HttpRequest, *, at_most: int) -> Waiting:
    """List the open questions, those apart that this member may answer; the most urgent first."""
    known = [kind.name for kind in kinds.all_kinds()]
    found = list(queries.open_questions().filter(kind__in=known)[:MOST_LOOKED_AT])
    refusals = actions.refusals(decisions=found, member_id=request.user.pk or 0)
    mine = [one for one in found if refusals[one.pk] is None]
    others = [one for one in found if refusals[one.pk] is not None]
    return Waiting(
        mine=[shown_question(one, refusal=None) for one in mine[:at_most]],
        others=[shown_question(one, refusal=refusals[one.pk]) for one in others[:at_most]],
        more=max(0, len(mine) - at_most),
    )


def shown_question(decision: Decision, *, refusal: MayNotDecide | None) -> ShownQuestion:
    """Make a question ready to be shown to a member."""
    kind = kinds.kind(decision.kind)
    left = decision.answer_by - clock.now()
    return ShownQuestion(
        decision=decision,
        kind=kind,
        about=about(decision),
        facts=shown_facts(kind, decision, matters=True),
        more=shown_facts(kind, decision, matters=False),
        choices=[
            Choice(
                name=outcome.name,
                says=outcome.says,
                key=number,
                always=_always(decision, outcome.name),
            )
            for number, outcome in enumerate(kind.outcomes, start=1)
        ],
        refusal=refusal.sentence() if refusal else "",
        left=span(left),
        is_late=left <= timedelta(hours=2),
    )


def shown_facts(kind: Kind, decision: Decision, *, matters: bool) -> list[ShownFact]:
    """Write a decision's facts in words, in the kind's order."""
    found = kind.read(decision.facts)
    return [
        ShownFact(
            says=fact.says,
            value=_money(found[fact.name], decision)
            if fact.type == FactType.MONEY and decision.currency
            else bare(kind, fact, found[fact.name]),
        )
        for fact in kind.facts
        if fact.name in found and fact.matters == matters
    ]


def bare(kind: Kind, fact: FactDeclared, value: Value) -> str:
    """Write a fact's value beside its name, where a text needs no quotes."""
    return value if isinstance(value, str) else wording.shown(kind, fact, value)


def about(decision: Decision) -> Link | None:
    """Lead to what the question is about, where the console has a page for it."""
    what, _colon, which = decision.about.partition(":")
    if what == "order":
        by_id = {"id": int(which)} if which.isdecimal() else {"reference": which}
        order = Order.objects.filter(**by_id).first()
        if order is not None:
            url = reverse("console:order", args=(order.reference,))
            return Link(label=f"order {order.reference}", url=url)
    if what == "customer" and which.isdecimal():
        return Link(label="the customer", url=reverse("console:customer", args=(int(which),)))
    return None


def span(length: timedelta) -> str:
    """Write a length of time in its largest unit: `3 days`, `2 hours`, `5 minutes`."""
    seconds = abs(length.total_seconds())
    for unit, size, least in (("day", 86_400, 1.5), ("hour", 3_600, 1.0), ("minute", 60, 1.0)):
        if seconds >= size * least:
            count = round(seconds / size)
            return f"{count} {unit}{'' if count == 1 else 's'}"
    return "less than a minute"


@frame.needs("decisions.view_decision")
def inbox(request: HttpRequest) -> HttpResponse:
    """Show what waits for an answer."""
    found = waiting(request, at_most=ON_THE_PAGE)
    return frame.show(
        request,
        "decisions.html",
        title="Decisions",
        sections=sections("decisions"),
        mine=found.mine,
        others=found.others,
        more=found.more,
        wants_policies=not Policy.objects.exists()
        and frame.may_open(request, reverse("console:starter")),
        may_change=request.user.has_perm("decisions.change_decision"),
        latest=_shown_answers(
            queries.with_answers(
                Decision.objects.filter(
                    pk__in=Answer.objects.filter(member_id=request.user.pk)
                    .order_by("-answered_at")
                    .values("decision_id")[:5]
                )
            )
        ),
    )


@frame.needs("decisions.view_decision")
def answered(request: HttpRequest) -> HttpResponse:
    """Show what was answered, the latest first."""
    how = request.GET.get("how", "")
    if how and how not in Answer.How.values:
        raise Http404
    found = Answer.objects.filter(
        undone_at__isnull=True, decision__kind__in=[kind.name for kind in kinds.all_kinds()]
    ).select_related("decision", "version")
    if how:
        found = found.filter(how=how)
    page = frame.turned(request, found.order_by("-answered_at", "-pk"))
    return frame.show(
        request,
        "decisions_answered.html",
        title="Decisions",
        sections=sections("decisions_answered"),
        page=page,
        rows=[shown_answer(answer.decision, answer) for answer in page.object_list],
        query=frame.kept_query(request),
        how=how,
        hows=[("", "All"), *Answer.How.choices],
    )


@frame.needs("decisions.view_decision")
def decision_page(request: HttpRequest, decision_id: int) -> HttpResponse:
    """Explain one decision: what was known, who answered, when, why, and what happened to it."""
    decision = _found(decision_id)
    kind = kinds.kind(decision.kind)
    refusal = actions.may_answer(decision=decision, member_id=request.user.pk or 0)
    question = shown_question(decision, refusal=refusal)
    answers = list(decision.answers.select_related("version").order_by("round"))
    standing = decision.standing
    may_change = request.user.has_perm("decisions.change_decision")
    return frame.show(
        request,
        "decision.html",
        title=kind.question,
        back=Link(label="Decisions", url=reverse("console:decisions")),
        question=question,
        decision=decision,
        answers=[shown_answer(decision, answer) for answer in answers],
        sentences={
            answer.pk: wording.sentence(kind, answer.version.condition, answer.version.outcome)
            for answer in answers
            if answer.version
        },
        story=[
            (fact.at, _told(kind, fact))
            for fact in Fact.objects.filter(about=f"decision:{decision.pk}").order_by("id")
        ],
        can_undo=bool(standing and kind.outcome(standing.outcome).undo_job and may_change),
        may_change=may_change,
    )


@require_POST
@frame.needs("decisions.change_decision")
def decision_answer(request: HttpRequest, decision_id: int) -> HttpResponse:
    """Answer a question."""
    decision = _found(decision_id)
    place = frame.came_from(request, otherwise=reverse("console:decisions"))
    note = request.POST.get("note", "").replace("\0", "").strip()
    if len(note) > LONGEST_NOTE:
        frame.failed(request, f"The note is longer than {LONGEST_NOTE:,} letters.")
        return redirect(place)
    try:
        given = answer_decision(
            decision_id=decision.pk,
            outcome=request.POST.get("outcome", ""),
            member_id=request.user.pk or 0,
            note=note,
        )
    except DecisionError as error:
        frame.failed(request, error.sentence())
        return redirect(place)
    kind = kinds.kind(decision.kind)
    outcome = kind.outcome(given.outcome)
    can = "It can be undone below." if outcome.undo_job else "It is being done now."
    frame.done(request, f"{kind.question} {outcome.says}. {can}")
    return redirect(place)


@require_POST
@frame.needs("decisions.change_decision")
def decision_undo(request: HttpRequest, decision_id: int) -> HttpResponse:
    """Take an answer back."""
    decision = _found(decision_id)
    try:
        undo_decision(decision_id=decision.pk, member_id=request.user.pk or 0)
    except DecisionError as error:
        frame.failed(request, error.sentence())
    else:
        frame.done(request, "Undone. The question is open again.")
    return redirect("console:decision", decision.pk)


def shown_answer(decision: Decision, answer: Answer) -> ShownAnswer:
    """Make an answer ready to be shown."""
    kind = kinds.kind(decision.kind)
    known = {outcome.name: outcome.says for outcome in kind.outcomes}
    return ShownAnswer(
        decision=decision,
        kind=kind,
        answer=answer,
        says=known.get(answer.outcome, answer.outcome),
        by=answer.by,
        took="at once" if answer.took < timedelta(seconds=1) else f"after {span(answer.took)}",
    )


def _shown_answers(decisions: Iterable[Decision]) -> list[ShownAnswer]:
    found = []
    for decision in decisions:
        standing = next((a for a in decision.answers.all() if a.round == decision.round), None)
        if standing is not None:
            found.append(shown_answer(decision, standing))
    return sorted(found, key=lambda one: one.answer.answered_at, reverse=True)


STORY = {
    "QuestionAsked": "No policy answered; {stage} was asked",
    "QuestionEscalated": "Nobody answered in time; {stage} was asked",
    "PolicyDecided": "Policy {policy_id} answered: {outcome}",
    "MemberDecided": "{member} answered: {outcome}",
    "SafeOutcomeTaken": "Nobody answered in the promised time; the safe outcome: {outcome}",
    "DecisionUndone": "{member} took the answer back: {outcome}",
}


def _told(kind: Kind, fact: Fact) -> str:
    """Say a fact of a decision's story as a sentence; other departments' facts by their name."""
    says = {outcome.name: outcome.says for outcome in kind.outcomes}
    data = {**fact.data, "outcome": says.get(fact.data.get("outcome", ""), "")}
    if "stage" in data:
        data["stage"] = Decision.Stage(data["stage"]).label
    return STORY.get(fact.name, fact.name).format(**data) + "."


def _always(decision: Decision, outcome: str) -> str:
    query = urlencode({"kind": decision.kind, "case": decision.pk, "outcome": outcome})
    return f"{reverse('console:policy_new')}?{query}"


def _money(value: Value, decision: Decision) -> str:
    return str(Money(int(value), decision.currency))  # type: ignore[arg-type]  # a money fact


def _found(decision_id: int) -> Decision:
    try:
        decision = queries.decision(decision_id)
        kinds.kind(decision.kind)
    except (NoSuchDecision, UnknownKind, OverflowError) as missing:
        raise Http404 from missing
    return decision


urls = [
    path("decisions/", inbox, name="decisions"),
    path("decisions/answered/", answered, name="decisions_answered"),
    path("decisions/<int:decision_id>/", decision_page, name="decision"),
    path("decisions/<int:decision_id>/answer/", decision_answer, name="decision_answer"),
    path("decisions/<int:decision_id>/undo/", decision_undo, name="decision_undo"),
]
