"""The station's keys for its receivers, outside the database: root, signing keys, keyring, one for codes.

    root.key      signs keyrings and nothing else; may be kept elsewhere and brought back to rotate or revoke
    root.pub      what receivers pin
    k-….key       signing keys: plans and commands
    keyring       the newest keyring, sealed by the root key
    codes.key     what one-time codes are kept under

Several processes use them at once (`loa run`, `loa speakers keys …`): every change is made under a lock and replaces
one file, the keyring, in one step; who holds keys notices.
"""

from __future__ import annotations

import fcntl
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Self

from pipeline.domain import Clock
from pipeline.errors import AccessError
from pipeline.protocol.plan import LONGEST_LIFE
from pipeline.signing import KEYRING, ROOT, Keyring, PublicKey, SigningKey, seal

FOLDER = Path("var") / "keys" / "receivers"
ROOT_KEY, ROOT_PUBLIC, SEALED, CODES_KEY = "root.key", "root.pub", "keyring", "codes.key"
OVERLAP = timedelta(days=14)  # how long a key that was rotated away goes on to count: longer than a plan lives
FORGET = LONGEST_LIFE  # after its end a key is named no more: nothing it signed can be in force then
EARLIER = timedelta(days=1)  # a new key counts from before it was made: the station's clock may be set back a little
ROOT_AWAY = "root_key_away"
_EPOCH = 1_000  # milliseconds


@dataclass(frozen=True, slots=True)
class KeyFacts:
    """One signing key, for people. `state`: current, still (valid until `until`), over, revoked."""

    id: str
    since: datetime
    until: datetime | None
    state: str


