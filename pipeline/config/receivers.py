"""`type: receiver` of config/channels.yaml: Loa's own receivers at the communes, and where they reach the station."""

from __future__ import annotations

import re
from datetime import time, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from pipeline import documents
from pipeline.config.callbacks import Listen
from pipeline.config.entries import Declared, at
from pipeline.config.online import BaseUrl
from pipeline.documents import Node
from pipeline.domain import Window, Windows
from pipeline.fields import (
    ClockTime,
    Duration,
    Field,
    Number,
    Reading,
    Record,
    Weekdays,
    Whole,
    parse_hours,
    refuse_shape,
    scalar,
    shown,
)
from pipeline.protocol.plan import LOUDEST_DB, QUIETEST_DB, Volume

if TYPE_CHECKING:
    from pipeline.config.channels import ChannelSettings

RECEIVER_TYPE = "receiver"
NEUTRAL = "loa"
ADAPTERS = (NEUTRAL,)  # what a cluster's `address: {adapter: …}` may name; pipeline/fleet/adapters/registry.py has them
LEAD_IN = timedelta(seconds=2)
SILENT_AFTER = timedelta(minutes=15)
KEEP_DAYS = 400  # a year, and a month in which people ask about it
FEWEST_DAYS = 30  # hearings of a week, machines that were away for weeks
RECEIVER_DEFAULTS = {"keep_days": KEEP_DAYS, "lead_in": LEAD_IN, "silent_after": SILENT_AFTER, "volumes": ()}


class StationAddress(BaseUrl):
    """The https address by which the receivers reach this station: a host and a port, no path."""

    def read(self, node: Node, reading: Reading) -> str | None:
        value = super().read(node, reading)
        if value is None:
            return None
        url = urlsplit(value)
        if url.scheme == "https" and not url.path:
            return value
        reading.error(node, "bad_station_address", value=shown(value))
        return None

    def schema(self) -> dict[str, Any]:
        return {"type": "string", "pattern": "^https://[^/]+/?$"}


class BrokerUrl:
    """`mqtts://host:8883`: a broker, always over TLS. Reads to the address with its port."""

    def read(self, node: Node, reading: Reading) -> str | None:
        value = scalar(node, reading)
        if value is None:
            return None
        try:
            url = urlsplit(value.strip())
            host, port = url.hostname, url.port
        except ValueError:
            host, port = None, None
        else:
            if url.scheme != "mqtts" or url.path.strip("/") or url.query or url.fragment or url.username:
                host = None
        if not host or port == 0 or re.search(r"[\s@]", value.strip()):
            reading.error(node, "bad_broker", value=shown(value))
            return None
        return f"mqtts://{f'[{host}]' if ':' in host else host}:{port or 8883}"

    def schema(self) -> dict[str, Any]:
        return {"type": "string", "pattern": "^mqtts://"}


class VolumeTable:
    """`"05:00-06:30": -8`: how many dB quieter than recorded in these hours of every day."""

    def read(self, node: Node, reading: Reading) -> tuple[Volume, ...] | None:
        if not isinstance(node, documents.Mapping):
            refuse_shape(node, "expected_table", reading)
            return None
        volumes: list[Volume] = []
        for name, key in node.keys.items():
            hours = parse_hours(key.value.strip())
            gain = Number(QUIETEST_DB, LOUDEST_DB).read(node.values[name], reading)
            if hours is None:
                reading.error(key, "bad_hours", value=shown(key.value))
            elif hours[0] == hours[1]:
                reading.error(key, "hours_reversed", value=key.value)
            elif gain is not None:
                volumes += [Volume(window, gain) for window in _windows(*hours)]
        return tuple(volumes)

    def schema(self) -> dict[str, Any]:
        hours = r"^([01]?\d|2[0-3]):[0-5]\d-([01]?\d|2[0-4]):[0-5]\d$"
        return {
            "type": "object",
            "patternProperties": {hours: Number(QUIETEST_DB, LOUDEST_DB).schema()},
            "additionalProperties": False,
        }


def _windows(first: time, last: time) -> list[Window]:
    """Hours of every day; those that run over midnight are two."""
    daily, midnight = frozenset(range(7)), time(0)
    if last == midnight or first < last:
        return [Window(first, last, daily)]
    return [Window(first, midnight, daily), Window(midnight, last, daily)]


TEST_TONE = Record(
    (
        Field("days", Weekdays(), "những ngày phát tiếng thử", "days of the test tone", required=True),
        Field("at", ClockTime(), "giờ phát tiếng thử", "time of the test tone", required=True),
    )
)


def receiver(kind: Field) -> Record:
    """The settings of `type: receiver`."""
    return Record(
        (
            kind,
            Field(
                "listen",
                Listen(to_all=True),
                "địa chỉ và cổng của máy này để máy thu kết nối, ví dụ 0.0.0.0:8443",
                "address and port of this machine that receivers connect to, as in 0.0.0.0:8443",
                required=True,
            ),
            Field(
                "address",
                StationAddress(),
                "địa chỉ https mà máy thu ở xã dùng để đến đài",
                "https address by which the receivers reach the station",
                required=True,
            ),
            Field(
                "broker",
                BrokerUrl(),
                "máy chủ MQTT, ví dụ mqtts://127.0.0.1:8883; không có thì máy thu hỏi đài mỗi phút",
                "MQTT broker, as in mqtts://127.0.0.1:8883; without one receivers ask the station every minute",
            ),
            Field(
                "broker_address",
                BrokerUrl(),
                "địa chỉ MQTT mà máy thu dùng, nếu khác broker",
                "address of the broker as receivers reach it, where it is another",
            ),
            Field(
                "volumes",
                VolumeTable(),
                'nhỏ hơn bản thu bao nhiêu dB theo giờ, ví dụ {"05:00-06:00": -8}',
                'how many dB quieter than recorded, by hours, as in {"05:00-06:00": -8}',
            ),
            Field(
                "lead_in",
                Duration(timedelta(0), timedelta(seconds=30)),
                "bật âm ly trước tiếng đầu tiên bao lâu, mặc định 2s",
                "how long before the first sound the amplifier is switched on, 2s by default",
            ),
            Field(
                "silent_after",
                Duration(timedelta(minutes=2), timedelta(days=1)),
                "không có tin bao lâu thì coi là mất liên lạc, mặc định 15m",
                "without news for how long a receiver counts as out of contact, 15m by default",
            ),
            Field(
                "keep_days",
                Whole(FEWEST_DAYS, 3650),
                "giữ từng dòng nhật ký máy thu gửi về bao nhiêu ngày, mặc định 400; biên nhận thì giữ mãi",
                "days for which each entry of the receivers' journals is kept, 400 by default; receipts stay for good",
            ),
            Field("test_tone", TEST_TONE, "tiếng thử theo lịch", "test tone on a schedule"),
        )
    )


def check_tones(channels: Declared[ChannelSettings], windows: Windows | None, reading: Reading) -> None:
    """A test tone is heard by everybody: it falls into allowed hours on each of its days."""
    for settings, place in channels:
        tone = settings.values.get("test_tone") if settings.type == RECEIVER_TYPE else None
        if tone and "days" in tone and "at" in tone and not _allows(windows, tone["days"], tone["at"]):
            reading.error(at(place, "test_tone"), "test_tone_outside_hours", at=f"{tone['at']:%H:%M}")


def _allows(windows: Windows | None, days: frozenset[int], moment: time) -> bool:
    if windows is None:
        return True
    return all(
        any(
            day in each.days and each.first <= moment and (moment < each.last or each.last == time(0))
            for each in windows.windows
        )
        for day in days
    )
