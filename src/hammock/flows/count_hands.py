"""Who did what: how many people could run each department tomorrow."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from wagtail.models import ModelLogEntry, PageLogEntry

from hammock.departments.sales.models import Refund
from hammock.departments.team.models import Deed as AuditLine
from hammock.departments.team.models import Member, ProcedureRun
from hammock.departments.team.rhythm import away, duties, rules
from hammock.departments.team.rhythm.rules import BusFactor
from hammock.kit import clock
from hammock.kit.facts.models import Fact

SPAN = timedelta(days=90)
_OF_KIND = {
    "refund": "sales",
    "discount": "sales",
    "held": "sales",
    "order": "sales",
    "price": "catalogue",
    "spend": "ledger",
    "money": "ledger",
    "expense": "ledger",
    "erasure": "service",
    "data": "service",
    "redelivery": "delivery",
    "download": "delivery",
    "campaign": "marketing",
}
"""To which department a kind of decision belongs, by its name's first word that is known."""

WORK = {
    "sales": ("order_cancel", "order_resend"),
    "delivery": ("order_deliver", "task_finish", "job_retry"),
    "catalogue": ("product", "product_new", "release_new", "price_change"),
    "ledger": (
        *("centre_new", "centre_edit", "expense_new", "expense_take_back", "spending_new"),
        "tax",
    ),
    "marketing": ("shop",),
    "service": ("mail_retry",),
    "research": (
        *("study", "study_new", "study_again", "study_begin", "study_stop"),
        *("trial_start", "trial_end", "plan_first", "conversation"),
    ),
    "planning": ("strategy_edit", "strategy_force", "plan_point", "step_end", "playbook_choose"),
    "decisions": (
        *("policy", "policy_new", "policy_switch", "starter", "rehearsal_begin"),
        "decision_undo",
    ),
    "team": ("procedure", "procedure_new", "procedure_retire"),
}
"""The pages of the console on which each department's work is done, as the audit log names them.

What is counted elsewhere (refunds, answers, procedures gone through) stands not here; a test holds
that nothing else is missing."""

_OF_PAGE = {page: department for department, pages in WORK.items() for page in pages}


@dataclass(frozen=True, kw_only=True)
class Deed:
    """Something that a person did for a department."""

    department: str
    who: str


@dataclass(frozen=True, kw_only=True)
class Hands:
    """A department, who could run it, and what it lacks."""

    department: str
    name: str
    factor: BusFactor
    procedures: int
    has_deputy: bool

    @property
    def risks(self) -> list[str]:
        """Say what could go wrong with it, a sentence each."""
        found = []
        if not self.procedures:
            found.append("No procedure is written for it.")
        if self.factor.deeds == 0:
            found.append("Nobody did anything in it in the last 90 days.")
        elif not self.has_deputy:
            found.append("Nobody but the owner has done its work.")
        if self.factor.people == 1:
            who = next(share.who for share in self.factor.shares if share.counts)
            found.append(f"Only {who} could run it tomorrow.")
        return found


def count_hands() -> list[Hands]:
    """Compute each department's bus factor from the last 90 days, and its risks."""
    deeds = list(_deeds(clock.now() - SPAN))
    owner = away.owner()
    boss = owner.get_full_name() if owner else ""
    written = list(duties.procedures())
    found = []
    for department, name in duties.DEPARTMENTS.items():
        factor = rules.bus_factor(
            rules.counted(deed.who for deed in deeds if deed.department == department)
        )
        owned = [one for one in written if one.department == department]
        others = {share.who for share in factor.shares if share.counts} - {boss}
        found.append(
            Hands(
                department=department,
                name=name,
                factor=factor,
                procedures=len(owned),
                has_deputy=bool(others),
            )
        )
    return found


def _deeds(since: datetime) -> Iterator[Deed]:
    names = {member.pk: member.get_full_name() for member in Member.objects.all()}
    yield from _procedures(since)
    yield from _answers(since, names)
    yield from _edits(since, names)
    yield from _console(since, names)
    known = set(names.values())
    for who in Refund.objects.filter(requested_at__gte=since).values_list(
        "requested_by", flat=True
    ):
        if who in known:  # others were asked for by buyers or by the house itself
            yield Deed(department="sales", who=who)


def _procedures(since: datetime) -> Iterator[Deed]:
    for run in ProcedureRun.objects.filter(done_at__gte=since).select_related(
        "procedure", "done_by"
    ):
        yield Deed(department=run.procedure.department, who=run.done_by.get_full_name())


def _answers(since: datetime, names: dict[int, str]) -> Iterator[Deed]:
    for fact in Fact.objects.filter(name="MemberDecided", at__gte=since):
        who = names.get(fact.data["member_id"])
        words = str(fact.data["kind"]).split("_")
        department = next((_OF_KIND[word] for word in words if word in _OF_KIND), "sales")
        if who:
            yield Deed(department=department, who=who)


def _edits(since: datetime, names: dict[int, str]) -> Iterator[Deed]:
    """Count what Wagtail logged of pages and other things that people changed."""
    for log in (PageLogEntry, ModelLogEntry):
        rows = log.objects.filter(timestamp__gte=since, user_id__isnull=False)
        for user_id, app in rows.values_list("user_id", "content_type__app_label"):
            if app in duties.DEPARTMENTS and user_id in names:
                yield Deed(department=app, who=names[user_id])


def _console(since: datetime, names: dict[int, str]) -> Iterator[Deed]:
    """Count what the audit log has of work in the console."""
    rows = AuditLine.objects.filter(at__gte=since, page__in=_OF_PAGE)
    for page, member_id in rows.values_list("page", "member_id"):
        if member_id in names:
            yield Deed(department=_OF_PAGE[page], who=names[member_id])
