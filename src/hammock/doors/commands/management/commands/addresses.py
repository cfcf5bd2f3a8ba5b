"""`hammock addresses`: where the shop and the console are, and how the owner gets in."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from hammock.departments.team.models import Member
from hammock.departments.team.queries import first_login_url
from hammock.departments.team.roles import Role


class Command(BaseCommand):
    """Prints the addresses; the first-login link as long as the owner has no password."""

    help = "print the addresses of shop and console, and the owner's first-login link"

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Print them."""
        self.stdout.write(f"Shop:        {settings.HAMMOCK_URL}/")
        self.stdout.write(f"Console:     {settings.HAMMOCK_URL}/console/")
        owner = Member.objects.filter(role=Role.OWNER, is_active=True).order_by("id").first()
        if owner is not None and not owner.has_usable_password():
            self.stdout.write(f"First login: {first_login_url(owner)}")
