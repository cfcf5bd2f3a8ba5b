"""Personal data that some readers may not see: hidden where it is read, not where it is shown.

A column that holds somebody's name or address is one of the fields below. Inside `hidden()` the ORM
gives such columns masked, in whole rows and single values alike, so no page, list or export can
forget it; and it refuses to write a masked value back. The database knows the columns as plain
text. Searching is not masked: whoever offers a search asks `is_hidden()` first.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

from django.db import models

from hammock.kit.errors import HammockError

S = TypeVar("S", contravariant=True)
G = TypeVar("G", covariant=True)

DOTS = "•••"
_ADDRESS = re.compile(r"[\w.+'-]+@[\w-]+(?:\.[\w-]+)*\.[a-z]{2,}", re.IGNORECASE)
_hides: ContextVar[bool] = ContextVar("personal_data_is_hidden", default=False)


class PersonalDataHidden(HammockError):
    """A row was about to be saved whose personal data its writer may not even see."""

    def __init__(self, *, field: str) -> None:
        super().__init__(field)
        self.field = field

    def sentence(self) -> str:
        """Name the column."""
        return f"{self.field} is hidden from you, so you cannot save it."


def is_hidden() -> bool:
    """Tell whether the present reader may not see personal data."""
    return _hides.get()


@contextmanager
def hidden() -> Iterator[None]:
    """Hide personal data from everything that the block reads."""
    before = _hides.set(True)
    try:
        yield
    finally:
        _hides.reset(before)


def masked(text: str) -> str:
    """Leave the first letter of a text, so that a list can still be told apart: `Ada` → `A•••`."""
    local, at, _domain = text.partition("@")
    return f"{local[:1]}{DOTS}{at}{DOTS if at else ''}" if text else ""


def without_addresses(text: str) -> str:
    """Mask every e-mail address in a text, for what was not read from a personal column."""
    return _ADDRESS.sub(f"{DOTS}@{DOTS}", text)


def _read(value: str | None) -> str | None:
    return masked(value) if value and _hides.get() else value


def _refuse(field: models.Field[Any, Any], *, add: bool) -> None:
    if _hides.get() and not add:
        raise PersonalDataHidden(field=field.name)


class PersonalCharField(models.CharField[S, G]):
    """A short text about a person."""

    def from_db_value(self, value: str | None, *_rest: Any) -> str | None:
        """Give the text, masked where it is hidden."""
        return _read(value)

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:  # noqa: FBT001 - Django's
        """Refuse to write back what was read masked."""
        _refuse(self, add=add)
        return super().pre_save(model_instance, add)

    def deconstruct(self) -> Any:
        """Be a plain column to migrations."""
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.CharField", args, kwargs


class PersonalEmailField(models.EmailField[S, G]):
    """Somebody's e-mail address."""

    def from_db_value(self, value: str | None, *_rest: Any) -> str | None:
        """Give the address, masked where it is hidden."""
        return _read(value)

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:  # noqa: FBT001 - Django's
        """Refuse to write back what was read masked."""
        _refuse(self, add=add)
        return super().pre_save(model_instance, add)

    def deconstruct(self) -> Any:
        """Be a plain column to migrations."""
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.EmailField", args, kwargs


class PersonalTextField(models.TextField[S, G]):
    """A long text that names a person; nothing of it is left where it is hidden."""

    def from_db_value(self, value: str | None, *_rest: Any) -> str | None:
        """Give the text, or say that it is hidden."""
        return "(hidden: it names a customer)" if value and _hides.get() else value

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:  # noqa: FBT001 - Django's
        """Refuse to write back what was read masked."""
        _refuse(self, add=add)
        return super().pre_save(model_instance, add)

    def deconstruct(self) -> Any:
        """Be a plain column to migrations."""
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.TextField", args, kwargs
