"""The download gate in HTTP: headers, statuses, and pages for people."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path
from typing import cast
from unittest import mock

import pytest
from django.core.signals import request_finished
from django.http import StreamingHttpResponse
from django.test import Client

from hammock.departments.catalogue import ports
from hammock.departments.delivery import rules
from hammock.departments.delivery.models import DownloadCount, Entitlement
from hammock.providers.local_files import LocalFiles
from tests.goods import Bought, a_bought_file

CONTENT = b"0123456789" * 10_000


@pytest.fixture
def bought(db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bought:
    monkeypatch.setattr(ports, "_wired", [LocalFiles(root=tmp_path)])
    return a_bought_file(CONTENT, name="Größe „1“.pdf")


def _pieces(response: object) -> Iterable[bytes]:
    return cast("Iterable[bytes]", cast("StreamingHttpResponse", response).streaming_content)


def _first_piece(response: object) -> bytes:
    """Take one piece and hang up, without the end of the request that closes the database."""
    piece = next(iter(_pieces(response)))
    with mock.patch.object(request_finished, "send"):
        cast("StreamingHttpResponse", response).close()
    return piece


def test_the_file_comes_whole_and_is_saved_not_shown(bought: Bought, client: Client) -> None:
    response = client.get(f"/downloads/{bought.token}/")
    assert response.status_code == 200
    assert b"".join(_pieces(response)) == CONTENT
    assert response["Content-Length"] == "100000"
    assert response["Content-Type"] == "application/pdf"
    assert response["Accept-Ranges"] == "bytes"
    assert response["ETag"] == f'"{bought.file.sha256}"'
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Disposition"] == (
        "attachment; filename*=utf-8''Gr%C3%B6%C3%9Fe%20%E2%80%9E1%E2%80%9C.pdf"
    )
    assert "private" in response["Cache-Control"]
    assert bought.count() == 1


def test_a_broken_transfer_goes_on_where_it_stopped(bought: Bought, client: Client) -> None:
    first = client.get(f"/downloads/{bought.token}/")
    start = _first_piece(first)
    rest = client.get(
        f"/downloads/{bought.token}/",
        headers={"range": f"bytes={len(start)}-", "if-range": first["ETag"]},
    )
    assert rest.status_code == 206
    assert rest["Content-Range"] == f"bytes {len(start)}-99999/100000"
    assert int(rest["Content-Length"]) == 100_000 - len(start)
    assert start + b"".join(_pieces(rest)) == CONTENT
    assert bought.count() == 1


def test_a_changed_file_is_sent_whole_again(bought: Bought, client: Client) -> None:
    response = client.get(
        f"/downloads/{bought.token}/", headers={"range": "bytes=5-", "if-range": '"older"'}
    )
    assert response.status_code == 200
    assert b"".join(_pieces(response)) == CONTENT


def test_head_tells_all_and_counts_nothing(bought: Bought, client: Client) -> None:
    response = client.head(f"/downloads/{bought.token}/", headers={"range": "bytes=5-"})
    assert response.status_code == 200
    assert response["Content-Length"] == "100000"
    assert response["Accept-Ranges"] == "bytes"
    assert not DownloadCount.objects.exists()


def test_a_range_beyond_the_end_is_416_with_the_size(bought: Bought, client: Client) -> None:
    response = client.get(f"/downloads/{bought.token}/", headers={"range": "bytes=100000-"})
    assert response.status_code == 416
    assert response["Content-Range"] == "bytes */100000"
    assert not DownloadCount.objects.exists()


def test_a_piece_that_is_left_early_gives_its_bytes_back(bought: Bought, client: Client) -> None:
    _first_piece(client.get(f"/downloads/{bought.token}/"))
    piece = client.get(f"/downloads/{bought.token}/", headers={"range": "bytes=1-"})
    assert bought.further() == 1
    given = len(_first_piece(piece))
    assert bought.further() == len(CONTENT) - given


def test_refusals_are_pages_that_lead_on(
    bought: Bought, client: Client, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    changed = client.get(f"/downloads/{bought.token}x/")
    assert changed.status_code == 404
    assert "/purchases/" in changed.content.decode()
    DownloadCount.objects.create(entitlement=bought.right, file=bought.file, count=10, allowed=10)
    used_up = client.get(f"/downloads/{bought.token}/")
    assert used_up.status_code == 403
    assert "10 times" in used_up.content.decode()
    (tmp_path / bought.file.storage_key).unlink()
    assert client.get(f"/downloads/{bought.token}/").status_code == 503
    Entitlement.objects.update(state=Entitlement.State.REVOKED)
    assert client.get(f"/downloads/{bought.token}/").status_code == 404
    monkeypatch.setattr(rules, "LINK_LASTS", timedelta(seconds=-1))
    expired = client.get(f"/downloads/{bought.token}/")
    assert expired.status_code == 410
    assert expired["Cache-Control"] == "no-store"


def test_a_download_link_takes_no_posts(bought: Bought, client: Client) -> None:
    assert client.post(f"/downloads/{bought.token}/").status_code == 405
