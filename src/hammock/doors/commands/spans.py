"""Spans of time as the command line takes them."""

from __future__ import annotations

from argparse import ArgumentTypeError
from collections.abc import Callable


def days(*, most: int) -> Callable[[str], int]:
    """Make the reader of a number of days from 1 to `most`; anything else names itself."""

    def read(text: str) -> int:
        number = int(text) if text.isascii() and text.isdecimal() and len(text) < 7 else 0
        if not 1 <= number <= most:
            raise ArgumentTypeError(f"“{text}” is no whole number from 1 to {most:,}")
        return number

    return read
