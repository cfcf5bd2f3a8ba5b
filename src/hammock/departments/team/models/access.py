"""Invitations: who was asked to join, as what, and what came of it."""

from __future__ import annotations

from datetime import datetime

from django.db import models

from hammock.departments.team import roles
from hammock.departments.team.models.member import Member
from hammock.departments.team.roles import Role
from hammock.kit import clock, ids


class Invitation(models.Model):
    """One address asked to join with one role; `nonce` changes with each sending.

    Only the link of the last sending works, once, until `roles`' seven days are over or the
    invitation is taken back.
    """

    email = models.EmailField("e-mail address")
    role = models.CharField(
        max_length=16, choices=[(one.value, roles.DUTIES[one].label) for one in Role]
    )
    nonce = models.BigIntegerField(default=ids.time_ordered)
    note = models.TextField(blank=True)
    invited_by = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="invitations")
    invited_at = models.DateTimeField(default=clock.now)
    sent_at = models.DateTimeField(default=clock.now)
    accepted_at = models.DateTimeField(null=True)
    member = models.OneToOneField(
        Member, null=True, on_delete=models.PROTECT, related_name="invitation"
    )
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        """One open invitation for an address."""

        ordering = ("-sent_at", "-id")
        constraints = (
            models.UniqueConstraint(
                fields=["email"],
                condition=models.Q(accepted_at=None, revoked_at=None),
                name="invitation_open_once",
            ),
        )

    def __str__(self) -> str:
        return f"{self.email} as {self.role}"

    @property
    def ends_at(self) -> datetime:
        """When the link stops working."""
        return self.sent_at + roles.INVITATION_LASTS

    @property
    def state(self) -> str:
        """Tell what became of it: accepted, revoked, expired, or open."""
        if self.accepted_at:
            return "accepted"
        if self.revoked_at:
            return "revoked"
        return "expired" if self.ends_at <= clock.now() else "open"
