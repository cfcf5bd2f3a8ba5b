"""By which channel somebody came: read from the page that led here and from the link's own marks.

A channel is one short text: `direct`, `search: google`, `social: reddit`, `referral: blog.example`
or `campaign: newsletter, spring`. What its link says of itself (utm_source, utm_campaign) goes
before where it stood.
"""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import parse_qs, urlsplit

from hammock.departments.marketing.rules.searches import kept_words

DIRECT = "direct"
OTHER = "other"
LONGEST = 100  # characters of a channel
LONGEST_PART = 40  # characters of one of its parts
_HOST = re.compile(r"[a-z0-9.-]+")

# A site's name, or its name with a dot behind where it has many endings (google.de, google.co.uk).
SEARCH_ENGINES = {
    "google.": "google",
    "bing.com": "bing",
    "duckduckgo.com": "duckduckgo",
    "search.yahoo.": "yahoo",
    "yahoo.": "yahoo",
    "ecosia.org": "ecosia",
    "startpage.com": "startpage",
    "qwant.com": "qwant",
    "search.brave.com": "brave",
    "kagi.com": "kagi",
    "yandex.": "yandex",
    "baidu.com": "baidu",
    "metager.de": "metager",
    "swisscows.com": "swisscows",
    "search.naver.com": "naver",
    "seznam.cz": "seznam",
}
SOCIAL_SITES = {
    "facebook.com": "facebook",
    "instagram.com": "instagram",
    "threads.net": "threads",
    "threads.com": "threads",
    "t.co": "x",
    "twitter.com": "x",
    "x.com": "x",
    "linkedin.com": "linkedin",
    "lnkd.in": "linkedin",
    "reddit.com": "reddit",
    "pinterest.": "pinterest",
    "youtube.com": "youtube",
    "youtu.be": "youtube",
    "tiktok.com": "tiktok",
    "bsky.app": "bluesky",
    "mastodon.": "mastodon",
    "mastodon.social": "mastodon",
    "t.me": "telegram",
    "whatsapp.com": "whatsapp",
    "discord.com": "discord",
    "tumblr.com": "tumblr",
    "vk.com": "vk",
}


def channel_of(*, referrer: str, query: str, own_host: str) -> str:
    """Name the channel of a page's first view.

    `referrer` is the address that led here, `query` the page's own query, `own_host` the shop's:
    a page of its own leads nowhere new, so it is direct.
    """
    if "utm_" in query:
        campaign = _campaign(query)
        if campaign:
            return campaign
    if not referrer:
        return DIRECT
    host = host_of(referrer)
    if host is None:
        return f"referral: {OTHER}"
    if host == own_host.partition(":")[0].lower().removeprefix("www."):
        return DIRECT
    return _of_site(host)


def host_of(address: str) -> str | None:
    """Read the site of an address, without `www.`; None where there is none that can be kept."""
    try:
        host = (urlsplit(address).hostname or "").removeprefix("www.")
    except ValueError:
        return None
    return host if _HOST.fullmatch(host) and len(host) <= 60 else None


@lru_cache(maxsize=1024)
def _of_site(host: str) -> str:
    for kind, known in (("search", SEARCH_ENGINES), ("social", SOCIAL_SITES)):
        name = _known(host, known)
        if name:
            return f"{kind}: {name}"
    return f"referral: {host}"


def _known(host: str, sites: dict[str, str]) -> str:
    """Find a site by its name, or by the name of the site that it belongs to."""
    labels = host.split(".")
    for at in range(len(labels)):
        rest = ".".join(labels[at:])
        if rest in sites:
            return sites[rest]
        # Many endings: the name, then one or two short labels such as `de` or `co.uk`.
        ending = labels[at + 1 :]
        if len(ending) in {1, 2} and all(len(one) <= 3 for one in ending):
            first = f"{labels[at]}."
            if first in sites:
                return sites[first]
    return ""


def _campaign(query: str) -> str:
    said = parse_qs(query[:2000], max_num_fields=50) if query.count("&") < 50 else {}
    source, name = (kept_words(said.get(key, [""])[0])[:LONGEST_PART] for key in _MARKS)
    if not source and not name:
        return ""
    return f"campaign: {', '.join(filter(None, (source or OTHER, name)))}"[:LONGEST]


_MARKS = ("utm_source", "utm_campaign")
