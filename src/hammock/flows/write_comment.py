"""A member notes something on an order, a product, or any page of the console."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction

from hammock.departments.team.models import Comment, Member
from hammock.kit.errors import FieldError

LONGEST = 4000


@dataclass(frozen=True, kw_only=True)
class Subject:
    """What a comment is on: a page of the console by its address's name, and which object."""

    page: str
    key: str
    path: str


def write_comment(*, on: Subject, text: str, by: Member) -> Comment:
    """Keep the comment. Raises `FieldError` for an empty or overlong text."""
    text = text.strip()
    if not text:
        raise FieldError(field="comment", problem="write something first")
    if len(text) > LONGEST:
        raise FieldError(field="comment", problem=f"is longer than {LONGEST:,} letters")
    with transaction.atomic(durable=True):
        return Comment.objects.create(
            page=on.page, key=on.key[:120], path=on.path[:300], author=by, text=text
        )
