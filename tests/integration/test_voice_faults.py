"""Whatever goes wrong with the online voice, the next one speaks: through the chain, the gate and mastering."""

from __future__ import annotations

import contextlib
import datetime
import ipaddress
import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from pipeline.config.mastering import PRESETS
from pipeline.domain import SpeechText
from pipeline.production.segments import Passage, Segments
from pipeline.voices.espeak import Espeak
from pipeline.voices.gtts import Gtts
from tests.ports import free_port
from tests.unit.voices import google as far
from tests.unit.voices.conftest import lead_to
from tests.unit.voices.google import Google

TEXT = SpeechText(
    (
        "Công an không làm việc qua điện thoại, không yêu cầu người dân chuyển tiền vào bất kỳ tài khoản nào.",
        "Nghi ngờ bị lừa đảo, bà con hãy tắt máy và báo ngay cho Công an xã.",
    )
)


class Line:
    """The online voice of one test: where it leads, and how long it waits."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, scratch: Path) -> None:
        self.monkeypatch, self.scratch = monkeypatch, scratch
        self.google = Google()
        self.slept: list[float] = []
        self.deadline_s = 180.0
        self.timeout_s = (5.0, 10.0)
        monkeypatch.setenv("NO_PROXY", "*")
        self.lead(f"http://127.0.0.1:{self.google.server_port}")

    def lead(self, base: str) -> None:
        lead_to(self.monkeypatch, base)

    def voice(self) -> Gtts:
        return Gtts(sleep=self.slept.append, deadline_s=self.deadline_s, timeout_s=self.timeout_s)


@pytest.fixture
def line(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Line]:
    line = Line(monkeypatch, tmp_path)
    with far.serving(line.google):
        yield line


def answers(*reactions: far.Reaction) -> Callable[[Line], None]:
    return lambda line: line.google.plan.extend([*reactions, *[reactions[-1]] * 20])


def refused(line: Line) -> None:
    line.lead(f"http://127.0.0.1:{free_port()}")


def unknown_name(line: Line) -> None:
    def nobody(*_: object, **__: object) -> None:
        raise socket.gaierror(-2, "Name or service not known")

    line.monkeypatch.setattr("socket.getaddrinfo", nobody)
    line.lead("http://translate.invalid")


def drips(line: Line) -> None:
    line.deadline_s = 0.4
    answers(far.drips)(line)


def silent(line: Line) -> None:
    line.timeout_s = (0.2, 0.2)
    answers(lambda visit, _: visit.server.closing.wait() and None)(line)


def busy_for_an_hour(line: Line) -> None:
    answers(far.status(429, Retry_After="3600"))(line)


def unvouched(line: Line) -> None:
    line.google.with_certificate(certificate(line.scratch, "127.0.0.1")[0])
    line.lead(f"https://127.0.0.1:{line.google.server_port}")


def another_host(line: Line) -> None:
    """Its certificate is good, but for somebody else."""
    served, trusted = certificate(line.scratch, "127.0.0.2")
    line.google.with_certificate(served)
    line.monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(trusted))
    line.lead(f"https://127.0.0.1:{line.google.server_port}")


FAULTS: dict[str, tuple[Callable[[Line], None], str]] = {
    "refused": (refused, "gtts_unreachable"),
    "name unknown": (unknown_name, "gtts_unreachable"),
    "never answers": (silent, "gtts_unreachable"),
    "drips for ever": (drips, "gtts_unreachable"),
    "hangs up midway": (answers(far.hangs_up), "gtts_unreachable"),
    "403": (answers(far.status(403)), "gtts_refused"),
    "404": (answers(far.status(404)), "gtts_refused"),
    "429": (answers(far.status(429)), "gtts_throttled"),
    "429 for an hour": (busy_for_an_hour, "gtts_throttled"),
    "500": (answers(far.status(500)), "gtts_failing"),
    "503 halfway": (answers(far.speaks, far.status(503)), "gtts_failing"),
    "captive portal redirects": (answers(far.status(302, Location="http://127.0.0.1:1/login")), "gtts_redirected"),
    "captive portal answers": (answers(far.shows_a_page), "gtts_no_audio"),
    "page halfway": (answers(far.speaks, far.shows_a_page), "gtts_no_audio"),
    "empty 200": (answers(far.says_nothing), "gtts_no_audio"),
    "answer without sound": (answers(far.has_no_sound), "gtts_no_audio"),
    "floods": (answers(far.floods), "gtts_no_audio"),
    "half the words": (answers(far.speaks_half), "gtts_incomplete"),
    "damaged sound": (answers(far.speaks_noise), "voice_not_decodable"),
    "TLS unvouched": (unvouched, "gtts_untrusted"),
    "TLS of another host": (another_host, "gtts_untrusted"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_the_next_voice_speaks(line: Line, tmp_path: Path, fault: str) -> None:
    arrange, code = FAULTS[fault]
    arrange(line)
    segments = Segments(tmp_path / "cache", [line.voice(), Espeak()], PRESETS["horn"], recorded=False)
    with no_partial_files(tmp_path / "cache"):
        segment = segments.make(Passage("ban-tin", TEXT))
    assert segment.voice.startswith("espeak-ng/")
    assert segment.fallback
    assert [(each.voice, each.error.code) for each in segments.failures] == [("gtts", code)]
    assert sum(line.slept) < line.deadline_s, "what is waited for stays within the deadline"
    assert segments.find(Passage("ban-tin", TEXT)) == segment


@pytest.mark.parametrize("fault", ["403", "captive portal answers", "429", "TLS unvouched", "refused", "empty 200"])
def test_a_voice_that_is_away_is_asked_once_a_run(line: Line, tmp_path: Path, fault: str) -> None:
    FAULTS[fault][0](line)
    segments = Segments(tmp_path / "cache", [line.voice(), Espeak()], PRESETS["horn"], recorded=False)
    passages = [
        Passage(str(number), SpeechText((f"Xin chào bà con xóm {word}.",)))
        for number, word in enumerate(("một", "hai"))
    ]
    for passage in passages:
        assert segments.make(passage).fallback
    assert len(segments.failures) == 1
    asked = len(line.google.texts)
    segments.begin()
    assert segments.make(passages[0]).fallback
    assert len(segments.failures) == 1
    assert len(line.google.texts) >= asked, "the next run asks anew"


def test_over_tls_it_speaks_where_somebody_vouches_for_it(line: Line, tmp_path: Path) -> None:
    served, trusted = certificate(tmp_path, "127.0.0.1")
    line.google.with_certificate(served)
    line.monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(trusted))
    line.lead(f"https://127.0.0.1:{line.google.server_port}")
    line.voice().synthesize(TEXT, tmp_path / "a.wav")
    assert (tmp_path / "a.wav").stat().st_size > 100_000


@contextlib.contextmanager
def no_partial_files(folder: Path) -> Iterator[None]:
    yield
    names = sorted(path.name for path in folder.iterdir())
    assert {Path(name).suffix for name in names} == {".mp3", ".json"}
    assert len(names) == 2


def certificate(folder: Path, address: str) -> tuple[Path, Path]:
    """A server's certificate with its key, and the authority that vouches for it."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    keys = [ec.generate_private_key(ec.SECP256R1()) for _ in range(2)]
    names = [x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)]) for name in ("authority", address)]
    first = datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC)
    made = []
    for number, (key, name) in enumerate(zip(keys, names, strict=True)):
        builder = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(names[0])
            .public_key(key.public_key())
            .serial_number(number + 1)
            .not_valid_before(first)
            .not_valid_after(first + datetime.timedelta(days=36_500))
            .add_extension(x509.BasicConstraints(ca=number == 0, path_length=None), critical=True)
        )
        if number:
            san = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(address))])
            builder = builder.add_extension(san, critical=False)
        made.append(builder.sign(keys[0], hashes.SHA256()).public_bytes(serialization.Encoding.PEM))
    private = keys[1].private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    served, trusted = folder / "served.pem", folder / "authority.pem"
    served.write_bytes(private + made[1])
    trusted.write_bytes(made[0])
    return served, trusted
