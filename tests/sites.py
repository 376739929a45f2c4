"""A small complete site for tests, written file by file so that a test can change one of them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

STATION = """\
name: Đài thử nghiệm
timezone: Asia/Ho_Chi_Minh
windows:
  loudspeaker: {"05:00-06:30": daily, "17:00-19:00": daily, rule: Quy chế số 1}
  sms: {"07:00-21:30": daily}
limits: {airtime_per_day: 60m, sms_per_number_per_day: 1}
voices: {chain: [recorded, espeak-ng]}
mastering: horn
"""
AREAS = """\
areas:
  - {id: an-lao, name: Khu vực An Lão}
  - {id: an-quang, name: Xã An Quang, parent: an-lao, valid_from: 2025-07-01}
  - {id: an-hung, name: Xã An Hưng, parent: an-lao, valid_from: 2025-07-01}
clusters:
  - {id: an-quang-01, name: Cụm loa Quang Hưng, area: an-quang, channel: thu-muc, address: {folder: an-quang-01}}
  - {id: an-hung-01, name: Cụm loa Chiến Thắng, area: an-hung, channel: thu-muc, address: {folder: an-hung-01}}
"""
CHANNELS = """\
channels:
  thu-muc: {type: folder, path: var/playout}
  ban-giao: {type: sms_file, path: var/handover}
sms: {channel: ban-giao}
"""
TOPICS = """\
topics:
  - {id: "2", name: Deepfake}
  - {id: "14", name: Giả danh công an}
audiences:
  - {id: nguoi-cao-tuoi, name: Người cao tuổi}
"""
CALENDAR = "sets: {tet: [{lunar: '12-28..01-05'}]}\n"
PROGRAMME = """\
programme: canh-bao
title: Cảnh báo lừa đảo
from: 2026-11-23
slots:
  - id: chieu
    days: [mon, wed, fri]
    at: "17:00"
    medium: loudspeaker
    areas: [an-lao]
    length: 10m
    play: {bulletins: [gia-danh-cong-an, deepfake]}
  - id: nhan-tin
    days: [sat]
    at: "09:00"
    medium: sms
    contacts: [to-truong]
    play: {bulletins: [gia-danh-cong-an]}
except: [tet]
"""
SCRIPT = """\
---
title: Giả danh công an, viện kiểm sát, tòa án
topic: "14"
category: thu-doan
source: {name: Công an thành phố Hải Phòng}
sms: "Canh bao: cong an khong lam viec qua dien thoai. Goi 113."
---
Thưa bà con. Công an không làm việc qua điện thoại.

Nghi ngờ bị lừa đảo, hãy gọi 113.
"""
OTHER_SCRIPT = """\
---
title: Cuộc gọi giả giọng, giả mặt
topic: "2"
category: thu-doan
source: {name: Công an thành phố Hải Phòng}
---
Có kẻ giả giọng người thân để vay tiền. Hãy tắt máy và gọi lại số quen.
"""

FILES: Mapping[str, str] = {
    "config/station.yaml": STATION,
    "config/areas.yaml": AREAS,
    "config/channels.yaml": CHANNELS,
    "config/topics.yaml": TOPICS,
    "config/calendar.yaml": CALENDAR,
    "schedules/canh-bao.yaml": PROGRAMME,
    "scripts_audio/gia-danh-cong-an.md": SCRIPT,
    "scripts_audio/deepfake.md": OTHER_SCRIPT,
}


def write_site(root: Path, changes: Mapping[str, str | None] | None = None) -> Path:
    """The small site under `root`; `changes` replaces files by path, or leaves one out where the text is None."""
    for name, text in {**FILES, **(changes or {})}.items():
        if text is not None:
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
    return root


def approve_all(root: Path) -> None:
    """Let everything the site holds be accepted, in its own database."""
    from pipeline.app import open_store
    from pipeline.site import load_site
    from tests.people import approve_everything

    store = open_store(root)
    approve_everything(load_site(root), store)
    store.close()
