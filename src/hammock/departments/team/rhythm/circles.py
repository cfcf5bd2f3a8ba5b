"""The four circles of people around a business, and which of them nobody fills."""

from __future__ import annotations

from dataclasses import dataclass

from hammock.departments.team.models import Member, Partner
from hammock.departments.team.rhythm.rules import Circle

PURPOSE = {
    Circle.MARKETING: "brings readers and buyers, and knows what they come for",
    Circle.BUSINESS: "looks at money, prices and what hangs on one leg",
    Circle.MENTOR: "has done this before, and asks what you would rather not be asked",
    Circle.ACCOUNTABILITY: "hears every week what you promised and what became of it",
}


@dataclass(frozen=True, kw_only=True)
class Chair:
    """A circle and who sits in it; an empty one is a risk, never staff."""

    circle: Circle
    purpose: str
    people: tuple[str, ...]

    @property
    def is_empty(self) -> bool:
        """Whether nobody fills it."""
        return not self.people


def chairs() -> list[Chair]:
    """List the four circles with who fills each."""
    return [
        Chair(circle=circle, purpose=PURPOSE[circle], people=tuple(_people(circle)))
        for circle in Circle
    ]


def _people(circle: Circle) -> list[str]:
    """Name who fills a circle: active members of that role; the owner never counts."""
    members = Member.objects.filter(is_active=True, role=circle.value)
    names = [member.get_full_name() for member in members]
    if circle is Circle.ACCOUNTABILITY:
        names += [partner.name for partner in Partner.objects.all()]
    return sorted(set(names))
