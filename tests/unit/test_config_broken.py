"""One slip in one file of a site that is whole otherwise: what is said of it, and where."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

import pytest

from pipeline.errors import Problem, Severity
from pipeline.messages import CATALOGUE, render
from pipeline.site import load_site
from tests.sites import AREAS, CHANNELS, SCRIPT, TOPICS, write_site

STATION_FILE = "config/station.yaml"
AREAS_FILE = "config/areas.yaml"
CHANNELS_FILE = "config/channels.yaml"
TOPICS_FILE = "config/topics.yaml"
CALENDAR_FILE = "config/calendar.yaml"
LEXICON_FILE = "config/lexicon.yaml"
REPORT_FILE = "config/report_channels.yaml"
SCRIPT_FILE = "scripts_audio/gia-danh-cong-an.md"


class Slip(NamedTuple):
    file: str
    text: str
    code: str
    line: int
    column: int


def _areas(*lines: str) -> str:
    return AREAS.replace("clusters:\n", "".join(f"  - {line}\n" for line in lines) + "clusters:\n")


def _clusters(*lines: str) -> str:
    return AREAS + "".join(f"  - {line}\n" for line in lines)


def _channels(*lines: str) -> str:
    return CHANNELS.replace("sms: {", "".join(f"  {line}\n" for line in lines) + "sms: {")


def _front(line: str) -> str:
    return SCRIPT.replace("category: thu-doan\n", f"category: thu-doan\n{line}\n")


TWILIO = "tin-nhan: {type: twilio, account: env:LOA_ACCOUNT, token: env:LOA_TOKEN, sender: UBND"

YAML_SLIPS = [
    Slip(STATION_FILE, "", "empty_file", 1, 1),
    Slip(STATION_FILE, "# only a comment\n", "empty_file", 1, 1),
    Slip(STATION_FILE, "name: A\n\tmastering: horn\n", "yaml_tab", 2, 1),
    Slip(STATION_FILE, "name: Đài: An Lão\n", "yaml_colon", 1, 10),
    Slip(STATION_FILE, 'name: "Đài An Lão\nmastering: horn\n', "yaml_quote_open", 1, 7),
    Slip(STATION_FILE, "name: A\nvoices: {chain: [recorded, gtts}\n", "yaml_bracket_open", 2, 17),
    Slip(STATION_FILE, "name: A\nlimits:\n  airtime_per_day: 60m\n sms_per_number_per_day: 1\n", "yaml_indent", 4, 2),
    Slip(STATION_FILE, "name: A\nmastering\nlimits: {airtime_per_day: 60m}\n", "yaml_no_colon", 2, 1),
    Slip(STATION_FILE, "name: @home\n", "yaml_character", 1, 7),
    Slip(STATION_FILE, 'name: "C:\\Loa"\n', "yaml_escape", 1, 7),
    Slip(STATION_FILE, 'name: "C:\\new\\qua"\n', "yaml_escape", 1, 14),
    Slip(STATION_FILE, 'name: "A\\0B"\n', "yaml_escape", 1, 7),
    Slip(STATION_FILE, "name: A\n---\nname: B\n", "yaml_many_documents", 2, 1),
    Slip(STATION_FILE, "name: &tên Đài\n", "yaml_anchor", 1, 7),
    Slip(STATION_FILE, "name: *tên\n", "yaml_anchor", 1, 7),
    Slip(STATION_FILE, "name: !!str Đài\n", "yaml_tag", 1, 7),
    Slip(STATION_FILE, "name: A\nname: B\n", "key_doubled", 2, 1),
    Slip(STATION_FILE, "name: A\n[1, 2]: B\n", "key_not_text", 2, 1),
    Slip(STATION_FILE, "name: " + "[" * 20 + "]" * 20 + "\n", "yaml_too_deep", 1, 22),
    Slip(STATION_FILE, "name: A\x07B\n", "control_character", 1, 8),
    Slip(STATION_FILE, "name: A\u2028B\n", "control_character", 1, 8),
    Slip(STATION_FILE, "- name\n", "expected_table", 1, 1),
]

STATION_SLIPS = [
    Slip(STATION_FILE, "mastering: horn\n", "key_missing", 1, 1),
    Slip(STATION_FILE, "name:\n", "value_missing", 1, 1),
    Slip(STATION_FILE, 'name: " "\n', "text_empty", 1, 7),
    Slip(STATION_FILE, "name: [A]\n", "expected_text", 1, 7),
    Slip(STATION_FILE, "name: |\n  A\n  B\n", "text_many_lines", 1, 7),
    Slip(STATION_FILE, f"name: {'A' * 201}\n", "text_too_long", 1, 7),
    Slip(STATION_FILE, "name: A\ntimezon: Asia/Ho_Chi_Minh\n", "key_unknown_close", 2, 1),
    Slip(STATION_FILE, "name: A\nmàu: đỏ\n", "key_unknown", 2, 1),
    Slip(STATION_FILE, "name: A\ntimezone: Asia/Hanoi\n", "bad_timezone", 2, 11),
    Slip(STATION_FILE, "name: A\ntimezone: ../../etc/passwd\n", "bad_timezone", 2, 11),
    Slip(STATION_FILE, "name: A\ntimezone: localtime\n", "bad_timezone", 2, 11),
    Slip(STATION_FILE, "name: A\ntimezone: posixrules\n", "bad_timezone", 2, 11),
    Slip(STATION_FILE, "name: A\ntimezone: Factory\n", "bad_timezone", 2, 11),
    Slip(STATION_FILE, "name: A\ntimezone: right/Asia/Ho_Chi_Minh\n", "bad_timezone", 2, 11),
    Slip(STATION_FILE, "name: A\ufeffB\n", "control_character", 1, 8),
    Slip(STATION_FILE, 'name: A\nwindows:\n  sms: {"7h-21h": daily}\n', "bad_hours", 3, 9),
    Slip(STATION_FILE, 'name: A\nwindows:\n  sms: {"07:00-25:00": daily}\n', "bad_hours", 3, 9),
    Slip(STATION_FILE, 'name: A\nwindows:\n  sms: {"07:00-0:00": daily}\n', "bad_hours", 3, 9),
    Slip(STATION_FILE, 'name: A\nwindows:\n  sms: {"22:00-05:00": daily}\n', "hours_reversed", 3, 9),
    Slip(STATION_FILE, 'name: A\nwindows:\n  sms: {"07:00-07:00": daily}\n', "hours_reversed", 3, 9),
    Slip(
        STATION_FILE,
        'name: A\nwindows:\n  sms: {"07:00-12:00": daily, "11:00-24:00": [mon]}\n',
        "hours_overlap",
        3,
        31,
    ),
    Slip(STATION_FILE, 'name: A\nwindows:\n  sms: {"07:00-12:00": mon}\n', "day_not_in_list", 3, 24),
    Slip(STATION_FILE, 'name: A\nwindows:\n  sms: {"07:00-12:00": [daily]}\n', "day_word_in_list", 3, 25),
    Slip(STATION_FILE, 'name: A\nwindows:\n  sms: {"07:00-12:00": [mon, mon]}\n', "list_doubled", 3, 30),
    Slip(STATION_FILE, 'name: A\nwindows:\n  sms: {"07:00-12:00": []}\n', "list_empty", 3, 24),
    Slip(STATION_FILE, "name: A\nwindows:\n  sms: {rule: Quy chế}\n", "windows_empty", 3, 8),
    Slip(STATION_FILE, "name: A\nwindows: daily\n", "expected_table", 2, 10),
    Slip(STATION_FILE, "name: A\nlimits: {airtime_per_day: 60}\n", "bad_duration", 2, 27),
    Slip(STATION_FILE, "name: A\nlimits: {airtime_per_day: 25h}\n", "duration_out_of_range", 2, 27),
    Slip(STATION_FILE, "name: A\nlimits: {sms_per_number_per_day: 0}\n", "number_out_of_range", 2, 34),
    Slip(STATION_FILE, "name: A\nlimits: {sms_per_number_per_day: một}\n", "bad_whole_number", 2, 34),
    Slip(STATION_FILE, "name: A\napproval: {editor_may_approve: no}\n", "bad_flag", 2, 32),
    Slip(STATION_FILE, "name: A\nvoices: {chain: gtts}\n", "expected_list", 2, 17),
    Slip(STATION_FILE, "name: A\nvoices: {chain: [gtss]}\n", "bad_choice_close", 2, 18),
    Slip(STATION_FILE, "name: A\nvoices: {rate: nhanh}\n", "bad_number", 2, 16),
    Slip(STATION_FILE, "name: A\nvoices: {rate: 3.5}\n", "number_out_of_range", 2, 16),
    Slip(STATION_FILE, "name: A\nvoices: {air_fallback: sometimes}\n", "bad_choice", 2, 24),
    Slip(STATION_FILE, "name: A\nvoices: {espeak: northern}\n", "bad_choice_close", 2, 18),
    Slip(STATION_FILE, "name: A\nvoices: {gtts_tld: evil.example}\n", "bad_choice", 2, 20),
    Slip(STATION_FILE, "name: A\nvoices: {piper: ../giong}\n", "bad_format", 2, 17),
    Slip(STATION_FILE, "name: A\nvoices: {piper_program: piper --cuda}\n", "bad_format", 2, 25),
    Slip(STATION_FILE, "name: A\nvoices: {piper_program: ../piper}\n", "bad_format", 2, 25),
    Slip(STATION_FILE, "name: A\nvoices: {pauses: {sentence: 350}}\n", "bad_short_duration", 2, 29),
    Slip(STATION_FILE, "name: A\nvoices: {pauses: {sentence: 1s500ms}}\n", "bad_short_duration", 2, 29),
    Slip(STATION_FILE, "name: A\nvoices: {pauses: {paragraph: 6s}}\n", "duration_out_of_range", 2, 30),
    Slip(STATION_FILE, "name: A\nvoices: {pauses: {paragraph: 5001ms}}\n", "duration_out_of_range", 2, 30),
    Slip(STATION_FILE, "name: A\nvoices: {pauses: 350ms}\n", "expected_table", 2, 18),
    Slip(STATION_FILE, "name: A\nvoices: {say_twice: true}\n", "expected_table", 2, 21),
    Slip(STATION_FILE, "name: A\nvoices: {say_twice: {advice: yes}}\n", "bad_flag", 2, 30),
    Slip(STATION_FILE, "name: A\nvoices: {say_twice: {advise: true}}\n", "key_unknown_close", 2, 22),
    Slip(STATION_FILE, "name: A\nspeech: {zero: không}\n", "bad_choice", 2, 16),
    Slip(STATION_FILE, "name: A\nspeech: {zero: le}\n", "bad_choice_close", 2, 16),
]

AREAS_SLIPS = [
    Slip(AREAS_FILE, _areas("{id: An Lão, name: Xã An Lão}"), "bad_identifier", 5, 10),
    Slip(AREAS_FILE, _areas("{id: an-lao, name: Xã An Lão}"), "id_doubled", 5, 10),
    Slip(AREAS_FILE, _areas("{id: x, name: X, code: 14A}"), "bad_format", 5, 28),
    Slip(AREAS_FILE, _areas("{id: x, name: X, parent: an-loa}"), "reference_unknown_close", 5, 30),
    Slip(AREAS_FILE, _areas("{id: x, name: X, parent: zzz}"), "reference_unknown", 5, 30),
    Slip(AREAS_FILE, _areas("{id: x, name: X, parent: y}", "{id: y, name: Y, parent: x}"), "area_cycle", 5, 30),
    Slip(AREAS_FILE, _areas("{id: x, name: X, parent: x}"), "area_cycle", 5, 30),
    Slip(AREAS_FILE, _areas("{id: x, name: X, parents: an-lao}"), "expected_list", 5, 31),
    Slip(AREAS_FILE, _areas("{id: x, name: X, parents: []}"), "list_empty", 5, 31),
    Slip(AREAS_FILE, _areas("{id: x, name: X, parents: [{from: 2026-01-01}]}"), "key_missing", 5, 32),
    Slip(AREAS_FILE, _areas("{id: x, name: X, parents: [{parent: zzz}]}"), "reference_unknown", 5, 41),
    Slip(AREAS_FILE, _areas("{id: x, name: X, parent: an-lao, parents: [{parent: an-lao}]}"), "parent_doubled", 5, 22),
    Slip(
        AREAS_FILE,
        _areas("{id: x, name: X, parents: [{parent: an-lao, from: 2026-01-02, until: 2026-01-01}]}"),
        "belonging_reversed",
        5,
        32,
    ),
    Slip(
        AREAS_FILE,
        _areas("{id: x, name: X, parents: [{parent: an-lao}, {parent: an-hung, from: 2026-01-01}]}"),
        "belongings_overlap",
        5,
        50,
    ),
    Slip(
        AREAS_FILE,
        _areas("{id: x, name: X, parents: [{parent: an-lao, until: 2026-01-01}, {parent: an-hung, from: 2026-01-03}]}"),
        "belongings_gap",
        5,
        69,
    ),
    Slip(
        AREAS_FILE,
        _areas(
            "{id: x, name: X, parents: [{parent: y, until: 2026-01-01}]}", "{id: y, name: Y, parents: [{parent: x}]}"
        ),
        "area_cycle",
        5,
        31,
    ),
    Slip(
        AREAS_FILE,
        _areas(
            "{id: x, name: X, parents: [{parent: an-lao, until: 2026-01-01}, {parent: y, from: 2026-01-02}]}",
            "{id: y, name: Y, valid_from: 2026-03-01}",
        ),
        "area_precedes_parent",
        5,
        31,
    ),
    Slip(
        AREAS_FILE,
        _areas("{id: h, name: H, valid_until: 2025-06-30, becomes: [an-lao]}", "{id: x, name: X, parent: h}"),
        "area_follows_heirs",
        6,
        30,
    ),
    Slip(
        AREAS_FILE,
        _clusters("{id: x, name: X, area: an-quang, areas: [{area: an-hung}], channel: thu-muc}"),
        "parent_doubled",
        8,
        22,
    ),
    Slip(AREAS_FILE, _clusters("{id: x, name: X, areas: [], channel: thu-muc}"), "list_empty", 8, 29),
    Slip(AREAS_FILE, _areas("{id: x, name: X, becomes: [zzz]}"), "reference_unknown", 5, 32),
    Slip(AREAS_FILE, _areas("{id: x, name: X, becomes: [x]}"), "area_becomes_itself", 5, 31),
    Slip(AREAS_FILE, _areas("{id: x, name: X, valid_from: 01/07/2025}"), "bad_date", 5, 34),
    Slip(AREAS_FILE, _areas("{id: x, name: X, valid_until: 2025-02-30}"), "bad_date", 5, 35),
    Slip(
        AREAS_FILE,
        _areas("{id: x, name: X, valid_from: 2025-07-01, valid_until: 2025-06-30}"),
        "area_dates_reversed",
        5,
        59,
    ),
    Slip(
        AREAS_FILE,
        _areas("{id: h, name: H, valid_until: 2025-06-30}", "{id: x, name: X, parent: h}"),
        "area_outlives_parent",
        6,
        30,
    ),
    Slip(AREAS_FILE, _clusters("{id: x, name: X, area: zzz, channel: thu-muc}"), "reference_unknown", 8, 28),
    Slip(AREAS_FILE, _clusters("{id: x, name: X, area: an-hung, channel: zzz}"), "reference_unknown", 8, 46),
    Slip(AREAS_FILE, _clusters("{id: x, name: X, area: an-hung, channel: ban-giao}"), "channel_not_loudspeaker", 8, 46),
    Slip(
        AREAS_FILE,
        _clusters("{id: x, name: X, area: an-hung, channel: thu-muc, address: {folder: An-Hung-01}}"),
        "address_doubled",
        8,
        64,
    ),
    Slip(
        AREAS_FILE,
        _clusters("{id: x, name: X, area: an-hung, channel: thu-muc, address: {folder: ../x}}"),
        "bad_format",
        8,
        73,
    ),
    Slip(
        AREAS_FILE,
        _clusters("{id: x, name: X, area: an-hung, channel: thu-muc, address: {note: [x]}}"),
        "expected_text",
        8,
        71,
    ),
    Slip(
        AREAS_FILE,
        _clusters("{id: x, name: X, area: an-hung, channel: thu-muc, address: {folder: audio}}"),
        "folder_reserved",
        8,
        64,
    ),
    Slip(
        AREAS_FILE,
        _clusters("{id: x, name: X, area: an-hung, channel: thu-muc, address: {foldr: x}}"),
        "key_unknown_close",
        8,
        65,
    ),
    Slip(
        AREAS_FILE,
        _clusters("{id: x, name: X, area: an-hung, channel: thu-muc, position: [106.53, 20.81]}"),
        "position_swapped",
        8,
        65,
    ),
    Slip(
        AREAS_FILE,
        _clusters("{id: x, name: X, area: an-hung, channel: thu-muc, position: [20.81]}"),
        "position_not_two",
        8,
        65,
    ),
    Slip(
        AREAS_FILE,
        _clusters("{id: x, name: X, area: an-hung, channel: thu-muc, position: [20.81, 181]}"),
        "number_out_of_range",
        8,
        73,
    ),
    Slip(AREAS_FILE, "areas: {an-lao: Khu vực An Lão}\n", "expected_list", 1, 8),
]

CHANNEL_SLIPS = [
    Slip(CHANNELS_FILE, _channels("x: {path: var/x}"), "key_missing", 4, 6),
    Slip(CHANNELS_FILE, _channels("x: {type: foldr, path: var/x}"), "bad_choice_close", 4, 13),
    Slip(CHANNELS_FILE, _channels("x: {type: sms_file, path: var}"), "path_not_beneath", 4, 29),
    Slip(CHANNELS_FILE, _channels("X Y: {type: folder, path: var/x}"), "bad_identifier", 4, 3),
    Slip(CHANNELS_FILE, _channels("x: folder"), "expected_table", 4, 6),
    Slip(CHANNELS_FILE, _channels("x: {type: folder, path: ../x}"), "path_outside", 4, 27),
    Slip(CHANNELS_FILE, _channels("x: {type: folder, path: /srv/x}"), "path_outside", 4, 27),
    Slip(CHANNELS_FILE, _channels("x: {type: folder, path: var/../../x}"), "path_outside", 4, 27),
    Slip(CHANNELS_FILE, _channels("x: {type: folder, path: 'C:\\x'}"), "path_outside", 4, 27),
    Slip(CHANNELS_FILE, _channels("x: {type: folder, path: ~/x}"), "path_outside", 4, 27),
    Slip(CHANNELS_FILE, _channels("x: {type: folder, path: config/x}"), "path_taken", 4, 27),
    Slip(CHANNELS_FILE, _channels("x: {type: folder, path: var}"), "path_own", 4, 27),
    Slip(CHANNELS_FILE, _channels("x: {type: folder, path: ./Var/}"), "path_own", 4, 27),
    Slip(CHANNELS_FILE, _channels("x: {type: folder, path: var/keys}"), "path_own", 4, 27),
    Slip(CHANNELS_FILE, _channels("x: {type: folder, path: var/cache/x}"), "path_own", 4, 27),
    Slip(CHANNELS_FILE, _channels("x: {type: sms_file, path: var/loa.db}"), "path_own", 4, 29),
    Slip(CHANNELS_FILE, _channels("x: {type: sms_file, path: var/loa.db-wal}"), "path_own", 4, 29),
    Slip(CHANNELS_FILE, _channels("x: {type: folder, path: var/%s}" % ("đ" * 60)), "path_too_long", 4, 27),
    Slip(CHANNELS_FILE, _channels("x: {type: sms_file, path: var/playout/sms}"), "path_nested", 4, 29),
    Slip(CHANNELS_FILE, _channels("x: {type: folder, path: VAR/Handover/x/y}"), "path_nested", 4, 27),
    Slip(CHANNELS_FILE, _channels("x: {type: folder, path: a/b}\n  y: {type: folder, path: a}"), "path_nested", 5, 27),
    Slip(CHANNELS_FILE, _channels("x: {type: folder, path: var/playout}"), "path_shared", 4, 27),
    Slip(CHANNELS_FILE, _channels("x: {type: sms_file, path: giao}"), "path_not_beneath", 4, 29),
    Slip(
        CHANNELS_FILE,
        _channels("x: {type: sms_file, path: var/x, rows_per_file: 100001}"),
        "number_out_of_range",
        4,
        51,
    ),
    Slip(CHANNELS_FILE, _channels("x: {type: sms_file, path: var/x, price_per_part: 1.5}"), "bad_whole_number", 4, 52),
    Slip(CHANNELS_FILE, _channels("x: {type: folder, path: var/x, lead: 15d}"), "bad_duration", 4, 40),
    Slip(CHANNELS_FILE, _channels(TWILIO.replace("env:LOA_TOKEN", "s3cr3t") + "}"), "secret_in_file", 4, 61),
    Slip(CHANNELS_FILE, _channels(TWILIO.replace(", sender: UBND", "}")), "sender_missing", 4, 13),
    Slip(CHANNELS_FILE, _channels(TWILIO + ", rate: 10}"), "bad_rate", 4, 96),
    Slip(CHANNELS_FILE, _channels(TWILIO + ", rate: 0/s}"), "bad_rate", 4, 96),
    Slip(CHANNELS_FILE, _channels(TWILIO + ', base_url: "http://x.vn"}'), "url_not_https", 4, 100),
    Slip(CHANNELS_FILE, _channels(TWILIO + ', base_url: "ftp://x.vn"}'), "bad_url", 4, 100),
    Slip(CHANNELS_FILE, _channels(TWILIO + ', base_url: "https://u:p@x.vn"}'), "bad_url", 4, 100),
    Slip(CHANNELS_FILE, _channels(TWILIO + ', base_url: "https://[x"}'), "bad_url", 4, 100),
    Slip(CHANNELS_FILE, CHANNELS.replace("channel: ban-giao", "channel: thu-muc"), "channel_not_sms", 4, 6),
    Slip(CHANNELS_FILE, CHANNELS.replace("channel: ban-giao", "channel: ban-giaoo"), "reference_unknown_close", 4, 16),
]

OTHER_SLIPS = [
    Slip(TOPICS_FILE, TOPICS + "  - {id: nguoi-cao-tuoi, name: A}\n", "id_doubled", 6, 10),
    Slip(TOPICS_FILE, TOPICS.replace("audiences", "  - {id: all, name: A}\naudiences"), "topic_id_reserved", 4, 10),
    Slip(TOPICS_FILE, TOPICS.replace("audiences", "  - {id: a}\naudiences"), "key_missing", 4, 5),
    Slip(TOPICS_FILE, TOPICS.replace("audiences", "audience"), "key_unknown_close", 4, 1),
    Slip(CALENDAR_FILE, 'sets: {tet: [{lunar: "13-01"}]}\n', "bad_month_day", 1, 22),
    Slip(CALENDAR_FILE, 'sets: {tet: [{lunar: "12-31"}]}\n', "bad_month_day", 1, 22),
    Slip(CALENDAR_FILE, 'sets: {tet: [{yearly: "02-30"}]}\n', "bad_month_day", 1, 23),
    Slip(CALENDAR_FILE, 'sets: {tet: [{yearly: "09-02", lunar: "01-01"}]}\n', "days_one_calendar", 1, 14),
    Slip(CALENDAR_FILE, "sets: {tet: [{}]}\n", "days_one_calendar", 1, 14),
    Slip(CALENDAR_FILE, 'sets: {tet: [{lunar: "12-28..tết"}]}\n', "bad_month_day", 1, 22),
    Slip(CALENDAR_FILE, 'sets: {tet: [{lunar: "giỗ..03-10"}]}\n', "bad_month_day", 1, 22),
    Slip(CALENDAR_FILE, "sets: {tet: [2026-12-02..2026-12-01]}\n", "days_reversed", 1, 14),
    Slip(CALENDAR_FILE, "sets: {tet: [2026-12-01..2026-12-02..2026-12-03]}\n", "bad_days", 1, 14),
    Slip(CALENDAR_FILE, "sets: {tet: [mai]}\n", "bad_days", 1, 14),
    Slip(CALENDAR_FILE, "sets: {tet: 2026-12-01, Tết: 2026-12-01}\n", "bad_identifier", 1, 25),
    Slip(CALENDAR_FILE, "sets: [tet]\n", "expected_table", 1, 7),
    Slip(CALENDAR_FILE, "sets: {tet: [{notice: Thông báo 12}]}\n", "notice_without_days", 1, 14),
    Slip(CALENDAR_FILE, "sets: {tet: [{days: mai, notice: Thông báo 12}]}\n", "bad_days", 1, 21),
    Slip(CALENDAR_FILE, "sets: {tet: [{days: 2026-12-02, yearly: 09-02}]}\n", "days_one_calendar", 1, 14),
    Slip(CALENDAR_FILE, "sets: {tet: 2026-12-01}\nclosed: [tết]\n", "bad_identifier", 2, 10),
    Slip(CALENDAR_FILE, "sets: {tet: 2026-12-01}\nclosed: [tett]\n", "reference_unknown_close", 2, 10),
    Slip(CALENDAR_FILE, "sets: {tet: 2026-12-01}\nclose: [tet]\n", "key_unknown_close", 2, 1),
    Slip(LEXICON_FILE, "readings: [{write: CCB}]\n", "key_missing", 1, 12),
    Slip(LEXICON_FILE, "readings: [{write: A, read: b}, {write: A, read: c}]\n", "reading_doubled", 1, 33),
    Slip(LEXICON_FILE, "readings: [{write: A, read: b, after: []}]\n", "list_empty", 1, 39),
    Slip(REPORT_FILE, 'report_channels: [{id: "1 5 6", read: a, for: b, checked: 2026-11-01}]\n', "bad_format", 1, 24),
    Slip(REPORT_FILE, 'report_channels: [{id: "156", read: a, for: b}]\n', "key_missing", 1, 19),
    Slip(
        REPORT_FILE,
        'report_channels: [{id: "156", read: a, for: b, checked: 2026-11-01, valid_days: 0}]\n',
        "number_out_of_range",
        1,
        81,
    ),
]

SCRIPT_SLIPS = [
    Slip(SCRIPT_FILE, "", "empty_file", 1, 1),
    Slip(SCRIPT_FILE, "Thưa bà con.\n", "front_matter_missing", 1, 1),
    Slip(SCRIPT_FILE, "\n" + SCRIPT, "front_matter_missing", 1, 1),
    Slip(SCRIPT_FILE, "---\ntitle: A\nThưa bà con.\n", "front_matter_open", 1, 1),
    Slip(SCRIPT_FILE, "---\n\n# none\n---\nThưa bà con.\n", "front_matter_empty", 1, 1),
    Slip(SCRIPT_FILE, SCRIPT.split("\n---\n")[0] + "\n---\n\n", "script_text_empty", 8, 1),
    Slip(SCRIPT_FILE, SCRIPT.replace('topic: "14"\n', ""), "key_missing", 2, 1),
    Slip(SCRIPT_FILE, SCRIPT.replace('topic: "14"', "topic: 77"), "reference_unknown", 3, 8),
    Slip(SCRIPT_FILE, SCRIPT.replace("category: thu-doan", "category: thủ đoạn"), "bad_choice_close", 4, 11),
    Slip(SCRIPT_FILE, SCRIPT.replace("{name: Công an thành phố Hải Phòng}", "Công an"), "expected_table", 5, 9),
    Slip(SCRIPT_FILE, _front("audience: [tre-em]"), "reference_unknown", 5, 12),
    Slip(SCRIPT_FILE, _front("priority: gấp"), "bad_choice", 5, 11),
    Slip(SCRIPT_FILE, _front("priority: emergency"), "emergency_for_trick", 5, 11),
    Slip(SCRIPT_FILE, _front("expires: hôm sau"), "bad_date", 5, 10),
    Slip(SCRIPT_FILE, _front("title: Lần nữa"), "key_doubled", 5, 1),
    Slip(SCRIPT_FILE, _front("tiêu-đề: X"), "key_unknown", 5, 1),
    Slip(SCRIPT_FILE, _front("audio: ghi-am.mp3"), "script_audio_missing", 5, 8),
    Slip(SCRIPT_FILE, _front("audio: ../../bi-mat.mp3"), "script_audio_outside", 5, 8),
    Slip(SCRIPT_FILE, _front("audio: /srv/bi-mat.mp3"), "script_audio_outside", 5, 8),
    Slip(SCRIPT_FILE, _front("audio: ghi-am.doc"), "script_audio_kind", 5, 8),
    Slip(
        SCRIPT_FILE,
        SCRIPT.replace("Hải Phòng}", "Hải Phòng, date: 2026-01-05}\nexpires: 2025-12-31"),
        "expires_before_source",
        6,
        10,
    ),
    Slip(SCRIPT_FILE, _front("expires:"), "value_missing", 5, 1),
    Slip("scripts_audio/Giả danh.md", SCRIPT, "bad_file_name", 0, 0),
    Slip("scripts_audio/xa/gia-danh-cong-an.md", SCRIPT, "script_id_doubled", 0, 0),
    Slip("scripts_audio/ban-tin.docx", "x", "script_not_read", 0, 0),
    Slip("scripts_audio/ghi-am.mp3", "x", "recording_unused", 0, 0),
]

FOLDER_SLIPS = [
    Slip("config/channel.yaml", "a: b\n", "config_file_unknown_close", 0, 0),
    Slip("config/station.yml", "a: b\n", "config_file_unknown_close", 0, 0),
    Slip("config/old/areas.yaml", "a: b\n", "config_file_unknown_close", 0, 0),
    Slip("config/zzz.yaml", "a: b\n", "config_file_unknown", 0, 0),
    Slip("schedules/tuan.yml", "a: b\n", "schedule_wrong_suffix", 0, 0),
    Slip("schedules/TUAN.YAML", "a: b\n", "schedule_wrong_suffix", 0, 0),
    Slip("schedules/cu/tuan.yaml", "a: b\n", "schedule_in_subfolder", 0, 0),
    Slip("schedules/ke-hoach.xlsx", "x", "schedule_not_read", 0, 0),
]

RECEIVER = "may-thu: {type: receiver, listen: '0.0.0.0:8443', address: 'https://loa.vn:8443'"
RECEIVER_SLIPS = [
    Slip(CHANNELS_FILE, _channels("x: {type: receiver, listen: '0.0.0.0:8443'}"), "key_missing", 4, 6),
    Slip(CHANNELS_FILE, _channels("x: {type: receiver, listen: loa.vn, address: 'https://a.vn'}"), "bad_listen", 4, 31),
    Slip(
        CHANNELS_FILE,
        _channels("x: {type: receiver, listen: '0.0.0.0:8443', address: 'https://loa.vn/dai'}"),
        "bad_station_address",
        4,
        56,
    ),
    Slip(
        CHANNELS_FILE,
        _channels("x: {type: receiver, listen: '0.0.0.0:8443', address: 'http://127.0.0.1'}"),
        "bad_station_address",
        4,
        56,
    ),
    Slip(CHANNELS_FILE, _channels(RECEIVER + ", broker: 'mqtt://127.0.0.1:1883'}"), "bad_broker", 4, 93),
    Slip(CHANNELS_FILE, _channels(RECEIVER + ", broker: 'mqtts://a b:1'}"), "bad_broker", 4, 93),
    Slip(CHANNELS_FILE, _channels(RECEIVER + ", broker: 'mqtts://a.vn/x'}"), "bad_broker", 4, 93),
    Slip(CHANNELS_FILE, _channels(RECEIVER + ", volumes: {'05:00-06:00': 3}}"), "number_out_of_range", 4, 110),
    Slip(CHANNELS_FILE, _channels(RECEIVER + ", volumes: {'5h': -3}}"), "bad_hours", 4, 95),
    Slip(CHANNELS_FILE, _channels(RECEIVER + ", volumes: {'05:00-05:00': -3}}"), "hours_reversed", 4, 95),
    Slip(CHANNELS_FILE, _channels(RECEIVER + ", lead_in: 40s}"), "duration_out_of_range", 4, 94),
    Slip(CHANNELS_FILE, _channels(RECEIVER + ", test_tone: {days: [mon]}}"), "key_missing", 4, 96),
    Slip(
        CHANNELS_FILE,
        _channels(RECEIVER + ", test_tone: {days: [mon], at: '20:00'}}"),
        "test_tone_outside_hours",
        4,
        96,
    ),
    Slip(CHANNELS_FILE, _channels(RECEIVER + "}", "may-hai" + RECEIVER[7:] + "}"), "receiver_channel_doubled", 5, 12),
]

SLIPS = [
    *RECEIVER_SLIPS,
    *YAML_SLIPS,
    *STATION_SLIPS,
    *AREAS_SLIPS,
    *CHANNEL_SLIPS,
    *OTHER_SLIPS,
    *SCRIPT_SLIPS,
    *FOLDER_SLIPS,
]


@pytest.mark.parametrize("slip", SLIPS, ids=lambda slip: f"{slip.file}-{slip.code}")
def test_a_slip_is_named_at_its_place_and_nothing_else_is(tmp_path: Path, slip: Slip) -> None:
    site = load_site(write_site(tmp_path, {slip.file: slip.text}))
    named = [each for each in site.problems if each.severity is Severity.ERROR] or site.problems
    assert [(each.file, each.code, each.line, each.column) for each in named] == [
        (slip.file, slip.code, slip.line, slip.column)
    ]
    for problem in site.problems:
        _assert_reads_well(problem)


def _assert_reads_well(problem: Problem) -> None:
    for language in ("vi", "en"):
        what, hint = render(problem.code, problem.params, language)  # type: ignore[arg-type]
        assert problem.code in CATALOGUE
        assert what
        assert hint, problem.code
        assert not re.search(r"\{[a-z_]+\}", what + hint)
