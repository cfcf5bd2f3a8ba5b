"""Which keys a file store takes: the same for every store, so that files can move between them."""

from __future__ import annotations

from hammock.departments.catalogue.ports import KeyRefused

LONGEST = 200  # characters, as `ReleaseFile.storage_key` keeps them
LONGEST_PART = 200  # bytes: file systems take 255, a temporary name needs some of them


def checked(key: str) -> str:
    """Return the key if it names a file below the store's root. Raises `KeyRefused`.

    Parts stand between slashes; none is empty, hidden (so neither `.` nor `..`), or holds a
    backslash, a control character or what UTF-8 cannot write.
    """
    if len(key) > LONGEST:
        raise KeyRefused(key=key, problem=f"it has more than {LONGEST} characters")
    if "\\" in key or not key.isprintable():
        raise KeyRefused(key=ascii(key), problem="it holds a backslash or an unprintable character")
    for part in key.split("/"):
        if not part or part.startswith("."):
            raise KeyRefused(key=key, problem="a part of it is empty or begins with a dot")
        if len(part.encode()) > LONGEST_PART:
            raise KeyRefused(key=key, problem=f"a part of it has more than {LONGEST_PART} bytes")
    return key
