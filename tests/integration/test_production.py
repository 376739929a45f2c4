"""From bulletins to recordings on disk: once, whole, verified, and without what no voice could speak."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from pipeline.audio import measure
from pipeline.dispatch import expand_site
from pipeline.domain import Medium, Occurrence, SpeechText
from pipeline.errors import VoiceError
from pipeline.production import Production
from pipeline.site import load_site
from pipeline.store import Store
from tests.sites import FILES, write_site

NOW = datetime(2026, 11, 23, 6, 0, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))


class Mute:
    """A voice that is away, and counts how often it was asked."""

    name = "mute"
    fingerprint = "mute/1"
    characters_per_s = (9.0, 22.0)

    def __init__(self, *, retryable: bool) -> None:
        self.retryable, self.asked = retryable, 0

    def check(self) -> None: ...

    def synthesize(self, text: SpeechText, out: Path) -> None:
        self.asked += 1
        raise VoiceError("voice_timed_out", retryable=self.retryable)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return write_site(tmp_path)


@pytest.fixture
def store(root: Path) -> Iterator[Store]:
    store = Store(f"sqlite:///{root / 'loa.db'}")
    store.migrate()
    yield store
    store.close()


def airings(root: Path) -> list[Occurrence]:
    found = expand_site(load_site(root), date(2026, 11, 23), 1).occurrences
    return [each for each in found if each.medium is Medium.LOUDSPEAKER]


def test_a_recording_is_named_by_its_hash_measured_and_made_once(root: Path, store: Store) -> None:
    production = Production(load_site(root), store)
    (airing,) = airings(root)
    assert production.find(airing) is None
    production.make([airing], NOW)
    recording = production.find(airing)
    assert recording is not None
    assert hashlib.sha256(recording.path.read_bytes()).hexdigest() == recording.sha256 == recording.path.stem
    measured = measure.measure_file(recording.path)
    assert measured.lufs == pytest.approx(-16, abs=0.5)
    assert measured.dbtp <= -1.0
    assert recording.duration_s == pytest.approx(measured.duration_s, abs=0.05)
    again = Production(load_site(root), store)
    again.make([airing], NOW)
    assert again.segments.rendered == 0
    assert again.find(airing) == recording


def test_repeating_sounds_the_bulletins_again_but_not_the_announcement(root: Path, store: Store) -> None:
    production = Production(load_site(root), store)
    (once,) = airings(root)
    twice = Occurrence(**{name: getattr(once, name) for name in once.__slots__} | {"repeat": 2, "length": None})
    production.make([twice], NOW)
    assert len(production.airing(twice).segments) == 2 + 2 * 2


def test_what_does_not_fit_is_left_out_between_bulletins(tmp_path: Path, store: Store) -> None:
    short = FILES["schedules/canh-bao.yaml"].replace("length: 10m", "length: 20s")
    root = write_site(tmp_path / "short", {"schedules/canh-bao.yaml": short})
    production = Production(load_site(root), store)
    (airing,) = airings(root)
    production.make([airing], NOW)
    assert production.airing(airing).cut == ("deepfake",)
    assert len(production.airing(airing).segments) == 3


def test_a_voice_that_is_away_is_asked_once_and_the_next_one_is_marked(root: Path, store: Store) -> None:
    production = Production(load_site(root), store)
    away = Mute(retryable=True)
    production.segments.chain = (away, *production.segments.chain)
    (airing,) = airings(root)
    production.make([airing], NOW)
    recording = production.find(airing)
    assert recording is not None
    assert recording.fallback
    assert away.asked <= 2  # two workers may meet it at the same time
    assert {failure.error.code for failure in production.segments.failures} == {"voice_timed_out"}


def test_a_bulletin_no_voice_can_speak_is_missing_and_the_others_air(root: Path, store: Store) -> None:
    production = Production(load_site(root), store)
    (airing,) = airings(root)

    class Picky(Mute):
        def synthesize(self, text: SpeechText, out: Path) -> None:
            if "giả giọng" in text.text:
                raise VoiceError("voice_failed")
            espeak.synthesize(text, out)

    (espeak,) = production.segments.chain
    production.segments.chain = (Picky(retryable=False),)
    production.make([airing], NOW)
    assert production.airing(airing).missing == ("deepfake",)
    assert production.find(airing) is not None
    assert [failure.error.code for failure in production.failures] == ["all_voices_failed"]


def test_a_recorded_voice_is_used_and_named(tmp_path: Path, store: Store) -> None:
    root = write_site(tmp_path / "site")
    production = Production(load_site(root), store)
    production.make(airings(root), NOW)
    spoken = production.segments.find(production._passages_of(airings(root)[0])[1])
    assert spoken is not None
    (root / "scripts_audio" / "ghi-am.mp3").write_bytes(spoken.path.read_bytes())
    script = FILES["scripts_audio/gia-danh-cong-an.md"].replace("sms:", "audio: ghi-am.mp3\nsms:")
    write_site(root, {"scripts_audio/gia-danh-cong-an.md": script})
    production = Production(load_site(root), store)
    production.make(airings(root), NOW)
    recording = production.find(airings(root)[0])
    assert recording is not None
    assert "recorded/" in recording.voice
    assert not recording.fallback


def test_a_torn_segment_is_made_again(root: Path, store: Store) -> None:
    production = Production(load_site(root), store)
    production.make(airings(root), NOW)
    for path in (root / "var" / "cache" / "segments").glob("*.mp3"):
        path.write_bytes(path.read_bytes()[:1000])
    again = Production(load_site(root), store)
    again.make(airings(root), NOW)
    assert again.segments.rendered == 4
    assert again.find(airings(root)[0]) is not None


def test_speech_that_does_not_pass_the_gate_is_spoken_by_the_next_voice(root: Path, store: Store) -> None:
    production = Production(load_site(root), store)
    (espeak,) = production.segments.chain

    class Hasty(Mute):
        """Leaves out all but the first words."""

        def synthesize(self, text: SpeechText, out: Path) -> None:
            espeak.synthesize(SpeechText((text.text[:12],)), out)

    production.segments.chain = (Hasty(retryable=False), espeak)
    production.make(airings(root), NOW)
    recording = production.find(airings(root)[0])
    assert recording is not None
    assert recording.fallback
    assert recording.voice.startswith("espeak-ng")
    assert {failure.error.code for failure in production.segments.failures} == {"speech_too_short"}


def test_a_fault_of_ours_is_not_taken_for_a_voice_that_is_away(root: Path, store: Store) -> None:
    production = Production(load_site(root), store)

    class Faulty(Mute):
        def synthesize(self, text: SpeechText, out: Path) -> None:
            raise ZeroDivisionError

    production.segments.chain = (Faulty(retryable=False), *production.segments.chain)
    with pytest.raises(ZeroDivisionError):
        production.make(airings(root), NOW)
