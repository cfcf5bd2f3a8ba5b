"""Reads tables of the sample's TOML files and names file and key of whatever is wrong in them."""

from __future__ import annotations

import tomllib
from datetime import time
from pathlib import Path
from typing import Any, NoReturn

from hammock.kit.errors import FieldError


class Table:
    """One TOML table being read; every key has to be asked for, or `close` complains about it."""

    def __init__(self, values: dict[str, Any], *, where: str) -> None:
        self._left = dict(values)
        self._where = where

    @classmethod
    def of_file(cls, path: Path) -> Table:
        """Read a whole file; broken TOML raises `FieldError` naming file, line and column."""
        try:
            return cls(tomllib.loads(path.read_text(encoding="utf-8")), where=path.name)
        except tomllib.TOMLDecodeError as error:
            raise FieldError(field=path.name, problem=str(error)) from error

    def wrong(self, key: str, problem: str) -> NoReturn:
        """Raise `FieldError` for that key of this table."""
        raise FieldError(field=f"{self._where} {key}".strip(), problem=problem)

    def text(self, key: str, *, empty: bool = False) -> str:
        """Take a text, stripped; an empty one only where that is allowed."""
        value = self._take(key)
        if not isinstance(value, str):
            self.wrong(key, "write a text in quotes")
        if not value.strip() and not empty:
            self.wrong(key, "must not be empty")
        return value.strip()

    def number(self, key: str, *, least: int = 0) -> int:
        """Take a whole number of at least `least`."""
        value = self._take(key)
        if not isinstance(value, int) or isinstance(value, bool) or value < least:
            self.wrong(key, f"write a whole number of at least {least}")
        return value

    def yes(self, key: str) -> bool:
        """Take true or false."""
        value = self._take(key)
        if not isinstance(value, bool):
            self.wrong(key, "write true or false")
        return value

    def hour(self, key: str) -> time:
        """Take a time of day such as "18:00"."""
        try:
            return time.fromisoformat(self.text(key))
        except ValueError:
            self.wrong(key, 'write a time such as "18:00"')

    def texts(self, key: str) -> tuple[str, ...]:
        """Take a list of texts; none if the key is missing."""
        values = self._left.pop(key, [])
        if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
            self.wrong(key, "write a list of texts")
        return tuple(values)

    def table(self, key: str) -> Table:
        """Take a table."""
        values = self._take(key)
        if not isinstance(values, dict):
            self.wrong(key, "write a table")
        return Table(values, where=f"{self._where} {key}")

    def tables(self, key: str) -> tuple[Table, ...]:
        """Take a list of tables; none if the key is missing. They count from 1 in messages."""
        values = self._left.pop(key, [])
        if not isinstance(values, list) or not all(isinstance(value, dict) for value in values):
            self.wrong(key, "write a list of tables")
        return tuple(
            Table(value, where=f"{self._where} {key}[{number}]")
            for number, value in enumerate(values, start=1)
        )

    def has(self, key: str) -> bool:
        """Tell whether the key is there and not yet taken."""
        return key in self._left

    def close(self) -> None:
        """Complain about the first key that nobody asked for."""
        for key in self._left:
            self.wrong(key, "is not known here")

    def _take(self, key: str) -> Any:
        if key not in self._left:
            self.wrong(key, "is missing")
        return self._left.pop(key)
