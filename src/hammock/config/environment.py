"""What the outside may set: environment variables, or the same names in `hammock.env`.

Every setting stands in `Environment`, with its sentence in docs/configuration.md (a test holds the
two together). The file lies in the data folder; the environment wins over it. Secrets that nobody
gave are made at first start in `secrets.json`, mode 0600.
"""

from __future__ import annotations

import json
import os
import re
import secrets
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from email.utils import parseaddr
from pathlib import Path
from urllib.parse import urlsplit

from hammock.kit.errors import FieldError
from hammock.kit.mailbox import Mailbox, of_url

DEFAULT_FOLDER = ".hammock"
_ADDRESS = re.compile(r"https?://([A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(:[0-9]{1,5})?")


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
    inbox: Mailbox | None
    storage_url: str
    text_model: Path | None
    table_engine: str
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
    "INBOX_URL": "inbox",
    "STORAGE_URL": "storage_url",
    "HAMMOCK_TEXT_MODEL": "text_model",
    "HAMMOCK_TABLE_ENGINE": "table_engine",
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
    data = _made_folder(given.get("HAMMOCK_DATA") or DEFAULT_FOLDER)
    values = _file_values(data / "hammock.env") | {k: v for k, v in given.items() if k in SETTINGS}
    port = _whole(values, "PORT", default=8000, low=1, high=65_535)
    return Environment(
        data=data,
        database_url=values.get("DATABASE_URL") or f"sqlite:///{data / 'hammock.sqlite3'}",
        port=port,
        host=values.get("HAMMOCK_HOST") or "127.0.0.1",
        url=_address(values, "HAMMOCK_URL", default=f"http://localhost:{port}"),
        email_url=values.get("EMAIL_URL") or f"file://{data / 'outbox'}",
        mail_from=_sender(values, "MAIL_FROM"),
        inbox=of_url(values["INBOX_URL"]) if values.get("INBOX_URL") else None,
        storage_url=values.get("STORAGE_URL") or f"file://{data / 'files'}",
        text_model=_folder(values, "HAMMOCK_TEXT_MODEL"),
        table_engine=_engine(values, "HAMMOCK_TABLE_ENGINE"),
        stripe_secret_key=values.get("STRIPE_SECRET_KEY") or "",
        stripe_webhook_secret=values.get("STRIPE_WEBHOOK_SECRET") or "",
        stripe_api=_address(values, "STRIPE_API", default="https://api.stripe.com"),
        workers=_whole(values, "HAMMOCK_WORKERS", default=_workers(), low=1, high=64),
        debug=_switch(values, "HAMMOCK_DEBUG"),
        secret_key=_made_secret(data / "secrets.json", "secret_key"),
    )


def _workers() -> int:
    """One more than cores: while one waits for the disk or its turn to write, another works."""
    return min(os.cpu_count() or 1, 8) + 1


def _made_folder(text: str) -> Path:
    try:
        folder = Path(text).expanduser().resolve()
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except (OSError, RuntimeError, ValueError) as error:
        raise FieldError(field="HAMMOCK_DATA", problem=f"“{text}”: {error}") from error
    return folder


def _file_values(path: Path) -> dict[str, str]:
    try:
        lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    except (OSError, UnicodeDecodeError) as error:
        raise FieldError(field=path.name, problem=f"cannot be read ({error})") from error
    values: dict[str, str] = {}
    for number, line in enumerate(lines, start=1):
        stripped = line.strip()
        if not stripped or stripped.startswith("#"):
            continue
        name, equals, value = stripped.partition("=")
        if not equals or name.strip() not in SETTINGS:
            raise FieldError(
                field=f"{path.name} line {number}",
                problem=f"“{name.strip()}” is no setting (see docs/configuration.md)",
            )
        if name.strip() == "HAMMOCK_DATA":
            raise FieldError(
                field=f"{path.name} line {number}",
                problem="HAMMOCK_DATA says where this file lies: set it in the environment",
            )
        values[name.strip()] = value.strip().strip("\"'")
    return values


def _folder(values: Mapping[str, str], name: str) -> Path | None:
    text = values.get(name)
    if not text:
        return None
    if not Path(text).is_dir():
        raise FieldError(field=name, problem=f"“{text}” is not a folder")
    return Path(text)


def _engine(values: Mapping[str, str], name: str) -> str:
    """Read the address of a table engine; it may hold a password, so it is not repeated."""
    text = values.get(name) or "duckdb://"
    if not re.match(r"[a-z][a-z0-9]*://", text):
        raise FieldError(field=name, problem="it is no address such as clickhouse://host/database")
    return text


def _whole(values: Mapping[str, str], name: str, *, default: int, low: int, high: int) -> int:
    text = values.get(name) or str(default)
    is_number = text.isascii() and text.isdecimal() and len(text) < 10
    if not is_number or not low <= int(text) <= high:
        raise FieldError(field=name, problem=f"“{text}” is no whole number from {low} to {high}")
    return int(text)


def _switch(values: Mapping[str, str], name: str) -> bool:
    text = values.get(name) or "0"
    if text not in {"0", "1"}:
        raise FieldError(field=name, problem=f"“{text}” is neither 0 nor 1")
    return text == "1"


def _sender(values: Mapping[str, str], name: str) -> str:
    text = values.get(name) or ""
    _shown, address = parseaddr(text)
    if text and not (text.isprintable() and re.fullmatch(r"[^@\s]+@[^@\s]+", address)):
        raise FieldError(field=name, problem=f"“{text}” is no sender (Shop <hello@example.com>)")
    return text


def _address(values: Mapping[str, str], name: str, *, default: str) -> str:
    """Read an address without a path, for others are put behind it."""
    text = (values.get(name) or default).rstrip("/")
    if not _ADDRESS.fullmatch(text) or not _has_good_port(text):
        raise FieldError(
            field=name,
            problem=f"“{text}” is no address such as https://shop.example.com, without a path",
        )
    return text


def _has_good_port(address: str) -> bool:
    try:
        return urlsplit(address).port != 0
    except ValueError:
        return False


def _made_secret(path: Path, name: str) -> str:
    """Read the secret, or make it: of two that start at once, the first to lay it down wins."""
    if not path.exists():
        made = json.dumps({name: secrets.token_urlsafe(48)})
        try:
            _lay_down(path, made)
        except OSError as error:
            raise FieldError(field="HAMMOCK_DATA", problem=f"{path}: {error.strerror}") from error
    try:
        kept = json.loads(path.read_text(encoding="utf-8"))[name]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise FieldError(
            field=path.name, problem=f"{path} holds no {name}: put it back from a backup"
        ) from error
    return str(kept)


def _lay_down(path: Path, content: str) -> None:
    descriptor, draft = tempfile.mkstemp(prefix=f".{path.name}-", dir=path.parent)  # mode 0600
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(content)
        with suppress(FileExistsError):
            os.link(draft, path)  # unlike a rename it never replaces
    finally:
        Path(draft).unlink()
