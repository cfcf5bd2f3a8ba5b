"""A partner answers a check-in by mail, through a real mailbox: once, and nobody else can."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from email.message import EmailMessage
from typing import Any

import pytest
from django.db import transaction

from hammock.departments.team.models import CheckIn, Member
from hammock.flows import fetch_mail as fetching
from hammock.flows.check_week import check_week
from hammock.flows.fetch_mail import fetch_mail
from hammock.flows.keep_promise import answer_check_in, name_partner
from hammock.flows.try_again import retry_mail
from hammock.kit import clock, mail
from hammock.kit.facts.models import Fact
from hammock.kit.inbox.models import InboxMessage
from hammock.kit.jobs.worker import run_until_empty
from hammock.kit.mail import Letter
from hammock.kit.mail.models import OutgoingMail, ShutMailbox
from hammock.kit.mailbox import LARGEST, MailboxRefused, Opened
from tests import bounces
from tests.clocks import FrozenClock
from tests.mailboxes import Server

WORDS = "Smaller steps, please."


class Died(BaseException):
    """The process is gone."""


@pytest.fixture
def asked(
    shop: object, mailbox: Server, frozen_clock: FrozenClock, mailoutbox: list[Any]
) -> EmailMessage:
    """The check-in as it was really sent to Pia, and the clock on its Monday."""
    owner = Member.objects.create_owner(email="owner@example.org", name="Olga Owner")
    name_partner(member_id=owner.pk, name="Pia Partner", email="pia@example.org")
    frozen_clock.move_to(datetime(2026, 3, 16, 6, 0, tzinfo=UTC))
    check_week()
    run_until_empty()
    (sent,) = mailoutbox
    assert "Answer this mail" in sent.body
    message: EmailMessage = sent.message()
    return message


def _answer(
    asked: EmailMessage,
    words: str = WORDS,
    *,
    message_id: str = "<one@pia.example>",
    headers: Mapping[str, str] | None = None,
) -> bytes:
    answer = EmailMessage()
    answer["From"] = "Pia <pia@example.org>"
    answer["Subject"] = f"Re: {asked['Subject']}"
    answer["Message-ID"] = message_id
    for name, value in ({"In-Reply-To": asked["Message-ID"]} | dict(headers or {})).items():
        answer[name] = value
    answer.set_content(f"{words}\n\nOn Mon, Kiln <hello@kiln.example> wrote:\n> Kept: nothing\n")
    return answer.as_bytes()


def _look() -> int:
    taken = fetch_mail()
    run_until_empty()
    return taken


def test_the_answer_is_kept_without_what_it_quotes(asked: EmailMessage, mailbox: Server) -> None:
    mailbox.put(_answer(asked))
    assert _look() == 1
    check_in = CheckIn.objects.get()
    assert (check_in.answer, check_in.answered_by) == (WORDS, "Pia Partner")
    assert Fact.objects.filter(name="CheckInAnswered").count() == 1
    assert mailbox.unread() == 0
    kept = InboxMessage.objects.get(source="mail")
    assert (kept.content, kept.handled_at is not None) == ({}, True)


def test_the_timetables_job_fetches_it_and_lives_through_a_closed_mailbox(
    asked: EmailMessage, mailbox: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    from hammock.jobs.mailing import fetch_mail as job

    mailbox.put(_answer(asked))
    monkeypatch.setenv("SSL_CERT_FILE", "")  # nobody vouches for the server
    with pytest.raises(MailboxRefused, match="certificate"):
        fetch_mail()
    began = clock.now()
    with transaction.atomic():
        job.enqueue()
    with clock.at(clock.in_(hours=1)):
        run_until_empty()
    assert not CheckIn.objects.get().answer
    shut = ShutMailbox.objects.get()
    assert (shut.since, "certificate" in shut.problem) == (began, True)
    assert mailbox.mailbox.password not in shut.problem
    monkeypatch.setenv("SSL_CERT_FILE", str(mailbox.certificate))
    with transaction.atomic():
        job.enqueue()
    run_until_empty()
    assert CheckIn.objects.get().answer == WORDS
    assert not ShutMailbox.objects.exists()


def test_the_same_mail_counts_once_however_often_it_comes(
    asked: EmailMessage, mailbox: Server
) -> None:
    mailbox.put(_answer(asked))
    mailbox.put(_answer(asked, "The twin with other words."))
    assert _look() == 1
    assert _look() == 0
    assert CheckIn.objects.get().answer == WORDS


def test_a_second_answer_changes_nothing(asked: EmailMessage, mailbox: Server) -> None:
    mailbox.put(_answer(asked))
    mailbox.put(_answer(asked, "On second thoughts", message_id="<two@pia.example>"))
    assert _look() == 2
    assert CheckIn.objects.get().answer == WORDS
    refused = InboxMessage.objects.get(external_id="<two@pia.example>")
    assert refused.content == {"refused": "This check-in was answered already; nothing changed."}


def test_an_answer_by_link_stays_when_a_mail_comes_later(
    asked: EmailMessage, mailbox: Server
) -> None:
    answer_check_in(check_in_id=CheckIn.objects.get().pk, text="By link.", by="Pia Partner")
    mailbox.put(_answer(asked))
    _look()
    assert CheckIn.objects.get().answer == "By link."


@pytest.mark.parametrize(
    "headers",
    [
        {"In-Reply-To": ""},
        {"In-Reply-To": "<1.20260316060000.bm90IGEgc2VhbA@example.org>"},
        {"In-Reply-To": "<1@example.org>"},
        {"Auto-Submitted": "auto-replied"},
        {"Precedence": "bulk"},
    ],
    ids=["answers-nothing", "wrong-seal", "no-seal", "out-of-office", "bulk"],
)
def test_what_is_no_answer_of_a_person_stays_untouched(
    asked: EmailMessage, mailbox: Server, headers: dict[str, str]
) -> None:
    mailbox.put(_answer(asked, headers=headers))
    assert _look() == 0
    assert (CheckIn.objects.get().answer, mailbox.unread()) == ("", 1)
    assert not InboxMessage.objects.filter(source="mail").exists()


def test_a_seal_is_good_for_its_own_mail_only(asked: EmailMessage, mailbox: Server) -> None:
    own = asked["Message-ID"].strip("<>")
    mail_id, rest = own.split(".", 1)
    mailbox.put(_answer(asked, headers={"In-Reply-To": f"<{int(mail_id) + 1}.{rest}>"}))
    assert _look() == 0


def test_the_thread_is_known_by_its_references_too(asked: EmailMessage, mailbox: Server) -> None:
    """Some servers give what they send another Message-ID."""
    references = f"<new@server.example> {asked['References']}"
    headers = {"In-Reply-To": "<new@server.example>", "References": references}
    mailbox.put(_answer(asked, headers=headers))
    assert _look() == 1


def test_an_answer_to_a_mail_that_nobody_listens_for_stays_untouched(
    asked: EmailMessage, mailbox: Server, mailoutbox: list[Any]
) -> None:
    with transaction.atomic():
        mail.queue(key="receipt:1", to="a@b.example", letter=Letter(subject="S", text="T", html=""))
    run_until_empty()
    mailbox.put(_answer(mailoutbox[-1].message()))
    assert _look() == 0
    assert mailbox.unread() == 1


@pytest.mark.parametrize("words", ["", "x" * (LARGEST + 1)], ids=["empty", "too-large"])
def test_an_answer_without_words_is_refused_and_another_may_come(
    asked: EmailMessage, mailbox: Server, words: str
) -> None:
    mailbox.put(_answer(asked, words))
    _look()
    assert CheckIn.objects.get().answered_at is None
    mailbox.put(_answer(asked, message_id="<two@pia.example>"))
    _look()
    assert CheckIn.objects.get().answer == WORDS


def test_an_html_answer_loses_its_tags_and_its_quotation(
    asked: EmailMessage, mailbox: Server
) -> None:
    answer = EmailMessage()
    for name in ("In-Reply-To", "Message-ID"):
        answer[name] = asked["Message-ID"] if name == "In-Reply-To" else "<html@pia.example>"
    answer.set_content(
        "<div>Good <b>work</b> &amp; rest.<br>Pia</div><script>alert(1)</script>"
        "<div>On Mon, Kiln &lt;a@kiln.example&gt; wrote:<br></div><blockquote>Kept</blockquote>",
        subtype="html",
    )
    mailbox.put(answer.as_bytes())
    _look()
    assert CheckIn.objects.get().answer == "Good work & rest.\nPia"


@pytest.mark.parametrize(
    "broken",
    [
        b"\r\n\r\n",
        b"From: a\xff <b>\r\nDate: never\r\nSubject: =?bogus?q?x?=\r\n\r\n\xff\xfe",
        b"Content-Type: multipart/mixed\r\n\r\nno boundary",
        b"Message-ID: <\xff@x>\r\nReferences: \xff\xfe <a\r\n\r\nx",
    ],
)
def test_a_broken_mail_does_not_stop_those_behind_it(
    asked: EmailMessage, mailbox: Server, broken: bytes
) -> None:
    thread = f"In-Reply-To: {asked['Message-ID']}\r\nContent-Type: text/plain; charset=nonsense\r\n"
    mailbox.put(broken)
    mailbox.put(thread.encode() + broken)
    mailbox.put(_answer(asked))
    _look()
    assert CheckIn.objects.get().answered_at is not None


def test_a_turn_looks_at_so_many_and_the_next_goes_on(
    asked: EmailMessage, mailbox: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetching, "MOST", 2)
    for number in range(3):
        mailbox.put(
            _answer(asked, message_id=f"<{number}@x.example>", headers={"In-Reply-To": "<n@o>"})
        )
    mailbox.put(_answer(asked))
    assert [_look(), _look(), _look()] == [0, 1, 0]


def test_a_death_before_the_mark_neither_loses_nor_doubles_an_answer(
    asked: EmailMessage, mailbox: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    mailbox.put(_answer(asked))

    def die(*_args: object, **_kwargs: object) -> None:
        raise Died

    with monkeypatch.context() as dying:
        dying.setattr(mail, "take", die)
        with pytest.raises(Died):
            fetch_mail()
    assert not InboxMessage.objects.filter(source="mail").exists()
    with monkeypatch.context() as dying:
        dying.setattr(Opened, "mark_read", die)
        with pytest.raises(Died):
            fetch_mail()
    assert _look() == 0  # it was kept before the death
    assert CheckIn.objects.get().answer == WORDS
    assert OutgoingMail.objects.count() == 1


def test_without_a_mailbox_nothing_is_looked_for(
    asked: EmailMessage, mailbox: Server, settings: Any
) -> None:
    settings.INBOX = None
    mailbox.put(_answer(asked))
    assert fetch_mail() == 0
    assert mailbox.unread() == 1


def _kept() -> OutgoingMail:
    return OutgoingMail.objects.get()


@pytest.mark.parametrize("returns", ["message/rfc822", "text/rfc822-headers"])
def test_a_mail_that_came_back_is_noted_with_the_reason(
    asked: EmailMessage, mailbox: Server, returns: str
) -> None:
    mailbox.put(bounces.report(asked, returns=returns))
    with clock.at(clock.in_(minutes=5)):
        assert _look() == 1
        assert _kept().bounced_at == clock.now()
    assert (_kept().state, "User unknown" in _kept().problem) == ("bounced", True)
    assert "pia@example.org" not in _kept().problem
    assert mailbox.unread() == 0
    assert CheckIn.objects.get().answered_at is None
    mail.send(mail_id=_kept().pk)  # a job that runs again does not send it again
    assert _kept().state == "bounced"


@pytest.mark.parametrize(
    "returned",
    [
        "",
        "<1@example.org>",
        "<1.260316060000.bm90IGEgc2VhbA@example.org>",
        "<\N{SUPERSCRIPT TWO}.260316060000.x@example.org>",
    ],
    ids=["none", "no-seal", "wrong-seal", "no-number"],
)
def test_a_forged_bounce_changes_nothing(
    asked: EmailMessage, mailbox: Server, returned: str
) -> None:
    own = str(asked["Message-ID"])
    before = OutgoingMail.objects.values().get()
    forged = bounces.report(asked).replace(own.encode(), returned.encode())
    assert own.encode() not in forged
    mailbox.put(forged)
    assert _look() == 0
    assert OutgoingMail.objects.values().get() == before
    assert mailbox.unread() == 1


def test_a_seal_in_a_report_is_good_for_its_own_mail_only(
    asked: EmailMessage, mailbox: Server
) -> None:
    own = str(asked["Message-ID"])
    mail_id, rest = own.strip("<>").split(".", 1)
    other = f"<{int(mail_id) + 1}.{rest}>"
    OutgoingMail.objects.create(
        id=int(mail_id) + 1, key="other", to="b@c.example", subject="S", text="T", state="sent"
    )
    mailbox.put(bounces.report(asked).replace(own.encode(), other.encode()))
    assert _look() == 0
    assert set(OutgoingMail.objects.values_list("state", flat=True)) == {"sent"}


@pytest.mark.parametrize("action", ["delayed", "delivered"])
def test_a_report_that_is_no_failure_stays_untouched(
    asked: EmailMessage, mailbox: Server, action: str
) -> None:
    mailbox.put(bounces.report(asked, action=action))
    assert _look() == 0
    assert (_kept().state, mailbox.unread()) == ("sent", 1)


def test_a_hostile_report_does_not_stop_those_behind_it(
    asked: EmailMessage, mailbox: Server
) -> None:
    nested = b"Content-Type: multipart/report; boundary=x\r\n\r\n--x\r\n" * 60
    mailbox.put(nested + bounces.report(asked))
    mailbox.put(b"Content-Type: multipart/report\r\n\r\n" + b"x" * (LARGEST + 1))
    mailbox.put(bounces.report(asked))
    mailbox.put(_answer(asked))
    assert _look() == 2
    assert _kept().state == "bounced"
    assert CheckIn.objects.get().answer == WORDS


def test_a_mail_that_came_back_is_sent_again_by_hand_and_an_erased_one_is_not(
    asked: EmailMessage, mailbox: Server, mailoutbox: list[Any]
) -> None:
    mailbox.put(bounces.report(asked))
    _look()
    assert retry_mail(mail_id=_kept().pk)
    run_until_empty()
    assert (_kept().state, _kept().bounced_at, len(mailoutbox)) == ("sent", None, 2)
    with transaction.atomic():
        mail.forget(to="pia@example.org")
    mailbox.put(bounces.report(asked, message_id="<two@mail.example>"))
    _look()
    assert (_kept().state, _kept().did_not_arrive) == ("bounced", False)
    assert not retry_mail(mail_id=_kept().pk)
    assert _kept().state == "bounced"
