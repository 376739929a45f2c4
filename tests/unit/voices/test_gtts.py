from __future__ import annotations

import datetime
import ipaddress
import socket
import unicodedata
import wave
from pathlib import Path

import numpy as np
import pytest
from gtts import gTTS

from benchmarks import voices
from pipeline.domain import SpeechText
from pipeline.errors import VoiceError
from pipeline.site import load_site
from pipeline.voices import gtts_request
from pipeline.voices.gtts import Gtts
from pipeline.voices.wav import Pauses
from tests.ports import dead_port
from tests.unit.voices import google as far
from tests.unit.voices.conftest import lead_to
from tests.unit.voices.google import Google, Reaction

TEXT = (
    "Kính thưa bà con, công an thành phố cảnh báo thủ đoạn giả danh công an, viện kiểm sát, tòa án để lừa đảo. "
    "Kẻ gian gọi điện, nói rằng bà con có liên quan đến một vụ án, rồi yêu cầu chuyển tiền vào tài khoản để kiểm tra. "
    "Cơ quan công an không làm việc qua điện thoại, không yêu cầu người dân chuyển tiền. "
    "Khi nhận được cuộc gọi như vậy, bà con hãy tắt máy, không chuyển tiền, không đọc mã xác nhận cho bất kỳ ai. "
    "Hãy báo ngay cho công an xã, hoặc gọi một một ba."
)


class Sleeps(list[float]):
    def __call__(self, seconds: float) -> None:
        self.append(seconds)


@pytest.fixture
def sleeps() -> Sleeps:
    return Sleeps()


def failure(voice: Gtts, out: Path, text: str = TEXT) -> VoiceError:
    with pytest.raises(VoiceError) as caught:
        voice.synthesize(SpeechText((text,)), out)
    assert list(out.parent.iterdir()) == [], "neither the file nor a part of it is left"
    return caught.value


def test_a_text_is_spoken_whole(google: Google, sleeps: Sleeps, tmp_path: Path) -> None:
    out = tmp_path / "a.wav"
    Gtts(sleep=sleeps).synthesize(SpeechText((TEXT, "Xin cảm ơn bà con.")), out)
    with wave.open(str(out)) as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (1, 2, 32_000)
        seconds = file.getnframes() / 32_000
    assert seconds == pytest.approx(len(TEXT) / far.CHARACTERS_PER_S + 0.7, rel=0.1)
    assert " ".join(google.texts) == TEXT + " Xin cảm ơn bà con."
    assert sleeps == [0.3] * (len(google.texts) - 1), "requests are paced"


def test_it_asks_for_at_most_six_tenths_of_the_requests_of_gtts_alone(google: Google, tmp_path: Path) -> None:
    alone = len(gTTS(TEXT, lang="vi", lang_check=False)._prepare_requests())
    Gtts(sleep=Sleeps()).synthesize(SpeechText((TEXT,)), tmp_path / "a.wav")
    assert len(google.texts) <= 0.6 * alone
    assert max(map(len, google.texts)) <= 100


def test_over_the_24_bulletins_too() -> None:
    site = load_site(Path(__file__).parents[3])
    figures = voices.requests(voices.spoken_bulletins(site))
    assert figures["ratio_requests/alone"] <= 0.6
    assert figures["ratio_requests/alone, worst bulletin"] <= 0.6


def test_nfd_is_sent_as_nfc(google: Google, tmp_path: Path) -> None:
    Gtts(sleep=Sleeps()).synthesize(SpeechText((unicodedata.normalize("NFD", "Cảnh báo lừa đảo"),)), tmp_path / "a.wav")
    assert google.texts == ["Cảnh báo lừa đảo"]


