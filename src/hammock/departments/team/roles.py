"""Who may see and do what: the one table.

Each page of the console stands here under its address's name with the roles that see it and the
roles that act on it, and each role with the Django and Wagtail permissions that go with that. The
console asks `may` before every page, `actions.write_roles` writes the permissions. A page that
stands nowhere here opens for the owner alone.

A mentor reads everything but personal data and secrets, and writes only comments. An accountability
partner sees commitments and check-ins. Secrets, roles and the audit log are the owner's.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

INVITATION_LASTS = timedelta(days=7)


class Role(StrEnum):
    """What a member is to the business."""

    OWNER = "owner"
    BUSINESS = "business"
    MARKETING = "marketing"
    SERVICE = "service"
    MENTOR = "mentor"
    ACCOUNTABILITY = "accountability"


@dataclass(frozen=True, kw_only=True)
class Duty:
    """What a role is called and is there for; `limit_minor` and `daily_count` bound a decision.

    Limits are in minor units of the shop's currency at once, and decisions a day; None is no
    limit. A member's own limits go before their role's.
    """

    label: str
    purpose: str
    limit_minor: int | None = 0
    daily_count: int | None = 0
    sees_persons: bool = True
    needs_second_factor: bool = False


@dataclass(frozen=True, kw_only=True)
class Page:
    """One address of the console: who reads it, who acts on it (posts), and the words for both."""

    label: str
    sees: frozenset[Role] = frozenset()
    does: frozenset[Role] = frozenset()


@dataclass(frozen=True, kw_only=True)
class PageRights:
    """What a role may do with Wagtail's pages: below the root, or below pages of one type."""

    below: str
    may: tuple[str, ...]


DUTIES: Mapping[Role, Duty] = {
    Role.OWNER: Duty(
        label="Owner",
        purpose="Everything, and alone: secrets, roles, the audit log.",
        limit_minor=None,
        daily_count=None,
        needs_second_factor=True,
    ),
    Role.BUSINESS: Duty(
        label="Business",
        purpose="Runs the shop day by day: orders, products, prices, books, settings.",
        limit_minor=50_000,
        daily_count=50,
        needs_second_factor=True,
    ),
    Role.MARKETING: Duty(
        label="Marketing",
        purpose="Writes and publishes pages and posts; sees products and figures, no customers.",
        limit_minor=10_000,
        daily_count=20,
        sees_persons=False,
    ),
    Role.SERVICE: Duty(
        label="Service",
        purpose="Answers customers: orders, refunds, tasks, mails, the help pages.",
        limit_minor=10_000,
        daily_count=50,
    ),
    Role.MENTOR: Duty(
        label="Mentor",
        purpose="Reads everything but customers' personal data and secrets; writes comments.",
        sees_persons=False,
    ),
    Role.ACCOUNTABILITY: Duty(
        label="Accountability partner",
        purpose="Sees commitments and check-ins, nothing else.",
        sees_persons=False,
    ),
}

_OWNER = frozenset({Role.OWNER})
_RUN = _OWNER | {Role.BUSINESS}
_SERVE = _RUN | {Role.SERVICE}
_STAFF = _SERVE | {Role.MARKETING}
_MARKET = _RUN | {Role.MARKETING}
_TEAM = _STAFF | {Role.MENTOR}
_ALL = frozenset(Role)
_MENTOR = frozenset({Role.MENTOR})
_MARKETING = frozenset({Role.MARKETING})

