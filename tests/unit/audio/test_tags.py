from __future__ import annotations

from datetime import date

import pytest

from pipeline.audio import mp3, tags
from pipeline.audio.ffmpeg import decode, encode_mp3
from pipeline.audio.tags import Chapter, Tags
from tests.unit.audio.ffprobe import told_by_ffmpeg
from tests.unit.audio.speechlike import sine

SOUND = encode_mp3(sine(440, 1.0))
PLAIN = Tags(
    "Cảnh báo lừa đảo",
    "Đài xã An Quang",
    (Chapter(0.0, 0.5, "Giả danh công an"), Chapter(0.5, 1.0, "Deepfake")),
    "ab" * 32,
)


def test_a_player_reads_what_was_written() -> None:
    found, chapters = told_by_ffmpeg(tags.written(PLAIN) + SOUND)
    assert found["title"] == found["album"] == "Cảnh báo lừa đảo"
    assert found["artist"] == "Đài xã An Quang"
    assert found["language"] == "vie"
    assert found["LOA_AUDIO_SHA256"] == "ab" * 32
    assert "date" not in found
    assert chapters == [(0, 500, "Giả danh công an"), (500, 1000, "Deepfake")]


def test_a_copy_says_its_day_and_what_it_is_a_copy_of() -> None:
    copy = tags.dated(tags.written(PLAIN), date(2026, 11, 23), "cd" * 32)
    found, chapters = told_by_ffmpeg(copy + SOUND)
    assert (found["date"], found["LOA_RECORDING"]) == ("2026-11-23", "cd" * 32)
    assert found["title"] == "Cảnh báo lừa đảo"
    assert len(chapters) == 2


def test_a_file_without_a_tag_gets_one() -> None:
    found, _ = told_by_ffmpeg(tags.dated(b"", date(2026, 11, 23), "cd" * 32) + SOUND)
    assert found["date"] == "2026-11-23"


def test_a_tag_changes_no_sample_and_no_length() -> None:
    dressed = tags.written(PLAIN) + SOUND
    assert (decode(dressed, demuxer="mp3") == decode(SOUND, demuxer="mp3")).all()
    assert tags.stripped(dressed) == mp3.frames(dressed) == SOUND
    assert tags.length(dressed[:10]) == len(dressed) - len(SOUND)
    assert tags.length(SOUND[:10]) == tags.length(b"ID3") == 0


def test_the_same_makes_the_same_bytes_in_every_unicode_form() -> None:
    decomposed = Tags("Cảnh báo lừa đảo", *[getattr(PLAIN, name) for name in Tags.__slots__[1:]])
    assert tags.written(decomposed) == tags.written(PLAIN)


@pytest.mark.parametrize("title", ["a\0b", "một\nhai", "x" * 20_000, "ệ" * 50, "", "𝄞 loa"])
def test_no_title_breaks_the_tag(title: str) -> None:
    dressed = tags.written(Tags(title, "Đài", (Chapter(0, 1, title),))) + SOUND
    found, chapters = told_by_ffmpeg(dressed)
    assert found["artist"] == "Đài"
    assert len(chapters) == 1
    assert mp3.frames(dressed) == SOUND


def test_more_chapters_than_a_tag_can_count_are_cut() -> None:
    many = tuple(Chapter(at, at + 1, f"Bản tin {at}") for at in range(300))
    _, chapters = told_by_ffmpeg(tags.written(Tags("Loa", "Đài", many)) + SOUND)
    assert len(chapters) == 255
