"""Whatever happens in whatever order, every question is answered in time, and money has a reason.

Hypothesis drives random histories of asking (twice, with other facts), answering by whoever,
undoing, policies coming and going, staff and owner coming and going, jobs running late. Then time
passes, and: every question has its one standing answer, given by its promised time; each money
movement names an answer that was given, and what moved is just what the standing answers say.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from hammock.departments.decisions import policies
from hammock.departments.decisions.conditions import Rule, Ruleset
from hammock.departments.decisions.errors import DecisionError
from hammock.departments.decisions.models import Answer, Decision, Policy
from hammock.departments.decisions.outlook import foresee
from hammock.departments.decisions.ports import Absence
from hammock.departments.decisions.writing import PolicyDraft
from hammock.flows.answer_decision import answer_decision
from hammock.flows.escalate_decisions import escalate_decisions
from hammock.flows.save_policy import NEWEST, preview_switch, save_policy, switch_policy
from hammock.flows.undo_decision import undo_decision
from hammock.kit import clock
from hammock.kit.facts.models import Fact
from hammock.kit.jobs.models import Job
from hammock.kit.jobs.worker import run_until_empty
from tests import databases
from tests.clocks import NOON
from tests.judging import DAN, OLGA, SAM, WISH, Staff, judged_by, policy, wished

DEPUTY = replace(DAN, daily_count=2)
PEOPLE = {one.member_id: one for one in (OLGA, SAM, DEPUTY)}
CONDITIONS = (
    "amount <= 2000",
    "amount > 100 && first",
    "score > 0.5",
    "amount / (days - 5) > 100",
    "true",
)
picks = st.integers(min_value=0, max_value=10**6)
outcomes = st.sampled_from(["grant", "refuse"])


class Questions(RuleBasedStateMachine):
    """A business with three people, and questions that come."""

    staff: Staff

    @initialize()
    def open(self) -> None:
        databases.restore()
        self.staff.deciders[:] = [OLGA]
        self.staff.absence = None
        self.now = NOON
        self.asked = 0

    @rule(
        amount=st.sampled_from([0, 50, 1900, 4999, 5001, 90000]),
        days=st.sampled_from([4, 5]),
        first=st.booleans(),
        again=st.booleans(),
    )
    def ask(self, amount: int, days: int, first: bool, again: bool) -> None:  # noqa: FBT001
        self.asked += not again
        key = f"wish{self.asked}"
        self._at(lambda: wished(key, amount=amount, days=days, first=first))

    @rule(pick=picks, outcome=outcomes, member=st.sampled_from([*PEOPLE, 99]))
    def answer(self, pick: int, outcome: str, member: int) -> None:
        asked = self._pick(pick)
        if asked is not None:
            self._at(lambda: answer_decision(decision_id=asked, outcome=outcome, member_id=member))

    @rule(pick=picks, member=st.sampled_from([*PEOPLE, 99]))
    def undo(self, pick: int, member: int) -> None:
        asked = self._pick(pick)
        if asked is not None:
            self._at(lambda: undo_decision(decision_id=asked, member_id=member))

    @rule(outcome=outcomes, works=st.booleans(), then=outcomes)
    def think_twice(self, outcome: str, works: bool, then: str) -> None:  # noqa: FBT001
        """The owner answers, takes it back (perhaps before it was done), and answers again."""
        self.asked += 1
        key = f"wish{self.asked}"
        self._at(lambda: wished(key, amount=1900, days=4))
        asked = Decision.objects.get(key=key).pk
        for chosen in (outcome, then):
            self._at(lambda: answer_decision(decision_id=asked, outcome=chosen, member_id=1))  # noqa: B023 - runs at once
            if works:
                self.work()
            self._at(lambda: undo_decision(decision_id=asked, member_id=1))
        self._at(lambda: answer_decision(decision_id=asked, outcome=then, member_id=1))

    @rule(pick=picks)
    def a_job_runs_again(self, pick: int) -> None:
        """As after a worker that died between its effect and its mark."""
        done = list(Job.objects.filter(state="done").order_by("pk").values_list("pk", flat=True))
        if done:
            Job.objects.filter(pk=done[pick % len(done)]).update(
                state="queued", attempts=0, finished_at=None
            )

    @rule(condition=st.sampled_from(CONDITIONS), outcome=outcomes, priority=st.integers(0, 1))
    def write_policy(self, condition: str, outcome: str, priority: int) -> None:
        self._at(lambda: policy(condition, outcome, priority=priority))

    @rule(pick=picks)
    def switch(self, pick: int) -> None:
        made = list(Policy.objects.order_by("pk"))
        if made:
            one = made[pick % len(made)]
            self._at(lambda: switch_policy(policy_id=one.pk, is_on=not one.is_on, by="me"))

    @rule(
        pick=picks,
        condition=st.sampled_from(CONDITIONS),
        outcome=outcomes,
        author=st.sampled_from([None, *PEOPLE, 99]),
    )
    def change_policies_and_let_them_answer(
        self, pick: int, condition: str, outcome: str, author: int | None
    ) -> None:
        """Somebody writes a policy, or switches one, and lets it answer what is open.

        Just what was foreseen is answered, and nobody's policy goes over their own limit.
        """
        made = list(Policy.objects.order_by("pk"))
        one = made[pick % len(made)] if made and pick % 3 == 0 else None
        draft = PolicyDraft(
            kind=WISH.name, condition=condition, outcome=outcome, author="me", author_id=author
        )
        with clock.at(self.now):
            if one is None:
                mine = Rule(
                    version_id=0,
                    policy_id=NEWEST,
                    outcome=outcome,
                    priority=0,
                    condition=condition,
                )
                rules = (*policies.ruleset(WISH).rules, mine)
                outlook = foresee(Ruleset(WISH, rules), member_id=author)
                saved = save_policy(draft, answers_open=True)
            else:
                outlook = preview_switch(policy_id=one.pk, is_on=not one.is_on, by_id=author)
                saved = switch_policy(
                    policy_id=one.pk,
                    is_on=not one.is_on,
                    by="me",
                    by_id=author,
                    answers_open=True,
                )
        assert [row.pk for row in saved.answered] == [row.decision.pk for row in outlook.answered]
        for row in saved.answered:
            standing = row.standing
            assert standing is not None
            assert (standing.how, row.round) == ("policy", 1)
            limit = PEOPLE[author].limit if author in PEOPLE else None
            assert author != 99
            assert limit is None or (row.stake_minor or 0) <= limit.minor

    @rule(there=st.sets(st.sampled_from([2, 3])))
    def change_staff(self, there: set[int]) -> None:
        self.staff.deciders[:] = [OLGA, *(PEOPLE[number] for number in sorted(there))]

    @rule(days=st.integers(min_value=0, max_value=5), deputy=st.booleans())
    def go_away(self, days: int, deputy: bool) -> None:  # noqa: FBT001
        self.staff.absence = Absence(
            until=self.now + timedelta(days=days), deputy=DEPUTY if deputy else None
        )

    @rule(hours=st.sampled_from([1, 20, 30, 50]))
    def wait(self, hours: int) -> None:
        """Time passes as it does where the timetable runs: at least every hour is looked."""
        for _ in range(hours):
            self.now += timedelta(hours=1)
            due = Decision.objects.filter(state="open", stage_due_at__lte=self.now)
            if due.exists():
                self._at(escalate_decisions)

    @rule()
    def work(self) -> None:
        self._at(run_until_empty)

    def teardown(self) -> None:
        if not hasattr(self, "now"):
            return
        self.wait(60)
        self.work()
        self._judge()

    def _judge(self) -> None:
        assert not Job.objects.exclude(state="done").exists()
        for decision in Decision.objects.all():
            standing = decision.standing
            assert standing is not None, "a question is left without an answer"
            assert standing.undone_at is None
            assert standing.carried_out_at is not None
            late = standing.answered_at - decision.answer_by
            assert late < timedelta(hours=1), "an answer came later than was promised"
            assert decision.answers.filter(undone_at__isnull=True).count() == 1
        self._money_has_its_answers()
        self._people_kept_within_what_they_may()

    def _people_kept_within_what_they_may(self) -> None:
        """No answer of a person is over their limit, nor more a day than they may give."""
        a_day: Counter[tuple[int, object]] = Counter()
        for given in Answer.objects.filter(how="member").select_related("decision"):
            person = PEOPLE[given.member_id or 0]
            stake = given.decision.stake
            assert person.limit is None or (stake and stake.minor <= person.limit.minor)
            day = given.answered_at.astimezone(timezone.get_current_timezone()).date()
            a_day[person.member_id, day] += 1
        assert all(count <= (PEOPLE[who].daily_count or count) for (who, _), count in a_day.items())

    def _money_has_its_answers(self) -> None:
        moved: Counter[int] = Counter()
        moves: Counter[tuple[int, bool]] = Counter()
        for row in Fact.objects.filter(name="TestMoneyMoved"):
            behind = Answer.objects.get(pk=row.data["answer_id"])
            assert (behind.outcome, abs(row.data["minor"])) == (
                "grant",
                behind.decision.stake_minor,
            )
            moved[behind.decision_id] += row.data["minor"]
            moves[behind.pk, row.data["is_back"]] += 1
        assert all(count == 1 for count in moves.values()), "one answer moved money twice"
        for decision in Decision.objects.all():
            standing = decision.standing
            granted = standing is not None and standing.outcome == "grant"
            assert moved[decision.pk] == (decision.stake_minor if granted else 0)

    def _at(self, happening: Callable[[], object]) -> None:
        """Let it happen at the history's moment; what decisions refuse is no fault."""
        try:
            with clock.at(self.now):
                happening()
        except DecisionError:
            pass

    def _pick(self, pick: int) -> int | None:
        found = list(Decision.objects.order_by("pk").values_list("pk", flat=True))
        return found[pick % len(found)] if found else None


def test_every_question_ends_answered_and_no_money_moves_without_one(
    transactional_db: None,
) -> None:
    with judged_by(Staff()) as staff:
        Questions.staff = staff
        Questions.TestCase.settings = settings(
            max_examples=40,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        )
        Questions.TestCase("runTest").runTest()
