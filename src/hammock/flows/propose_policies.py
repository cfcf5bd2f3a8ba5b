"""From what people decided, short rules are learned and proposed; a person adopts them, or not."""

from __future__ import annotations

from hammock.departments.decisions import kinds, learning, queries
from hammock.departments.decisions.learning import Lesson


def propose_policies(kind: str) -> Lesson:
    """Learn rules from the kind's past human answers. Raises `UnknownKind`; writes nothing."""
    return learning.learn(kinds.kind(kind), queries.human_cases(kind))
