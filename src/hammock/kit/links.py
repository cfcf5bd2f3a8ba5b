"""Links that prove themselves: addresses of this installation, signed for one purpose."""

from __future__ import annotations

import re
from datetime import timedelta
from functools import cache
from typing import Any

from django.conf import settings
from django.core import signing
from django.urls import reverse
from django.utils.crypto import constant_time_compare

from hammock.kit.errors import HammockError

_PLAIN = re.compile(r"[-\w:.]+", re.ASCII)  # stands in a path as it is


class LinkRefused(HammockError):
    """A signed link was changed, or its time is over."""

    def __init__(self, *, expired: bool) -> None:
        super().__init__(expired)
        self.expired = expired

    def sentence(self) -> str:
        """Say which of the two."""
        return "This link has expired." if self.expired else "This link is not valid."


def absolute(name: str, **kwargs: Any) -> str:
    """Give the full address of the page with this URL name."""
    return f"{settings.HAMMOCK_URL}{_path(name, kwargs)}"


def _path(name: str, values: dict[str, Any]) -> str:
    """Find the path; tokens go into one that is found once, for every purchase asks for several."""
    if not all(isinstance(value, str) and _PLAIN.fullmatch(value) for value in values.values()):
        return reverse(name, kwargs=values)
    return _form_of(name, tuple(values)).format_map(values)


@cache
def _form_of(name: str, keys: tuple[str, ...]) -> str:
    path = reverse(name, kwargs={key: f"--{key}--" for key in keys})
    return re.sub(r"--(\w+)--", r"{\1}", path)


def sign(purpose: str, value: Any) -> str:
    """Make a token that carries `value` (JSON) and is good for `purpose` only."""
    return signing.dumps(value, salt=f"hammock.{purpose}", compress=True)


def unsign(purpose: str, token: str, *, max_age: timedelta | None = None) -> Any:
    """Give back the token's value. Raises `LinkRefused` if changed or older than `max_age`."""
    try:
        return signing.loads(token, salt=f"hammock.{purpose}", max_age=max_age)
    except signing.SignatureExpired:
        raise LinkRefused(expired=True) from None
    except signing.BadSignature:
        raise LinkRefused(expired=False) from None


def seal(purpose: str, value: str) -> str:
    """Give the short mark that proves the value for `purpose`: the same each time, for ever.

    Its 22 letters are 132 bits of an HMAC with SHA-256.
    """
    return signing.Signer(salt=f"hammock.{purpose}").signature(value)[:22]


def is_sealed(purpose: str, value: str, mark: str) -> bool:
    """Tell whether the mark is this value's."""
    return constant_time_compare(seal(purpose, value), mark)
