"""Who came by in the sample's half year: counted by the same gatherer as real browsers are."""

from __future__ import annotations

import random
from dataclasses import dataclass
from itertools import count
from urllib.parse import urlencode

from hammock.departments.catalogue import shelf
from hammock.departments.marketing.gathering import Environ, Gathered, Gatherer
from hammock.departments.marketing.pages import PostPage
from hammock.doors.commands import sample
from hammock.flows.count_visits import count_visits, forget_visitors
from hammock.kit import clock

AGENT = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
SEARCH = 0.06  # the share of visits that search
SPIKE = 0.62  # how far the half year was when somebody wrote about the shop
SPIKE_VISITS = 700


@dataclass(frozen=True, kw_only=True)
class Way:
    """A way to the shop; how many of those who look, and of those who buy, come by it."""

    referrer: str
    looks: int
    buys: int
    query: str = ""


WAYS = (
    Way(referrer="", looks=28, buys=30),
    Way(referrer="https://www.google.com/", looks=34, buys=26),
    Way(referrer="https://duckduckgo.com/", looks=5, buys=5),
    Way(referrer="https://www.ecosia.org/", looks=2, buys=2),
    Way(referrer="https://www.instagram.com/", looks=11, buys=5),
    Way(referrer="https://www.pinterest.com/pin/1/", looks=8, buys=3),
    Way(referrer="https://harbourmakers.example/links", looks=6, buys=8),
    Way(
        referrer="",
        looks=6,
        buys=21,
        query="utm_source=newsletter&utm_campaign=monthly&utm_medium=e",
    ),
)
WRITTEN_ABOUT = Way(referrer="https://www.reddit.com/r/somethingimade/", looks=0, buys=0)


class Street:
    """The street before the shop; the same seed brings the same people."""

    def __init__(self, *, seed: int, days: int) -> None:
        self._chance = random.Random(seed + 1)  # noqa: S311 - a story, not a secret
        self._days = days
        self._gatherer = Gatherer()
        self._numbers = count()
        self._words = (sample.FOLDER / "searches.txt").read_text(encoding="utf-8").splitlines()
        self._found: dict[str, int] = {}
        products = shelf.on_sale().order_by("position", "id")
        self._pages = [
            *("/", "/", "/products/"),
            *(shelf.product_url(product) for product in products),
            *(f"/blog/{slug}/" for slug in PostPage.objects.live().values_list("slug", flat=True)),
        ]

    def open(self) -> None:
        """Begin today."""
        today = clock.today()
        self._gatherer.begin(today, secret=today.isoformat().encode())
        count_visits(Gathered(day=today))

    def buyer(self) -> str | None:
        """Let somebody come who will buy; tells by which channel."""
        (way,) = self._chance.choices(WAYS, [way.buys for way in WAYS])
        came = self._come(way)
        visitor = self._gatherer.visitor(came)
        return None if visitor is None else self._gatherer.channel(visitor)

    def close(self, *, day: int) -> None:
        """Let the day's others have looked, and write the day down."""
        chance, progress = self._chance, day / self._days
        weekend = 0.75 if clock.today().weekday() >= 5 else 1.0
        usual = (35 + 85 * progress) * weekend
        for way in chance.choices(
            WAYS,
            [way.looks for way in WAYS],
            k=max(0, round(chance.gauss(usual, usual**0.5 * 1.6))),
        ):
            self._look(way)
        if day == int(SPIKE * self._days):
            for _ in range(SPIKE_VISITS):
                self._look(WRITTEN_ABOUT)
        for one in self._gatherer.gathered():
            count_visits(one)
        forget_visitors()

    def _look(self, way: Way) -> None:
        came = self._come(way)
        if self._chance.random() < SEARCH:
            words = self._words[self._place()]
            if words not in self._found:
                self._found[words] = shelf.matching(shelf.on_sale(), words).count()
            searched = {**came, "PATH_INFO": "/products/", "QUERY_STRING": urlencode({"q": words})}
            self._gatherer.see(searched, found=self._found[words])

    def _place(self) -> int:
        """Draw a search: some often, most now and then."""
        drawn = int(self._chance.paretovariate(0.6) * 7) + self._chance.randrange(-6, 7)
        if not 0 <= drawn < len(self._words):
            return self._chance.randrange(len(self._words))
        return drawn

    def _come(self, way: Way) -> Environ:
        number = next(self._numbers)
        came = {
            "REQUEST_METHOD": "GET",
            "PATH_INFO": self._chance.choice(self._pages),
            "QUERY_STRING": way.query,
            "REMOTE_ADDR": f"10.{number >> 16}.{number >> 8 & 255}.{number & 255}",
            "HTTP_USER_AGENT": AGENT,
            "HTTP_REFERER": way.referrer,
        }
        self._gatherer.see(came)
        return came
