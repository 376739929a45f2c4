"""A small stick for tests, with sounds that are only bytes."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from pipeline.bundle.contents import Contents, LeftOut, Line, Place, Single
from pipeline.domain import Bulletin, Category, Recording, Source

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
START = datetime(2026, 11, 23, 17, 0, tzinfo=ZONE)
FIRST, LAST = date(2026, 11, 23), date(2026, 11, 29)
HOSTILE = '=HYPERLINK("http://x") <script>alert(1)</script> & \'"'


def bulletin(id: str = "deepfake", title: str = "Cuộc gọi giả giọng", **values: Any) -> Bulletin:
    source = Source("Công an thành phố Hải Phòng", "Kế hoạch 1")
    given = {"text": "Thưa bà con.\n\nHãy gọi lại số quen.", **values}
    return Bulletin(id, title, "2", Category.TRICK, source, **given)


def recording(folder: Path, sound: bytes = b"sound", seconds: float = 90.0) -> Recording:
    sha256 = hashlib.sha256(sound).hexdigest()
    path = folder / f"{sha256}.mp3"
    path.write_bytes(sound)
    return Recording(sha256, path, seconds, -16.0, -1.5, "espeak-ng/vi", False)


def line(code: str, made: Recording, file: str, start: datetime = START, cluster: str = "an-quang-01") -> Line:
    place = Place("an-quang", "Xã An Quang", cluster, f"Cụm loa {cluster}")
    return Line(code, ("canh-bao", "chieu", start), start, place, "Cảnh báo lừa đảo", ("deepfake",), made, file)


def contents(folder: Path, **values: Any) -> Contents:
    """Two clusters hear one airing on Monday; `deepfake` stands alone too."""
    sound, alone = recording(folder), recording(folder, b"alone", 40.0)
    file = "01-an-quang/2026-11-23-thu-hai/01-17h00-canh-bao-lua-dao.mp3"
    found = Contents(
        id="usb-20261123-4f7kq",
        station="Đài thử nghiệm",
        made_at=START - timedelta(hours=9),
        first=FIRST,
        last=LAST,
        areas=("an-quang",),
        lines=(line("001", sound, file), line("002", sound, file, cluster="an-quang-02")),
        singles=(Single("T01", "deepfake", alone, LAST, "luu-dong/01-deepfake.mp3"),),
        bulletins={"deepfake": bulletin()},
        reports={"deepfake": ("156", "113")},
        left_out=(LeftOut("khoa-sim", "not_approved"),),
    )
    return replace(found, **values)
