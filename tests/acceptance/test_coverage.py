"""`loa plan --coverage` as an operator uses it: what is promised, what is kept, and what to do where it is not."""

from __future__ import annotations

import csv
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipeline.app import open_store
from pipeline.dispatch import expand_site
from pipeline.domain import Evidence, Receipt, State
from pipeline.site import load_site
from tests.acceptance.loa import here, loa
from tests.sites import FILES, PROGRAMME, approve_all, write_site

COVER = ("plan", "--from", "2026-11-23", "--coverage")
FIXED = "play: {bulletins: [gia-danh-cong-an, deepfake]}"


@pytest.fixture
def site(tmp_path: Path) -> Path:
    return write_site(tmp_path / "site", {"schedules/canh-bao.yaml": promising("within: 2 weeks")})


def promising(terms: str) -> str:
    return PROGRAMME.replace(FIXED, f"play: {{rotate: {{{terms}}}}}")


def test_the_matrix_fits_the_terminal_and_says_that_the_promise_is_kept(site: Path) -> None:
    ran = loa(*COVER, site=site, COLUMNS="80")
    assert ran.code == 0
    assert max(map(len, ran.out.splitlines())) <= 80
    whole = " ".join(ran.out.split())
    for words in ("Xã An Quang, Xã An Hưng", "23/11 30/11", "2 Deepfake 2 1", "giữ được cam kết 2 tuần"):
        assert words in whole


def test_a_promise_that_cannot_be_kept_is_a_warning_with_what_would_keep_it(site: Path) -> None:
    (site / "schedules/canh-bao.yaml").write_text(
        promising("within: 1 week").replace("[mon, wed, fri]", "[mon]"), encoding="utf-8"
    )
    ran = loa(*COVER, site=site)
    assert ran.code == 0
    assert "KHÔNG giữ được cam kết 1 tuần" in ran.out
    assert "đặt count: 2, hoặc within: 2 weeks" in ran.err + ran.out
    found = loa("plan", "--from", "2026-11-23", "--json", site=site).json["problems"]
    assert "promise_not_kept" in [each["code"] for each in found]
    assert loa("check", site=site).code == 0


def test_the_document_holds_the_whole_matrix(site: Path) -> None:
    found = loa(*COVER, "--weeks", "3", "--json", site=site).json
    assert [each["first"] for each in found["weeks"]] == ["2026-11-23", "2026-11-30", "2026-12-07"]
    (group,) = found["groups"]
    assert group["areas"] == ["an-quang", "an-hung"]
    assert {each["topic"]: each["planned"] for each in group["topics"]} == {"2": [2, 1, 2], "14": [1, 2, 1]}
    (promise,) = found["promises"]
    assert (promise["kept"], promise["weeks"], promise["would_keep"]) == (True, 2, None)


def test_what_was_heard_stands_beside_what_was_planned_by_its_evidence(site: Path) -> None:
    files, store = load_site(site), open_store(site)
    now = datetime(2026, 11, 23, 17, 0, tzinfo=files.station.timezone)
    store.upsert_plan(
        expand_site(files, now.date(), 1).occurrences,
        {each.id: each.channel for each in files.clusters.values()},
        since=now.replace(hour=0),
        until=now.replace(hour=23),
        now=now,
        areas={each.id: each.area for each in files.clusters.values()},
    )
    (row,) = store.occurrences(now, now.replace(hour=18))
    first, second = store.deliveries_of(row.id)
    store.claim("thu-muc", now=now, limit=9, lease=now - now.replace(hour=16))
    store.record([Receipt(first.id, now, State.CONFIRMED, Evidence.DEVICE, started=now, ended=now)], fences={})
    store.record([Receipt(second.id, now.astimezone(UTC), State.ACCEPTED)], fences={})
    store.close()
    heard = {
        area: {each["topic"]: each["heard"][0] for each in group["topics"]}
        for group in loa(*COVER, "--json", site=site).json["groups"]
        for area in group["areas"]
    }
    told = row.occurrence.bulletins[0]
    topic = {"deepfake": "2", "gia-danh-cong-an": "14"}[told]
    areas = {each.id: each.area for each in files.clusters.values()}
    assert heard[areas[first.target]][topic] == {"device": 1}
    assert heard[areas[second.target]][topic] == {}


