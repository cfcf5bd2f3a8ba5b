"""What decisions states as facts; each is about `decision:ID` or `policy:ID`."""

from __future__ import annotations

from hammock.kit.facts import event


@event
class QuestionAsked:
    """No policy answered, so a person is asked: who, and by when."""

    decision_id: int
    kind: str
    stage: str
    answer_by: str


@event
class QuestionEscalated:
    """Nobody answered in time, so somebody else is asked."""

    decision_id: int
    kind: str
    stage: str
    answer_by: str


@event
class PolicyDecided:
    """A policy answered."""

    decision_id: int
    kind: str
    outcome: str
    policy_id: int
    version: int


@event
class MemberDecided:
    """A person answered."""

    decision_id: int
    kind: str
    outcome: str
    member_id: int
    member: str


@event
class SafeOutcomeTaken:
    """Nobody answered in the promised time, so the safe outcome was taken."""

    decision_id: int
    kind: str
    outcome: str
    reason: str


@event
class DecisionUndone:
    """A person took an answer back; the question is open again."""

    decision_id: int
    kind: str
    outcome: str
    member_id: int
    member: str


@event
class PolicySaved:
    """A policy was written, or a new version of it."""

    policy_id: int
    kind: str
    version: int
    author: str


@event
class PolicySwitched:
    """A policy was switched on or off."""

    policy_id: int
    kind: str
    is_on: bool
    by: str
