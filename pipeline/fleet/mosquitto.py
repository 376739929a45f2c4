"""What mosquitto needs to be the broker of a fleet: its configuration, who may do what, certificates, revocations.

Every client shows a certificate of the station's authority; its common name is its user name and its client id, and the
access file gives each receiver its own five topics. A receiver that was revoked is named there too, so that a
connection it still has is worth nothing from the moment mosquitto reads the file again.
"""

from __future__ import annotations

import getpass
import os
import signal
from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from pipeline.fleet.adapters import RECEIVER
from pipeline.fleet.adapters.registry import REGISTRY
from pipeline.fleet.certificates import AUTHORITY_LASTS, STATION, Authority
from pipeline.fleet.keys import write_whole
from pipeline.fleet.ports import Revoked
from pipeline.protocol import names
from pipeline.signing import MOST_BYTES

REMEMBERED = "broker"  # in the folder of the keys: where the configuration was written to
CONFIGURATION, ACCESS, REVOCATIONS, PID = "mosquitto.conf", "access", "crl.pem", "mosquitto.pid"
UNIT = "loa-broker.service"
MOST_PACKET = MOST_BYTES + 100_000


@dataclass(frozen=True, slots=True)
class BrokerFolder:
    """A folder that mosquitto runs from."""

    path: Path

    def write(self, authority: Authority, hosts: Sequence[str], port: int) -> None:
        """Everything, with the server's certificate for these hosts. OSError where it cannot be written."""
        self.path.mkdir(parents=True, exist_ok=True)
        (self.path / "data").mkdir(exist_ok=True, mode=0o700)
        authority.certify_server(self.path, hosts, AUTHORITY_LASTS)
        write_whole(self.path / "ca.pem", authority.pem.encode(), 0o644)
        write_whole(self.path / CONFIGURATION, configuration(self.path, port).encode(), 0o644)
        write_whole(self.path / UNIT, unit(self.path).encode(), 0o644)

    def refuse(self, authority: Authority, revoked: Sequence[Revoked], receivers: Collection[str]) -> bool:
        """Write who is refused: certificates, and receivers that hold none that counts. Whether anything changed."""
        access_now = access(receivers).encode()
        known = "".join(sorted(each.serial + "\n" for each in revoked)).encode()
        if _content(self.path / ACCESS) == access_now and _content(self.path / "revoked") == known:
            return False
        write_whole(self.path / REVOCATIONS, authority.revocations(revoked), 0o644)
        write_whole(self.path / ACCESS, access_now, 0o600)
        write_whole(self.path / "revoked", known, 0o644)
        return True

    def reread(self) -> bool:
        """Ask the mosquitto that runs from here to read its files again; False where none of ours does."""
        try:
            pid = int((self.path / PID).read_text(encoding="ascii"))
            name = Path(f"/proc/{pid}/comm").read_text(encoding="utf-8").strip()
            if name != "mosquitto":
                return False
            os.kill(pid, signal.SIGHUP)
        except (OSError, ValueError):
            return False
        return True


def remember(keys: Path, folder: BrokerFolder) -> None:
    """Note where the broker's files are, so that the station keeps them up to date."""
    write_whole(keys / REMEMBERED, str(folder.path.resolve()).encode())


def remembered(keys: Path) -> BrokerFolder | None:
    """Where they were written to last; None where they never were, or are there no more."""
    with suppress(OSError, UnicodeDecodeError):
        folder = Path((keys / REMEMBERED).read_text(encoding="utf-8"))
        if (folder / CONFIGURATION).is_file():
            return BrokerFolder(folder)
    return None


def configuration(folder: Path, port: int) -> str:
    """mosquitto.conf, for mosquitto 2.0 or later."""
    return f"""# Written by "loa speakers broker"; written again by it.
user {getpass.getuser()}
per_listener_settings false
allow_anonymous false
acl_file {folder}/{ACCESS}

persistence true
persistence_location {folder}/data/
autosave_interval 60
pid_file {folder}/{PID}
log_dest stderr
log_type error
log_type warning
log_type notice

max_packet_size {MOST_PACKET}
max_inflight_messages 50
max_queued_messages 20000
max_queued_bytes 16000000
max_keepalive 300
persistent_client_expiration 1d
set_tcp_nodelay true

listener {port}
max_connections 5000
cafile {folder}/ca.pem
certfile {folder}/server.pem
keyfile {folder}/server.key
crlfile {folder}/{REVOCATIONS}
require_certificate true
use_identity_as_username true
use_username_as_clientid true
tls_version tlsv1.2
"""


def access(revoked: Collection[str]) -> str:
    """Who may read and write what. `revoked`: receivers that may nothing."""
    adapters = REGISTRY.values()
    taken = [topic for each in adapters for topic in dict.fromkeys((*each.reads, *each.kept))]
    said = [topic for each in adapters for topic in each.writes]
    lines = [f"user {STATION}"]
    lines += [f"topic write {topic.replace(RECEIVER, '+')}" for topic in taken]
    lines += [f"topic read {topic.replace(RECEIVER, '+')}" for topic in said]
    for receiver in sorted(revoked):
        lines += ["", f"user {receiver}", f"topic deny {names.ROOT}/{receiver}/#"]
        lines += [f"topic deny {topic.replace(RECEIVER, receiver)}" for topic in dict.fromkeys((*taken, *said))]
    lines += [""]
    lines += [f"pattern read {topic.replace(RECEIVER, '%u')}" for each in adapters for topic in each.reads]
    lines += [f"pattern write {topic.replace(RECEIVER, '%u')}" for topic in said]
    return "\n".join(lines) + "\n"


def unit(folder: Path) -> str:
    """A unit for systemd that runs it as whoever runs the station."""
    return f"""[Unit]
Description=Loa: MQTT broker of the receivers
After=network.target

[Service]
User={getpass.getuser()}
ExecStart=/usr/sbin/mosquitto -c {folder}/{CONFIGURATION}
ExecReload=/bin/kill -HUP $MAINPID
Restart=always
RestartSec=2
NoNewPrivileges=true
ProtectSystem=full
PrivateTmp=true
LimitNOFILE=16384

[Install]
WantedBy=multi-user.target
"""


def _content(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except OSError:
        return None
