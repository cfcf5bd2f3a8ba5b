"""Form fields that speak the house's types."""

from __future__ import annotations

import re
from typing import Any

from django import forms

from hammock.doors.console import frame
from hammock.kit.errors import FieldError
from hammock.kit.money import Money, minor_digits

_AMBIGUOUS = re.compile(r"-?[1-9]\d{0,2}[.,]\d{3}")  # twelve thousand to one, twelve to another


def day_field(**kwargs: Any) -> forms.DateField:
    """Ask for a day as browsers do."""
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(widget=widget, **kwargs)


class MoneyField(forms.CharField):
    """An amount in one currency as people type it; cleans to `Money`, empty to None."""

    def __init__(self, *, currency: str, allow_negative: bool = False, **kwargs: Any) -> None:
        widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off", "size": 8})
        super().__init__(widget=widget, **kwargs)
        self.currency = currency
        self.allow_negative = allow_negative

    def prepare_value(self, value: Any) -> Any:
        """Write a stored amount as people type it."""
        return f"{value.decimal:f}" if isinstance(value, Money) else value

    def clean(self, value: Any) -> Any:
        """Read it; the error says what is wrong."""
        text = super().clean(value)
        if not text:
            return None
        if _AMBIGUOUS.fullmatch(text.replace(" ", "")) and minor_digits(self.currency) < 3:
            raise forms.ValidationError(
                f"“{text}” can be read in two ways. Write thousands without a mark, as 12000."
            )
        try:
            amount = Money.parse(text, self.currency)
        except FieldError as error:
            raise forms.ValidationError(frame.as_sentence(error.problem)) from error
        if amount.minor < 0 and not self.allow_negative:
            raise forms.ValidationError("Write 0 or more.")
        if abs(amount.minor) > 10**15:
            raise forms.ValidationError("That is more money than we can count.")
        return amount


class ManyFiles(forms.ClearableFileInput):
    """A file input that takes several files."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files at once; the cleaned value is their list."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=ManyFiles(), **kwargs)

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        """Check each of the files."""
        given = data if isinstance(data, list | tuple) else [data]
        if not any(given):
            super().clean(None, initial)
            return []
        return [super(FilesField, self).clean(one, initial) for one in given]
