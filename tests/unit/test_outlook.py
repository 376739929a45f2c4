"""What is known of a calendar before it airs: lengths by reckoning, what is left out, expired, without listeners."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from types import MappingProxyType
from zoneinfo import ZoneInfo

import pytest

from pipeline.domain import Occurrence, Priority
from pipeline.errors import ContentError, Problem, Severity
from pipeline.messages import render
from pipeline.outlook import Outlook, look_ahead
from pipeline.outlook.against import KEPT_LIMIT, kept_days
from pipeline.outlook.airtime import TOLERANCE, Reckoning
from pipeline.outlook.sums import reckon
from tests.sites import FILES, PROGRAMME, STATION, write_site

MONDAY = date(2026, 11, 23)


def outlook(root: Path, days: int = 7, **changes: str) -> Outlook:
    named = {
        "programme": "schedules/canh-bao.yaml",
        "station": "config/station.yaml",
        "other": "scripts_audio/deepfake.md",
    }
    site = write_site(root, {named[name]: text for name, text in changes.items()})
    return look_ahead(site, MONDAY, days)


def codes(found: Outlook) -> list[str]:
    return [each.code for each in found.problems]


def airing(found: Outlook) -> Occurrence:
    return found.occurrences[0]


def test_an_airing_is_reckoned_from_its_words_by_the_pace_of_an_offline_voice(tmp_path: Path) -> None:
    found = outlook(tmp_path)
    reckoned = Reckoning(found.site).of(airing(found))
    assert reckoned is not None
    assert reckoned.cut == ()
    assert reckoned.seconds == reckoned.needs_s
    words = sum(len(found.site.bulletins[each].text) for each in airing(found).bulletins)
    assert words / 16 < reckoned.seconds < words / 5 + 30


@pytest.mark.parametrize("chain", ["recorded, espeak-ng", "gtts, espeak-ng", "recorded, gtts"])
def test_a_slower_voice_takes_longer_whichever_online_voice_comes_first(tmp_path: Path, chain: str) -> None:
    voices = f"chain: [{chain}]"
    slow, normal = (
        outlook(tmp_path / rate, station=STATION.replace("chain: [recorded, espeak-ng]", f"{voices}, rate: {rate}"))
        for rate in ("0.5", "1.0")
    )
    bulletin = "gia-danh-cong-an"
    text = normal.site.bulletins[bulletin].text
    assert Reckoning(slow.site).voice == Reckoning(normal.site).voice == "espeak-ng"
    assert Reckoning(slow.site).spoken_s("x", text) > 1.5 * Reckoning(normal.site).spoken_s("x", text)


def test_what_is_said_twice_is_reckoned_with_its_bulletin(tmp_path: Path) -> None:
    twice = STATION.replace("espeak-ng]}", "espeak-ng], say_twice: {advice: true}}")
    script = FILES["scripts_audio/deepfake.md"].replace("Có kẻ giả giọng", "> Có kẻ giả giọng")
    once, again = (
        Reckoning(outlook(tmp_path / name, station=station, other=script).site).bulletin_s("deepfake")
        for name, station in (("once", STATION), ("again", twice))
    )
    assert 1.8 * once < again < 2.6 * once


def test_repeating_takes_its_time_and_an_empty_airing_none(tmp_path: Path) -> None:
    found = outlook(tmp_path)
    one = replace(airing(found), length=None)
    reckoning = Reckoning(found.site)
    once, twice = reckoning.of(one), reckoning.of(replace(one, repeat=2))
    assert once is not None
    assert twice is not None
    assert 1.4 * once.seconds < twice.seconds < 2.1 * once.seconds
    assert reckoning.of(replace(one, bulletins=())) is None


def test_an_emergency_is_announced_in_other_words(tmp_path: Path) -> None:
    found = outlook(tmp_path)
    plain, urgent = (
        Reckoning(found.site).of(replace(airing(found), priority=each)) for each in Priority if each != "priority"
    )
    assert plain != urgent


def test_what_a_slot_has_no_room_for_is_named_before_it_is_produced(tmp_path: Path) -> None:
    found = outlook(tmp_path, programme=PROGRAMME.replace("length: 10m", "length: 20s"))
    (remark,) = [each for each in found.remarks if each.problem.code == "airing_over_length"]
    params = remark.problem.params
    assert (params["bulletins"], params["length"], params["count"]) == ("deepfake", "0′20″", "3")
    assert (remark.problem.file, remark.problem.line) == ("schedules/canh-bao.yaml", 5)
    assert [f"{start:%a}" for _, _, start in remark.at] == ["Mon", "Wed", "Fri"]


def test_without_a_length_the_reckoning_meets_windows_and_limits(tmp_path: Path) -> None:
    late = PROGRAMME.replace("    length: 10m\n", "    repeat: 5\n").replace("17:00", "18:59")
    found = outlook(tmp_path, programme=late)
    assert "ends_outside_windows" in codes(found)
    allowed = outlook(tmp_path, programme=late.replace("18:59", "18:50"))
    assert "ends_outside_windows" not in codes(allowed)


def test_with_a_length_the_length_stands_for_what_is_not_produced(tmp_path: Path) -> None:
    found = outlook(tmp_path, programme=PROGRAMME.replace("17:00", "18:51"))
    assert "ends_outside_windows" in codes(found)


def test_a_bulletin_that_expires_is_missed_in_the_airings_without_it(tmp_path: Path) -> None:
    expiring = FILES["scripts_audio/deepfake.md"].replace("category:", "expires: 2026-11-24\ncategory:")
    found = outlook(tmp_path, other=expiring)
    (remark,) = [each for each in found.remarks if each.problem.code == "bulletins_drop_out"]
    params = remark.problem.params
    assert (params["bulletins"], params["first"], params["count"]) == ("deepfake", "2026-11-25 17:00", "2")


def test_each_thing_is_told_with_its_airings(tmp_path: Path) -> None:
    found = outlook(tmp_path)
    told = {(each.problem.code, each.problem.params.get("bulletin", "")): len(each.at) for each in found.remarks}
    assert told == {
        ("contact_list_missing", ""): 1,
        ("bulletin_held_back", "deepfake"): 3,
        ("bulletin_held_back", "gia-danh-cong-an"): 4,
    }


def test_sums_count_days_slots_and_communes(tmp_path: Path) -> None:
    sums = reckon(outlook(tmp_path))
    assert [(f"{each.day:%a}", each.airings, each.sms) for each in sums.days] == [
        ("Mon", 1, 0),
        ("Tue", 0, 0),
        ("Wed", 1, 0),
        ("Thu", 0, 0),
        ("Fri", 1, 0),
        ("Sat", 0, 1),
        ("Sun", 0, 0),
    ]
    assert {slot: (each.count, each.airtime.seconds) for slot, each in sums.slots.items()} == {
        ("canh-bao", "chieu"): (3, 1800.0),
        ("canh-bao", "nhan-tin"): (1, 0.0),
    }
    assert set(sums.communes) == {"an-quang", "an-hung"}
    assert [each.seconds for each in sums.communes["an-quang"].values()] == [600.0] * 3
    assert sums.days[0].most.allowed
    assert not sums.days[0].most.reckoned


def test_a_sum_over_midnight_counts_on_both_days(tmp_path: Path) -> None:
    night = PROGRAMME.replace("17:00", "23:55").replace("[mon, wed, fri]", "[sun]")
    sums = reckon(outlook(tmp_path, programme=night))
    assert {each.day.isoformat(): each.most.seconds for each in sums.days if each.most.seconds} == {
        "2026-11-29": 300.0,
        "2026-11-30": 300.0,
    }


def test_like_warnings_stand_in_one_line_and_number_their_airings() -> None:
    from pipeline.cli.notes import Notes
    from pipeline.schedule import Remark

    start = datetime(2026, 11, 23, 17).astimezone()

    def held(name: str, reason: str, day: int) -> Remark:
        params = {"bulletin": name, "reason": reason, "first": f"2026-11-{day} 17:00"}
        problem = Problem("bulletin_held_back", Severity.WARNING, f"{name}.md", params=MappingProxyType(params))
        return Remark(problem, (("p", "s", start + timedelta(days=day)),))

    reasons = ["chưa duyệt"] * 6 + ["hết hạn"]
    notes = Notes([held(f"b{n}", reason, 23 + n % 3) for n, reason in enumerate(reasons)])
    assert len(notes.lines) == 2
    assert (
        "6 bản tin sẽ không được phát, đầu tiên lúc 2026-11-23 17:00: chưa duyệt: b0, b1, b2, b3 +2" in notes.lines[0]
    )
    assert notes.lines[1].startswith("b6.md:0:0: warning: bản tin “b6” sẽ không được phát: hết hạn")
    assert notes.marks(("p", "s", start + timedelta(days=23))) == "[1,2]"
    assert notes.marks(("p", "s", start + timedelta(days=24))) == "[1]"
    assert notes.marks(("p", "s", start)) == ""


def test_errors_are_never_summed_up() -> None:
    from pipeline.cli.notes import Notes
    from pipeline.schedule import Remark

    wrong = [Remark(Problem("bad_flag", Severity.ERROR, "a.yaml", n, 1, {"value": "x"})) for n in range(1, 8)]
    many = [Remark(Problem("folder_missing", Severity.WARNING, params={"folder": f"f{n}"})) for n in range(8)]
    assert len(Notes(wrong).lines) == 7
    assert Notes(many).lines[3] == render("more_of_the_kind", {"count": "5"}, "vi")[0]


ENTRY = '{"programme":"p","slot":"s","start":"2026-11-23T17:00:00+07:00","medium":"sms","bulletins":["a"],"targets":1}'


def test_a_kept_plan_covers_the_days_of_its_airings(tmp_path: Path) -> None:
    late = ENTRY.replace("23T17", "29T23").replace("+07:00", "+00:00")
    kept = tmp_path / "lich.json"
    kept.write_text(f'{{"occurrences": [{ENTRY}, {late}]}}', encoding="utf-8-sig")
    assert kept_days(kept, ZoneInfo("Asia/Ho_Chi_Minh")) == (MONDAY, 8)
    kept.write_text('{"occurrences": []}', encoding="utf-8")
    assert kept_days(kept, ZoneInfo("Asia/Ho_Chi_Minh")) is None


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (None, "kept_plan_unreadable"),
        (b"", "kept_plan_unreadable"),
        (b"[" * 100_000, "kept_plan_unreadable"),
        (b"\xff\xfe", "kept_plan_unreadable"),
        (b"[]", "kept_plan_foreign"),
        (b"null", "kept_plan_foreign"),
        (b'{"occurrences": {}}', "kept_plan_foreign"),
        (b'{"occurrences": [3]}', "kept_plan_foreign"),
        (ENTRY.encode(), "kept_plan_foreign"),
        *(
            (b'{"occurrences": [' + ENTRY.replace(old, new).encode() + b"]}", "kept_plan_foreign")
            for old, new in (
                ("+07:00", ""),
                ('"2026-11-23T17:00:00+07:00"', "17"),
                ("2026-11-23T", "x"),
                ('"sms"', '"radio"'),
                ('["a"]', "[1]"),
                ('["a"]', "3"),
                ('"targets":1', '"targets":1e12'),
                ('"targets":1', '"targets":-1'),
                ('"targets":1', '"targets":99999999'),
                ('"targets":1', '"targets":"1"'),
                ('"p"', "null"),
            )
        ),
    ],
)
def test_a_file_that_is_no_kept_plan_is_named(tmp_path: Path, content: bytes | None, code: str) -> None:
    kept = tmp_path / "lich.json"
    if content is not None:
        kept.write_bytes(content)
    with pytest.raises(ContentError) as caught:
        kept_days(kept, ZoneInfo("Asia/Ho_Chi_Minh"))
    assert caught.value.code == code


def test_what_never_ends_or_is_too_large_is_no_kept_plan(tmp_path: Path) -> None:
    pipe, large = tmp_path / "pipe", tmp_path / "large.json"
    os.mkfifo(pipe)
    with large.open("wb") as file:
        file.truncate(KEPT_LIMIT + 1)
    found = {pipe: "kept_plan_unreadable", Path("/dev/zero"): "kept_plan_unreadable", large: "kept_plan_too_large"}
    for path, code in found.items():
        with pytest.raises(ContentError) as caught:
            kept_days(path, ZoneInfo("Asia/Ho_Chi_Minh"))
        assert caught.value.code == code


def lengthened(length: str) -> str:
    return PROGRAMME.replace("length: 10m", f"length: {length}")


def test_what_is_shown_left_out_and_needed_is_one_reckoning(tmp_path: Path) -> None:
    """Second by second: nothing is shortened without being named, and what is named does not fit."""
    whole = outlook(tmp_path / "whole")
    needs_s = whole.reckoned[airing(whole).key].needs_s
    for length_s in range(round(needs_s) - 20, round(needs_s) + 3):
        found = outlook(tmp_path / f"{length_s}", programme=lengthened(f"{length_s}s"))
        key = airing(found).key
        reckoned = found.reckoned[key]
        told = [each.problem.params for each in found.remarks if each.problem.code == "airing_over_length"]
        assert bool(told) == bool(reckoned.cut) == (needs_s > length_s * TOLERANCE) == (key in found.left_out)
        assert (reckoned.seconds < reckoned.needs_s) == bool(told)
        assert all(params["needs"] > params["length"] for params in told)


def test_a_first_bulletin_that_is_longer_than_its_slot_is_named(tmp_path: Path) -> None:
    found = outlook(tmp_path, programme=lengthened("5s"))
    (remark,) = [each for each in found.remarks if each.problem.code == "airing_outlasts_length"]
    params = remark.problem.params
    assert (params["bulletin"], params["length"], params["count"]) == ("gia-danh-cong-an", "0′05″", "3")
    seconds = found.reckoned[airing(found).key].seconds
    assert found.airtime_s(airing(found)) == seconds > 5, "the sums count what sounds, not what is allowed"


def test_of_a_bulletin_listed_twice_the_one_without_room_is_named(tmp_path: Path) -> None:
    twice = PROGRAMME.replace("[gia-danh-cong-an, deepfake]", "[deepfake, deepfake]")
    needs_s = airtime(outlook(tmp_path / "whole", programme=twice))
    found = outlook(tmp_path / "short", programme=twice.replace("length: 10m", f"length: {needs_s * 0.8:.0f}s"))
    assert found.left_out[airing(found).key] == ("deepfake",)
    assert "airing_over_length" in codes(found)


def airtime(found: Outlook) -> float:
    return found.reckoned[airing(found).key].needs_s
