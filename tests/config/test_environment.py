"""Settings: documented, checked, and secret where they must be."""

from __future__ import annotations

import json
import re
import stat
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hammock.config.environment import SETTINGS, read
from hammock.config.settings import database, mail_settings
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


def test_the_table_engine_is_chosen_by_one_setting(tmp_path: Path) -> None:
    assert read({"HAMMOCK_DATA": str(tmp_path)}).table_engine == "duckdb://"
    address = "clickhouse://me:secret@host/markets"
    found = read({"HAMMOCK_DATA": str(tmp_path), "HAMMOCK_TABLE_ENGINE": address})
    assert found.table_engine == address


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
        ("HAMMOCK_TABLE_ENGINE", "my.duckdb"),
        ("HAMMOCK_URL", "shop.example.org"),
        ("HAMMOCK_URL", "ftp://shop.example.org"),
        ("HAMMOCK_URL", "https://"),
        ("HAMMOCK_URL", "https://[::1"),
        ("HAMMOCK_URL", "https://shop.example.org:99999"),
        ("HAMMOCK_URL", "https://shop.example.org:0"),
        ("HAMMOCK_URL", "https://shop.example.org/shop"),
        ("HAMMOCK_URL", "https://shop.example.org?a=b"),
        ("HAMMOCK_URL", "https://me@shop.example.org"),
        ("HAMMOCK_URL", "https://shop example.org"),
        ("STRIPE_API", "nowhere"),
        ("MAIL_FROM", "Shop"),
        ("MAIL_FROM", "Shop <hello>"),
        ("MAIL_FROM", "a@b.de\nBcc: c@d.de"),
        ("HAMMOCK_DEBUG", "true"),
        ("INBOX_URL", "imap://me:secret@mail.example.org/INBOX"),
        ("INBOX_URL", "imaps://mail.example.org/INBOX"),
        ("INBOX_URL", "imaps://me:secret@/INBOX"),
        ("INBOX_URL", "imaps://me:secret@mail.example.org:0x1/INBOX"),
        ("INBOX_URL", "imaps://me:secret@mail.example.org/IN%0ABOX"),
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


@pytest.mark.parametrize(
    ("url", "seen"),
    [
        ("https://shop.example.org/", "https://shop.example.org"),
        ("http://127.0.0.1:8000", "http://127.0.0.1:8000"),
        ("http://[::1]:8000", "http://[::1]:8000"),
    ],
)
def test_good_addresses_are_taken(tmp_path: Path, url: str, seen: str) -> None:
    assert read({"HAMMOCK_DATA": str(tmp_path), "HAMMOCK_URL": url}).url == seen


_lines = st.one_of(
    st.text(max_size=40),
    st.builds("{}={}".format, st.sampled_from([*SETTINGS]), st.text(max_size=40)),
)


@given(lines=st.lists(_lines, max_size=4))
def test_any_file_is_read_or_refused_in_one_line(
    tmp_path_factory: pytest.TempPathFactory, lines: list[str]
) -> None:
    folder = tmp_path_factory.getbasetemp() / "files"
    folder.mkdir(exist_ok=True)
    (folder / "hammock.env").write_text("\n".join(lines), encoding="utf-8", errors="replace")
    try:
        found = read({"HAMMOCK_DATA": str(folder)})
    except FieldError as refused:
        is_known = refused.field in SETTINGS or refused.field.startswith("hammock.env line ")
        assert is_known, refused  # noqa: PT017 - either outcome is right
    else:
        assert 1 <= found.port <= 65_535
        assert found.url.startswith(("http://", "https://"))


def test_a_mailbox_is_understood_and_its_password_not_shown(tmp_path: Path) -> None:
    url = "imaps://hello%40kiln.example:p%40ss%2Fword@mail.example.org/Answers%20in"
    box = read({"HAMMOCK_DATA": str(tmp_path), "INBOX_URL": url}).inbox
    assert box is not None
    assert (box.host, box.port, box.folder) == ("mail.example.org", 993, "Answers in")
    assert (box.user, box.password) == ("hello@kiln.example", "p@ss/word")
    assert "p@ss" not in repr(box) + box.name
    other = read({"HAMMOCK_DATA": str(tmp_path), "INBOX_URL": "imaps://me:x@mail.example.org:1993"})
    assert other.inbox is not None
    assert (other.inbox.port, other.inbox.folder) == (1993, "INBOX")


@given(url=st.one_of(st.text(max_size=40), st.from_regex(r"(smtps?|file)://[^\x00]{0,30}")))
def test_a_mail_server_is_understood_or_refused(url: str) -> None:
    try:
        found = mail_settings(url)
    except FieldError as refused:
        assert refused.field == "EMAIL_URL"  # noqa: PT017 - either outcome is right
    else:
        assert found.get("EMAIL_HOST") or found["EMAIL_FILE_PATH"].startswith("/")


@given(url=st.one_of(st.text(max_size=40), st.from_regex(r"(sqlite|postgres)://[^\x00]{0,30}")))
def test_a_database_is_understood_or_refused(url: str) -> None:
    try:
        found = database(url)
    except FieldError as refused:
        assert refused.field == "DATABASE_URL"  # noqa: PT017 - either outcome is right
    else:
        assert found["ENGINE"].endswith(("sqlite", "postgresql"))


def test_the_data_folder_cannot_be_set_in_the_file_that_lies_in_it(tmp_path: Path) -> None:
    (tmp_path / "hammock.env").write_text("\nHAMMOCK_DATA=/elsewhere\n")
    with pytest.raises(FieldError, match=r"hammock\.env line 2: HAMMOCK_DATA says where"):
        read({"HAMMOCK_DATA": str(tmp_path)})


def test_a_file_that_is_no_text_is_named(tmp_path: Path) -> None:
    (tmp_path / "hammock.env").write_bytes(b"PORT=\xff")
    with pytest.raises(FieldError, match=r"^hammock\.env: cannot be read"):
        read({"HAMMOCK_DATA": str(tmp_path)})


@pytest.mark.parametrize("content", ["", "[]", "{}", "{", "null"])
def test_broken_secrets_are_named_and_never_replaced(tmp_path: Path, content: str) -> None:
    """A new secret would end every link that customers hold."""
    (tmp_path / "secrets.json").write_text(content)
    with pytest.raises(FieldError, match=r"^secrets\.json: .* put it back from a backup"):
        read({"HAMMOCK_DATA": str(tmp_path)})
    assert (tmp_path / "secrets.json").read_text() == content


def test_a_folder_that_is_a_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(FieldError, match=r"^HAMMOCK_DATA: "):
        read({"HAMMOCK_DATA": str(tmp_path / "file")})


def test_all_who_start_at_once_get_the_same_secret(tmp_path: Path) -> None:
    barrier = threading.Barrier(8)

    def start(_number: int) -> str:
        barrier.wait(30)
        return read({"HAMMOCK_DATA": str(tmp_path)}).secret_key

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(start, range(8)))) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["secrets.json"]
