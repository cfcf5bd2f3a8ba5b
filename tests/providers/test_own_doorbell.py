"""The doorbell knocks at a real server."""

from __future__ import annotations

from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest

from hammock.departments.marketing.rules.agents import is_person
from hammock.providers.own_doorbell import OwnDoorbell


class House(BaseHTTPRequestHandler):
    """Answers with the next of the class's statuses, the last one for ever."""

    statuses: list[int]
    asked_by: str

    def do_GET(self) -> None:
        House.asked_by = self.headers["User-Agent"]
        status = self.statuses.pop(0) if len(self.statuses) > 1 else self.statuses[0]
        self.send_response(status)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"hi")

    def log_message(self, *_args: object) -> None:
        """Say nothing."""


@pytest.fixture
def address() -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), House)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.mark.parametrize("statuses", [[200], [404], [502, 200]])
def test_a_house_that_answers_is_up(address: str, statuses: list[int]) -> None:
    House.statuses = statuses
    assert OwnDoorbell(url=address).problem() == ""


def test_a_knock_is_no_visit(address: str) -> None:
    House.statuses = [200]
    OwnDoorbell(url=address).problem()
    assert not is_person(House.asked_by)


def test_a_house_that_breaks_twice_or_is_gone_is_down(address: str) -> None:
    House.statuses = [502]
    assert OwnDoorbell(url=address).problem() == f"{address} answers 502."
    gone = OwnDoorbell(url="http://127.0.0.1:9/").problem()
    assert gone.startswith("http://127.0.0.1:9/ does not answer: ")
