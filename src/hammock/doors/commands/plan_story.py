"""The sample owner's plan: reality check, strategy in versions, spending, forecasts, a letter.

All of it goes through the flows that an owner uses, on the clock that the story sets.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from hammock.departments.catalogue import queries as catalogue
from hammock.departments.ledger.models import ProfitCentre
from hammock.departments.ledger.rules import Chart
from hammock.departments.planning import queries
from hammock.departments.planning.models import Step
from hammock.departments.planning.rules import answers as answering
from hammock.departments.planning.rules.answers import Answers, Value
from hammock.departments.planning.rules.questions import QUESTIONS, Kind
from hammock.departments.planning.rules.strategy import Centre, Channel, Document
from hammock.departments.planning.rules.strategy import Value as Brand
from hammock.departments.team.models import Member
from hammock.departments.team.rhythm import away
from hammock.doors.commands import sample
from hammock.doors.commands.sample.reading import Table
from hammock.flows.answer_reality import answer_reality
from hammock.flows.ask_reality_again import ask_reality_again
from hammock.flows.choose_playbook import choose_playbook
from hammock.flows.end_step import end_step
from hammock.flows.make_forecast import make_forecast, score_forecasts
from hammock.flows.record_expense import Expense, record_expense
from hammock.flows.write_letter import write_letter
from hammock.flows.write_strategy import put_into_force, write_strategy
from hammock.kit import clock
from hammock.kit.money import Money

CURRENCY = "EUR"
PAST_PATHS = 10_000  # a forecast of the past is read for its months, which need no more
MONDAY = 0


@dataclass(frozen=True, kw_only=True)
class SampleRound:
    """A round of the reality check."""

    day: int
    given: dict[str, Value]


@dataclass(frozen=True, kw_only=True)
class SampleCentre:
    """A profit centre's target, to be reached `within` days."""

    key: str
    target: Money
    within: int
    note: str


@dataclass(frozen=True, kw_only=True)
class SampleChannel:
    """A channel, looked at `review` days later."""

    key: str
    name: str
    hypothesis: str
    budget: Money
    measure: str
    review: int
    stop: str


@dataclass(frozen=True, kw_only=True)
class SampleVersion:
    """A version of the strategy, put into force on its day."""

    day: int
    why: str
    market: str
    for_whom: str
    not_for: str
    proof: str
    voice: str
    stop: str
    centres: tuple[SampleCentre, ...]
    channels: tuple[SampleChannel, ...]


@dataclass(frozen=True, kw_only=True)
class SampleSpending:
    """Money spent on a line of the strategy."""

    day: int
    amount: Money
    centre: str
    what: str
    line: str


@dataclass(frozen=True, kw_only=True)
class SampleDone:
    """A step of the playbook, or the review of a channel, that was done on its day."""

    day: int
    step: str


@dataclass(frozen=True, kw_only=True)
class SamplePlan:
    """The whole plan; the playbook is begun from on the day `chosen`."""

    playbook: str
    chosen: int
    rounds: tuple[SampleRound, ...]
    versions: tuple[SampleVersion, ...]
    spending: tuple[SampleSpending, ...]
    done: tuple[SampleDone, ...]


def plan() -> SamplePlan:
    """Read the story's plan. Raises `FieldError` naming file and key of whatever is wrong."""
    whole = Table.of_file(sample.FOLDER / "plan.toml")
    found = SamplePlan(
        playbook=whole.text("playbook"),
        chosen=whole.number("chosen", least=1),
        rounds=tuple(_round(table) for table in whole.tables("rounds")),
        versions=tuple(_version(table) for table in whole.tables("versions")),
        spending=tuple(_spending(table) for table in whole.tables("spending")),
        done=tuple(_done(table) for table in whole.tables("done")),
    )
    whole.close()
    return found


