"""Policies: read as sentences, written, tried on the past, switched, learned from it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse
from django.views.decorators.http import require_POST

from hammock.departments.decisions import conditions, kinds, policies, queries, trying, wording
from hammock.departments.decisions.errors import (
    DecisionError,
    NoSuchDecision,
    NoSuchPolicy,
    UnknownKind,
)
from hammock.departments.decisions.kinds import Kind
from hammock.departments.decisions.learning import Lesson, Proposal
from hammock.departments.decisions.models import Policy, PolicyVersion
from hammock.departments.decisions.outlook import Outlook
from hammock.departments.decisions.trying import Contradiction
from hammock.departments.decisions.writing import PolicyDraft
from hammock.doors.console import frame
from hammock.doors.console.decisions import ShownFact, bare, sections
from hammock.doors.console.frame import Link
from hammock.doors.console.open_questions import (
    MOST_SHOWN,
    answers_open,
    may_save,
    shown_outlook,
    told,
)
from hammock.doors.console.policy_form import PolicyForm, initial_of
from hammock.flows.propose_policies import propose_policies
from hammock.flows.save_policy import (
    Preview,
    find_contradictions,
    preview_policy,
    preview_switch,
    save_policy,
    switch_policy,
)
from hammock.kit.errors import HammockError


@dataclass(frozen=True, kw_only=True)
class ShownPolicy:
    """A policy as lists show it."""

    policy: Policy
    version: PolicyVersion
    sentence: str
    answered: int


@dataclass(frozen=True, kw_only=True)
class ShownClash:
    """Two policies that contradict each other, with the case that shows it."""

    clash: Contradiction
    first: str
    second: str
    example: Sequence[ShownFact]


@dataclass(frozen=True, kw_only=True)
class AnsweredCase:
    """A past case, with what was answered in words."""

    case: trying.Case
    says: str


@dataclass(frozen=True, kw_only=True)
class ShownProposal:
    """A learned rule as the page shows it."""

    proposal: Proposal
    sentence: str
    percent: str
    interval: str
    wrong: Sequence[AnsweredCase]


@frame.needs("decisions.view_policy")
def policy_list(request: HttpRequest) -> HttpResponse:
    """Show every policy as a sentence, and those that contradict each other."""
    known = kinds.all_kinds()
    groups = []
    for kind in known:
        found = policies.policies_of(kind.name)
        groups.append(
            {
                "kind": kind,
                "policies": [_shown(kind, policy) for policy in found if policy.current],
                "clashes": _clashes(kind, find_contradictions(kind.name)),
            }
        )
    return frame.show(
        request,
        "policies.html",
        title="Decisions",
        sections=sections("policies"),
        groups=groups,
        may_change=request.user.has_perm("decisions.change_policy"),
    )


@frame.needs("decisions.change_policy")
def policy_new(request: HttpRequest) -> HttpResponse:
    """Write a policy; from a case it comes with the condition that fits it and its like."""
    kind = _kind(request.GET.get("kind", ""))
    initial = initial_of(kind, _drafted(kind, request), request.GET.get("outcome", ""))
    return _form_page(request, kind, initial=initial, policy=None)


@frame.needs("decisions.view_policy")
def policy_page(request: HttpRequest, policy_id: int) -> HttpResponse:
    """Show a policy with its versions, and let it be changed."""
    policy = Policy.objects.select_related("current").filter(pk=policy_id).first()
    if policy is None or policy.current is None:
        raise Http404
    if request.method == "POST" and not request.user.has_perm("decisions.change_policy"):
        raise Http404
    kind, now = _kind(policy.kind), policy.current
    initial = {**initial_of(kind, now.condition, now.outcome), "priority": now.priority}
    return _form_page(request, kind, initial=initial, policy=policy)


@require_POST
@frame.needs("decisions.change_policy")
def policy_switch(request: HttpRequest, policy_id: int) -> HttpResponse:
    """Switch a policy on or off."""
    is_on = request.POST.get("on") == "1"
    by_id = request.user.pk
    try:
        outlook = preview_switch(policy_id=policy_id, is_on=is_on, by_id=by_id)
        if not may_save(request, outlook):
            return _switch_page(request, policy_id, outlook, is_on=is_on)
        saved = switch_policy(
            policy_id=policy_id,
            is_on=is_on,
            by=frame.who(request),
            by_id=by_id,
            answers_open=answers_open(request),
        )
    except (NoSuchPolicy, UnknownKind) as missing:
        raise Http404 from missing
    frame.done(request, f"The policy is {'on' if is_on else 'off'}.{told(saved.answered)}")
    return redirect("console:policies")


@frame.needs("decisions.view_policy")
def learned(request: HttpRequest) -> HttpResponse:
    """Show what could be learned of a kind from people's answers."""
    kind = _kind(request.GET.get("kind", ""))
    lesson: Lesson = propose_policies(kind.name)
    return frame.show(
        request,
        "learned.html",
        title="What could be learned",
        back=Link(label="Policies", url=reverse("console:policies")),
        kind=kind,
        lesson=lesson,
        proposals=[_shown_proposal(kind, one) for one in lesson.proposals],
        may_change=request.user.has_perm("decisions.change_policy"),
    )


def _switch_page(
    request: HttpRequest, policy_id: int, outlook: Outlook, *, is_on: bool
) -> HttpResponse:
    policy = Policy.objects.select_related("current").get(pk=policy_id)
    assert policy.current is not None
    return frame.show(
        request,
        "policy_switch.html",
        title=f"Switch a policy {'on' if is_on else 'off'}",
        back=Link(label="Policies", url=reverse("console:policies")),
        policy=policy,
        sentence=_sentence(_kind(policy.kind), policy.current),
        is_on=is_on,
        outlook=shown_outlook(request, outlook),
    )


