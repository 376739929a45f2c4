"""config/channels.yaml: the ways out. A secret is only ever named (`env:NAME`), never written, and never repeated."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import PurePosixPath
from typing import Any

from pipeline import documents
from pipeline.config.callbacks import CALLBACKS, PublicUrl
from pipeline.config.entries import Declared, at
from pipeline.config.online import BaseUrl, Rate, Secret
from pipeline.config.provider import HTTP_SMS_DEFAULTS, check_http_sms, http_sms
from pipeline.config.receivers import RECEIVER_DEFAULTS, RECEIVER_TYPE, receiver
from pipeline.config.returns import RETURNS
from pipeline.documents import Node
from pipeline.domain import Form, Medium
from pipeline.fields import (
    Choice,
    Duration,
    Field,
    Flag,
    Identifier,
    Named,
    Reading,
    Record,
    Text,
    Whole,
    refuse_shape,
    scalar,
    shown,
)

MAX_ROWS = 100_000  # of a hand-over file: what operators' portals take
SITE_FOLDERS = ("config", "schedules", "scripts_audio")
# What Loa itself keeps in var/: a folder that receivers fetch from must not hold the database or its keys.
OWN_NAMES = ("keys", "cache", "audio", "last-good", "backup", "audit-head", "wishes", "station.lock", "loa.db")
OWN_SUFFIXES = (".db", ".db-wal", ".db-shm", ".playing", ".part")
MAX_NAME = 100  # bytes: file systems end at 255, and a suffix is added
MAX_PATH = 400
LEAD_IN = timedelta(milliseconds=500)


@dataclass(frozen=True, slots=True)
class ChannelSettings:
    """A way out as written, with defaults filled in. A secret stands as the name of its environment variable."""

    id: str
    type: str
    values: Mapping[str, Any] = field(default_factory=dict)

    @property
    def lead_in(self) -> timedelta:
        """Silence its devices need before the first sound; a receiver switches its amplifier on before by itself."""
        if self.type == RECEIVER_TYPE:
            return timedelta(0)
        value: timedelta = self.values.get("lead_in", LEAD_IN)
        return value

    @property
    def form(self) -> Form:
        """The kind of file its devices need."""
        return Form(self.values.get("format", Form.MP3))


@dataclass(frozen=True)
class SitePath:
    """A folder of the site that Loa writes into: relative, no `..`, not one of the folders people write.

    `beneath`: the folder it must lie in.
    """

    beneath: str = ""

    def read(self, node: Node, reading: Reading) -> str | None:
        value = scalar(node, reading)
        if value is None:
            return None
        path = PurePosixPath(value.strip())
        parts = path.parts
        if path.is_absolute() or not parts or ".." in parts or re.search(r"[\\:]|^~", value.strip()):
            reading.error(node, "path_outside", value=shown(value))
        elif parts[0].casefold() in SITE_FOLDERS:
            reading.error(node, "path_taken", value=shown(value), folder=parts[0])
        elif self.beneath and (parts[0] != self.beneath or len(parts) < 2):
            reading.error(node, "path_not_beneath", value=shown(value), folder=self.beneath)
        elif _is_own(path):
            reading.error(node, "path_own", value=shown("/".join(parts[:2])))
        elif max(len(part.encode()) for part in parts) > MAX_NAME or len(str(path).encode()) > MAX_PATH:
            reading.error(node, "path_too_long", limit=MAX_NAME)
        else:
            return str(path)
        return None

    def schema(self) -> dict[str, Any]:
        return {"type": "string"}


def _is_own(path: PurePosixPath) -> bool:
    """Whether it is `var` itself, or lies in something that Loa keeps there."""
    first, name = (*str(path).casefold().split("/", 2), "")[:2]
    return first == "var" and (not name or name in OWN_NAMES or name.endswith(OWN_SUFFIXES))


_TYPE = Field("type", Text(), "loại kênh", "kind of channel", required=True)

_LEAD_IN = Field(
    "lead_in",
    Duration(timedelta(0), timedelta(seconds=15)),
    "khoảng lặng trước tiếng đầu tiên, để âm ly kịp bật, mặc định 500ms",
    "silence before the first sound, for amplifiers that wake slowly, 500ms by default",
)

CHANNEL_TYPES: dict[str, Record] = {
    "folder": Record(
        (
            _TYPE,
            Field("path", SitePath(), "thư mục để máy thu lấy tệp", "folder that receivers fetch from", required=True),
            Field(
                "lead",
                Duration(timedelta(0), timedelta(days=14)),
                "đưa tệp ra trước giờ phát bao lâu, mặc định 10m",
                "how long before the start it is handed out, 10m by default",
            ),
            _LEAD_IN,
            Field(
                "format",
                Choice(tuple(Form)),
                "dạng tệp mà máy thu cần, mặc định mp3",
                "kind of file that its receivers need, mp3 by default",
            ),
        )
    ),
    "sound_card": Record(
        (_TYPE, Field("device", Text(limit=200, one_line=True), "thiết bị âm thanh", "sound device"), _LEAD_IN)
    ),
    "sms_file": Record(
        (
            _TYPE,
            Field(
                "path", SitePath("var"), "thư mục bàn giao, nằm trong var/", "hand-over folder in var/", required=True
            ),
            Field("keep_days", Whole(1, 3650), "xóa tệp sau bao nhiêu ngày", "days until a file is deleted"),
            Field("price_per_part", Whole(0, 100_000), "giá một tin ngắn, đồng", "price of one part, VND"),
            Field("rows_per_file", Whole(1, MAX_ROWS), "số dòng tối đa một tệp", "rows a file at most"),
            RETURNS,
        )
    ),
    "twilio": Record(
        (
            _TYPE,
            Field(
                "account",
                Secret(),
                "biến môi trường chứa mã tài khoản",
                "variable that holds the account",
                required=True,
            ),
            Field("token", Secret(), "biến môi trường chứa mã bí mật", "variable that holds the token", required=True),
            Field("sender", Text(limit=40, one_line=True), "tên người gửi đã đăng ký", "registered sender name"),
            Field("messaging_service", Text(limit=64, one_line=True), "mã dịch vụ gửi", "messaging service"),
            Field("base_url", BaseUrl(), "địa chỉ của nhà cung cấp", "address of the provider"),
            Field(
                "sender_in_text",
                Flag(),
                "nhà cung cấp có đòi tên người gửi đứng trong nội dung không; nếu thiếu, Loa đặt tên lên đầu tin",
                "whether the provider wants the sender's name in the text; Loa puts it in front where it is missing",
            ),
            Field("rate", Rate(), "số tin bắt đầu gửi mỗi giây, ví dụ 10/s", "messages started a second, as in 10/s"),
            Field(
                "timeout",
                Duration(timedelta(seconds=1), timedelta(seconds=60)),
                "chờ mỗi yêu cầu tối đa bao lâu, từ 1s đến 60s, mặc định 10s",
                "how long a request may take, 1s to 60s, 10s by default",
            ),
            Field(
                "max_batch",
                Whole(1, 200),
                "số tin gửi cùng lúc, mặc định 50",
                "messages on their way at the same time, 50 by default",
            ),
            Field("price_per_part", Whole(0, 100_000), "giá một tin ngắn, đồng", "price of one part, VND"),
            Field(
                "status_callback",
                PublicUrl(),
                "địa chỉ https công khai để Twilio báo kết quả; cần mục callbacks",
                "public https address that Twilio reports to; needs callbacks",
            ),
        )
    ),
    "http_sms": http_sms(_TYPE),
    RECEIVER_TYPE: receiver(_TYPE),
}

CHANNEL_MEDIA: Mapping[str, Medium] = {
    "folder": Medium.LOUDSPEAKER,
    "sound_card": Medium.LOUDSPEAKER,
    "sms_file": Medium.SMS,
    "twilio": Medium.SMS,
    "http_sms": Medium.SMS,
    RECEIVER_TYPE: Medium.LOUDSPEAKER,
}

DEFAULTS: Mapping[str, Mapping[str, Any]] = {
    "folder": {"lead": timedelta(minutes=10), "lead_in": LEAD_IN, "format": Form.MP3.value},
    "sound_card": {"device": "default", "lead_in": LEAD_IN},
    "sms_file": {"keep_days": 30, "price_per_part": 0, "rows_per_file": MAX_ROWS},
    "twilio": {
        "base_url": "https://api.twilio.com",
        "rate": 10,
        "timeout": timedelta(seconds=10),
        "max_batch": 50,
        "price_per_part": 0,
    },
    "http_sms": HTTP_SMS_DEFAULTS,
    RECEIVER_TYPE: RECEIVER_DEFAULTS,
}


class ChannelTable:
    """Ids of channels, each with its `type` and the settings of that type."""

    def read(self, node: Node, reading: Reading) -> Declared[ChannelSettings] | None:
        if not isinstance(node, documents.Mapping):
            refuse_shape(node, "expected_table", reading)
            return None
        declared: Declared[ChannelSettings] = Declared()
        for name, key in node.keys.items():
            start = len(reading.problems)
            channel, place = Identifier().read(key, reading), node.values[name]
            values = self._values(place, reading)
            if channel is None or not isinstance(place, documents.Mapping):
                continue
            declared.places[channel] = place
            if values is not None and not place.flawed and not reading.failed_since(start):
                kind = values.pop("type")
                declared.things[channel] = ChannelSettings(channel, kind, {**DEFAULTS[kind], **values})
        return declared

    def _values(self, node: Node, reading: Reading) -> dict[str, Any] | None:
        if not isinstance(node, documents.Mapping):
            refuse_shape(node, "expected_table", reading)
            return None
        if "type" not in node.values:
            reading.error(node, "key_missing", key="type")
            return None
        kind = Choice(tuple(CHANNEL_TYPES)).read(node.values["type"], reading)
        values = CHANNEL_TYPES[kind].read(node, reading) if kind else None
        if kind == "twilio" and values is not None and not {"sender", "messaging_service"} & set(node.keys):
            reading.error(node, "sender_missing")
        if kind == "http_sms" and values is not None:
            check_http_sms(node, values, reading)
        return values

    def schema(self) -> dict[str, Any]:
        kinds = []
        for name, record in CHANNEL_TYPES.items():
            schema = record.schema()
            schema["properties"]["type"] = {"const": name, "description": _TYPE.doc}
            kinds.append(schema)
        return {"type": "object", "additionalProperties": {"anyOf": kinds}}


SMS = Record((Field("channel", Named("channel"), "kênh tin nhắn mặc định", "default way out of SMS", required=True),))

CHANNELS = Record(
    (
        Field("channels", ChannelTable(), "các kênh phát và gửi", "the ways out", required=True),
        Field("sms", SMS, "đường gửi của danh bạ không nêu kênh", "way out of contact lists that name none"),
        Field(
            "callbacks",
            CALLBACKS,
            "cổng nhận báo kết quả tin nhắn; không có thì đài tự đi hỏi nhà cung cấp",
            "port at which providers report what became of SMS; without it the station asks them",
        ),
    )
)


@dataclass
class ChannelsFile:
    """`names_sms` is False where people have not said how SMS leave; otherwise `sms` is None because it is wrong."""

    channels: Declared[ChannelSettings] = field(default_factory=Declared)
    sms: str | None = None
    names_sms: bool = True
    callbacks: tuple[str, int] | None = None


def read_channels(node: Node, reading: Reading) -> ChannelsFile:
    """Channels in the order of the file, and the one of SMS that name none."""
    values = CHANNELS.read(node, reading) or {}
    found = ChannelsFile(values.get("channels") or Declared(), values.get("sms", {}).get("channel"))
    found.callbacks = values.get("callbacks", {}).get("listen")
    _refuse_shared_paths(found.channels, reading)
    _refuse_second_gate(found.channels, reading)
    if isinstance(node, documents.Mapping):
        found.names_sms = "sms" in node.values
        settings = found.channels.things.get(found.sms or "")
        if settings is not None and CHANNEL_MEDIA[settings.type] is not Medium.SMS:
            reading.error(node.values["sms"], "channel_not_sms", channel=settings.id)
            found.sms = None
    return found


def _refuse_second_gate(channels: Declared[ChannelSettings], reading: Reading) -> None:
    """A station has one port for its receivers, and one plan for each."""
    first = ""
    for settings, place in list(channels):
        if settings.type == RECEIVER_TYPE and first:
            reading.error(place, "receiver_channel_doubled", other=first)
            del channels.things[settings.id]
        elif settings.type == RECEIVER_TYPE:
            first = settings.id


def _refuse_shared_paths(channels: Declared[ChannelSettings], reading: Reading) -> None:
    """Each channel has a folder of its own, and none lies in that of another."""
    taken: dict[PurePosixPath, str] = {}
    around: dict[PurePosixPath, PurePosixPath] = {}  # folder → one of a channel within it
    for settings, place in list(channels):
        if "path" not in settings.values:
            continue
        path = PurePosixPath(settings.values["path"].casefold())
        nested = around.get(path) or next((each for each in path.parents if each in taken), None)
        if path in taken:
            reading.error(at(place, "path"), "path_shared", value=path, other=taken[path])
        elif nested is not None:
            reading.error(at(place, "path"), "path_nested", value=path, folder=nested, other=taken[nested])
        else:
            taken[path] = settings.id
            around.update(dict.fromkeys(path.parents, path))
            continue
        del channels.things[settings.id]
