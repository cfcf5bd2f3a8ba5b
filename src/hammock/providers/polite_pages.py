"""Public pages, fetched politely and never from inside a private network.

The host's name is resolved once, every address that it has must be public, and the connection goes
to that very address: a name that answers differently a moment later changes nothing. Redirects are
followed by hand through the same checks. robots.txt is obeyed, its `Crawl-delay` too, one host is
asked at most once a second, and what was fetched is kept for a day.

No host can hold a worker: a page with its robots.txt and all redirects takes `LONGEST` at most (the
time waited out of politeness beside), and an answer `MOST_BYTES`, its headers counted. Both are
watched at every read from the socket, so neither a byte a second nor endless headers get round it.
"""

from __future__ import annotations

import hashlib
import http.client
import io
import ipaddress
import json
import socket
import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote, urljoin, urlsplit

from hammock.departments.research.errors import PageRefused
from hammock.departments.research.ports import Fetched
from hammock.departments.research.rules.robots import Robots, robots_of

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

AGENT = "HammockResearch/1.0"
MOST_BYTES = 5_000_000
LONGEST = 30.0  # seconds for a page, its robots.txt and redirects counted
PIECE = 65_536  # bytes
SILENCE = 10.0  # seconds without a byte
BETWEEN = 1.0  # seconds between two pages of one host
MOST_BETWEEN = 60.0  # seconds; a host that asks for more is not read
KEPT = 86_400.0  # seconds that an answer is good for
REDIRECTS = 5
_GONE = frozenset({301, 302, 303, 307, 308})
_AS_THEY_ARE = "%/:=&?~#+!$,;'@()*[]"
_EVERYBODYS = ipaddress.ip_network("2000::/3")  # what is given out of IPv6 for everybody
_NAT64 = ipaddress.ip_network("64:ff9b::/96")


def is_public(address: str) -> bool:
    """Tell whether an IP address is one that everybody reaches, an IPv4 address inside it too."""
    found = ipaddress.ip_address(address)
    if isinstance(found, ipaddress.IPv6Address):
        inside = found.ipv4_mapped or found.sixtofour
        if found in _NAT64:
            inside = ipaddress.IPv4Address(int(found) & 0xFFFF_FFFF)
        if inside is not None:
            return is_public(str(inside))
        if found not in _EVERYBODYS:
            return False
    return found.is_global and not found.is_multicast


@dataclass
class _Patience:
    """How long one page may still take."""

    address: str
    ends: float

    def left(self) -> float:
        """Give the seconds that are left. Raises `PageRefused` when there are none."""
        left = self.ends - time.monotonic()
        if left <= 0:
            raise PageRefused(address=self.address, problem=f"it took longer than {LONGEST:.0f} s")
        return left


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
        self._robots: dict[str, Robots] = {}
        self._asked: dict[str, float] = {}

    def get(self, address: str) -> Fetched:
        """Fetch a page, or give the one fetched within a day. Raises `PageRefused`."""
        kept = self._kept(address)
        if kept is not None:
            return kept
        patience = _Patience(address, time.monotonic() + LONGEST)
        fetched = self._followed(address, patience, obey=True)
        self._keep(address, fetched)
        return fetched

    def _followed(self, address: str, patience: _Patience, *, obey: bool) -> Fetched:
        at = address
        for _ in range(REDIRECTS + 1):
            delay = self._ask_robots(at, patience) if obey else 0.0
            answer = self._once(at, patience, delay)
            if isinstance(answer, Fetched):
                return answer
            at = urljoin(at, answer)
        raise PageRefused(address=address, problem="it sends visitors round and round")

    def _ask_robots(self, address: str, patience: _Patience) -> float:
        """Give the seconds to wait between two pages. Raises `PageRefused` where asked not to."""
        parts = urlsplit(address)
        site = f"{parts.scheme}://{parts.netloc}"
        if site not in self._robots:
            try:
                text = self._followed(f"{site}/robots.txt", patience, obey=False).body
            except PageRefused as refused:
                if "answered 4" not in refused.problem:
                    raise  # neither a robots.txt nor its absence: nobody knows what is allowed
                text = b""
            self._robots[site] = robots_of(text, agent=AGENT.split("/")[0])
        robots = self._robots[site]
        if not robots.allow(address):
            raise PageRefused(address=address, problem="its robots.txt asks not to be read")
        if robots.delay > MOST_BETWEEN:
            problem = f"its robots.txt asks for {robots.delay:,.0f} s between two pages"
            raise PageRefused(address=address, problem=problem)
        return robots.delay

    def _once(self, address: str, patience: _Patience, delay: float) -> Fetched | str:
        """Ask once: the page, or where it has gone."""
        host, port, secure, path = _parts(address)
        ip = self._checked(address, host, port)
        patience.ends += self._wait(host, max(delay, self._between))
        named = f"[{host}]" if ":" in host else host
        named = named if port in {80, 443} else f"{named}:{port}"
        told = {"Host": named, "User-Agent": AGENT, "Accept-Encoding": "identity"}
        try:
            with _connected(ip, port, patience, host=host if secure else "") as line:
                connection = http.client.HTTPConnection(host, port)
                connection.sock = _Bounded(line, patience)
                connection.request("GET", path, headers=told | {"Connection": "close"})
                with closing(connection.getresponse()) as answer:
                    return _read(address, answer)
        except (http.client.HTTPException, OSError, ValueError) as error:
            patience.left()  # where the time is over, that is what is said
            problem = f"it cannot be reached ({type(error).__name__})"
            raise PageRefused(address=address, problem=problem) from error

    def _checked(self, address: str, host: str, port: int) -> str:
        try:
            found = self._resolve(host, port)
        except (OSError, UnicodeError) as error:
            raise PageRefused(address=address, problem="its host is not known") from error
        if not found or not all(self._allows(ip) for ip in found):
            raise PageRefused(address=address, problem="it lies in a private network")
        return found[0]

    def _wait(self, host: str, between: float) -> float:
        """Wait until the host may be asked again, and give the seconds waited."""
        since = time.monotonic() - self._asked.get(host, float("-inf"))
        wait = max(between - since, 0.0)
        if wait:
            time.sleep(wait)
        self._asked[host] = time.monotonic()
        return wait

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


