"""Settings that are right: every key arrives with its type, what is absent has its default."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, time, timedelta
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import pytest

from pipeline.config.areas import read_areas
from pipeline.config.calendar import read_calendar
from pipeline.config.channels import CHANNEL_MEDIA, CHANNEL_TYPES, DEFAULTS, read_channels
from pipeline.config.lexicon import read_lexicon
from pipeline.config.report_channels import ReportChannel, read_report_channels
from pipeline.config.station import ApprovalSettings, VoiceSettings, read_station
from pipeline.config.topics import read_topics
from pipeline.documents import Node, parse
from pipeline.domain import Area, Audience, DayRange, Limits, Medium, SpeakerCluster, Topic, Window, YearDays
from pipeline.fields import Reading
from pipeline.protocol.plan import Volume

T = TypeVar("T")
DAILY = frozenset(range(7))


def _read(read: Callable[[Node, Reading], T], text: str) -> T:
    reading = Reading()
    node = parse(text, "config/a.yaml", reading.problems)
    assert node is not None
    found = read(node, reading)
    assert not reading.problems
    return found


def test_a_name_is_enough_for_a_station() -> None:
    station = _read(read_station, "name: Đài A\n")
    assert (station.name, station.timezone, station.mastering) == ("Đài A", ZoneInfo("Asia/Ho_Chi_Minh"), "horn")
    assert (station.windows, station.limits, station.approval) == ({}, Limits(), ApprovalSettings())
    assert station.voices == VoiceSettings(chain=("recorded", "espeak-ng"), rate=1.0, air_fallback="always")
    assert station.approval.editor_may_approve is False


def test_every_key_of_a_station_arrives() -> None:
    station = _read(
        read_station,
        """
name: Đài A
timezone: Europe/Berlin
windows:
  loudspeaker: {"17:00-24:00": weekend, "5:00-06:30": [mon, sun], rule: "Quy chế số 1"}
limits: {airtime_per_day: 1h30m, sms_per_number_per_day: 2}
approval: {editor_may_approve: true}
voices: {chain: [piper, gtts, espeak-ng], rate: 0.9, air_fallback: urgent_only}
mastering: fm
""",
    )
    hours = station.windows[Medium.LOUDSPEAKER]
    assert hours.rule == "Quy chế số 1"
    assert hours.windows == (
        Window(time(5), time(6, 30), frozenset({0, 6})),
        Window(time(17), time(0), frozenset({5, 6})),
    )
    assert Medium.SMS not in station.windows
    assert station.limits == Limits(timedelta(minutes=90), 2)
    assert station.approval.editor_may_approve
    assert station.voices == VoiceSettings(("piper", "gtts", "espeak-ng"), 0.9, "urgent_only")
    assert (station.timezone, station.mastering) == (ZoneInfo("Europe/Berlin"), "fm")


@pytest.mark.parametrize(
    "hours", ['"05:00-06:30": daily, "06:30-07:00": daily', '"05:00-07:00": [mon], "06:00-08:00": [tue]']
)
def test_windows_may_touch_and_may_overlap_on_different_days(hours: str) -> None:
    assert len(_read(read_station, f"name: A\nwindows: {{sms: {{{hours}}}}}\n").windows[Medium.SMS].windows) == 2


def test_areas_and_clusters_arrive_whole() -> None:
    found = _read(
        read_areas,
        """
areas:
  - {id: an-lao, name: An Lão}
  - {id: an-quang, code: 0113, name: Xã An Quang, parent: an-lao, valid_from: 2025-07-01}
  - {id: thon-cu, name: Thôn, parent: cu, valid_until: 2025-06-30}
  - {id: cu, name: Cũ, parent: an-lao, valid_from: 2025-06-30, valid_until: 2025-06-30, becomes: [an-quang]}
clusters:
  - id: c1
    name: Cụm 1
    area: an-quang
    channel: thu-muc
    address: {folder: c1, ghi-chú: "0113"}
    position: [20.81, 106.53]
