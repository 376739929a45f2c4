"""A station's authority and keys, and receivers that are enrolled with it, without a word on any wire."""

from __future__ import annotations

import base64
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from pipeline.fleet.certificates import Authority, read_request
from pipeline.protocol.enrolment import Granted
from pipeline.receiver import enrolling
from pipeline.receiver.identity import Identity, write_identity
from pipeline.signing import KEYRING, Keyring, SigningKey, seal


def now() -> datetime:
    return datetime.now(UTC)


@dataclass
class Papers:
    """Of one station, in a folder. `ring` is version 1 with one key, `key`."""

    folder: Path
    root: SigningKey = field(default_factory=lambda: SigningKey.make("root"))
    key: SigningKey = field(default_factory=lambda: SigningKey.make("k-1"))

    def __post_init__(self) -> None:
        self.authority = Authority.open(self.folder, now)
        self.authority.certify_server(self.folder, ["127.0.0.1", "localhost"])
        self.ring = Keyring(self.root.raw, 1, (self.key.public(now() - timedelta(days=30)),))
        self.sealed_ring = seal(self.ring.payload(), KEYRING, self.root)

    def identity(
        self, folder: Path, receiver: str, address: str, broker: str = "", *, lasts: timedelta = timedelta(days=730)
    ) -> Identity:
        """Enrol a receiver, on paper. `lasts`: of its certificate, from now; it may be over already."""
        key = enrolling._new_key()
        request = read_request(enrolling._request(key))
        issued = self.authority._issue(request.public, receiver, (), lasts)
        granted = Granted(
            receiver=receiver,
            certificate=issued.pem,
            authority=self.authority.pem,
            root=base64.b64encode(self.root.raw).decode(),
            keyring=self.sealed_ring.decode(),
            broker=broker,
            name="Trung tâm Văn hóa An Lão",
            address=address,
        )
        private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        return write_identity(folder, granted, private, issued.serial, issued.until)
