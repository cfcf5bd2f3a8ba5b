"""Pages are fetched politely, never from inside, and never more than can be held."""

from __future__ import annotations

import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from hammock.departments.research.errors import PageRefused
from hammock.providers.polite_pages import MOST_BYTES, PolitePages, is_public
from tests.hostile_shop import Shop, running

pytestmark = pytest.mark.long


@pytest.fixture
def shop() -> Iterator[str]:
    """Run the hostile shop."""
    with running() as address:
        yield address


def fetcher(
    folder: Path, *, allows: Callable[[str], bool] = lambda ip: ip == "127.0.0.1"
) -> PolitePages:
    return PolitePages(folder=folder, allows=allows, between=0.0)


def test_a_page_is_fetched_once_a_day(shop: str, tmp_path: Path) -> None:
    pages = fetcher(tmp_path)
    assert pages.get(f"{shop}/lamp?x=1").body == b"hello"
    assert fetcher(tmp_path).get(f"{shop}/lamp?x=1").body == b"hello"
    assert Shop.asked == ["/robots.txt", "/lamp?x=1"]


def test_robots_txt_is_obeyed(shop: str, tmp_path: Path) -> None:
    Shop.robots = "User-agent: *\nDisallow: /private\n"
    pages = fetcher(tmp_path)
    with pytest.raises(PageRefused, match=r"robots\.txt asks not to be read"):
        pages.get(f"{shop}/private/lamp")
    pages.get(f"{shop}/lamp")
    assert Shop.asked == ["/robots.txt", "/lamp"]


