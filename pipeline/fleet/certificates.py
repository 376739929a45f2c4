"""The station's own certificate authority: what the two ends of a line prove themselves with. EC P-256, X.509.

    ca.key ca.pem            the authority: 20 years, signs nothing but ends
    server.key server.pem    the station's HTTPS, with the names it is reached by; made anew well before its end
    station.key station.pem  the station as a client of the broker
    crl.pem                  what was revoked, for the broker

Certificates count from 1970 on: a receiver without a hardware clock wakes up in the past and must still be able to ask
the station what time it is.
"""

from __future__ import annotations

import ssl
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING, Self

from pipeline.domain import Clock
from pipeline.errors import AccessError
from pipeline.fleet.keys import locked, write_whole
from pipeline.fleet.ports import Revoked
from pipeline.signing import fingerprint

if TYPE_CHECKING:
    from cryptography import x509
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey, EllipticCurvePublicKey

STATION = "_station"  # no cluster can bear this name
EVER = datetime(1970, 1, 2, tzinfo=UTC)
AUTHORITY_LASTS = timedelta(days=7305)
SERVER_LASTS = timedelta(days=730)
CLIENT_LASTS = timedelta(days=730)
RENEW_BEFORE = timedelta(days=90)  # of the station's own; receivers ask 60 days before theirs ends
MOST_REQUEST = 20_000  # bytes of PEM


@dataclass(frozen=True, slots=True)
class Certificate:
    """One that was issued. `pem`: without the authority's; `serial`: lower-case hexadecimal; `key`: see `Request`."""

    pem: str
    serial: str
    until: datetime


@dataclass(frozen=True, slots=True)
class Request:
    """A certificate request whose signature holds. `key`: the fingerprint of its public key."""

    public: EllipticCurvePublicKey
    key: str


class Authority:
    """The authority of one folder, made at the first use."""

    def __init__(self, folder: Path, clock: Clock, key: EllipticCurvePrivateKey, certificate: x509.Certificate) -> None:
        self.folder, self._clock, self._key, self._certificate = folder, clock, key, certificate

    @classmethod
    def open(cls, folder: Path, clock: Clock, *, known: bool = False) -> Self:
        """AccessError: `authority_unreadable`, `receiver_keys_lost` as for `Keys`. OSError: it cannot be written."""
        from cryptography import x509
        from cryptography.hazmat.primitives.asymmetric import ec
        from cryptography.hazmat.primitives.serialization import load_pem_private_key

        if not (folder / "ca.pem").exists():
            if known:
                raise AccessError("receiver_keys_lost", folder=folder)
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            with locked(folder):
                if not (folder / "ca.pem").exists():
                    _make_authority(folder, clock())
        try:
            key = load_pem_private_key((folder / "ca.key").read_bytes(), None)
            certificate = x509.load_pem_x509_certificate((folder / "ca.pem").read_bytes())
        except (OSError, ValueError, TypeError):
            raise AccessError("authority_unreadable", folder=folder) from None
        if not isinstance(key, ec.EllipticCurvePrivateKey):
            raise AccessError("authority_unreadable", folder=folder)
        return cls(folder, clock, key, certificate)

    @property
    def pem(self) -> str:
        """The authority's certificate."""
        return _pem(self._certificate)

    @property
    def der(self) -> bytes:
        from cryptography.hazmat.primitives.serialization import Encoding

        return self._certificate.public_bytes(Encoding.DER)

    def certify(self, request: Request, receiver: str) -> Certificate:
        """A client's certificate of a receiver, whatever names the request asked for."""
        return self._issue(request.public, receiver, (), CLIENT_LASTS)

    def certify_server(self, folder: Path, names: Sequence[str], lasts: timedelta = SERVER_LASTS) -> bool:
        """server.key and server.pem (with the authority's behind it) in a folder, for hosts and IP addresses.

        False where those that lie there will do: same names, same authority, not near their end.
        """
        if self._serves(folder / "server.pem", names):
            return False
        self._write_pair(folder, "server", names[0] if names else STATION, names, lasts)
        return True

    def certify_station(self) -> bool:
        """station.key and station.pem: the station as a client of the broker. False where there is no need."""
        if self._is_fresh(self.folder / "station.pem"):
            return False
        self._write_pair(self.folder, "station", STATION, None, CLIENT_LASTS)
        return True

    def revocations(self, revoked: Iterable[Revoked]) -> bytes:
        """The list for the broker, PEM. It has no end of its own: a broker refuses everybody by a list that is over."""
        from cryptography import x509
        from cryptography.hazmat.primitives import hashes
        from cryptography.hazmat.primitives.serialization import Encoding

        now = self._clock()
        builder = x509.CertificateRevocationListBuilder().issuer_name(self._certificate.subject)
        builder = builder.last_update(EVER).next_update(self._certificate.not_valid_after_utc)
        for each in revoked:
            entry = x509.RevokedCertificateBuilder().serial_number(int(each.serial, 16)).revocation_date(each.at)
            builder = builder.add_revoked_certificate(entry.build())
        builder = builder.add_extension(x509.CRLNumber(int(now.timestamp() * 1_000)), critical=False)
        builder = builder.add_extension(_issued_by(self._certificate), critical=False)
        return builder.sign(self._key, hashes.SHA256()).public_bytes(Encoding.PEM)

    def server_context(self) -> ssl.SSLContext:
        """TLS of the station's HTTPS: clients may show a certificate, and only one of this authority passes."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        context.load_cert_chain(self.folder / "server.pem", self.folder / "server.key")
        context.load_verify_locations(self.folder / "ca.pem")
        context.verify_mode = ssl.CERT_OPTIONAL
        return context

    def client_context(self) -> ssl.SSLContext:
        """TLS of the station as a client of the broker."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        context.load_verify_locations(self.folder / "ca.pem")
        context.load_cert_chain(self.folder / "station.pem", self.folder / "station.key")
        return context

    def _issue(
        self, public: EllipticCurvePublicKey, name: str, hosts: Sequence[str] | None, lasts: timedelta
    ) -> Certificate:
        """`hosts` empty or None: a client's."""
        from cryptography import x509
        from cryptography.x509.oid import ExtendedKeyUsageOID as Purpose

        purpose = Purpose.SERVER_AUTH if hosts else Purpose.CLIENT_AUTH
        until = min(self._clock() + lasts, self._certificate.not_valid_after_utc)
        builder = _builder(name, self._certificate.subject, public, until.replace(microsecond=0))
        builder = builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        builder = builder.add_extension(_usage(signs_others=False), critical=True)
        builder = builder.add_extension(x509.ExtendedKeyUsage([purpose]), critical=False)
        builder = builder.add_extension(_issued_by(self._certificate), critical=False)
        if hosts:
            names = x509.SubjectAlternativeName([_name(each) for each in hosts])
            builder = builder.add_extension(names, critical=False)
        certificate = _signed(builder, self._key)
        return Certificate(_pem(certificate), f"{certificate.serial_number:x}", until)

    def _write_pair(self, folder: Path, stem: str, name: str, hosts: Sequence[str] | None, lasts: timedelta) -> None:
        key = _new_key()
        certificate = self._issue(key.public_key(), name[:64], hosts, lasts)
        write_whole(folder / f"{stem}.key", _private_pem(key))
        write_whole(folder / f"{stem}.pem", (certificate.pem + self.pem).encode())

    def _serves(self, path: Path, names: Collection[str]) -> bool:
        from cryptography import x509

        if not self._is_fresh(path):
            return False
        certificate = x509.load_pem_x509_certificate(path.read_bytes())
        found = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        return {str(each.value) for each in found} == {str(_name(each).value) for each in names}

    def _is_fresh(self, path: Path) -> bool:
        from cryptography import x509
        from cryptography.exceptions import InvalidSignature

        try:
            certificate = x509.load_pem_x509_certificate(path.read_bytes())
            certificate.verify_directly_issued_by(self._certificate)
        except (OSError, ValueError, TypeError, InvalidSignature):
            return False
        keyed = path.with_suffix(".key").exists()
        return keyed and certificate.not_valid_after_utc - self._clock() > RENEW_BEFORE