class Keys:
    """The keys of one folder."""

    def __init__(self, folder: Path, clock: Clock) -> None:
        self.folder, self._clock = folder, clock
        self._seen: tuple[int, int, int] = (0, 0, 0)
        self._sealed, self._keyring = b"", Keyring(b"")
        self._private: dict[str, SigningKey] = {}

    @classmethod
    def open(cls, folder: Path, clock: Clock, *, known: bool = False) -> Self:
        """The keys of a folder, made at the first use.

        `known`: receivers have pinned these keys already, so that new ones would shut them all out.
        AccessError: `receiver_keys_lost` where they are known and not there, `signing_key_unreadable`, and the codes of
        a keyring that is none; OSError where they cannot be written.
        """
        keys = cls(folder, clock)
        if not (folder / SEALED).exists():
            if known:
                raise AccessError("receiver_keys_lost", folder=folder)
            keys._make()
        keys._look()
        return keys

    @property
    def keyring(self) -> Keyring:
        """The newest, whoever made it."""
        self._look()
        return self._keyring

    @property
    def sealed_keyring(self) -> bytes:
        """The same as receivers get it."""
        self._look()
        return self._sealed

    def signing(self) -> SigningKey:
        """The key to sign with now: the newest in force that is here. Where none is in force (the clock went far
        astray), a new one. AccessError(`signing_key_unreadable`) where none is here."""
        self._look()
        held = (each for each in self._in_force() if each.id in self._private or self._file(each.id).exists())
        chosen = next(held, None) or self._current() or self.rotate()
        if chosen.id not in self._private:
            self._private[chosen.id] = SigningKey.read(chosen.id, self._file(chosen.id))
        return self._private[chosen.id]

    def check(self) -> None:
        """What is to be signed with can be read; nothing is made. AccessError as `open`, OSError where not."""
        self._look()
        chosen = self._current()
        if chosen is not None:
            SigningKey.read(chosen.id, self._file(chosen.id))

    def facts(self) -> list[KeyFacts]:
        """The keys of the keyring, the newest first."""
        self._look()
        now, current = self._clock(), self._current()

        def state(key: PublicKey) -> str:
            if current is not None and key.id == current.id:
                return "current"
            return "still" if _in_force(key, now) else "over"

        return [KeyFacts(each.id, each.since, each.until, state(each)) for each in reversed(self._keyring.keys)]

    def rotate(self, overlap: timedelta = OVERLAP) -> PublicKey:
        """Sign with a new key from now on; those there were count for `overlap` longer."""
        with self._changing() as ring:
            end = self._clock() + overlap
            return self._issue([_ending(each, end) for each in ring.keys], ring.revoked)

    def revoke(self, id: str) -> PublicKey:
        """Let nothing this key signed count any more, at once. The key that signs from now on: a new one where it was
        the one to sign with. AccessError(`signing_key_unknown`)."""
        with self._changing() as ring:
            if id not in {each.id for each in ring.keys}:
                raise AccessError("signing_key_unknown", key=id)
            current = self._current()
            kept = [each for each in ring.keys if each.id != id]
            if current is None or current.id == id:
                made = self._issue(kept, ring.revoked | {id})
            else:
                made = current
                self._publish(kept, ring.revoked | {id})
        self._private.pop(id, None)
        self._file(id).unlink(missing_ok=True)
        return made

    def outgrow(self, sealed: bytes) -> bool:
        """Whether a keyring that a receiver hands in was newer than this: the keys came out of an older backup.

        It is the station's own word, since the root key signed it, and takes the place of the one restored: what was
        revoked since stays revoked. Where the newest key it names was lost, another signs. AccessError: the codes of
        `Keyring.follow` but `keyring_older`, `root_key_away` where another key is needed and none can be made.
        """
        with locked(self.folder):
            self._look()
            try:
                found = self._keyring.follow(sealed)
            except AccessError as error:
                if error.code == "keyring_older":
                    return False
                raise
            if found.version == self._keyring.version:
                return False
            write_whole(self.folder / SEALED, sealed)
            for id in found.revoked & {each.id for each in self._keyring.keys}:
                self._private.pop(id, None)
                self._file(id).unlink(missing_ok=True)
            self._look()
        current = self._current()
        if current is None or not self._file(current.id).exists():
            self.rotate()
        return True

    def codes_key(self) -> bytes:
        """What the digests of one-time codes are made with."""
        path = self.folder / CODES_KEY
        if not path.exists():
            with locked(self.folder):
                if not path.exists():
                    write_whole(path, secrets.token_bytes(32))
        return path.read_bytes()

    def _in_force(self) -> list[PublicKey]:
        now = self._clock()
        return [each for each in reversed(self._keyring.keys) if _in_force(each, now)]

    def _current(self) -> PublicKey | None:
        return next(iter(self._in_force()), None)

    def _file(self, id: str) -> Path:
        return self.folder / f"{id}.key"

    def _make(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.folder.chmod(0o700)
        with locked(self.folder):
            if (self.folder / SEALED).exists():
                return
            if not (self.folder / ROOT_KEY).exists():
                root = SigningKey.make(ROOT)
                root.write(self.folder / ROOT_KEY)
                write_whole(self.folder / ROOT_PUBLIC, root.raw)
            self._issue([], frozenset())

    def _issue(self, kept: list[PublicKey], revoked: frozenset[str]) -> PublicKey:
        now = self._clock()
        key = SigningKey.make(f"k-{now:%Y%m%d}-{secrets.token_hex(3)}")
        key.write(self._file(key.id))
        made = key.public(now - EARLIER)
        self._private[key.id] = key
        self._publish([*(each for each in kept if each.until is None or each.until > now - FORGET), made], revoked)
        return made

    def _publish(self, keys: list[PublicKey], revoked: frozenset[str]) -> None:
        root = SigningKey.read(ROOT, self.folder / ROOT_KEY)
        version = max(self._keyring.version + 1, int(self._clock().timestamp() * _EPOCH))
        ring = Keyring(root.raw, version, tuple(keys), revoked)
        write_whole(self.folder / SEALED, seal(ring.payload(), KEYRING, root))

    def _look(self) -> None:
        """Read the keyring anew where it is another file than last time."""
        path = self.folder / SEALED
        try:
            facts = path.stat()
            seen = facts.st_mtime_ns, facts.st_size, facts.st_ino
            if seen == self._seen:
                return
            root = (self.folder / ROOT_PUBLIC).read_bytes()
            sealed = path.read_bytes()
        except OSError:
            raise AccessError("receiver_keys_lost", folder=self.folder) from None
        self._keyring = Keyring(root).follow(sealed)
        self._sealed, self._seen = sealed, seen

    @contextmanager
    def _changing(self) -> Iterator[Keyring]:
        if not (self.folder / ROOT_KEY).exists():
            raise AccessError(ROOT_AWAY, file=self.folder / ROOT_KEY)
        with locked(self.folder):
            self._look()
            yield self._keyring
        self._look()


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Be the one process that changes the keys of a folder."""
    handle = os.open(folder / ".lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _in_force(key: PublicKey, now: datetime) -> bool:
    return key.since <= now and (key.until is None or now <= key.until)


def _ending(key: PublicKey, end: datetime) -> PublicKey:
    """A key that ends then, if not before. By a clock that went back it would end before it began: it stays."""
    earlier = key.until is not None and key.until <= end
    return key if earlier or end <= key.since else replace(key, until=end)


def write_whole(path: Path, data: bytes, mode: int = 0o600) -> None:
    """Replace a file in one step, safely on disk, readable as `mode` says from its first byte."""
    part = path.with_name(f"{path.name}.{secrets.token_hex(4)}.part")
    try:
        handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, mode)
        with os.fdopen(handle, "wb") as file:
            os.fchmod(file.fileno(), mode)
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except OSError:
        part.unlink(missing_ok=True)
        raise
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
