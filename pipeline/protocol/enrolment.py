"""How a receiver becomes one of the station's: the one-time code a person types, and what is said over it.

A code is 40 signs in groups of four: which code it is, its secret, a fingerprint of the station's certificate
authority, and check signs over all. So the first contact is authenticated both ways: the station knows the receiver by
the secret, the receiver knows the station by the fingerprint.
"""

from __future__ import annotations

import base64
import hashlib
import re
import secrets
from dataclasses import dataclass, field
from typing import Self

from pipeline.errors import AccessError
from pipeline.strict_json import Table, dump

SIGNS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # no 0 O 1 I: they are mistaken for each other
_ID, _SECRET, _AUTHORITY, _CHECK = 6, 16, 16, 2  # signs of 5 bits
_GROUP = 4
_STANDARD = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
_TO_OURS = str.maketrans(_STANDARD, SIGNS)
MOST_BYTES = 16_384  # of what is asked
MOST_ANSWERED = 262_144
_PEM = 20_000


@dataclass(frozen=True, slots=True)
class EnrolmentCode:
    """`id`: says which code it is; `authority`: of the SHA-256 of the authority's certificate (DER), see `name_of`."""

    id: str
    secret: str = field(repr=False)
    authority: str

    @classmethod
    def make(cls, authority: str) -> Self:
        """A new one."""
        return cls(_random(_ID), _random(_SECRET), authority)

    @classmethod
    def read(cls, typed: str) -> Self:
        """What a person typed, in any case, with any blanks and dashes. AccessError(`code_mistyped`)."""
        signs = re.sub(r"[\s.\-–—_]", "", typed[:200]).upper()
        body, check = signs[:-_CHECK], signs[-_CHECK:]
        if len(signs) != _ID + _SECRET + _AUTHORITY + _CHECK or not set(signs) <= set(SIGNS) or _check(body) != check:
            raise AccessError("code_mistyped")
        return cls(body[:_ID], body[_ID : _ID + _SECRET], body[_ID + _SECRET :])

    @property
    def text(self) -> str:
        """As it is shown, once."""
        body = self.id + self.secret + self.authority
        signs = body + _check(body)
        return "-".join(signs[place : place + _GROUP] for place in range(0, len(signs), _GROUP))


def name_of(certificate: bytes) -> str:
    """The first 80 bits of the SHA-256 of a certificate (DER), in the signs of a code."""
    return _signs(hashlib.sha256(certificate).digest())[:_AUTHORITY]


@dataclass(frozen=True, slots=True)
class Asked:
    """What a receiver asks with. `csr`: PEM, P-256. Without code and secret a certificate in force is renewed."""

    csr: str
    code: str = ""
    secret: str = field(default="", repr=False)

    def payload(self) -> bytes:
        return dump({"csr": self.csr, "code": self.code, "secret": self.secret})


def read_asked(data: bytes) -> Asked:
    """AccessError(`document_unreadable`) where it is none."""
    if len(data) > MOST_BYTES:
        raise AccessError("document_unreadable", document="enrolment", why="size")
    table = Table.of(data, "enrolment")
    asked = Asked(table.text("csr", _PEM), table.text("code", _ID, 0), table.text("secret", _SECRET, 0))
    table.end()
    return asked


@dataclass(frozen=True, slots=True)
class Granted:
    """What it gets. Certificates are PEM; `root`: the raw root key in base64; `keyring`: sealed; `broker`: may be empty.

    `name`: the station's, for people.
    """

    receiver: str
    certificate: str
    authority: str
    root: str
    keyring: str
    broker: str
    name: str

    def payload(self) -> bytes:
        facts = {"receiver": self.receiver, "certificate": self.certificate, "authority": self.authority}
        return dump({**facts, "root": self.root, "keyring": self.keyring, "broker": self.broker, "name": self.name})


def read_granted(data: bytes) -> Granted:
    """AccessError(`document_unreadable`) where it is none."""
    if len(data) > MOST_ANSWERED:
        raise AccessError("document_unreadable", document="enrolment", why="size")
    table = Table.of(data, "enrolment")
    granted = Granted(
        receiver=table.text("receiver", 64),
        certificate=table.text("certificate", _PEM),
        authority=table.text("authority", _PEM),
        root=table.text("root", 64),
        keyring=table.text("keyring", MOST_ANSWERED),
        broker=table.text("broker", 300, 0),
        name=table.text("name", 300, 0),
    )
    table.end()
    return granted


def _random(signs: int) -> str:
    return "".join(secrets.choice(SIGNS) for _ in range(signs))


def _check(body: str) -> str:
    return _signs(hashlib.sha256(b"loa code\n" + body.encode()).digest())[:_CHECK]


def _signs(raw: bytes) -> str:
    return base64.b32encode(raw).decode().translate(_TO_OURS)
