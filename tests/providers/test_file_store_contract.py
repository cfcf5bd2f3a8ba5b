"""What every file store does alike: the local folder, and a bucket spoken to over real HTTP."""

from __future__ import annotations

import hashlib
import io
import itertools
from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from moto.server import ThreadedMotoServer

from hammock.departments.catalogue.ports import FileMissing, FileStore, KeyRefused, StoreFailed
from hammock.kit.errors import FieldError
from hammock.providers.file_stores import from_url
from hammock.providers.local_files import LocalFiles

pytestmark = pytest.mark.long

KEY = "releases/12/Größe & guide.pdf"
CONTENT = bytes(range(256)) * 1000  # 256,000 bytes: several pieces, none of them alike


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    address = f"http://{host}:{port}"
    client = boto3.client(
        "s3",
        endpoint_url=address,
        region_name="us-east-1",
        aws_access_key_id="key",
        aws_secret_access_key="secret",
    )
    client.create_bucket(Bucket="goods")
    yield address
    client.close()
    server.stop()


@pytest.fixture(params=["local", "s3"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> FileStore:
    if request.param == "local":
        return from_url(f"file://{tmp_path}/our files #1")
    endpoint = request.getfixturevalue("endpoint")
    return from_url(
        f"s3://key:secret%2F@goods/shop/{tmp_path.name}?endpoint={endpoint}&region=us-east-1"
    )


def _read(store: FileStore, key: str, start: int, length: int) -> bytes:
    return b"".join(store.read(key=key, start=start, length=length))


def test_what_was_put_comes_back_with_its_size_and_hash(store: FileStore) -> None:
    stored = store.put(key=KEY, content=io.BytesIO(CONTENT))
    assert stored.size == store.size(key=KEY) == len(CONTENT)
    assert stored.sha256 == hashlib.sha256(CONTENT).hexdigest()
    assert _read(store, KEY, 0, len(CONTENT)) == CONTENT


def test_an_empty_file_is_a_file(store: FileStore) -> None:
    stored = store.put(key=KEY, content=io.BytesIO())
    assert stored.size == store.size(key=KEY) == 0
    assert _read(store, KEY, 0, 10) == b""


def test_a_file_larger_than_one_part_of_an_upload_stays_whole(store: FileStore) -> None:
    content = CONTENT * 40  # 10 MB: S3 sends it in two parts
    stored = store.put(key=KEY, content=io.BytesIO(content))
    assert stored.sha256 == hashlib.sha256(content).hexdigest()
    assert _read(store, KEY, 8_388_600, 20) == content[8_388_600:8_388_620]


@pytest.mark.parametrize(
    ("start", "length"),
    [
        (0, 1),
        (1, 65_536),
        (65_535, 2),
        (255_999, 1),
        (100, 0),
        (255_999, 50),
        (256_000, 5),
        (9**9, 1),
    ],
)
def test_a_range_is_read_and_ends_where_the_file_ends(
    store: FileStore, start: int, length: int
) -> None:
    store.put(key=KEY, content=io.BytesIO(CONTENT))
    assert _read(store, KEY, start, length) == CONTENT[start : start + length]


def test_no_piece_is_larger_than_64_kib(store: FileStore) -> None:
    store.put(key=KEY, content=io.BytesIO(CONTENT))
    pieces = list(store.read(key=KEY, start=0, length=len(CONTENT)))
    assert max(map(len, pieces)) <= 65_536


def test_a_second_put_replaces_the_first(store: FileStore) -> None:
    store.put(key=KEY, content=io.BytesIO(b"first, and longer"))
    store.put(key=KEY, content=io.BytesIO(b"second"))
    assert _read(store, KEY, 0, 100) == b"second"


def test_a_put_that_breaks_leaves_the_older_file(store: FileStore) -> None:
    store.put(key=KEY, content=io.BytesIO(b"older"))

    class Broken(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            piece = super().read(size)
            if not piece:
                raise RuntimeError("the sender went away")
            return piece

    with pytest.raises(RuntimeError):
        store.put(key=KEY, content=Broken(CONTENT * 40))
    assert _read(store, KEY, 0, 100) == b"older"


def test_a_missing_file_is_told_before_the_first_piece(store: FileStore) -> None:
    with pytest.raises(FileMissing) as missing:
        store.read(key="releases/nowhere", start=0, length=1)
    assert missing.value.key == "releases/nowhere"
    with pytest.raises(FileMissing):
        store.size(key="releases/nowhere")


@pytest.mark.parametrize(
    "key",
    [
        "", "/", "/etc/passwd", "..", "../outside", "a/../../outside", "a/./b", "a//b", "a/",
        ".hidden", "a\\..\\b", "a\0b", "a\nb", "a\u202eb", "\ud800", "x" * 201, "€" * 100,
    ],
)  # fmt: skip
def test_a_hostile_key_is_refused_by_every_method(store: FileStore, key: str) -> None:
    with pytest.raises(KeyRefused):
        store.put(key=key, content=io.BytesIO(b"x"))
    with pytest.raises(KeyRefused):
        store.size(key=key)
    with pytest.raises(KeyRefused):
        store.read(key=key, start=0, length=1)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(content=st.binary(max_size=2000), cuts=st.lists(st.integers(0, 2000), max_size=6))
def test_any_split_into_ranges_reassembles_the_bytes(
    store: FileStore, content: bytes, cuts: list[int]
) -> None:
    store.put(key="split", content=io.BytesIO(content))
    edges = sorted({0, len(content), *(cut for cut in cuts if cut < len(content))})
    ranges = itertools.pairwise(edges)
    parts = [_read(store, "split", start, end - start) for start, end in ranges]
    assert b"".join(parts) == content


def test_a_link_out_of_the_local_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "outside").write_bytes(b"secret")
    (tmp_path / "root").mkdir()
    (tmp_path / "root" / "way-out").symlink_to(tmp_path)
    store = LocalFiles(root=tmp_path / "root")
    with pytest.raises(KeyRefused):
        store.read(key="way-out/outside", start=0, length=6)


def test_a_file_is_no_folder_and_a_folder_no_file(tmp_path: Path) -> None:
    store = LocalFiles(root=tmp_path)
    store.put(key="a/b", content=io.BytesIO(b"x"))
    with pytest.raises(KeyRefused):
        store.put(key="a/b/c", content=io.BytesIO(b"y"))
    with pytest.raises(KeyRefused):
        store.put(key="a", content=io.BytesIO(b"y"))
    with pytest.raises(FileMissing):
        store.size(key="a")
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["a", "b"]


def test_a_bucket_that_is_not_there_is_the_stores_failure(endpoint: str) -> None:
    store = from_url(f"s3://key:secret@nowhere?endpoint={endpoint}")
    with pytest.raises(StoreFailed, match="NoSuchBucket"):
        store.put(key="a", content=io.BytesIO(b"x"))


def test_a_store_that_does_not_answer_is_a_failure() -> None:
    store = from_url("s3://key:secret@goods?endpoint=http://127.0.0.1:9")
    with pytest.raises(StoreFailed, match="EndpointConnectionError"):
        store.size(key="a")


@pytest.mark.parametrize(
    "url",
    [
        "", "ftp://x", "file://relative", "/folder", "s3://", "s3:///prefix", "s3://key@bucket",
        "s3://bucket?colour=red", "s3://bucket?endpoint=nonsense", "s3://[bucket",
        "s3://key:hush@bucket?region=no region",
    ],
)  # fmt: skip
def test_a_wrong_address_names_the_setting(url: str) -> None:
    with pytest.raises(FieldError) as refused:
        from_url(url)
    assert refused.value.field == "STORAGE_URL"
    assert "hush" not in str(refused.value)