PAGES: Mapping[str, Page] = {
    # sales
    "orders": Page(label="Orders", sees=_SERVE | _MENTOR),
    "order": Page(label="Order", sees=_SERVE | _MENTOR),
    "order_refund": Page(label="Refund an order", sees=_SERVE, does=_SERVE),
    "order_cancel": Page(label="Cancel an order", does=_SERVE),
    "order_resend": Page(label="Send goods or receipt again", does=_SERVE),
    "order_deliver": Page(label="Deliver an order", does=_SERVE),
    "payments": Page(label="Payments", sees=_SERVE | _MENTOR),
    "refunds": Page(label="Refunds", sees=_SERVE | _MENTOR),
    "disputes": Page(label="Disputes", sees=_SERVE | _MENTOR),
    "credit_notes": Page(label="Credit notes", sees=_SERVE | _MENTOR),
    # customers
    "customers": Page(label="Customers", sees=_SERVE | _MENTOR),
    "customer": Page(label="Customer", sees=_SERVE | _MENTOR),
    # catalogue
    "products": Page(label="Products", sees=_TEAM),
    "product": Page(label="Product", sees=_TEAM, does=_RUN),
    "product_new": Page(label="Add a product", sees=_RUN, does=_RUN),
    "release_new": Page(label="Upload a version", does=_RUN),
    "price_change": Page(label="Change a price", does=_RUN),
    # ledger
    "centres": Page(label="Profit centres", sees=_RUN | _MENTOR | _MARKETING),
    "centre": Page(label="Profit centre", sees=_RUN | _MENTOR | _MARKETING),
    "centre_new": Page(label="Open a profit centre", sees=_RUN, does=_RUN),
    "centre_edit": Page(label="Change a profit centre", sees=_RUN, does=_RUN),
    "entries": Page(label="Books", sees=_RUN | _MENTOR),
    "expense_new": Page(label="Record an expense", sees=_RUN, does=_RUN),
    "expense_take_back": Page(label="Take an expense back", does=_RUN),
    "proposals": Page(label="Proposals", sees=_RUN | _MENTOR),
    "spending_new": Page(label="Ask for money to spend", sees=_RUN, does=_RUN),
    # marketing
    "visits": Page(label="Visits", sees=_MARKET | _MENTOR),
    # research
    "studies": Page(label="Research", sees=_MARKET | _MENTOR),
    "study": Page(label="Study", sees=_MARKET | _MENTOR, does=_MARKET),
    "study_new": Page(label="Begin a study", sees=_MARKET, does=_MARKET),
    "study_again": Page(label="Run a study again", sees=_MARKET, does=_MARKET),
    "study_begin": Page(label="Start a study", does=_MARKET),
    "study_stop": Page(label="Stop a study", does=_MARKET),
    "niche": Page(label="Niche", sees=_MARKET | _MENTOR),
    "trial_start": Page(label="Begin a test", does=_MARKET),
    "trial_end": Page(label="End a test", does=_MARKET),
    "plan_first": Page(label="Plan the first twenty customers", does=_RUN),
    "conversation": Page(label="Note a conversation", does=_RUN),
    # planning: what the owner lives on, and what is foreseen from it, is the owner's alone
    "reality": Page(label="Reality check", sees=_OWNER),
    "reality_answer": Page(label="Answer the reality check", sees=_OWNER, does=_OWNER),
    "reality_round": Page(label="A round of answers", sees=_OWNER),
    "forecast": Page(label="Forecast", sees=_OWNER),
    "forecast_renew": Page(label="Make the forecast anew", does=_OWNER),
    "forecast_sources": Page(label="Where the forecast starts", sees=_OWNER),
    "customer_value": Page(label="What customers are worth", sees=_OWNER),
    "strategy": Page(label="Strategy", sees=_MARKET | _MENTOR),
    "strategy_version": Page(label="A version of the strategy", sees=_MARKET | _MENTOR),
    "strategy_edit": Page(label="Write the strategy", sees=_RUN, does=_RUN),
    "strategy_force": Page(label="Put the strategy into force", does=_RUN),
    "plan": Page(label="Plan and fact", sees=_MARKET | _MENTOR),
    "plan_point": Page(label="Point at a line of the strategy", does=_RUN),
    "step_end": Page(label="End a step", does=_RUN),
    "brand_check": Page(label="Brand check", sees=_MARKET | _MENTOR),
    "playbooks": Page(label="Playbooks", sees=_MARKET | _MENTOR),
    "playbook": Page(label="Playbook", sees=_MARKET | _MENTOR),
    "playbook_choose": Page(label="Begin from a playbook", does=_RUN),
    # decisions
    "decisions": Page(label="Decisions", sees=_TEAM),
    "decisions_answered": Page(label="Answered decisions", sees=_TEAM),
    "decision": Page(label="Decision", sees=_TEAM),
    "decision_answer": Page(label="Answer a decision", does=_STAFF),
    "decision_undo": Page(label="Undo a decision", does=_STAFF),
    "policies": Page(label="Policies", sees=_TEAM),
    "policy": Page(label="Policy", sees=_TEAM, does=_RUN),
    "policy_new": Page(label="Write a policy", sees=_RUN, does=_RUN),
    "policy_switch": Page(label="Switch a policy on or off", does=_RUN),
    "learned": Page(label="What could be learned", sees=_TEAM),
    "starter": Page(label="Starter policies", sees=_RUN, does=_RUN),
    "rehearsal": Page(label="Rehearsal", sees=_RUN | _MENTOR),
    "rehearsal_begin": Page(label="Begin a long rehearsal", does=_RUN),
    # time away and rhythm
    "away": Page(label="Time away", sees=_STAFF, does=_STAFF),
    "away_end": Page(label="End an absence", does=_STAFF),
    "emergencies": Page(label="Emergencies", sees=_OWNER, does=_OWNER),
    "happened": Page(label="What happened", sees=_TEAM),
    "looked": Page(label="Mark what happened as seen", does=_STAFF),
    "procedures": Page(label="Procedures", sees=_TEAM),
    "procedure": Page(label="Procedure", sees=_RUN, does=_RUN),
    "procedure_new": Page(label="Write a procedure", sees=_RUN, does=_RUN),
    "procedure_retire": Page(label="Retire a procedure", does=_RUN),
    "procedure_run": Page(label="Go through a procedure", sees=_STAFF, does=_STAFF),
    "commitments": Page(label="Commitments", sees=_ALL, does=_STAFF),
    "commitment_keep": Page(label="Note a commitment as kept", does=_STAFF),
    "partner": Page(label="Name an accountability partner", sees=_STAFF, does=_STAFF),
    "check_in_answer": Page(label="Answer a check-in", does=_OWNER | {Role.ACCOUNTABILITY}),
    "circles": Page(label="Circles", sees=_RUN | _MENTOR),
    # the owner's own: journal, time, letters
    "journal": Page(label="Journal", sees=_OWNER | _MENTOR),
    "choice": Page(label="Choice", sees=_OWNER | _MENTOR),
    "choice_new": Page(label="Write a choice down", sees=_OWNER, does=_OWNER),
    "choice_reckon": Page(label="Say what came of a choice", does=_OWNER),
    "choice_correct": Page(label="Correct a choice", does=_OWNER),
    "hours": Page(label="Your time", sees=_OWNER),
    "timer_start": Page(label="Start the timer", does=_OWNER),
    "timer_stop": Page(label="Stop the timer", does=_OWNER),
    "timer_drop": Page(label="Forget the timer", does=_OWNER),
    "week_write": Page(label="Write a week's hours", does=_OWNER),
    "energy_tap": Page(label="Say how full of energy you are", does=_OWNER),
    "milestone_put_away": Page(label="Put a milestone away", does=_OWNER),
    "letters": Page(label="Weekly letters", sees=_OWNER | _MENTOR),
    "letter": Page(label="Weekly letter", sees=_OWNER | _MENTOR),
    "letter_body": Page(label="Weekly letter", sees=_OWNER | _MENTOR),
    "letter_preview": Page(label="Next Monday's letter", sees=_OWNER | _MENTOR),
    "letter_preview_body": Page(label="Next Monday's letter", sees=_OWNER | _MENTOR),
    # delivery, mail, jobs
    "tasks": Page(label="Tasks", sees=_SERVE | _MENTOR),
    "task_finish": Page(label="Finish a task", does=_SERVE),
    "mails": Page(label="Mails", sees=_SERVE | _MENTOR),
    "mail": Page(label="Mail", sees=_SERVE | _MENTOR),
    "mail_body": Page(label="Mail", sees=_SERVE | _MENTOR),
    "mail_retry": Page(label="Send a mail again", does=_SERVE),
    "jobs": Page(label="Jobs", sees=_RUN | _MENTOR),
    "job_retry": Page(label="Try a job again", does=_RUN),
    # the business
    "shop": Page(label="Business", sees=_RUN | _MENTOR, does=_RUN),
    "tax": Page(label="Tax rates", sees=_RUN | _MENTOR, does=_RUN),
    "live": Page(label="Real payments", sees=_OWNER, does=_OWNER),
    # the team
    "team": Page(label="Team", sees=_OWNER),
    "member": Page(label="Role and limits of a member", sees=_OWNER, does=_OWNER),
    "member_stop": Page(label="End or give back a member's access", does=_OWNER),
    "invite": Page(label="Invite somebody", sees=_OWNER, does=_OWNER),
    "invitation_resend": Page(label="Send an invitation again", does=_OWNER),
    "invitation_revoke": Page(label="Take an invitation back", does=_OWNER),
    "audit": Page(label="Audit log", sees=_OWNER),
    "audit_pages": Page(label="Audit log of pages", sees=_OWNER),
    "comments": Page(label="Comments", sees=_TEAM),
    "comment_new": Page(label="Write a comment", does=_TEAM),
    # everybody's own
    "password": Page(label="Choose a password", sees=_ALL, does=_ALL),
    "access": Page(label="Your access", sees=_ALL),
    "session_end": Page(label="End a session", does=_ALL),
    "sessions_end": Page(label="Sign out everywhere", does=_ALL),
}

