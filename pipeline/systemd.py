"""What systemd is told of a program it started."""

from __future__ import annotations

import logging
import os
import socket

LOG = logging.getLogger(__name__)


class Systemd:
    """Tells systemd how the station is, where systemd started it (`Type=notify`)."""

    def __init__(self, address: str | None = None) -> None:
        name = os.environ.get("NOTIFY_SOCKET", "") if address is None else address
        self._address = "\0" + name[1:] if name.startswith("@") else name

    def tell(self, word: str) -> None:
        """One datagram; whether anybody listens changes nothing here."""
        if not self._address:
            return
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as out:
                out.settimeout(1.0)
                out.sendto(word.encode(), self._address)
        except OSError as error:
            LOG.warning("systemd could not be told %s: %s", word, error.strerror)
