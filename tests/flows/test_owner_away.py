"""A month of the sample business, its owner away for two weeks: nobody waits beyond a promise."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from hammock.departments.customers.models import CustomerRequest
from hammock.departments.decisions import actions, ports
from hammock.departments.decisions.models import Answer, Decision
from hammock.departments.decisions.rehearsing import By
from hammock.departments.ledger.models import Entry
from hammock.departments.sales.models import HeldOrder, Order, Payment, Refund
from hammock.departments.team.deciding import Team
from hammock.departments.team.models import Member
from hammock.departments.team.rhythm import away, rules
from hammock.departments.team.rhythm.away import Plan
from hammock.departments.team.rhythm.rules import Days
from hammock.departments.team.roles import Role
from hammock.doors.commands import filling, history, sample, wishes
from hammock.doors.commands.sample import pictures
from hammock.flows.adopt_starter import adopt_starter
from hammock.flows.answer_decision import answer_decision
from hammock.flows.go_away import go_away
from hammock.flows.open_sample import open_sample
from hammock.flows.rehearse import rehearse
from hammock.kit import clock
from hammock.kit.jobs.models import Job
from hammock.kit.jobs.worker import run_until_empty
from hammock.kit.mail.models import OutgoingMail
from hammock.kit.money import Money
from tests.judging import Staff
from tests.shops import Shelf
from tests.till import Till

DAYS = 30
TODAY = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
LEAVES, RETURNS = 8, 22


@dataclass(frozen=True)
class Purse:
    """Lets the sample's buyers pay into the till."""

    till: Till

    def pay(self, external_id: str) -> bool:
        self.till.pay(external_id)
        return True

    def pay_out(self, *, key: str, amount: Money) -> None:
        """Leave the money where it is."""


@dataclass(frozen=True)
class House:
    """The owner, who is away for two weeks, and a deputy of small limits who looks in at times."""

    owner: Member
    jonas: Member
    leaves: datetime
    returns: datetime


@pytest.fixture
def business(
    staff: Staff, shelf: Shelf, till: Till, monkeypatch: pytest.MonkeyPatch
) -> Callable[[], House]:
    """Open the sample business, with one picture for all; its real members decide."""
    one = pictures.draw("stall-guide") if "stall-guide" in pictures.PICTURES else None
    drawn = one or pictures.draw(next(iter(pictures.PICTURES)))
    monkeypatch.setattr(pictures, "draw", lambda _key: drawn)

    def opened() -> House:
        start = clock.now() - timedelta(days=DAYS)
        leaves, returns = start + timedelta(days=LEAVES), start + timedelta(days=RETURNS)
        with clock.at(start):
            owner = open_sample(filling.draft(sample.load()))
            adopt_starter(author="Mara")
            jonas = _jonas()
            days = Days(first=leaves.date(), last=returns.date() - timedelta(days=1))
            plan = Plan(member_id=owner.pk, deputy_id=jonas.pk, days=days)
            go_away(plan=plan, by=owner.get_full_name(), rehearse=lambda _plan: ())
        return House(owner=owner, jonas=jonas, leaves=leaves, returns=returns)

    return opened


def _jonas() -> Member:
    member = Member.objects.create_member(
        email="jonas@example.org", name="Jonas", role=Role.BUSINESS
    )
    member.limit_minor = 2500
    member.save()
    return member


def _deputy_answers(deputy: Member, chance: random.Random) -> None:
    """The deputy looks in on few evenings and answers what is within their limit."""
    if chance.random() < 0.85:
        return
    for decision in Decision.objects.filter(state=Decision.State.OPEN):
        if actions.may_answer(decision=decision, member_id=deputy.pk) is None:
            answer_decision(
                decision_id=decision.pk,
                outcome=wishes.outcome(chance, decision),
                member_id=deputy.pk,
            )


