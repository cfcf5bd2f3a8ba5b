"""Marketing's tables: its page types, and what was counted of visits and searches."""

from __future__ import annotations

from django.db import models

from hammock.departments.marketing.pages import BlogPage, ContentPage, HomePage, PostPage
from hammock.kit import clock

__all__ = [
    "BlogPage",
    "ContentPage",
    "CountedDay",
    "HomePage",
    "PostPage",
    "SearchCount",
    "SeenToday",
    "VisitCount",
]


class CountedDay(models.Model):
    """A day on which visits were counted, also where nobody came; `began_at` is when that began."""

    day = models.DateField(primary_key=True)
    began_at = models.DateTimeField(default=clock.now)

    class Meta:
        """Newest first."""

        ordering = ("-day",)

    def __str__(self) -> str:
        return self.day.isoformat()


class SeenToday(models.Model):
    """A browser that was seen on a day, or a search of one, as a hash that ends with the day.

    It keeps a visit from being counted twice, and tells an order of that day its channel; the rows
    of a day that is over are deleted (`flows/count_visits.forget_visitors`).
    """

    key = models.BigIntegerField(primary_key=True)
    day = models.ForeignKey(CountedDay, on_delete=models.CASCADE, related_name="+")
    channel = models.CharField(max_length=100, blank=True)

    class Meta:
        """In no order."""

        verbose_name_plural = "seen today"

    def __str__(self) -> str:
        return f"{self.day_id} {self.channel}"


class VisitCount(models.Model):
    """How many visits of a day came by a channel, or landed on a page."""

    class About(models.TextChoices):
        """What is counted apart."""

        CHANNEL = "channel", "Channel"
        LANDING = "landing", "First page"

    day = models.ForeignKey(CountedDay, on_delete=models.PROTECT, related_name="visits")
    about = models.CharField(max_length=8, choices=About.choices)
    name = models.CharField(max_length=120)
    visits = models.PositiveIntegerField()

    class Meta:
        """A name stands once a day."""

        ordering = ("day", "about", "-visits", "name")
        constraints = (
            models.UniqueConstraint(fields=("day", "about", "name"), name="visits_counted_once"),
        )

    def __str__(self) -> str:
        return f"{self.day_id} {self.name}: {self.visits}"


class SearchCount(models.Model):
    """How often something was searched for on a day; `words` is empty where they are not kept.

    `in_vain` is how many of those searches found nothing, `found` how many results the last gave.
    """

    day = models.ForeignKey(CountedDay, on_delete=models.PROTECT, related_name="searches")
    words = models.CharField(max_length=80, blank=True)
    times = models.PositiveIntegerField()
    in_vain = models.PositiveIntegerField(default=0)
    found = models.PositiveIntegerField(default=0)

    class Meta:
        """Words stand once a day; no more are in vain than there were."""

        ordering = ("day", "-times", "words")
        constraints = (
            models.UniqueConstraint(fields=("day", "words"), name="search_counted_once"),
            models.CheckConstraint(
                condition=models.Q(in_vain__lte=models.F("times")),
                name="search_in_vain_is_among_the_times",
            ),
        )

    def __str__(self) -> str:
        return f"{self.day_id} {self.words}: {self.times}"
