"""Telling by the real library, to servers on this machine."""

from __future__ import annotations

import email
import email.policy
import json
import logging
import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.telling import post as ways
from pipeline.telling.post import call_outside, send_by_apprise
from tests.far_ends import HttpEnd, MailEnd, http_end, mail_end
from tests.ports import dead_port

pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated")  # of apprise itself

TITLE, BODY = "Đài thử: 2 việc cần xem", "• Ổ đĩa sắp đầy → xóa bớt\n\n• The disk is nearly full"


@pytest.fixture
def web() -> Iterator[HttpEnd]:
    with http_end() as end:
        yield end


@pytest.fixture
def post() -> Iterator[MailEnd]:
    with mail_end() as end:
        yield end


def test_a_web_hook_gets_both_languages_to_the_letter(web: HttpEnd) -> None:
    assert send_by_apprise(f"json://{web.address}/hook", TITLE, BODY) == ""
    ((method, path, body),) = web.requests
    said = json.loads(body)
    assert (method, path) == ("POST", "/hook")
    assert (said["title"], said["message"]) == (TITLE, BODY)


def test_a_mail_gets_both_languages_to_the_letter(post: MailEnd) -> None:
    url = f"mailto://{post.address}?from=loa@example.vn&to=truc@example.vn&mode=insecure"
    assert send_by_apprise(url, TITLE, BODY) == ""
    mail = email.message_from_bytes(post.mails[0], policy=email.policy.default)
    assert mail["subject"] == TITLE
    text = mail.get_body(("plain",))
    assert text is not None
    assert [line for line in text.get_content().replace("\r", "").split("\n") if line] == BODY.split("\n\n")


@pytest.mark.parametrize("status", [301, 400, 401, 404, 429, 500, 503])
def test_a_refusal_is_a_code(web: HttpEnd, status: int) -> None:
    web.status = status
    assert send_by_apprise(f"json://{web.address}/hook", TITLE, BODY) == "telling_refused"
    assert call_outside(f"http://{web.address}/ping") == "ping_refused"


def test_a_refused_recipient_is_a_code(post: MailEnd) -> None:
    post.refuses = True
    url = f"mailto://{post.address}?from=loa@example.vn&to=truc@example.vn&mode=insecure"
    assert send_by_apprise(url, TITLE, BODY) == "telling_refused"


def test_nobody_there_is_a_code_and_no_secret_reaches_a_log(
    caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    with dead_port() as port, caplog.at_level(logging.DEBUG):
        assert send_by_apprise(f"json://truc:matkhau@127.0.0.1:{port}/x", TITLE, BODY) == "telling_refused"
        assert call_outside(f"http://127.0.0.1:{port}/bimat") == "ping_unreachable"
    said = caplog.text + "".join(capfd.readouterr())
    assert "matkhau" not in said
    assert "bimat" not in said
    assert not [each for each in caplog.records if each.name.startswith("apprise")]


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("khong-phai-url", "telling_url_bad"),
        ("nosuch://host", "telling_url_bad"),
        ("tgram://", "telling_url_bad"),
        ("jsons://127.0.0.1/?verify=no", "telling_unverified"),
    ],
)
def test_an_address_that_cannot_be_used_is_named_before_anything_is_sent(url: str, code: str) -> None:
    assert send_by_apprise(url, TITLE, BODY) == code


def test_a_far_end_that_never_answers_is_given_up(web: HttpEnd, monkeypatch: pytest.MonkeyPatch) -> None:
    web.let_go.clear()
    monkeypatch.setattr(ways, "PING_WITHIN_S", 0.3)
    assert call_outside(f"http://{web.address}/ping") == "ping_unreachable"


def test_a_redirect_is_not_followed(web: HttpEnd) -> None:
    web.status, web.location = 302, f"http://{web.address}/elsewhere"
    assert call_outside(f"http://{web.address}/ping") == "ping_refused"
    assert [path for _, path, _ in web.requests] == ["/ping"]


def test_a_certificate_nobody_vouches_for_is_refused(tmp_path: Path) -> None:
    with http_end() as end:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*own_certificate(tmp_path))
        end.socket = context.wrap_socket(end.socket, server_side=True)
        assert call_outside(f"https://{end.address}/ping") == "ping_unreachable"
        assert send_by_apprise(f"jsons://{end.address}/x", TITLE, BODY) == "telling_refused"
        assert end.requests == []


def own_certificate(folder: Path) -> tuple[Path, Path]:
    """A certificate of our own making for 127.0.0.1, and its key."""
    from datetime import UTC, datetime, timedelta
    from ipaddress import ip_address

    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "loa")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), 7, now - timedelta(days=1), now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    public, private = folder / "cert.pem", folder / "key.pem"
    public.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    plain = serialization.NoEncryption()
    private.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, plain)
    )
    return public, private
