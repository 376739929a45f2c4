"""`loa bundle list`: what came back of each stick, and what was aired by hand beside the plan."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from click.testing import CliRunner, Result

from pipeline.app import open_store
from pipeline.cli.bundle import bundle
from pipeline.store import BundleKept, BundleRow, Note, Told
from tests.sites import write_site

START = datetime(2026, 11, 10, 17, 0, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))
LENGTH = timedelta(seconds=90)
OVER = BundleKept("usb-over", START, date(2026, 11, 9), date(2026, 11, 15), (), "ab" * 32)
NOW = replace(OVER, id="usb-now", made_at=START + LENGTH, first=date(2026, 11, 16), last=date(2026, 11, 23))
PLANNED = BundleRow("001", ("deepfake",), "cd" * 32, LENGTH, ("canh-bao", "chieu", START), "an-quang", "loa-1")
FREE = BundleRow("T01", ("deepfake",), "ef" * 32, LENGTH)

Ask = Callable[..., Result]


@pytest.fixture
def ask(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Ask:
    """A site with a stick whose days are over, one line of two entered, and one that is in use."""
    monkeypatch.setattr("pipeline.app.wall_clock", lambda: START.replace(day=23))
    root = write_site(tmp_path / "site", {})
    with closing(open_store(root)) as store:
        other = replace(PLANNED, code="002", cluster="loa-2")
        store.keep_bundle(OVER, [PLANNED, other, FREE], Note("station", "bundle_made", OVER.id))
        store.keep_bundle(NOW, [replace(PLANNED, key=("canh-bao", "chieu", START + timedelta(days=7)))], Note("s", "b"))
        said = ("Chị Hoa", "", "lan", START + timedelta(days=6), "12" * 32)
        store.take_told([Told(OVER.id, PLANNED, START, *said), Told(OVER.id, FREE, START + LENGTH, *said, "an-lao")])
    return lambda *arguments: CliRunner(mix_stderr=False).invoke(bundle, ["list", *arguments, "--site", str(root)])


def facts(result: Result) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(result.stdout)["bundles"]
    return found


def test_each_stick_says_what_came_back_the_newest_first(ask: Ask) -> None:
    result = ask()
    assert result.exit_code == 0
    first, second, beside = result.stdout.splitlines()
    assert first.startswith("usb-now  16/11/2026 – 23/11/2026  đang dùng; đã nhập 0/1")
    assert second.startswith("usb-over  09/11/2026 – 15/11/2026  CHƯA CÓ PHIẾU; đã nhập 1/2")
    assert "2 lượt phát ngoài lịch" in beside, "the station has no row of what was planned either"


def test_one_stick_says_line_by_line_what_nobody_spoke_of_and_what_was_aired_beside(ask: Ask) -> None:
    lines = ask("usb-over").stdout.splitlines()[1:]
    assert lines == [
        "  • chưa ai nói tới: 002, 10/11 17:00, loa-2",
        "  • phát ngoài lịch: 10/11 17:00, loa-1: deepfake (Chị Hoa)",
        "  • phát ngoài lịch: 10/11 17:01, an-lao: deepfake (Chị Hoa)",
    ]
    (found,) = facts(ask("usb-over", "--json"))
    assert (found["state"], found["untold"]) == ("out", ["002"])
    _, aired = found["outside_airings"]
    assert (aired["area"], aired["start"], aired["entered_by"]) == ("an-lao", "2026-11-10T17:01:30+07:00", "lan")


def test_only_those_whose_sheets_are_missing(ask: Ask) -> None:
    result = ask("--missing", "--json")
    assert result.exit_code == 1
    assert [each["bundle"] for each in facts(result)] == ["usb-over"]


def test_a_stick_nobody_made_is_no_stick(ask: Ask) -> None:
    result = ask("usb-none")
    assert result.exit_code == 2
    assert "usb-none" in result.stderr


def test_a_site_that_never_made_one_has_none(tmp_path: Path) -> None:
    root = write_site(tmp_path / "new", {})
    result = CliRunner(mix_stderr=False).invoke(bundle, ["list", "--json", "--site", str(root)])
    assert (result.exit_code, json.loads(result.stdout)) == (0, {"bundles": []})
