"""receiver.yaml: what differs from one amplifier to the next. Every key may be left out, and so may the file."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from pipeline import documents
from pipeline.documents import Node, parse, read_text
from pipeline.domain import Windows
from pipeline.errors import ConfigError, Problems
from pipeline.fields import (
    Choice,
    Duration,
    Field,
    HoursTable,
    ListOf,
    Number,
    Reading,
    Record,
    Text,
    Whole,
    refuse_shape,
)
from pipeline.protocol.plan import LOUDEST_DB, QUIETEST_DB
from pipeline.receiver.relay import RelaySettings

NAME = "receiver.yaml"
TRUST = (NTP, ALWAYS) = ("ntp", "always")


@dataclass(frozen=True, slots=True)
class MicrophoneSettings:
    """`device`: as ALSA names it. `usual_db`: how loud airings usually arrive, beside the recording; None: unknown."""

    device: str
    usual_db: float | None = None


@dataclass(frozen=True, slots=True)
class ReceiverSettings:
    """`windows` None: only the plan's bind. `loudest_db`: whatever the plan says, never louder than this."""

    device: str = "default"
    windows: Windows | None = None
    loudest_db: float = LOUDEST_DB
    lead_in: timedelta = timedelta(0)
    relay: RelaySettings | None = None
    free_space: int = 200  # MB
    always_trusted: bool = False
    microphone: MicrophoneSettings | None = None


class RelayKind:
    """One of `file`, `command`, `gpio`."""

    def read(self, node: Node, reading: Reading) -> RelaySettings | None:
        if not isinstance(node, documents.Mapping):
            refuse_shape(node, "expected_table", reading)
            return None
        values = _RELAY.read(node, reading) or {}
        if len(node.keys) != 1:
            reading.error(node, "relay_one_way")
            return None
        if "file" in values:
            found = values["file"]
            return RelaySettings(file=(found["path"], found.get("on", "1"), found.get("off", "0")))
        if "command" in values and {"on", "off"} <= values["command"].keys():
            return RelaySettings(command=(values["command"]["on"], values["command"]["off"]))
        if "gpio" in values and {"chip", "line"} <= values["gpio"].keys():
            high, low = ("1", "0") if values["gpio"].get("active", "high") == "high" else ("0", "1")
            return RelaySettings(gpio=(values["gpio"]["chip"], str(values["gpio"]["line"]), high, low))
        return None

    def schema(self) -> dict[str, Any]:
        return {**_RELAY.schema(), "minProperties": 1, "maxProperties": 1}


class FileWay:
    """A path, or `{path, on, off}` where something else than 1 and 0 has to be written."""

    def read(self, node: Node, reading: Reading) -> dict[str, str] | None:
        if isinstance(node, documents.Mapping):
            values = _FILE.read(node, reading)
            return values if values and "path" in values else None
        path = _PATH.read(node, reading)
        return None if path is None else {"path": path}

    def schema(self) -> dict[str, Any]:
        return {"anyOf": [_PATH.schema(), _FILE.schema()]}


_PATH = Text(limit=300, one_line=True, pattern=r"/.+", example="/sys/class/gpio/gpio17/value")
_WORD = Text(limit=40, one_line=True)
_COMMAND = ListOf(Text(limit=500, one_line=True), empty=False, distinct=False)
_FILE = Record(
    (
        Field("path", _PATH, "tệp để ghi", "the file that is written", required=True),
        Field("on", _WORD, "ghi gì để bật, mặc định 1", "what switches on, 1 by default"),
        Field("off", _WORD, "ghi gì để tắt, mặc định 0", "what switches off, 0 by default"),
    )
)
_RELAY = Record(
    (
        Field("file", FileWay(), "ghi 1/0 vào một tệp của hệ thống", "writes 1 or 0 into a file of the system"),
        Field(
            "command",
            Record(
                (
                    Field(
                        "on", _COMMAND, "lệnh bật, từng phần một", "the command that switches on, part by part", True
                    ),
                    Field("off", _COMMAND, "lệnh tắt", "the command that switches off", True),
                )
            ),
            "chạy lệnh để bật và tắt",
            "runs a command for on and one for off",
        ),
        Field(
            "gpio",
            Record(
                (
                    Field("chip", _WORD, "bộ chân, ví dụ gpiochip0", "the chip, gpiochip0 for example", True),
                    Field("line", Whole(0, 1_000), "số của chân", "the number of the line", True),
                    Field(
                        "active", Choice(("high", "low")), "mức bật, mặc định high", "the level of on, high by default"
                    ),
                )
            ),
            "một chân GPIO, qua chương trình gpioset",
            "a GPIO line, by the program gpioset",
        ),
    )
)