def _form_page(
    request: HttpRequest, kind: Kind, *, initial: dict[str, Any], policy: Policy | None
) -> HttpResponse:
    is_sent = request.method == "POST"
    form = PolicyForm(request.POST if is_sent else None, kind=kind, initial=initial)
    preview: Preview | None = None
    is_fine = form.is_valid() if is_sent else False
    draft = None
    if is_fine:
        draft = form.draft(
            author=frame.who(request),
            author_id=request.user.pk,
            policy_id=policy.pk if policy else None,
        )
    elif not is_sent:
        draft = _draft_of(kind, initial, policy, request.user.pk)
    if draft is not None:
        preview = _previewed(draft)
    wants = is_fine and "look" not in request.POST
    if wants and draft and (preview is None or may_save(request, preview.outlook)):
        saved = save_policy(draft, answers_open=answers_open(request))
        frame.done(request, f"Saved: {_said(kind, draft)}{told(saved.answered)}")
        return redirect("console:policy", saved.policy.pk)
    return frame.show(
        request,
        "policy.html",
        status=400 if is_sent and not is_fine else 200,
        title="Change a policy" if policy else "A new policy",
        back=Link(label="Policies", url=reverse("console:policies")),
        lead=kind.question,
        form=form,
        kind=kind,
        policy=policy,
        versions=[(one, _sentence(kind, one)) for one in policy.versions.all()] if policy else [],
        draft=draft,
        sentence=_said(kind, draft) if draft else "",
        preview=preview,
        differed=_answered(kind, preview.trial.differed) if preview else [],
        clashes=_clashes(kind, preview.contradictions) if preview else [],
        outlook=shown_outlook(request, preview.outlook) if preview else None,
        is_held_back=wants,
        may_change=request.user.has_perm("decisions.change_policy"),
    )


def _previewed(draft: PolicyDraft) -> Preview | None:
    try:
        return preview_policy(draft)
    except HammockError:
        return None  # a kept policy whose kind has changed: the form says what is wrong on saving


def _draft_of(
    kind: Kind, initial: dict[str, Any], policy: Policy | None, author_id: int | None
) -> PolicyDraft:
    return PolicyDraft(
        kind=kind.name,
        condition=initial["condition"],
        outcome=initial["outcome"] or kind.outcomes[0].name,
        priority=initial.get("priority", 0),
        author="",
        author_id=author_id,
        policy_id=policy.pk if policy else None,
    )


def _drafted(kind: Kind, request: HttpRequest) -> str:
    """Write the condition that a new policy begins with: a case's, a learned one, or always."""
    case = request.GET.get("case", "")
    if case.isascii() and case.isdecimal() and len(case) < 19:
        try:
            asked = queries.decision(int(case))
        except NoSuchDecision as missing:
            raise Http404 from missing
        return trying.drafted(kind, kind.read(asked.facts))
    condition = request.GET.get("condition", "true")
    try:
        conditions.refuse_wrong(kind, condition)
    except DecisionError:
        return "true"
    return condition


def _shown(kind: Kind, policy: Policy) -> ShownPolicy:
    version = policy.current
    assert version is not None
    answered = sum(one.answers.count() for one in policy.versions.all())
    return ShownPolicy(
        policy=policy, version=version, sentence=_sentence(kind, version), answered=answered
    )


def _clashes(kind: Kind, found: Sequence[Contradiction]) -> list[ShownClash]:
    return [
        ShownClash(
            clash=clash,
            first=wording.sentence(kind, clash.first.condition, clash.first.outcome),
            second=wording.sentence(kind, clash.second.condition, clash.second.outcome),
            example=[
                ShownFact(says=fact.says, value=bare(kind, fact, clash.example[fact.name]))
                for fact in kind.facts
                if fact.name in clash.example and fact.matters
            ],
        )
        for clash in found
    ]


def _answered(kind: Kind, cases: Sequence[trying.Case]) -> list[AnsweredCase]:
    says = {outcome.name: outcome.says for outcome in kind.outcomes}
    return [
        AnsweredCase(case=case, says=says.get(case.outcome, case.outcome))
        for case in cases[:MOST_SHOWN]
    ]


def _shown_proposal(kind: Kind, one: Proposal) -> ShownProposal:
    share = one.agreement
    return ShownProposal(
        proposal=one,
        sentence=wording.sentence(kind, one.condition, one.outcome),
        percent="not known yet" if share is None else f"{share:.0%}",
        interval=f"{one.low:.0%} to {one.high:.0%}",
        wrong=_answered(kind, one.wrong),
    )


def _sentence(kind: Kind, version: PolicyVersion) -> str:
    return wording.sentence(kind, version.condition, version.outcome)


def _said(kind: Kind, draft: PolicyDraft) -> str:
    return wording.sentence(kind, draft.condition, draft.outcome)


def _kind(name: str) -> Kind:
    try:
        return kinds.kind(name)
    except UnknownKind as missing:
        raise Http404 from missing


urls = [
    path("decisions/policies/", policy_list, name="policies"),
    path("decisions/policies/new/", policy_new, name="policy_new"),
    path("decisions/policies/learned/", learned, name="learned"),
    path("decisions/policies/<int:policy_id>/", policy_page, name="policy"),
    path("decisions/policies/<int:policy_id>/switch/", policy_switch, name="policy_switch"),
]
