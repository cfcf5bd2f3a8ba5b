"""Searching the shop: words as people write them find what speaks of them."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from hammock.departments.catalogue.models import Shop
from hammock.departments.catalogue.rules import MOST_STEMS, stems
from hammock.kit.snapshots import FOUND


def searched(words: str) -> tuple[list[str], str, int]:
    """Search; tells the titles that are shown, the page, and how many results were counted."""
    answer = Client().get("/products/", {"q": words})
    page = answer.content.decode()
    titles = re.findall(r'<h3[^>]*>.*?<a href="/products/([a-z]+)/"', page, re.DOTALL)
    return titles, page, int(answer.headers[FOUND])


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("guide", ["guide"]),
        ("Guides", ["guide"]),
        ("how to do a review", ["review"]),
        ("WORKSHOPS", ["workshop"]),
        ("bundle", ["set"]),
        ("service", ["review"]),
        ("all about the sample", ["sample"]),
    ],
)
def test_what_speaks_of_the_words_is_found(shop: Shop, words: str, found: list[str]) -> None:
    titles, _page, count = searched(words)
    assert titles == found
    assert count == len(found)


def test_where_nothing_speaks_of_all_words_what_comes_close_is_shown_and_not_counted(
    shop: Shop,
) -> None:
    titles, page, count = searched("knitting guide")
    assert titles == ["guide"]
    assert "This comes close" in page
    assert "0 results" in page
    assert count == 0


@pytest.mark.parametrize("words", ["knitting", "%", "_", "!!!", "'); drop table", "‮"])
def test_what_nothing_speaks_of_finds_nothing_and_says_so(shop: Shop, words: str) -> None:
    titles, page, count = searched(words)
    assert titles == []
    assert "Nothing here goes by that name" in page
    assert count == 0


@given(st.text(max_size=200))
def test_stems_are_few_lower_case_and_found_in_what_was_said(words: str) -> None:
    found = stems(words)
    assert len(found) <= MOST_STEMS
    assert len(set(found)) == len(found)
    assert all(stem and stem in words.lower() for stem in found)


@given(st.sampled_from(["planner", "pattern", "lesson", "guide", "calendar", "bundle"]))
def test_plural_and_singular_look_for_the_same(word: str) -> None:
    assert stems(f"{word}s") == stems(word)
