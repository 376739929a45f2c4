"""`loa log` as an operator uses it: what became of every airing, and on what evidence."""

from __future__ import annotations

import csv
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from pipeline.app import open_store
from pipeline.dispatch import expand_site
from pipeline.domain import Evidence, Receipt, State
from pipeline.protocol.journal import Kind
from pipeline.site import load_site
from pipeline.store import Adjustment, BundleKept, BundleRow, Note, Store, Told
from tests.acceptance.loa import Ran, here, loa
from tests.fleets import entries
from tests.sites import AREAS, PROGRAMME, write_site

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
MONDAY = datetime(2026, 11, 2, 17, 0, tzinfo=ZONE)
WEEK = ("log", "--from", "2026-11-02")
MINUTE = timedelta(minutes=1)


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A week in which one cluster played on Monday, the other was handed the file; the rest is as it was planned."""
    changes = {
        "schedules/canh-bao.yaml": PROGRAMME.replace("2026-11-23", "2026-11-02"),
        "config/areas.yaml": AREAS.replace("Cụm loa Chiến Thắng", '"=CỤM(1)"'),
    }
    root = write_site(tmp_path / "site", changes)
    files, store = load_site(root), open_store(root)
    for day in range(5):
        plan(store, files, MONDAY + timedelta(days=day))
    store.claim("thu-muc", now=MONDAY, limit=9, lease=MINUTE)
    quang, hung = deliveries(store, MONDAY)
    played = Receipt(quang, MONDAY, State.CONFIRMED, Evidence.DEVICE, started=MONDAY, ended=MONDAY + 2 * MINUTE)
    store.record([Receipt(quang, MONDAY - MINUTE, State.ACCEPTED), played, Receipt(hung, MONDAY, State.ACCEPTED)])
    store.close()
    return root


def plan(store: Store, files: object, now: datetime) -> None:
    store.upsert_plan(
        expand_site(files, now.date(), 1).occurrences,  # type: ignore[arg-type]
        {"an-quang-01": "thu-muc", "an-hung-01": "thu-muc"},
        since=now.replace(hour=0),
        until=now.replace(hour=23),
        now=now,
        areas={"an-quang-01": "an-quang", "an-hung-01": "an-hung"},
    )


def deliveries(store: Store, start: datetime) -> tuple[int, int]:
    """Those to Quang Hưng and to the other cluster."""
    (row,) = store.occurrences(start, start + MINUTE)
    found = {each.target: each.id for each in store.deliveries_of(row.id)}
    return found["an-quang-01"], found["an-hung-01"]


def words(ran: Ran) -> str:
    assert ran.code == 0, ran.err
    return " ".join(ran.out.replace("│", " ").split())


def test_each_airing_shows_what_is_known_of_it_and_no_more(site: Path) -> None:
    ran = loa(*WEEK, site=site, COLUMNS="160")
    assert max(map(len, ran.out.splitlines())) <= 160
    assert "Thứ hai 02/11/2026" in ran.out
    monday = ran.out.partition("Thứ hai 02/11")[2].partition("Thứ tư 04/11")[0].splitlines()
    (quang,) = (line for line in monday if "Cụm loa Quang Hưng" in line)
    (hung,) = (line for line in monday if "=CỤM(1)" in line)
    assert [each.strip() for each in quang.split("│")] == [
        "17:00 Cụm loa Quang Hưng (Xã An Quang)",
        "đã giao 16:59",
        "đã phát 17:00:00–17:02:00",
        "không có micrô nghe",
    ]
    assert [each.strip() for each in hung.split("│")][1:] == [
        "đã giao 17:00",
        "chưa có bằng chứng",
        "không có micrô nghe",
    ]
    whole = words(ran)
    assert "bằng chứng: nhật ký máy thu" in whole
    assert "giờ của máy thu, chưa so với giờ đài" in whole
    assert "Theo lịch: 6 lượt Đã giao: chưa giao 4, đã giao 2 Đã phát: 1 (nhật ký máy thu 1); phát dở: 0" in whole


def test_only_what_is_confirmed_is_called_played(site: Path) -> None:
    store = open_store(site)
    wednesday = MONDAY + timedelta(days=2)
    store.claim("thu-muc", now=wednesday, limit=9, lease=MINUTE)
    quang, hung = deliveries(store, wednesday)
    store.record([Receipt(quang, wednesday, State.INTERRUPTED, Evidence.PLAYER, "preempted", started=wednesday)])
    store.record([Receipt(hung, wednesday, State.UNKNOWN, code="receiver_not_heard")])
    store.claim("thu-muc", now=MONDAY + timedelta(days=4), limit=9, lease=MINUTE)
    friday, _ = deliveries(store, MONDAY + timedelta(days=4))
    store.record([Receipt(friday, wednesday, State.FAILED)])
    store.close()
    ran = loa("log", "--from", "2026-11-04", "--days", "3", site=site)
    assert "đã phát" not in ran.out.lower().replace("đã phát?", "").replace("đã phát: 0", "")
    whole = words(ran)
    assert "  1 lượt không phát được\n" in ran.out
    assert "1 lượt phát dở: nhường cho tin có mức ưu tiên cao hơn" in whole
    assert "1 lượt chưa rõ có phát không: máy thu chưa báo là đã nhận lượt phát này" in whole


def test_what_a_receipt_proves_beside_the_state_in_the_books_is_told_with_it(site: Path) -> None:
    store = open_store(site)
    wednesday = MONDAY + timedelta(days=2)
    store.claim("thu-muc", now=wednesday, limit=9, lease=MINUTE)
    quang, hung = deliveries(store, wednesday)
    store.record([Receipt(each, wednesday, State.UNKNOWN) for each in (quang, hung)])
    store.record([Receipt(quang, wednesday, State.CANCELLED, code="stopped")])
    store.record([Receipt(hung, wednesday, State.MISSED, Evidence.DEVICE, "hours")])
    times = {"started": wednesday, "ended": wednesday + MINUTE}
    store.record([Receipt(quang, wednesday, State.CONFIRMED, Evidence.DEVICE, **times)])
    store.record([Receipt(hung, wednesday, State.INTERRUPTED, Evidence.DEVICE, "died", **times)])
    store.close()

    def told(area: str) -> str:
        ran = loa("log", "--from", "2026-11-04", "--days", "1", "--areas", area, site=site, COLUMNS="160")
        return " ".join(line.split("│")[2].strip() for line in ran.out.splitlines() if line.count("│") > 2)

    assert "đã phát 17:00:00–17:01:00" in told("an-quang")
    assert "dù đài ghi lượt này là đã hủy: đã dừng theo lệnh" in told("an-quang")
    assert "lỡ: ngoài giờ được phát của đài hoặc của máy thu phát dở 17:00:00–17:01:00" in told("an-hung")


def test_whether_a_topic_was_played_in_a_commune_and_on_what_grounds_is_answered(site: Path) -> None:
    asked = ("--areas", "an-quang", "--topic", "14")
    assert "Lần đầu có bằng chứng đã phát: 02/11/2026 17:00; lần cuối: 02/11/2026 17:00" in words(
        loa(*WEEK, *asked, site=site)
    )
    assert "Không có bằng chứng nào cho thấy đã phát" in words(
        loa("log", "--from", "2026-11-03", "--areas", "an-quang", "--bulletin", "gia-danh-cong-an", site=site)
    )
    assert "An Hưng" not in loa(*WEEK, *asked, site=site).out


def test_a_bulletin_that_was_cut_from_what_was_played_was_not_played(site: Path) -> None:
    store = open_store(site)
    quang, _ = deliveries(store, MONDAY)
    bulletins = ("gia-danh-cong-an",), ("deepfake",)
    store.adjust([Adjustment(quang, "cut_to_hours", MONDAY, MONDAY + MINUTE, *bulletins)], MONDAY)
    store.close()
    told = words(loa(*WEEK, "--areas", "an-quang", "--bulletin", "deepfake", site=site))
    assert "Bản tin đã hỏi bị cắt khỏi 1 lượt" in told
    assert "bằng chứng: nhật ký máy thu" not in told
    assert "Không có bằng chứng nào cho thấy đã phát" in told
    assert "Đã phát: 0" in told
    other = words(loa(*WEEK, "--areas", "an-quang", "--bulletin", "gia-danh-cong-an", site=site))
    assert "Đã phát: 1" in other
    assert "bị cắt: Cuộc gọi giả giọng, giả mặt" in other


def test_the_document_keeps_the_four_truths_apart(site: Path) -> None:
    found = loa(*WEEK, "--json", site=site).json
    assert (found["from"], found["until"]) == ("2026-11-02T00:00:00+07:00", "2026-11-09T00:00:00+07:00")
    first, second = found["airings"][:2]
    assert first["cluster"] == "an-hung-01"
    assert (first["state"], first["delivered"], first["played"], first["evidence"]) == ("accepted", "yes", False, None)
    truths = {name: second[name] for name in ("delivered", "delivered_at", "played", "started", "ended", "evidence")}
    assert truths == {
        "delivered": "yes",
        "delivered_at": "2026-11-02T16:59:00+07:00",
        "played": True,
        "started": "2026-11-02T17:00:00+07:00",
        "ended": "2026-11-02T17:02:00+07:00",
        "evidence": "device",
    }
    assert (second["clock"], second["heard"]) == ("unchecked", "nobody_listened")
    assert found["sums"]["played"] == {"device": 1}
    assert found["sums"]["delivered"] == {"no": 4, "yes": 2}
    assert (found["by_hand"], found["unordered"]) == ([], [])


def test_a_spreadsheet_has_a_line_each_and_no_formula(site: Path, tmp_path: Path) -> None:
    out = tmp_path / "nhat-ky.csv"
    ran = loa(*WEEK, "--csv", out, site=site)
    assert f"Đã ghi 6 dòng vào {out}." in ran.out
    assert "THEO LỊCH" not in ran.out
    with out.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["played"] for row in rows] == ["no", "yes", "no", "no", "no", "no"]
    assert rows[0]["cluster_name"] == "'=CỤM(1)"
    assert rows[1]["evidence"] == "device"
    assert loa(*WEEK, "--csv", out, "--json", site=site).json["sums"]["planned"] == 6


def test_what_was_aired_beside_the_plan_is_told_apart_and_not_counted(site: Path) -> None:
    store = open_store(site)
    noon = MONDAY.replace(hour=12)
    row = BundleRow("T01", ("deepfake",), "ef" * 32, MINUTE)
    kept = BundleKept("usb-1", MONDAY - timedelta(days=2), MONDAY.date(), MONDAY.date(), (), "ab" * 32)
    store.keep_bundle(kept, [row], Note("lan", "bundle_made", "usb-1"))
    store.take_told([Told("usb-1", row, noon, "Hoa 0912345678", "", "lan", MONDAY, "12" * 32, "an-quang")])
    store.take_journal("an-quang-01", entries((Kind.STARTED, "loa-77"), at=noon), MONDAY, None)
    store.close()
    ran = loa(*WEEK, site=site)
    whole = words(ran)
    assert "02/11/2026 12:00–12:01 Xã An Quang: Cuộc gọi giả giọng, giả mặt; theo lời Hoa 091*****78" in whole
    assert "Cụm loa Quang Hưng: máy tự kể đã phát loa-77, đài không giao; không rõ bản tin nào" in whole
    assert "Đã phát: 1 (nhật ký máy thu 1)" in whole
    document = loa(*WEEK, "--json", site=site)
    assert "0912345678" not in document.out + ran.out
    assert [len(document.json[name]) for name in ("by_hand", "unordered")] == [1, 1]
    elsewhere = loa(*WEEK, "--areas", "an-hung", "--json", site=site).json
    assert (elsewhere["by_hand"], elsewhere["unordered"]) == ([], [])


def test_what_a_deleted_script_said_is_still_found(site: Path) -> None:
    (site / "scripts_audio/deepfake.md").unlink()
    assert "Đã phát: 1" in words(loa(*WEEK, "--bulletin", "deepfake", "--areas", "an-quang", site=site))


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--from", "2026-13-01"), "2026-13-01"),
        (("--from", "2199-01-01"), "chưa tới"),
        (("--days", "0"), "--days"),
        (("--areas", "an-quan"), "an-quang"),
        (("--bulletin", "deepfak"), "deepfake"),
        (("--topic", "99"), "config/topics.yaml"),
    ],
)
def test_what_is_asked_for_wrongly_is_named_with_what_may_be_meant(
    site: Path, options: tuple[str, ...], said: str
) -> None:
    ran = here("log", *options, site=site)
    assert (ran.code, ran.out) == (2, "")
    assert said in ran.err


def test_without_a_day_the_last_week_is_told_up_to_now(site: Path) -> None:
    before = datetime.now(ZONE)
    found = here("log", "--json", site=site).json
    since, until = (datetime.fromisoformat(found[name]) for name in ("from", "until"))
    assert before - MINUTE <= until <= datetime.now(ZONE)
    assert since == (until - timedelta(days=6)).replace(hour=0, minute=0, second=0)


def test_a_time_without_airings_says_so(site: Path) -> None:
    assert "Không có lượt phát nào như vậy" in words(loa("log", "--from", "2026-10-01", site=site))
    assert loa("log", "--from", "2026-10-01", "--json", site=site).json["airings"] == []


def test_a_station_that_never_ran_has_no_log_and_looking_makes_none(tmp_path: Path) -> None:
    root = write_site(tmp_path / "moi")
    ran = loa("log", site=root)
    assert ran.code == 0
    assert "chưa có nhật ký phát" in ran.err
    assert not (root / "var").exists()


def test_a_file_that_cannot_be_written_is_named(site: Path) -> None:
    ran = here(*WEEK, "--csv", "/no/such/folder/a.csv", site=site)
    assert ran.code == 2
    assert "/no/such/folder/a.csv" in ran.err
