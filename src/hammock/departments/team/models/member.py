"""The people who run the business, as users of the console."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.models import AbstractUser, UserManager
from django.db import models

from hammock.departments.team import roles
from hammock.departments.team.roles import Role


class MemberManager(UserManager["Member"]):
    """Makes members from their e-mail address alone."""

    def create_owner(self, *, email: str, name: str = "") -> Member:
        """Make the owner: all rights, no password until the first-login link is used."""
        return self.create_member(email=email, name=name, role=Role.OWNER)

    def create_member(self, *, email: str, name: str, role: Role) -> Member:
        """Make a member with a role and no password yet."""
        member = self.model(email=self.normalize_email(email), name=name, role=role.value)
        member.set_unusable_password()
        member.save(using=self._db)
        return member


class Member(AbstractUser):
    """A person with access to the console; signs in by e-mail address.

    Their role says what they may (`team/roles.py`). `limit_minor` and `daily_count` bound what they
    decide; empty, their role's bounds hold. The database keeps one active owner at all times.
    """

    email = models.EmailField("e-mail address", unique=True)
    name = models.CharField(max_length=120, blank=True)
    role = models.CharField(
        max_length=16, blank=True, choices=[(one.value, roles.DUTIES[one].label) for one in Role]
    )
    limit_minor = models.PositiveBigIntegerField(null=True, blank=True)
    daily_count = models.PositiveIntegerField(null=True, blank=True)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects: ClassVar[MemberManager] = MemberManager()

    class Meta(AbstractUser.Meta):
        """The owner, and nobody else, may everything."""

        constraints = (
            models.CheckConstraint(
                condition=models.Q(role="owner", is_superuser=True)
                | (~models.Q(role="owner") & models.Q(is_superuser=False)),
                name="member_owner_may_everything",
            ),
        )

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Keep what follows from others: the unused username, and an owner's rights."""
        self.username = self.email
        self.is_superuser = self.role == Role.OWNER
        self.is_staff = self.is_staff or self.is_superuser
        if "update_fields" in kwargs and kwargs["update_fields"] is not None:
            kwargs["update_fields"] = {*kwargs["update_fields"], "is_superuser", "is_staff"}
        super().save(*args, **kwargs)

    def get_full_name(self) -> str:
        """Tell the name to show for this person."""
        return self.name or self.email

    @property
    def known_role(self) -> Role | None:
        """The role that the table knows; None for somebody without one."""
        return roles.known(self.role)

    @property
    def duty(self) -> roles.Duty | None:
        """What the role is called and bounded by."""
        return roles.DUTIES[self.known_role] if self.known_role else None