""",
    )
    assert list(found.areas.things.values()) == [
        Area("an-lao", "An Lão"),
        Area("an-quang", "Xã An Quang", "0113", "an-lao", date(2025, 7, 1)),
        Area("thon-cu", "Thôn", "", "cu", None, date(2025, 6, 30)),
        Area("cu", "Cũ", "", "an-lao", date(2025, 6, 30), date(2025, 6, 30), ("an-quang",)),
    ]
    assert list(found.clusters.things.values()) == [
        SpeakerCluster("c1", "Cụm 1", "an-quang", "thu-muc", {"folder": "c1", "ghi-chú": "0113"}, (20.81, 106.53))
    ]


def test_the_members_of_a_circle_stand_without_a_parent() -> None:
    reading = Reading()
    text = "areas:\n- {id: a, name: A, parent: b}\n- {id: b, name: B, parent: c}\n- {id: c, name: C, parent: b}\n"
    node = parse(text, "config/areas.yaml", reading.problems)
    assert node is not None
    areas = read_areas(node, reading).areas.things
    assert {name: area.parent for name, area in areas.items()} == {"a": "b", "b": None, "c": None}
    assert [(each.code, each.line, each.params["areas"]) for each in reading.problems] == [
        ("area_cycle", 3, "b → c → b")
    ]


FULL: dict[str, dict[str, Any]] = {
    "folder": {"path": "var/playout", "lead": timedelta(0), "lead_in": timedelta(seconds=1.5), "format": "opus"},
    "sound_card": {"device": "hw:1", "lead_in": timedelta(seconds=2)},
    "receiver": {
        "listen": ("0.0.0.0", 8443),
        "address": "https://loa.xa.vn:8443",
        "broker": "mqtts://127.0.0.1:8883",
        "broker_address": "mqtts://loa.xa.vn:9883",
        "volumes": (
            Volume(Window(time(5), time(6), DAILY), -8.0),
            Volume(Window(time(22), time(0), DAILY), -20.5),
            Volume(Window(time(0), time(4), DAILY), -20.5),
        ),
        "lead_in": timedelta(seconds=3),
        "silent_after": timedelta(minutes=30),
        "keep_days": 90,
        "test_tone": {"days": frozenset({0}), "at": time(17)},
    },
    "sms_file": {
        "path": "var/a/b",
        "keep_days": 7,
        "price_per_part": 350,
        "rows_per_file": 5000,
        "returns": {
            "number": ("Thuê bao",),
            "status": ("KQ",),
            "reached": ("1", "OK"),
            "failed": {"2": "sms_unreachable"},
        },
    },
    "twilio": {
        "account": "LOA_ACCOUNT",
        "token": "LOA_TOKEN",
        "sender": "UBND-ANLAO",
        "messaging_service": "MG1",
        "base_url": "http://127.0.0.1:8080/x",
        "rate": 25,
        "timeout": timedelta(seconds=5),
        "max_batch": 20,
        "price_per_part": 350,
        "status_callback": "https://loa.xa.vn:8443/dai",
        "sender_in_text": True,
    },
    "http_sms": {
        "url": "https://sms.vn/send",
        "method": "put",
        "form": "form",
        "headers": {"Authorization": "Bearer {secret:LOA_T}"},
        "fields": {"to": ["{phone}"], "text": "{text}", "more": {"id": "{key}", "n": "{number:2}"}, "from": "{sender}"},
        "answer": {
            "code": ("a.0.b", r"regex: x=(\d+)"),
            "ref": "id",
            "sent": ("1", "http:201"),
            "repeated": ("2",),
            "unsent": {"3": "sms_no_credit"},
            "refused": {"4": "sms_bad_number"},
        },
        "key_holds": timedelta(hours=24),
        "ask": {
            "url": "http://127.0.0.1:8080/{ref}",
            "method": "post",
            "form": "query",
            "fields": {"id": "{key}"},
            "headers": {"X-Id": "{key}"},
            "code": ("s",),
            "ref": "r",
            "waiting": ("1",),
            "arrived": ("2",),
            "failed": {"3": "sms_expired"},
            "unlisted": ("4",),
            "lag": timedelta(seconds=90),
        },
        "sender": "LOA",
        "rate": 5,
        "timeout": timedelta(seconds=7),
        "at_once": 4,
        "price_per_part": 350,
        "sender_in_text": True,
    },
}
WRITTEN = {
    "folder": "path: var/./playout, lead: 0m, lead_in: 1500ms, format: opus",
    "sound_card": "device: hw:1, lead_in: 2s",
    "receiver": "listen: '0.0.0.0:8443', address: 'https://loa.xa.vn:8443/', broker: 'mqtts://127.0.0.1', "
    "broker_address: 'mqtts://loa.xa.vn:9883', volumes: {'05:00-06:00': -8, '22:00-04:00': -20.5}, lead_in: 3s, "
    "silent_after: 30m, keep_days: 90, test_tone: {days: [mon], at: '17:00'}",
    "sms_file": "path: var/a/b, keep_days: 7, price_per_part: 350, rows_per_file: 5000, "
    "returns: {number: Thuê bao, status: KQ, reached: ['1', OK], failed: {'2': unreachable}}",
    "twilio": "account: env:LOA_ACCOUNT, token: env:LOA_TOKEN, sender: UBND-ANLAO, messaging_service: MG1, "
    "base_url: 'http://127.0.0.1:8080/x/', rate: 25/s, timeout: 5s, max_batch: 20, price_per_part: 350, "
    "status_callback: 'https://loa.xa.vn:8443/dai/', sender_in_text: true",
    "http_sms": """
      url: https://sms.vn/send, method: put, form: form, headers: {Authorization: "Bearer {secret:LOA_T}"},
      fields: {to: ["{phone}"], text: "{text}", more: {id: "{key}", n: "{number:2}"}, from: "{sender}"},
      answer: {code: [a.0.b, 'regex: x=(\\d+)'], ref: id, sent: ["1", "http:201"], repeated: ["2"],
               unsent: {"3": no_credit}, refused: {"4": bad_number}},
      key_holds: 24h,
      ask: {url: "http://127.0.0.1:8080/{ref}", method: post, form: query, fields: {id: "{key}"},
            headers: {X-Id: "{key}"}, code: s, ref: r, waiting: ["1"], arrived: ["2"], failed: {"3": expired},
            unlisted: ["4"], lag: 90s},
      sender: LOA, rate: 5/s, timeout: 7s, at_once: 4, price_per_part: 350, sender_in_text: true""",
}
LEAST = {
    "folder": "path: var/playout",
    "sound_card": "",
    "receiver": "listen: '127.0.0.1:8443', address: 'https://127.0.0.1:8443'",
    "sms_file": "path: var/handover",
    "twilio": "account: env:LOA_ACCOUNT, token: env:LOA_TOKEN, sender: UBND",
    "http_sms": 'url: "https://x.vn/", fields: {to: "{phone}", text: "{text}"}, answer: {sent: ["http:200"]}',
}


def _channel(kind: str, settings: str) -> dict[str, Any]:
    reading = Reading()
    node = parse(f"channels: {{x: {{type: {kind}, {settings}}}}}", "config/channels.yaml", reading.problems)
    assert node is not None
    found = read_channels(node, reading).channels.things["x"]
    assert not reading.problems.errors
    assert (found.id, found.type) == ("x", kind)
    return dict(found.values)


@pytest.mark.parametrize("kind", list(CHANNEL_TYPES))
def test_every_setting_of_a_channel_arrives_with_its_type(kind: str) -> None:
    assert _channel(kind, WRITTEN[kind]) == FULL[kind]
    assert set(FULL[kind]) == {each.name for each in CHANNEL_TYPES[kind].fields} - {"type"}


@pytest.mark.parametrize("kind", list(CHANNEL_TYPES))
def test_what_a_channel_leaves_out_has_its_default(kind: str) -> None:
    assert _channel(kind, LEAST[kind]).items() >= DEFAULTS[kind].items()
    assert set(DEFAULTS[kind]) <= {each.name for each in CHANNEL_TYPES[kind].fields}
    assert kind in CHANNEL_MEDIA


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.9.9.9", "[::1]"])
def test_plain_http_is_for_loopback(host: str) -> None:
    assert _channel("twilio", f"{LEAST['twilio']}, base_url: 'http://{host}:80'")["base_url"] == f"http://{host}:80"


def test_topics_and_audiences_arrive() -> None:
    found = _read(read_topics, 'topics: [{id: "01", name: A}]\naudiences: [{id: b, name: B}]\n')
    assert found.topics.things == {"01": Topic("01", "A")}
    assert found.audiences.things == {"b": Audience("b", "B")}


def test_sets_of_days_arrive_in_every_form() -> None:
    text = """
