"""Charts are drawn in the background."""

from __future__ import annotations

from hammock.flows import draw_charts as drawing
from hammock.kit.jobs import every, job


@every(minutes=5)
@job(priority=-10)
def draw_charts() -> None:
    """Draw the charts whose figures moved."""
    drawing.draw_charts()
