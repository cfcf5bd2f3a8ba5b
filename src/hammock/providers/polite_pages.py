"""Public pages, fetched politely and never from inside a private network.

The host's name is resolved once, every address that it has must be public, and the connection goes
to that very address: a name that answers differently a moment later changes nothing. Redirects are
followed by hand through the same checks. robots.txt is obeyed, one host is asked at most once a
second, an answer is read no further than `MOST_BYTES` nor longer than `LONGEST`, and is kept for a
day.
"""

from __future__ import annotations

import hashlib
import ipaddress
import json
import socket
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urljoin, urlsplit
from urllib.robotparser import RobotFileParser

import urllib3

from hammock.departments.research.errors import PageRefused
from hammock.departments.research.ports import Fetched

AGENT = "HammockResearch/1.0"
MOST_BYTES = 5_000_000
LONGEST = 30.0  # seconds for one answer
BETWEEN = 1.0  # seconds between two pages of one host
KEPT = 86_400.0  # seconds that an answer is good for
REDIRECTS = 5
_GONE = frozenset({301, 302, 303, 307, 308})


def is_public(address: str) -> bool:
    """Tell whether an IP address is one that everybody reaches."""
    found = ipaddress.ip_address(address)
    mapped = getattr(found, "ipv4_mapped", None)
    return bool((mapped or found).is_global) and not found.is_multicast


class PolitePages:
    """Fetches public pages and keeps them in a folder; `allows` is asked of every IP address.

    Only tests give an `allows` of their own, to reach a server of theirs on this machine.
    """

    def __init__(
        self,
        *,
        folder: Path,
        allows: Callable[[str], bool] = is_public,
        between: float = BETWEEN,
        resolve: Callable[[str, int], list[str]] | None = None,
    ) -> None:
        self._folder = folder
        self._allows = allows
        self._between = between
        self._resolve = resolve or _resolved
        self._robots: dict[str, RobotFileParser] = {}
        self._asked: dict[str, float] = {}

    def get(self, address: str) -> Fetched:
        """Fetch a page, or give the one fetched within a day. Raises `PageRefused`."""
        kept = self._kept(address)
        if kept is not None:
            return kept
        fetched = self._followed(address, obey=True)
        self._keep(address, fetched)
        return fetched

    def _followed(self, address: str, *, obey: bool) -> Fetched:
        at = address
        for _ in range(REDIRECTS + 1):
            if obey:
                self._ask_robots(at)
            answer = self._once(at)
            if isinstance(answer, Fetched):
                return answer
            at = urljoin(at, answer)
        raise PageRefused(address=address, problem="it sends visitors round and round")

    def _ask_robots(self, address: str) -> None:
        parts = urlsplit(address)
        site = f"{parts.scheme}://{parts.netloc}"
        if site not in self._robots:
            rules = RobotFileParser()
            try:
                text = self._followed(f"{site}/robots.txt", obey=False).body
            except PageRefused as refused:
                if "answered 4" not in refused.problem:
                    raise  # neither a robots.txt nor its absence: nobody knows what is allowed
                text = b""
            rules.parse(text.decode("utf-8", "replace").splitlines())
            self._robots[site] = rules
        if not self._robots[site].can_fetch(AGENT, address):
            raise PageRefused(address=address, problem="its robots.txt asks not to be read")

    def _once(self, address: str) -> Fetched | str:
        """Ask once: the page, or where it has gone."""
        host, port, secure, path = _parts(address)
        ip = self._checked(address, host, port)
        self._wait(host)
        timeout = urllib3.Timeout(connect=10, read=10)
        pool: urllib3.HTTPConnectionPool
        if secure:
            pool = urllib3.HTTPSConnectionPool(
                ip, port, server_hostname=host, assert_hostname=host, timeout=timeout
            )
        else:
            pool = urllib3.HTTPConnectionPool(ip, port, timeout=timeout)
        named = host if port in {80, 443} else f"{host}:{port}"
        try:
            answer = pool.request(
                "GET",
                path,
                headers={"Host": named, "User-Agent": AGENT, "Accept-Encoding": "identity"},
                redirect=False,
                retries=False,
                preload_content=False,
            )
            return _read(address, answer)
        except (urllib3.exceptions.HTTPError, OSError) as error:
            problem = f"it cannot be reached ({type(error).__name__})"
            raise PageRefused(address=address, problem=problem) from error
        finally:
            pool.close()

    def _checked(self, address: str, host: str, port: int) -> str:
        try:
            found = self._resolve(host, port)
        except (OSError, UnicodeError) as error:
            raise PageRefused(address=address, problem="its host is not known") from error
        if not found or not all(self._allows(ip) for ip in found):
            raise PageRefused(address=address, problem="it lies in a private network")
        return found[0]

    def _wait(self, host: str) -> None:
        since = time.monotonic() - self._asked.get(host, float("-inf"))
        if since < self._between:
            time.sleep(self._between - since)
        self._asked[host] = time.monotonic()

    def _path(self, address: str) -> Path:
        return self._folder / f"{hashlib.sha256(address.encode()).hexdigest()[:32]}.page"

    def _kept(self, address: str) -> Fetched | None:
        path = self._path(address)
        if not path.exists() or time.time() - path.stat().st_mtime > KEPT:
            return None
        head, _, body = path.read_bytes().partition(b"\n")
        told = json.loads(head)
        return Fetched(address=told["address"], content_type=told["content_type"], body=body)

    def _keep(self, address: str, fetched: Fetched) -> None:
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        head = {"address": fetched.address, "content_type": fetched.content_type}
        path = self._path(address)
        draft = path.with_suffix(".new")
        draft.write_bytes(json.dumps(head).encode() + b"\n" + fetched.body)
        draft.replace(path)


def _parts(address: str) -> tuple[str, int, bool, str]:
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError as error:
        raise PageRefused(address=address, problem="it is no address") from error
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise PageRefused(address=address, problem="it is no web address")
    if parts.username or parts.password:
        raise PageRefused(address=address, problem="it carries a password")
    secure = parts.scheme == "https"
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return parts.hostname, port or (443 if secure else 80), secure, path


def _resolved(host: str, port: int) -> list[str]:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(one[4][0]) for one in found))


def _read(address: str, answer: urllib3.BaseHTTPResponse) -> Fetched | str:
    place = answer.headers.get("Location")
    if answer.status in _GONE and place:
        return place
    if answer.status != 200:
        raise PageRefused(address=address, problem=f"it answered {answer.status}")
    ends = time.monotonic() + LONGEST
    body = bytearray()
    for piece in answer.stream(65_536, decode_content=False):
        body += piece
        if len(body) > MOST_BYTES:
            raise PageRefused(address=address, problem=f"it is larger than {MOST_BYTES:,} bytes")
        if time.monotonic() > ends:
            raise PageRefused(address=address, problem=f"it took longer than {LONGEST:.0f} s")
    kind = answer.headers.get("Content-Type", "")
    return Fetched(address=address, content_type=kind[:100], body=bytes(body))
