"""A shop on this machine whose pages are as hostile as pages get."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar

_DATA = b'<script type="application/ld+json">%s</script>'
_BROKEN = _DATA % b'{"@type": "Product", "name": "Lamp'


class Shop(BaseHTTPRequestHandler):
    """Answers by path; `products` stand as JSON-LD on /products, beside a block that is broken."""

    asked: ClassVar[list[str]] = []
    robots: ClassVar[str] = ""
    products: ClassVar[list[dict[str, object]]] = []

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
        elif self.path == "/malformed":
            self._say(200, _BROKEN)
        elif self.path == "/products":
            whole = json.dumps(self.products).encode()
            self._say(200, _BROKEN + _DATA % whole)
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


@contextmanager
def running() -> Iterator[str]:
    """Run the shop on a port of its own; gives its address."""
    Shop.asked, Shop.robots, Shop.products = [], "", []
    server = ThreadingHTTPServer(("127.0.0.1", 0), Shop)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()
    thread.join()
