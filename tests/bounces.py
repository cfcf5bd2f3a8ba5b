"""Reports of failed deliveries as mail servers write them, for the mails of a test."""

from __future__ import annotations

from email.message import Message

STATUS = """Reporting-MTA: dns; mail.example
Arrival-Date: Mon, 16 Mar 2026 06:00:00 +0000

Final-Recipient: rfc822; {to}
Action: {action}
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 <{to}>: Recipient
 address rejected: User unknown
"""


def report(
    sent: Message,
    *,
    action: str = "failed",
    returns: str = "message/rfc822",
    message_id: str = "<report@mail.example>",
) -> bytes:
    """Write what a server answers to a mail: in words, in fields, and with what it returns."""
    whole = returns == "message/rfc822"
    returned = sent.as_string() if whole else _head(sent)
    lines = (
        "From: Mail Delivery System <MAILER-DAEMON@mail.example>",
        "Subject: Undelivered Mail Returned to Sender",
        f"Message-ID: {message_id}",
        "Auto-Submitted: auto-replied",
        "MIME-Version: 1.0",
        'Content-Type: multipart/report; report-type=delivery-status; boundary="cut"',
        "",
        "--cut",
        "Content-Type: text/plain",
        "",
        "I am sorry to have to inform you that your message could not be delivered.",
        "--cut",
        "Content-Type: message/delivery-status",
        "",
        STATUS.format(to=sent["To"], action=action),
        "--cut",
        f"Content-Type: {returns}",
        "",
        returned,
        "--cut--",
        "",
    )
    return "\n".join(lines).replace("\n", "\r\n").encode()


def _head(sent: Message) -> str:
    return "".join(f"{name}: {value}\n" for name, value in sent.items())
