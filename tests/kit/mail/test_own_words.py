"""What somebody wrote is kept of an answer, and what they quoted is not."""

from __future__ import annotations

import time
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st
from imap_tools import MailMessage

from hammock.kit.mailbox import LARGEST, Arrived, Opened, own_words


@pytest.mark.parametrize(
    ("text", "own"),
    [
        (
            "Well done!\r\n\r\nKeep going.\r\n\r\nOn Mon, 23 Nov 2026, Kiln <a@kiln.example> wrote:"
            "\r\n> Kept:\r\n> - two\r\n",
            "Well done!\n\nKeep going.",
        ),
        (
            "Gut.\n\nAm Mo., 23. Nov. 2026 um 08:00 schrieb Kiln\n<a@kiln.example>:\n\n> Kept:\n",
            "Gut.",
        ),
        ("Fine.\n\nLe lun. 23 nov. 2026, Kiln <a@kiln.example> a écrit :\n", "Fine."),
        ("Fine.\n-- \nPia\nPia GmbH\n", "Fine."),
        ("Fine.\n\n-----Ursprüngliche Nachricht-----\nVon: a@b.example\nold", "Fine."),
        ("Fine.\n\nVon: Kiln <a@b.example>\nGesendet: Montag\nAn: c@d.example\n\nold", "Fine."),
        ("Fine.\n________________________________\nFrom: a@b.example\n", "Fine."),
        (
            "On Monday Kiln <a@b.example> wrote:\n> Kept: two\nI doubt it.\n> Missed: one\nWhy?",
            "I doubt it.\nWhy?",
        ),
        ("I think this:\n- smaller steps\n- fewer of them\n", None),
        ("Three things:\nPrice: higher\nTime: less\nWords: fewer\n", None),
        ("> only quoted\n> lines\n", ""),
        ("", ""),
    ],
)
def test_the_own_words_are_kept(text: str, own: str | None) -> None:
    assert own_words(text) == (text.strip() if own is None else own)


@given(st.text(alphabet="ab >:@<-_\n\r\t.", max_size=300))
def test_any_text_gives_lines_of_itself_without_quotes(text: str) -> None:
    kept = own_words(text)
    lines = {line.strip() for line in text.replace("\r", "").split("\n")}
    assert set(kept.split("\n")) <= lines | {""}
    assert not any(line.startswith(">") for line in kept.split("\n"))


@pytest.mark.parametrize("part", [">", "On ", "\n", "a: b\n", "x@y:\n>\n", "-----\n", " wrote:"])
def test_no_text_takes_long(part: str) -> None:
    began = time.process_time()
    own_words(part * (LARGEST // len(part)))
    assert time.process_time() - began < 2


def test_mails_within_mails_have_no_words() -> None:
    """As an IMAP server hands them on; ours for tests cannot read them itself."""
    nested = b"Content-Type: message/rfc822\r\n\r\n" * 20_000

    def fetch(*_words: object, **_how: object) -> Iterator[MailMessage]:
        yield MailMessage.from_bytes(nested)

    folder = SimpleNamespace(status=lambda *_words: {"UIDVALIDITY": 1})
    box = Opened(cast("Any", SimpleNamespace(folder=folder, fetch=fetch)), "INBOX")
    arrived = Arrived(
        uid=1,
        message_id="<a@b.example>",
        sender="a@b.example",
        answers=(),
        is_automatic=False,
        is_report=False,
        size=len(nested),
    )
    assert box.words(arrived) == ""
