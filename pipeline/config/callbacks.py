"""`callbacks:` of config/channels.yaml: where this machine hears what became of SMS, and where providers report to."""

from __future__ import annotations

import re
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from pipeline.config.online import BaseUrl, is_loopback
from pipeline.documents import Node
from pipeline.fields import Field, Reading, Record, scalar, shown

OWN_PORTS = 1_024  # below it only root may listen


class PublicUrl(BaseUrl):
    """An https address that a provider can reach: never http, never this very machine."""

    def read(self, node: Node, reading: Reading) -> str | None:
        value = super().read(node, reading)
        if value is None:
            return None
        url = urlsplit(value)
        if url.scheme == "https" and not is_loopback(url.hostname or ""):
            return value
        reading.error(node, "url_not_public")
        return None

    def schema(self) -> dict[str, Any]:
        return {"type": "string", "pattern": "^https://"}


@dataclass(frozen=True)
class Listen:
    """`127.0.0.1:8085`: an address of this machine and a port. Reads to (host, port).

    `to_all`: it is meant to be reached from elsewhere, so that nobody is warned of it.
    """

    to_all: bool = False

    def read(self, node: Node, reading: Reading) -> tuple[str, int] | None:
        value = scalar(node, reading)
        if value is None:
            return None
        host, _, port = value.strip().rpartition(":")
        try:
            address = str(ip_address(host.removeprefix("[").removesuffix("]")))
        except ValueError:
            address = ""
        if address and re.fullmatch(r"\d{1,5}", port, re.ASCII) and 1 <= int(port) <= 65_535:
            if not self.to_all and not is_loopback(address):
                reading.warning(node, "listen_to_all")
            if int(port) < OWN_PORTS:
                reading.warning(node, "listen_port_low", port=port)
            return address, int(port)
        reading.error(node, "bad_listen", value=shown(value))
        return None

    def schema(self) -> dict[str, Any]:
        return {"type": "string", "pattern": r"^[0-9a-fA-F.:\[\]]+:\d{1,5}$"}


CALLBACKS = Record(
    (
        Field(
            "listen",
            Listen(),
            "địa chỉ và cổng của máy này, ví dụ 127.0.0.1:8085",
            "address and port of this machine, as in 127.0.0.1:8085",
            required=True,
        ),
    )
)
