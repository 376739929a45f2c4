"""config/station.yaml: the station's name, hours, ceilings, voices."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time, timedelta
from itertools import combinations
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pipeline import documents
from pipeline.config.assembly import ASSEMBLY, AssemblySettings, assembly_settings
from pipeline.config.limits import LIMITS
from pipeline.config.mastering import HORN, PresetName, urgent_by_default
from pipeline.config.online import Secret
from pipeline.config.order import ORDER, OrderSettings
from pipeline.config.voices import SPEECH, VOICE_CHAIN, SpeechSettings, VoiceSettings, voice_settings
from pipeline.documents import Node
from pipeline.domain import Limits, Medium, Window, Windows
from pipeline.fields import (
    Choice,
    Duration,
    Field,
    Flag,
    ListOf,
    Reading,
    Record,
    Text,
    Weekdays,
    parse_clock,
    refuse_shape,
    scalar,
    shown,
)
from pipeline.sms import Lettering

CLOCK_TRUST = (NTP, ALWAYS) = ("ntp", "always")
ZONE = "Asia/Ho_Chi_Minh"
# What lies beside the zones: the machine's own (another one on another machine), none, and those with leap seconds.
NOT_ZONES = ("localtime", "posixrules", "posix/", "right/", "Factory")
CLOSED = Windows(())  # no hour at all: only EMERGENCY passes


@dataclass(frozen=True, slots=True)
class ApprovalSettings:
    editor_may_approve: bool = False


@dataclass(frozen=True, slots=True)
class ClockSettings:
    """`always`: the machine's clock is looked after elsewhere and never in doubt."""

    trust: str = NTP


@dataclass(frozen=True, slots=True)
class TellingSettings:
    """Who is told of trouble: names of variables that hold apprise URLs, and of one for the dead man's ping."""

    to: tuple[str, ...] = ()
    ping: str | None = None
    ping_every: timedelta = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class StationSettings:
    """A medium that is missing from `windows` is not restricted; one with no windows is closed to all but EMERGENCY."""

    name: str = ""
    timezone: ZoneInfo = field(default_factory=lambda: ZoneInfo(ZONE))
    windows: Mapping[Medium, Windows] = field(default_factory=dict)
    limits: Limits = field(default_factory=Limits)
    approval: ApprovalSettings = field(default_factory=ApprovalSettings)
    voices: VoiceSettings = field(default_factory=VoiceSettings)
    speech: SpeechSettings = field(default_factory=SpeechSettings)
    assembly: AssemblySettings = field(default_factory=AssemblySettings)
    mastering: str = HORN
    mastering_urgent: str = urgent_by_default(HORN)
    telling: TellingSettings = field(default_factory=TellingSettings)
    clock: ClockSettings = field(default_factory=ClockSettings)
    order: OrderSettings = field(default_factory=OrderSettings)
    sms_encoding: Lettering = Lettering.ACCENTED


class Zone:
    """A time zone by its IANA name."""

    def read(self, node: Node, reading: Reading) -> ZoneInfo | None:
        value = scalar(node, reading)
        if value is None:
            return None
        try:
            if value.strip().startswith(NOT_ZONES):
                raise ZoneInfoNotFoundError
            return ZoneInfo(value.strip())
        except (ZoneInfoNotFoundError, ValueError, OSError):
            # what is nearest to the letter (Asia/Hanoi → Asia/Shanghai) may keep another summer time
            reading.error(node, "bad_timezone", value=shown(value), close=ZONE)
            return None

    def schema(self) -> dict[str, Any]:
        return {"type": "string", "default": ZONE}


_HOURS = re.compile(r"(\d{1,2}:\d{2})-(\d{1,2}:\d{2})", re.ASCII)
_MIDNIGHT = time(0)