class _Bounded:
    """A connection that is read for so long and so much, as `http.client` uses a socket."""

    def __init__(self, line: socket.socket, patience: _Patience) -> None:
        self._line = line
        self._patience = patience

    def sendall(self, data: bytes) -> None:
        """Send the question."""
        self._line.settimeout(min(SILENCE, self._patience.left()))
        self._line.sendall(data)

    def makefile(self, mode: str) -> io.BufferedReader:
        """Give the answer, to be read once."""
        return io.BufferedReader(_Answer(self._line, self._patience))

    def close(self) -> None:
        """Leave the socket to whom it belongs."""


class _Answer(io.RawIOBase):
    def __init__(self, line: socket.socket, patience: _Patience) -> None:
        super().__init__()
        self._line = line
        self._patience = patience
        self._taken = 0

    def readable(self) -> bool:
        return True

    def readinto(self, into: WriteableBuffer, /) -> int:
        self._line.settimeout(min(SILENCE, self._patience.left()))
        taken = self._line.recv_into(into)
        self._taken += taken
        if self._taken > MOST_BYTES:
            problem = f"it is larger than {MOST_BYTES:,} bytes"
            raise PageRefused(address=self._patience.address, problem=problem)
        return taken


@contextmanager
def _connected(ip: str, port: int, patience: _Patience, *, host: str) -> Iterator[socket.socket]:
    """Connect to an address; where a `host` is named, with its certificate checked."""
    timeout = min(SILENCE, patience.left())
    with socket.create_connection((ip, port), timeout=timeout) as line:
        if not host:
            yield line
            return
        with ssl.create_default_context().wrap_socket(line, server_hostname=host) as safe:
            yield safe


def _parts(address: str) -> tuple[str, int, bool, str]:
    try:
        parts = urlsplit(address)
        port = parts.port
        host = (parts.hostname or "").encode("idna").decode("ascii")
    except ValueError as error:
        raise PageRefused(address=address, problem="it is no address") from error
    if parts.scheme not in {"http", "https"} or not host:
        raise PageRefused(address=address, problem="it is no web address")
    if parts.username or parts.password:
        raise PageRefused(address=address, problem="it carries a password")
    secure = parts.scheme == "https"
    path = quote((parts.path or "/") + (f"?{parts.query}" if parts.query else ""), _AS_THEY_ARE)
    return host, port or (443 if secure else 80), secure, path


def _resolved(host: str, port: int) -> list[str]:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(one[4][0]) for one in found))


def _read(address: str, answer: http.client.HTTPResponse) -> Fetched | str:
    place = answer.headers.get("Location")
    if answer.status in _GONE and place:
        return place.encode("latin-1", "replace").decode("utf-8", "replace")
    if answer.status != 200:
        raise PageRefused(address=address, problem=f"it answered {answer.status}")
    kind = answer.headers.get("Content-Type", "")
    body = bytearray()
    while piece := answer.read(PIECE):  # never as much at once as a page claims to have
        body += piece
    if answer.length:
        raise PageRefused(address=address, problem="it broke off")
    return Fetched(address=address, content_type=kind[:100], body=bytes(body))
