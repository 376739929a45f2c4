"""A loudspeaker that leaves one commune for another: everything names the commune of the day on which it sounds."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from tests.acceptance.loa import here
from tests.sites import AREAS, PROGRAMME, approve_all, write_site

STAYS = "areas: [{area: an-quang, until: 2026-11-25}, {area: an-hung, from: 2026-11-26}]"
FIRST, THEN = "Xã An Quang", "Xã An Hưng"


@pytest.fixture
def site(tmp_path: Path) -> Path:
    moving = AREAS.replace("area: an-quang, channel", f"{STAYS}, channel")
    schedule = PROGRAMME.replace("[mon, wed, fri]", "daily").replace("areas: [an-lao]", "areas: [an-quang, an-hung]")
    root = write_site(tmp_path / "dai", {"config/areas.yaml": moving, "schedules/canh-bao.yaml": schedule})
    other = root / "config/areas.yaml"
    lines = [each for each in other.read_text(encoding="utf-8").splitlines() if "an-hung-01" not in each]
    other.write_text("\n".join(lines) + "\n", encoding="utf-8")
    approve_all(root)
    return root


def plan(site: Path, day: str, *more: str) -> str:
    return here("plan", "--from", day, "--days", "1", *more, site=site).out


@pytest.mark.parametrize(("day", "here_", "not_here"), [("2026-11-25", FIRST, THEN), ("2026-11-26", THEN, FIRST)])
def test_plan_sums_and_calendar_name_the_commune_of_the_day(
    site: Path, tmp_path: Path, day: str, here_: str, not_here: str
) -> None:
    table, sums = plan(site, day), json.loads(plan(site, day, "--sums", "--json"))["sums"]
    assert here_ in table
    assert not_here not in table
    code = {FIRST: "an-quang", THEN: "an-hung"}
    assert {each["area"] for each in sums["communes"]} == {code[here_]}
    plan(site, day, "--ics", str(tmp_path / "lich.ics"))
    events = (tmp_path / "lich.ics").read_text(encoding="utf-8").replace("\r\n ", "")
    assert here_ in events
    assert not_here not in events


def test_one_calendar_over_the_day_names_both_each_on_its_days(site: Path, tmp_path: Path) -> None:
    lines = here("plan", "--from", "2026-11-25", "--days", "2", site=site).out
    assert lines.index(FIRST) < lines.index("26/11/2026") < lines.index(THEN)
    here("plan", "--from", "2026-11-25", "--days", "2", "--ics", tmp_path / "l.ics", site=site)
    events = (tmp_path / "l.ics").read_text(encoding="utf-8").replace("\r\n ", "")
    assert events.count(f"LOCATION:{FIRST}") == events.count(f"LOCATION:{THEN}") == 1


def test_what_is_proved_of_a_day_is_proved_for_the_commune_of_that_day(site: Path, tmp_path: Path) -> None:
    out = tmp_path / "thu"
    assert here("rehearse", "--from", "2026-11-25T00:00", "--days", "2", "--out", out, site=site).code == 0
    with (out / "as-run.csv").open(encoding="utf-8") as file:
        found = {(row["start"][:10], row["area"]) for row in csv.DictReader(file)}
    assert found == {("2026-11-25", "an-quang"), ("2026-11-26", "an-hung")}
