"""The station's own authority: what it signs, for whom, for how long, and what it takes back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from pipeline.errors import AccessError
from pipeline.fleet.certificates import RENEW_BEFORE, SERVER_LASTS, Authority, read_request
from pipeline.fleet.ports import Revoked
from tests.receivers.devices import new_request
from tests.receivers.ledgers import SteppingClock

NAMES = ("loa.xa.example", "127.0.0.1")


@pytest.fixture
def clock() -> SteppingClock:
    return SteppingClock()


@pytest.fixture
def authority(tmp_path: Path, clock: SteppingClock) -> Authority:
    return Authority.open(tmp_path / "keys", clock)


def certificate(path: Path) -> x509.Certificate:
    return x509.load_pem_x509_certificate(path.read_bytes())


def test_the_authority_is_made_once_and_signs_nothing_but_ends(authority: Authority, clock: SteppingClock) -> None:
    assert Authority.open(authority.folder, clock).der == authority.der
    own = certificate(authority.folder / "ca.pem")
    limits = own.extensions.get_extension_for_class(x509.BasicConstraints)
    assert limits.critical
    assert limits.value == x509.BasicConstraints(ca=True, path_length=0)
    assert own.not_valid_before_utc.year == 1970, "a receiver that woke up in the past may ask what time it is"


def test_an_authority_that_receivers_know_is_never_made_anew(tmp_path: Path, clock: SteppingClock) -> None:
    with pytest.raises(AccessError, match="receiver_keys_lost"):
        Authority.open(tmp_path, clock, known=True)
    (tmp_path / "ca.pem").write_text("-----BEGIN", encoding="ascii")
    with pytest.raises(AccessError, match="authority_unreadable"):
        Authority.open(tmp_path, clock)


def test_an_authority_whose_key_is_of_another_kind_is_refused(authority: Authority, clock: SteppingClock) -> None:
    other = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (authority.folder / "ca.key").write_bytes(other)
    with pytest.raises(AccessError, match="authority_unreadable"):
        Authority.open(authority.folder, clock)


def test_a_receivers_certificate_bears_the_stations_word_and_not_the_requests(authority: Authority) -> None:
    request, _ = new_request("_station")
    issued = authority.certify(read_request(request), "an-quang-01")
    found = x509.load_pem_x509_certificate(issued.pem.encode())
    found.verify_directly_issued_by(x509.load_der_x509_certificate(authority.der))
    (name,) = found.subject
    assert (name.oid, name.value) == (NameOID.COMMON_NAME, "an-quang-01")
    assert list(found.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value) == [
        ExtendedKeyUsageOID.CLIENT_AUTH
    ]
    assert not found.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    assert issued.serial == f"{found.serial_number:x}"
    assert timedelta(days=700) < issued.until - datetime(2026, 11, 23, tzinfo=UTC) < timedelta(days=800)


def test_the_servers_certificate_is_made_anew_for_other_names_and_before_its_end(
    authority: Authority, clock: SteppingClock
) -> None:
    folder = authority.folder
    assert authority.certify_server(folder, NAMES)
    assert not authority.certify_server(folder, NAMES[::-1]), "the order of names does not matter"
    assert authority.certify_server(folder, (*NAMES, "::1"))
    clock.on(SERVER_LASTS - RENEW_BEFORE - timedelta(days=1))
    assert not authority.certify_server(folder, (*NAMES, "::1"))
    clock.on(timedelta(days=2))
    assert authority.certify_server(folder, (*NAMES, "::1"))
    (folder / "server.key").unlink()
    assert authority.certify_server(folder, (*NAMES, "::1")), "a certificate without its key is none"


def test_the_certificates_of_another_authority_do_not_do(
    authority: Authority, tmp_path: Path, clock: SteppingClock
) -> None:
    other = Authority.open(tmp_path / "other", clock)
    other.certify_server(authority.folder, NAMES)
    assert authority.certify_server(authority.folder, NAMES)


def test_the_station_is_a_client_of_the_broker_under_a_name_no_cluster_can_bear(authority: Authority) -> None:
    assert authority.certify_station()
    assert not authority.certify_station()
    found = certificate(authority.folder / "station.pem")
    assert found.subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value == "_station"
    assert ExtendedKeyUsageOID.SERVER_AUTH not in found.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value


def test_nothing_outlives_the_authority(authority: Authority, clock: SteppingClock) -> None:
    clock.on(timedelta(days=7300))
    issued = authority.certify(read_request(new_request()[0]), "an-quang-01")
    assert issued.until <= certificate(authority.folder / "ca.pem").not_valid_after_utc


def test_the_list_of_the_revoked_names_their_serials_and_never_ends_before_the_authority(authority: Authority) -> None:
    gone = authority.certify(read_request(new_request()[0]), "an-quang-01")
    found = x509.load_pem_x509_crl(authority.revocations([Revoked(gone.serial, "an-quang-01", datetime.now(UTC))]))
    assert [f"{each.serial_number:x}" for each in found] == [gone.serial]
    own = certificate(authority.folder / "ca.pem")
    assert found.next_update_utc == own.not_valid_after_utc, "mosquitto refuses everybody by a list that is over"
    public = own.public_key()
    assert isinstance(public, ec.EllipticCurvePublicKey)
    assert found.is_signature_valid(public)


def broken_requests() -> dict[str, str]:
    def pem(key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey) -> str:
        builder = x509.CertificateSigningRequestBuilder().subject_name(x509.Name([]))
        digest = None if isinstance(key, ed25519.Ed25519PrivateKey) else hashes.SHA256()
        return builder.sign(key, digest).public_bytes(Encoding.PEM).decode()

    whole, _ = new_request()
    lines = whole.splitlines()
    lines[-2] = ("A" if lines[-2][0] != "A" else "B") + lines[-2][1:]
    return {
        "empty": "",
        "words": "let me in",
        "another curve": pem(ec.generate_private_key(ec.SECP384R1())),
        "rsa": pem(rsa.generate_private_key(65537, 2048)),
        "ed25519": pem(ed25519.Ed25519PrivateKey.generate()),
        "signature of another": "\n".join(lines) + "\n",
        "huge": whole + "A" * 30_000,
        "no ascii": "–" * 100,
    }


@pytest.mark.parametrize(("kind", "request_"), broken_requests().items(), ids=broken_requests().keys())
def test_a_request_that_is_none_is_refused(kind: str, request_: str) -> None:
    with pytest.raises(AccessError, match="csr_unusable"):
        read_request(request_)
