"""Few requests are inside Django at a time, and none that only waits for its reader."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from io import BytesIO
from typing import Any

import pytest
from django.db import connection, connections, transaction
from django.http import HttpResponse, StreamingHttpResponse

from hammock.config.gate import Gate
from hammock.kit import turns
from tests.waiting import until

PATIENCE = 30.0
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def gates() -> Iterator[Callable[..., Gate]]:
    """Make gates whose connections are closed when the test is over."""
    made: list[Gate] = []
    connections.close_all()  # a gate takes its caller's connection away, for the one that it lends

    def make(behind: Any, *, at_once: int) -> Gate:
        made.append(Gate(behind, at_once=at_once))
        return made[-1]

    yield make
    for gate in made:
        for kept in (gate._shop, gate._console):
            for _ in range(kept.qsize()):
                kept.get().close()


def form(content: bytes = b"", *, path: str = "/cart/") -> dict[str, Any]:
    return {
        "PATH_INFO": path,
        "CONTENT_LENGTH": str(len(content)),
        "wsgi.input": BytesIO(content),
    }


def started(_status: str, _headers: list[tuple[str, str]], *_rest: Any) -> None:
    """Take a response's head."""


def in_thread(work: Callable[[], object]) -> threading.Thread:
    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    return thread


class Slow:
    """An application whose requests stay inside until they are let out."""

    def __init__(self) -> None:
        self.inside = 0
        self.most_inside = 0
        self.lets_out = threading.Event()
        self.used: list[object] = []
        self._count = threading.Lock()

    def __call__(self, environ: dict[str, Any], start: Any) -> Iterable[bytes]:
        with self._count:
            self.inside += 1
            self.most_inside = max(self.most_inside, self.inside)
            self.used.append(connections["default"])
        assert self.lets_out.wait(PATIENCE)
        with self._count:
            self.inside -= 1
        start("200 OK", [])
        return [b"done"]


def test_so_many_are_inside_at_once_and_the_others_wait_their_turn(
    gates: Callable[..., Gate],
) -> None:
    slow = Slow()
    gate = gates(slow, at_once=2)
    visitors = [in_thread(lambda: gate(form(), started)) for _ in range(5)]
    until(lambda: slow.inside == 2)
    slow.lets_out.set()
    for visitor in visitors:
        visitor.join(PATIENCE)
    assert slow.most_inside == 2
    assert len(slow.used) == 5
    assert len({id(one) for one in slow.used}) == 2


def test_the_console_keeps_no_buyer_waiting(gates: Callable[..., Gate]) -> None:
    slow = Slow()
    gate = gates(slow, at_once=1)
    reckoning = in_thread(lambda: gate(form(path="/console/forecast/"), started))
    until(lambda: slow.inside == 1)
    buying = in_thread(lambda: gate(form(path="/checkout/"), started))
    until(lambda: slow.inside == 2)
    slow.lets_out.set()
    reckoning.join(PATIENCE)
    buying.join(PATIENCE)


def test_who_waits_for_somebody_outside_lets_others_go_first(gates: Callable[..., Gate]) -> None:
    answered = threading.Event()
    is_asking = threading.Event()
    went: list[str] = []

    def behind(environ: dict[str, Any], _start: Any) -> Iterable[bytes]:
        if environ["PATH_INFO"] == "/checkout/":
            with turns.waiting():
                is_asking.set()
                assert answered.wait(PATIENCE)
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        went.append(environ["PATH_INFO"])
        return [b""]

    gate = gates(behind, at_once=1)
    buyer = in_thread(lambda: gate(form(path="/checkout/"), started))
    assert is_asking.wait(PATIENCE)
    gate(form(), started)
    assert went == ["/cart/"]
    answered.set()
    buyer.join(PATIENCE)
    assert went == ["/cart/", "/checkout/"]


def test_nobody_outside_is_waited_for_within_a_transaction(gates: Callable[..., Gate]) -> None:
    def behind(_environ: dict[str, Any], _start: Any) -> Iterable[bytes]:
        with transaction.atomic(), turns.waiting():
            raise AssertionError("it was let in")

    with pytest.raises(turns.WaitingInTransaction):
        gates(behind, at_once=1)(form(), started)