def parse_hours(text: str) -> tuple[time, time] | None:
    """`05:00-06:30` as first minute and first minute after; 24:00 is midnight and read as 00:00."""
    match = _HOURS.fullmatch(text)
    if not match:
        return None
    first = parse_clock(match[1])
    last = _MIDNIGHT if match[2] == "24:00" else parse_clock(match[2])
    return None if first is None or last is None or (last == _MIDNIGHT and match[2] != "24:00") else (first, last)


class HoursTable:
    """Windows of one medium: `"05:00-06:30": daily` a line, and the `rule` they come from."""

    def read(self, node: Node, reading: Reading) -> Windows:
        if not isinstance(node, documents.Mapping):
            refuse_shape(node, "expected_table", reading)
            return CLOSED
        windows: list[Window] = []
        rule = ""
        for name, key in node.keys.items():
            if name == "rule":
                rule = Text(limit=300, one_line=True).read(node.values[name], reading) or ""
            elif (window := self._window(key, node.values[name], reading)) is not None:
                self._refuse_overlap(key, window, windows, reading)
                windows.append(window)
        if not set(node.keys) - {"rule"}:
            reading.error(node, "windows_empty")
        return Windows(tuple(sorted(windows, key=lambda window: (window.first, sorted(window.days)))), rule)

    def _window(self, key: documents.Scalar, value: Node, reading: Reading) -> Window | None:
        days = Weekdays().read(value, reading)
        hours = parse_hours(key.value.strip())
        if hours is None:
            reading.error(key, "bad_hours", value=shown(key.value))
        elif hours[1] != _MIDNIGHT and hours[1] <= hours[0]:
            reading.error(key, "hours_reversed", value=key.value)
        elif days is not None:
            return Window(hours[0], hours[1], days)
        return None

    def _refuse_overlap(self, key: documents.Scalar, window: Window, others: list[Window], reading: Reading) -> None:
        for one, two in combinations([window, *others], 2):
            if one is window and one.days & two.days and _starts_before_end(one, two) and _starts_before_end(two, one):
                reading.error(key, "hours_overlap", value=key.value, other=hours_text(two))
                return

    def schema(self) -> dict[str, Any]:
        hours = r"^([01]?\d|2[0-3]):[0-5]\d-([01]?\d|2[0-4]):[0-5]\d$"
        rule = {"description": "quy định mà các khung giờ này dựa vào", "$comment": "the rule these hours come from"}
        return {
            "type": "object",
            "properties": {"rule": {"type": "string", **rule}},
            "patternProperties": {hours: Weekdays().schema()},
            "additionalProperties": False,
        }


def _starts_before_end(one: Window, two: Window) -> bool:
    return two.last == _MIDNIGHT or one.first < two.last


def hours_text(window: Window) -> str:
    """A window as it is written: `05:00-06:30`."""
    last = "24:00" if window.last == _MIDNIGHT else f"{window.last:%H:%M}"
    return f"{window.first:%H:%M}-{last}"


WINDOWS = Record(
    (
        Field(Medium.LOUDSPEAKER, HoursTable(), "giờ được phát loa", "hours in which loudspeakers may speak"),
        Field(Medium.SMS, HoursTable(), "giờ được gửi tin nhắn", "hours in which SMS may be sent"),
    )
)

APPROVAL = Record(
    (Field("editor_may_approve", Flag(), "người soạn có được tự duyệt không", "whether an editor may approve"),)
)

TELLING = Record(
    (
        Field(
            "to",
            ListOf(Secret()),
            "biến môi trường chứa địa chỉ nhận báo tin (thư, Telegram …), dạng apprise",
            "variables that hold the apprise URLs of those who are told",
        ),
        Field(
            "ping",
            Secret(),
            "biến môi trường chứa địa chỉ “tôi còn sống” ở ngoài đài",
            "variable that holds the outside address of the dead man's ping",
        ),
        Field(
            "ping_every",
            Duration(timedelta(minutes=1), timedelta(hours=12)),
            "bao lâu gọi địa chỉ đó một lần, mặc định 5m",
            "how often it is called, 5m by default",
        ),
    )
)