# Addresses that lie in the console but not behind its table: signing in and the second factor.
ENTRANCES: Mapping[str, str] = {
    "account_reauthenticate": "Confirm with the password",
    "mfa_reauthenticate": "Confirm with a code",
    "mfa_reauthenticate_webauthn": "Confirm with a passkey",
    "mfa_activate_totp": "Add an authenticator app",
    "mfa_deactivate_totp": "Remove the authenticator app",
    "mfa_add_webauthn": "Add a passkey",
    "mfa_edit_webauthn": "Rename a passkey",
    "mfa_remove_webauthn": "Remove a passkey",
    "mfa_generate_recovery_codes": "Make new recovery codes",
    "account_login": "Sign in",
    "mfa_authenticate": "Sign in with the second factor",
    "mfa_login_webauthn": "Sign in with a passkey",
    "accept": "Accept an invitation",
    "check_in": "Answer a check-in by its link",
    "confirm_emergencies": "Confirm where emergencies go",
}

_ENTER = ("wagtailadmin.access_admin",)
_READ_SALES = (
    "sales.view_order",
    "sales.view_payment",
    "customers.view_customer",
    "delivery.view_fulfilmenttask",
    "mail.view_outgoingmail",
)
_READ_BOOKS = ("ledger.view_profitcentre", "ledger.view_entry", "jobs.view_job")
_READ_GOODS = ("catalogue.view_product",)
_SERVE_CUSTOMERS = (
    "sales.change_order",
    "delivery.change_fulfilmenttask",
    "mail.change_outgoingmail",
)
_READ_DECISIONS = ("decisions.view_decision", "decisions.view_policy", "team.view_procedure")
_READ_RHYTHM = ("team.view_commitment", "team.view_checkin")
_DECIDE = (
    "decisions.change_decision",
    "team.add_procedurerun",
    "team.add_commitment",
    "team.add_absence",
    "team.change_absence",
)
_READ_PLAN = ("planning.view_strategyversion",)
_RUN_SHOP = (
    "planning.add_strategyversion",
    "planning.change_step",
    "marketing.view_visitcount",
    "research.view_study",
    "research.change_study",
    "decisions.change_policy",
    "team.change_procedure",
    "catalogue.view_shop",
    "catalogue.change_product",
    "catalogue.change_shop",
    "ledger.change_profitcentre",
    "ledger.add_entry",
    "jobs.change_job",
)

