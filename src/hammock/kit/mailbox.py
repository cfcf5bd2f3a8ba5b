"""One mailbox on an IMAP server: what came in since a message, its words, and marking it as read.

Owns the connection and the parsing, no table. Whatever comes out of it was written by others.
"""

from __future__ import annotations

import re
import ssl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from html import unescape
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from hammock.kit.errors import FieldError, HammockError

if TYPE_CHECKING:
    from imap_tools import BaseMailBox, MailMessage

PATIENCE = 20
"""Seconds that the server may take over one answer."""
LARGEST = 1_000_000
"""Bytes; a larger mail is known by its headers alone and its words are never fetched."""
MOST_LETTERS = 100_000
_USAGE = "use imaps://user:password@host/Folder (percent-encode @ and / within user and password)"
_PORT = 993
_ENDS_LINE = re.compile(r"(?i)<(?:br|/p|/div|/li|/tr)\b[^>]{0,200}>")
_TOLD = frozenset({"bulk", "junk", "list", "auto_reply"})


class MailboxRefused(HammockError):
    """The mailbox could not be opened or read."""

    def __init__(self, *, host: str, problem: str) -> None:
        super().__init__(host, problem)
        self.host = host
        self.problem = problem

    def sentence(self) -> str:
        """Name the host and what it said."""
        return f"{self.host}: {self.problem}"


@dataclass(frozen=True, kw_only=True)
class Mailbox:
    """Where a folder of mails lies, and the key to it."""

    host: str
    port: int
    user: str
    password: str = field(repr=False)
    folder: str

    @property
    def name(self) -> str:
        """Name the folder without its password."""
        return f"{self.user}@{self.host}:{self.port}/{self.folder}"


@dataclass(frozen=True, kw_only=True)
class Arrived:
    """A mail by its headers; `message_id` is unique even where the sender gave none.

    A report is a machine's, such as a mail server's of a delivery that failed.
    """

    uid: int
    message_id: str
    sender: str
    answers: Sequence[str]
    is_automatic: bool
    is_report: bool
    size: int


def of_url(url: str) -> Mailbox:
    """Read `imaps://user:password@host[:port]/Folder`. Raises `FieldError` naming INBOX_URL."""
    try:
        parts, port = urlsplit(url), urlsplit(url).port
    except ValueError as error:
        raise FieldError(field="INBOX_URL", problem=f"{error}: {_USAGE}") from error
    if parts.scheme != "imaps" or not (parts.hostname and parts.username and parts.password):
        raise FieldError(field="INBOX_URL", problem=_USAGE)
    user, password = unquote(parts.username), unquote(parts.password)
    folder = unquote(parts.path.lstrip("/")) or "INBOX"
    if not (user + password + folder).isprintable():
        raise FieldError(field="INBOX_URL", problem=_USAGE)
    return Mailbox(
        host=parts.hostname, port=port or _PORT, user=user, password=password, folder=folder
    )


class Opened:
    """An open folder."""

    def __init__(self, box: BaseMailBox, folder: str) -> None:
        self._box = box
        self.validity = int(box.folder.status(folder, ["UIDVALIDITY"])["UIDVALIDITY"])
        """Changes when the server numbers the folder's mails anew."""

    def since(self, uid: int | None, *, most: int) -> list[Arrived]:
        """List the oldest mails after this one, at most so many; of a new folder the unread."""
        criteria = "UNSEEN" if uid is None else f"UID {uid + 1}:*"
        found = sorted(int(one) for one in self._box.uids(criteria))
        new = [one for one in found if uid is None or one > uid][
            :most
        ]  # n:* gives the last at least
        if not new:
            return []
        wanted = ",".join(map(str, new))
        heads = self._box.fetch(f"UID {wanted}", headers_only=True, mark_seen=False, bulk=True)
        return sorted((self._arrived(one) for one in heads), key=lambda one: one.uid)

    def words(self, arrived: Arrived) -> str:
        """Fetch what the sender wrote, without what they quoted; nothing of one too large."""
        if arrived.size > LARGEST:
            return ""
        try:
            for whole in self._box.fetch(f"UID {arrived.uid}", mark_seen=False):
                return own_words(whole.text or _plain(whole.html))
        except RecursionError:  # mails within mails within mails
            pass
        return ""

    def beginning(self, arrived: Arrived, *, most: int) -> bytes:
        """Fetch the first bytes of a mail as it came, at most so many."""
        told, found = self._box.client.uid("fetch", str(arrived.uid), f"(BODY.PEEK[]<0.{most}>)")
        wholes = [one[1] for one in found if isinstance(one, tuple)] if told == "OK" else []
        return wholes[0][:most] if wholes else b""

    def mark_read(self, arrived: Arrived) -> None:
        """Mark the mail as read on the server."""
        self._box.flag(str(arrived.uid), ["\\Seen"], True)  # noqa: FBT003 - the library's

    def _arrived(self, head: MailMessage) -> Arrived:
        def header(name: str) -> str:
            return " ".join(map(str, head.obj.get_all(name, ()))).strip()

        uid = int(head.uid or 0)
        given = header("message-id") or f"uid:{self.validity}:{uid}"
        threads = f"{header('in-reply-to')} {header('references')}"
        is_report = header("content-type").lower().startswith("multipart/report")
        return Arrived(
            uid=uid,
            message_id=given if len(given) <= 190 else f"sha256:{_digest(given)}",
            sender=head.from_[:254],
            answers=re.findall(r"<([^<>\s]{1,300})>", threads[-20_000:]),
            is_automatic=header("auto-submitted").lower() not in {"", "no"}
            or header("precedence").lower() in _TOLD
            or is_report,
            is_report=is_report,
            size=head.size_rfc822,
        )