def test_nobody_waits_beyond_a_promise_while_the_owner_is_away(
    business: Callable[[], House], till: Till
) -> None:
    with clock.at(TODAY):
        people = Team()
        ports.wire(people=people, currency=lambda: "EUR")
        house = business()
        chance = random.Random(4)  # noqa: S311 - a story, not a secret
        start = clock.now() - timedelta(days=DAYS)
        for told in history.live(payer=Purse(till), days=DAYS, seed=11):
            evening = start + timedelta(days=told.day - 1)
            with clock.at(evening.replace(hour=23, minute=30)):
                for _ in range(6):  # a busier month than the sample's own
                    wishes.ask(chance)
                _hold_some(chance)
                if people.away(at=clock.now()):
                    _deputy_answers(house.jonas, chance)
                run_until_empty()
        _judge(house, end=clock.now())
        _the_month_can_be_rehearsed()


def _hold_some(chance: random.Random) -> None:
    """Let some of the day's payments come from another country's card."""
    for payment in Payment.objects.filter(card_country="", state="succeeded"):
        payment.card_country = "BR" if chance.random() < 0.5 else "DE"
        payment.save(update_fields=["card_country"])


def _judge(house: House, *, end: datetime) -> None:
    _everybody_was_answered_in_time(end)
    _every_answer_reached_its_customer()
    _no_money_moved_without_a_decision()
    _the_owner_was_left_alone(house)
    assert not Job.objects.exclude(state="done").exists()


def _everybody_was_answered_in_time(end: datetime) -> None:
    for request in CustomerRequest.objects.all():
        if request.state == CustomerRequest.State.OPEN:
            assert request.answer_by > end - timedelta(days=1), request
        else:
            assert request.answered_at is not None
            assert request.answered_at <= request.answer_by, request
    for decision in Decision.objects.all():
        standing = decision.standing
        if standing is None:
            assert decision.answer_by > end - timedelta(days=1), decision
        else:
            assert standing.answered_at <= decision.answer_by
            assert standing.carried_out_at is not None
    for held in HeldOrder.objects.exclude(closed_at=None):
        assert held.closed_at is not None
        assert held.closed_at <= held.answer_by


def _every_answer_reached_its_customer() -> None:
    answered = CustomerRequest.objects.exclude(state=CustomerRequest.State.OPEN)
    for request in answered.filter(asked_by="", customer__erased_at=None):
        if request.kind == "refund_request" and request.state == "granted":
            refund = Refund.objects.get(decision_id=request.decision_id)
            assert OutgoingMail.objects.filter(key=f"refund:{refund.pk}").exists()
        else:
            assert OutgoingMail.objects.filter(key__startswith=f"answer:{request.pk}:").exists()


def _no_money_moved_without_a_decision() -> None:
    assert Refund.objects.exists()
    for refund in Refund.objects.filter(payment__is_surplus=False):
        assert Answer.objects.filter(
            decision_id=refund.decision_id or 0, outcome__in=["refund", "give_back"]
        ).exists()
    for entry in Entry.objects.filter(source__startswith="decision:", reverses=None):
        answer_id = int(entry.source.split(":")[2])
        assert Answer.objects.get(pk=answer_id).outcome == "spend"


def _the_month_can_be_rehearsed() -> None:
    """The sample's own questions are put to its policies and people, with the owner away."""
    report = rehearse(days=DAYS + 1, is_away=True)
    assert report.total.questions == Decision.objects.count()
    assert report.total.by[By.POLICY] >= Answer.objects.filter(how="policy").count()
    assert report.total.by[By.OWNER] == 0


def _the_owner_was_left_alone(house: House) -> None:
    zone = away.zone()
    meanwhile = Answer.objects.filter(
        answered_at__gte=rules.starts_at(house.leaves.date(), zone),
        answered_at__lt=rules.starts_at(house.returns.date(), zone),
    )
    assert not meanwhile.filter(member_id=house.owner.pk).exists()
    hows = set(meanwhile.values_list("how", flat=True))
    assert hows == {"policy", "member", "safe"}, meanwhile.values_list("decision__kind", "how")
    assert Answer.objects.filter(member_id=house.owner.pk).exists()
    assert meanwhile.filter(member_id=house.jonas.pk).exists()
    letters = OutgoingMail.objects.filter(to=house.owner.email, queued_at__gte=house.leaves)
    assert not letters.filter(queued_at__lt=house.returns).exclude(key__startswith="incident:")
    assert Order.objects.count() > DAYS / 2
