"""A device that speaks HTTPS to a gate: the bare client of the standard library, with a certificate of its own."""

from __future__ import annotations

import http.client
import json
import ssl
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from pipeline.fleet.certificates import Authority, read_request
from pipeline.protocol.enrolment import Asked
from tests.patience import PATIENCE_S


@dataclass(frozen=True)
class Answered:
    """What came back."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def said(self) -> Any:
        return json.loads(self.body)


def new_request(name: str = "ignored") -> tuple[str, bytes]:
    """A certificate request (PEM) and its private key (PEM)."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    request = x509.CertificateSigningRequestBuilder().subject_name(subject).sign(key, hashes.SHA256())
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return request.public_bytes(Encoding.PEM).decode(), private


class Device:
    """One receiver's end of the line. `folder`: where its key and certificate lie, None: it has none."""

    def __init__(self, port: int, authority: Path, folder: Path | None = None, source: str = "127.0.0.1") -> None:
        self.port, self.authority, self.folder, self.source = port, authority, folder, source
        self.connection: http.client.HTTPSConnection | None = None

    def context(self) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.load_verify_locations(self.authority)
        context.verify_flags |= ssl.VERIFY_X509_STRICT
        if self.folder is not None:
            context.load_cert_chain(self.folder / "own.pem", self.folder / "own.key")
        return context

    def ask(self, method: str, path: str, body: bytes | None = None, **headers: str) -> Answered:
        """One request over the connection there is, or a new one."""
        if self.connection is None:
            self.connection = http.client.HTTPSConnection(
                "127.0.0.1", self.port, timeout=PATIENCE_S, context=self.context(), source_address=(self.source, 0)
            )
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        try:
            self.connection.request(method, path, body, named)
            answer = self.connection.getresponse()
            found = Answered(answer.status, dict(answer.getheaders()), answer.read())
        except BaseException:
            self.close()
            raise
        if answer.will_close:
            self.close()
        return found

    def close(self) -> None:
        if self.connection is not None:
            self.connection.close()
            self.connection = None


def enrolled_device(folder: Path, authority: Authority, ledger: Any, receiver: str, port: int, **more: Any) -> Device:
    """A device with a certificate, past the one-time code."""
    folder.mkdir(parents=True)
    request, private = new_request()
    certificate = authority.certify(read_request(request), receiver)
    ledger.certified(receiver, certificate.serial, certificate.until, certificate.until, anew=True)
    (folder / "own.key").write_bytes(private)
    (folder / "own.pem").write_text(certificate.pem, encoding="ascii")
    return Device(port, authority.folder / "ca.pem", folder, **more)


def asked(code: str = "", secret: str = "", request: str | None = None) -> bytes:
    """The body of an enrolment."""
    return Asked(request or new_request()[0], code, secret).payload()
