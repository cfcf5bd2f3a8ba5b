"""Identifiers: time-ordered numbers for rows, and references that people can read aloud."""

from __future__ import annotations

import secrets
import threading
import time

_EPOCH_MS = 1_704_067_200_000  # 2024-01-01: 41 bits of milliseconds reach to 2093
_SEQUENCE_BITS = 22
_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # no 0/O, 1/I/L: read aloud without a mistake

_lock = threading.Lock()
_last = 0


def time_ordered() -> int:
    """Make a 63-bit number that no other call makes and that grows with time.

    41 bits of milliseconds, then 22 bits that start at random in every millisecond and count on:
    one process never repeats itself, two processes meet with a chance of one in four million a
    millisecond, and then the primary key refuses the second.
    """
    global _last
    with _lock:
        fresh = ((time.time_ns() // 1_000_000 - _EPOCH_MS) << _SEQUENCE_BITS) | secrets.randbits(
            _SEQUENCE_BITS - 1
        )
        _last = fresh if fresh > _last else _last + 1
        return _last


def reference(*, prefix: str, length: int = 8) -> str:
    """Make a short reference such as `H-7KQ2M9XD` (31 symbols: 8 of them are 40 bits)."""
    return f"{prefix}-" + "".join(secrets.choice(_ALPHABET) for _ in range(length))