@pytest.mark.parametrize(
    ("reaction", "code", "retryable", "requests"),
    [
        (far.status(403), "gtts_refused", True, 1),
        (far.status(404), "gtts_refused", False, 1),
        (far.status(500), "gtts_failing", True, 3),
        (far.status(503), "gtts_failing", True, 3),
        (far.status(429), "gtts_throttled", True, 3),
        (far.status(302, Location="http://127.0.0.1:1/login"), "gtts_redirected", True, 1),
        (far.shows_a_page, "gtts_no_audio", True, 1),
        (far.says_nothing, "gtts_no_audio", True, 1),
        (far.has_no_sound, "gtts_no_audio", False, 1),
        (far.floods, "gtts_no_audio", False, 1),
        (far.speaks_half, "gtts_incomplete", True, 1),
        (far.hangs_up, "gtts_unreachable", True, 3),
    ],
)
def test_every_fault_has_its_code_and_leaves_no_file(
    google: Google, tmp_path: Path, reaction: Reaction, code: str, retryable: bool, requests: int
) -> None:
    google.plan = [reaction] * 3
    error = failure(Gtts(sleep=Sleeps()), tmp_path / "a.wav")
    assert (error.code, error.retryable, len(google.texts)) == (code, retryable, requests)


def test_a_fault_midway_leaves_no_file(google: Google, tmp_path: Path) -> None:
    google.plan = [far.speaks, far.speaks, *[far.status(503)] * 3]
    assert failure(Gtts(sleep=Sleeps()), tmp_path / "a.wav").code == "gtts_failing"


def test_a_passing_fault_is_overcome(google: Google, sleeps: Sleeps, tmp_path: Path) -> None:
    google.plan = [far.status(503), far.hangs_up, far.speaks]
    Gtts(sleep=sleeps, pace_s=0.0).synthesize(SpeechText(("Xin chào bà con.",)), tmp_path / "a.wav")
    assert sleeps == [1.0, 2.0]


@pytest.mark.parametrize(
    ("headers", "waited"),
    [
        ({"Retry_After": "7"}, 7.0),
        ({"Retry_After": "Mon, 23 Nov 2026 05:00:09 GMT", "Date": "Mon, 23 Nov 2026 05:00:00 GMT"}, 9.0),
        ({"Retry_After": "soon"}, 1.0),
        ({"Retry_After": "0"}, 1.0),
    ],
)
def test_a_busy_server_is_given_the_time_it_asks_for(
    google: Google, sleeps: Sleeps, tmp_path: Path, headers: dict[str, str], waited: float
) -> None:
    def busy(visit: far.Visit, _: str) -> None:
        visit.send_response_only(429)
        for name, value in headers.items():
            visit.send_header(name.replace("_", "-"), value)
        visit.send_header("Content-Length", "0")
        visit.end_headers()

    google.plan = [busy]
    Gtts(sleep=sleeps).synthesize(SpeechText(("Xin chào bà con.",)), tmp_path / "a.wav")
    assert sleeps == [waited]


def test_a_wait_beyond_the_deadline_is_not_begun(google: Google, sleeps: Sleeps, tmp_path: Path) -> None:
    google.plan = [far.status(429, Retry_After="3600")]
    assert failure(Gtts(sleep=sleeps), tmp_path / "a.wav").code == "gtts_throttled"
    assert sleeps == []


def test_who_was_told_to_wait_for_an_hour_does_not_ask_again_at_once(google: Google, tmp_path: Path) -> None:
    voice = Gtts(sleep=Sleeps())
    google.plan = [far.status(429, Retry_After="3600")]
    assert [failure(voice, tmp_path / "a.wav").code for _ in range(3)] == ["gtts_throttled"] * 3
    assert len(google.texts) == 1
    voice._resting_until = 0.0
    voice.synthesize(SpeechText((TEXT,)), tmp_path / "a.wav")


def test_pauses_are_those_of_the_station(google: Google, tmp_path: Path) -> None:
    text = SpeechText((f"{'một hai ba ' * 8}bốn năm. {'sáu bảy tám ' * 7}chín mười.", "Hết."))
    Gtts(sleep=Sleeps(), pauses=Pauses(0.4, 1.1)).synthesize(text, tmp_path / "a.wav")
    with wave.open(str(tmp_path / "a.wav")) as file:
        samples = np.frombuffer(file.readframes(file.getnframes()), dtype="<i2").astype(int)
    gaps = np.diff(np.flatnonzero(np.abs(samples) > 600)) / 32_000
    assert sorted(gaps)[-2:] == pytest.approx([0.4, 1.1], abs=0.12)
    assert Gtts(pauses=Pauses(0.4, 1.1)).fingerprint != Gtts().fingerprint


