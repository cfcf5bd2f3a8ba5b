"""What research keeps: studies with their sources and niches, cheap tests, and conversations."""

from __future__ import annotations

import secrets

from django.db import models

from hammock.kit import clock, ids, personal


def new_key() -> str:
    """Make the part of a waiting list's address that nobody guesses."""
    return secrets.token_urlsafe(12)


class Study(models.Model):
    """One look at a market; `found` is the whole report as plain values once it is done.

    `run` counts beginnings, so that the job of an earlier one changes nothing any more.
    """

    class State(models.TextChoices):
        """Where a study stands."""

        DRAFT = "draft", "Draft"
        WAITING = "waiting", "Waiting"
        RUNNING = "running", "Running"
        DONE = "done", "Done"
        STOPPED = "stopped", "Stopped"
        FAILED = "failed", "Failed"

    id = models.BigIntegerField(primary_key=True, default=ids.time_ordered)
    name = models.CharField(max_length=120)
    state = models.CharField(max_length=8, choices=State.choices, default=State.DRAFT)
    created_at = models.DateTimeField(default=clock.now)
    began_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    run = models.PositiveIntegerField(default=0)
    stage = models.CharField(max_length=60, blank=True)
    share = models.FloatField(default=0.0)
    stop_asked = models.BooleanField(default=False)
    problem = models.TextField(blank=True)
    seed = models.PositiveIntegerField(default=1)
    found = models.JSONField(null=True)
    map_light = models.TextField(blank=True)
    map_dark = models.TextField(blank=True)
    previous = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.SET_NULL, related_name="repeats"
    )

    class Meta:
        """Newest first."""

        ordering = ("-created_at", "-id")
        verbose_name_plural = "studies"

    def __str__(self) -> str:
        return self.name


class Source(models.Model):
    """A file (or an address) of a study's demand or supply, kept with the day it was taken.

    `chosen` are the columns that the owner named; `header`, `recognised` and `sample` are what was
    seen when it came in.
    """

    class Side(models.TextChoices):
        """Which side of the market it tells of."""

        DEMAND = "demand", "Demand"
        SUPPLY = "supply", "Supply"

    id = models.BigIntegerField(primary_key=True, default=ids.time_ordered)
    study = models.ForeignKey(Study, on_delete=models.CASCADE, related_name="sources")
    side = models.CharField(max_length=6, choices=Side.choices)
    name = models.CharField(max_length=200)
    storage_key = models.CharField(max_length=300, blank=True)
    address = models.URLField(max_length=500, blank=True)
    size = models.PositiveBigIntegerField(default=0)
    header = models.JSONField(default=list)
    sample = models.JSONField(default=list)
    recognised = models.JSONField(default=dict)
    chosen = models.JSONField(default=dict)
    taken_at = models.DateTimeField(default=clock.now)

    class Meta:
        """Demand before supply, each as it came; every source has content."""

        ordering = ("side", "id")
        constraints = (
            models.CheckConstraint(
                condition=~models.Q(storage_key="") | ~models.Q(address=""),
                name="source_is_a_file_or_an_address",
            ),
        )

    def __str__(self) -> str:
        return self.name


class Niche(models.Model):
    """A niche of a study; `facts` holds every figure as the report wrote it."""

    id = models.BigIntegerField(primary_key=True, default=ids.time_ordered)
    study = models.ForeignKey(Study, on_delete=models.CASCADE, related_name="niches")
    position = models.PositiveIntegerField()
    rank = models.PositiveIntegerField(null=True)
    name = models.CharField(max_length=300)
    facts = models.JSONField()

    class Meta:
        """In the study's order, one niche at a place."""

        ordering = ("position",)
        constraints = (
            models.UniqueConstraint(fields=("study", "position"), name="niche_place_is_taken_once"),
        )

    def __str__(self) -> str:
        return self.name


class Trial(models.Model):
    """A cheap test of a niche: what was set up for it, and what it brought.

    `page_id` and `product_id` name the draft that was made (Wagtail's page, the shelf's product).
    """

    class Kind(models.TextChoices):
        """The three cheap tests."""

        WAITING_LIST = "waiting_list", "Waiting-list page"
        PRE_ORDER = "pre_order", "Pre-order"
        INTERVIEWS = "interviews", "Ten interviews"

    id = models.BigIntegerField(primary_key=True, default=ids.time_ordered)
    niche = models.ForeignKey(Niche, on_delete=models.PROTECT, related_name="trials")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    key = models.CharField(max_length=24, unique=True, default=new_key)
    page_id = models.IntegerField(null=True)
    product_id = models.BigIntegerField(null=True)
    created_at = models.DateTimeField(default=clock.now)
    reached = models.PositiveIntegerField(default=0)
    acted = models.PositiveIntegerField(default=0)
    paid_minor = models.PositiveBigIntegerField(default=0)
    currency = models.CharField(max_length=3, blank=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        """One of each kind for a niche; nobody acts who was not reached."""

        ordering = ("created_at", "id")
        constraints = (
            models.UniqueConstraint(fields=("niche", "kind"), name="trial_is_made_once"),
            models.CheckConstraint(
                condition=models.Q(acted__lte=models.F("reached")),
                name="trial_acted_are_among_the_reached",
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_kind_display()} for {self.niche}"


class WaitingEntry(models.Model):
    """Somebody who wants to hear when a niche's product is there, with the words they agreed to."""

    id = models.BigIntegerField(primary_key=True, default=ids.time_ordered)
    trial = models.ForeignKey(Trial, on_delete=models.CASCADE, related_name="entries")
    email = personal.PersonalEmailField("e-mail address")
    wording = models.CharField(max_length=300)
    agreed_at = models.DateTimeField(default=clock.now)

    class Meta:
        """An address stands on a list once."""

        ordering = ("agreed_at", "id")
        verbose_name_plural = "waiting entries"
        constraints = (
            models.UniqueConstraint(fields=("trial", "email"), name="waiting_entry_is_there_once"),
        )

    def __str__(self) -> str:
        return self.email


class Conversation(models.Model):
    """A talk with somebody of a niche: a test's interview, or one of the first twenty customers.

    `found_nothing` is the interview's answer (None until they were asked); a quote is shown to
    others only with `may_quote`.
    """

    id = models.BigIntegerField(primary_key=True, default=ids.time_ordered)
    niche = models.ForeignKey(Niche, on_delete=models.PROTECT, related_name="conversations")
    trial = models.ForeignKey(
        Trial, null=True, blank=True, on_delete=models.CASCADE, related_name="conversations"
    )
    position = models.PositiveIntegerField()
    who = personal.PersonalCharField(max_length=160, blank=True)
    ask = models.CharField(max_length=400)
    talked_on = models.DateField(null=True)
    answer = personal.PersonalTextField(blank=True)
    found_nothing = models.BooleanField(null=True)
    promised = models.CharField(max_length=300, blank=True)
    promised_for = models.DateField(null=True)
    kept_on = models.DateField(null=True)
    quote = personal.PersonalTextField(blank=True)
    may_quote = models.BooleanField(default=False)

    class Meta:
        """In their order; nothing is kept that was not promised, and no quote without its words."""

        ordering = ("position", "id")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(kept_on__isnull=True) | ~models.Q(promised=""),
                name="conversation_kept_what_was_promised",
            ),
            models.CheckConstraint(
                condition=models.Q(may_quote=False) | ~models.Q(quote=""),
                name="conversation_consent_has_a_quote",
            ),
        )

    def __str__(self) -> str:
        return self.who or f"Conversation {self.position}"
