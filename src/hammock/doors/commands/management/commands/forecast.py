"""`hammock forecast [--json] [--claim AMOUNT --days N]`: what is to be expected, and how surely."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from hammock.departments.planning.models import Forecast
from hammock.flows.make_forecast import make_forecast
from hammock.kit.errors import HammockError
from hammock.kit.money import Money, minor_digits

MOST_DAYS = 366


class Command(BaseCommand):
    """Makes today's forecast, keeps it, and prints it."""

    help = "Foresee income, cash and hours of 36 months from the outside view and your own figures."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take how to print, and a claim to be answered."""
        parser.add_argument("--json", action="store_true", help="print the whole forecast as JSON")
        parser.add_argument("--claim", metavar="AMOUNT", help="such as 3000: its chance is told")
        parser.add_argument("--days", type=int, default=30, help="of the claim (30)")
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument("--paths", type=int, default=100_000)

    def handle(self, *args: Any, **options: Any) -> None:
        """Make the forecast and print it."""
        if not 1 <= options["days"] <= MOST_DAYS:
            raise CommandError(f"--days: give 1 to {MOST_DAYS}")
        if not 1000 <= options["paths"] <= 1_000_000 or options["seed"] < 0:
            raise CommandError("--paths: give 1,000 to 1,000,000; --seed: 0 or more")
        try:
            forecast = make_forecast(seed=options["seed"], paths=options["paths"])
            claim = _claim(forecast, options["claim"], options["days"])
        except HammockError as error:
            raise CommandError(str(error)) from error
        if options["json"]:
            told = {"made_on": forecast.made_on.isoformat(), **forecast.told, "claim": claim}
            self.stdout.write(json.dumps(told, ensure_ascii=False, allow_nan=False))
            return
        for line in _lines(forecast, claim):
            self.stdout.write(line)


def _claim(forecast: Forecast, amount: str | None, days: int) -> dict[str, Any] | None:
    if amount is None:
        return None
    from hammock.departments.planning.forecasting import answer_claim

    asked = Money.parse(amount, forecast.currency, field="--claim")
    answer = answer_claim(
        forecast.told, amount=asked.minor, days=days, digits=minor_digits(forecast.currency)
    )
    return {
        "amount_minor": asked.minor,
        "days": days,
        "chance": answer.here,
        "chance_among_sellers": answer.among_sellers,
    }


def _lines(forecast: Forecast, claim: Mapping[str, Any] | None) -> list[str]:
    told = forecast.told
    found = [
        f"Forecast of {forecast.made_on}, {told['paths']:,} futures of {told['months']} months"
    ]
    found += [f"note: {note}" for note in told["notes"]]
    for month in (3, 12, told["months"]):
        row = told["income"][month - 1]
        low, middle, high = (Money(row[at], forecast.currency) for at in (1, 3, 5))
        found.append(f"income in month {month}: {middle} (80 %: {low} to {high})")
    if told["first_sale"]:
        chances = ", ".join(f"day {day} {share:.1%}" for day, share in told["first_sale"].items())
        found.append(f"first sale by {chances}")
    for name, said in (("reaching", "target income held"), ("running_out", "money runs out")):
        if told[name] is not None:
            found.append(f"{said} within a year {told[name][11]:.1%}, three {told[name][-1]:.1%}")
    if told["wage"] is not None:
        found.append(f"an hour brings {Money(told['wage'][3], forecast.currency)} at the median")
    found.append("moves it most: " + ", ".join(one["label"] for one in told["movers"]))
    found.append(f"your shop's own share of the level of sales: {told['own_weight']:.0%}")
    if claim is not None:
        amount = Money(claim["amount_minor"], forecast.currency)
        found.append(f"{amount} or more within {claim['days']} days: {claim['chance']:.2%}")
        if claim["chance_among_sellers"] is not None:
            among = claim["chance_among_sellers"]
            found.append(f"of published sellers with a sale, at that pace in a month: {among:.2%}")
    return found
