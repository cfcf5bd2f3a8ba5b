"""Ready pages go out before Django is entered, and each that somebody looks at is counted."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hammock.config.front import Front, without_marks
from hammock.kit import snapshots
from tests.visitors import GOOGLEBOT, counting, hit, search

GENERATION = 7


class Behind:
    """What Django would answer: pages that are public, private, missing, or a search."""

    def __init__(self) -> None:
        self.asked = 0
        self.queries: list[str] = []

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        self.asked += 1
        self.queries.append(environ["QUERY_STRING"])
        path = environ["PATH_INFO"]
        headers = [("Content-Type", "text/html")]
        if path != "/cart/":
            headers.append((snapshots.HEADER, str(GENERATION)))
        if environ["QUERY_STRING"].startswith("q="):
            headers.append((snapshots.FOUND, "0"))
        start_response("404 Not Found" if path == "/gone/" else "200 OK", headers)
        return [b"<p>page</p>"]


@pytest.fixture
def behind(monkeypatch: pytest.MonkeyPatch) -> Behind:
    monkeypatch.setattr(snapshots, "_known", GENERATION)
    return Behind()


def ask(front: Front, environ: dict[str, Any], *, method: str = "GET") -> dict[str, Any]:
    told: dict[str, Any] = {}

    def start(status: str, headers: list[tuple[str, str]], *_rest: Any) -> None:
        told.update(status=status, headers=dict(headers))

    told["body"] = b"".join(front({**environ, "REQUEST_METHOD": method}, start))
    return told


def test_public_pages_are_counted_from_django_from_memory_and_when_not_changed(
    behind: Behind,
) -> None:
    gatherer = counting()
    front = Front(behind, count=gatherer.see)
    kept = ask(front, hit("/"))
    ask(front, hit("/", address="192.0.2.2"))
    etag = ask(front, hit("/", address="192.0.2.3"))["headers"]["ETag"]
    fresh = ask(front, hit("/", address="192.0.2.4", if_none_match=etag))
    assert kept["status"] == "200 OK"
    assert fresh["status"] == "304 Not Modified"
    assert behind.asked == 1
    (found,) = gatherer.gathered()
    assert len(found.visits) == 4


def test_marked_links_get_the_ready_page_and_the_page_never_sees_the_marks(behind: Behind) -> None:
    gatherer = counting()
    front = Front(behind, count=gatherer.see)
    marks = (
        "",
        "fbclid=a1",
        "fbclid=b2",
        "utm_source=letter&utm_campaign=spring",
        "gclid=x&utm_id=3",
    )
    for at, query in enumerate(marks):
        ask(front, {**hit("/", address=f"192.0.2.{at}"), "QUERY_STRING": query})
    assert behind.asked == 1
    assert behind.queries == [""]
    (found,) = gatherer.gathered()
    assert sorted(one.channel for one in found.visits.values()) == [
        "campaign: letter, spring",
        *["direct"] * 4,
    ]


@given(
    st.lists(st.sampled_from(["q=wool", "page=2", "fbclid=1", "utm_source=a", "utm", "x=utm_y"]))
)
def test_only_marks_are_taken_out_of_a_query(parts: list[str]) -> None:
    kept = [one for one in parts if one not in {"fbclid=1", "utm_source=a"}]
    assert without_marks("&".join(parts)) == "&".join(kept)


def test_a_search_is_counted_with_its_results_and_browsers_see_nothing_of_it(
    behind: Behind,
) -> None:
    gatherer = counting()
    front = Front(behind, count=gatherer.see)
    answers = [ask(front, search("wool", address=f"192.0.2.{at}")) for at in range(3)]
    assert behind.asked == 1
    for answer in answers:
        assert not {name for name in answer["headers"] if name.startswith("Hammock")}
    (found,) = gatherer.gathered()
    assert [(one.words, one.found) for one in found.searches.values()] == [("wool", 0)] * 3


@pytest.mark.parametrize(
    ("environ", "method"),
    [
        (hit("/"), "HEAD"),
        (hit("/"), "POST"),
        (hit("/cart/"), "GET"),
        (hit("/gone/"), "GET"),
        (hit("/", agent=GOOGLEBOT), "GET"),
        (hit("/", cookie="sessionid=x"), "GET"),
        (hit("/", sec_purpose="prefetch"), "GET"),
    ],
)
def test_what_is_no_look_at_a_public_page_is_not_counted(
    behind: Behind, environ: dict[str, Any], method: str
) -> None:
    gatherer = counting()
    front = Front(behind, count=gatherer.see)
    for _ in range(2):
        ask(front, environ, method=method)
    assert gatherer.gathered() == []


def test_a_page_goes_out_though_counting_fails(
    behind: Behind, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(environ: dict[str, Any], *, found: int | None) -> None:
        raise RuntimeError("no")

    front = Front(behind, count=broken)
    assert ask(front, hit("/"))["body"] == ask(front, hit("/"))["body"] == b"<p>page</p>"
    assert "answered and not counted" in caplog.text