def test_where_nobody_counts_places_there_is_none_to_give_away() -> None:
    mine = connections["default"]
    with turns.waiting():
        assert connections["default"] is mine


def test_a_request_that_fails_gives_its_place_and_its_connection_back(
    gates: Callable[..., Gate],
) -> None:
    def fails(_environ: dict[str, Any], _start: Any) -> Iterable[bytes]:
        raise ValueError("broken")

    gate = gates(fails, at_once=1)
    for _ in range(3):
        with pytest.raises(ValueError, match="broken"):
            gate(form(), started)


def test_an_answer_that_is_being_read_slowly_keeps_nobody_out(gates: Callable[..., Gate]) -> None:
    def pieces() -> Iterator[bytes]:
        yield b"first"
        yield b"second"

    def answers(environ: dict[str, Any], _start: Any) -> Iterable[bytes]:
        return StreamingHttpResponse(pieces()) if environ.get("file") else HttpResponse(b"page")

    gate = gates(answers, at_once=1)
    download = gate({**form(), "file": True}, started)
    reading = iter(download)
    assert next(reading) == b"first"
    assert list(gate(form(), started)) == [b"page"]
    assert list(reading) == [b"second"]


def test_what_a_body_asks_of_the_database_is_asked_by_its_own_connection_and_that_is_closed(
    gates: Callable[..., Gate],
) -> None:
    asked: list[int] = []

    def pieces() -> Iterator[bytes]:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 7")
            asked.append(cursor.fetchone()[0])
        yield b"piece"

    gate = gates(lambda _environ, _start: StreamingHttpResponse(pieces()), at_once=1)
    left_open: list[object] = []

    def read() -> None:
        answer = gate(form(), started)
        assert list(answer) == [b"piece"]
        answer.close()  # type: ignore[attr-defined]
        left_open.extend(one for one in connections.all() if one.connection is not None)

    in_thread(read).join(PATIENCE)
    assert asked == [7]
    assert left_open == []


def test_a_form_that_comes_slowly_is_read_before_its_turn(gates: Callable[..., Gate]) -> None:
    has_come = threading.Event()
    read: list[bytes] = []

    class Trickle(BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            assert has_come.wait(PATIENCE)
            return super().read(size)

    def behind(environ: dict[str, Any], _start: Any) -> Iterable[bytes]:
        read.append(environ["wsgi.input"].read())
        return [b""]

    gate = gates(behind, at_once=1)
    slow = in_thread(lambda: gate({**form(b"a=1"), "wsgi.input": Trickle(b"a=1")}, started))
    gate(form(b"b=2"), started)
    assert read == [b"b=2"]
    has_come.set()
    slow.join(PATIENCE)
    assert read == [b"b=2", b"a=1"]


@pytest.mark.parametrize(
    ("path", "size", "cookies", "is_read_before"),
    [
        ("/console/x/", 3_000_000, "a=1; sessionid=x", True),
        ("/console/x/", 3_000_000, "a=1", False),
        ("/x/", 1_000_000, "", True),
        ("/x/", 3_000_000, "sessionid=x", False),
    ],
)
def test_an_upload_is_read_before_its_turn_and_what_is_too_large_for_the_shop_is_not(
    gates: Callable[..., Gate], *, path: str, size: int, cookies: str, is_read_before: bool
) -> None:
    sent = BytesIO(bytes(size))

    def behind(environ: dict[str, Any], _start: Any) -> Iterable[bytes]:
        assert (sent.tell() == size) == is_read_before
        return [environ["wsgi.input"].read()]

    environ = {"PATH_INFO": path, "CONTENT_LENGTH": str(size), "wsgi.input": sent}
    environ["HTTP_COOKIE"] = cookies
    assert b"".join(gates(behind, at_once=1)(environ, started)) == bytes(size)


def test_a_form_that_breaks_off_is_given_on_as_far_as_it_came(gates: Callable[..., Gate]) -> None:
    def behind(environ: dict[str, Any], _start: Any) -> Iterable[bytes]:
        return [environ["wsgi.input"].read()]

    environ = {**form(b"a=1"), "CONTENT_LENGTH": "500"}
    assert list(gates(behind, at_once=1)(environ, started)) == [b"a=1"]
