"""How a receiver becomes one of the station's: the one-time code a person types, and what is said over it.

A code carries which code it is, its secret, and a fingerprint of the station's certificate authority. So the first
contact is authenticated both ways: the station knows the receiver by the secret, the receiver knows the station by the
fingerprint. It is 8 groups of 5 signs; the fifth of each checks the others and where the group stands, so that a slip
of the fingers is named with its group before anybody is asked anything.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
import secrets
from dataclasses import dataclass, field
from typing import Self
from unicodedata import normalize

from pipeline.errors import AccessError, ContentError
from pipeline.protocol.plan import RECEIVER
from pipeline.strict_json import Table, dump

SIGNS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # no 0 O 1 I: they are mistaken for each other
GROUPS, GROUP = 8, 5
_ID, _SECRET, _AUTHORITY = 4, 12, 16  # signs of 5 bits
_WEIGHTS = (2, 4, 8, 16)  # of the four signs of a group, in GF(32): all differ from each other and from 1
_PLACE = 5  # weight of where the group stands
_BETWEEN = re.compile(r"[\s\-\u2010-\u2015_.:·]+")
_STANDARD = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
_TO_OURS = str.maketrans(_STANDARD, SIGNS)
MOST_BYTES = 16_384  # of what is asked
MOST_ANSWERED = 262_144
_PEM = 20_000
_HOST = r"(?:\[[0-9a-fA-F:.]{2,45}\]|[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?)"
ADDRESS = re.compile(rf"https://(?P<host>{_HOST})(?::(?P<port>[0-9]{{1,5}}))?/?\Z", re.ASCII)
BROKER = re.compile(rf"mqtts://(?P<host>{_HOST})(?::(?P<port>[0-9]{{1,5}}))?/?\Z", re.ASCII)


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
        """What a person typed, in any case, with any blanks and dashes.

        ContentError: `code_sign` (sign, group), `code_length` (count, expected), `code_mistyped` (group, from 1).
        """
        signs = _BETWEEN.sub("", normalize("NFKC", typed[:400])).upper()
        for place, sign in enumerate(signs):
            if sign not in SIGNS:
                raise ContentError("code_sign", sign=sign, group=place // GROUP + 1)
        if len(signs) != GROUPS * GROUP:
            raise ContentError("code_length", count=len(signs), expected=GROUPS * GROUP)
        groups = [signs[start : start + GROUP] for start in range(0, len(signs), GROUP)]
        for place, group in enumerate(groups):
            if _check(group[:-1], place) != group[-1]:
                raise ContentError("code_mistyped", group=place + 1)
        body = "".join(group[:-1] for group in groups)
        return cls(body[:_ID], body[_ID : _ID + _SECRET], body[_ID + _SECRET :])

    @property
    def text(self) -> str:
        """As it is shown, once."""
        body = self.id + self.secret + self.authority
        parts = [body[start : start + GROUP - 1] for start in range(0, len(body), GROUP - 1)]
        return "-".join(part + _check(part, place) for place, part in enumerate(parts))


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
    return Asked(table.text("csr", _PEM), table.text("code", _ID, 0), table.text("secret", _SECRET, 0))


@dataclass(frozen=True, slots=True)
class Granted:
    """What it gets. Certificates are PEM; `root`: the raw root key in base64; `keyring`: sealed.

    `address`: `https://…` by which it reaches the station from then on; `broker`: `mqtts://host:port`, may be empty;
    `name`: the station's, for people.
    """

    receiver: str
    certificate: str
    authority: str
    root: str
    keyring: str
    broker: str
    name: str
    address: str = ""

    def payload(self) -> bytes:
        facts = {"receiver": self.receiver, "certificate": self.certificate, "authority": self.authority}
        ways = {"broker": self.broker, "address": self.address}
        return dump({**facts, **ways, "root": self.root, "keyring": self.keyring, "name": self.name})


def read_granted(data: bytes) -> Granted:
    """AccessError(`document_unreadable`) where it is none."""
    if len(data) > MOST_ANSWERED:
        raise AccessError("document_unreadable", document="enrolment", why="size")
    table = Table.of(data, "enrolment")
    return granted_of(table)


def granted_of(table: Table) -> Granted:
    """The same from a table that says more."""
    granted = Granted(
        receiver=table.matching("receiver", RECEIVER, 64),
        certificate=table.text("certificate", _PEM),
        authority=table.text("authority", _PEM),
        root=table.text("root", 64),
        keyring=table.text("keyring", MOST_ANSWERED),
        broker=_way(table, "broker", BROKER),
        name=table.text("name", 300, 0),
        address=_way(table, "address", ADDRESS),
    )
    try:
        raw = base64.b64decode(granted.root, validate=True)
    except (binascii.Error, ValueError):
        raw = b""
    if len(raw) != 32:
        raise AccessError("document_unreadable", document="enrolment", why="root")
    return granted


def host_and_port(address: str, form: re.Pattern[str], usual: int) -> tuple[str, int] | None:
    """Of an ADDRESS or a BROKER; None where it is none. `usual`: the port where none is named."""
    found = form.match(address)
    if found is None:
        return None
    port = int(found["port"] or usual)
    return (found["host"].strip("[]"), port) if 0 < port < 65_536 else None


def _way(table: Table, key: str, form: re.Pattern[str]) -> str:
    return table.matching(key, form, 300) if table.text_or(key, 300) else ""


def _random(signs: int) -> str:
    return "".join(secrets.choice(SIGNS) for _ in range(signs))


def _check(part: str, place: int) -> str:
    """The sign that betrays one wrong sign, two signs or two groups in each other's place."""
    total = _times(_PLACE, place)
    for weight, sign in zip(_WEIGHTS, part, strict=True):
        total ^= _times(weight, SIGNS.index(sign))
    return SIGNS[total]


def _times(one: int, other: int) -> int:
    """The product in GF(32), with x⁵ + x² + 1."""
    product = 0
    while other:
        product ^= one * (other & 1)
        one = one << 1 ^ (0b100101 if one & 16 else 0)
        other >>= 1
    return product


def _signs(raw: bytes) -> str:
    return base64.b32encode(raw).decode().translate(_TO_OURS)
