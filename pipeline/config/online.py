"""What the settings of anything online share: addresses, secrets that are only named, rates."""

from __future__ import annotations

import re
from ipaddress import ip_address
from typing import Any
from urllib.parse import SplitResult, urlsplit

from pipeline.documents import Node
from pipeline.fields import Reading, scalar, shown


class Secret:
    """`env:NAME`: the environment variable that holds a secret. Reads to NAME."""

    def read(self, node: Node, reading: Reading) -> str | None:
        value = scalar(node, reading)
        if value is None:
            return None
        match = re.fullmatch(r"env:([A-Z_][A-Z0-9_]{0,99})", value.strip(), re.ASCII)
        if match:
            return match[1]
        reading.error(node, "secret_in_file")  # without the value: this line may be read aloud or mailed
        return None

    def schema(self) -> dict[str, Any]:
        return {"type": "string", "pattern": "^env:[A-Z_][A-Z0-9_]*$"}


class BaseUrl:
    """An https address, or http on loopback (a simulator on this machine). Reads without the closing slash."""

    def read(self, node: Node, reading: Reading) -> str | None:
        value = scalar(node, reading)
        if value is None:
            return None
        try:
            url = urlsplit(value.strip())
            host, port = url.hostname, url.port
        except ValueError:
            reading.error(node, "bad_url")
            return None
        if not host or port == 0 or not _is_plain(url):
            reading.error(node, "bad_url")
        elif url.scheme == "http" and not is_loopback(host):
            reading.error(node, "url_not_https")
        else:
            return value.strip().rstrip("/")
        return None

    def schema(self) -> dict[str, Any]:
        return {"type": "string", "pattern": "^https?://"}


def _is_plain(url: SplitResult) -> bool:
    extra = url.username or url.password or url.query or url.fragment
    return url.scheme in ("https", "http") and not extra and not re.search(r"[\s@?#]", url.geturl())


def is_loopback(host: str) -> bool:
    """Whether a host is this very machine."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


class Rate:
    """`10/s`: how many are started a second."""

    def read(self, node: Node, reading: Reading) -> int | None:
        value = scalar(node, reading)
        if value is None:
            return None
        match = re.fullmatch(r"(\d{1,4})/s", value.strip(), re.ASCII)
        if match and int(match[1]) >= 1:
            return int(match[1])
        reading.error(node, "bad_rate", value=shown(value))
        return None

    def schema(self) -> dict[str, Any]:
        return {"type": "string", "pattern": r"^\d{1,4}/s$"}