def test_a_spreadsheet_has_a_line_a_commune_topic_and_week(site: Path, tmp_path: Path) -> None:
    out = tmp_path / "bang.csv"
    assert loa(*COVER, "--csv", str(out), site=site).code == 0
    with out.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 2 * 2 * 2
    assert rows[0]["area_name"] == "Xã An Quang"
    assert {each["planned"] for each in rows} == {"1", "2"}


@pytest.mark.parametrize("option", [("--weeks", "0"), ("--weeks", "x"), ("--csv", "/no/such/folder/a.csv")])
def test_wrong_options_are_named(site: Path, option: tuple[str, str]) -> None:
    ran = loa(*COVER, *option, site=site)
    assert ran.code in (1, 2)
    assert "Traceback" not in ran.err
    assert ran.err.strip()


def test_a_site_that_promises_nothing_has_its_matrix_too(tmp_path: Path) -> None:
    ran = loa(*COVER, "--json", site=write_site(tmp_path, FILES))
    assert ran.code == 0
    assert len(ran.json["weeks"]) == 4
    assert ran.json["promises"] == []


def test_what_nobody_may_air_yet_is_told_beside_the_promise(site: Path) -> None:
    def told() -> str:
        return " ".join(here("plan", *COVER[1:], site=site).out.split())

    assert "theo lịch thì giữ được cam kết 2 tuần cho 2 chủ đề, NHƯNG" in told()
    assert "CHƯA PHÁT ĐƯỢC vì không bản tin nào của chủ đề được phép phát: 2, 14" in told()
    approve_all(site)
    assert "canh-bao/chieu: giữ được cam kết 2 tuần cho 2 chủ đề" in told()
    assert "CHƯA PHÁT ĐƯỢC" not in told()


@pytest.mark.parametrize(
    ("terms", "kept", "said"),
    [
        ("topics: [all], within: 2 weeks", True, "cho 1 chủ đề"),
        ('topics: ["2", "14"], within: 2 weeks', False, "chỉ 1 trong 2 chủ đề"),
    ],
)
def test_a_topic_whose_bulletin_was_deleted_is_named(site: Path, terms: str, kept: bool, said: str) -> None:
    (site / "schedules/canh-bao.yaml").write_text(promising(terms), encoding="utf-8")
    (site / "scripts_audio/deepfake.md").unlink()
    approve_all(site)
    ran = here("plan", *COVER[1:], site=site)
    assert said in ran.out
    assert "chưa có bản tin nên không ai nghe chủ đề: 2" in ran.out
    (promise,) = here("plan", *COVER[1:], "--json", site=site).json["promises"]
    assert (promise["kept"], promise["unwritten"]) == (kept, ["2"])
    checked = {each["code"] for each in here("check", "--json", site=site).json["problems"]}
    assert ("topics_unwritten" in checked) is not kept


def test_topics_that_nobody_hears_take_one_line_and_not_one_each(site: Path) -> None:
    more = "".join(f'  - {{id: "{number}", name: Chủ đề {number}}}\n' for number in range(15, 30))
    topics = FILES["config/topics.yaml"].replace("audiences:", more + "audiences:")
    (site / "config/topics.yaml").write_text(topics, encoding="utf-8")
    ran = loa(*COVER, site=site)
    assert "15 chủ đề không có lượt nào trong cả 2 tuần: 15, 16" in " ".join(ran.out.split())
    assert "Chủ đề 20" not in ran.out
    (group,) = loa(*COVER, "--json", site=site).json["groups"]
    assert len(group["topics"]) == 17, "machines read every row"
