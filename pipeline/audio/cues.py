"""What is heard when in a recording: JSON for programs, WebVTT for people, both beside the file.

Where a part begins and ends is exact: it is counted in frames. Where a sentence stands within its part is estimated by
its share of the letters, and said to be.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

PARAGRAPH_LETTERS = 10  # a pause between paragraphs takes the time of about as many letters
_SENTENCE = re.compile(r"(?<=[.!?…])\s+")


class Kind(StrEnum):
    """What a part of a recording is."""

    SIGNAL = "signal"
    ANNOUNCEMENT = "announcement"
    BULLETIN = "bulletin"
    SEPARATOR = "separator"
    CLOSING = "closing"


@dataclass(frozen=True, slots=True)
class Cue:
    """A part that sounds: seconds from the beginning of the recording, and what is said, one string a paragraph."""

    start_s: float
    end_s: float
    kind: Kind
    title: str = ""
    bulletin: str = ""
    voice: str = ""
    paragraphs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of a cue at its estimated time."""

    start_s: float
    end_s: float
    text: str


def sentences(cue: Cue) -> Iterator[Sentence]:
    """The sentences of what is said, each as long as its share of the letters."""
    spoken = [_SENTENCE.split(paragraph.strip()) for paragraph in cue.paragraphs if paragraph.strip()]
    letters = sum(len(text) for texts in spoken for text in texts) + PARAGRAPH_LETTERS * (len(spoken) - 1)
    passed = 0
    for texts in spoken:
        for text in texts:
            start, passed = passed, passed + len(text)
            yield Sentence(_at(cue, start / letters), _at(cue, passed / letters), text)
        passed += PARAGRAPH_LETTERS


def document(cues: Sequence[Cue], *, recording: str, duration_s: float) -> str:
    """The cues as JSON; `recording`: the hash of the file they belong to."""
    found = {
        "recording": recording,
        "duration_s": round(duration_s, 3),
        "sentence_times": "estimated",
        "cues": [_facts(cue) for cue in cues],
    }
    return json.dumps(found, ensure_ascii=False, indent=1) + "\n"


def transcript(cues: Sequence[Cue], *, title: str) -> str:
    """What is said and when, as WebVTT (W3C): players show it as subtitles, people read it as it is."""
    blocks = [f"WEBVTT - {_line(title)}"]
    for cue in cues:
        if cue.title and cue.kind is Kind.BULLETIN:
            blocks.append(f"NOTE {_line(cue.title)}")
        blocks += [f"{_clock(each.start_s)} --> {_clock(each.end_s)}\n{_line(each.text)}" for each in sentences(cue)]
    return "\n\n".join(blocks) + "\n"


def _facts(cue: Cue) -> dict[str, object]:
    return {
        "start_s": round(cue.start_s, 3),
        "end_s": round(cue.end_s, 3),
        "kind": cue.kind.value,
        "bulletin": cue.bulletin,
        "title": cue.title,
        "voice": cue.voice,
        "text": "\n\n".join(cue.paragraphs),
        "sentences": [
            {"start_s": round(each.start_s, 2), "end_s": round(each.end_s, 2), "text": each.text}
            for each in sentences(cue)
        ],
    }


def _at(cue: Cue, share: float) -> float:
    return cue.start_s + share * (cue.end_s - cue.start_s)


def _clock(seconds: float) -> str:
    minutes, milliseconds = divmod(round(seconds * 1000), 60_000)
    return f"{minutes // 60:02d}:{minutes % 60:02d}:{milliseconds / 1000:06.3f}"


def _line(text: str) -> str:
    """On one line, with nothing that WebVTT would read as markup or as its own arrow."""
    return " ".join(text.split()).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
