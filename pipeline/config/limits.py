"""The ceilings of config/station.yaml: airtime, SMS, and from how far two clusters are heard at once."""

from __future__ import annotations

import re
from typing import Any

from pipeline.documents import Node
from pipeline.fields import Duration, Field, Reading, Record, Text, Whole, scalar, shown

FARTHEST_M = 5_000.0  # a horn is heard no farther
_DISTANCE = re.compile(r"(\d{1,5}(?:\.\d{1,3})?) ?(m|km)", re.ASCII)


class Distance:
    """A distance, `400m` or `1.5km`, in metres; `0m` is none."""

    def read(self, node: Node, reading: Reading) -> float | None:
        value = scalar(node, reading)
        if value is None:
            return None
        match = _DISTANCE.fullmatch(value.strip())
        if match is None:
            reading.error(node, "bad_distance", value=shown(value))
            return None
        metres = float(match[1]) * (1000 if match[2] == "km" else 1)
        if metres > FARTHEST_M:
            reading.error(node, "distance_out_of_range", value=shown(value), high=f"{FARTHEST_M:g}m")
            return None
        return metres

    def schema(self) -> dict[str, Any]:
        return {"type": "string", "pattern": r"^\d{1,5}(\.\d{1,3})? ?(m|km)$"}


LIMITS = Record(
    (
        Field(
            "airtime_per_day", Duration(), "thời lượng phát tối đa mỗi ngày của một cụm loa", "airtime a cluster a day"
        ),
        Field(
            "sms_per_number_per_day",
            Whole(1, 100),
            "số tin nhắn tối đa mỗi số mỗi ngày",
            "SMS a number and day at most",
        ),
        Field(
            "hearing_distance",
            Distance(),
            "hai cụm loa gần nhau hơn mức này (theo position) thì nghe lẫn tiếng nhau: 400m, 1.5km; mặc định 300m, 0m"
            " là không xét",
            "clusters nearer to each other than this (by position) are heard at once: 400m, 1.5km; 300m by default, 0m"
            " for none",
        ),
        Field(
            "rule",
            Text(limit=300, one_line=True),
            "quy định mà các mức này dựa vào",
            "the rule these ceilings come from",
        ),
    )
)