@contextmanager
def opened(mailbox: Mailbox) -> Iterator[Opened]:
    """Open the folder over TLS. Raises `MailboxRefused`, also for what goes wrong inside."""
    from imaplib import IMAP4

    from imap_tools import ImapToolsError, MailBox

    try:
        trust = ssl.create_default_context()  # without it imaplib takes any certificate
        with MailBox(
            mailbox.host, mailbox.port, timeout=PATIENCE, ssl_context=trust
        ) as box:  # it hangs up even where the login is refused
            box.login(mailbox.user, mailbox.password, initial_folder=mailbox.folder)
            yield Opened(box, mailbox.folder)
    except (OSError, IMAP4.error, ImapToolsError) as error:
        problem = " ".join(str(error).split())[:200].replace(mailbox.password, "•••")
        raise MailboxRefused(host=mailbox.host, problem=problem) from error


def own_words(text: str) -> str:
    """Keep what was written in an answer: no quoted lines, nothing from the quotation's head on.

    A head is a line that ends in a colon before quoted lines or names an address, whatever its
    language; a row of dashes around words; or three header lines. A signature after “--” goes too.
    Each line is looked at once, so no text takes long.
    """
    lines = [line.strip() for line in text[:MOST_LETTERS].replace("\r", "").split("\n")]
    kept: list[str] = []
    for at, line in enumerate(lines):
        if line == "--" or _heads_forwarded(lines, at):
            break
        if line.startswith(">"):
            _drop_attribution(kept)
        else:
            kept.append(line)
    if kept and not any(line.startswith(">") for line in lines):
        _drop_attribution(kept, needs_address=True)
    return re.sub(r"\n{3,}", "\n\n", "\n".join(kept)).strip()


def _drop_attribution(kept: list[str], *, needs_address: bool = False) -> None:
    """Take “On Monday … wrote:” off the end, be it one line or wrapped into two."""
    at = len(kept)
    while at and not kept[at - 1]:
        at -= 1
    if not at or not kept[at - 1].endswith(":"):
        return
    first = at - 1
    is_wrapped = kept[first].startswith("<") or "@" not in kept[first]
    if is_wrapped and first and "@" in "".join(kept[first - 1 : first + 1]) and kept[first - 1]:
        first -= 1
    if "@" in "".join(kept[first:at]) or not needs_address:
        del kept[first:]


def _heads_forwarded(lines: list[str], at: int) -> bool:
    line = lines[at]
    if line.startswith("-----") and line.endswith("-----") and line.strip("- "):
        return True
    if line.startswith("__________"):
        return True
    block = lines[at : at + 3]
    return len(block) == 3 and all(map(_is_header, block)) and any("@" in one for one in block)


def _is_header(line: str) -> bool:
    name, colon, value = line[:80].strip("*").partition(":")
    return bool(colon and value.strip()) and len(name) <= 12 and name.strip("* ").isalpha()


def _plain(html: str) -> str:
    """Give the words of an HTML mail, without what it quotes."""
    import nh3

    broken = _ENDS_LINE.sub("\n", html[: 4 * MOST_LETTERS])
    quoted = {"script", "style", "blockquote"}
    bare = nh3.clean(broken, tags=set(), attributes={}, clean_content_tags=quoted)
    return unescape(bare)


def _digest(text: str) -> str:
    return sha256(text.encode(errors="replace")).hexdigest()
