"""The people who run the business, as users of the console."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.models import AbstractUser, UserManager
from django.db import models


class MemberManager(UserManager["Member"]):
    """Makes members from their e-mail address alone."""

    def create_owner(self, *, email: str, name: str = "") -> Member:
        """Make the owner: all rights, no password until the first-login link is used."""
        member = self.model(email=self.normalize_email(email), name=name)
        member.username = member.email
        member.is_staff = member.is_superuser = True
        member.set_unusable_password()
        member.save(using=self._db)
        return member


class Member(AbstractUser):
    """A person with access to the console; signs in by e-mail address."""

    email = models.EmailField("e-mail address", unique=True)
    name = models.CharField(max_length=120, blank=True)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects: ClassVar[MemberManager] = MemberManager()

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Keep the unused username equal to the address."""
        self.username = self.email
        super().save(*args, **kwargs)

    def get_full_name(self) -> str:
        """Tell the name to show for this person."""
        return self.name or self.email
