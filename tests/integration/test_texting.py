"""SMS on their way: the urgent overtakes, a batch stops when told, nobody's rate is exceeded, hours are kept."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from pipeline.cli.status import _lines, document
from pipeline.dispatch import Dispatch
from pipeline.dispatch.batches import Batches
from pipeline.doctor.status import survey
from pipeline.domain import (
    Contact,
    Dedupe,
    Delivery,
    Evidence,
    Medium,
    Occurrence,
    Outgoing,
    Priority,
    Receipt,
    State,
    TextContent,
)
from pipeline.errors import ContentError
from pipeline.site import load_site
from pipeline.store import ONE_OFF, Store
from tests.patience import PATIENCE_S
from tests.sites import FILES, PROGRAMME, SCRIPT, STATION, write_site

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
URGENT = Priority.EMERGENCY
SATURDAY = datetime(2026, 11, 28, 9, 0, tzinfo=ZONE)
URGENT_SCRIPT = SCRIPT.replace("category:", "priority: emergency\ncategory:").replace(
    'sms: "Canh bao: cong an khong lam viec qua dien thoai. Goi 113."',
    'sms: "{ten}: nước lũ về {dia_ban} – lên chỗ cao ngay."',
)


@dataclass
class Provider:
    """Takes what it is given; `before` runs at each call, `rate` 0 takes as much as comes."""

    id: str = "ban-giao"
    rate: int = 0
    sender: str = ""
    max_batch: int = 10
    medium: Medium = Medium.SMS
    lead: timedelta = timedelta(0)
    dedupe: Dedupe = Dedupe.NONE
    evidence: Evidence = Evidence.NONE
    before: Callable[[Sequence[Outgoing]], object] = lambda _: None
    calls: list[list[Outgoing]] = field(default_factory=list)

    def check(self) -> None: ...

    def send(self, orders: Sequence[Outgoing]) -> list[Receipt]:
        self.before(orders)
        self.calls.append(list(orders))
        return [Receipt(order.delivery, SATURDAY, State.ACCEPTED) for order in orders]

    def withdraw(self, deliveries: Sequence[Delivery]) -> list[Receipt]:
        return []

    @property
    def orders(self) -> list[Outgoing]:
        return [each for call in self.calls for each in call]


@dataclass
class Office:
    store: Store
    provider: Provider
    dispatch: Dispatch
    batches: Batches

    def states(self) -> dict[str, int]:
        counts = self.store.delivery_counts()[Medium.SMS]
        return {state.value: count for state, count in counts.items() if count}


def open_office(root: Path, **changed: str) -> Iterator[Office]:
    files = {**FILES, **changed}
    site = load_site(write_site(root, files))
    store = Store(f"sqlite:///{root / 'loa.db'}", key=root / "contacts.key")
    store.migrate()
    provider = Provider()
    dispatch = Dispatch(site, store, lambda _: None, {"ban-giao": provider})
    yield Office(store, provider, dispatch, Batches(site, store, lambda _: ""))
    store.close()


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    for office in open_office(tmp_path, **{"scripts_audio/lu-quet.md": URGENT_SCRIPT}):
        bring(office, "to-truong", 50)
        office.dispatch.plan(SATURDAY)
        yield office


def bring(office: Office, name: str, count: int, *, first: int = 0, person: str = "Lê Thị Hoa") -> None:
    people = [Contact(0, name, f"849123{first + number:05}", person, "an-quang") for number in range(count)]
    office.store.import_contacts(name, "Quyết định 1", people, now=SATURDAY)


def text_of(order: Outgoing) -> str:
    assert isinstance(order.content, TextContent)
    return order.content.text


def batch(office: Office) -> int:
    rows = office.store.occurrences(SATURDAY - timedelta(days=1), SATURDAY + timedelta(days=1))
    return next(row.id for row in rows if row.occurrence.medium is Medium.SMS and row.occurrence.slot == "nhan-tin")


def warn(office: Office, at: datetime = SATURDAY, *, bulletin: str = "lu-quet", priority: Priority = URGENT) -> None:
    """Ask for an SMS outside the programmes."""
    drafted = Occurrence(
        programme=ONE_OFF,
        slot="",
        start=at,
        medium=Medium.SMS,
        title="Lũ quét",
        bulletins=(bulletin,),
        targets=("dan-cu",),
        areas=(),
        late_by=timedelta(hours=1),
        priority=priority,
    )
    office.dispatch.insert(drafted, "an", at)


def at_call(office: Office, number: int, do: Callable[[], object]) -> None:
    """Have something happen while the provider is busy with its `number`th call."""
    seen = 0

    def before(_: Sequence[Outgoing]) -> None:
        nonlocal seen
        seen += 1
        if seen == number:
            do()

    office.provider.before = before


def test_what_is_urgent_overtakes_a_batch_that_is_under_way(office: Office) -> None:
    bring(office, "dan-cu", 25, first=1000)

    def arrives() -> None:
        warn(office)
        office.dispatch.send_urgent(SATURDAY)

    at_call(office, 2, arrives)
    office.dispatch.send_due(SATURDAY)
    lists = [call[0].target.partition("/")[0] for call in office.provider.calls]
    assert lists == ["to-truong", "dan-cu", "dan-cu", "dan-cu", "to-truong", "to-truong", "to-truong", "to-truong"]
    assert office.states() == {"accepted": 75}


def test_without_a_lane_of_its_own_what_is_urgent_goes_next(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline.dispatch.texting.LOOK_AGAIN_S", 0.0)
    bring(office, "dan-cu", 5, first=1000)

    def arrives() -> None:
        later = SATURDAY + timedelta(microseconds=1)  # it is urgent, not first by its start
        warn(office, later)
        office.dispatch._expanding.expand(later)

    at_call(office, 1, arrives)
    office.dispatch.send_due(SATURDAY)
    assert [call[0].target.partition("/")[0] for call in office.provider.calls][:2] == ["to-truong", "dan-cu"]


@pytest.mark.parametrize("verb", ["pause", "cancel"])
def test_a_batch_stops_behind_the_call_in_which_somebody_says_so(office: Office, verb: str) -> None:
    at_call(office, 2, lambda: getattr(office.batches, verb)(str(batch(office)), "an", SATURDAY))
    office.dispatch.send_due(SATURDAY)
    left = {"pause": "planned", "cancel": "cancelled"}[verb]
    assert office.states() == {"accepted": 20, left: 30}
    if verb == "pause":
        office.batches.resume("canh-bao/nhan-tin", "an", SATURDAY)
        office.dispatch.send_due(SATURDAY)
        assert office.states() == {"accepted": 50}
    actions = [entry.action for entry in office.store.audit_entries(9)]
    assert actions == {"pause": ["sms_pause", "sms_resume"], "cancel": ["sms_cancel"]}[verb]


def test_a_name_means_the_only_batch_that_the_word_fits_and_others_are_told_apart_by_day(tmp_path: Path) -> None:
    daily = PROGRAMME.replace("days: [sat]", "days: daily")
    assert daily != PROGRAMME
    for office in open_office(tmp_path, **{"schedules/canh-bao.yaml": daily}):
        bring(office, "to-truong", 3)
        office.dispatch.plan(SATURDAY)
        name, near = "canh-bao/nhan-tin", office.store.batches(SATURDAY, SATURDAY + timedelta(days=1), SATURDAY)
        (today,) = [each.row.id for each in near]
        with pytest.raises(ContentError) as several:
            office.batches.pause(name, "an", SATURDAY)
        assert f"{today} (09:00 28/11), " in several.value.params["numbers"]
        office.batches.pause(str(today), "an", SATURDAY)
        assert office.batches.resume(name, "an", SATURDAY).id == today
        with pytest.raises(ContentError):
            office.batches.resume(name, "an", SATURDAY)


def test_hours_that_end_stop_a_batch_and_only_an_emergency_goes_on(tmp_path: Path) -> None:
    late = PROGRAMME.replace('"09:00"', '"21:29"')
    night = SATURDAY.replace(hour=21, minute=31)
    for office in open_office(tmp_path, **{"schedules/canh-bao.yaml": late, "scripts_audio/lu-quet.md": URGENT_SCRIPT}):
        bring(office, "to-truong", 30)
        bring(office, "dan-cu", 5, first=1000)
        office.dispatch.plan(night - timedelta(minutes=2))
        office.dispatch._expanding.expand(night - timedelta(minutes=2))
        warn(office, night)
        office.dispatch.send_due(night)
        assert {each.target.partition("/")[0] for each in office.provider.orders} == {"dan-cu"}
        entries = [(each.actor, each.action) for each in office.store.audit_entries(9)]
        assert ("station", "emergency_outside_window") in entries
        office.dispatch.send_due(night + timedelta(hours=3))
        assert office.states() == {"accepted": 5, "missed": 30}
        assert "outside_window" in {trouble.code for trouble in office.dispatch.troubles}


def test_never_more_is_claimed_than_the_sender_may_start(office: Office) -> None:
    office.provider.rate = 200
    held: list[int] = []
    office.provider.before = lambda orders: held.append(office.states()["sending"] - len(orders))
    began = time.monotonic()
    office.dispatch.send_due(SATURDAY)
    took = time.monotonic() - began
    assert held == [0] * len(office.provider.calls)
    assert office.states() == {"accepted": 50}
    assert 1 + 200 * took >= 50


def test_two_stations_share_one_sender(office: Office) -> None:
    other = Provider(rate=100, max_batch=50)
    office.provider.rate, office.provider.max_batch = 100, 50
    desks = [office.dispatch, Dispatch(office.dispatch.site, office.store, lambda _: None, {"ban-giao": other})]
    office.dispatch._expanding.expand(SATURDAY)
    began = time.monotonic()
    threads = [threading.Thread(target=desk.send_due, args=(SATURDAY,)) for desk in desks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(office.provider.orders) + len(other.orders) == 50 <= 1 + 100 * (time.monotonic() - began)
    assert len({each.target for each in [*office.provider.orders, *other.orders]}) == 50


def test_a_pass_of_the_running_station_ends_in_time_and_says_what_is_left(office: Office) -> None:
    office.provider.rate = 10
    assert office.dispatch.send_due(SATURDAY, Medium.SMS, within_s=0.3)
    assert 0 < len(office.provider.orders) < 50


def test_one_provider_that_refuses_all_does_not_spin(office: Office) -> None:
    office.provider.send = lambda orders: [  # type: ignore[method-assign]
        Receipt(each.delivery, SATURDAY, State.RETRY, code="sms_too_fast") for each in orders
    ]
    assert not office.dispatch.send_due(SATURDAY, Medium.SMS)
    assert office.states() == {"planned": 40, "retry": 10}


def test_a_number_gets_one_message_a_day_and_people_are_told(office: Office) -> None:
    bring(office, "dan-cu", 60)
    warn(office, bulletin="gia-danh-cong-an", priority=Priority.ROUTINE)
    office.dispatch.send_due(SATURDAY)
    assert office.states() == {"accepted": 60, "cancelled": 50}
    assert len({each.address["phone"] for each in office.provider.orders}) == 60


def test_everybody_reads_their_own_words_and_what_was_sent_is_counted_in_parts(office: Office) -> None:
    bring(office, "dan-cu", 1, first=1000)
    bring(office, "dan-cu", 1, first=1001, person="")
    warn(office)
    office.dispatch.send_due(SATURDAY)
    told = sorted(text_of(each) for each in office.provider.orders if each.target.startswith("dan-cu/"))
    assert told == [
        "Lê Thị Hoa: nước lũ về Xã An Quang – lên chỗ cao ngay.",
        "quý vị: nước lũ về Xã An Quang – lên chỗ cao ngay.",
    ]
    by_slot = {each.batch.occurrence.slot: each for each in office.batches.progress(SATURDAY)}
    assert (by_slot["nhan-tin"].parts, by_slot["nhan-tin"].status) == (50, "done")


@pytest.mark.parametrize(("encoding", "accented"), [("accented", True), ("folded", False)])
def test_the_station_says_whether_accents_go_and_an_emergency_keeps_them(
    tmp_path: Path, encoding: str, accented: bool
) -> None:
    changed = {
        "config/station.yaml": f"{STATION}sms_encoding: {encoding}\n",
        "scripts_audio/gia-danh-cong-an.md": SCRIPT.replace("Canh bao: cong an", "Cảnh báo: công an"),
        "scripts_audio/lu-quet.md": URGENT_SCRIPT,
    }
    for office in open_office(tmp_path, **changed):
        bring(office, "to-truong", 1)
        bring(office, "dan-cu", 1, first=1000)
        office.dispatch.plan(SATURDAY)
        warn(office)
        office.dispatch.send_due(SATURDAY)
        urgent, routine = (text_of(each) for each in office.provider.orders)
        assert urgent.startswith("Lê Thị Hoa: nước lũ")
        assert routine.startswith("Cảnh báo: công an" if accented else "Canh bao: cong an")


def test_progress_foresees_the_end_and_what_will_not_be_reached(office: Office) -> None:
    at_call(office, 3, lambda: office.batches.pause("canh-bao/nhan-tin", "an", SATURDAY))
    office.dispatch.send_due(SATURDAY)
    office.batches.resume("canh-bao/nhan-tin", "an", SATURDAY)
    (running,) = office.batches.progress(SATURDAY + timedelta(seconds=30))
    assert (running.status, running.sent, running.left, running.pace) == ("running", 30, 20, 1.0)
    assert running.ends == SATURDAY + timedelta(seconds=50)
    assert running.too_many == 0
    (late,) = office.batches.progress(running.batch.occurrence.too_late - timedelta(seconds=5))
    assert late.too_many in (0, 20)


def test_the_status_says_how_far_a_batch_is_and_when_it_ends(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LOA_DATABASE_URL", f"sqlite:///{tmp_path / 'loa.db'}")
    at_call(office, 3, lambda: office.batches.pause("canh-bao/nhan-tin", "an", SATURDAY))
    office.dispatch.send_due(SATURDAY)
    paused = survey(tmp_path, lambda: SATURDAY + timedelta(seconds=30))
    assert "TẠM DỪNG, đã gửi 30, còn 20" in "".join(_lines(paused))
    office.batches.resume("canh-bao/nhan-tin", "an", SATURDAY)
    (line,) = (each for each in _lines(survey(tmp_path, lambda: SATURDAY + timedelta(minutes=2))) if "đã gửi" in each)
    assert "đã gửi 30, còn 20, – tin mỗi giây, xong –" in line
    running = survey(tmp_path, lambda: SATURDAY + timedelta(seconds=30))
    (facts,) = document(running)["sms_batches"]
    assert (facts["sent"], facts["left"], facts["per_second"]) == (30, 20, 1.0)
    assert facts["ends"] == "2026-11-28T09:00:50+07:00"
    office.dispatch.send_due(SATURDAY)
    assert document(survey(tmp_path, lambda: SATURDAY + timedelta(minutes=1)))["sms_batches"] == []


def test_a_dry_run_says_to_whom_what_when_and_for_how_much_and_writes_nothing(office: Office) -> None:
    bring(office, "to-truong", 3, first=2000, person="Nguyễn Thị Bích Ngọc")
    before = office.states()
    found = office.batches.try_out_named("canh-bao/nhan-tin", SATURDAY - timedelta(hours=1))
    assert (found.recipients, found.code, found.withheld) == (53, "", 0)
    assert [(each.list, each.area, each.count) for each in found.reached] == [("to-truong", "an-quang", 53)]
    accented, folded = found.variants
    assert (accented.encoding, accented.worst, accented.segments) == ("GSM-7", 1, 53)
    assert folded.segments == 53
    assert "8491" not in repr(found)
    assert office.states() == before


def test_the_worst_case_of_a_dry_run_is_of_the_real_list(tmp_path: Path) -> None:
    script = SCRIPT.replace("Canh bao: cong an", "Chào {ten}, " + "a" * 40)
    for office in open_office(tmp_path, **{"scripts_audio/gia-danh-cong-an.md": script}):
        bring(office, "to-truong", 2, person="")
        bring(office, "to-truong", 1, first=10, person="Nguyễn Thị Bích Ngọc Phương Thảo Nguyên Hương Giang")
        found = office.batches.try_out_named("canh-bao", SATURDAY)
        accented, folded = found.variants
        assert (accented.encoding, accented.worst, accented.segments) == ("UCS-2", 3, 7)
        assert (folded.encoding, folded.worst, folded.segments) == ("GSM-7", 1, 3)
        assert "Nguyễn Thị" not in repr(found)


def test_a_missing_channel_or_nobody_to_send_to_is_said_by_a_dry_run(tmp_path: Path) -> None:
    for office in open_office(tmp_path):
        assert office.batches.try_out_named("canh-bao", SATURDAY).code == "no_contacts"
        assert office.batches.try_out_named("canh-bao", SATURDAY).recipients == 0


def test_the_first_of_a_long_list_are_sent_to_while_the_last_are_looked_up(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipeline.store.store_sms.EXPAND_PORTION", 10)
    sent_first, pages = threading.Event(), []
    office.provider.before = lambda _: sent_first.set()
    monkeypatch.setattr(office.store, "_let_others_write", lambda _: pages.append(sent_first.wait(PATIENCE_S)))
    assert office.dispatch.send_due(SATURDAY, Medium.SMS, within_s=3.0)
    while office.dispatch.send_due(SATURDAY, Medium.SMS, within_s=3.0):
        pass
    assert pages
    assert all(pages)
    assert office.states() == {"accepted": 50}


# --- several calls at once --------------------------------------------------------------------------------------------


@dataclass
class Wide(Provider):
    """Takes three calls at once and answers none before all of them are there."""

    lanes: int = 3
    together: threading.Barrier = field(default_factory=lambda: threading.Barrier(3))

    def send(self, orders: Sequence[Outgoing]) -> list[Receipt]:
        self.before(orders)
        self.together.wait(PATIENCE_S)
        self.calls.append(list(orders))
        return [Receipt(order.delivery, SATURDAY, State.ACCEPTED) for order in orders]


@pytest.fixture
def wide_office(office: Office) -> Office:
    office.provider = Wide(max_batch=10)
    office.dispatch.channels["ban-giao"] = office.provider  # type: ignore[index]
    bring(office, "to-truong", 4, first=500)
    return office


def test_calls_under_way_at_once_never_hold_more_than_one_may(wide_office: Office) -> None:
    held: list[int] = []
    wide_office.provider.before = lambda _: held.append(wide_office.states()["sending"])
    wide_office.dispatch.send_due(SATURDAY)
    assert wide_office.states() == {"accepted": 54}
    assert {len(call) for call in wide_office.provider.calls} == {3}
    assert max(held) <= 10
    assert len({each.target for each in wide_office.provider.orders}) == 54


def test_every_call_that_is_under_way_ends_and_none_begins_behind_a_pause(wide_office: Office) -> None:
    at_call(wide_office, 6, lambda: wide_office.batches.pause(str(batch(wide_office)), "an", SATURDAY))
    wide_office.dispatch.send_due(SATURDAY)
    assert wide_office.states() == {"accepted": 18, "planned": 36}


def test_an_emergency_outside_the_hours_is_noted_once_by_whichever_call(wide_office: Office) -> None:
    bring(wide_office, "dan-cu", 18, first=1000)
    night = SATURDAY.replace(hour=23)
    warn(wide_office, night)
    wide_office.dispatch.send_due(night)
    actions = [entry.action for entry in wide_office.store.audit_entries(9)]
    assert actions.count("emergency_outside_window") == 1


def test_what_one_call_could_not_send_is_not_tried_again_by_the_others(wide_office: Office) -> None:
    wide_office.provider.send = lambda orders: [  # type: ignore[method-assign]
        Receipt(each.delivery, SATURDAY, State.RETRY, code="sms_too_fast") for each in orders
    ]
    assert not wide_office.dispatch.send_due(SATURDAY, Medium.SMS)
    assert wide_office.states()["retry"] <= 9


def test_an_emergency_passes_while_every_call_of_a_batch_waits_for_the_far_end(wide_office: Office) -> None:
    bring(wide_office, "dan-cu", 18, first=1000)
    passed, waiting = threading.Event(), threading.Semaphore(0)

    def before(orders: Sequence[Outgoing]) -> None:
        if orders[0].target.startswith("to-truong"):
            waiting.release()
            assert passed.wait(PATIENCE_S)

    wide_office.provider.before = before
    batch_under_way = threading.Thread(target=wide_office.dispatch.send_due, args=(SATURDAY,))
    batch_under_way.start()
    for _ in range(3):
        assert waiting.acquire(timeout=PATIENCE_S)
    warn(wide_office)
    wide_office.dispatch.send_urgent(SATURDAY)
    wide_office.dispatch._urgent["ban-giao"].join(PATIENCE_S)
    assert [each.target.partition("/")[0] for each in wide_office.provider.orders] == ["dan-cu"] * 18
    passed.set()
    batch_under_way.join(PATIENCE_S)
    assert wide_office.states() == {"accepted": 72}
