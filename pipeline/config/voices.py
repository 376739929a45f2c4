"""The voices of config/station.yaml: which speak in which order, how fast, with what pauses, and what is said twice."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from pipeline.fields import Choice, Duration, Field, Flag, ListOf, Number, Reading, Record, Text

if TYPE_CHECKING:
    from pipeline.documents import Node
    from pipeline.speech.numbers import Zero

VOICES = ("recorded", "piper", "gtts", "espeak-ng")
ALWAYS_THERE = "espeak-ng"  # comes with Loa and needs no network
AIR_FALLBACK = (ALWAYS, URGENT_ONLY) = ("always", "urgent_only")
REGIONS = ("north", "central", "south")
GTTS_TLDS = ("com", "com.vn", "com.hk", "com.sg", "com.my", "com.tw", "co.th", "co.jp", "co.kr")
ZEROS: tuple[Zero, ...] = ("lẻ", "linh")
VOICE_NAME = r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}"
PROGRAM = r"/[^\x00-\x1f]*|[A-Za-z0-9][A-Za-z0-9._+-]*"
LONGEST_PAUSE = timedelta(seconds=5)


@dataclass(frozen=True, slots=True)
class PauseSettings:
    """Silence behind a sentence and between paragraphs. Outdoors the echo of a sentence must die away first."""

    sentence: timedelta = timedelta(milliseconds=500)
    paragraph: timedelta = timedelta(milliseconds=800)


@dataclass(frozen=True, slots=True)
class TwiceSettings:
    """What is repeated at once: the advice (a paragraph quoted with `> `), the sentence that names a report channel."""

    advice: bool = False
    hotline: bool = False


@dataclass(frozen=True, slots=True)
class VoiceSettings:
    """Voices in the order they are tried, speed as a factor, and whether ROUTINE may air with a fallback voice.

    `piper`: which of the installed voices; None: the only one. `piper_program`: where its program lies; None: beside
    the Python that runs Loa, or on the search path.
    """

    chain: tuple[str, ...] = ("recorded", "espeak-ng")
    rate: float = 1.0
    air_fallback: str = ALWAYS
    piper: str | None = None
    piper_program: str | None = None
    espeak: str = REGIONS[0]
    gtts_tld: str = GTTS_TLDS[0]
    pauses: PauseSettings = field(default_factory=PauseSettings)
    say_twice: TwiceSettings = field(default_factory=TwiceSettings)


@dataclass(frozen=True, slots=True)
class SpeechSettings:
    """`zero`: how the nought of 105 is read."""

    zero: Zero = ZEROS[0]


class Chain:
    """Voices in their order; a warning where none is there whatever happens to files and network."""

    KIND = ListOf(Choice(VOICES), empty=False)

    def read(self, node: Node, reading: Reading) -> tuple[str, ...] | None:
        found = self.KIND.read(node, reading)
        if found and ALWAYS_THERE not in found:
            reading.warning(node, "voices_may_be_silent", chain=", ".join(found))
        return found

    def schema(self) -> dict[str, Any]:
        return self.KIND.schema()


_PAUSE = Duration(timedelta(0), LONGEST_PAUSE)

PAUSES = Record(
    (
        Field("sentence", _PAUSE, "nghỉ giữa hai câu, mặc định 500ms", "behind a sentence, 500ms by default"),
        Field("paragraph", _PAUSE, "nghỉ giữa hai đoạn, mặc định 800ms", "between paragraphs, 800ms by default"),
    )
)

SAY_TWICE = Record(
    (
        Field(
            "advice",
            Flag(),
            "đọc hai lần lời dặn, là đoạn có dấu “> ” ở đầu mỗi dòng",
            "whether the advice, a paragraph with “> ” before each line, is said twice",
        ),
        Field(
            "hotline",
            Flag(),
            "đọc hai lần câu có nơi trình báo nêu trong config/report_channels.yaml",
            "whether the sentence with a report channel of config/report_channels.yaml is said twice",
        ),
    )
)

VOICE_CHAIN = Record(
    (
        Field("chain", Chain(), "các giọng đọc theo thứ tự thử", "voices in the order tried"),
        Field("rate", Number(0.5, 2.0), "tốc độ đọc, 1.0 là bình thường", "speed of reading, 1.0 is normal"),
        Field(
            "air_fallback",
            Choice(AIR_FALLBACK),
            "bản tin thông thường có được phát bằng giọng dự phòng không",
            "whether routine bulletins may air with a fallback voice",
        ),
        Field(
            "piper",
            Text(pattern=VOICE_NAME, example="vais1000"),
            "tên giọng Piper đã cài (xem “loa voice list”); mặc định là giọng duy nhất đã cài",
            "the installed Piper voice that speaks (see `loa voice list`); the only one by default",
        ),
        Field(
            "piper_program",
            Text(limit=300, pattern=PROGRAM, example="/opt/piper/piper"),
            "chương trình Piper, nếu không nằm cùng chỗ với Loa",
            "the program Piper, where it does not lie beside Loa",
        ),
        Field(
            "espeak",
            Choice(REGIONS),
            "giọng vùng miền của espeak-ng: bắc (mặc định), trung, nam",
            "region of espeak-ng: north (by default), central, south",
        ),
        Field(
            "gtts_tld",
            Choice(GTTS_TLDS),
            "đuôi tên miền của giọng Google, mặc định com",
            "domain of Google's voice, com by default",
        ),
        Field("pauses", PAUSES, "khoảng nghỉ khi đọc", "pauses in reading"),
        Field("say_twice", SAY_TWICE, "điều gì được đọc hai lần", "what is said twice"),
    )
)

SPEECH = Record(
    (
        Field(
            "zero",
            Choice(ZEROS),
            "đọc số không ở giữa, như 105: một trăm lẻ năm (mặc định) hay một trăm linh năm",
            "how the nought of 105 is read: lẻ (by default) or linh",
        ),
    )
)


def voice_settings(values: dict[str, Any]) -> VoiceSettings:
    """Of what VOICE_CHAIN has read; what is absent has its default."""
    pauses = PauseSettings(**values.get("pauses", {}))
    return VoiceSettings(**{**values, "pauses": pauses, "say_twice": TwiceSettings(**values.get("say_twice", {}))})
