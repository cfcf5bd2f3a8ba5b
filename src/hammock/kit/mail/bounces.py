"""Mails that came back: reading a mail server's report of a failed delivery (RFC 3464).

Whatever is read here was written by anybody who knows the house's address. It proves nothing by
itself; what it returns is only believed where it names a Message-ID that the house sealed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message
from email.parser import BytesHeaderParser

from hammock.kit import personal

FIRST_BYTES = 128_000
"""Of a report; what it says stands before the mail that it returns."""
MOST_BOUNDARIES = 20
"""More nested parts than any server writes; each costs a comparison with every line."""
LONGEST_REASON = 300
_BOUNDARY = re.compile(rb"(?i)boundary")
_ID = re.compile(r"<([^<>\s]{1,300})>")
_THREADS = ("message-id", "references")


@dataclass(frozen=True, kw_only=True)
class Bounce:
    """A delivery that failed for good: the Message-IDs of what was returned, and the reason."""

    returned: Sequence[str]
    reason: str


def read(content: bytes) -> Bounce | None:
    """Read a report, or its first bytes; None unless it tells of a delivery that failed."""
    begun = content[:FIRST_BYTES]
    if len(_BOUNDARY.findall(begun)) > MOST_BOUNDARIES:
        return None
    try:
        report = message_from_bytes(begun)
    except RecursionError:  # mails within mails within mails
        return None
    parts = _parts(report)
    failed = [block for part in parts for block in _recipients(part) if _is_failed(block)]
    if not failed:
        return None
    returned = [one for part in parts for head in _returned(part) for one in _ids(head)]
    return Bounce(returned=returned, reason=_reason(failed[0]))


def _parts(message: Message) -> list[Message]:
    found = message.get_payload()
    if not message.is_multipart() or not isinstance(found, list):
        return []
    return [part for part in found if isinstance(part, Message)]


def _recipients(part: Message) -> list[Message]:
    """Give what the report says of each recipient: a block of fields after the first."""
    return _parts(part)[1:] if part.get_content_type() == "message/delivery-status" else []


def _returned(part: Message) -> Iterator[Message]:
    """Give the headers of the mail that is returned, be it whole or by its headers alone."""
    if part.get_content_type() == "message/rfc822":
        yield from _parts(part)[:1]
    elif part.get_content_type() == "text/rfc822-headers":
        headers = part.get_payload(decode=True)
        if isinstance(headers, bytes):
            yield BytesHeaderParser().parsebytes(headers)


def _ids(head: Message) -> list[str]:
    return [one for name in _THREADS for one in _ID.findall(_field(head, name))]


def _is_failed(block: Message) -> bool:
    return _field(block, "action").lower() == "failed"


def _reason(block: Message) -> str:
    """Say why, without the address: it stands with the mail, where it is forgotten with it."""
    said = _field(block, "diagnostic-code").partition(";")[2] or _field(block, "status")
    if len(said) > LONGEST_REASON:
        said = said[:LONGEST_REASON].rpartition(" ")[0]  # no half of an address
    return personal.without_addresses(said).strip() or "The receiving server gave no reason."


def _field(head: Message, name: str) -> str:
    """Give a field's text on one line, with nothing in it that cannot be shown."""
    text = " ".join(str(head.get(name, "")).split())
    return "".join(letter for letter in text if letter.isprintable()).strip()
