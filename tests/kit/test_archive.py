"""Backup files: what comes back is what went in, or the file is refused with the place named."""

from __future__ import annotations

import json
import stat
import tarfile
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hammock.kit import archive

CONTENTS = {"secrets.json": b'{"a": 1}', "files/1/guide.pdf": b"%PDF" * 5000, "media/sea": b""}


def _members(folder: Path) -> list[archive.Member]:
    members = []
    for name, content in CONTENTS.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        members.append(archive.Member(name=name, path=path))
    return members


def _read(file: Path, into: Path) -> dict[str, Any]:
    return archive.read(file, into=into, tell=lambda _name: None)


def _found(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


@pytest.fixture(scope="module")
def whole() -> Iterator[bytes]:
    """Write a good backup once; tests damage their own copies."""
    with tempfile.TemporaryDirectory() as name:
        file = Path(name) / "b.tar.gz"
        archive.write(file, members=_members(Path(name) / "data"), about={"shop": "S"})
        yield file.read_bytes()


def test_what_comes_back_is_what_went_in(whole: bytes, tmp_path: Path) -> None:
    (tmp_path / "b").write_bytes(whole)
    assert _read(tmp_path / "b", tmp_path / "out")["shop"] == "S"
    assert _found(tmp_path / "out") == CONTENTS


@settings(max_examples=150)
@given(data=st.data())
def test_a_damaged_file_is_refused_or_still_whole(whole: bytes, data: st.DataObject) -> None:
    """Some bytes carry nothing (gzip's clock): then all comes back, and never anything else."""
    at = data.draw(st.integers(0, len(whole) - 1))
    damaged = bytearray(whole)
    damaged[at] ^= data.draw(st.integers(1, 255))
    cut = data.draw(st.booleans())
    with tempfile.TemporaryDirectory() as name:
        file = Path(name) / "b"
        file.write_bytes(damaged[:at] if cut else damaged)
        try:
            _read(file, Path(name) / "out")
        except archive.ArchiveRefused as refusal:
            assert refusal.member  # noqa: PT017 - either outcome is right
        else:
            assert _found(Path(name) / "out") == CONTENTS


@pytest.mark.parametrize(
    "manifest",
    [[], {}, {"format": 1}, {"format": 1, "sha256": []}, "x", {"format": 2, "sha256": {}}],
)
def test_a_strange_manifest_is_refused(manifest: Any, tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text(json.dumps(manifest))
    with tarfile.open(tmp_path / "b", "w:gz") as tar:
        tar.add(tmp_path / "manifest.json", arcname="manifest.json")
    with pytest.raises(archive.ArchiveRefused, match=r"^manifest\.json: "):
        _read(tmp_path / "b", tmp_path / "out")


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE])
def test_links_and_pipes_are_refused_even_when_they_are_listed(kind: bytes, tmp_path: Path) -> None:
    manifest = json.dumps({"format": 1, "sha256": {"files/x": "0" * 64}})
    (tmp_path / "manifest.json").write_text(manifest)
    with tarfile.open(tmp_path / "b", "w:gz") as tar:
        tar.add(tmp_path / "manifest.json", arcname="manifest.json")
        info = tarfile.TarInfo("files/x")
        info.type, info.linkname = kind, "/etc/hostname"
        tar.addfile(info)
    with pytest.raises(archive.ArchiveRefused, match=r"^files/x: does not belong"):
        _read(tmp_path / "b", tmp_path / "out")
    assert _found(tmp_path) == {
        "manifest.json": manifest.encode(),
        "b": (tmp_path / "b").read_bytes(),
    }


@pytest.mark.parametrize("change", ["other", "shorter", "gone"])
def test_a_file_that_changes_meanwhile_is_named_and_no_backup_is_left(
    change: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    members = _members(tmp_path / "data")
    digest = archive._digest

    def meddled(path: Path) -> str:
        found = digest(path)
        if path.name == "guide.pdf":
            if change == "gone":
                path.unlink()
            else:
                path.write_bytes(b"%PDX" * (5000 if change == "other" else 1))
        return found

    monkeypatch.setattr(archive, "_digest", meddled)
    with pytest.raises(archive.ArchiveRefused, match=r"^files/1/guide\.pdf: changed while"):
        archive.write(tmp_path / "b", members=members, about={})
    assert [path.name for path in tmp_path.iterdir()] == ["data"]


def test_a_backup_is_for_its_owner_alone_from_the_first_byte(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    modes: list[int] = []
    add = tarfile.TarFile.addfile

    def watched(tar: tarfile.TarFile, *args: Any, **options: Any) -> None:
        modes.extend(stat.S_IMODE(path.stat().st_mode) for path in tmp_path.glob(".b*"))
        add(tar, *args, **options)

    monkeypatch.setattr(tarfile.TarFile, "addfile", watched)
    archive.write(tmp_path / "b", members=_members(tmp_path / "data"), about={})
    assert set(modes) == {0o600}
    assert stat.S_IMODE((tmp_path / "b").stat().st_mode) == 0o600
