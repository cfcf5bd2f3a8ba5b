"""What each role may is written into Django's and Wagtail's permissions, as the table has it."""

from __future__ import annotations

from django.db import transaction

from hammock.departments.team import actions


def write_roles() -> None:
    """Write all roles anew: after an upgrade, and when the site has got its pages."""
    with transaction.atomic(durable=True):
        actions.write_roles()
