"""The download gate: who gets a file, how often, and what a resumed transfer costs."""

from __future__ import annotations

import io
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hammock.departments.catalogue import ports
from hammock.departments.catalogue.ports import FileMissing
from hammock.departments.delivery import actions, rules
from hammock.departments.delivery.errors import DownloadsUsedUp, NotEntitled, RangeNotSatisfiable
from hammock.departments.delivery.models import DownloadCount, Entitlement
from hammock.departments.delivery.rules import DOWNLOADS_ALLOWED, Span, wanted_span
from hammock.flows.download_file import look_at_download, open_download
from hammock.kit import links
from hammock.kit.facts.models import Fact
from hammock.providers.local_files import LocalFiles
from tests.goods import Bought, a_bought_file

CONTENT = bytes(range(250)) * 800  # 200,000 bytes: four pieces


@pytest.fixture
def bought(db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bought:
    monkeypatch.setattr(ports, "_wired", [LocalFiles(root=tmp_path)])
    return a_bought_file(CONTENT)


def _fetch(bought: Bought, wanted: str | None = None, *, until: int | None = None) -> bytes:
    """Fetch, and hang up after the piece in which `until` bytes are reached."""
    download = open_download(token=bought.token, wanted_range=wanted)
    got = b""
    for piece in download.pieces:
        got += piece
        if until is not None and len(got) >= until:
            break
    download.pieces.close()
    return got


def test_the_whole_file_is_given_and_counted_once(bought: Bought) -> None:
    download = open_download(token=bought.token, wanted_range=None)
    assert b"".join(download.pieces) == CONTENT
    download.pieces.close()
    assert (download.start, download.length, download.is_partial) == (0, len(CONTENT), False)
    assert (download.name, download.content_type) == ("guide.pdf", "application/pdf")
    assert download.etag == bought.file.sha256
    assert bought.count() == 1
    fact = Fact.objects.get(name="FileDownloaded")
    assert fact.data == {"entitlement_id": bought.right.id, "file_id": bought.file.pk}


def test_looking_counts_nothing(bought: Bought) -> None:
    assert look_at_download(token=bought.token).size == len(CONTENT)
    assert bought.count() == 0
    assert not Fact.objects.exists()


def test_a_transfer_that_breaks_often_costs_one_download(bought: Bought) -> None:
    got = _fetch(bought, until=1)
    while len(got) < len(CONTENT):
        got += _fetch(bought, f"bytes={len(got)}-", until=1)
    assert got == CONTENT
    assert bought.count() == 1
    assert Fact.objects.filter(name="FileDownloaded").count() == 1


def test_a_piece_before_any_counted_fetch_is_counted(bought: Bought) -> None:
    assert _fetch(bought, "bytes=5-") == CONTENT[5:]
    assert bought.count() == 1


def test_nearly_whole_copies_cannot_be_had_for_nothing(bought: Bought) -> None:
    for _ in range(2 * DOWNLOADS_ALLOWED):
        assert _fetch(bought, "bytes=1-") == CONTENT[1:]
    with pytest.raises(DownloadsUsedUp):
        _fetch(bought, "bytes=1-")
    assert bought.count() == DOWNLOADS_ALLOWED


def test_pieces_begun_together_draw_before_they_give(bought: Bought) -> None:
    downloads = [open_download(token=bought.token, wanted_range="bytes=1-") for _ in range(4)]
    assert bought.count() == 2
    for download in downloads:
        download.pieces.close()
        download.pieces.close()  # a second close gives nothing back twice
    assert bought.further() == len(CONTENT)


def test_the_limit_holds_and_says_so(bought: Bought) -> None:
    for _ in range(DOWNLOADS_ALLOWED):
        _fetch(bought)
    with pytest.raises(DownloadsUsedUp) as used_up:
        _fetch(bought)
    assert used_up.value.allowed == DOWNLOADS_ALLOWED
    assert bought.count() == DOWNLOADS_ALLOWED
    assert Fact.objects.filter(name="FileDownloaded").count() == DOWNLOADS_ALLOWED
    actions.allow_more(entitlement_id=bought.right.id)
    assert _fetch(bought) == CONTENT


def test_a_right_that_was_taken_back_opens_nothing_not_even_a_piece(bought: Bought) -> None:
    _fetch(bought, until=1)
    Entitlement.objects.update(state=Entitlement.State.REVOKED)
    for wanted in (None, "bytes=65536-"):
        with pytest.raises(NotEntitled):
            _fetch(bought, wanted)
    with pytest.raises(NotEntitled):
        look_at_download(token=bought.token)
    assert bought.count() == 1


def test_links_that_were_changed_or_made_for_another_purpose_are_refused(bought: Bought) -> None:
    value = [bought.right.id, bought.file.pk]
    for token in (bought.token[:-1] + "!", links.sign("calendar", value), "", "a:b:c"):
        with pytest.raises(links.LinkRefused):
            open_download(token=token, wanted_range=None)
    for odd in ([1], "x", None, ["1", "2"], {"a": 1}, [bought.right.id, bought.file.pk + 1]):
        with pytest.raises(NotEntitled):
            open_download(token=links.sign("download", odd), wanted_range=None)
    assert bought.count() == 0


def test_an_old_link_is_refused(bought: Bought, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules, "LINK_LASTS", timedelta(seconds=-1))
    with pytest.raises(links.LinkRefused) as refused:
        open_download(token=bought.token, wanted_range=None)
    assert refused.value.expired


def test_a_range_of_another_version_gives_the_whole_file(bought: Bought) -> None:
    same = f'"{bought.file.sha256}"'
    for if_range, is_partial in ((same, True), ('"other"', False), (f"W/{same}", False)):
        download = open_download(token=bought.token, wanted_range="bytes=9-", if_range=if_range)
        assert download.is_partial is is_partial
        download.pieces.close()


def test_a_file_that_the_store_lost_is_not_counted(bought: Bought) -> None:
    ports.files().put(key=bought.file.storage_key, content=io.BytesIO(b"shorter"))
    with pytest.raises(FileMissing):
        _fetch(bought)
    assert not DownloadCount.objects.exists()


def test_a_range_beyond_the_file_is_not_counted(bought: Bought) -> None:
    with pytest.raises(RangeNotSatisfiable) as refused:
        _fetch(bought, f"bytes={len(CONTENT)}-")
    assert refused.value.size == len(CONTENT)
    assert not DownloadCount.objects.exists()


@pytest.mark.parametrize(
    ("asked", "span"),
    [
        ("bytes=0-", (0, 100)), ("bytes=0-0", (0, 1)), ("bytes=10-19", (10, 10)),
        ("bytes=99-", (99, 1)), ("bytes=90-500", (90, 10)), ("bytes=-10", (90, 10)),
        ("bytes=-500", (0, 100)), ("BYTES=1-2", (1, 2)),
    ],
)  # fmt: skip
def test_ranges_mean_what_the_rfc_says(asked: str, span: tuple[int, int]) -> None:
    assert wanted_span(asked, size=100) == Span(start=span[0], length=span[1])


@pytest.mark.parametrize("asked", [None, "", "items=0-5", "bytes=0-1,5-9", "bytes"])
def test_what_asks_for_no_single_range_gives_the_whole(asked: str | None) -> None:
    assert wanted_span(asked, size=100) is None


@pytest.mark.parametrize(
    "asked",
    ["bytes=100-", "bytes=5-2", "bytes=-", "bytes=-0", "bytes=x-y", "bytes=+1-", "bytes=٣-",
     "bytes=1-2-3", "bytes=" + "9" * 5000 + "-", "bytes= 1 - 2"],
)  # fmt: skip
def test_what_is_no_range_of_the_file_is_refused(asked: str) -> None:
    with pytest.raises(RangeNotSatisfiable):
        wanted_span(asked, size=100)


def test_an_empty_file_has_no_ranges() -> None:
    for asked in ("bytes=0-", "bytes=-1"):
        with pytest.raises(RangeNotSatisfiable):
            wanted_span(asked, size=0)


@given(
    asked=st.one_of(st.text(), st.from_regex(r"bytes=[0-9,\-]*", fullmatch=True)),
    size=st.integers(0, 10**12),
)
def test_whatever_is_asked_the_span_lies_in_the_file(asked: str, size: int) -> None:
    try:
        span = wanted_span(asked, size=size)
    except RangeNotSatisfiable:
        return
    if span is not None:
        assert span.start >= 0
        assert span.length > 0
        assert span.start + span.length <= size
