"""Where this machine can be listened at: a name or number of its own, and a port that is free."""

from __future__ import annotations

import errno
import socket

from hammock.kit.errors import FieldError


def own_address(*, host: str, port: int) -> str:
    """Find the number of `host` on this machine, at which `port` (0: any) is free.

    Raises `FieldError` naming HAMMOCK_HOST or PORT.
    """
    wrong_host = FieldError(
        field="HAMMOCK_HOST", problem=f"“{host}” is no address of this machine (such as 127.0.0.1)"
    )
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise wrong_host from error
    family, kind, protocol, _, place = min(found, key=lambda one: one[0] != socket.AF_INET)
    with socket.socket(family, kind, protocol) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(place)
        except OSError as error:
            if error.errno not in {errno.EADDRINUSE, errno.EACCES}:
                raise wrong_host from error
            raise FieldError(
                field="PORT", problem=f"{port} is not free ({error.strerror})"
            ) from error
    return str(place[0])
