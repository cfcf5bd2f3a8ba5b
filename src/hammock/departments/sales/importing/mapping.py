"""How another shop's file is to be understood: a small TOML file, checked key by key.

The files that ship lie in `sales/mappings`; the owner may give the path of their own.
docs/importing-orders.md explains every key.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from collections.abc import Mapping as Table
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar
from zoneinfo import ZoneInfo, available_timezones

from hammock.departments.ledger.rules import Chart
from hammock.departments.sales.importing.errors import WrongMapping
from hammock.kit.errors import FieldError
from hammock.kit.money import known_currency

T = TypeVar("T")

FOLDER = Path(__file__).resolve().parent.parent / "mappings"
NEEDED_COLUMNS = ("invoice", "sku", "quantity", "at", "unit_price")
OTHER_COLUMNS = ("title", "customer", "email", "name", "country")


@dataclass(frozen=True, kw_only=True)
class Code:
    """A code that is no goods, or the start of one, and the account where it lands."""

    text: str
    is_start: bool
    account: str


@dataclass(frozen=True, kw_only=True)
class Mapping:
    """What a file's columns mean, and on which accounts its lines land.

    `columns` goes from our names to the file's; `countries` from the file's names to ISO codes.
    Lines of an adjustment land on `adjustments` unless their code says otherwise.
    """

    name: str
    reference_prefix: str
    currency: str
    zone: ZoneInfo
    date_format: str
    columns: Table[str, str]
    credit_note_prefix: str
    adjustment_prefix: str
    sales: str
    credit_notes: str
    adjustments: str
    against: str
    codes: tuple[Code, ...]
    countries: Table[str, str]

    @property
    def origin(self) -> str:
        """What imported rows carry as their origin."""
        return f"import:{self.name}"

    def reference(self, number: str) -> str:
        """Our reference for an invoice of the file, such as UCI-489434."""
        return f"{self.reference_prefix}{number}"


def names() -> list[str]:
    """List the mappings that ship."""
    return sorted(path.stem for path in FOLDER.glob("*.toml"))


def load(name: str) -> Mapping:
    """Load a mapping that ships by its name, or the owner's own by the path of its .toml file.

    Raises `WrongMapping` naming file and key.
    """
    path = Path(name) if name.endswith(".toml") else FOLDER / f"{name}.toml"
    if not name.endswith(".toml") and name not in names():
        problem = f"no such mapping; there are {', '.join(names())}, or give a .toml file"
        raise WrongMapping(file=name, key="", problem=problem)
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise WrongMapping(file=name, key="", problem=error.strerror or "unreadable") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise WrongMapping(file=path.name, key="", problem=f"no TOML: {error}") from error
    return checked(content, file=path.name)


def checked(content: Table[str, Any], *, file: str) -> Mapping:
    """Make a mapping of a TOML file's content. Raises `WrongMapping` naming `file` and the key."""
    top = _Section(file=file, name="", values=content)
    top.knows(
        "reference_prefix", "currency", "time_zone", "date_format",
        "columns", "invoices", "accounts", "codes", "countries",
    )  # fmt: skip
    invoices, accounts = top.section("invoices"), top.section("accounts")
    invoices.knows("credit_note_prefix", "adjustment_prefix")
    accounts.knows("sales", "credit_notes", "adjustments", "against")
    return Mapping(
        name=_name(file),
        reference_prefix=top.text("reference_prefix", at_most=12),
        currency=top.checked("currency", known_currency),
        zone=top.checked("time_zone", _zone),
        date_format=top.checked("date_format", _date_format),
        columns=_columns(top.section("columns")),
        credit_note_prefix=invoices.text("credit_note_prefix", default=""),
        adjustment_prefix=invoices.text("adjustment_prefix", default=""),
        sales=accounts.checked("sales", _earning),
        credit_notes=accounts.checked("credit_notes", _earning),
        adjustments=accounts.checked("adjustments", _earning, default=Chart.ADJUSTMENTS.value),
        against=accounts.checked("against", _standing),
        codes=_codes(top.section("codes")),
        countries=_countries(top.section("countries")),
    )


