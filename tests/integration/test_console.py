"""What stands on the console and in the journal of a station: in words, with file and line, once."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from unittest.mock import patch

import pytest

from pipeline.cli.care import Care
from pipeline.edits import Watch
from pipeline.unattended import Unattended
from tests.sites import PROGRAMME, write_site
from tests.year import ZONE

SCHEDULE = "schedules/canh-bao.yaml"
NOW = datetime(2026, 11, 23, 12, 0, tzinfo=ZONE)


@pytest.fixture
def station(tmp_path: Path) -> Iterator[Unattended]:
    with patch("pipeline.unattended.Watch", functools.partial(Watch, quiet_s=0)):
        found, _ = Unattended.stand_by(write_site(tmp_path), lambda: NOW)
        yield found
        found.close()


def test_files_that_are_broken_while_it_runs_are_named_with_file_line_and_what_stands_in(
    station: Unattended, caplog: pytest.LogCaptureFixture
) -> None:
    write_site(station.site.root, {SCHEDULE: PROGRAMME.replace("[tet]", "[tett]")})
    assert not station.follow_edits()
    assert "bản tốt gần nhất" in caplog.text
    line = 1 + PROGRAMME[: PROGRAMME.index("except")].count("\n")
    assert f"{SCHEDULE}:{line}:" in caplog.text
    assert "có phải ý bạn là “tet”?" in caplog.text
    assert "hold errors" not in caplog.text


def test_what_is_noted_is_said_once(station: Unattended, caplog: pytest.LogCaptureFixture) -> None:
    def note(code: str, subject: str, at: datetime) -> None:
        facts = {"title": "Tin mới", "start": "17:00 23/11", "bulletin": "tin-moi", "why": "not_approved", "count": "1"}
        station.store.notice(code, subject, facts, now=at)

    note("airing_missed", "cũ", NOW - timedelta(hours=1))
    care = Care(station)
    note("airing_missed", "1", NOW)
    note("order_unruled", "2", NOW)
    note("edit_comes", "3", NOW)
    for _ in range(2):
        care.log_notices()
    said = [each.getMessage() for each in caplog.records if each.name == "pipeline.cli.care"]
    assert len(said) == 2
    assert any("chưa được phê duyệt" in each for each in said)
