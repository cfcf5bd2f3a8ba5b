"""What the team states as facts."""

from __future__ import annotations

from hammock.kit.facts import event


@event
class WentAway:
    """An absence was planned; `overridden` are the warnings that the owner set aside."""

    absence_id: int
    starts_on: str
    ends_on: str
    deputy: str
    overridden: list[str]
    why: str


@event
class CameBack:
    """An absence was ended before its last day, or called off."""

    absence_id: int
    on: str


@event
class IncidentOpened:
    """An emergency was seen."""

    incident_id: int
    kind: str
    seen: str


@event
class IncidentClosed:
    """An emergency is over."""

    incident_id: int
    kind: str


@event
class ProcedureDone:
    """A standing procedure was gone through."""

    procedure_id: int
    due_on: str
    member_id: int
    missing: int


@event
class CommitmentClosed:
    """A promise was kept or missed."""

    commitment_id: int
    state: str


@event
class CheckInAnswered:
    """The partner answered a weekly check-in."""

    check_in_id: int
    by: str