@dataclass(frozen=True, kw_only=True)
class _Section:
    file: str
    name: str
    values: Table[str, Any]

    def wrong(self, key: str, problem: str) -> WrongMapping:
        dotted = f"{self.name}.{key}" if self.name else key
        return WrongMapping(file=self.file, key=dotted, problem=problem)

    def knows(self, *keys: str) -> None:
        for key in self.values:
            if key not in keys:
                raise self.wrong(key, f"no such key; there are {', '.join(keys)}")

    def section(self, key: str) -> _Section:
        found = self.values.get(key, {})
        if not isinstance(found, dict):
            raise self.wrong(key, f"must be a table, [{key}]")
        return _Section(file=self.file, name=key, values=found)

    def text(self, key: str, *, default: str | None = None, at_most: int = 120) -> str:
        found = self.values.get(key, default)
        if found is None:
            raise self.wrong(key, "is missing")
        if not isinstance(found, str) or (found == "" and default is None):
            raise self.wrong(key, "must be a text in quotes")
        if len(found) > at_most:
            raise self.wrong(key, f"must have at most {at_most} characters")
        return found

    def checked(self, key: str, check: Callable[[str], T], *, default: str | None = None) -> T:
        try:
            return check(self.text(key, default=default))
        except FieldError as error:
            raise self.wrong(key, error.problem) from error


def _name(file: str) -> str:
    name = Path(file).stem
    if len(name) > 32:
        raise WrongMapping(file=file, key="", problem="its name must have at most 32 characters")
    return name


def _zone(name: str) -> ZoneInfo:
    if name not in available_timezones():
        raise FieldError(field="time_zone", problem=f"“{name}” is no time zone (try Europe/London)")
    return ZoneInfo(name)


def _date_format(text: str) -> str:
    sample = datetime(2001, 2, 3, 0, 0)  # noqa: DTZ001 - only its day is written and read
    try:
        same_day = datetime.strptime(sample.strftime(text), text).date() == sample.date()  # noqa: DTZ007 - only its day is read
    except ValueError:
        same_day = False
    if not same_day:
        problem = f"“{text}” does not read a day, such as %Y-%m-%d %H:%M"
        raise FieldError(field="date_format", problem=problem)
    return text


def _earning(code: str) -> str:
    return _account(code, roots=("Income:", "Expenses:"))


def _standing(code: str) -> str:
    return _account(code, roots=("Assets:", "Liabilities:", "Equity:"))


def _account(code: str, *, roots: tuple[str, ...]) -> str:
    known = [account.value for account in Chart if account.value.startswith(roots)]
    if code not in known:
        problem = f"“{code}” is no account for it; there are {', '.join(known)}"
        raise FieldError(field="account", problem=problem)
    return code


def _columns(section: _Section) -> dict[str, str]:
    section.knows(*NEEDED_COLUMNS, *OTHER_COLUMNS)
    for key in NEEDED_COLUMNS:
        section.text(key)
    columns = {key: section.text(key) for key in section.values}
    for key, column in columns.items():
        if list(columns.values()).count(column) > 1:
            raise section.wrong(key, f"“{column}” stands for two things")
    return columns


def _codes(section: _Section) -> tuple[Code, ...]:
    found: dict[str, Code] = {}
    for account, texts in section.values.items():
        try:
            _earning(account)
        except FieldError as error:
            raise section.wrong(account, error.problem) from error
        if not isinstance(texts, list) or not all(isinstance(t, str) and t for t in texts):
            raise section.wrong(account, "must be a list of texts")
        for text in texts:
            if text in found:
                raise section.wrong(account, f"“{text}” has an account already")
            found[text] = Code(
                text=text.removesuffix("*"), is_start=text.endswith("*"), account=account
            )
    return tuple(found.values())


def _countries(section: _Section) -> dict[str, str]:
    codes = {key: section.text(key) for key in section.values}
    for key, code in codes.items():
        if len(code) != 2 or not code.isascii() or not code.isupper():
            raise section.wrong(key, f"“{code}” is no ISO 3166 code of two capitals")
    return codes
