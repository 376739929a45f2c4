"""The cache of segments under hands that are not ours: two at once, killed, altered, full; and one word alone."""

from __future__ import annotations

import errno
import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.audio import ffmpeg, mastering, measure
from pipeline.config.mastering import PRESETS
from pipeline.domain import SpeechText
from pipeline.errors import AudioError
from pipeline.production import segments as module
from pipeline.production.segments import ABANDONED_S, Passage, Segments, sweep, told, write_whole
from pipeline.voices.espeak import Espeak

HORN = PRESETS["horn"]
PASSAGE = Passage("a", SpeechText(("Xin chào bà con trong xã.",)))


class Varied(Espeak):
    """A voice that never says a text twice the same way, as Piper; its name does not tell."""

    takes = 0

    def synthesize(self, text: SpeechText, out: Path) -> None:
        Varied.takes += 1
        Espeak(rate=1 + Varied.takes % 5 / 100).synthesize(text, out)


def cache(folder: Path) -> Segments:
    return Segments(folder, [Varied()], HORN, recorded=False)


def test_of_two_processes_that_speak_the_same_words_the_first_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = cache(tmp_path), cache(tmp_path)
    read = second._read
    monkeypatch.setattr(second, "_cached", lambda *_, **__: None)  # it looked before the first had finished
    kept = first.make(PASSAGE)
    assert second.make(PASSAGE) == kept == read(first._key(PASSAGE, first.chain[0]), fallback=False)
    assert (first.rendered, second.rendered) == (1, 1)
    with ThreadPoolExecutor(4) as pool:
        other = replace(PASSAGE, name="b", text=SpeechText(("Bà con chú ý.",)))
        made = list(pool.map(lambda _: cache(tmp_path).make(other), range(4)))
    assert len({each.sha256 for each in made}) == 1


@pytest.mark.parametrize("harm", ["one byte", "cut", "gone", "facts"])
def test_a_segment_that_is_not_what_its_facts_say_is_spoken_again(tmp_path: Path, harm: str) -> None:
    made = cache(tmp_path).make(PASSAGE)
    running = cache(tmp_path)
    assert running.find(PASSAGE) == made
    data = bytearray(made.path.read_bytes())
    data[-20] ^= 1
    if harm == "facts":
        (facts,) = tmp_path.glob("*.json")
        facts.write_bytes(facts.read_bytes()[:20])
    elif harm == "gone":
        made.path.unlink()
    else:
        made.path.write_bytes(data if harm == "one byte" else data[:-288])
        os.utime(made.path, (1, 1))
    for again in (running, cache(tmp_path)):
        assert again.find(PASSAGE) is None
    remade = running.make(PASSAGE)
    assert cache(tmp_path).find(PASSAGE) == remade


def test_a_disk_without_room_leaves_the_old_file_and_nothing_half_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a"
    write_whole(path, b"old")

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(module.os, "fsync", full)
    with pytest.raises(OSError, match="No space") as caught:
        write_whole(path, b"new")
    assert [each.name for each in tmp_path.iterdir()] == ["a"]
    assert path.read_bytes() == b"old"
    assert told(caught.value).code == "audio_not_written"
    assert told(AudioError("audio_silent")).code == "audio_silent"


def test_what_a_killed_process_left_is_swept_away_after_a_day(tmp_path: Path) -> None:
    for name, age_s in (("old.1.part", ABANDONED_S + 100), ("new.2.part", 60), ("old.mp3", 10 * ABANDONED_S)):
        path = tmp_path / name
        path.touch()
        now = path.stat().st_mtime
        os.utime(path, (now - age_s, now - age_s))
    sweep(tmp_path)
    assert sorted(each.name for each in tmp_path.iterdir()) == ["new.2.part", "old.mp3"]
    sweep(tmp_path / "nowhere")


@pytest.mark.parametrize(
    ("region", "rate", "word", "preset"),
    [
        ("north", 1.0, "Cháy!", "horn"),
        ("north", 1.0, "Một.", "horn_urgent"),
        ("central", 2.0, "Cháy!", "horn_urgent"),
        ("central", 1.0, "Sạt lở! Sơ tán ngay!", "horn"),
        ("south", 2.0, "Tức tốc.", "indoor"),
        ("central", 1.0, "Tắt máy.", "fm"),
    ],
)
def test_a_warning_of_a_word_airs_though_no_limiter_can_lift_it(
    tmp_path: Path, region: str, rate: float, word: str, preset: str
) -> None:
    chosen = PRESETS[preset]
    made = Segments(tmp_path, [Espeak(region=region, rate=rate)], chosen, recorded=False)
    segment = made.make(Passage("a", SpeechText((word,))))
    heard = measure.measure_file(segment.path)
    assert chosen.lufs - mastering.BRIEF_BELOW_LU <= heard.lufs <= chosen.lufs + mastering.SEGMENT_TOLERANCE_LU
    assert heard.dbtp <= chosen.dbtp - mastering.METERS_APART_DB
    assert bool(made.failures) == (chosen.lufs - heard.lufs > 1.0)
    assert all(each.error.code == "passage_softer" for each in made.failures)


def test_a_longer_text_that_cannot_be_lifted_is_still_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(mastering, "BRIEF_S", 0.5)
    Espeak(region="central", rate=2.0).synthesize(SpeechText(("Cháy!",)), tmp_path / "a.wav")
    with pytest.raises(AudioError, match="loudness_not_reached"):
        mastering.master_to_mp3(ffmpeg.decode(tmp_path / "a.wav", demuxer="wav"), PRESETS["horn_urgent"])
