"""`order:` of config/station.yaml: who decides where two PRIORITY airings want the same loudspeakers."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.fields import Choice, Field, ListOf, Record, Text

COLLISIONS = (ASK, CONFIGURED) = ("ask", "configured")


@dataclass(frozen=True, slots=True)
class OrderSettings:
    """`ask`: a person decides, and `programmes` is followed where nobody does in time; `configured`: always."""

    collisions: str = ASK
    programmes: tuple[str, ...] = ()


ORDER = Record(
    (
        Field(
            "collisions",
            Choice(COLLISIONS),
            "hai lượt ưu tiên trùng giờ trên cùng cụm loa: ask (chờ người trực quyết định, mặc định) hay configured"
            " (theo “programmes”)",
            "two PRIORITY airings at once on a cluster: ask (a person decides, the default) or configured"
            " (by “programmes”)",
        ),
        Field(
            "programmes",
            ListOf(Text(limit=100, one_line=True)),
            "mã các chương trình theo thứ tự đi trước; không ghi thì đi sau; _send là bản tin phát ngoài lịch",
            "ids of programmes, the first goes first; those not named follow; _send is what “loa send” airs",
        ),
    )
)
