"""The list of countries in the checkout, drawn once: only the choice differs."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import pycountry
from django import forms
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe


@lru_cache(maxsize=1)
def countries() -> tuple[tuple[str, str], ...]:
    """List ISO 3166 codes with their names, by name."""
    named = ((country.alpha_2, _name(country)) for country in pycountry.countries)
    return tuple(sorted(named, key=lambda pair: pair[1]))


class CountrySelect(forms.Select):
    """A select whose 249 options are not rendered anew for every visitor."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        """Draw the select around the kept options."""
        attributes = self.build_attrs(self.attrs, {"name": name, **(attrs or {})})
        given = "".join(
            format_html(" {}", key) if setting is True else format_html(' {}="{}"', key, setting)
            for key, setting in attributes.items()
            if setting is not None and setting is not False
        )
        return mark_safe(f"<select{given}>{_options(str(value or ''))}</select>")  # noqa: S308 - escaped above


@lru_cache(maxsize=300)
def _options(chosen: str) -> str:
    known = chosen if chosen in dict(countries()) else ""
    return "".join(
        format_html(
            '<option value="{}"{}>{}</option>',
            code,
            mark_safe(" selected" if code == known else ""),  # noqa: S308 - one of two constants
            name,
        )
        for code, name in countries()
    )


def _name(country: Any) -> str:
    return str(getattr(country, "common_name", country.name))
