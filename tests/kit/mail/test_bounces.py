"""Reports of failed deliveries are read, and whatever else calls itself one is not."""

from __future__ import annotations

from email.message import EmailMessage, Message

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from hammock.kit.mail import bounces
from hammock.kit.mail.bounces import FIRST_BYTES, LONGEST_REASON
from tests.bounces import report

OURS = "7.260316060000.seal@kiln.example"


def _sent() -> Message:
    mail = EmailMessage()
    mail["From"], mail["To"] = "Kiln <hello@kiln.example>", "ann@gone.example"
    mail["Subject"] = "Your guide"
    mail["Message-ID"] = mail["References"] = f"<{OURS}>"
    mail.set_content("Here it is.\n")
    mail.add_attachment(b"x" * 300_000, maintype="application", subtype="pdf", filename="a.pdf")
    return mail


@pytest.mark.parametrize("returns", ["message/rfc822", "text/rfc822-headers"])
def test_a_report_names_what_it_returns_and_says_why_without_the_address(returns: str) -> None:
    found = bounces.read(report(_sent(), returns=returns))
    assert found is not None
    assert set(found.returned) == {OURS}
    assert found.reason == "550 5.1.1 <•••@•••>: Recipient address rejected: User unknown"


@pytest.mark.parametrize("action", ["delayed", "delivered", "relayed", "expanded", "", "FAIL"])
def test_what_is_late_or_arrived_did_not_come_back(action: str) -> None:
    assert bounces.read(report(_sent(), action=action)) is None


def test_a_report_without_reason_or_returned_mail_is_read_as_far_as_it_goes() -> None:
    whole = report(_sent())
    bare = whole.replace(b"Status: 5.1.1\r\n", b"").replace(b"Diagnostic-Code", b"X-Other")
    found = bounces.read(bare)
    assert found is not None
    assert found.reason == "The receiving server gave no reason."
    cut = bounces.read(whole[: whole.index(b"message/rfc822")])
    assert cut is not None
    assert cut.returned == []


def test_a_reason_stays_short_and_ends_before_an_address_that_would_be_cut() -> None:
    long = b"550 " + b"no " * 90 + b"somebody.with.a.long.name@gone.example"
    found = bounces.read(report(_sent()).replace(b"550 5.1.1", long))
    assert found is not None
    assert len(found.reason) <= LONGEST_REASON
    assert found.reason.endswith("no")


NESTED = b"Content-Type: message/rfc822\r\n\r\n" * 4_000
CAPTIONS = b"".join(
    b"Content-Type: multipart/report; boundary=b%d\r\n\r\n--b%d\r\n" % (at, at)
    for at in range(2_000)
)
FIELDS = (
    b"Content-Type: multipart/report; boundary=cut\r\n\r\n--cut\r\n"
    b"Content-Type: message/delivery-status\r\n\r\nA: b\r\n\r\nAction: failed\r\n"
    b"Diagnostic-Code: smtp; \x00\xff\xfe\x1b[31m" + b"a" * FIRST_BYTES
)


@pytest.mark.parametrize("content", [b"", b"\x00\xff", NESTED, CAPTIONS], ids=len)
def test_what_only_looks_like_a_report_is_none(content: bytes) -> None:
    assert bounces.read(content) is None


def test_nothing_unshowable_gets_into_a_reason() -> None:
    found = bounces.read(FIELDS)
    assert found is not None
    assert found.reason.isprintable()
    assert len(found.reason) <= LONGEST_REASON


@given(at=st.integers(0, 1_400), piece=st.binary(max_size=40))
@example(at=600, piece=b"\r\n--cut--\r\n")
@example(at=500, piece=b"\r\n\r\n")
def test_whatever_is_written_into_a_report_it_is_read_or_not(at: int, piece: bytes) -> None:
    whole = report(_sent(), returns="text/rfc822-headers")
    found = bounces.read(whole[:at] + piece + whole[at:])
    if found is not None:
        assert found.reason.isprintable()
        assert len(found.reason) <= LONGEST_REASON
