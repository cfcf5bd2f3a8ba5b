"""Pages are fetched politely, never from inside, and never more than can be held."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar

import pytest

from hammock.departments.research.errors import PageRefused
from hammock.providers.polite_pages import MOST_BYTES, PolitePages, is_public


class Shop(BaseHTTPRequestHandler):
    """A shop on this machine that is asked by the tests."""

    asked: ClassVar[list[str]] = []
    robots: ClassVar[str] = ""

    def do_GET(self) -> None:
        """Answer by path."""
        self.asked.append(self.path)
        if self.path == "/robots.txt":
            self._say(200 if self.robots else 404, self.robots.encode())
        elif self.path == "/round":
            self._go("/round")
        elif self.path == "/inside":
            self._go("http://169.254.169.254/latest/meta-data/")
        elif self.path == "/file":
            self._go("file:///etc/passwd")
        elif self.path == "/huge":
            self._huge()
        else:
            self._say(200, b"hello")

    def _say(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _go(self, place: str) -> None:
        self.send_response(302)
        self.send_header("Location", place)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _huge(self) -> None:
        self.send_response(200)
        self.end_headers()
        try:
            for _ in range(1_000_000_000 // 65_536):
                self.wfile.write(b"x" * 65_536)
        except OSError:
            return

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its own name
        """Say nothing."""


@pytest.fixture
def shop() -> Iterator[str]:
    """Run the shop on a port of its own."""
    Shop.asked, Shop.robots = [], ""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Shop)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()
    thread.join()


def fetcher(
    folder: Path, *, allows: Callable[[str], bool] = lambda ip: ip == "127.0.0.1"
) -> PolitePages:
    return PolitePages(folder=folder, allows=allows, between=0.0)


def test_a_page_is_fetched_once_a_day(shop: str, tmp_path: Path) -> None:
    pages = fetcher(tmp_path)
    assert pages.get(f"{shop}/lamp?x=1").body == b"hello"
    assert fetcher(tmp_path).get(f"{shop}/lamp?x=1").body == b"hello"
    assert Shop.asked == ["/robots.txt", "/lamp?x=1"]


def test_robots_txt_is_obeyed(shop: str, tmp_path: Path) -> None:
    Shop.robots = "User-agent: *\nDisallow: /private\n"
    pages = fetcher(tmp_path)
    with pytest.raises(PageRefused, match=r"robots\.txt asks not to be read"):
        pages.get(f"{shop}/private/lamp")
    pages.get(f"{shop}/lamp")
    assert Shop.asked == ["/robots.txt", "/lamp"]


def test_a_host_is_asked_once_a_second(
    shop: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits: list[float] = []
    monkeypatch.setattr("hammock.providers.polite_pages.time.sleep", waits.append)
    pages = PolitePages(folder=tmp_path, allows=lambda ip: ip == "127.0.0.1")
    for page in ("lamp", "desk", "lamp"):  # the last is kept from before
        pages.get(f"{shop}/{page}")
    assert Shop.asked == ["/robots.txt", "/lamp", "/desk"]
    assert len(waits) == 2
    assert all(0 < wait <= 1 for wait in waits)


@pytest.mark.parametrize(
    ("path", "problem"),
    [
        ("/inside", "private network"),
        ("/file", "no web address"),
        ("/round", "round and round"),
        ("/huge", f"larger than {MOST_BYTES:,} bytes"),
    ],
)
def test_a_hostile_page_is_refused(shop: str, tmp_path: Path, path: str, problem: str) -> None:
    with pytest.raises(PageRefused, match=problem):
        fetcher(tmp_path).get(shop + path)
    assert not list(tmp_path.iterdir())


def test_this_machine_is_refused_by_default(shop: str, tmp_path: Path) -> None:
    with pytest.raises(PageRefused, match="private network"):
        PolitePages(folder=tmp_path).get(f"{shop}/lamp")
    assert Shop.asked == []


def test_a_name_that_changes_its_mind_leads_nowhere(shop: str, tmp_path: Path) -> None:
    """The first answer is public, the second private: each connection goes to what was checked."""
    answers = iter([["127.0.0.1"], ["10.0.0.7"]])
    pages = PolitePages(
        folder=tmp_path,
        allows=lambda ip: ip == "127.0.0.1",
        between=0.0,
        resolve=lambda host, port: next(answers),
    )
    with pytest.raises(PageRefused, match="private network"):
        pages.get(f"{shop.replace('127.0.0.1', 'rebinding.example')}/lamp")
    assert Shop.asked == ["/robots.txt"]


def test_one_private_address_among_public_ones_is_enough_to_refuse(tmp_path: Path) -> None:
    pages = PolitePages(folder=tmp_path, resolve=lambda host, port: ["93.184.216.34", "::1"])
    with pytest.raises(PageRefused, match="private network"):
        pages.get("https://shop.example/")


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.1.2.3",
        "192.168.0.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",  # noqa: S104 - refused here
        "224.0.0.1",
        "::1",
        "fe80::1",
        "fd00::1",
        "::ffff:10.0.0.1",
    ],
)
def test_no_private_address_is_public(address: str) -> None:
    assert not is_public(address)


def test_everybodys_addresses_are_public() -> None:
    assert is_public("93.184.216.34")
    assert is_public("2606:2800:220:1:248:1893:25c8:1946")


@pytest.mark.parametrize(
    "address", ["ftp://x.example/", "https://me:secret@x.example/", "https:///", "http://x:99999/"]
)
def test_what_is_no_plain_web_address_is_refused(address: str, tmp_path: Path) -> None:
    with pytest.raises(PageRefused):
        fetcher(tmp_path).get(address)
