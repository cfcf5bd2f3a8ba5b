"""Something was done in the console: the audit log grows by a line."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction

from hammock.departments.team import roles
from hammock.departments.team.models import Deed, Member
from hammock.departments.team.rules import device


@dataclass(frozen=True, kw_only=True)
class Done:
    """What was done: the address's name, and on what; `address` and `browser` are where from."""

    page: str
    on: str
    address: str
    browser: str


def note_deed(done: Done, *, by: Member) -> Deed:
    """Write the line. What somebody typed is not asked for, so it cannot be in it."""
    with transaction.atomic(durable=True):
        return Deed.objects.create(
            member=by,
            who=f"{by.get_full_name()} <{by.email}>"[:254],
            role=by.role,
            page=done.page[:120],
            what=roles.label(done.page)[:120],
            on=done.on[:200],
            address=done.address[:45],
            browser=device(done.browser),
        )
