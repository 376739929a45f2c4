"""The people of a station and their passphrases: kept as argon2id, tried in constant time, not to be guessed."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

from pipeline.domain import Person
from pipeline.errors import AccessError, ContentError
from pipeline.fields import IDENTIFIER, closest, identifier_from
from pipeline.store import Note

if TYPE_CHECKING:
    from argon2 import PasswordHasher

    from pipeline.store import Store

SHORTEST, LONGEST = 8, 1_024  # characters of a passphrase
FEW_CHARACTERS = 5
ATTEMPTS = 5
WINDOW = timedelta(minutes=10)
NAME_LIMIT = 200
COMMON = ("password", "matkhau", "mậtkhẩu", "12345678", "87654321", "qwerty", "abcd1234")


class Persons:
    """Adds people, changes them, and tells who somebody is. `actor`: who did it, for the audit log."""

    def __init__(self, store: Store) -> None:
        self.store = store

    def add(self, person: Person, passphrase: str, actor: str) -> None:
        """Write down a new person. ContentError for an unusable id, name or passphrase, ConflictError if it exists."""
        if not IDENTIFIER.fullmatch(person.id) or len(person.id) > 64:
            raise ContentError("bad_identifier", value=person.id[:64], close=identifier_from(person.id))
        name = " ".join(unicodedata.normalize("NFC", person.name).split())
        if not name or len(name) > NAME_LIMIT or not name.isprintable():
            raise ContentError("person_name_unusable", limit=NAME_LIMIT)
        hashed = _hashed(passphrase)
        note = Note(actor, "person_added", person.id, {"role": person.role.value})
        self.store.add_person(replace(person, name=name), hashed, note, person.created_at)

    def set_passphrase(self, person: str, passphrase: str, actor: str, now: datetime) -> None:
        """Give a person a new passphrase."""
        self.find(person, disabled_too=True)
        self.store.set_passphrase(person, _hashed(passphrase), Note(actor, "person_passphrase_set", person), now)

    def disable(self, person: str, actor: str, now: datetime) -> None:
        """Let a person decide nothing from now on; what they have approved stays approved."""
        self.find(person, disabled_too=True)
        self.store.set_disabled(person, now, Note(actor, "person_disabled", person), now)

    def enable(self, person: str, actor: str, now: datetime) -> None:
        """Let a disabled person decide again."""
        self.find(person, disabled_too=True)
        self.store.set_disabled(person, None, Note(actor, "person_enabled", person), now)

    def find(self, person: str, *, disabled_too: bool = False) -> Person:
        """A person by id. AccessError where there is none, or where they are disabled."""
        everyone: Mapping[str, Person] = self.store.persons()
        found = everyone.get(person)
        if found is None:
            raise AccessError("person_unknown", person=person, close=closest(person, everyone))
        if found.disabled_at is not None and not disabled_too:
            raise AccessError("person_disabled", person=person)
        return found

    def identify(self, person: str, passphrase: str, now: datetime) -> Person:
        """The person whose passphrase this is. AccessError, after the same work, for a wrong one and for nobody.

        After 5 wrong ones, each within 10 minutes of the one before, none is looked at for 10 minutes.
        """
        attempt = self.store.begin_attempt(person, now, limit=ATTEMPTS, window=WINDOW)
        if attempt is None:
            _hasher().hash(_normal(passphrase))
            self.store.audit("unknown", "passphrase_wrong", "", {}, now)  # who mixes the fields up typed a secret here
            raise AccessError("passphrase_wrong")
        if attempt.locked:
            raise AccessError("person_locked", minutes=int(WINDOW.total_seconds() // 60))
        if not _matches(attempt.passphrase, passphrase):
            locked = attempt.failures >= ATTEMPTS
            self.store.audit(person, "passphrase_wrong", person, {"failures": attempt.failures, "locked": locked}, now)
            raise AccessError("passphrase_wrong")
        self.store.end_attempt(person)
        if attempt.person.disabled_at is not None:
            raise AccessError("person_disabled", person=person)
        return attempt.person


def is_weak(passphrase: str, *around: str) -> bool:
    """Whether a passphrase is long enough and yet easily guessed; `around`: the person's id and name."""
    plain = "".join(_normal(passphrase).lower().split())
    near = [word for text in around for word in text.lower().replace("-", " ").split() if len(word) > 3]
    return plain.isdigit() or len(set(plain)) < FEW_CHARACTERS or any(word in plain for word in (*COMMON, *near))


def _hashed(passphrase: str) -> str:
    if not SHORTEST <= len(_normal(passphrase)) <= LONGEST:
        raise ContentError("passphrase_length", least=SHORTEST, most=LONGEST)
    return _hasher().hash(_normal(passphrase))


def _matches(hashed: str, passphrase: str) -> bool:
    from argon2.exceptions import InvalidHashError, VerificationError

    try:
        return _hasher().verify(hashed, _normal(passphrase))
    except (VerificationError, InvalidHashError):
        return False


def _normal(passphrase: str) -> str:
    """One form for the same letters: keyboards differ in how they compose Vietnamese."""
    return unicodedata.normalize("NFC", passphrase)


@lru_cache(maxsize=1)
def _hasher() -> PasswordHasher:
    from argon2 import PasswordHasher

    return PasswordHasher()  # argon2id with the second recommended set of RFC 9106: 64 MiB, 3 passes, 4 lanes
