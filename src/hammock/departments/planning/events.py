"""What planning states as facts."""

from __future__ import annotations

from hammock.kit.facts import event


@event
class RealityChecked:
    """The owner answered the questions; `verdict` is what the answers alone came to."""

    number: int
    verdict: str


@event
class StrategyWritten:
    """A version of the strategy was written."""

    number: int


@event
class StrategyInForce:
    """A version of the strategy came into force; the shop wears its look from then on."""

    number: int


@event
class PlaybookChosen:
    """A model of business became the first draft of the strategy."""

    slug: str
    number: int


@event
class StepEnded:
    """Something that the plan asked for was done, or dropped."""

    step_id: int
    state: str