sets:
  tet: [{lunar: "12-28..01-05"}, {lunar: 3-10}, {yearly: "02-29"}, {yearly: 12-30..01-02}]
  quoc-tang: [2026-12-01..2026-12-02, 2026-12-05]
  mot: 2026-12-05
  trong: []
"""
    assert _read(read_calendar, text).sets == {
        "tet": (
            YearDays((12, 28), (1, 5), lunar=True),
            YearDays((3, 10), (3, 10), lunar=True),
            YearDays((2, 29), (2, 29)),
            YearDays((12, 30), (1, 2)),
        ),
        "quoc-tang": (
            DayRange(date(2026, 12, 1), date(2026, 12, 2)),
            DayRange(date(2026, 12, 5), date(2026, 12, 5)),
        ),
        "mot": (DayRange(date(2026, 12, 5), date(2026, 12, 5)),),
        "trong": (),
    }


def test_readings_arrive_in_their_order() -> None:
    text = """
readings:
  - {write: CCB, read: cựu chiến binh}
  - {write: TT, read: a, after: [Văn hóa]}
  - {write: TT, read: b, before: x}
"""
    assert [(each.write, each.read, each.after, each.before) for each in _read(read_lexicon, text)] == [
        ("CCB", "cựu chiến binh", (), ()),
        ("TT", "a", ("Văn hóa",), ()),
        ("TT", "b", (), ("x",)),
    ]


def test_report_channels_arrive_with_the_last_day_they_are_vouched_for() -> None:
    text = """