class PlannedDays:
    """Lives the plan's days, one `evening` after the other, on the clock that the story sets."""

    def __init__(self, *, days: int) -> None:
        self._days = days
        self._plan = plan()

    def evening(self, *, day: int) -> None:
        """Look ahead: answer, choose, write, spend, end steps; foresee each month, tell a week."""
        owner = away.owner()
        if owner is None:
            return
        self._answer(day, owner)
        self._write(day, owner)
        self._act(day, owner)
        self._foresee(day)
        if clock.today().weekday() == MONDAY and day >= self._days - 7:
            write_letter()

    def _answer(self, day: int, owner: Member) -> None:
        ask_reality_again()
        for one in self._plan.rounds:
            if one.day == day:
                make_forecast(means=answering.means(_answers(one)), paths=PAST_PATHS)
                answer_reality(given=one.given, by=owner.get_full_name())

    def _write(self, day: int, owner: Member) -> None:
        name = owner.get_full_name()
        if day == self._plan.chosen:
            choose_playbook(slug=self._plan.playbook, by=name)
        for version in self._plan.versions:
            if version.day == day:
                write_strategy(document=_document(version), why=version.why, by=name)
                put_into_force()

    def _act(self, day: int, owner: Member) -> None:
        for spent in self._plan.spending:
            if spent.day == day:
                record_expense(
                    Expense(
                        amount=spent.amount,
                        account=Chart.MARKETING,
                        centre=spent.centre,
                        description=spent.what,
                        spent_at=clock.now(),
                        line=spent.line,
                    )
                )
        for done in self._plan.done:
            if done.day == day:
                step = Step.objects.get(key__contains=f":{done.step}", state=Step.State.OPEN)
                end_step(step_id=step.pk, state=Step.State.DONE, by=owner.get_full_name())

    def _foresee(self, day: int) -> None:
        """Make the forecast on each first of a month, and on the last evening as it is shown."""
        if queries.latest_check() is None:
            return
        if clock.today().day == 1:
            score_forecasts()
            make_forecast(paths=PAST_PATHS)
        if day == self._days - 1:
            make_forecast()


def _answers(one: SampleRound) -> Answers:
    return Answers(currency=CURRENCY, given=one.given)


def _document(version: SampleVersion) -> Document:
    """Write the version down; name and promise stay the shop's, model and beginning the draft's."""
    shop, today = catalogue.shop(), clock.today()
    draft = queries.newest()
    names = dict(ProfitCentre.objects.values_list("slug", "name"))
    return Document(
        currency=CURRENCY,
        market=version.market,
        for_whom=version.for_whom,
        not_for=version.not_for,
        value=Brand(name=shop.name, promise=shop.tagline, proof=version.proof, voice=version.voice),
        centres=tuple(
            Centre(
                key=one.key,
                name=names[one.key],
                target=one.target,
                by=today + timedelta(days=one.within),
                note=one.note,
            )
            for one in version.centres
        ),
        channels=tuple(
            Channel(
                key=one.key,
                name=one.name,
                hypothesis=one.hypothesis,
                budget=one.budget,
                measure=one.measure,
                review_on=today + timedelta(days=one.review),
                stop=one.stop,
            )
            for one in version.channels
        ),
        stop=version.stop,
        playbook=draft.read.playbook if draft else "",
        began_on=draft.read.began_on if draft else today,
    )


def _round(table: Table) -> SampleRound:
    said = table.table("answers")
    given: dict[str, Value] = {}
    for question in QUESTIONS:
        if not said.has(question.id):
            continue
        if question.kind == Kind.MONEY:
            given[question.id] = Money.parse(said.text(question.id), CURRENCY, field=question.id)
        elif question.kind == Kind.NUMBER:
            given[question.id] = Decimal(said.number(question.id))
        else:
            given[question.id] = said.text(question.id)
    said.close()
    found = SampleRound(day=table.number("day", least=1), given=given)
    table.close()
    return found


def _version(table: Table) -> SampleVersion:
    version = SampleVersion(
        day=table.number("day", least=1),
        why=table.text("why"),
        market=table.text("market"),
        for_whom=table.text("for_whom"),
        not_for=table.text("not_for"),
        proof=table.text("proof"),
        voice=table.text("voice"),
        stop=table.text("stop"),
        centres=tuple(_centre(one) for one in table.tables("centres")),
        channels=tuple(_channel(one) for one in table.tables("channels")),
    )
    table.close()
    return version


def _centre(table: Table) -> SampleCentre:
    centre = SampleCentre(
        key=table.text("key"),
        target=_money(table, "target"),
        within=table.number("within", least=1),
        note=table.text("note"),
    )
    table.close()
    return centre


def _channel(table: Table) -> SampleChannel:
    channel = SampleChannel(
        key=table.text("key"),
        name=table.text("name"),
        hypothesis=table.text("hypothesis"),
        budget=_money(table, "budget"),
        measure=table.text("measure"),
        review=table.number("review", least=1),
        stop=table.text("stop"),
    )
    table.close()
    return channel


def _spending(table: Table) -> SampleSpending:
    spent = SampleSpending(
        day=table.number("day", least=1),
        amount=_money(table, "amount"),
        centre=table.text("centre"),
        what=table.text("what"),
        line=table.text("line"),
    )
    table.close()
    return spent


def _done(table: Table) -> SampleDone:
    done = SampleDone(day=table.number("day", least=1), step=table.text("step"))
    table.close()
    return done


def _money(table: Table, key: str) -> Money:
    return Money.parse(table.text(key), CURRENCY, field=key)
