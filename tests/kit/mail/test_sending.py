"""Mails reach a real mail server once for each key, and wait while there is none."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from email import message_from_bytes
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from django.conf import settings
from django.db import transaction

from hammock.kit import clock, mail
from hammock.kit.jobs.worker import run_until_empty
from hammock.kit.mail.models import OutgoingMail

pytestmark = pytest.mark.django_db(transaction=True)
LETTER = mail.Letter(subject="Grüße", text="Hello there\n", html="<p>Hello there</p>")


class Postbox:
    """Takes mails, and can be full."""

    def __init__(self) -> None:
        self.taken: list[Any] = []
        self.senders: list[str] = []
        self.is_full = False

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        """Take one."""
        if self.is_full:
            return "452 no room"
        self.taken.append(message_from_bytes(envelope.content))
        self.senders.append(envelope.mail_from)
        return "250 taken"


@pytest.fixture
def postbox(monkeypatch: pytest.MonkeyPatch) -> Iterator[Postbox]:
    box = Postbox()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = Controller(box, hostname="127.0.0.1", port=port)
    server.start()
    smtp = "django.core.mail.backends.smtp.EmailBackend"
    for name, value in {"BACKEND": smtp, "HOST": "127.0.0.1", "PORT": port}.items():
        monkeypatch.setattr(settings, f"EMAIL_{name}", value, raising=False)
    yield box
    server.stop()


def _queue(key: str) -> bool:
    note = mail.Attachment(name="a.ics", content_type="text/calendar", content=b"BEGIN:VCALENDAR")
    with transaction.atomic():
        return mail.queue(key=key, to="ann@example.org", letter=LETTER, attachments=[note])


def test_a_picture_arrives_inside_the_letter_and_stands_in_it(postbox: Postbox) -> None:
    picture = mail.Attachment(
        name="money.png", content_type="image/png", content=b"\x89PNG 1", content_id="money"
    )
    shown = mail.Letter(
        subject="Week", text="Week\n", html='<img src="cid:money">', pictures=[picture]
    )
    with transaction.atomic():
        mail.queue(key="letter:1", to="ann@example.org", letter=shown)
    run_until_empty()
    (message,) = postbox.taken
    assert message.get_content_type() == "multipart/related"
    words, image = message.get_payload()
    assert [part.get_content_type() for part in words.get_payload()] == ["text/plain", "text/html"]
    assert (image.get_content_type(), image["Content-ID"]) == ("image/png", "<money>")
    assert image.get_content_disposition() == "inline"
    assert image.get_payload(decode=True) == b"\x89PNG 1"
    alone = mail.standing_alone(shown.html, pictures={"money": "iVBO"})
    assert alone == '<img src="data:image/png;base64,iVBO">'


def test_a_mail_arrives_whole_and_once(postbox: Postbox) -> None:
    assert _queue("receipt:1")
    assert not _queue("receipt:1")
    run_until_empty()
    (taken,) = postbox.taken
    kinds = {part.get_content_type() for part in taken.walk()}
    assert {"text/plain", "text/html", "text/calendar"} <= kinds
    assert taken["To"] == "ann@example.org"
    assert taken["Message-ID"].startswith(f"<{OutgoingMail.objects.get().pk}.")
    mail.send(mail_id=OutgoingMail.objects.get().pk)
    assert len(postbox.taken) == 1


def test_servers_send_a_mail_back_to_the_address_that_it_is_from(
    postbox: Postbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "DEFAULT_FROM_EMAIL", "Kiln & Sons <hello@kiln.example>")
    _queue("receipt:1")
    run_until_empty()
    assert postbox.senders == ["hello@kiln.example"]


def test_a_mail_that_is_refused_is_tried_again_later(postbox: Postbox) -> None:
    postbox.is_full = True
    _queue("receipt:1")
    run_until_empty()
    kept = OutgoingMail.objects.get()
    assert (kept.state, "no room" in kept.problem) == (OutgoingMail.State.FAILED, True)
    postbox.is_full = False
    with clock.at(clock.in_(hours=2)):
        run_until_empty()
    assert len(postbox.taken) == 1
    assert OutgoingMail.objects.get().state == OutgoingMail.State.SENT


def test_a_mail_goes_only_with_its_transaction(postbox: Postbox) -> None:
    with pytest.raises(RuntimeError), transaction.atomic():
        mail.queue(key="x", to="ann@example.org", letter=LETTER)
        raise RuntimeError
    run_until_empty()
    assert not postbox.taken
