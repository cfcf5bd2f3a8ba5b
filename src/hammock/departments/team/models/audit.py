"""The audit log: what was done in the console, by whom, when, on what, from where."""

from __future__ import annotations

from django.db import models

from hammock.departments.team.models.member import Member
from hammock.kit import clock, ids


class Deed(models.Model):
    """One thing that somebody did. Rows only grow: the database refuses to change or remove them.

    It names the page and the object, never what was typed: no password, code or key can be in it.
    """

    id = models.BigIntegerField(primary_key=True, default=ids.time_ordered)
    at = models.DateTimeField(default=clock.now, db_index=True)
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="deeds")
    who = models.CharField(max_length=254)
    role = models.CharField(max_length=16, blank=True)
    page = models.CharField(max_length=120)
    what = models.CharField(max_length=120)
    on = models.CharField(max_length=200, blank=True)
    address = models.CharField(max_length=45, blank=True)
    browser = models.CharField(max_length=60, blank=True)

    class Meta:
        """Newest first."""

        ordering = ("-at", "-id")

    def __str__(self) -> str:
        return f"{self.who}: {self.what} {self.on}".strip()
