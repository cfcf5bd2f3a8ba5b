"""The hosted page on which the buyer pays: a form with a card number."""

from __future__ import annotations

from html import escape
from typing import Any

from tests.stripe_stand_in.state import CAREFUL_CARD, GOOD_CARD

_PAGE = """<!doctype html><html lang="en"><meta charset="utf-8">
<meta name="viewport" content="width=device-width"><title>Pay</title>
<body style="font:18px/1.5 system-ui;max-width:28rem;margin:2rem auto;padding:0 1rem">{}</body>"""


def pay_page(session: dict[str, Any], *, problem: str = "") -> str:
    """Show what is to be paid, and ask for a card."""
    lines = "".join(
        f"<li>{escape(line['product_data']['name'])}: {line['unit_amount'] * line['n']}"
        for line in session["_lines"]
    )
    total = f"{session['amount_total']} {session['currency'].upper()} (minor units)"
    said = f"<p role='alert'>{escape(problem)}</p>" if problem else ""
    return _PAGE.format(
        f"<h1>Stand-in payment page</h1><ul>{lines}</ul><p>Total {escape(total)}</p>{said}"
        f"<form method='post'><label>Card number <input name='card' value='{GOOD_CARD}'></label> "
        "<button>Pay</button></form>"
        f"<p><a href='{escape(session['cancel_url'] or '')}'>Give up</a></p>"
    )


def bank_page() -> str:
    """Ask, as the buyer's bank, whether it is really them."""
    return _PAGE.format(
        "<h1>Your bank asks: is it you?</h1><form method='post'>"
        f"<input type='hidden' name='card' value='{CAREFUL_CARD}'>"
        "<button name='bank' value='yes'>Complete</button> "
        "<button name='bank' value='no'>Fail</button></form>"
    )


def closed_page() -> str:
    """Say that nobody can pay here any more."""
    return _PAGE.format("<h1>This page is closed</h1><p>Nothing was taken from your card.</p>")
