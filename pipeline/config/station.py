"""config/station.yaml: the station's name, hours, ceilings, voices."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pipeline.config.assembly import ASSEMBLY, AssemblySettings, assembly_settings
from pipeline.config.limits import LIMITS
from pipeline.config.mastering import HORN, PresetName, urgent_by_default
from pipeline.config.online import Secret
from pipeline.config.order import ORDER, OrderSettings
from pipeline.config.voices import SPEECH, VOICE_CHAIN, SpeechSettings, VoiceSettings, voice_settings
from pipeline.documents import Node
from pipeline.domain import Limits, Medium, Windows
from pipeline.fields import (
    CLOSED,
    Choice,
    Duration,
    Field,
    Flag,
    HoursTable,
    ListOf,
    Reading,
    Record,
    Text,
    scalar,
    shown,
)
from pipeline.sms import Lettering

CLOCK_TRUST = (NTP, ALWAYS) = ("ntp", "always")
ZONE = "Asia/Ho_Chi_Minh"
# What lies beside the zones: the machine's own (another one on another machine), none, and those with leap seconds.
NOT_ZONES = ("localtime", "posixrules", "posix/", "right/", "Factory")


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
