"""Which file store serves: what STORAGE_URL says."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from hammock.departments.catalogue.ports import FileStore
from hammock.kit.errors import FieldError
from hammock.providers.local_files import LocalFiles

_LOCAL = "file://"


def from_url(url: str) -> FileStore:
    """Make the store that STORAGE_URL names; nothing is read or written yet.

    `file:///folder` (taken as it stands, nothing is percent-decoded) or
    `s3://[key:secret@]bucket[/prefix][?endpoint=https://…][&region=…]` (key and secret
    percent-encoded; without them boto3 looks in its own places). Raises `FieldError` naming
    STORAGE_URL, never quoting the secret.
    """
    if url.startswith(_LOCAL):
        return _local(url.removeprefix(_LOCAL))
    try:
        parts = urlsplit(url)
        if parts.scheme == "s3":
            return _bucket(parts)
    except ValueError as error:
        raise _refused(str(error)) from None
    raise _refused("use file:///folder or s3://bucket/prefix")


def _local(folder: str) -> FileStore:
    if not folder.startswith("/"):
        raise _refused("after file:// comes a whole path, beginning with /")
    if "\0" in folder:
        raise _refused("a path holds no NUL")
    return LocalFiles(root=Path(folder))


def _bucket(parts: SplitResult) -> FileStore:
    from hammock.providers.s3_files import Bucket, S3Files  # boto3 is only for those who use it

    options = dict(parse_qsl(parts.query, keep_blank_values=True))
    if unknown := options.keys() - {"endpoint", "region"}:
        raise _refused(f"“{min(unknown)}” is no option (only endpoint and region are)")
    if not parts.hostname:
        raise _refused("no bucket is named (s3://bucket/prefix)")
    if bool(parts.username) != bool(parts.password):
        raise _refused("key and secret come together (s3://key:secret@bucket)")
    endpoint = options.get("endpoint")
    if endpoint is not None and urlsplit(endpoint).scheme not in {"http", "https"}:
        raise _refused("the endpoint begins with https:// or http://")
    prefix = unquote(parts.path).strip("/")
    return S3Files(
        bucket=Bucket(
            name=parts.hostname,
            prefix=f"{prefix}/" if prefix else "",
            endpoint=endpoint,
            region=options.get("region") or None,
            access_key=unquote(parts.username) if parts.username else None,
            secret=unquote(parts.password) if parts.password else None,
        )
    )


def _refused(problem: str) -> FieldError:
    return FieldError(field="STORAGE_URL", problem=problem)
