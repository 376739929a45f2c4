"""From bulletins to recordings on disk: once, whole, verified, and without what no voice could speak."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from pipeline.app import Station
from pipeline.audio import measure, mp3, renderings
from pipeline.audio.ffmpeg import RATE, decode
from pipeline.channels.playlist import ClusterFolder
from pipeline.dispatch import expand_site
from pipeline.domain import Form, Medium, Occurrence, Priority, SpeechText
from pipeline.errors import VoiceError
from pipeline.production import CUES, Production
from pipeline.production.copies import write_copies
from pipeline.site import load_site
from pipeline.store import Store
from tests.sites import FILES, approve_all, write_site
from tests.unit.audio.ffprobe import told_by_ffmpeg

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
    twice = replace(once, repeat=2, length=None)
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


def test_an_airing_that_has_to_end_sooner_is_cut_between_bulletins_to_the_second(root: Path, store: Store) -> None:
    production = Production(load_site(root), store)
    (airing,) = airings(root)
    production.make([airing], NOW)
    whole = production.find(airing)
    assert whole is not None
    steps = production.steps(airing)
    assert [heard for _, heard in steps] == [("gia-danh-cong-an",), ("gia-danh-cong-an", "deepfake")]
    assert steps[-1][0].total_seconds() == pytest.approx(whole.duration_s, abs=0.05)
    short = production.shortened(airing, 1, NOW)
    assert short is not None
    assert short.sha256 != whole.sha256
    assert short.duration_s == pytest.approx(steps[0][0].total_seconds(), abs=0.05)
    cues = json.loads(short.path.with_suffix(CUES).read_text(encoding="utf-8"))["cues"]
    assert [cue["bulletin"] for cue in cues if cue["voice"]] == ["", "gia-danh-cong-an", ""]
    assert production.shortened(airing, 1, NOW) == short
    assert production.find(airing) == whole


def test_a_recording_is_its_parts_to_the_last_sample_and_each_joint_lies_in_silence(root: Path, store: Store) -> None:
    production = Production(load_site(root), store)
    (occurrence,) = airings(root)
    production.make([occurrence], NOW)
    recording = production.find(occurrence)
    assert recording is not None
    whole = decode(recording.path, demuxer="mp3")
    cues = json.loads(recording.path.with_suffix(CUES).read_text(encoding="utf-8"))
    assert cues["recording"] == recording.sha256
    assert whole.size / RATE == pytest.approx(cues["duration_s"], abs=1e-6) == pytest.approx(recording.duration_s)
    said = [cue for cue in cues["cues"] if cue["voice"]]
    assert [cue["bulletin"] for cue in said] == ["", "gia-danh-cong-an", "deepfake", ""]
    for cue, segment in zip(said, production.airing(occurrence).segments, strict=True):
        first, last = (round(cue[name] * RATE) for name in ("start_s", "end_s"))
        np.testing.assert_array_equal(whole[first:last], decode(segment.path, demuxer="mp3"))
    for cue in cues["cues"]:
        for joint in (round(cue[name] * RATE) for name in ("start_s", "end_s")):
            assert np.abs(whole[joint - 64 : joint + 64]).max() < 0.002, "no click"
    assert not whole[: round(cues["cues"][0]["start_s"] * RATE)].any(), "nothing sounds while amplifiers wake"


def test_tags_name_the_very_frames_and_chapters_the_bulletins(root: Path, store: Store) -> None:
    production = Production(load_site(root), store)
    production.make(airings(root), NOW)
    recording = production.find(airings(root)[0])
    assert recording is not None
    data = recording.path.read_bytes()
    found, chapters = told_by_ffmpeg(data)
    assert found["LOA_AUDIO_SHA256"] == hashlib.sha256(mp3.frames(data)).hexdigest()
    assert (found["title"], found["artist"]) == ("Cảnh báo lừa đảo", "Đài thử nghiệm")
    assert [title for _, _, title in chapters] == [
        "Giả danh công an, viện kiểm sát, tòa án", "Cuộc gọi giả giọng, giả mặt",
    ]  # fmt: skip


def test_a_week_later_the_same_airing_is_the_same_file(root: Path, store: Store) -> None:
    production = Production(load_site(root), store)
    (first,) = airings(root)
    later = replace(first, start=first.start + timedelta(days=7))
    production.make([first, later], NOW)
    assert production.find(first) == production.find(later)
    assert len(list(production.folder.glob("*.mp3"))) == 1


def test_a_copy_for_a_stick_is_dated_and_the_original_is_not_touched(root: Path, store: Store, tmp_path: Path) -> None:
    production = Production(load_site(root), store)
    (occurrence,) = airings(root)
    production.make([occurrence], NOW)
    recording = production.find(occurrence)
    assert recording is not None
    (copy,) = write_copies(production, [occurrence], tmp_path / "usb")
    assert copy.name == "2026-11-23 17.00 canh-bao chieu.mp3"
    found, chapters = told_by_ffmpeg(copy.read_bytes())
    assert (found["date"], found["LOA_RECORDING"], len(chapters)) == ("2026-11-23", recording.sha256, 2)
    assert mp3.frames(copy.read_bytes()) == mp3.frames(recording.path.read_bytes())
    assert hashlib.sha256(recording.path.read_bytes()).hexdigest() == recording.sha256
    assert copy.with_suffix(".vtt").read_text(encoding="utf-8").startswith("WEBVTT - Cảnh báo lừa đảo")
    assert write_copies(production, [occurrence], tmp_path / "usb") == [copy]


def test_an_airing_waits_as_long_as_its_slowest_device(tmp_path: Path, store: Store) -> None:
    two = FILES["config/channels.yaml"].replace(
        "  ban-giao:", "  cham: {type: folder, path: var/cham, lead_in: 3s}\n  ban-giao:"
    )
    areas = FILES["config/areas.yaml"].replace("area: an-hung, channel: thu-muc", "area: an-hung, channel: cham")
    root = write_site(tmp_path / "two", {"config/channels.yaml": two, "config/areas.yaml": areas})
    production = Production(load_site(root), store)
    (both,) = airings(root)
    quick = replace(both, targets=("an-quang-01",))
    production.make([both], NOW)
    assert production.airing(both).frame.lead_in_s == 3.0
    assert production.airing(quick).frame.lead_in_s == 0.5
    assert production.find(quick) == production.find(both), "what was made with another lead-in is better than silence"
    production.make([quick], NOW)
    found, other = production.find(quick), production.find(both)
    assert found is not None
    assert other is not None
    assert other.duration_s - found.duration_s == pytest.approx(2.5, abs=0.04)


def test_a_channel_gets_the_form_it_asks_for_and_others_the_mp3(tmp_path: Path, store: Store) -> None:
    channels = FILES["config/channels.yaml"].replace("path: var/playout}", "path: var/playout, format: opus}")
    root = write_site(tmp_path / "opus", {"config/channels.yaml": channels})
    production = Production(load_site(root), store)
    (occurrence,) = airings(root)
    production.make([occurrence], NOW)
    recording = production.find(occurrence)
    assert recording is not None
    handed = production.hand_over(recording, "thu-muc")
    assert handed is not None
    assert handed.path.suffix == ".opus"
    assert hashlib.sha256(handed.path.read_bytes()).hexdigest() == handed.sha256 == handed.path.stem
    assert handed.duration_s == pytest.approx(recording.duration_s, abs=0.02)
    assert handed.lufs == pytest.approx(recording.lufs, abs=0.5)
    assert production.hand_over(recording, "khac") == recording
    assert production.rendering(recording, Form.MP3) == recording
    assert production.rendering(recording, Form.WAV) is None
    looks = handed.path.stat().st_mtime_ns
    again = Production(load_site(root), store)
    again.make([occurrence], NOW)
    assert again.hand_over(recording, "thu-muc") == handed
    assert handed.path.stat().st_mtime_ns == looks, "made once"
    assert again.not_rendered(occurrence) == []
    handed.path.unlink()
    assert again.hand_over(recording, "thu-muc") is None
    assert again.not_rendered(occurrence) == ["thu-muc"]
    again.make([occurrence], NOW)
    assert again.hand_over(recording, "thu-muc") == handed, "the same bytes again"


def test_a_folder_of_opus_players_is_handed_opus_and_lists_it(tmp_path: Path) -> None:
    channels = FILES["config/channels.yaml"].replace("path: var/playout}", "path: var/playout, format: opus}")
    root = write_site(tmp_path / "opus", {"config/channels.yaml": channels})
    approve_all(root)
    station = Station.open(root, lambda: datetime(2026, 11, 23, 16, 55, tzinfo=NOW.tzinfo))
    troubles = station.tick()
    deliveries = station.store.deliveries_of(1)
    station.close()
    assert troubles == []
    (entry,) = ClusterFolder(root / "var/playout/an-quang-01").read(date(2026, 11, 23))
    (item,) = ClusterFolder(root / "var/playout/an-quang-01").items().values()
    assert (entry.suffix, item.suffix) == (".opus", ".opus")
    laid = root / "var/playout/an-quang-01" / entry.path
    assert hashlib.sha256(laid.read_bytes()).hexdigest() == entry.sha256
    assert measure.measure_file(laid, demuxer="ogg").duration_s == pytest.approx(entry.duration_s, abs=0.02)
    assert {each.recording for each in deliveries} == {entry.sha256}
    assert [path.suffix for path in (root / "var/playout/audio").iterdir()] == [".opus"]


@pytest.mark.parametrize(("repeat", "words"), [(1, "Sơ tán ngay."), (3, "Sơ tán ngay."), (1, "Cháy!")])
def test_a_call_of_a_second_without_any_words_around_it_airs(
    repeat: int, words: str, tmp_path: Path, store: Store
) -> None:
    alone = "assembly: {announcement: false, closing: false, urgent_announcement: false, urgent_closing: false}\n"
    brief = FILES["scripts_audio/deepfake.md"].split("---\n")[1]
    changes = {"config/station.yaml": FILES["config/station.yaml"] + alone}
    changes["scripts_audio/deepfake.md"] = f"---\n{brief}---\n{words}\n"
    root = write_site(tmp_path / "brief", changes)
    production = Production(load_site(root), store)
    wanted = replace(airings(root)[0], bulletins=("deepfake",), repeat=repeat)
    production.make([wanted], NOW)
    assert production.failures == []
    assert production.find(wanted) is not None


def test_own_words_are_spoken_and_false_leaves_them_out(tmp_path: Path, store: Store) -> None:
    station = FILES["config/station.yaml"] + "assembly: {announcement: 'Loa của {station}: {title}.', closing: false}\n"
    root = write_site(tmp_path / "own", {"config/station.yaml": station})
    production = Production(load_site(root), store)
    production.make(airings(root), NOW)
    said = production.airing(airings(root)[0]).spoken
    assert said[0].passage.text.text == "Loa của Đài thử nghiệm: Cảnh báo lừa đảo."
    assert [each.kind.value for each in said] == ["announcement", "bulletin", "bulletin"]


def test_an_emergency_has_a_signal_and_words_of_its_own(root: Path, store: Store) -> None:
    production = Production(load_site(root), store)
    urgent = replace(airings(root)[0], priority=Priority.EMERGENCY)
    production.make([urgent], NOW)
    said = production.airing(urgent).spoken
    assert said[0].passage.text.text.startswith("Thông báo khẩn cấp")
    assert said[-1].passage.text.text.startswith("Thông báo khẩn cấp đến đây là hết")
    assert production.find(urgent) is not None


def test_a_rendering_that_fails_is_named_and_the_mp3_stays(
    tmp_path: Path, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    channels = FILES["config/channels.yaml"].replace("path: var/playout}", "path: var/playout, format: g722}")
    root = write_site(tmp_path / "g722", {"config/channels.yaml": channels})
    production = Production(load_site(root), store)
    strict = replace(renderings.SHAPES[Form.G722], tolerance_lu=-1.0)
    monkeypatch.setattr(renderings, "SHAPES", {**renderings.SHAPES, Form.G722: strict})
    production.make(airings(root), NOW)
    assert [failure.error.code for failure in production.failures] == ["rendering_altered"]
    recording = production.find(airings(root)[0])
    assert recording is not None
    assert production.hand_over(recording, "thu-muc") is None
    assert not list(production.folder.glob("*.part"))


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
    spoken = production.segments.find(production.words.passages_of(airings(root)[0])[1])
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