PERMISSIONS: Mapping[Role, tuple[str, ...]] = {
    Role.BUSINESS: (
        *_ENTER,
        *_READ_PLAN,
        *_READ_SALES,
        *_READ_BOOKS,
        *_READ_GOODS,
        *_READ_DECISIONS,
        *_READ_RHYTHM,
        *_DECIDE,
        *_SERVE_CUSTOMERS,
        *_RUN_SHOP,
    ),
    Role.MARKETING: (
        *_ENTER,
        *_READ_PLAN,
        *_READ_GOODS,
        *_READ_DECISIONS,
        *_READ_RHYTHM,
        *_DECIDE,
        "ledger.view_profitcentre",
        "marketing.view_visitcount",
        "research.view_study",
        "research.change_study",
    ),
    Role.SERVICE: (
        *_ENTER,
        *_READ_SALES,
        *_READ_GOODS,
        *_READ_DECISIONS,
        *_READ_RHYTHM,
        *_DECIDE,
        *_SERVE_CUSTOMERS,
    ),
    Role.MENTOR: (
        *_ENTER,
        *_READ_PLAN,
        *_READ_SALES,
        *_READ_BOOKS,
        *_READ_GOODS,
        *_READ_DECISIONS,
        *_READ_RHYTHM,
        "catalogue.view_shop",
        "marketing.view_visitcount",
        "research.view_study",
        "planning.view_choice",
        "planning.view_weeklyletter",
    ),
    Role.ACCOUNTABILITY: (*_ENTER, *_READ_RHYTHM),
}