def test_a_host_is_asked_once_a_second(
    shop: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits: list[float] = []
    monkeypatch.setattr("hammock.providers.polite_pages.time.sleep", waits.append)
    pages = PolitePages(folder=tmp_path, allows=lambda ip: ip == "127.0.0.1")
    for page in ("lamp", "desk", "lamp"):  # the last is kept from before
        pages.get(f"{shop}/{page}")
    assert Shop.asked == ["/robots.txt", "/lamp", "/desk"]
    assert len(waits) == 2
    assert all(0 < wait <= 1 for wait in waits)


@pytest.mark.parametrize(
    ("path", "problem"),
    [
        ("/inside", "private network"),
        ("/file", "no web address"),
        ("/round", "round and round"),
        ("/huge", f"larger than {MOST_BYTES:,} bytes"),
        ("/endless-headers", f"larger than {MOST_BYTES:,} bytes"),
        ("/huge-chunk", f"larger than {MOST_BYTES:,} bytes"),
        ("/short", "it broke off"),
    ],
)
def test_a_hostile_page_is_refused(shop: str, tmp_path: Path, path: str, problem: str) -> None:
    with pytest.raises(PageRefused, match=problem):
        fetcher(tmp_path).get(shop + path)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("path", ["/slow", "/slow-headers"])
def test_a_byte_now_and_then_holds_nobody(
    shop: str, tmp_path: Path, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hammock.providers.polite_pages.LONGEST", 0.5)
    began = time.monotonic()
    with pytest.raises(PageRefused, match="it took longer than"):
        fetcher(tmp_path).get(shop + path)
    assert time.monotonic() - began < 3


def test_a_host_that_wants_more_time_between_pages_gets_it(
    shop: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits: list[float] = []
    monkeypatch.setattr("hammock.providers.polite_pages.time.sleep", waits.append)
    Shop.robots = "User-agent: *\nCrawl-delay: 5\nDisallow: /*?secret=\n"
    pages = PolitePages(folder=tmp_path, allows=lambda ip: ip == "127.0.0.1")
    pages.get(f"{shop}/lamp")
    pages.get(f"{shop}/desk")
    assert all(4 < wait <= 5 for wait in waits)
    assert len(waits) == 2
    with pytest.raises(PageRefused, match=r"robots\.txt asks not to be read"):
        pages.get(f"{shop}/lamp?secret=1")


def test_a_host_that_wants_an_hour_between_pages_is_not_read(shop: str, tmp_path: Path) -> None:
    Shop.robots = "User-agent: *\nCrawl-delay: 3600\n"
    with pytest.raises(PageRefused, match=r"asks for 3,600 s between two pages"):
        fetcher(tmp_path).get(f"{shop}/lamp")


@contextmanager
def behind_a_certificate(folder: Path) -> Iterator[str]:
    """Run a shop with HTTPS, its certificate written into the folder; gives its address."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "shop.example")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("shop.example")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    (folder / "shop.pem").write_bytes(certificate.public_bytes(Encoding.PEM))
    (folder / "shop.key").write_bytes(
        key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "shop.pem", folder / "shop.key")
    with running(context) as address:
        yield address.replace("http://127.0.0.1", "https://shop.example")


def test_a_certificate_is_checked_against_the_hosts_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with behind_a_certificate(tmp_path) as address:
        pages = PolitePages(
            folder=tmp_path / "kept",
            allows=lambda ip: True,
            between=0.0,
            resolve=lambda host, port: ["127.0.0.1"],
        )
        with pytest.raises(PageRefused, match="SSLCertVerificationError"):
            pages.get(f"{address}/lamp")
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "shop.pem"))
        assert pages.get(f"{address}/lamp").body == b"hello"
        with pytest.raises(PageRefused, match="SSLCertVerificationError"):
            pages.get(f"{address.replace('shop.', 'other.')}/lamp")


def test_an_address_with_any_letters_is_asked_for(shop: str, tmp_path: Path) -> None:
    fetcher(tmp_path).get(f"{shop}/café lamp?q=ü%20x")
    assert Shop.asked[-1] == "/caf%C3%A9%20lamp?q=%C3%BC%20x"


def test_this_machine_is_refused_by_default(shop: str, tmp_path: Path) -> None:
    with pytest.raises(PageRefused, match="private network"):
        PolitePages(folder=tmp_path).get(f"{shop}/lamp")
    assert Shop.asked == []


def test_a_name_that_changes_its_mind_leads_nowhere(shop: str, tmp_path: Path) -> None:
    """The first answer is public, the second private: each connection goes to what was checked."""
    answers = iter([["127.0.0.1"], ["10.0.0.7"]])
    pages = PolitePages(
        folder=tmp_path,
        allows=lambda ip: ip == "127.0.0.1",
        between=0.0,
        resolve=lambda host, port: next(answers),
    )
    with pytest.raises(PageRefused, match="private network"):
        pages.get(f"{shop.replace('127.0.0.1', 'rebinding.example')}/lamp")
    assert Shop.asked == ["/robots.txt"]


def test_one_private_address_among_public_ones_is_enough_to_refuse(tmp_path: Path) -> None:
    pages = PolitePages(folder=tmp_path, resolve=lambda host, port: ["93.184.216.34", "::1"])
    with pytest.raises(PageRefused, match="private network"):
        pages.get("https://shop.example/")


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.1.2.3",
        "192.168.0.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",  # noqa: S104 - refused here
        "224.0.0.1",
        "::1",
        "fe80::1",
        "fd00::1",
        "::ffff:10.0.0.1",
        "::127.0.0.1",
        "64:ff9b::7f00:1",
        "64:ff9b:1::1",
        "2002:7f00:1::",
        "2001:0:7f00:1::",
        "ff02::1",
    ],
)
def test_no_private_address_is_public(address: str) -> None:
    assert not is_public(address)


def test_everybodys_addresses_are_public() -> None:
    assert is_public("93.184.216.34")
    assert is_public("2606:2800:220:1:248:1893:25c8:1946")
    assert is_public("64:ff9b::5db8:d822")  # the first one, as a network without IPv4 names it


@pytest.mark.parametrize(
    "address", ["ftp://x.example/", "https://me:secret@x.example/", "https:///", "http://x:99999/"]
)
def test_what_is_no_plain_web_address_is_refused(address: str, tmp_path: Path) -> None:
    with pytest.raises(PageRefused):
        fetcher(tmp_path).get(address)
