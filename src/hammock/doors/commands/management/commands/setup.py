"""`hammock setup`: a new, empty business."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Callable
from typing import Any

import pycountry
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email

from hammock.departments.catalogue.errors import NoShop, ShopExists
from hammock.doors.commands.business import business_here
from hammock.flows.open_business import Opening, open_business
from hammock.kit.errors import FieldError, HammockError
from hammock.kit.money import known_currency


def _email(text: str) -> str:
    try:
        validate_email(text)
    except ValidationError:
        raise FieldError(field="--email", problem=f"“{text}” is no e-mail address") from None
    return text


def _name(text: str) -> str:
    if not 1 <= len(text) <= 80:
        raise FieldError(field="--name", problem="use 1 to 80 characters")
    return text


def _country(text: str) -> str:
    found = pycountry.countries.get(alpha_2=text.upper())
    if found is None:
        raise FieldError(field="--country", problem=f"“{text}” is no ISO 3166 code (try DE)")
    return str(found.alpha_2)


def _currency(text: str) -> str:
    return known_currency(text, field="--currency")


ASKED: dict[str, tuple[str, Callable[[str], str]]] = {
    "email": ("Your e-mail address", _email),
    "name": ("The shop's name", _name),
    "country": ("Your country (two letters, as DE)", _country),
    "currency": ("The shop's currency (three letters, as EUR)", _currency),
}


class Command(BaseCommand):
    """Asks what it was not told, checks it, and opens the business."""

    help = "open a new, empty business"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add a flag for each question."""
        for name, (question, _check) in ASKED.items():
            parser.add_argument(f"--{name}", help=question)
        parser.add_argument(
            "--noinput", action="store_false", dest="interactive", help="ask nothing"
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        """Check everything, then write everything."""
        _refuse_second()
        try:
            answers = {name: self._answer(name, options) for name in ASKED}
            call_command("migrate", interactive=False, verbosity=0)
            open_business(Opening(**answers))
        except HammockError as refusal:
            raise CommandError(f"{refusal}. Nothing was set up.") from refusal
        except (EOFError, KeyboardInterrupt):
            raise CommandError("Stopped. Nothing was set up.") from None
        call_command("addresses", stdout=self.stdout)
        self.stdout.write("Next:        hammock serve, with the same HAMMOCK_DATA")

    def _answer(self, name: str, options: dict[str, Any]) -> str:
        question, check = ASKED[name]
        given: str | None = options[name]
        if given is None and not options["interactive"]:
            raise FieldError(field=f"--{name}", problem="is missing")
        while given is None:
            try:
                given = check(input(f"{question}: ").strip())
            except FieldError as refusal:
                self.stderr.write(refusal.problem)
        return check(given.strip())


def _refuse_second() -> None:
    """Refuse before anybody answers questions in vain; the flow refuses for good."""
    try:
        name = business_here()
    except NoShop:
        return
    raise CommandError(f"{ShopExists(name=name)} Nothing was set up.")
