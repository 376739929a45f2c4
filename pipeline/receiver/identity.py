"""What a receiver is: its name, its station, the keys and certificates it proves both with.

    var/identity/identity.json      everything but the private key; written last, and only then it is enrolled
    var/identity/credential-*.pem   private key and certificate, 0600

A renewal writes a new credential beside the old one and then replaces identity.json.
"""

from __future__ import annotations

import base64
import json
import os
import re
import ssl
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from pipeline.errors import AccessError
from pipeline.protocol.enrolment import MOST_ANSWERED, Granted, granted_of
from pipeline.strict_json import Table, dump

FOLDER = Path("var") / "identity"
FACTS = "identity.json"
_CREDENTIAL = re.compile(r"credential-[0-9a-f]{1,64}\.pem\Z")


@dataclass(frozen=True, slots=True)
class Identity:
    """`root`: the station's root key, 32 bytes; `keyring`: sealed, as it was at enrolment; `authority`: PEM.

    `address`: `https://…` of the station; `broker`: `mqtts://…` or empty; `credential`: file of private key and
    certificate; `until`: when that certificate ends.
    """

    receiver: str
    station_name: str
    address: str
    broker: str
    root: bytes
    keyring: bytes = field(repr=False)
    authority: str = field(repr=False)
    credential: Path
    until: datetime

    def context(self, sockets: type[ssl.SSLSocket] = ssl.SSLSocket) -> ssl.SSLContext:
        """TLS with the receiver's certificate, that trusts the station's authority and no other.

        AccessError(`identity_unreadable`).
        """
        context = trusting(self.authority, sockets)
        try:
            context.load_cert_chain(self.credential)
        except (OSError, ssl.SSLError):
            raise AccessError("identity_unreadable", file=self.credential.name) from None
        return context


def trusting(authority: str, sockets: type[ssl.SSLSocket] = ssl.SSLSocket) -> ssl.SSLContext:
    """TLS for one authority (PEM) and no other, host names checked. AccessError(`identity_unreadable`)."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.sslsocket_class = sockets
    try:
        context.load_verify_locations(cadata=authority)
    except (ssl.SSLError, ValueError):
        raise AccessError("identity_unreadable", file="authority") from None
    return context


def is_enrolled(folder: Path) -> bool:
    """Whether this receiver's folder holds an identity."""
    return (folder / FOLDER / FACTS).exists()


def read_identity(folder: Path) -> Identity:
    """Of a receiver's folder. AccessError: `machine_not_enrolled`, `identity_unreadable` (file)."""
    path = folder / FOLDER / FACTS
    try:
        if path.stat().st_size > MOST_ANSWERED:
            raise AccessError("identity_unreadable", file=FACTS)
        table = Table.of(path.read_bytes(), "identity")
        granted = granted_of(table)
        credential = table.matching("credential", _CREDENTIAL, 90)
        until = table.moment("until")
        table.end()
    except FileNotFoundError:
        raise AccessError("machine_not_enrolled") from None
    except (OSError, AccessError):
        raise AccessError("identity_unreadable", file=FACTS) from None
    return _identity(granted, path.parent / credential, until)


def write_identity(folder: Path, granted: Granted, private: bytes, serial: str, until: datetime) -> Identity:
    """Make it this receiver's, whole or not at all. `private`: PEM; `serial`: hexadecimal. OSError."""
    home = folder / FOLDER
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    credential = home / f"credential-{serial}.pem"
    write_private(credential, private + granted.certificate.encode())
    facts = json.loads(granted.payload())
    write_private(home / FACTS, dump({**facts, "credential": credential.name, "until": until.isoformat()}))
    for each in home.glob("credential-*.pem"):
        if each != credential:
            with suppress(OSError):
                each.unlink()
    return _identity(granted, credential, until)


def write_private(path: Path, content: bytes) -> None:
    """A file that only its owner reads, whole or not at all, on the disk when this returns."""
    part = path.with_name(path.name + ".part")
    with suppress(FileNotFoundError):
        part.unlink()
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Let the names in a folder outlive a power cut."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _identity(granted: Granted, credential: Path, until: datetime) -> Identity:
    return Identity(
        receiver=granted.receiver,
        station_name=granted.name,
        address=granted.address,
        broker=granted.broker,
        root=base64.b64decode(granted.root),
        keyring=granted.keyring.encode(),
        authority=granted.authority,
        credential=credential,
        until=until,
    )
