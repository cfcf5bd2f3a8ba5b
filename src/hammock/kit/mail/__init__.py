"""Mail: written into the transaction that made it necessary, sent by a job.

`compose` renders a pair of templates (MJML and plain text), `queue` keeps the mail under a key,
`send` hands it to Django's mail backend. A mail whose sender died between handing over and noting
it is handed over again with the same Message-ID, by which servers and readers know the twin.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import unescape
from typing import Any

import mrml
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string

from hammock.kit import clock, jobs

FORGOTTEN = "erased@erased.invalid"


@dataclass(frozen=True, kw_only=True)
class Attachment:
    """A small file that goes with a mail."""

    name: str
    content_type: str
    content: bytes


@dataclass(frozen=True, kw_only=True)
class Letter:
    """What a mail says: subject, plain text, HTML."""

    subject: str
    text: str
    html: str


def compose(template: str, context: Mapping[str, Any]) -> Letter:
    """Render `template`.mjml, whose title is the subject, and its plain twin `template`.txt."""
    page = render_to_string(f"{template}.mjml", dict(context))
    made = mrml.to_html(page, None, mrml.RenderOptions(fonts={}))  # else it links web fonts
    text = render_to_string(f"{template}.txt", dict(context))
    subject = unescape(made.title or "")
    return Letter(subject=" ".join(subject.split()), text=text.strip() + "\n", html=made.content)


def queue(
    *,
    key: str,
    to: str,
    letter: Letter,
    attachments: Sequence[Attachment] = (),
    forgets: bool = False,
) -> bool:
    """Keep the mail and queue its sending in the caller's transaction; False if `key` is known.

    With `forgets`, address and text are erased once it is sent.
    """
    from hammock.kit.mail.models import OutgoingMail
    from hammock.kit.prepared import add_once

    kept = OutgoingMail(
        key=key,
        to=to,
        subject=letter.subject[:200],
        text=letter.text,
        html=letter.html,
        attachments=[_packed(attachment) for attachment in attachments],
        forgets=forgets,
    )
    if not add_once(kept):
        return False
    jobs.enqueue("send_mail", mail_id=kept.pk)
    return True


def requeue(*, mail_id: int) -> bool:
    """Set a failed mail back to queued, in the caller's transaction; False if it had not failed."""
    from hammock.kit.mail.models import OutgoingMail

    failed = OutgoingMail.objects.filter(id=mail_id, state=OutgoingMail.State.FAILED)
    return bool(failed.update(state=OutgoingMail.State.QUEUED, problem=""))


def send(*, mail_id: int) -> None:
    """Hand the mail to the mail server unless it is sent; the server's refusal raises."""
    from hammock.kit.mail import queries
    from hammock.kit.mail.models import OutgoingMail
    from hammock.kit.prepared import change

    (kept,) = queries.kept(mail_id=mail_id)
    if kept.state == OutgoingMail.State.SENT:
        return
    message = EmailMultiAlternatives(
        subject=kept.subject,
        body=kept.text,
        from_email=settings.DEFAULT_FROM_EMAIL,
        to=[kept.to],
        headers={"Message-ID": f"<{kept.pk}.{kept.queued_at:%Y%m%d%H%M%S}@{_domain()}>"},
    )
    if kept.html:
        message.attach_alternative(kept.html, "text/html")
    for packed in kept.attachments:
        message.attach(packed["name"], base64.b64decode(packed["content"]), packed["content_type"])
    try:
        message.send()
    except OSError as error:  # smtplib's errors are OSErrors
        kept.state, kept.problem = OutgoingMail.State.FAILED, str(error)
        change(kept, "state", "problem")
        raise
    kept.state, kept.sent_at, kept.problem = OutgoingMail.State.SENT, clock.now(), ""
    if kept.forgets:
        OutgoingMail.objects.filter(id=mail_id).update(**_forgotten(), sent_at=kept.sent_at)
    else:
        change(kept, "state", "sent_at", "problem")


def forget(*, to: str) -> int:
    """Erase address, subject and text of every mail to the address that is not on its way.

    In the caller's transaction; tells how many. What waits to be sent is erased unsent, save a mail
    that forgets itself.
    """
    from hammock.kit.mail.models import OutgoingMail

    return OutgoingMail.objects.filter(to=to, forgets=False).update(**_forgotten())


def _forgotten() -> dict[str, Any]:
    from hammock.kit.mail.models import OutgoingMail

    return {
        "to": FORGOTTEN,
        "subject": "(erased)",
        "text": "",
        "html": "",
        "attachments": [],
        "problem": "",
        "state": OutgoingMail.State.SENT,
    }


def _packed(attachment: Attachment) -> dict[str, str]:
    return {
        "name": attachment.name,
        "content_type": attachment.content_type,
        "content": base64.b64encode(attachment.content).decode(),
    }


def _domain() -> str:
    return str(settings.DEFAULT_FROM_EMAIL).rpartition("@")[2].rstrip(">") or "localhost"
