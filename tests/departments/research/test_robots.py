"""A robots.txt is obeyed as RFC 9309 says, and costs no more time than its length."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hammock.departments.research.rules.robots import robots_of

SHOP = "https://shop.example"


def allows(text: str, place: str) -> bool:
    return robots_of(text.encode(), agent="HammockResearch").allow(SHOP + place)


@pytest.mark.parametrize(
    ("rule", "left_alone", "read"),
    [
        ("/private/", "/private/lamp", "/private"),
        ("/*?secret=", "/b?secret=1", "/b?open=1"),
        ("/*.pdf$", "/a/b.pdf", "/a/b.pdf.html"),
        ("/a*b*c", "/a--b--c", "/a--c--b"),
        ("/caf%c3%a9", "/café", "/cafe"),
        ("/%7Eme", "/~me/x", "/me"),
        ("/", "/anything", ""),
    ],
)
def test_a_pattern_leaves_alone_what_it_names(rule: str, left_alone: str, read: str) -> None:
    text = f"User-agent: *\nDisallow: {rule}\n"
    assert not allows(text, left_alone)
    if read:
        assert allows(text, read)


def test_the_longest_pattern_decides_and_a_tie_allows() -> None:
    text = "User-agent: *\nDisallow: /shop\nAllow: /shop/lamps\nDisallow: /x\nAllow: /x\n"
    assert allows(text, "/shop/lamps/1")
    assert not allows(text, "/shop/desks")
    assert allows(text, "/x")


def test_a_group_that_names_us_goes_before_the_one_for_everybody() -> None:
    text = (
        "User-agent: *\nDisallow: /\n\nUser-agent: other\nUser-agent: hammockresearch/2\n"
        "Crawl-delay: 5\nDisallow: /admin\n"
    )
    assert allows(text, "/lamp")
    assert not allows(text, "/admin")
    assert robots_of(text.encode(), agent="HammockResearch").delay == 5


def test_an_empty_disallow_allows_everything() -> None:
    assert allows("User-agent: *\nDisallow:\n", "/lamp")
    assert allows("", "/lamp")


def test_many_stars_cost_no_time() -> None:
    text = "User-agent: *\nDisallow: /" + "*a" * 2_000 + "$\n"
    began = time.perf_counter()
    assert allows(text, "/" + "a" * 1_900 + "b")
    assert time.perf_counter() - began < 1


@given(st.text(alphabet="/ab*$%2", max_size=12), st.text(alphabet="/ab%2", max_size=20))
def test_a_pattern_without_its_end_sign_fits_all_that_goes_on(pattern: str, place: str) -> None:
    """What a pattern leaves alone stays so when the address goes on, but for the sign `$`."""
    text = f"User-agent: *\nDisallow: /{pattern.replace('$', '')}\n"
    if not allows(text, f"/{place}"):
        assert not allows(text, f"/{place}/b")


@given(st.binary(max_size=300), st.text(max_size=20))
def test_no_robots_txt_raises(body: bytes, place: str) -> None:
    robots_of(b"User-agent: *\nDisallow: /" + body, agent="x").allow(f"{SHOP}/{place}")
