"""One-time codes: issued to one receiver, kept as a keyed digest, good once, for a while, for a few tries."""

from __future__ import annotations

import hashlib
import hmac
from datetime import datetime, timedelta

from pipeline.errors import AccessError
from pipeline.fleet.ports import KeptCode, Register
from pipeline.protocol.enrolment import EnrolmentCode

VALID = timedelta(hours=2)
LONGEST = timedelta(days=7)
MOST_WRONG = 5


def issue(register: Register, receiver: str, authority: str, key: bytes, now: datetime, valid: timedelta) -> str:
    """A new code for a receiver, as it is shown once. `authority`: see `name_of`; `key`: what digests are made with."""
    code = EnrolmentCode.make(authority)
    register.keep_code(KeptCode(code.id, receiver, now, now + valid, _digest(code.id, code.secret, key)))
    return code.text


def redeem(register: Register, id: str, secret: str, public: str, key: bytes, now: datetime) -> str:
    """The receiver a code is for, used now for this public key (its fingerprint).

    AccessError: `code_wrong` (which does not say whether there is such a code), and where the secret was right
    `code_over` (too late, or tried wrongly too often) and `code_used`.
    """
    kept = register.code(id)
    right = hmac.compare_digest(kept.digest if kept else "", _digest(id, secret, key))
    if kept is None or not right:
        if kept is not None:
            register.wrong_code(id)
        raise AccessError("code_wrong")
    if kept.wrong >= MOST_WRONG or now >= kept.expires:
        raise AccessError("code_over")
    if not register.use_code(id, public, now):
        raise AccessError("code_used")
    return kept.receiver


def _digest(id: str, secret: str, key: bytes) -> str:
    return hmac.new(key, f"loa code {id} {secret}".encode(), hashlib.sha256).hexdigest()
