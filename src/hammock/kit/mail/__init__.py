"""Mail: written into the transaction that made it necessary, sent by a job.

`compose` renders a pair of templates (MJML and plain text), `queue` keeps the mail under a key,
`send` hands it to Django's mail backend. A mail whose sender died between handing over and noting
it is handed over again with the same Message-ID, by which servers and readers know the twin.

That Message-ID is sealed, so an answer to a mail proves which one it answers: `take` keeps what
came into the house's mailbox and queues the job that `on_answer` named for the key of that mail. It
also proves which mail came back (`bounce`).
"""

from __future__ import annotations

import base64
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from email.mime.image import MIMEImage
from html import unescape
from typing import TYPE_CHECKING, Any

import mrml
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string

from hammock.kit import clock, inbox, jobs, links, turns
from hammock.kit.mailbox import Arrived

if TYPE_CHECKING:
    from hammock.kit.mail.models import OutgoingMail

FORGOTTEN = "erased@erased.invalid"
_ANSWERS = "answers-a-mail"
_ANSWERED_BY: dict[str, str] = {}


@dataclass(frozen=True, kw_only=True)
class Attachment:
    """A small file that goes with a mail; with `content_id` its HTML shows it as `cid:…`."""

    name: str
    content_type: str
    content: bytes
    content_id: str = ""


@dataclass(frozen=True, kw_only=True)
class Letter:
    """What a mail says: subject, plain text, HTML, and the pictures that its HTML shows."""

    subject: str
    text: str
    html: str
    pictures: Sequence[Attachment] = ()


def compose(template: str, context: Mapping[str, Any]) -> Letter:
    """Render `template`.mjml, whose title is the subject, and its plain twin `template`.txt."""
    page = render_to_string(f"{template}.mjml", dict(context))
    made = mrml.to_html(page, None, mrml.RenderOptions(fonts={}))  # else it links web fonts
    text = render_to_string(f"{template}.txt", dict(context))
    subject = unescape(made.title or "")
    # In lines that mail allows it goes as it is: one of more than 998 bytes is written anew by
    # `quopri`, which takes as long as all else of a mail. Before a cell a line's end shows nowhere.
    html = made.content.replace("<td", "\n<td")
    return Letter(subject=" ".join(subject.split()), text=text.strip() + "\n", html=html)


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
        attachments=[_packed(one) for one in (*letter.pictures, *attachments)],
        forgets=forgets,
    )
    if not add_once(kept):
        return False
    jobs.enqueue("send_mail", mail_id=kept.pk)
    return True


def requeue(*, mail_id: int) -> bool:
    """Set a mail that did not arrive back to queued, in the caller's transaction; False for others.

    One that is erased stays so.
    """
    from hammock.kit.mail.models import OutgoingMail

    state = OutgoingMail.State
    lost = OutgoingMail.objects.filter(id=mail_id, state__in=(state.FAILED, state.BOUNCED))
    again = lost.exclude(text="")
    return bool(again.update(state=state.QUEUED, problem="", bounced_at=None))


def send(*, mail_id: int) -> None:
    """Hand the mail to the mail server unless it was sent; the server's refusal raises."""
    from hammock.kit.mail import queries
    from hammock.kit.mail.models import OutgoingMail
    from hammock.kit.prepared import change

    (kept,) = queries.kept(mail_id=mail_id)
    if kept.state in {OutgoingMail.State.SENT, OutgoingMail.State.BOUNCED}:
        return
    own_id = f"<{_message_id(kept)}>"
    message = EmailMultiAlternatives(
        subject=kept.subject,
        body=kept.text,
        from_email=settings.DEFAULT_FROM_EMAIL,
        to=[kept.to],
        # Some servers give a mail another Message-ID; what answers it quotes its References too.
        headers={"Message-ID": own_id, "References": own_id},
    )
    if kept.html:
        message.attach_alternative(kept.html, "text/html")
    for packed in kept.attachments:
        _attach(message, packed)
    try:
        with turns.waiting():
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
        "bounced_at": None,
        "state": OutgoingMail.State.SENT,
    }


