"""Questions and their answers, and the policies that answer.

A question's facts are those of the moment it was asked and never change (a trigger holds it), so a
rehearsal cannot see what was known only later. A policy's versions only grow.
"""

from __future__ import annotations

from datetime import timedelta

from django.db import models

from hammock.kit import clock, ids, personal
from hammock.kit.jobs import long_work
from hammock.kit.money import Money


class Policy(models.Model):
    """A standing answer to one kind of question; what it says is its current version."""

    kind = models.CharField(max_length=40)
    is_on = models.BooleanField(default=True)
    created_at = models.DateTimeField(default=clock.now)
    current = models.OneToOneField(
        "PolicyVersion", null=True, on_delete=models.PROTECT, related_name="current_of"
    )

    class Meta:
        """Read by kind."""

        verbose_name_plural = "policies"
        indexes = (models.Index(fields=["kind", "is_on"], name="policy_kind"),)

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class PolicyVersion(models.Model):
    """What a policy said from a moment on; never changed."""

    policy = models.ForeignKey(Policy, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    condition = models.TextField()
    outcome = models.CharField(max_length=40)
    priority = models.IntegerField(default=0)
    author_id = models.BigIntegerField(null=True)
    author = models.CharField(max_length=120)
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        """Each number once; the newest first."""

        ordering = ("-number",)
        constraints = (
            models.UniqueConstraint(fields=["policy", "number"], name="policy_version_once"),
        )

    def __str__(self) -> str:
        return f"policy {self.policy_id}, version {self.number}"


class Decision(models.Model):
    """A question that needs judgement, asked once under its `key`."""

    class State(models.TextChoices):
        """Whether it has its answer."""

        OPEN = "open", "Open"
        ANSWERED = "answered", "Answered"

    class Stage(models.TextChoices):
        """Who is asked now."""

        ROLE = "role", "the person on duty"
        OWNER = "owner", "the owner"
        DEPUTY = "deputy", "the deputy"
        NOBODY = "nobody", "nobody"

    id = models.BigIntegerField(primary_key=True, default=ids.time_ordered)
    kind = models.CharField(max_length=40)
    about = models.CharField(max_length=80)
    key = models.CharField(max_length=120, unique=True)
    facts = models.JSONField()
    stake_minor = models.BigIntegerField(null=True)
    currency = models.CharField(max_length=3, blank=True)
    asked_by = models.CharField(max_length=120, blank=True)
    asked_at = models.DateTimeField(default=clock.now)
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    round = models.PositiveSmallIntegerField(default=1)
    role = models.CharField(max_length=40)
    stage = models.CharField(max_length=10, choices=Stage.choices, default=Stage.NOBODY)
    stage_due_at = models.DateTimeField()
    answer_by = models.DateTimeField()
    errors = models.JSONField(default=list)

    class Meta:
        """Read by what is open and due, by kind and time, or by what they are about."""

        indexes = (
            models.Index(fields=["state", "stage_due_at"], name="decision_due"),
            models.Index(fields=["kind", "asked_at"], name="decision_kind"),
            models.Index(fields=["asked_at"], name="decision_asked"),
            models.Index(fields=["about"], name="decision_about"),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.about}"

    @property
    def stake(self) -> Money | None:
        """How much is at stake; None for a kind without a stake."""
        return None if self.stake_minor is None else Money(self.stake_minor, self.currency)

    @property
    def standing(self) -> Answer | None:
        """The answer that holds now; None while the question is open."""
        return self.answers.filter(round=self.round).first()


class Answer(models.Model):
    """One answer to a question; an undone one stays, and the question's next round is open."""

    class How(models.TextChoices):
        """Who answered."""

        POLICY = "policy", "Policy"
        MEMBER = "member", "Person"
        SAFE = "safe", "Safe outcome"

    id = models.BigIntegerField(primary_key=True, default=ids.time_ordered)
    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="answers")
    round = models.PositiveSmallIntegerField()
    outcome = models.CharField(max_length=40)
    how = models.CharField(max_length=10, choices=How.choices)
    version = models.ForeignKey(
        PolicyVersion, null=True, on_delete=models.PROTECT, related_name="answers"
    )
    member_id = models.BigIntegerField(null=True)
    member = models.CharField(max_length=120, blank=True)
    role = models.CharField(max_length=40, blank=True)
    note = personal.PersonalTextField(blank=True)  # a member may name the customer in it
    reason = models.TextField(blank=True)
    answered_at = models.DateTimeField(default=clock.now)
    asked_at = models.DateTimeField()
    carried_out_at = models.DateTimeField(null=True)
    undone_at = models.DateTimeField(null=True)
    undone_by = models.CharField(max_length=120, blank=True)
    taken_back_at = models.DateTimeField(null=True)

    class Meta:
        """One answer a round: who comes second finds it taken."""

        constraints = (
            models.UniqueConstraint(fields=["decision", "round"], name="answer_once_a_round"),
            models.CheckConstraint(
                condition=models.Q(how="policy", version__isnull=False, member_id__isnull=True)
                | models.Q(how="member", version__isnull=True, member_id__isnull=False)
                | models.Q(how="safe", version__isnull=True, member_id__isnull=True),
                name="answer_by_one",
            ),
        )
        indexes = (models.Index(fields=["how", "answered_at"], name="answer_how"),)

    def __str__(self) -> str:
        return f"{self.outcome} by {self.by}"

    @property
    def took(self) -> timedelta:
        """How long the question waited in its round."""
        return self.answered_at - self.asked_at

    @property
    def by(self) -> str:
        """Name who answered, for people."""
        if self.how == self.How.MEMBER:
            return self.member
        if self.version is not None:
            return f"policy {self.version.policy_id}, version {self.version.number}"
        return "the safe outcome, as nobody answered in time"


class Tally(models.Model):
    """How many answers a member gave on a day of the business: daily counts are held against it."""

    member_id = models.BigIntegerField()
    day = models.DateField()
    answers = models.PositiveIntegerField(default=0)

    class Meta:
        """One row a member and day."""

        constraints = (
            models.UniqueConstraint(fields=["member_id", "day"], name="tally_member_day"),
        )

    def __str__(self) -> str:
        return f"{self.member_id} {self.day}: {self.answers}"


class Rehearsal(models.Model):
    """A rehearsal too long to wait for: asked for, under way, and then kept with what it found.

    One row for each span (`until` in ISO 8601, empty for now); rehearsed again, it is used again.
    `found` is a report as `keeping.packed` writes it, of the last one that came to its end.
    """

    days = models.PositiveIntegerField()
    until = models.CharField(max_length=40, blank=True)
    is_away = models.BooleanField(default=False)
    state = models.CharField(
        max_length=10, choices=long_work.State.choices, default=long_work.State.WAITING
    )
    run = models.PositiveIntegerField(default=0)
    share = models.FloatField(default=0.0)
    moved_at = models.DateTimeField(default=clock.now)
    ended_at = models.DateTimeField(null=True)
    problem = models.TextField(blank=True)
    found = models.JSONField(null=True)

    class Meta:
        """Found by its span."""

        constraints = (
            models.UniqueConstraint(
                fields=["days", "until", "is_away"], name="rehearsal_once_a_span"
            ),
        )

    def __str__(self) -> str:
        return f"rehearsal of {self.days} days"

    @property
    def is_under_way(self) -> bool:
        """Whether its job waits or runs."""
        return long_work.is_under_way(state=self.state, moved_at=self.moved_at)
