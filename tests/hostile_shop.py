"""A shop on this machine whose pages are as hostile as pages get."""

from __future__ import annotations

import json
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar

_DATA = b'<script type="application/ld+json">%s</script>'
_STARTED = b"HTTP/1.1 200 OK\r\n"
_CHUNKED = b"Transfer-Encoding: chunked\r\n\r\nfffffffff\r\n"
_DRIPS = {
    "/slow": (_STARTED + b"Content-Length: 4000000\r\n\r\n", b"x"),
    "/slow-headers": (_STARTED + b"X-A: ", b"x"),
    "/endless-headers": (b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 4_000),
    "/huge-chunk": (_STARTED + _CHUNKED, b"x" * 65_536),
}
_BROKEN = _DATA % b'{"@type": "Product", "name": "Lamp'


class Shop(BaseHTTPRequestHandler):
    """Answers by path; `products` stand as JSON-LD on /products, beside a block that is broken."""

    asked: ClassVar[list[str]] = []
    over: ClassVar[threading.Event] = threading.Event()
    robots: ClassVar[str] = ""
    products: ClassVar[list[dict[str, object]]] = []

    def do_GET(self) -> None:
        """Answer by path."""
        self.asked.append(self.path)
        answers: dict[str, Callable[[], None]] = {
            "/robots.txt": lambda: self._say(200 if self.robots else 404, self.robots.encode()),
            "/round": lambda: self._go("/round"),
            "/inside": lambda: self._go("http://169.254.169.254/latest/meta-data/"),
            "/file": lambda: self._go("file:///etc/passwd"),
            "/huge": self._huge,
            "/short": self._short,
            "/malformed": lambda: self._say(200, _BROKEN),
            "/products": lambda: self._say(
                200, _BROKEN + _DATA % json.dumps(self.products).encode()
            ),
        }
        if self.path in _DRIPS:
            self._drip(*_DRIPS[self.path])
        else:
            answers.get(self.path, lambda: self._say(200, b"hello"))()

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

    def _short(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "100")
        self.end_headers()
        self.wfile.write(b"half")

    def _drip(self, first: bytes, then: bytes) -> None:
        """Send the same again and again; a single byte only now and then."""
        try:
            self.wfile.write(first)
            while not self.over.wait(0.02 if len(then) == 1 else 0):
                self.wfile.write(then)
        except OSError:
            return

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its own name
        """Say nothing."""


@contextmanager
def running(secure: ssl.SSLContext | None = None) -> Iterator[str]:
    """Run the shop on a port of its own; gives its address."""
    Shop.asked, Shop.robots, Shop.products = [], "", []
    Shop.over.clear()
    server = ThreadingHTTPServer(("127.0.0.1", 0), Shop)
    if secure is not None:
        server.socket = secure.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    Shop.over.set()
    server.shutdown()
    server.server_close()
    thread.join()
