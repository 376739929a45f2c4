"""Who may order: Ed25519 keys of a station, the keyring that receivers hold, and sealed documents.

A sealed document is JSON `{"kind", "key", "signature", "payload"}`: `payload` is the document itself as text, signed
byte for byte together with its kind, so that a plan can never pass for a command and nobody has to agree on a canonical
form. The root key signs nothing but keyrings; a keyring names the keys that may sign all else, from when to when, and
those that may no more.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import os
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Self

from pipeline.errors import AccessError
from pipeline.strict_json import Table, dump

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

KEYRING = "keyring/1"
ROOT = "root"
MOST_BYTES = 2_000_000  # of a sealed document
MOST_KEYS = 64
_RAW = 32  # bytes of a key
_SIGNATURE = 64


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A key that may sign from `since` until `until` (None: until it is revoked). `raw`: 32 bytes."""

    id: str
    raw: bytes
    since: datetime
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Keyring:
    """The keys of one station. `version` only grows: a holder refuses an older one. `root`: 32 bytes, pinned once."""

    root: bytes
    version: int = 0
    keys: tuple[PublicKey, ...] = ()
    revoked: frozenset[str] = frozenset()

    @property
    def station(self) -> str:
        """The station's name for its receivers: a fingerprint of its root key."""
        return fingerprint(self.root)

    def payload(self) -> bytes:
        """As it is signed by the root key."""
        keys = [
            {"id": key.id, "public": _text(key.raw), "since": key.since.isoformat(), "until": _when(key.until)}
            for key in self.keys
        ]
        return dump({"station": self.station, "version": self.version, "keys": keys, "revoked": sorted(self.revoked)})

    def follow(self, sealed: bytes) -> Keyring:
        """The keyring after a newer one arrived; itself where it is the same. AccessError where it may not be taken.

        Codes: those of `unseal`, `keyring_foreign`, `keyring_older`, `keyring_differs` (same version, other content).
        """
        payload = unseal(sealed, KEYRING, self)
        table = Table.of(payload, "keyring")
        if table.text("station", 64) != self.station:
            raise AccessError("keyring_foreign")
        version = table.whole("version", 1, 1 << 53)
        keys = tuple(_key(each) for each in table.tables("keys", MOST_KEYS))
        found = Keyring(self.root, version, keys, frozenset(table.texts("revoked", MOST_KEYS * 16, 64)))
        if len({each.id for each in keys}) < len(keys):
            raise AccessError("seal_unreadable", why="doubled_key")
        if version < self.version:
            raise AccessError("keyring_older", version=version, held=self.version)
        if version == self.version and found.payload() != self.payload():
            raise AccessError("keyring_differs", version=version)
        return found


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A private key of the station, never shown. `id` is what documents name it by."""

    id: str
    private: Ed25519PrivateKey = field(repr=False)

    @classmethod
    def make(cls, id: str) -> Self:
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

        return cls(id, Ed25519PrivateKey.generate())

    @classmethod
    def read(cls, id: str, path: Path) -> Self:
        """From a file of 32 bytes. AccessError(`signing_key_unreadable`)."""
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

        try:
            return cls(id, Ed25519PrivateKey.from_private_bytes(path.read_bytes()))
        except (OSError, ValueError):
            raise AccessError("signing_key_unreadable", file=path.name) from None

    def write(self, path: Path) -> None:
        """Into a new file that only its owner reads; FileExistsError where there is one."""
        path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(self.private.private_bytes_raw())
            file.flush()
            os.fsync(file.fileno())

    @property
    def raw(self) -> bytes:
        """The public half, 32 bytes."""
        return self.private.public_key().public_bytes_raw()

    def public(self, since: datetime, until: datetime | None = None) -> PublicKey:
        return PublicKey(self.id, self.raw, since, until)


def seal(payload: bytes, kind: str, key: SigningKey) -> bytes:
    """The sealed document of a payload that `dump` made. AccessError(`seal_unreadable`) where nobody would take it."""
    signature = key.private.sign(_signed(payload, kind))
    sealed = dump({"kind": kind, "key": key.id, "signature": _text(signature), "payload": payload.decode()})
    if len(sealed) > MOST_BYTES:
        raise AccessError("seal_unreadable", why="size")
    return sealed


def unseal(data: bytes, kind: str, keyring: Keyring, at: datetime | None = None) -> bytes:
    """The payload of a sealed document of this kind. A keyring is signed by the root key, all else by a key in force.

    `at`: when it says it was issued, where the caller knows; a key signs only in its time.
    Raises AccessError: `seal_unreadable`, `seal_kind`, `seal_key_unknown`, `seal_key_revoked`, `seal_key_over`,
    `seal_forged`.
    """
    if len(data) > MOST_BYTES:
        raise AccessError("seal_unreadable", why="size")
    table = Table.of(data, "seal")
    said, name = table.text("kind", 40), table.text("key", 64)
    signature, payload = _bytes(table.text("signature", 200)), table.text("payload", MOST_BYTES).encode()
    table.end()
    if said != kind:
        raise AccessError("seal_kind", kind=kind)
    if (kind == KEYRING) is not (name == ROOT):
        raise AccessError("seal_key_unknown", key=name)
    raw = keyring.root if name == ROOT else _raw_of(name, keyring, at)
    if not _is_signed(payload, kind, raw, signature):
        raise AccessError("seal_forged", key=name)
    return payload


def signed_by(data: bytes) -> str:
    """The name of the key a sealed document says it is signed by; nothing about it is proven."""
    return Table.of(data, "seal").text("key", 64)


def require_in_time(data: bytes, keyring: Keyring, issued: datetime) -> None:
    """AccessError where the key of a document that was unsealed had no force at `issued`."""
    name = signed_by(data)
    if name != ROOT:
        _raw_of(name, keyring, issued)


def fingerprint(raw: bytes) -> str:
    """32 hexadecimal digits of the SHA-256 of a key or certificate."""
    return hashlib.sha256(raw).hexdigest()[:32]


def _raw_of(name: str, keyring: Keyring, at: datetime | None) -> bytes:
    if name in keyring.revoked:
        raise AccessError("seal_key_revoked", key=name)
    key = next((each for each in keyring.keys if each.id == name), None)
    if key is None:
        raise AccessError("seal_key_unknown", key=name)
    if at is not None and (at < key.since or (key.until is not None and at > key.until)):
        raise AccessError("seal_key_over", key=name)
    return key.raw


def _is_signed(payload: bytes, kind: str, raw: bytes, signature: bytes) -> bool:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    try:
        Ed25519PublicKey.from_public_bytes(raw).verify(signature, _signed(payload, kind))
    except (InvalidSignature, ValueError):
        return False
    return True


def _signed(payload: bytes, kind: str) -> bytes:
    return f"loa {kind}\n".encode() + payload


def _key(table: Table) -> PublicKey:
    key = PublicKey(
        table.text("id", 64), _bytes(table.text("public", 100)), table.moment("since"), table.moment_or_none("until")
    )
    over = key.until is not None and key.until <= key.since
    if len(key.raw) != _RAW or key.id == ROOT or over:
        raise AccessError("seal_unreadable", why="key")
    return key


def _bytes(text: str) -> bytes:
    try:
        raw = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raw = b""
    if _text(raw) != text:  # one way to write a thing, or a document could be altered and still be good
        raise AccessError("seal_unreadable", why="base64")
    return raw


def _text(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


def _when(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()


def newest(keys: Iterable[PublicKey], at: datetime) -> PublicKey | None:
    """The key to sign with now: of those in force the one that came last."""
    found = [each for each in keys if each.since <= at and (each.until is None or at <= each.until)]
    return max(found, key=lambda each: each.since, default=None)