CLOCK = Record(
    (
        Field(
            "trust",
            Choice(CLOCK_TRUST),
            "khi nào tin giờ của máy: ntp (chờ giờ mạng, đồng hồ máy hoặc người trực xác nhận) hay always (luôn tin)",
            "when the clock is trusted: ntp (by network, hardware clock or a person) or always",
        ),
    )
)

STATION = Record(
    (
        Field("name", Text(limit=200, one_line=True), "tên đơn vị", "name of the station", required=True),
        Field("timezone", Zone(), "múi giờ, mặc định Asia/Ho_Chi_Minh", "time zone, Asia/Ho_Chi_Minh by default"),
        Field(
            "windows",
            WINDOWS,
            "khung giờ được phép; ngoài giờ chỉ phát khẩn cấp",
            "allowed hours; outside them only emergencies",
        ),
        Field("limits", LIMITS, "mức trần của đơn vị", "ceilings of the station"),
        Field("approval", APPROVAL, "quy định phê duyệt", "rules of approval"),
        Field("voices", VOICE_CHAIN, "giọng đọc", "voices"),
        Field("speech", SPEECH, "cách đọc chữ số", "how figures are read"),
        Field("assembly", ASSEMBLY, "điều được nghe quanh các bản tin", "what is heard around the bulletins"),
        Field("mastering", PresetName(), "kiểu chỉnh âm của bản thu", "the preset that recordings are mastered with"),
        Field(
            "mastering_urgent",
            PresetName(),
            "kiểu chỉnh âm của bản tin khẩn cấp; mặc định horn_urgent khi mastering là horn, còn lại như mastering",
            "the preset of EMERGENCY: horn_urgent by default where mastering is horn, else the same as mastering",
        ),
        Field("telling", TELLING, "báo cho ai khi có trục trặc", "who is told of trouble"),
        Field("clock", CLOCK, "giờ của máy", "the machine's clock"),
        Field(
            "sms_encoding",
            Choice(tuple(Lettering)),
            "chữ của tin nhắn: accented (như đã viết, mặc định) hay folded (bỏ dấu, rẻ hơn); tin khẩn cấp luôn giữ dấu",
            "letters of SMS: accented (as written, the default) or folded (cheaper); an emergency keeps its accents",
        ),
        Field("order", ORDER, "lượt ưu tiên nào đi trước khi trùng giờ", "which PRIORITY airing goes first"),
    )
)


def read_station(node: Node | None, reading: Reading) -> StationSettings:
    """Settings of the station; what is absent has its default.

    Where anything in the file is wrong, a medium without readable windows is closed: a slip of the pen must not open
    the night to loudspeakers.
    """
    start = len(reading.problems)
    values = (STATION.read(node, reading) if node is not None else None) or {}
    mastering = values.get("mastering", HORN)
    windows: dict[Medium, Windows] = {Medium(name): hours for name, hours in values.get("windows", {}).items()}
    if node is None or node.flawed or reading.failed_since(start):
        windows = {medium: windows.get(medium, CLOSED) for medium in Medium}
    return StationSettings(
        name=values.get("name", ""),
        timezone=values.get("timezone", ZoneInfo(ZONE)),
        windows=windows,
        limits=Limits(**values.get("limits", {})),
        approval=ApprovalSettings(**values.get("approval", {})),
        voices=voice_settings(values.get("voices", {})),
        speech=SpeechSettings(**values.get("speech", {})),
        assembly=assembly_settings(values.get("assembly", {}), node),
        mastering=mastering,
        mastering_urgent=values.get("mastering_urgent", urgent_by_default(mastering)),
        telling=TellingSettings(**values.get("telling", {})),
        clock=ClockSettings(**values.get("clock", {})),
        order=OrderSettings(**values.get("order", {})),
        sms_encoding=Lettering(values.get("sms_encoding", Lettering.ACCENTED)),
    )
