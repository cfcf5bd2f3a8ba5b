"""A browser as far as buying needs one: pages, forms, cookies, redirects, kept connections.

It walks any shop by the same kind of script, so that two shops are driven alike.
"""

from __future__ import annotations

import http.client
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html import unescape
from urllib.parse import urlencode, urljoin, urlsplit

_FORM = re.compile(r"<form\b.*?</form>", re.DOTALL)
_FIELD = re.compile(r"<(?:input|button)\b[^>]*>")
_ATTRIBUTE = re.compile(r'([a-z-]+)\s*=\s*"([^"]*)"')
_MOST_REDIRECTS = 6


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


class Walker:
    """One visitor with cookies and a connection of their own."""

    def __init__(self, origin: str) -> None:
        parts = urlsplit(origin)
        self._origin = origin
        self._connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=30)
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

    def _go(self, method: str, address: str, body: str | None = None) -> None:
        for _ in range(_MOST_REDIRECTS):
            self._url = urljoin(self._url, unescape(address))
            parts = urlsplit(self._url)
            path = f"{parts.path}?{parts.query}" if parts.query else parts.path
            self._connection.request(method, path, body, self._headers(method))
            answer = self._connection.getresponse()
            self.page = answer.read().decode()
            self._keep(answer)
            if answer.status not in {301, 302, 303}:
                if answer.status != http.client.OK:
                    raise Lost(f"{method} {path} answered {answer.status}: {self.page[:300]}")
                return
            address, method, body = answer.headers["Location"], "GET", None
        raise Lost(f"{self._url} redirects for ever")

    def _headers(self, method: str) -> dict[str, str]:
        headers = {"Cookie": "; ".join(f"{k}={v}" for k, v in self._cookies.items())}
        if method == "POST":
            headers["Content-Type"] = "application/x-www-form-urlencoded"
            headers["Origin"] = self._origin
        return headers

    def _keep(self, answer: http.client.HTTPResponse) -> None:
        for line in answer.headers.get_all("Set-Cookie") or []:
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
