"""Stripe's requests: nested forms, decoded and checked against the SDK's own parameter classes."""

from __future__ import annotations

import types
import typing
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal, Union
from urllib.parse import parse_qsl

import stripe
import typing_extensions
from stripe._request_options import RequestOptions
from stripe._stripe_context import StripeContext

Fields = dict[str, Any]
_NOT_SENT = frozenset(RequestOptions.__annotations__)


@dataclass
class BadRequest(Exception):
    """What Stripe answers with status 400 (or another): its type, code and the parameter."""

    message: str
    code: str = ""
    param: str = ""
    status: int = 400
    type: str = "invalid_request_error"

    def answer(self) -> Fields:
        """Give the body of the answer."""
        said = {"type": self.type, "message": self.message, "code": self.code, "param": self.param}
        return {"error": {name: value for name, value in said.items() if value}}


def decoded(text: str) -> Fields:
    """Decode `a[b][0][c]=d` into dictionaries and lists of strings."""
    tree: Fields = {}
    for name, value in parse_qsl(text, keep_blank_values=True):
        head, *rest = name.split("[")
        path = [head, *(part.removesuffix("]") for part in rest)]
        place = tree
        for step in path[:-1]:
            place = place.setdefault(step, {})
        place[path[-1] or str(len(place))] = value
    return typing.cast("Fields", _with_lists(tree))


def _with_lists(value: object) -> object:
    if not isinstance(value, dict):
        return value
    inner = {name: _with_lists(part) for name, part in value.items()}
    is_list = inner and all(name.isdecimal() for name in inner)
    return [inner[name] for name in sorted(inner, key=int)] if is_list else inner


def checked(params: Fields, against: type) -> Fields:
    """Check and convert by the SDK's parameter class. Raises `BadRequest` as Stripe answers."""
    return _object(params, against, path="")


@lru_cache(maxsize=256)
def _hints(kind: type) -> Mapping[str, Any]:
    module = __import__(kind.__module__, fromlist=["_"])
    names = {**vars(typing), **vars(stripe), **vars(module), "StripeContext": StripeContext}
    return typing_extensions.get_type_hints(kind, names)


def _object(value: Fields, kind: type, *, path: str) -> Fields:
    hints = _hints(kind)
    is_top = not path
    for name in value:
        if name not in hints or (is_top and name in _NOT_SENT):
            raise BadRequest(
                f"Received unknown parameter: {_at(path, name)}",
                code="parameter_unknown",
                param=_at(path, name),
            )
    for name in sorted(getattr(kind, "__required_keys__", ())):
        if name not in value:
            raise BadRequest(
                f"Missing required param: {_at(path, name)}.",
                code="parameter_missing",
                param=_at(path, name),
            )
    return {name: _value(part, hints[name], path=_at(path, name)) for name, part in value.items()}


def _value(value: object, kind: Any, *, path: str) -> Any:
    choices = _choices(kind)
    if isinstance(value, dict):
        for choice in choices:
            if typing_extensions.is_typeddict(choice):
                return _object(value, choice, path=path)
            if typing.get_origin(choice) is dict:
                return value
        raise BadRequest(f"Invalid object: {path}", code="parameter_unknown", param=path)
    if isinstance(value, list):
        for choice in choices:
            if typing.get_origin(choice) is list:
                (inner,) = typing.get_args(choice)
                return [_value(v, inner, path=f"{path}[{i}]") for i, v in enumerate(value)]
        raise BadRequest(f"Invalid array: {path}", code="parameter_unknown", param=path)
    return _text(str(value), choices, path=path)


def _text(value: str, choices: tuple[Any, ...], *, path: str) -> Any:
    literals = [c for choice in choices for c in _literal(choice)]
    if value in literals or str in choices:
        return value
    if bool in choices and value in {"true", "false"}:
        return value == "true"
    if int in choices:
        try:
            return int(value)
        except ValueError:
            raise BadRequest(
                f"Invalid integer: {value}", code="parameter_invalid_integer", param=path
            ) from None
    raise BadRequest(f"Invalid {path}: {value}", code="parameter_invalid_string", param=path)


def _choices(kind: Any) -> tuple[Any, ...]:
    return typing.get_args(kind) if typing.get_origin(kind) in {Union, types.UnionType} else (kind,)


def _literal(choice: Any) -> tuple[Any, ...]:
    return typing.get_args(choice) if typing.get_origin(choice) is Literal else ()


def _at(path: str, name: str) -> str:
    return f"{path}[{name}]" if path else name
