"""Files in a bucket of an S3-compatible service (Amazon, Cloudflare R2, MinIO, Garage, …)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import BinaryIO, cast

import boto3
from boto3.exceptions import Boto3Error
from boto3.s3.transfer import TransferConfig
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from urllib3.exceptions import HTTPError

from hammock.departments.catalogue.ports import FileMissing, StoredFile, StoreFailed
from hammock.providers.file_keys import checked

PIECE = 64 * 1024


@dataclass(frozen=True, kw_only=True)
class Bucket:
    """Where the files are; without key and secret boto3 looks for credentials itself."""

    name: str
    prefix: str = ""
    endpoint: str | None = None
    region: str | None = None
    access_key: str | None = None
    secret: str | None = None


class S3Files:
    """Keeps each file as one object under the bucket's prefix and its key."""

    def __init__(self, *, bucket: Bucket) -> None:
        self._bucket = bucket
        self._client = boto3.session.Session().client(
            "s3",
            endpoint_url=bucket.endpoint,
            region_name=bucket.region or "us-east-1",
            aws_access_key_id=bucket.access_key,
            aws_secret_access_key=bucket.secret,
            config=Config(
                connect_timeout=5,
                read_timeout=30,
                retries={"mode": "standard", "max_attempts": 3},
                # own endpoints seldom have a host name for every bucket
                s3={"addressing_style": "path" if bucket.endpoint else "auto"},
                # services other than Amazon's refuse the checksums that boto3 adds unasked
                request_checksum_calculation="when_required",
                response_checksum_validation="when_required",
            ),
        )

    def put(self, *, key: str, content: BinaryIO) -> StoredFile:
        """Send the content in one stream; the object appears only when all of it has arrived."""
        name, hashed = self._name(key), _Hashed(content)
        with _failures(key):
            self._client.upload_fileobj(
                cast("BinaryIO", hashed),  # all that is asked of it is `read`
                self._bucket.name,
                name,
                Config=TransferConfig(use_threads=False),
            )
        return StoredFile(size=hashed.size, sha256=hashed.digest.hexdigest())

    def size(self, *, key: str) -> int:
        """Ask for the object's head."""
        name = self._name(key)
        with _failures(key):
            return self._client.head_object(Bucket=self._bucket.name, Key=name)["ContentLength"]

    def read(self, *, key: str, start: int, length: int) -> Iterator[bytes]:
        """Ask for the range and hand it on piece by piece; the connection ends with the reader."""
        size = self.size(key=key)
        return self._pieces(key, start, max(0, min(length, size - start)))

    def _pieces(self, key: str, start: int, length: int) -> Iterator[bytes]:
        if not length:
            return
        with _failures(key):
            found = self._client.get_object(
                Bucket=self._bucket.name,
                Key=self._name(key),
                Range=f"bytes={start}-{start + length - 1}",
            )
            with closing(found["Body"]) as body:
                yield from body.iter_chunks(PIECE)

    def _name(self, key: str) -> str:
        return f"{self._bucket.prefix}{checked(key)}"


class _Hashed:
    """A stream that is hashed as it is read; having no `seek`, it is read exactly once."""

    def __init__(self, content: BinaryIO) -> None:
        self._content = content
        self.size = 0
        self.digest = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        piece = self._content.read(size)
        self.digest.update(piece)
        self.size += len(piece)
        return piece


@contextmanager
def _failures(key: str) -> Iterator[None]:
    try:
        yield
    except ClientError as error:
        code = error.response.get("Error", {}).get("Code", "")
        if code in {"404", "NoSuchKey"}:
            raise FileMissing(key=key) from None
        raise StoreFailed(problem=code or "no reason given") from error
    except (BotoCoreError, Boto3Error, HTTPError) as error:
        raise StoreFailed(problem=type(error).__name__) from error
