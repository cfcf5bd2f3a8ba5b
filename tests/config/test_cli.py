"""`hammock`: its own commands first, in plain words; a slip of the finger is understood."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path
from pkgutil import iter_modules

import pytest

from hammock.config import cli
from hammock.doors.commands.management import commands

pytestmark = pytest.mark.long

SOURCE = Path(__file__).parents[2] / "src"
README = Path(__file__).parents[2] / "README.md"


def test_every_command_of_the_house_is_listed_and_no_other() -> None:
    assert set(cli.COMMANDS) == {module.name for module in iter_modules(commands.__path__)}


@pytest.mark.parametrize("arguments", [[], ["--help"], ["-h"], ["help"]])
def test_help_lists_our_commands_a_line_each(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.run(arguments) == 0
    said = capsys.readouterr().out
    listed = [line.split()[0] for line in said.splitlines() if line.startswith("  ")]
    assert listed == [*cli.COMMANDS]
    assert "makemigrations" not in said
    assert max(map(len, said.splitlines())) <= 100


def test_all_lists_djangos_commands_too(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "argv", ["hammock"])
    assert cli.run(["help", "--all"]) == 0
    said = capsys.readouterr().out
    assert "makemigrations" in said
    assert "doctor" in said


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("bakup", "backup"), ("docter", "doctor"), ("exprot", "export"), ("migrat", "migrate")],
)
def test_a_slip_of_the_finger_is_understood(
    typed: str, meant: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.run([typed]) == 2
    assert f"no command “{typed}”. Did you mean `hammock {meant}`?" in capsys.readouterr().err


def test_what_resembles_nothing_leads_to_the_list(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["xyzzy123"]) == 2
    said = capsys.readouterr().err
    assert said == "hammock: there is no command “xyzzy123”. `hammock --help` lists them.\n"


def test_the_readme_names_only_commands_that_there_are() -> None:
    words = README.read_text(encoding="utf-8").replace("\n", " ").split("`hammock ")[1:]
    named = {word.split("`")[0].split()[0] for word in words}
    assert named
    assert named <= {*cli.COMMANDS, "help", "…"}


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["migrate", "--help"], 0, "usage: hammock migrate"),
        (["wagtail_update_index", "--help"], 0, "usage: hammock wagtail_update_index"),
        (["export"], 2, "the following arguments are required: DIR"),
        (["exprot"], 2, "Did you mean `hammock export`?"),
    ],
)
def test_a_process_of_its_own_knows_every_command(
    arguments: list[str], code: int, said: str, tmp_path: Path
) -> None:
    """In this process Django is up already, which hides what happens before it is."""
    ended = _hammock(arguments, {"HAMMOCK_DATA": str(tmp_path)})
    assert (ended.returncode, said in ended.stdout + ended.stderr) == (code, True), ended


def test_a_wrong_setting_ends_with_one_line(tmp_path: Path) -> None:
    ended = _hammock(["doctor"], {"HAMMOCK_DATA": str(tmp_path), "PORT": "http"})
    assert ended.returncode == 2
    assert ended.stderr == "hammock: PORT: “http” is no whole number from 1 to 65535\n"


@pytest.mark.parametrize("host", ["203.0.113.9", "host.invalid", "[::1]", "a..b"])
def test_a_host_that_is_not_this_machine_is_named(host: str, tmp_path: Path) -> None:
    ended = _hammock(["serve"], {"HAMMOCK_DATA": str(tmp_path), "HAMMOCK_HOST": host})
    assert ended.returncode == 2
    assert ended.stderr == (
        f"hammock: HAMMOCK_HOST: “{host}” is no address of this machine (such as 127.0.0.1)\n"
    )


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_a_port_that_is_taken_is_named(host: str, tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        wanted = {"HAMMOCK_DATA": str(tmp_path), "HAMMOCK_HOST": host, "PORT": str(port)}
        ended = _hammock(["serve"], wanted)
    assert ended.returncode == 2
    assert ended.stderr.startswith(f"hammock: PORT: {port} is not free (")


def _hammock(arguments: list[str], environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return subprocess.run(
        [sys.executable, "-m", "hammock.config.cli", *arguments],
        env={**kept, "PYTHONPATH": str(SOURCE), "PYTHONUTF8": "1", **environment},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
