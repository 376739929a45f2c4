from __future__ import annotations

import json
from itertools import pairwise

import pytest

from pipeline.audio import cues
from pipeline.audio.cues import Cue, Kind

SIGNAL = Cue(0.504, 3.024, Kind.SIGNAL)
BULLETIN = Cue(
    4.0,
    14.0,
    Kind.BULLETIN,
    "Giả danh công an",
    "gia-danh-cong-an",
    "espeak-ng/vi",
    ("Thưa bà con. Hãy tắt máy.", "Gọi 113."),
)


def test_the_document_holds_what_is_heard_when() -> None:
    found = json.loads(cues.document([SIGNAL, BULLETIN], recording="ab" * 32, duration_s=15.0))
    assert (found["recording"], found["duration_s"], found["sentence_times"]) == ("ab" * 32, 15.0, "estimated")
    signal, bulletin = found["cues"]
    assert (signal["kind"], signal["start_s"], signal["end_s"], signal["sentences"]) == ("signal", 0.504, 3.024, [])
    assert (bulletin["bulletin"], bulletin["title"]) == ("gia-danh-cong-an", "Giả danh công an")
    assert bulletin["text"] == "Thưa bà con. Hãy tắt máy.\n\nGọi 113."
    assert bulletin["voice"] == "espeak-ng/vi"


def test_sentences_fill_their_part_in_order_by_their_letters() -> None:
    found = list(cues.sentences(BULLETIN))
    assert [each.text for each in found] == ["Thưa bà con.", "Hãy tắt máy.", "Gọi 113."]
    assert found[0].start_s == BULLETIN.start_s
    assert found[-1].end_s == BULLETIN.end_s
    assert all(first.end_s <= second.start_s for first, second in pairwise(found))
    assert found[2].start_s - found[1].end_s > 1.0, "the pause between paragraphs"


def test_the_transcript_is_webvtt_that_people_can_read() -> None:
    assert cues.transcript([SIGNAL, BULLETIN], title="Cảnh báo").splitlines()[:9] == [
        "WEBVTT - Cảnh báo",
        "",
        "NOTE Giả danh công an",
        "",
        "00:00:04.000 --> 00:00:06.857",
        "Thưa bà con.",
        "",
        "00:00:06.857 --> 00:00:09.714",
        "Hãy tắt máy.",
    ]


@pytest.mark.parametrize(
    ("seconds", "clock"),
    [(0, "00:00:00.000"), (59.9996, "00:01:00.000"), (3661.5, "01:01:01.500"), (36_000, "10:00:00.000")],
)
def test_times_are_written_as_webvtt_wants_them(seconds: float, clock: str) -> None:
    text = cues.transcript([Cue(seconds, seconds + 1, Kind.CLOSING, paragraphs=("Hết.",))], title="")
    assert f"\n{clock} --> " in text


@pytest.mark.parametrize("words", ["a --> b", "<b>to</b>", "x & y", "một\nhai\n\nba", "NOTE -->"])
def test_nothing_that_is_said_can_break_the_transcript(words: str) -> None:
    text = cues.transcript([Cue(0, 1, Kind.BULLETIN, words, "x", "v", (words,))], title=words)
    assert text.count("-->") == len(list(cues.sentences(Cue(0, 1, Kind.BULLETIN, paragraphs=(words,)))))
    assert "<" not in text


def test_a_part_without_words_has_no_sentences() -> None:
    assert list(cues.sentences(SIGNAL)) == []
    assert list(cues.sentences(Cue(0, 1, Kind.CLOSING, paragraphs=("", " ")))) == []