def standing_alone(html: str, *, pictures: Mapping[str, str]) -> str:
    """Give a mail's HTML with its pictures (content id → PNG in base64) within it."""
    for content_id, content in pictures.items():
        html = html.replace(f"cid:{content_id}", f"data:image/png;base64,{content}")
    return html


def _attach(message: EmailMultiAlternatives, packed: Mapping[str, str]) -> None:
    content, kind = base64.b64decode(packed["content"]), packed["content_type"]
    if not packed.get("content_id"):
        message.attach(packed["name"], content, kind)
        return
    picture = MIMEImage(content, kind.rpartition("/")[2], name=packed["name"])
    picture.add_header("Content-ID", f"<{packed['content_id']}>")
    picture.add_header("Content-Disposition", "inline", filename=packed["name"])
    message.mixed_subtype = "related"  # type: ignore[attr-defined]  # missing in the stubs
    message.attach(picture)


def _packed(attachment: Attachment) -> dict[str, str]:
    return {
        "name": attachment.name,
        "content_type": attachment.content_type,
        "content_id": attachment.content_id,
        "content": base64.b64encode(attachment.content).decode(),
    }


def on_answer(prefix: str, *, job: str) -> None:
    """Let `job` handle the answers to mails whose key begins with this word and a colon."""
    _ANSWERED_BY[prefix] = job


def answered(arrived: Arrived) -> str | None:
    """Tell the key of the mail of ours that this one answers and a job handles; else None."""
    from hammock.kit.mail.models import OutgoingMail

    for mail_id in _ours(arrived.answers):
        key = OutgoingMail.objects.filter(pk=mail_id).values_list("key", flat=True).first()
        if key is not None and key.partition(":")[0] in _ANSWERED_BY:
            return str(key)
    return None


def take(arrived: Arrived, *, key: str, words: str) -> bool:
    """Keep an answer and queue its handling in the caller's transaction; False if it is known."""
    message = inbox.keep(
        source="mail",
        external_id=arrived.message_id,
        kind=key,
        content={"from": arrived.sender, "words": words},
    )
    if message is None:
        return False
    jobs.enqueue(_ANSWERED_BY[key.partition(":")[0]], message_id=message.pk)
    return True


def bounce(message_ids: Iterable[str], *, reason: str) -> bool:
    """Note in the caller's transaction that a sent mail came back; False where none is named.

    Only a Message-ID that the house sealed names one.
    """
    from hammock.kit.mail.models import OutgoingMail

    named = next(_ours(message_ids), None)
    if named is None:
        return False
    sent = OutgoingMail.objects.filter(pk=named, state=OutgoingMail.State.SENT)
    return bool(
        sent.update(state=OutgoingMail.State.BOUNCED, problem=reason, bounced_at=clock.now())
    )


def note_shut(*, mailbox: str, problem: str) -> None:
    """Note in the caller's transaction that the mailbox did not open, and what it said."""
    from hammock.kit.mail.models import ShutMailbox

    ShutMailbox.objects.update_or_create(mailbox=mailbox, defaults={"problem": problem})


def note_open() -> None:
    """Note in the caller's transaction that the mailbox was read."""
    from hammock.kit.mail.models import ShutMailbox

    ShutMailbox.objects.all().delete()


def _ours(message_ids: Iterable[str]) -> Iterator[int]:
    """Give the number of each mail that is named by a Message-ID with our seal."""
    for message_id in message_ids:
        mail_id, at, mark = [*message_id.partition("@")[0].split("."), "", ""][:3]
        if mail_id.isdecimal() and links.is_sealed(_ANSWERS, f"{mail_id}.{at}", mark):
            yield int(mail_id)


def _message_id(kept: OutgoingMail) -> str:
    value = f"{kept.pk}.{kept.queued_at:%y%m%d%H%M%S}"
    return f"{value}.{links.seal(_ANSWERS, value)}@{_domain()}"


def _domain() -> str:
    return str(settings.DEFAULT_FROM_EMAIL).rpartition("@")[2].rstrip(">") or "localhost"
