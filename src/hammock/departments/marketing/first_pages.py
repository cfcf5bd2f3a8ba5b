"""The pages that a new business begins with: true drafts, until the owner writes their own.

Terms and privacy are published from the first day, since the checkout leads to them. They promise
what the program does and say what is still to be written; `unwritten` knows them again.
"""

from __future__ import annotations

from hammock.departments.marketing.actions import PageDraft
from hammock.departments.marketing.pages import ContentPage, HomePage

DRAFT = "This is a draft."
HOME_INTRO = "<p>This shop is being set up. Come back soon.</p>"

ABOUT = PageDraft(
    slug="about",
    title="About",
    summary="Who is behind this shop, and why.",
    body="<p>Write who you are and what you promise. Two honest paragraphs are enough.</p>",
    in_menu=True,
)

TERMS = PageDraft(
    slug="terms",
    title="Terms",
    summary="What buyers and shop may expect of each other.",
    body=(
        f"<p><strong>{DRAFT}</strong> The shop is being set up: nothing can be bought here "
        "with real money until its owner has written the terms.</p>"
        "<h2>What already holds</h2><ul>"
        "<li>An order is paid once, and its receipt comes by e-mail.</li>"
        "<li>Downloads are ready as soon as the payment has arrived. A link works for a limited "
        "time and a limited number of times; the purchases page makes fresh ones.</li>"
        "<li>A seat in a workshop is confirmed with a calendar file, a service with the day by "
        "which it is done.</li></ul>"
        "<h2>What the owner still has to say</h2><ul>"
        "<li>Who sells, and how they can be reached.</li>"
        "<li>How, and how long, a purchase can be given back.</li>"
        "<li>What buyers may do with what they bought.</li>"
        "<li>Which country's law applies.</li></ul>"
    ),
)

PRIVACY = PageDraft(
    slug="privacy",
    title="Privacy",
    summary="What the shop keeps about its buyers, and why.",
    body=(
        f"<p><strong>{DRAFT}</strong> It says what the program does; its owner still has "
        "to say who answers for it and how long things are kept.</p>"
        "<h2>When you buy</h2>"
        "<p>The shop keeps your e-mail address, name and country, what you bought, when and for "
        "how much: to deliver it, to send the receipt, and because accounts have to be kept. The "
        "number of your card goes to the payment partner alone.</p>"
        "<h2>When you look around</h2>"
        "<p>One cookie remembers your cart, and one that you opened your purchases. Pages, "
        "pictures and fonts come from this shop alone.</p>"
        "<p>The shop counts how many people come, from which site, and what they search for in it, "
        "without a cookie. A number made of your address, your browser's name and a secret of that "
        "day keeps you from being counted twice; it is deleted the day after, and the address "
        "itself is not kept. Of an order the shop keeps by which way its buyer came.</p>"
        "<h2>Your rights</h2>"
        "<p>Ask what is kept about you, have it corrected or handed over, and have deleted what "
        "need not be kept. Answering any mail of this shop is enough.</p>"
    ),
)


def unwritten() -> list[str]:
    """Name the pages that a shop must not sell with: not there, or still as they came."""
    home = ["Front page"] if HomePage.objects.filter(intro=HOME_INTRO).exists() else []
    return home + [draft.title for draft in (TERMS, PRIVACY) if not _is_written(draft)]


def _is_written(draft: PageDraft) -> bool:
    """Tell whether a page is the owner's: drafts of every version say what they are."""
    own = ContentPage.objects.live().filter(slug=draft.slug).exclude(body__contains=DRAFT)
    return bool(own.exists())
