"""Who is told what, when, and how often: once, together, and again only when it is still so a day later."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from pipeline.config.station import TellingSettings
from pipeline.domain import Receipt, State
from pipeline.messages import CATALOGUE
from pipeline.site import empty_site
from pipeline.store import Notice, Store
from pipeline.telling import Teller, send_test
from pipeline.telling.post import Post, ping_refusal, within
from pipeline.telling.words import AIRING_CODES, NEWS, digest, masked, sentence
from tests.patience import PATIENCE_S
from tests.stores import START, airing, plan, sent, text

NOW = datetime(2026, 11, 23, 18, 0, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
ENVIRON = {"LOA_TELL_URL": "json://mot", "LOA_TELL_TWO": "json://hai", "LOA_PING_URL": "https://ping.example/a"}


@dataclass
class Letters:
    """Notes what is sent; `refuses` names the addresses that take nothing."""

    sent: list[tuple[str, str, str]] = field(default_factory=list)
    pinged: list[str] = field(default_factory=list)
    refuses: set[str] = field(default_factory=set)
    seconds: float = 0.0

    def send(self, url: str, title: str, body: str) -> str:
        if url in self.refuses:
            return "telling_refused"
        self.sent.append((url, title, body))
        return ""

    def call(self, url: str) -> str:
        self.pinged.append(url)
        return "ping_unreachable" if url in self.refuses else ""


@dataclass
class Desk:
    store: Store
    post: Letters
    make: Callable[..., Teller]
    teller: Teller

    def pass_(self, after: timedelta, *, well: bool = True) -> int:
        """One pass so long after NOW; how many messages it sent."""
        before = len(self.post.sent)
        self.post.seconds = after.total_seconds()
        self.teller.run(NOW + after, well=well)
        return len(self.post.sent) - before


@pytest.fixture
def desk(tmp_path: Path, empty_sqlite: Path) -> Iterator[Desk]:
    (tmp_path / "loa.db").write_bytes(empty_sqlite.read_bytes())
    store, post = Store(f"sqlite:///{tmp_path / 'loa.db'}"), Letters()

    def make(*to: str, ping: str | None = None) -> Teller:
        bare = empty_site(tmp_path)
        settings = replace(bare.station, name="Đài thử", telling=TellingSettings(to, ping))
        site = replace(bare, station=settings)
        ways = Post(environ=ENVIRON, send=post.send, call=post.call, monotonic=lambda: 1000 + post.seconds)
        return Teller(site, store, ways)

    yield Desk(store, post, make, make("LOA_TELL_URL"))
    store.close()


def test_troubles_that_come_together_are_told_together_and_once(desk: Desk) -> None:
    desk.teller.note("disk_low", NOW, free="0.4 GB", percent="3")
    assert desk.pass_(timedelta(seconds=1)) == 0
    desk.teller.note("telling_failed", NOW + timedelta(seconds=15), "x", address="x")
    assert desk.pass_(timedelta(seconds=21)) == 1
    _, title, body = desk.post.sent[0]
    assert title == "Đài thử: 2 việc cần xem"
    assert body.index("báo:") < body.index("reports:")
    assert body.count("• ") == 4
    for minutes in range(1, 60):
        assert desk.pass_(minutes * MINUTE) == 0


def test_what_comes_after_a_digest_waits_five_minutes(desk: Desk) -> None:
    desk.teller.note("disk_low", NOW)
    assert desk.pass_(MINUTE) == 1
    desk.teller.note("store_damaged", NOW + MINUTE)
    assert [desk.pass_(minutes * MINUTE) for minutes in (2, 3, 5, 6, 7)] == [0, 0, 0, 1, 0]


def test_a_station_that_starts_again_does_not_tell_again(desk: Desk) -> None:
    desk.teller.note("disk_low", NOW)
    assert desk.pass_(MINUTE) == 1
    desk.teller = desk.make("LOA_TELL_URL")
    desk.teller.note("disk_low", NOW + 2 * MINUTE)
    desk.teller.note("store_damaged", NOW + 2 * MINUTE)
    assert desk.pass_(3 * MINUTE) == 0
    assert desk.pass_(7 * MINUTE) == 1
    assert "1 việc" in desk.post.sent[-1][1]


def test_what_lasts_is_told_again_after_a_day_and_what_is_over_is_not(desk: Desk) -> None:
    desk.teller.note("disk_low", NOW)
    desk.teller.note("lane_failed", NOW, "plan", lane="plan", why="store_busy")
    assert desk.pass_(MINUTE) == 1
    for hour in range(1, 24):
        desk.teller.note("disk_low", NOW + timedelta(hours=hour), free=str(hour))
        assert desk.pass_(timedelta(hours=hour)) == 0
    desk.teller.note("disk_low", NOW + DAY + MINUTE)
    assert desk.pass_(DAY + 2 * MINUTE) == 1
    assert "1 việc" in desk.post.sent[-1][1]
    assert [each.code for each in desk.store.open_notices()] == ["disk_low"]


def test_what_was_settled_and_comes_back_is_told_again(desk: Desk) -> None:
    desk.teller.note("disk_low", NOW)
    assert desk.pass_(MINUTE) == 1
    desk.teller.settle({"disk_low"}, NOW + 10 * MINUTE)
    desk.teller.note("disk_low", NOW + 20 * MINUTE)
    assert desk.pass_(21 * MINUTE) == 1


def test_a_notice_that_is_noted_again_and_again_is_written_once_a_minute(desk: Desk) -> None:
    for _ in range(50):
        desk.teller.note("disk_low", NOW)
    assert desk.store.open_notices()[0].count == 1
    desk.post.seconds = 61
    desk.teller.note("disk_low", NOW)
    assert desk.store.open_notices()[0].count == 2


def test_a_failed_telling_is_tried_again_ever_more_slowly_and_then_everything_is_told(desk: Desk) -> None:
    desk.post.refuses.add("json://mot")
    desk.teller.note("disk_low", NOW)
    tries: list[int] = []
    original = desk.post.send

    def counting(url: str, title: str, body: str) -> str:
        tries.append(int(desk.post.seconds))
        return original(url, title, body)

    desk.teller.post._send = counting
    for second in range(30, 1800, 10):
        desk.pass_(timedelta(seconds=second))
    assert [round(after - before, -1) for before, after in itertools.pairwise(tries)] == [60, 120, 300, 900]
    desk.post.refuses.clear()
    assert desk.pass_(timedelta(hours=2)) == 1
    assert all(each.told_at for each in desk.store.open_notices())


def test_one_address_that_fails_delays_no_other_and_gets_its_digest_later(desk: Desk) -> None:
    desk.teller = desk.make("LOA_TELL_URL", "LOA_TELL_TWO")
    desk.post.refuses.add("json://hai")
    desk.teller.note("disk_low", NOW)
    assert desk.pass_(MINUTE) == 1
    desk.post.refuses.clear()
    assert desk.pass_(MINUTE + timedelta(seconds=30)) == 0
    assert desk.pass_(MINUTE + timedelta(seconds=61)) == 1
    assert desk.pass_(5 * MINUTE) == 0
    (first, *one), (second, *two) = desk.post.sent
    assert (first, second) == ("json://mot", "json://hai")
    assert one == two


def test_an_address_without_its_variable_is_named_and_nothing_is_lost(desk: Desk) -> None:
    desk.teller = desk.make("LOA_NO_SUCH")
    assert send_test(desk.teller.site, desk.teller.post) == {"LOA_NO_SUCH": "telling_env_missing"}
    desk.teller.note("disk_low", NOW)
    assert desk.pass_(MINUTE) == 0
    assert desk.store.open_notices()[0].told_at is None


def test_where_nobody_is_named_notices_stay_for_the_status(desk: Desk) -> None:
    desk.teller = desk.make()
    desk.teller.note("disk_low", NOW)
    assert desk.pass_(MINUTE) == 0
    assert len(desk.store.open_notices()) == 1
    desk.pass_(timedelta(days=8))
    assert desk.store.open_notices() == []


class TestAirings:
    def test_each_airing_in_trouble_is_told_once_with_its_reason(self, desk: Desk) -> None:
        plan(desk.store, airing(), text())
        one, two = sent(desk.store)
        desk.store.record([Receipt(one.id, START, State.FAILED, code="device_gone")])
        desk.store.record([Receipt(two.id, START, State.CONFIRMED)])
        desk.teller.watch_airings(NOW)
        desk.store.miss_late(START + timedelta(hours=3))
        for minute in range(5):
            desk.teller.watch_airings(NOW + minute * MINUTE)
        found = {each.code: each for each in desk.store.open_notices()}
        assert set(found) == {"airing_failed", "airing_missed"}
        assert found["airing_failed"].params["why"] == "device_gone"
        assert found["airing_failed"].params["start"] == "23/11 17:00"
        assert found["airing_missed"].params["medium"] == "sms"
        assert {each.count for each in found.values()} == {1}

    @pytest.mark.parametrize("code", ["stopped", "silenced"])
    def test_what_somebody_had_stopped_is_no_trouble_and_what_broke_off_beside_it_is(
        self, desk: Desk, code: str
    ) -> None:
        plan(desk.store, airing())
        one, two = sent(desk.store)
        ended = START + MINUTE
        desk.store.record([Receipt(one.id, START, State.INTERRUPTED, code=code, started=START, ended=ended)])
        desk.teller.watch_airings(NOW)
        assert desk.store.open_notices() == []
        desk.store.record([Receipt(two.id, START, State.INTERRUPTED, code="died", started=START, ended=ended)])
        desk.teller.watch_airings(NOW)
        assert [each.params["why"] for each in desk.store.open_notices()] == ["died"]

    def test_what_sounded_is_not_told_as_if_a_microphone_had_heard_it(self) -> None:
        told = [CATALOGUE[each] for each in ("airing_interrupted_after", "airing_interrupted_before")]
        assert all("phát" in each.vi and "nghe" not in each.vi and "heard" not in each.en for each in told)

    def test_a_doubt_that_ends_is_not_told(self, desk: Desk) -> None:
        plan(desk.store, airing())
        one, two = sent(desk.store)
        desk.store.record([Receipt(each.id, START, State.UNKNOWN, code="lease_lost") for each in (one, two)])
        desk.teller.watch_airings(NOW)
        assert [each.code for each in desk.store.open_notices()] == ["airing_unknown"]
        desk.store.record([Receipt(each.id, START, State.ACCEPTED) for each in (one, two)])
        desk.teller.watch_airings(NOW)
        assert desk.store.open_notices() == []

    def test_a_settled_one_is_not_opened_by_a_later_receipt_or_a_restart(self, desk: Desk) -> None:
        plan(desk.store, airing())
        one, two = sent(desk.store)
        desk.store.record([Receipt(one.id, START, State.FAILED, code="device_gone")])
        desk.teller.watch_airings(NOW)
        desk.store.close_notices([each.id for each in desk.store.open_notices()], NOW)
        desk.store.record([Receipt(two.id, START, State.CONFIRMED)])
        desk.make("LOA_TELL_URL").watch_airings(NOW)
        assert desk.store.open_notices() == []

    def test_an_old_database_is_not_told_of(self, desk: Desk) -> None:
        plan(desk.store, airing())
        (one, _) = sent(desk.store)
        desk.store.record([Receipt(one.id, START, State.FAILED, code="device_gone")])
        desk.teller.watch_airings(NOW + 5 * DAY)
        assert desk.store.open_notices() == []


class TestPing:
    def test_it_is_called_at_its_interval_only_while_the_station_is_well(self, desk: Desk) -> None:
        desk.teller = desk.make(ping="LOA_PING_URL")
        calls = []
        for second in range(0, 1200, 10):
            desk.pass_(timedelta(seconds=second), well=not 300 <= second < 600)
            calls.append(len(desk.post.pinged))
        assert calls[0] == 1
        assert calls[29] == 1
        assert calls[59] == 1
        assert calls[60] == 2
        assert calls[-1] == 3

    def test_one_that_fails_is_tried_every_minute_and_said_after_three(self, desk: Desk) -> None:
        desk.teller = desk.make(ping="LOA_PING_URL")
        desk.post.refuses.add(ENVIRON["LOA_PING_URL"])
        for second in range(0, 125, 5):
            desk.pass_(timedelta(seconds=second))
            assert bool(desk.store.open_notices()) is (second >= 120)
        desk.post.refuses.clear()
        desk.pass_(timedelta(seconds=180))
        assert desk.store.open_notices() == []

    @pytest.mark.parametrize(
        ("url", "code"),
        [
            ("https://hc-ping.com/uuid", ""),
            ("http://127.0.0.1:8000/x", ""),
            ("http://localhost/x", ""),
            ("http://hc-ping.com/uuid", "ping_url_bad"),
            ("http://127.0.0.1.example.com/", "ping_url_bad"),
            ("file:///etc/passwd", "ping_url_bad"),
            ("https://", "ping_url_bad"),
            ("http://[bad", "ping_url_bad"),
            ("", "telling_env_missing"),
        ],
    )
    def test_only_https_or_this_machine(self, url: str, code: str) -> None:
        assert ping_refusal(url) == code


def test_what_hangs_keeps_nobody_waiting() -> None:
    let_go = threading.Event()
    said = within(1.0, {"slow": lambda: str(let_go.wait(PATIENCE_S)), "fast": lambda: ""}, late="telling_timeout")
    let_go.set()
    assert said == {"slow": "telling_timeout", "fast": ""}


@pytest.mark.parametrize(
    "number", ["0912345678", "+84912345678", "84912345678", "0912.345.678", "0912 345 678", "02253 123 456"]
)
def test_nothing_like_a_telephone_number_leaves_the_house(number: str, desk: Desk) -> None:
    assert masked(f"số {number}, gọi") == "số ***, gọi"
    desk.teller.note("disk_low", NOW, free=number)
    assert number not in str(desk.store.open_notices())


@pytest.mark.parametrize(
    "harmless", ["23/11 17:00", "2026-11-22T17:00:05", "156", "1900 1234", "file0123.yaml", "84 lượt"]
)
def test_dates_and_short_numbers_stay(harmless: str) -> None:
    assert masked(harmless) == harmless


def test_a_flood_is_a_few_lines_and_a_count() -> None:
    many = [notice("lane_failed", str(number), lane=str(number), why="store_busy") for number in range(50)]
    _, body = digest("Đài", [*many, notice("disk_low")])
    assert body.count("• ") == 2 * (5 + 1 + 1)
    assert "45" in body


def test_only_good_news_has_a_title_without_alarm() -> None:
    assert digest("Đài", [notice("afternoon_ready", count="4")])[0] == "Đài: mọi thứ bình thường"


def test_reasons_are_spoken_in_both_languages() -> None:
    failed = notice("airing_failed", why="too_late", medium="sms", start="23/11 17:00", title="A", count="2")
    assert "đã quá giờ" in sentence(failed, "vi")[0]
    assert "too late" in sentence(failed, "en")[0]
    assert "Tin nhắn" in sentence(failed, "vi")[0]
    assert sentence(failed, "vi")[1]
    assert "{" not in "".join(sentence(failed, "vi"))


def test_a_reason_nobody_knows_is_shown_as_it_is() -> None:
    assert (
        sentence(notice("lane_failed", lane="plan", why="ZeroDivisionError"), "vi")[0].count("ZeroDivisionError") == 1
    )


@pytest.mark.parametrize("code", sorted({*AIRING_CODES.values(), *NEWS}))
def test_every_code_that_is_told_has_its_sentence(code: str) -> None:
    assert code in CATALOGUE


def notice(code: str, subject: str = "", **params: str) -> Notice:
    return Notice(1, code, subject, params, NOW, NOW)