_WRITE_PAGES = ("add_page", "change_page", "publish_page", "bulk_delete_page")
PAGE_RIGHTS: Mapping[Role, Sequence[PageRights]] = {
    Role.BUSINESS: (PageRights(below="", may=_WRITE_PAGES),),
    Role.MARKETING: (PageRights(below="", may=_WRITE_PAGES),),
    Role.SERVICE: (PageRights(below="service.helppage", may=_WRITE_PAGES),),
}

PICTURES = ("add_image", "change_image", "choose_image", "add_document", "choose_document")
DRAWS = frozenset({Role.BUSINESS, Role.MARKETING, Role.SERVICE})


def known(value: str) -> Role | None:
    """Give the role of this name; None for a member who has none yet."""
    return Role(value) if value in set(Role) else None


def may(role: Role | None, page: str, *, acts: bool) -> bool:
    """Tell whether the role may read the page, or act on it; an unlisted page is the owner's."""
    found = PAGES.get(page)
    if found is None:
        return role is Role.OWNER
    if role is None:  # no role yet: nothing but one's own password and sessions
        return _ALL in {found.sees, found.does}
    # Whoever acts on an address that only takes posts may also open it, and is told so.
    return role in found.does or (not acts and role in found.sees)


def sees_persons(role: Role | None) -> bool:
    """Tell whether the role may see customers' names and addresses."""
    return role is not None and DUTIES[role].sees_persons


def label(page: str) -> str:
    """Give the words for an address: the page, or what is done there."""
    found = PAGES.get(page)
    if found:
        return found.label
    place, _colon, deed = page.removeprefix("wagtailadmin_").removeprefix("wagtail").partition(":")
    return ENTRANCES.get(page) or f"{place} {deed}".replace("_", " ").strip().capitalize()
