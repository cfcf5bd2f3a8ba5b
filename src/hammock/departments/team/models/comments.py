"""Comments: what a member notes on an order, a product, a centre, or any page of the console."""

from __future__ import annotations

from django.db import models

from hammock.departments.team.models.member import Member
from hammock.kit import clock


class Comment(models.Model):
    """A note on one object: `page` is its address's name in the console, `key` says which one."""

    page = models.CharField(max_length=60)
    key = models.CharField(max_length=120, blank=True)
    path = models.CharField(max_length=300)
    author = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="comments")
    text = models.TextField(max_length=4000)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        """Newest first; read by what they are about."""

        ordering = ("-at", "-id")
        indexes = (models.Index(fields=["page", "key"], name="comment_about"),)

    def __str__(self) -> str:
        return f"{self.author} on {self.page} {self.key}".strip()
