"""Who asks: a person's browser, or a program that goes through pages by itself.

Known crawlers are those that crawlerdetect lists (the list of JayBizzle's Crawler-Detect, which
many keep up to date). A program that says it is a browser is counted as one; nobody can tell.
"""

from __future__ import annotations

from functools import lru_cache

from crawlerdetect import CrawlerDetect

LONGEST = 400  # characters that are looked at


@lru_cache(maxsize=4096)
def is_person(agent: str) -> bool:
    """Tell whether a User-Agent is a browser's; a missing one is not."""
    return bool(agent) and not CrawlerDetect(user_agent=agent).is_crawler()
