"""What the outside may set: environment variables, or the same names in `hammock.env`.

Every setting stands in `Environment`, with its sentence in docs/configuration.md (a test holds the
two together). The file lies in the data folder; the environment wins over it. Secrets that nobody
gave are made at first start in `secrets.json`, mode 0600.
"""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from hammock.kit.errors import FieldError

DEFAULT_FOLDER = ".hammock"


@dataclass(frozen=True, kw_only=True)
class Environment:
    """The settings of one installation, checked."""

    data: Path
    database_url: str
    port: int
    host: str
    url: str
    email_url: str
    mail_from: str
    storage_url: str
    stripe_secret_key: str
    stripe_webhook_secret: str
    stripe_api: str
    workers: int
    debug: bool
    secret_key: str


SETTINGS = {
    "HAMMOCK_DATA": "data",
    "DATABASE_URL": "database_url",
    "PORT": "port",
    "HAMMOCK_HOST": "host",
    "HAMMOCK_URL": "url",
    "EMAIL_URL": "email_url",
    "MAIL_FROM": "mail_from",
    "STORAGE_URL": "storage_url",
    "STRIPE_SECRET_KEY": "stripe_secret_key",
    "STRIPE_WEBHOOK_SECRET": "stripe_webhook_secret",
    "STRIPE_API": "stripe_api",
    "HAMMOCK_WORKERS": "workers",
    "HAMMOCK_DEBUG": "debug",
}


def read(variables: Mapping[str, str] | None = None) -> Environment:
    """Read the settings from `variables` (the process's by default) and `hammock.env`.

    Makes the data folder if it is not there. Raises `FieldError` naming the setting that cannot
    be used.
    """
    given = dict(os.environ if variables is None else variables)
    data = Path(given.get("HAMMOCK_DATA") or DEFAULT_FOLDER).expanduser().resolve()
    try:
        data.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise FieldError(field="HAMMOCK_DATA", problem=f"{data}: {error.strerror}") from error
    values = _file_values(data / "hammock.env") | {k: v for k, v in given.items() if k in SETTINGS}
    port = _whole(values, "PORT", default=8000, low=1, high=65_535)
    return Environment(
        data=data,
        database_url=values.get("DATABASE_URL") or f"sqlite:///{data / 'hammock.sqlite3'}",
        port=port,
        host=values.get("HAMMOCK_HOST") or "127.0.0.1",
        url=_address(values, "HAMMOCK_URL", default=f"http://localhost:{port}"),
        email_url=values.get("EMAIL_URL") or f"file://{data / 'outbox'}",
        mail_from=values.get("MAIL_FROM") or "",
        storage_url=values.get("STORAGE_URL") or f"file://{data / 'files'}",
        stripe_secret_key=values.get("STRIPE_SECRET_KEY") or "",
        stripe_webhook_secret=values.get("STRIPE_WEBHOOK_SECRET") or "",
        stripe_api=_address(values, "STRIPE_API", default="https://api.stripe.com"),
        workers=_whole(values, "HAMMOCK_WORKERS", default=_cores(), low=1, high=64),
        debug=values.get("HAMMOCK_DEBUG", "") == "1",
        secret_key=_made_secret(data / "secrets.json", "secret_key"),
    )


def _cores() -> int:
    return min(os.cpu_count() or 1, 8)


def _file_values(path: Path) -> dict[str, str]:
    if not path.exists():
        return {}
    values: dict[str, str] = {}
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        stripped = line.strip()
        if not stripped or stripped.startswith("#"):
            continue
        name, equals, value = stripped.partition("=")
        if not equals or name.strip() not in SETTINGS:
            raise FieldError(
                field=f"{path.name} line {number}",
                problem=f"“{name.strip()}” is no setting (see docs/configuration.md)",
            )
        values[name.strip()] = value.strip().strip("\"'")
    return values


def _whole(values: Mapping[str, str], name: str, *, default: int, low: int, high: int) -> int:
    text = values.get(name) or str(default)
    if not (text.isascii() and text.isdecimal()) or not low <= int(text) <= high:
        raise FieldError(field=name, problem=f"“{text}” is no whole number from {low} to {high}")
    return int(text)


def _address(values: Mapping[str, str], name: str, *, default: str) -> str:
    text = (values.get(name) or default).rstrip("/")
    parts = urlsplit(text)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise FieldError(field=name, problem=f"“{text}” is no http:// or https:// address")
    return text


def _made_secret(path: Path, name: str) -> str:
    kept: dict[str, str] = json.loads(path.read_text()) if path.exists() else {}
    if name not in kept:
        kept[name] = secrets.token_urlsafe(48)
        draft = path.with_suffix(".new")
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            json.dump(kept, file)
        draft.replace(path)
    return kept[name]
