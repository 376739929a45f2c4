"""A commune misses an airing: the rows that nobody was handed yet follow, and a restart changes nothing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from pipeline.dispatch import expand_site
from pipeline.domain import Outgoing, State
from tests.integration.test_dispatch import ZONE, Desk, open_desk
from tests.sites import FILES, write_site

PROGRAMME = """\
programme: vong
title: Luân phiên
from: 2026-11-23
slots:
  - id: chieu
    days: daily
    at: "17:00"
    medium: loudspeaker
    areas: [an-lao]
    play: {rotate: {within: 3 weeks}}
"""
TOPICS = "topics:\n" + "".join(f'  - {{id: "{n}", name: Chủ đề {n}}}\n' for n in range(1, 9))
SCRIPT = FILES["scripts_audio/deepfake.md"]
START = datetime(2026, 11, 23, 17, 0, tzinfo=ZONE)
DAY = timedelta(days=1)


def bulletin(number: int) -> str:
    lines = SCRIPT.splitlines(keepends=True)
    return "".join(f'topic: "{number}"\n' if line.startswith("topic:") else line for line in lines)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    books: dict[str, str | None] = {f"scripts_audio/b{n}.md": bulletin(n) for n in range(1, 9)}
    gone: dict[str, str | None] = {name: None for name in FILES if name.startswith(("scripts_audio/", "schedules/"))}
    files = {**gone, **books, "schedules/vong.yaml": PROGRAMME, "config/topics.yaml": TOPICS}
    return write_site(tmp_path, files)


@pytest.fixture
def desk(root: Path) -> Iterator[Desk]:
    yield from open_desk(root)


def rows(desk: Desk, since: datetime) -> list[str]:
    return ["+".join(each.occurrence.bulletins) for each in desk.store.occurrences(since, since + 6 * DAY)]


def air(desk: Desk, now: datetime, lost: str = "") -> None:
    def answer(order: Outgoing) -> tuple[State, str]:
        return (State.FAILED, "folder_full") if order.target == lost else (State.ACCEPTED, "")

    desk.channel.answer, desk.channel.now = answer, now
    desk.dispatch.plan(now)
    desk.dispatch.send_due(now)


def test_rows_follow_the_files_alone_while_nobody_misses_anything(desk: Desk) -> None:
    pure = [each.bulletins[0] for each in expand_site(desk.site, START.date(), 9).occurrences]
    for day in range(3):
        air(desk, START + day * DAY)
        assert rows(desk, START) == pure[:6]
        assert not desk.dispatch.plan(START + day * DAY + timedelta(minutes=1)).changed


def test_a_commune_that_missed_a_topic_hears_it_once_it_is_back(desk: Desk, root: Path) -> None:
    air(desk, START, lost="an-hung-01")
    desk.dispatch.plan(START + timedelta(hours=1))
    assert rows(desk, START) == ["b1", "b2", "b3", "b4", "b5", "b6"]  # nobody knows that it is back
    air(desk, START + DAY)
    desk.dispatch.plan(START + DAY + timedelta(hours=1))
    assert rows(desk, START) == ["b1", "b2", "b1", "b3", "b4", "b5"]
    for again in open_desk(root):
        assert not again.dispatch.plan(START + DAY + timedelta(hours=1))
    air(desk, START + 2 * DAY)
    assert rows(desk, START) == ["b1", "b2", "b1", "b3", "b4", "b5"]


def test_what_was_handed_over_stays_as_it_is(desk: Desk) -> None:
    air(desk, START)
    air(desk, START + DAY)
    (handed,) = desk.store.occurrences(START + DAY, START + DAY + timedelta(minutes=1))
    for each in desk.store.deliveries_of(handed.id):
        assert each.state is State.ACCEPTED
    before = rows(desk, START)[:2]
    air(desk, START + 2 * DAY, lost="an-quang-01")
    air(desk, START + 3 * DAY)
    assert rows(desk, START)[:2] == before


def test_a_promise_that_cannot_be_kept_is_told_once_and_no_more_when_it_can(root: Path) -> None:
    programme = root / "schedules/vong.yaml"
    programme.write_text(PROGRAMME.replace("3 weeks", "1 week"), encoding="utf-8")
    for desk in open_desk(root):
        for minute in range(3):
            desk.dispatch.plan(START + minute * timedelta(minutes=1))
        (notice,) = desk.store.open_notices()
        assert (notice.code, notice.subject) == ("promise_not_kept", "schedules/vong.yaml/chieu")
        assert (notice.count, notice.first_at, notice.params["weeks"]) == (1, START, "1")
    programme.write_text(PROGRAMME, encoding="utf-8")
    for desk in open_desk(root):
        desk.dispatch.plan(START + timedelta(minutes=5))
        assert desk.store.open_notices() == []


def test_a_slot_that_names_an_ended_area_reaches_its_successor_and_says_so(root: Path) -> None:
    areas = root / "config/areas.yaml"
    old = "areas:\n  - {id: quang-hung, name: Xã Quang Hưng, valid_until: 2025-06-30, becomes: [an-quang]}"
    areas.write_text(areas.read_text(encoding="utf-8").replace("areas:", old, 1), encoding="utf-8")
    programme = root / "schedules/vong.yaml"
    programme.write_text(PROGRAMME.replace("[an-lao]", "[quang-hung]"), encoding="utf-8")
    for desk in open_desk(root):
        desk.dispatch.plan(START)
        desk.dispatch.plan(START + DAY)
        (row, *_) = desk.store.occurrences(START, START + DAY)
        assert row.occurrence.targets == ("an-quang-01",)
        (notice,) = desk.store.open_notices()
        assert (notice.code, notice.count, notice.params["heirs"]) == ("area_succeeded", 1, "an-quang")
