"""What research states as facts."""

from __future__ import annotations

from hammock.kit.facts import event


@event
class StudyDone:
    """A market was studied; `ranked` tells whether its niches could be told from chance."""

    study_id: int
    niches: int
    ranked: bool


@event
class TrialStarted:
    """A cheap test of a niche was set up."""

    trial_id: int
    kind: str


@event
class TrialEnded:
    """A cheap test brought its result."""

    trial_id: int
    reached: int
    acted: int


@event
class WaitingListJoined:
    """Somebody asked to be told when a niche's product is there."""

    trial_id: int
    entry_id: int