def test_an_answer_that_drips_for_ever_ends_at_the_deadline(google: Google, tmp_path: Path) -> None:
    google.plan = [far.drips] * 3
    error = failure(Gtts(sleep=Sleeps(), deadline_s=0.4), tmp_path / "a.wav")
    assert (error.code, error.retryable) == ("gtts_unreachable", True)


def test_a_server_that_never_answers_runs_into_the_time_out(google: Google, tmp_path: Path) -> None:
    google.plan = [lambda visit, _: visit.server.closing.wait() and None]
    error = failure(Gtts(sleep=Sleeps(), timeout_s=(0.2, 0.2)), tmp_path / "a.wav")
    assert (error.code, len(google.texts)) == ("gtts_unreachable", 1)


def test_a_refused_connection_is_unreachable(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("NO_PROXY", "*")
    with dead_port() as dead:
        lead_to(monkeypatch, f"http://127.0.0.1:{dead}")
        assert failure(Gtts(sleep=Sleeps()), tmp_path / "a.wav").code == "gtts_unreachable"


def test_a_name_that_does_not_resolve_is_unreachable(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def unknown(*_: object, **__: object) -> None:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr("socket.getaddrinfo", unknown)
    monkeypatch.setenv("NO_PROXY", "*")
    lead_to(monkeypatch, "http://translate.invalid")
    assert failure(Gtts(sleep=Sleeps()), tmp_path / "a.wav").code == "gtts_unreachable"


def test_a_certificate_nobody_vouches_for_is_refused(
    google: Google, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    google.with_certificate(self_signed(tmp_path / "certificate.pem"))
    lead_to(monkeypatch, f"https://127.0.0.1:{google.server_port}")
    (tmp_path / "out").mkdir()
    assert failure(Gtts(sleep=Sleeps()), tmp_path / "out" / "a.wav").code == "gtts_untrusted"
    assert google.texts == []


def test_a_redirect_is_not_followed_even_to_a_server_that_speaks(google: Google, tmp_path: Path) -> None:
    google.plan = [far.status(307, Location=f"http://127.0.0.1:{google.server_port}/other")]
    assert failure(Gtts(sleep=Sleeps()), tmp_path / "a.wav").code == "gtts_redirected"
    assert len(google.texts) == 1


@pytest.mark.parametrize("tld", ["evil.example", "com@evil.example", "com/..", "", "com.evil"])
def test_a_host_cannot_be_smuggled_in_by_the_domain(tld: str) -> None:
    with pytest.raises(VoiceError, match="gtts_host_refused"):
        Gtts(tld=tld)


def test_a_proxy_of_the_environment_is_used(google: Google, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("NO_PROXY", "")
    monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{google.server_port}")
    lead_to(monkeypatch, "http://translate.invalid")
    Gtts(sleep=Sleeps()).synthesize(SpeechText(("Xin chào bà con.",)), tmp_path / "a.wav")
    assert google.texts == ["Xin chào bà con."]


def test_check_asks_the_service_once(google: Google) -> None:
    Gtts().check()
    google.plan = [far.shows_a_page]
    with pytest.raises(VoiceError, match="gtts_no_audio"):
        Gtts().check()
    assert len(google.texts) == 2


def test_rate_changes_the_pace(google: Google, tmp_path: Path) -> None:
    lengths = []
    for rate in (1.0, 1.25):
        Gtts(rate=rate, sleep=Sleeps()).synthesize(SpeechText((TEXT[:90],)), tmp_path / "a.wav")
        with wave.open(str(tmp_path / "a.wav")) as file:
            lengths.append(file.getnframes())
    assert lengths[0] / lengths[1] == pytest.approx(1.25, rel=0.02)


def test_a_flood_is_not_read_to_its_end(google: Google, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(gtts_request, "MOST_BYTES", 100)
    assert failure(Gtts(sleep=Sleeps()), tmp_path / "a.wav").code == "gtts_no_audio"


def self_signed(path: Path) -> Path:
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    first = datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(first)
        .not_valid_after(first + datetime.timedelta(days=36_500))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(private + certificate.public_bytes(serialization.Encoding.PEM))
    return path
