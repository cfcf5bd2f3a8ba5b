"""By which channel somebody came, and who is a person."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hammock.departments.marketing.rules.agents import is_person
from hammock.departments.marketing.rules.channels import LONGEST, channel_of
from hammock.departments.marketing.rules.shares import share
from tests.visitors import FIREFOX, GOOGLEBOT


@pytest.mark.parametrize(
    ("referrer", "query", "channel"),
    [
        ("", "", "direct"),
        ("", "category=Guides", "direct"),
        ("https://shop.example/blog/", "", "direct"),
        ("https://www.shop.example/blog/", "", "direct"),
        ("https://www.google.de/", "", "search: google"),
        ("https://www.google.co.uk/search?q=x", "", "search: google"),
        ("android-app://com.example.reader/", "", "referral: com.example.reader"),
        ("https://duckduckgo.com/", "", "search: duckduckgo"),
        ("https://search.yahoo.co.jp/x", "", "search: yahoo"),
        ("https://search.brave.com/search?q=secret+words", "", "search: brave"),
        ("https://l.facebook.com/l.php?u=x", "", "social: facebook"),
        ("https://t.co/abc", "", "social: x"),
        ("https://old.reddit.com/r/x", "", "social: reddit"),
        ("https://mastodon.social/@x", "", "social: mastodon"),
        ("https://a.blog.example/some/private/path?token=1", "", "referral: a.blog.example"),
        ("https://google.evil.example/", "", "referral: google.evil.example"),
        ("https://notgoogle.com/", "", "referral: notgoogle.com"),
        ("https://[broken", "", "referral: other"),
        ("nonsense", "", "referral: other"),
        ("https://t.co/", "utm_source=News&utm_campaign=Spring+1", "campaign: news, spring 1"),
        ("", "utm_source=news", "campaign: news"),
        ("", "utm_campaign=spring", "campaign: other, spring"),
        ("", "utm_source=ann@example.org", "direct"),
        ("", "utm_source=news&utm_campaign=4915112345678", "campaign: news"),
        ("", "utm_medium=email", "direct"),
    ],
)  # fmt: skip
def test_a_channel_is_named_after_where_somebody_came_from(
    referrer: str, query: str, channel: str
) -> None:
    assert channel_of(referrer=referrer, query=query, own_host="shop.example:8000") == channel


@given(referrer=st.text(max_size=300), query=st.text(max_size=300), own_host=st.text(max_size=50))
def test_whatever_a_browser_sends_a_channel_is_short_and_names_nobody(
    referrer: str, query: str, own_host: str
) -> None:
    found = channel_of(referrer=referrer, query=f"utm_source={query}", own_host=own_host)
    assert 0 < len(found) <= LONGEST
    assert "@" not in found
    assert "://" not in found


@pytest.mark.parametrize(
    "agent",
    [
        "",
        GOOGLEBOT,
        "Mozilla/5.0 AppleWebKit/537.36 (compatible; GPTBot/1.2; +https://openai.com/gptbot)",
        "facebookexternalhit/1.1",
        "python-urllib3/2.5.0",
        "curl/8.5.0",
        "Go-http-client/2.0",
        "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 HeadlessChrome/124.0 Safari/537.36",
    ],
)  # fmt: skip
def test_programs_that_say_so_are_no_persons(agent: str) -> None:
    assert not is_person(agent)


@pytest.mark.parametrize(
    "agent",
    [
        FIREFOX,
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/124.0 Safari/537.36",
        "Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) AppleWebKit/605.1 Safari/604.1",
        "Mozilla/5.0 (Linux; Android 9; CUBOT X19) AppleWebKit/537.36 Chrome/90 Safari/537.36",
    ],
)  # fmt: skip
def test_browsers_are_persons_also_on_a_telephone_called_cubot(agent: str) -> None:
    assert is_person(agent)


def test_a_share_of_few_is_not_sure_and_of_nothing_is_none() -> None:
    few, many = share(hits=2, of=100), share(hits=200, of=10_000)
    assert few is not None
    assert many is not None
    assert few.low < 0.02 < few.high
    assert few.high - few.low > 5 * (many.high - many.low)
    none = share(hits=0, of=50)
    assert none is not None
    assert (none.low, none.value) == (0.0, 0.0)
    assert none.high == pytest.approx(1.6449**2 / (50 + 1.6449**2))
    assert share(hits=0, of=0) is None
    assert share(hits=3, of=2) is None