RECEIVER = Record(
    (
        Field(
            "device",
            Text(limit=200, one_line=True),
            "tên thiết bị âm thanh theo ALSA (xem “aplay -L”), mặc định default",
            "the sound device as ALSA names it (see “aplay -L”), default by default",
        ),
        Field(
            "windows",
            HoursTable(),
            "giờ máy này được phát; ràng buộc cùng với giờ của đài, trừ khẩn cấp",
            "hours in which this receiver may sound; they bind together with the station's, EMERGENCY passes",
        ),
        Field(
            "loudest",
            Number(QUIETEST_DB, LOUDEST_DB),
            "mức to nhất (dB so với bản thu, 0 là nguyên mức)",
            "never louder than this (dB beside the recording, 0 is as it was made)",
        ),
        Field(
            "lead_in",
            Duration(timedelta(0), timedelta(seconds=30)),
            "bật tăng âm sớm bao lâu trước tiếng đầu tiên; đài ghi dài hơn thì theo đài",
            "how long before the first sound the amplifier is switched on; the station's counts where it is longer",
        ),
        Field("relay", RelayKind(), "cách bật, tắt tăng âm", "how the amplifier is switched"),
        Field(
            "free_space",
            Whole(10, 1_000_000),
            "chỗ trống phải chừa trên đĩa, MB, mặc định 200",
            "space left free on the disk, MB, 200 by default",
        ),
        Field(
            "clock",
            Record(
                (
                    Field(
                        "trust",
                        Choice(TRUST),
                        "ntp: nghi giờ khi chưa được mạng hay đài xác nhận; always: giờ luôn đúng",
                        "ntp: in doubt until the network or the station confirms it; always: never in doubt",
                    ),
                )
            ),
            "giờ của máy",
            "the machine's clock",
        ),
        Field(
            "microphone",
            Record(
                (
                    Field(
                        "device",
                        Text(limit=200, one_line=True),
                        "tên micrô theo ALSA (xem “arecord -L”)",
                        "the microphone as ALSA names it (see “arecord -L”)",
                        required=True,
                    ),
                    Field(
                        "usual",
                        Number(-100, 60),
                        "mức micrô này thường thu được (dB so với bản thu), xem level_db của lượt nghe thấy",
                        "the level this microphone usually finds (dB beside the recording): level_db of what was heard",
                    ),
                )
            ),
            "micrô cạnh loa, để máy tự nghe lại những gì nó phát",
            "a microphone beside the loudspeaker, by which the receiver hears what it plays",
        ),
    )
)


def load_settings(path: Path) -> ReceiverSettings:
    """The settings of a folder; those of a file that is not there. ConfigError with every problem of the file."""
    problems = Problems()
    if not path.exists():
        return ReceiverSettings()
    text = read_text(path, NAME, problems)
    node = None if text is None or not text.strip() else parse(text, NAME, problems)
    reading = Reading(problems)
    values = {} if node is None else RECEIVER.read(node, reading) or {}
    if problems.errors:
        raise ConfigError(problems)
    return ReceiverSettings(
        device=values.get("device", "default"),
        windows=values.get("windows"),
        loudest_db=values.get("loudest", LOUDEST_DB),
        lead_in=values.get("lead_in", timedelta(0)),
        relay=values.get("relay"),
        free_space=values.get("free_space", 200),
        always_trusted=values.get("clock", {}).get("trust") == ALWAYS,
        microphone=_microphone(values.get("microphone")),
    )


def _microphone(values: dict[str, Any] | None) -> MicrophoneSettings | None:
    return None if values is None else MicrophoneSettings(values["device"], values.get("usual"))
