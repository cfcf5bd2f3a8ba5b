"""Starting and ending the whole program."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

from playwright.sync_api import Page

from tests.journeys import steps
from tests.journeys.running import (
    END_SECONDS,
    UP_SECONDS,
    Business,
    fetch,
    free_port,
    is_up,
    served,
    started,
    until,
)

LARGE = 64 * 1024 * 1024


def test_a_second_start_is_up_and_ends_without_leaving_a_process(
    sample: Path, tmp_path: Path
) -> None:
    data = tmp_path / "data"
    shutil.copytree(sample, data)
    business = Business(data=data, port=free_port())

    with served(business) as first:
        assert business.processes()
    with served(business, told_by=signal.SIGHUP) as second:  # as a closed terminal tells it
        assert fetch(f"{business.url}/products/")[0] == 200

    sys.stdout.write(f"first start {first:.1f} s, second start {second:.1f} s\n")
    log = (data / "serve.log").read_text()
    assert "Preparing" not in log.split("First login", 1)[1]
    assert "WARNING" not in log


def test_a_killed_web_process_is_replaced_and_a_killed_parent_leaves_nothing_behind(
    sample: Path, tmp_path: Path
) -> None:
    data = tmp_path / "data"
    shutil.copytree(sample, data)
    business = Business(data=data, port=free_port())
    serving = started(business)
    try:
        until(lambda: is_up(business, serving), what="the first page", seconds=UP_SECONDS)
        before = business.processes()
        lost = next(pid for pid in before if _parent(_parent(pid)) in before)
        os.kill(lost, signal.SIGKILL)
        until(
            lambda: lost not in business.processes() and len(business.processes()) == len(before),
            what="another process",
        )
        for _ in before * 3:  # whichever answers
            assert fetch(f"{business.url}/cart/")[0] == 200
    finally:
        serving.kill()
        serving.wait(END_SECONDS)
    until(lambda: business.processes() == [], what="the end of all processes")


def _parent(pid: int) -> int:
    status = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return int(status[1])


def test_buyers_who_fetch_large_files_slowly_keep_nobody_from_the_shop(
    plain: Page, business: Business
) -> None:
    steps.buy(plain, "honest-price-calculator", email="slow@buyer.example")
    links = plain.locator(".file").get_by_role("link").all()
    paths = [(link.get_attribute("href") or "").removeprefix(business.url) for link in links]

    with ExitStack() as open_ones:
        open_ones.enter_context(_large_files(business, slug="honest-price-calculator"))
        for path in paths[:2] * 5:  # more than there are places inside
            reader = open_ones.enter_context(closing(_begin_to_fetch(business, path)))
            assert reader.recv(12) == b"HTTP/1.1 200"
        assert fetch(f"{business.url}/cart/")[0] == 200
        plain.goto("/products/first-hundred-days/")
        steps.buy(plain, "first-hundred-days", email="quick@buyer.example")


@contextmanager
def _large_files(business: Business, *, slug: str) -> Iterator[None]:
    """Let a product's files be large for a while."""
    named = """SELECT file.id, file.storage_key, file.size FROM catalogue_releasefile AS file
        JOIN catalogue_release AS release ON release.id = file.release_id
        JOIN catalogue_product AS product ON product.id = release.product_id
        WHERE product.slug = ?"""
    with closing(sqlite3.connect(business.data / "hammock.sqlite3", timeout=30)) as database:
        files = database.execute(named, [slug]).fetchall()

    def resize(sizes: list[int]) -> None:
        with closing(sqlite3.connect(business.data / "hammock.sqlite3", timeout=30)) as database:
            for (number, key, _size), size in zip(files, sizes, strict=True):
                with (business.data / "files" / key).open("r+b") as file:
                    file.truncate(size)
                change = "UPDATE catalogue_releasefile SET size = ? WHERE id = ?"
                database.execute(change, [size, number])
            database.commit()

    resize([LARGE] * len(files))
    try:
        yield
    finally:
        resize([size for _number, _key, size in files])


def _begin_to_fetch(business: Business, path: str) -> socket.socket:
    reader = socket.create_connection(("127.0.0.1", business.port), timeout=30)
    reader.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    reader.sendall(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{business.port}\r\n\r\n".encode())
    return reader
