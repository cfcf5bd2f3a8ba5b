"""A browser as far as buying needs one: pages, forms, cookies, redirects, kept connections.

It walks any shop by the same kind of script, so that two shops are driven alike. It shares the
machine with the shop, so it speaks just as much HTTP as it needs: the standard library's client
took a tenth of all processor time of a purchase.
"""

from __future__ import annotations

import re
import socket
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html import unescape
from urllib.parse import urlencode, urljoin, urlsplit

_FORM = re.compile(r"<form\b.*?</form>", re.DOTALL)
_FIELD = re.compile(r"<(?:input|button)\b[^>]*>")
_ATTRIBUTE = re.compile(r'([a-z-]+)\s*=\s*"([^"]*)"')
_MOST_REDIRECTS = 6
_PATIENCE_SECONDS = 30
_OK = 200


@dataclass(frozen=True, kw_only=True)
class Open:
    """Open an address."""

    path: str


@dataclass(frozen=True, kw_only=True)
class Submit:
    """Submit the page's first form that contains `marked`, with these fields filled in."""

    marked: str
    fields: Mapping[str, str] = field(default_factory=dict)


Step = Open | Submit


class Lost(Exception):
    """The walk did not lead where the script expected."""


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What a shop answered; `cookies` are its Set-Cookie lines."""

    status: int
    location: str
    cookies: Sequence[str]
    body: bytes


class Connection:
    """A connection that is kept, opened when it is needed."""

    def __init__(self, origin: str) -> None:
        parts = urlsplit(origin)
        self._place = (parts.hostname or "", parts.port or 80)
        self._host = parts.netloc
        self._socket: socket.socket | None = None

    def ask(self, method: str, path: str, *, headers: Mapping[str, str], body: str) -> Answer:
        """Send a request and read its answer. Raises `Lost` where it has no length."""
        if self._socket is None:
            self._socket = socket.create_connection(self._place, timeout=_PATIENCE_SECONDS)
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._file = self._socket.makefile("rb")
        lines = [f"{method} {path} HTTP/1.1", f"Host: {self._host}"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        if body:
            lines.append(f"Content-Length: {len(body)}")
        self._socket.sendall(("\r\n".join(lines) + "\r\n\r\n" + body).encode())
        return self._read()

    def close(self) -> None:
        """Hang up."""
        if self._socket is not None:
            self._file.close()
            self._socket.close()
            self._socket = None

    def _read(self) -> Answer:
        status = int(self._file.readline().split(b" ", 2)[1])
        found: dict[str, str] = {}
        cookies = []
        while (line := self._file.readline()) not in {b"\r\n", b""}:
            name, _, value = line.decode("latin-1").partition(":")
            if name.lower() == "set-cookie":
                cookies.append(value.strip())
            else:
                found[name.lower()] = value.strip()
        if "content-length" not in found:
            raise Lost(f"an answer of {status} has no Content-Length")
        body = self._file.read(int(found["content-length"]))
        return Answer(status=status, location=found.get("location", ""), cookies=cookies, body=body)


class Walker:
    """One visitor with cookies and a connection of their own."""

    def __init__(self, origin: str) -> None:
        self._origin = origin
        self._connection = Connection(origin)
        self._cookies: dict[str, str] = {}
        self._url = origin
        self.page = ""

    def walk(self, steps: Sequence[Step], *, ends_with: str) -> None:
        """Take the steps; the last page must contain `ends_with`."""
        for step in steps:
            if isinstance(step, Open):
                self._go("GET", step.path)
            else:
                self._submit(step)
        if ends_with not in self.page:
            raise Lost(f"{self._url} does not say “{ends_with}”: {self.page[:300]}")

    def forget(self) -> None:
        """Become another visitor, with cookies and a connection of their own."""
        self._cookies.clear()
        self._connection.close()  # it opens again with the next request

    def close(self) -> None:
        """Hang up."""
        self._connection.close()

    def _submit(self, step: Submit) -> None:
        for form in _FORM.findall(self.page):
            if step.marked in form:
                break
        else:
            raise Lost(f"{self._url} has no form with “{step.marked}”")
        head = dict(_ATTRIBUTE.findall(form[: form.index(">")]))
        fields = {**_hidden(form), **step.fields}
        self._go("POST", head.get("action") or self._url, urlencode(fields))

    def _go(self, method: str, address: str, body: str = "") -> None:
        for _ in range(_MOST_REDIRECTS):
            self._url = urljoin(self._url, unescape(address))
            parts = urlsplit(self._url)
            path = f"{parts.path}?{parts.query}" if parts.query else parts.path
            answer = self._connection.ask(method, path, headers=self._headers(method), body=body)
            self.page = answer.body.decode()
            self._keep(answer.cookies)
            if answer.status not in {301, 302, 303}:
                if answer.status != _OK:
                    raise Lost(f"{method} {path} answered {answer.status}: {self.page[:300]}")
                return
            address, method, body = answer.location, "GET", ""
        raise Lost(f"{self._url} redirects for ever")

    def _headers(self, method: str) -> dict[str, str]:
        headers = {"Cookie": "; ".join(f"{k}={v}" for k, v in self._cookies.items())}
        if method == "POST":
            headers["Content-Type"] = "application/x-www-form-urlencoded"
            headers["Origin"] = self._origin
        return headers

    def _keep(self, cookies: Sequence[str]) -> None:
        for line in cookies:
            name, _, value = line.split(";", 1)[0].partition("=")
            if value in {"", '""'}:
                self._cookies.pop(name, None)
            else:
                self._cookies[name] = value


def _hidden(form: str) -> dict[str, str]:
    """Collect what a browser would send without touching anything."""
    found: dict[str, str] = {}
    for tag in _FIELD.findall(form):
        attributes = dict(_ATTRIBUTE.findall(tag))
        if "name" in attributes and attributes.get("type", "text") in {"hidden", "text", "number"}:
            found[attributes["name"]] = unescape(attributes.get("value", ""))
    return found
