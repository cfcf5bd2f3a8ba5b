"""A niche's name says a thing once."""

from __future__ import annotations

import numpy as np
import pytest

from hammock.departments.research.rules.naming import named


@pytest.mark.parametrize(
    ("one", "other"),
    [("dog", "dogs"), ("box", "boxes"), ("cup", "cups"), ("puppy", "puppies"), ("camp", "camping")],
)
def test_a_word_and_its_plural_do_not_both_stand_in_a_name(one: str, other: str) -> None:
    texts = [f"{one} bed", f"bed {other}", f"{one} bed {other}", "lamp oil", "oil lamp", "lamp"]
    (first, _) = named(texts, np.array([0, 0, 0, 1, 1, 1], dtype=np.int32), 2)
    assert {"bed"} < set(first.name.split()) <= {"bed", one, other}
    assert len(first.name.split()) == 2


def test_short_words_that_only_begin_alike_are_two() -> None:
    texts = ["cat cap", "cap cat", "cat cap", "lamp oil", "oil lamp", "lamp"]
    (first, _) = named(texts, np.array([0, 0, 0, 1, 1, 1], dtype=np.int32), 2)
    assert set(first.name.split()) == {"cap", "cat"}