def read_request(pem: str) -> Request:
    """A certificate request: P-256, signed with the key it is for. AccessError(`csr_unusable`)."""
    from cryptography import x509
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    try:
        if len(pem) > MOST_REQUEST:
            raise ValueError
        request = x509.load_pem_x509_csr(pem.encode())
        public = request.public_key()
        sound = request.is_signature_valid
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise AccessError("csr_unusable") from None
    if not sound or not isinstance(public, ec.EllipticCurvePublicKey) or not isinstance(public.curve, ec.SECP256R1):
        raise AccessError("csr_unusable")
    return Request(public, fingerprint(public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)))


def _make_authority(folder: Path, now: datetime) -> None:
    from cryptography import x509

    key = _new_key()
    name = _common_name(f"Loa {fingerprint(_raw(key))[:12]}")
    until = (now + AUTHORITY_LASTS).replace(microsecond=0)
    builder = _builder(name, name, key.public_key(), until)
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    builder = builder.add_extension(_usage(signs_others=True), critical=True)
    write_whole(folder / "ca.key", _private_pem(key))
    write_whole(folder / "ca.pem", _pem(_signed(builder, key)).encode())


def _builder(
    name: str | x509.Name, issuer: x509.Name | str, public: EllipticCurvePublicKey, until: datetime
) -> x509.CertificateBuilder:
    from cryptography import x509

    subject = _common_name(name) if isinstance(name, str) else name
    by = _common_name(issuer) if isinstance(issuer, str) else issuer
    builder = x509.CertificateBuilder().subject_name(subject).issuer_name(by).public_key(public)
    builder = builder.serial_number(x509.random_serial_number()).not_valid_before(EVER).not_valid_after(until)
    return builder.add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)


def _usage(*, signs_others: bool) -> x509.KeyUsage:
    from cryptography import x509

    return x509.KeyUsage(
        digital_signature=not signs_others,
        key_cert_sign=signs_others,
        crl_sign=signs_others,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _issued_by(authority: x509.Certificate) -> x509.AuthorityKeyIdentifier:
    from cryptography import x509

    subject = authority.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    return x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(subject)


def _signed(builder: x509.CertificateBuilder, key: EllipticCurvePrivateKey) -> x509.Certificate:
    from cryptography.hazmat.primitives import hashes

    return builder.sign(key, hashes.SHA256())


def _new_key() -> EllipticCurvePrivateKey:
    from cryptography.hazmat.primitives.asymmetric import ec

    return ec.generate_private_key(ec.SECP256R1())


def _raw(key: EllipticCurvePrivateKey) -> bytes:
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    return key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def _private_pem(key: EllipticCurvePrivateKey) -> bytes:
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def _pem(certificate: x509.Certificate) -> str:
    from cryptography.hazmat.primitives.serialization import Encoding

    return certificate.public_bytes(Encoding.PEM).decode()


def _common_name(name: str) -> x509.Name:
    from cryptography import x509
    from cryptography.x509.oid import NameOID

    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _name(host: str) -> x509.GeneralName:
    from cryptography import x509

    try:
        return x509.IPAddress(ip_address(host))
    except ValueError:
        return x509.DNSName(host)
