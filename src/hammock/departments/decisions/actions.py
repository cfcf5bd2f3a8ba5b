"""Writes: ask, answer, undo, escalate, carry out. All assume the caller's transaction."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.db.models import F

from hammock.departments.decisions import kinds, policies, ports, queries, rules
from hammock.departments.decisions.conditions import Verdict
from hammock.departments.decisions.errors import (
    AlreadyAnswered,
    CannotUndo,
    DayFull,
    MayNotDecide,
    NoSuchDecision,
)
from hammock.departments.decisions.events import (
    DecisionUndone,
    MemberDecided,
    PolicyDecided,
    QuestionAsked,
    QuestionEscalated,
    SafeOutcomeTaken,
)
from hammock.departments.decisions.kinds import Kind, Value
from hammock.departments.decisions.models import Answer, Decision, Tally
from hammock.departments.decisions.ports import Decider
from hammock.kit import clock, facts, jobs, showing
from hammock.kit.locks import claim, lock, share
from hammock.kit.money import Money


@dataclass(frozen=True, kw_only=True)
class Ruling:
    """An answer as the job that makes it true needs it.

    `answer_id` is the key for what the job writes; `reason` is text for the customer, filled for a
    safe outcome; `by` names who answered, for records.
    """

    decision_id: int
    answer_id: int
    kind: str
    about: str
    facts: Mapping[str, Value]
    stake: Money | None
    outcome: str
    how: str
    by: str
    note: str
    reason: str
    answered_at: datetime


def ask(
    *,
    kind: str,
    facts: Mapping[str, object],
    about: str,
    key: str,
    asked_by: str | None = None,
) -> Decision:
    """Ask a question once under `key`; the same key again gives the same decision.

    A policy may answer at once: then the outcome's job is queued here. Otherwise the question is
    open, with whoever's turn it is. Raises `UnknownKind` and `WrongFact`; then nothing is asked.
    """
    declared = kinds.kind(kind)
    checked = declared.checked(facts)
    known = Decision.objects.filter(key=key).first()
    if known is not None:
        return known
    draft = _draft(declared, checked, about=about, key=key, asked_by=asked_by or "")
    share(_policies_of(kind))  # whoever changes them now waits, and then finds this question
    if not _saved_first(draft):
        return Decision.objects.get(key=key)
    verdict = policies.ruleset(declared).verdict(checked)
    if verdict.rule is None:
        _hand_to_person(declared, draft, verdict)
    else:
        _answer_by_policy(declared, draft, verdict)
    return draft


def answer(*, decision_id: int, outcome: str, member_id: int, note: str = "") -> Answer:
    """Answer an open question as a member, and queue the outcome's job.

    Raises `NoSuchDecision`, `AlreadyAnswered`, `UnknownOutcome`, and `MayNotDecide` (`OverLimit`,
    `DayFull`) saying why; then nothing has changed.
    """
    decision = _locked(decision_id)
    declared = kinds.kind(decision.kind)
    declared.outcome(outcome)
    _refuse_answered(decision)
    decider = _may_decide(decision, member_id)
    _count_one(decider)
    given = _settle(
        declared,
        decision,
        Answer(
            how=Answer.How.MEMBER,
            outcome=outcome,
            member_id=decider.member_id,
            member=decider.name,
            role=decider.role,
            note=note,
        ),
    )
    _state(
        decision,
        MemberDecided(
            decision_id=decision.pk,
            kind=decision.kind,
            outcome=outcome,
            member_id=decider.member_id,
            member=decider.name,
        ),
    )
    return given


def answer_by_policies(*, kind: str, member_id: int | None) -> list[Decision]:
    """Put the kind's open questions to its policies again, as they are now, in order of asking.

    For whoever has changed the policies: only what that member may answer themselves is answered,
    so that no policy carries anybody over their limit (None: nobody's limits hold). A question
    whose answer was taken back waits for a person. Lists what was answered; the others keep their
    turn, with the errors of policies that failed. Raises `UnknownKind`.
    """
    declared = kinds.kind(kind)
    claim(_policies_of(kind))  # no question is being asked meanwhile that knew the old ones
    waiting = lock(queries.open_for_policies(kind))
    ruleset, mine = policies.ruleset(declared), allowed(waiting, member_id)
    done = []
    for decision in sorted(waiting, key=lambda one: (one.asked_at, one.pk)):
        verdict = ruleset.verdict(declared.read(decision.facts))
        answers = verdict.rule is not None and decision.pk in mine
        if not answers and verdict.errors == tuple(decision.errors):
            continue
        if answers or verdict.rule is None:
            decision.errors = list(verdict.errors)
            decision.save(update_fields=["errors"])
        if answers:
            _answer_by_policy(declared, decision, verdict)
            done.append(decision)
    return done


def undo(*, decision_id: int, member_id: int) -> Decision:
    """Take the standing answer back: its undo job is queued, and the question is open again.

    It waits for a person, as long as its kind waits. Raises `NoSuchDecision`, `MayNotDecide`, and
    `CannotUndo` where nothing is answered or the outcome cannot be undone.
    """
    decision = _locked(decision_id)
    declared, standing = kinds.kind(decision.kind), decision.standing
    if standing is None:
        raise CannotUndo(problem="it is not answered")
    undo_job = declared.outcome(standing.outcome).undo_job
    if undo_job is None:
        raise CannotUndo(problem=f"“{declared.outcome(standing.outcome).says}” is final")
    decider = _may_decide(decision, member_id)
    standing.undone_at, standing.undone_by = clock.now(), decider.name
    standing.save(update_fields=["undone_at", "undone_by"])
    decision.state, decision.round = Decision.State.OPEN, decision.round + 1
    _set_turn(declared, decision, since=clock.now())
    decision.save()
    jobs.enqueue(undo_job, decision_id=decision.pk)
    _state(
        decision,
        DecisionUndone(
            decision_id=decision.pk,
            kind=decision.kind,
            outcome=standing.outcome,
            member_id=decider.member_id,
            member=decider.name,
        ),
    )
    return decision


def escalate_due(*, now: datetime, at_most: int = 100) -> int:
    """Hand on up to `at_most` questions whose turn is over; tells how many."""
    due = queries.due(now=now)[:at_most]
    return sum(escalate(decision_id=decision_id, now=now) for decision_id in due)


def escalate(*, decision_id: int, now: datetime) -> bool:
    """Hand a question on whose turn is over; past the promised time the safe outcome is taken.

    False when it is answered meanwhile, or its turn is not over.
    """
    decision = _locked(decision_id)
    if decision.state != Decision.State.OPEN or decision.stage_due_at > now:
        return False
    if decision.answer_by <= now:
        take_safe(decision=decision)
    else:
        _escalate(decision, now)
    return True


def take_safe(*, decision: Decision) -> Answer:
    """Answer a locked, open question with its kind's safe outcome, and say why in the answer."""
    declared = kinds.kind(decision.kind)
    reason = declared.safe_says.format(
        asked_on=showing.day(_round_asked_at(decision, declared)),
        promised_on=showing.day(decision.answer_by),
    )
    absence = ports.people().away(at=clock.now())
    if absence is not None:
        reason += f" We are back on {showing.day(absence.until)}."
    given = _settle(
        declared, decision, Answer(how=Answer.How.SAFE, outcome=declared.safe, reason=reason)
    )
    _state(
        decision,
        SafeOutcomeTaken(
            decision_id=decision.pk, kind=decision.kind, outcome=declared.safe, reason=reason
        ),
    )
    return given


def carry_out(*, decision_id: int, outcome: str | None = None) -> Ruling | None:
    """Claim the standing answer for the job that makes it true; None when it is not to be done.

    An outcome's job opens with this, in the transaction of its effect: it answers once for each
    answer, however often the job runs, and never for one that was undone meanwhile. With `outcome`,
    only where that is the answer.
    """
    decision = _locked(decision_id)
    standing = decision.standing
    if standing is None or standing.carried_out_at is not None:
        return None
    if outcome is not None and standing.outcome != outcome:
        return None
    standing.carried_out_at = clock.now()
    standing.save(update_fields=["carried_out_at"])
    return _ruling(decision, standing)


def take_back(*, decision_id: int, outcome: str | None = None) -> Ruling | None:
    """Claim the oldest undone answer whose effect is still there; None when there is none.

    An undo job opens with this, as an outcome's job does with `carry_out`.
    """
    decision = _locked(decision_id)
    undone = decision.answers.filter(
        undone_at__isnull=False, carried_out_at__isnull=False, taken_back_at__isnull=True
    )
    if outcome is not None:
        undone = undone.filter(outcome=outcome)
    first = undone.order_by("round").first()
    if first is None:
        return None
    first.taken_back_at = clock.now()
    first.save(update_fields=["taken_back_at"])
    return _ruling(decision, first)


def may_answer(*, decision: Decision, member_id: int) -> MayNotDecide | None:
    """Say why the member may not answer this question now; None when they may."""
    return refusals(decisions=[decision], member_id=member_id)[decision.pk]


def refusals(*, decisions: Iterable[Decision], member_id: int) -> dict[int, MayNotDecide | None]:
    """Say for each question, by its id, why the member may not answer it now; None: they may."""
    people = ports.people()
    decider, absence = people.decider(member_id=member_id), people.away(at=clock.now())
    given = given_today(member_id)
    return {
        decision.pk: rules.refusal(
            decider, role=decision.role, stake=decision.stake, absence=absence, given=given
        )
        for decision in decisions
    }


def allowed(decisions: Iterable[Decision], member_id: int | None) -> set[int]:
    """Give the ids of the questions that the member may answer now; without a member, of all."""
    if member_id is None:
        return {decision.pk for decision in decisions}
    found = refusals(decisions=decisions, member_id=member_id)
    return {decision_id for decision_id, refusal in found.items() if refusal is None}


def given_today(member_id: int, *, day: date | None = None) -> int:
    """Count the answers that a member gave on a day of the business, by default today."""
    found = Tally.objects.filter(member_id=member_id, day=day or clock.today()).first()
    return found.answers if found else 0


def _policies_of(kind: str) -> str:
    return f"policies:{kind}"


def _draft(
    kind: Kind, checked: Mapping[str, Value], *, about: str, key: str, asked_by: str
) -> Decision:
    draft = Decision(
        kind=kind.name,
        about=about,
        key=key,
        facts=kind.stored(checked),
        asked_by=asked_by,
        asked_at=clock.now(),
        role=kind.role,
    )
    if kind.stake is not None:
        draft.stake_minor = int(checked[kind.stake])  # type: ignore[arg-type]  # a stake is money
        in_fact = checked[kind.currency] if kind.currency else None
        draft.currency = str(in_fact) if in_fact else ports.home_currency()
    draft.stage_due_at = draft.answer_by = draft.asked_at + kind.waits
    return draft


def _saved_first(draft: Decision) -> bool:
    """Write the question; False when another transaction has just asked it under the same key."""
    try:
        with transaction.atomic():
            draft.save(force_insert=True)
    except IntegrityError:
        if Decision.objects.filter(key=draft.key).exists():
            return False
        raise
    return True


def _answer_by_policy(kind: Kind, decision: Decision, verdict: Verdict) -> None:
    rule = verdict.rule
    assert rule is not None
    given = _settle(
        kind,
        decision,
        Answer(how=Answer.How.POLICY, outcome=rule.outcome, version_id=rule.version_id),
    )
    assert given.version is not None
    _state(
        decision,
        PolicyDecided(
            decision_id=decision.pk,
            kind=decision.kind,
            outcome=rule.outcome,
            policy_id=rule.policy_id,
            version=given.version.number,
        ),
    )


def _hand_to_person(kind: Kind, decision: Decision, verdict: Verdict) -> None:
    decision.errors = list(verdict.errors)
    _set_turn(kind, decision, since=decision.asked_at)
    decision.save(update_fields=["errors", "stage", "stage_due_at", "answer_by"])
    _state(
        decision,
        QuestionAsked(
            decision_id=decision.pk,
            kind=decision.kind,
            stage=decision.stage,
            answer_by=decision.answer_by.isoformat(),
        ),
    )


def _set_turn(kind: Kind, decision: Decision, *, since: datetime) -> None:
    people, at = ports.people(), clock.now()
    on_duty = [
        decider
        for decider in rules.able(people.on_duty(role=kind.role, at=at), decision.stake)
        if rules.has_count_left(decider, given_today(decider.member_id))
    ]
    turn = _turn(kind, decision, since=since, able=bool(on_duty), at=at)
    decision.stage, decision.stage_due_at = turn.stage, turn.until
    decision.answer_by = since + kind.waits


def _turn(
    kind: Kind, decision: Decision, *, since: datetime, able: bool, at: datetime
) -> rules.Turn:
    absence = ports.people().away(at=at)
    deputy = absence.deputy if absence else None
    return rules.turn(
        asked_at=since,
        waits=kind.waits,
        able=able,
        absence=absence,
        deputy_is_able=deputy is not None and rules.within_limit(deputy, decision.stake),
    )


def _escalate(decision: Decision, now: datetime) -> None:
    kind = kinds.kind(decision.kind)
    since = decision.answer_by - kind.waits
    turn = _turn(kind, decision, since=since, able=False, at=now)
    decision.stage, decision.stage_due_at = turn.stage, decision.answer_by
    decision.save(update_fields=["stage", "stage_due_at"])
    _state(
        decision,
        QuestionEscalated(
            decision_id=decision.pk,
            kind=decision.kind,
            stage=decision.stage,
            answer_by=decision.answer_by.isoformat(),
        ),
    )


def _locked(decision_id: int) -> Decision:
    found = lock(Decision.objects.filter(pk=decision_id))
    if not found:
        raise NoSuchDecision
    return found[0]


def _refuse_answered(decision: Decision) -> None:
    standing = decision.standing
    if standing is not None:
        says = kinds.kind(decision.kind).outcome(standing.outcome).says
        raise AlreadyAnswered(by=standing.by, outcome=says)


def _may_decide(decision: Decision, member_id: int) -> Decider:
    """Find what the member may decide. Raises `MayNotDecide` unless this question is among it."""
    people = ports.people()
    decider = people.decider(member_id=member_id)
    refusal = rules.refusal(
        decider,
        role=decision.role,
        stake=decision.stake,
        absence=people.away(at=clock.now()),
        given=None,
    )
    if refusal is not None:
        raise refusal
    assert decider is not None
    return decider


def _count_one(decider: Decider) -> None:
    """Add to the member's answers of today. Raises `DayFull` where the count is used up."""
    mine, _is_new = Tally.objects.get_or_create(member_id=decider.member_id, day=clock.today())
    left = Tally.objects.filter(pk=mine.pk)
    if decider.daily_count is not None:
        left = left.filter(answers__lt=decider.daily_count)
    if not left.update(answers=F("answers") + 1):
        raise DayFull(name=decider.name, count=decider.daily_count or 0)


def _settle(kind: Kind, decision: Decision, given: Answer) -> Answer:
    """Write the answer of the question's round and queue what makes it true."""
    given.decision, given.round, given.answered_at = decision, decision.round, clock.now()
    given.asked_at = _round_asked_at(decision, kind)
    given.save(force_insert=True)
    decision.state = Decision.State.ANSWERED
    decision.save(update_fields=["state"])
    jobs.enqueue(kind.outcome(given.outcome).job, decision_id=decision.pk)
    return given


def _round_asked_at(decision: Decision, kind: Kind) -> datetime:
    """Tell when the question's round began: a later one begins with the undo."""
    return decision.asked_at if decision.round == 1 else decision.answer_by - kind.waits


def _ruling(decision: Decision, given: Answer) -> Ruling:
    return Ruling(
        decision_id=decision.pk,
        answer_id=given.pk,
        kind=decision.kind,
        about=decision.about,
        facts=kinds.kind(decision.kind).read(decision.facts),
        stake=decision.stake,
        outcome=given.outcome,
        how=given.how,
        by=given.by,
        note=given.note,
        reason=given.reason,
        answered_at=given.answered_at,
    )


def _state(decision: Decision, happened: object) -> None:
    facts.state(happened, about=f"decision:{decision.pk}")
