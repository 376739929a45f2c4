"""How this machine becomes a receiver of a station, and how it stays one: enrolment by code, renewal in time.

The first contact proves the station by the fingerprint in the code, before a word of the code is said. What is written
is written whole at the end; only the private key is kept from before, so that an answer that was lost costs no code.
"""

from __future__ import annotations

import base64
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.errors import AccessError, ContentError
from pipeline.protocol import names
from pipeline.protocol.enrolment import (
    ADDRESS,
    MOST_ANSWERED,
    Asked,
    EnrolmentCode,
    Granted,
    host_and_port,
    name_of,
    read_granted,
)
from pipeline.receiver.connection import Sockets
from pipeline.receiver.exchange import SAID, Exchange, whole
from pipeline.receiver.folder import Folder
from pipeline.receiver.identity import (
    FOLDER,
    Identity,
    is_enrolled,
    read_identity,
    trusting,
    write_identity,
    write_private,
)
from pipeline.receiver.line import DOCUMENT_S, PORT, HttpsLine
from pipeline.receiver.ports import LineError
from pipeline.signing import Keyring

if TYPE_CHECKING:
    from cryptography import x509
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey

PENDING = "pending.pem"  # the private key of a request that may have been granted
MOST_AUTHORITY = 8_000
RENEW_BEFORE = timedelta(days=60)


def enrol(folder: Path, station: str, typed: str, *, again: bool = False, patience: float = 1.0) -> Identity:
    """Become what the code says, in a receiver's folder. `station`: `https://HOST:PORT`.

    `again`: also where it is another receiver, or another station's, by now: then it begins with nothing of before.
    Raises ContentError: `enrol_address`, the codes of `EnrolmentCode.read`, `enrol_already`; LineError;
    LoaError(`receiver_running`); AccessError: `enrol_not_the_station`, `enrol_answer_wrong`, `receiver_unwritable`.
    """
    code = EnrolmentCode.read(typed)
    place = host_and_port(station.strip(), ADDRESS, PORT)
    if place is None:
        raise ContentError("enrol_address", address=station)
    with _alone(folder):
        before = read_identity(folder) if is_enrolled(folder) else None
        if before is not None and not again:
            raise ContentError("enrol_already", receiver=before.receiver)
        authority = _authority(*place, code, patience)
        key = _pending_key(folder)
        granted = _ask(*place, authority, Asked(_request(key), code.id, code.secret), patience, folder)
        identity = _settle(folder, granted, key, authority, station.strip())
        (folder / FOLDER / PENDING).unlink(missing_ok=True)
        if before is not None and _was_another(before, identity):
            _set_aside(folder, before.receiver)
    return identity


def renewed(folder: Path, identity: Identity, line: HttpsLine, now: datetime) -> Identity | None:
    """A new credential where the old one ends within 60 days; None where there is no need yet.

    LineError, AccessError: as for `enrol`. What is in use stays good whatever happens.
    """
    if identity.until - now > RENEW_BEFORE:
        return None
    key = _new_key()
    granted = line.renew(Asked(_request(key)))
    if granted.receiver != identity.receiver:
        raise AccessError("enrol_answer_wrong", why="receiver")
    with _writing(folder):
        return _settle(folder, granted, key, identity.authority, identity.address)


def _authority(host: str, port: int, code: EnrolmentCode, patience: float) -> str:
    """The station's authority (PEM), proven by the code. AccessError(`enrol_not_the_station`), LineError."""

    def trusting_nobody(sockets: Sockets) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        context.sslsocket_class = sockets
        return context

    exchange = Exchange(host, port, trusting_nobody, patience=patience)
    try:
        with exchange.asked("GET", names.AUTHORITY_PATH) as answer:
            shown = whole(answer, MOST_AUTHORITY)
    except LineError as error:
        if error.code != "line_credential_refused":
            raise
        raise LineError("line_tls", **error.params) from None  # we showed none: it is another program's port
    finally:
        exchange.close()
    try:
        authority = shown.decode("ascii")
        proven = name_of(_der(authority)) == code.authority
    except ValueError:
        proven = False
    if not proven:
        raise AccessError("enrol_not_the_station", host=host)
    return ssl.DER_cert_to_PEM_cert(_der(authority))  # this one certificate and nothing behind it