report_channels:
  - {id: "156", read: một năm sáu, for: cuộc gọi rác, checked: 2026-11-01, valid_days: 30}
  - {id: canhbao.khonggianmang.vn, read: trang, for: lừa đảo, checked: 2026-11-01}
"""
    found = _read(read_report_channels, text).things
    assert found["156"] == ReportChannel("156", "một năm sáu", "cuộc gọi rác", date(2026, 11, 1), 30)
    assert found["156"].valid_until == date(2026, 12, 1)
    assert found["canhbao.khonggianmang.vn"].valid_days == 365


@pytest.mark.parametrize(
    "url", ["http://loa.xa.vn", "http://127.0.0.1:8085", "https://localhost", "https://u:p@x.vn", "x"]
)
def test_reports_are_only_asked_for_where_a_provider_can_reach(url: str) -> None:
    reading = Reading()
    settings = f"{{type: twilio, {LEAST['twilio']}, status_callback: '{url}'}}"
    node = parse(f"channels:\n  a: {settings}\n", "config/channels.yaml", reading.problems)
    assert node is not None
    read_channels(node, reading)
    assert {each.code for each in reading.problems} <= {"url_not_public", "url_not_https", "bad_url"}
    assert reading.problems


@pytest.mark.parametrize(
    ("listen", "read"),
    [("127.0.0.1:8085", ("127.0.0.1", 8085)), ("'[::1]:8080'", ("::1", 8080))],
)
def test_the_ear_listens_at_an_address_of_this_machine(listen: str, read: tuple[str, int]) -> None:
    assert _callbacks(listen) == (read, [])


@pytest.mark.parametrize(
    ("listen", "told"),
    [("0.0.0.0:80", ["listen_to_all", "listen_port_low"]), ("127.0.0.1:1023", ["listen_port_low"])],
)
def test_a_port_that_is_open_to_all_or_that_only_root_may_open_is_told(listen: str, told: list[str]) -> None:
    assert _callbacks(listen)[1] == told


@pytest.mark.parametrize("listen", ["8085", "loa.vn:80", "127.0.0.1:0", "127.0.0.1:65536", "127.0.0.1:٨٠", "':80'"])
def test_what_is_no_address_and_port_is_refused(listen: str) -> None:
    assert _callbacks(listen) == (None, ["bad_listen"])


def _callbacks(listen: str) -> tuple[tuple[str, int] | None, list[str]]:
    reading = Reading()
    text = f"channels: {{a: {{type: folder, path: var/x}}}}\ncallbacks: {{listen: {listen}}}\n"
    node = parse(text, "config/channels.yaml", reading.problems)
    assert node is not None
    return read_channels(node, reading).callbacks, [each.code for each in reading.problems]
