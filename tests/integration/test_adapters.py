"""A device with a format of its maker, from the plan to the receipt: over a real broker, and over a real database."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from pipeline.domain import Evidence, State
from pipeline.fleet.adapters import RECEIVER, Told
from pipeline.fleet.adapters.registry import REGISTRY
from pipeline.fleet.gate import Gate
from pipeline.fleet.noting import Noting, heard
from pipeline.protocol import names
from pipeline.protocol.command import Command, Order
from pipeline.protocol.journal import Kind
from pipeline.protocol.plan import Airing, ReceiverPlan
from pipeline.protocol.status import Status
from pipeline.store import Store
from tests.channel_cases import order, recording
from tests.fleets import ZONE, FarReceivers, fleet_at, utc, write_delivery
from tests.integration.test_fleet_broker import Place, now, until
from tests.receivers.invented import ORDER, REPORT, SCHEDULE, STATE, Horn
from tests.receivers.mosquitto import needs

NAME, OTHER = "an-quang-01", "xa-an-lao-01"
real_broker = needs("mosquitto")


def topic(form: str, receiver: str = NAME) -> str:
    return form.replace(RECEIVER, receiver)


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    monkeypatch.setitem(REGISTRY, "horn-2", Horn())
    monkeypatch.setattr("pipeline.fleet.gate.LOOK_EVERY_S", 0.2)
    made = Place(tmp_path)
    made.gate = Gate(made.ledger, made.keys, replace(made.settings, adapters={NAME: "horn-2"}), now)
    yield made
    made.close()


def ordered(place: Place, **more: object) -> Airing:
    begin = now().replace(microsecond=0)
    airing = Airing("loa-7", "a" * 64, 48_000, 60.0, begin, begin + timedelta(minutes=5))
    airing = replace(airing, **more)  # type: ignore[arg-type]
    until_then, station = now() + timedelta(days=9), place.keys.keyring.station
    plan = ReceiverPlan(NAME, station, 17, now(), until_then, "Asia/Ho_Chi_Minh", (airing,))
    place.ledger.plans[NAME] = (17, plan.sealed(place.keys.signing()))
    place.ledger.ordered[NAME, airing.id] = airing
    return airing


def replaced(place: Place) -> bytes:
    """A plan without anything in it, newer than that of `ordered`."""
    until_then, station = now() + timedelta(days=9), place.keys.keyring.station
    return ReceiverPlan(NAME, station, 18, now(), until_then, "Asia/Ho_Chi_Minh").sealed(place.keys.signing())


@real_broker
def test_a_makers_device_is_told_in_its_own_words_and_its_report_is_evidence(place: Place) -> None:
    device, airing = place.device(), ordered(place)
    place.open()
    line = place.line(device, topic(SCHEDULE), topic(ORDER))
    until(lambda: line.heard, "no schedule")
    (schedule,) = line.heard
    told = json.loads(schedule.payload)
    assert schedule.retain
    assert (told["rev"], told["entries"][0]["tag"]) == (17, "loa-7")
    assert told["entries"][0]["url"] == f"https://localhost:8443/loa/1/sound/{airing.sound}"

    begun = int(airing.begin.timestamp())
    state = {"up": True, "rev": 17, "lacks": 0, "left": 1, "free": 9, "fw": "2.1"}
    assert line.say(topic(STATE), json.dumps(state).encode(), retain=True) == "Success"
    report = json.dumps({"tag": "loa-7", "begun": begun, "over": begun + 60, "result": "done"}).encode()
    for _ in range(2):
        assert line.say(topic(REPORT), report) == "Success"
    assert line.say(topic(REPORT), b'{"tag": "loa-7", "result": "done"}') == "Success"
    until(lambda: place.ledger.news and len(place.ledger.noted) == 2, "nothing taken")
    assert [each.kind for each in place.ledger.noted] == [Kind.STARTED, Kind.ENDED]
    assert [each.status.plan for each in place.ledger.news] == [17]

    command = Command("c-1", NAME, Order.SILENCE, now(), now() + timedelta(seconds=30))
    place.gate.publish_command(NAME, command.sealed(place.keys.signing()), command.id, command.expires)
    until(lambda: len(line.heard) > 1, "no order")
    assert json.loads(line.heard[1].payload)["do"] == "STOP"
    assert not line.heard[1].retain


@real_broker
def test_a_device_speaks_for_itself_only_and_in_one_format_only(place: Place) -> None:
    device, _ = place.device(), ordered(place)
    spy = place.line(place.device(OTHER))
    place.open()
    until(lambda: spy.connected, "no connection")
    for form in (*Horn.reads, *Horn.writes):
        assert spy.say(topic(form), b"forged", retain=True) == "Not authorized", form
    own = place.line(device)
    until(lambda: own.connected, "no connection")
    own.say(names.status_topic(NAME), Status(True, now(), plan=99).payload())  # not the format the files name
    own.say(names.reply_topic(NAME), b'{"id": "c-1", "ok": true}')
    spy.say(topic(STATE, OTHER), b'{"up": true, "rev": 99, "lacks": 0, "left": 0, "free": 0, "fw": ""}')
    spy.say(names.status_topic(OTHER), Status(True, now(), plan=3).payload())
    until(lambda: place.ledger.news, "no news")
    assert [(each.receiver, each.status.plan) for each in place.ledger.news] == [(OTHER, 3)]
    assert place.ledger.replies == []


@real_broker
def test_people_are_told_of_a_device_that_cannot_hold_its_plan_and_others_get_theirs(place: Place) -> None:
    place.device(), ordered(place, offset_s=5.0)
    place.ledger.plans[OTHER] = (7, b"plan 7")
    line = place.line(place.device(OTHER), names.plan_topic(OTHER))
    place.open()
    until(lambda: line.heard, "it kept another waiting")
    until(lambda: place.gate.faults, "nobody is told")
    assert [(each.code, each.subject, each.params["why"]) for each in place.gate.faults] == [
        ("adapter_refused", NAME, "offset")
    ]
    ordered(place)
    place.gate.publish_plan(NAME, place.ledger.plans[NAME][1])
    until(lambda: not place.gate.faults, "still told")


@real_broker
def test_nothing_of_a_revoked_device_stays_at_the_broker(place: Place) -> None:
    device, _ = place.device(), ordered(place)
    place.open()
    line = place.line(device, topic(SCHEDULE))
    until(lambda: line.heard, "no schedule")
    del place.ledger.plans[NAME]
    place.ledger.revoke(NAME, now())
    until(lambda: line.say(topic(REPORT), b"{}") == "Not authorized", "may still")
    until(lambda: place.gate.link and not place.gate.link._gone, "not forgotten")
    heir = place.device()  # another machine in its place
    until(lambda: f"user {NAME}" not in (place.folder.path / "access").read_text(), "still shut out")
    new = place.line(heir)
    until(lambda: new.connected, "no connection")
    until(lambda: new.say(topic(REPORT), b"{}") == "Success", "still shut out")
    new.client.subscribe(topic(SCHEDULE), 1)
    until(lambda: new.subscribed, "not subscribed")
    place.gate.publish_plan(NAME, replaced(place))
    until(lambda: new.heard, "nothing came")
    assert [json.loads(each.payload)["rev"] for each in new.heard] == [18]


# --- the ledger -------------------------------------------------------------------------------------------------------

START = utc(2026, 11, 23, 10)


def told(**facts: object) -> Told:
    return Told(NAME, REPORT, json.dumps(facts).encode(), retained=False, at=START)


@pytest.mark.parametrize(
    ("seconds", "state", "code"),
    [(61, State.CONFIRMED, ""), (20, State.INTERRUPTED, "played_length_differs")],
)
def test_a_receipt_says_what_the_device_proved(
    tmp_path: Path, empty_sqlite: Path, seconds: int, state: State, code: str
) -> None:
    path = tmp_path / "loa.db"
    path.write_bytes(empty_sqlite.read_bytes())
    store = Store(f"sqlite:///{path}")

    def clock() -> datetime:
        return START - timedelta(minutes=10)

    try:
        fleet = fleet_at(tmp_path, store, clock, (NAME,))
        fleet.issuing.wire = FarReceivers(fleet, clock)
        write_delivery(store, 7, NAME, START)
        store.claim("may-thu", 1_007, now=clock(), limit=1, lease=timedelta(minutes=2))
        made = order(7, recording(tmp_path / "made", 60.0), start=START.astimezone(ZONE), target=NAME)
        store.record(fleet.lay_down([replace(made, latest=START + timedelta(minutes=15))], clock()))
        found = fleet.airing(NAME, "loa-7")
        assert found is not None
        assert (round(found.seconds), found.begin) == (60, START)
        assert [fleet.airing(*each) for each in ((OTHER, "loa-7"), (NAME, "loa-8"), (NAME, "7"))] == [None] * 3
        begun = int(START.timestamp())
        for _ in range(2):
            said = heard(
                Horn(),
                told(tag="loa-7", begun=begun, over=begun + seconds, result="done"),
                lambda id: fleet.airing(NAME, id),
            )
            Noting(fleet).take(NAME, Horn(), said[0].entries)  # type: ignore[union-attr]
        (delivery,) = store.deliveries([7])
        assert (delivery.state, delivery.code) == (state, code)
        receipt = store.receipts_of(7)[-1]
        assert receipt.evidence is Evidence.DEVICE
        assert (receipt.started, receipt.ended) == (START, START + timedelta(seconds=seconds))
    finally:
        store.close()


def test_the_clock_of_a_report_is_the_devices_own() -> None:
    said = heard(Horn(), told(tag="loa-7", begun=1_700_000_000, over=1_700_000_060, result="cut"), lambda id: None)
    assert said[0].entries[0].at == datetime.fromtimestamp(1_700_000_000, UTC)  # type: ignore[union-attr]