def _ask(host: str, port: int, authority: str, asked: Asked, patience: float, folder: Path) -> Granted:
    exchange = Exchange(host, port, lambda sockets: trusting(authority, sockets), patience=patience)
    try:
        with exchange.asked("POST", names.ENROL_PATH, DOCUMENT_S, body=asked.payload()) as answer:
            return read_granted(whole(answer, MOST_ANSWERED))
    except LineError as error:
        if error.code in SAID:  # it was not granted, and the key is of no use
            (folder / FOLDER / PENDING).unlink(missing_ok=True)
        raise
    finally:
        exchange.close()


def _settle(folder: Path, granted: Granted, key: EllipticCurvePrivateKey, authority: str, address: str) -> Identity:
    """Look at everything that was granted, then write it down. AccessError(`enrol_answer_wrong`), OSError."""
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    certificate = _examined(granted, key, authority)
    Keyring(base64.b64decode(granted.root)).follow(granted.keyring.encode())
    whole_one = replace(granted, authority=authority, address=granted.address or address)
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    serial, until = f"{certificate.serial_number:x}", certificate.not_valid_after_utc
    return write_identity(folder, whole_one, private, serial, until)


def _examined(granted: Granted, key: EllipticCurvePrivateKey, authority: str) -> x509.Certificate:
    """The certificate, if it is for this key and this name, and by the station's authority."""
    from cryptography import x509
    from cryptography.exceptions import InvalidSignature
    from cryptography.x509.oid import NameOID

    wrong = "authority"
    try:
        if _der(granted.authority) != _der(authority):
            raise ValueError
        wrong = "certificate"
        certificate = x509.load_pem_x509_certificate(granted.certificate.encode())
        certificate.verify_directly_issued_by(x509.load_pem_x509_certificate(authority.encode()))
        named = [each.value for each in certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)]
        if certificate.public_key() != key.public_key() or named != [granted.receiver]:
            raise ValueError
    except (ValueError, TypeError, InvalidSignature):
        raise AccessError("enrol_answer_wrong", why=wrong) from None
    return certificate


def _pending_key(folder: Path) -> EllipticCurvePrivateKey:
    """The key of a request that nobody has answered yet, or a new one, kept until somebody has."""
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.serialization import (
        Encoding,
        NoEncryption,
        PrivateFormat,
        load_pem_private_key,
    )

    path = folder / FOLDER / PENDING
    with suppress(OSError, ValueError, TypeError):
        kept = load_pem_private_key(path.read_bytes(), None)
        if isinstance(kept, ec.EllipticCurvePrivateKey):
            return kept
    key = _new_key()
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    write_private(path, key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return key


def _new_key() -> EllipticCurvePrivateKey:
    from cryptography.hazmat.primitives.asymmetric import ec

    return ec.generate_private_key(ec.SECP256R1())


def _request(key: EllipticCurvePrivateKey) -> str:
    """PKCS#10, PEM; it asks for no name: the station knows whose code it was."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.serialization import Encoding

    builder = x509.CertificateSigningRequestBuilder().subject_name(x509.Name([]))
    return builder.sign(key, hashes.SHA256()).public_bytes(Encoding.PEM).decode()


def _der(pem: str) -> bytes:
    """ValueError where it is no certificate."""
    return ssl.PEM_cert_to_DER_cert(pem.strip())


def _was_another(before: Identity, now: Identity) -> bool:
    same = before.receiver == now.receiver and before.root == now.root
    return not same or _der(before.authority) != _der(now.authority)


def _set_aside(folder: Path, receiver: str) -> None:
    """What was ordered of another receiver, and done as it, is not this one's to follow or to hand in."""
    held = Folder(folder)
    aside = next(each for each in (held.var / f"before-{receiver}-{n}" for n in count(1)) if not each.exists())
    aside.mkdir(mode=0o700)
    for each in (held.plan, held.keyring, held.journal, held.var / "state.json"):
        if each.exists():
            each.rename(aside / each.name)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Hold a receiver's folder: not while it runs."""
    with _writing(folder), Folder(folder).alone():
        yield


@contextmanager
def _writing(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise AccessError("receiver_unwritable", folder=folder, why=error.strerror or str(error)) from None
