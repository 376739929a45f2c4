"""The key of the contacts, outside the database, and what is done with it.

A number is kept encrypted (AES-256-GCM, random nonce, bound to its list, field and number) and found by a keyed
HMAC-SHA256. Both use subkeys of one 32-byte key; no digest of a number exists that could be computed without it.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from contextlib import suppress
from pathlib import Path

from pipeline.errors import StoreError

KEY_BYTES = 32
NONCE_BYTES = 12
HEADER = "loa-contacts-key-1 "


class Cipher:
    """Encrypts, decrypts and finds numbers under one key."""

    def __init__(self, key: bytes) -> None:
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        self._aead = AESGCM(_subkey(key, b"encrypt"))
        self._lookup_key = _subkey(key, b"lookup")
        self.fingerprint = hmac.digest(_subkey(key, b"fingerprint"), b"loa contacts", hashlib.sha256)[:16]

    def lookup(self, phone: str) -> bytes:
        """The same for the same number in every list; 16 bytes."""
        return hmac.digest(self._lookup_key, phone.encode(), hashlib.sha256)[:16]

    def seal(self, field: str, list_id: str, lookup: bytes, text: str) -> bytes | None:
        """The text encrypted for its place; nothing for an empty one."""
        if not text:
            return None
        nonce = os.urandom(NONCE_BYTES)
        return nonce + self._aead.encrypt(nonce, text.encode(), _place(field, list_id, lookup))

    def open(self, field: str, list_id: str, lookup: bytes, sealed: bytes | None) -> str:
        """The text of its place. StoreError where it was changed or moved."""
        from cryptography.exceptions import InvalidTag

        if sealed is None:
            return ""
        try:
            text = self._aead.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], _place(field, list_id, lookup))
        except InvalidTag:
            raise StoreError("contact_unreadable", list=list_id) from None
        return text.decode()


def read_key(path: Path) -> bytes | None:
    """The key of a file; None where there is no file. StoreError where the file holds no key."""
    try:
        text = path.read_text(encoding="ascii")
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise StoreError("contacts_key_unreadable", file=path) from error
    try:
        key = bytes.fromhex(text.removeprefix(HEADER).strip())
    except ValueError:
        key = b""
    if not text.startswith(HEADER) or len(key) != KEY_BYTES:
        raise StoreError("contacts_key_unreadable", file=path)
    return key


def make_key(path: Path) -> bytes:
    """A new key in a new file, 0600, safely on disk before it encrypts anything; never over an existing one."""
    part = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}.part")
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        _write_through(part, f"{HEADER}{secrets.token_bytes(KEY_BYTES).hex()}\n")
        try:
            with suppress(FileExistsError):  # somebody else's first import was faster: theirs is the key
                path.hardlink_to(part)
        finally:
            part.unlink()
        _sync_folder(path.parent)
    except OSError as error:
        raise StoreError("contacts_key_unwritable", file=path) from error
    key = read_key(path)
    if key is None:
        raise StoreError("contacts_key_unwritable", file=path)
    return key


def _write_through(path: Path, text: str) -> None:
    with os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w", encoding="ascii") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def _sync_folder(path: Path) -> None:
    folder = os.open(path, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _subkey(key: bytes, purpose: bytes) -> bytes:
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    return HKDF(SHA256(), 32, salt=None, info=b"loa contacts " + purpose).derive(key)


def _place(field: str, list_id: str, lookup: bytes) -> bytes:
    return f"{field}\n{list_id}\n".encode() + lookup
