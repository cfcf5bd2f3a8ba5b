"""A real IMAP server (pymap) over TLS on loopback, with a certificate made for the occasion."""

from __future__ import annotations

import asyncio
import imaplib
import ssl
import threading
from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from proxyprotocol.reader import ProxyProtocolReader
from pymap.backend.dict import DictBackend
from pymap.imap import IMAPServer
from pysasl.hashing import BuiltinHash

from hammock.kit.mailbox import Mailbox

USER, PASSWORD = "hello@kiln.example", "p@ss/word"


@dataclass(frozen=True, kw_only=True)
class Server:
    """Where the mailbox is, and the certificate that vouches for it."""

    mailbox: Mailbox
    certificate: Path

    def put(self, content: bytes) -> None:
        """Let a mail arrive."""
        with self._client() as client:
            told, _ = client.append("INBOX", "", "", content)
            assert told == "OK"

    def unread(self) -> int:
        """Count the mails that nobody marked as read."""
        with self._client() as client:
            client.select("INBOX", readonly=True)
            return len(client.search(None, "UNSEEN")[1][0].split())

    @contextmanager
    def _client(self) -> Iterator[imaplib.IMAP4_SSL]:
        context = ssl.create_default_context(cafile=str(self.certificate))
        client = imaplib.IMAP4_SSL(self.mailbox.host, self.mailbox.port, ssl_context=context)
        client.login(USER, PASSWORD)
        try:
            yield client
        finally:
            client.logout()


@contextmanager
def served(folder: Path) -> Iterator[Server]:
    """Serve an empty mailbox until the block ends."""
    certificate, key = _certificate(folder)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate, key)
    ports: list[int] = []
    is_up, ends = threading.Event(), asyncio.Event()
    loop = asyncio.new_event_loop()

    async def serve() -> None:
        # Half a million rounds for each sign-in would be the better part of these tests.
        cheap = BuiltinHash(rounds=1)
        backend, config = await DictBackend.init(_arguments(), hash_context=cheap)
        config.apply_context()
        answers = ProxyProtocolReader(config.proxy_protocol).get_callback(
            IMAPServer(backend.login, config)
        )
        writers: list[asyncio.StreamWriter] = []

        async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            writers.append(writer)
            await answers(reader, writer)

        server = await asyncio.start_server(answer, "127.0.0.1", 0, ssl=context)
        ports.append(server.sockets[0].getsockname()[1])
        is_up.set()
        async with server:
            await ends.wait()
        for writer in writers:
            writer.transport.abort()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    thread = threading.Thread(target=loop.run_until_complete, args=[serve()])
    thread.start()
    assert is_up.wait(30)
    try:
        yield Server(
            mailbox=Mailbox(
                host="127.0.0.1", port=ports[0], user=USER, password=PASSWORD, folder="INBOX"
            ),
            certificate=certificate,
        )
    finally:
        loop.call_soon_threadsafe(ends.set)
        thread.join(30)
        loop.close()


def _arguments() -> Namespace:
    return Namespace(
        host=None,
        port="0",
        debug=False,
        cert=None,
        key=None,
        tls=False,
        proxy_protocol=None,
        passlib_cfg=None,
        inherited_sockets=None,
        demo_data=False,
        demo_user=USER,
        demo_password=PASSWORD,
    )


def _certificate(folder: Path) -> tuple[Path, Path]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False
        )
        .sign(key, hashes.SHA256())
    )
    certificate, secret = folder / "mailbox.pem", folder / "mailbox.key"
    certificate.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    secret.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return certificate, secret
