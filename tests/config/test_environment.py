"""Settings: documented, checked, and secret where they must be."""

from __future__ import annotations

import json
import re
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hammock.config.environment import SETTINGS, read
from hammock.kit.errors import FieldError

DOCS = Path(__file__).parents[2] / "docs" / "configuration.md"


def test_every_setting_is_documented_and_no_other() -> None:
    documented = re.findall(r"^\| `([A-Z_]+)` \|", DOCS.read_text(encoding="utf-8"), re.MULTILINE)
    assert sorted(documented) == sorted(SETTINGS)


def test_nothing_has_to_be_set(tmp_path: Path) -> None:
    found = read({"HAMMOCK_DATA": str(tmp_path)})
    assert found.database_url == f"sqlite:///{tmp_path}/hammock.sqlite3"
    assert (found.port, found.host, found.url) == (8000, "127.0.0.1", "http://localhost:8000")
    assert not found.debug


def test_secrets_are_made_once_for_their_owner_alone(tmp_path: Path) -> None:
    first = read({"HAMMOCK_DATA": str(tmp_path)})
    secrets = tmp_path / "secrets.json"
    assert stat.S_IMODE(secrets.stat().st_mode) == 0o600
    assert json.loads(secrets.read_text())["secret_key"] == first.secret_key
    assert read({"HAMMOCK_DATA": str(tmp_path)}).secret_key == first.secret_key


def test_the_file_is_read_and_the_environment_wins(tmp_path: Path) -> None:
    (tmp_path / "hammock.env").write_text("# mine\nPORT=9000\nMAIL_FROM='a@b.de'\n")
    found = read({"HAMMOCK_DATA": str(tmp_path), "PORT": "9001"})
    assert (found.port, found.mail_from) == (9001, "a@b.de")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "http"),
        ("PORT", "0"),
        ("PORT", "70000"),
        ("HAMMOCK_WORKERS", "-1"),
        ("HAMMOCK_URL", "shop.example.org"),
        ("HAMMOCK_URL", "ftp://shop.example.org"),
        ("STRIPE_API", "nowhere"),
    ],
)
def test_a_value_that_cannot_be_used_is_named(tmp_path: Path, name: str, value: str) -> None:
    with pytest.raises(FieldError) as refused:
        read({"HAMMOCK_DATA": str(tmp_path), name: value})
    assert refused.value.field == name


def test_a_line_of_the_file_that_is_no_setting_is_named(tmp_path: Path) -> None:
    (tmp_path / "hammock.env").write_text("PORT=9000\nPROT=9001\n")
    with pytest.raises(FieldError, match="line 2"):
        read({"HAMMOCK_DATA": str(tmp_path)})


@given(value=st.text(max_size=30).filter(lambda text: "\x00" not in text))
def test_no_port_ends_in_a_traceback(tmp_path_factory: pytest.TempPathFactory, value: str) -> None:
    folder = tmp_path_factory.getbasetemp() / "ports"
    if value.isascii() and value.isdecimal() and 1 <= int(value) <= 65_535:
        assert read({"HAMMOCK_DATA": str(folder), "PORT": value}).port == int(value)
    elif value:
        with pytest.raises(FieldError, match="PORT"):
            read({"HAMMOCK_DATA": str(folder), "PORT": value})
