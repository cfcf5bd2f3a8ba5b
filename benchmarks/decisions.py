"""Five-policy decisions a second on one core, a year of 100,000 questions rehearsed, a month away.

The decisions go through the product's own path (typed facts, five policies in order of priority,
none of them short-cut); the bare library evaluates the same five conditions over the same facts.
The rehearsal reads the year from the database (SQLite, in a folder of its own) and is the whole
flow that `hammock rehearse` calls, learning the next policies included.
"""

from __future__ import annotations

import os
import random
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from benchmarks.peers import CACHE

SECONDS = 2.0
QUESTIONS = int(os.environ.get("BENCHMARK_QUESTIONS", "100000"))
CONDITIONS = (
    "amount <= 2000 && days <= 14",
    'amount > 100000 && country == "DE"',
    "first && amount > 50000",
    "score > 0.9 || days > 400",
    'country in ["XX", "YY"]',
)
FACTS: dict[str, Any] = {"amount": 5000, "days": 30, "country": "DE", "first": False, "score": 0.5}


def rate(run: Callable[[], object]) -> float:
    """Count how often a second something runs, the best of three."""
    best = 0.0
    for _ in range(3):
        count, start = 0, time.perf_counter()
        while (passed := time.perf_counter() - start) < SECONDS / 3:
            for _ in range(500):
                run()
            count += 500
        best = max(best, count / passed)
    return best


def bare() -> float:
    """Measure the library alone: one activation, five conditions."""
    from cel_expr_python import cel

    types = cel.Type
    environment = cel.NewEnv(
        variables={
            "amount": types.INT,
            "days": types.INT,
            "country": types.STRING,
            "first": types.BOOL,
            "score": types.DOUBLE,
        }
    )
    programs = [environment.compile(condition) for condition in CONDITIONS]

    def run() -> None:
        activation = environment.Activation(FACTS)
        for program in programs:
            program.eval(activation).value()

    return rate(run)


def ours(kind: Any) -> float:
    """Measure the product's path."""
    from hammock.departments.decisions.conditions import Rule, Ruleset

    rules = [
        Rule(version_id=n, policy_id=n, outcome="grant", priority=-n, condition=condition)
        for n, condition in enumerate(CONDITIONS)
    ]
    ruleset = Ruleset(kind, rules)
    assert ruleset.verdict(FACTS).rule is None
    return rate(lambda: ruleset.verdict(FACTS))


def fill(kind: Any) -> None:
    """Write a year of questions, most of them answered by people, and five policies."""
    from hammock.departments.decisions.models import Answer, Decision, Policy, PolicyVersion
    from hammock.kit import clock

    chance, now = random.Random(1), clock.now()  # noqa: S311 - figures, no secret
    for number, condition in enumerate(CONDITIONS):
        policy = Policy.objects.create(kind=kind.name)
        policy.current = PolicyVersion.objects.create(
            policy=policy,
            number=1,
            condition=condition,
            outcome="grant",
            priority=-number,
            author="benchmark",
        )
        policy.save()
    for start in range(0, QUESTIONS, 5_000):
        asked, answers = [], []
        for number in range(start, min(start + 5_000, QUESTIONS)):
            at = now - timedelta(seconds=31_000_000 * (1 - number / QUESTIONS) + 60)
            amount = int(chance.lognormvariate(8, 1))
            facts = {
                "amount": amount,
                "days": chance.randrange(90),
                "country": chance.choice(["DE", "FR", "GB", "US"]),
                "first": chance.random() < 0.5,
                "score": chance.random(),
            }
            row = Decision(
                kind=kind.name,
                about=f"order:{number}",
                key=f"year:{number}",
                facts=facts,
                stake_minor=amount,
                currency="EUR",
                asked_at=at,
                state="answered",
                role=kind.role,
                stage_due_at=at,
                answer_by=at,
            )
            asked.append(row)
            answers.append(
                Answer(
                    decision=row,
                    round=1,
                    outcome="grant" if amount < 4000 else "refuse",
                    how="member",
                    member_id=1,
                    member="Olga",
                    asked_at=at,
                    answered_at=at + timedelta(hours=chance.randrange(40)),
                )
            )
        Decision.objects.bulk_create(asked)
        Answer.objects.bulk_create(answers)


def main() -> None:
    """Print the figures."""
    CACHE.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=CACHE) as folder:
        os.environ["HAMMOCK_DATA"] = folder
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hammock.config.settings")
        import django
        from django.core.management import call_command

        django.setup()
        call_command("migrate", verbosity=0, interactive=False)
        from hammock.departments.decisions import kinds
        from hammock.flows.rehearse import rehearse
        from tests.judging import WISH, Staff, judged_by

        with judged_by(Staff()):
            print(f"five_policy_decisions_per_second: {ours(kinds.kind(WISH.name)):.0f}")
            print(f"bare_cel_per_second: {bare():.0f}")
            fill(WISH)
            start = time.perf_counter()
            report = rehearse(days=366)
            passed = time.perf_counter() - start
            assert report.total.questions == QUESTIONS
            print(f"rehearse_100k_seconds: {passed * 100_000 / QUESTIONS:.1f}")
            print(f"rehearsed: {report.total.questions}")
            print(report.headline)
            start = time.perf_counter()
            rehearse(days=30, is_away=True, proposes=False)
            passed = time.perf_counter() - start
            print(f"month_away_of_100k_a_year_seconds: {passed * 100_000 / QUESTIONS:.2f}")


if __name__ == "__main__":
    main()
