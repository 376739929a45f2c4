"""What every adapter for devices owes: out goes nothing but what was signed, in comes nothing but what was said."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from textwrap import indent
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.config import receivers
from pipeline.domain import Evidence, State
from pipeline.errors import AccessError, StoreError
from pipeline.fleet.adapters import RECEIVER, Adapter, Noted, Parcel, Said, Sealed, Told
from pipeline.fleet.adapters.neutral import REPLY, STATUS, Neutral
from pipeline.fleet.adapters.registry import REGISTRY, adapter_of, origin_of
from pipeline.fleet.noting import SOUNDED, Noting, heard, translated
from pipeline.protocol.command import Command, Order, Reply, read_command
from pipeline.protocol.journal import Entry, Kind, of_airing, outcome
from pipeline.protocol.plan import Airing, ReceiverPlan, read_plan
from pipeline.protocol.status import Status
from pipeline.signing import MOST_BYTES, Keyring, SigningKey
from tests.receivers.invented import ANSWER, REPORT, SCHEDULE, STATE, Horn
from tests.receivers.ledgers import MemoryLedger

AT = datetime(2026, 11, 23, 5, 0, tzinfo=UTC)
NAME = "an-quang-01"
KEY, OTHER_KEY = SigningKey.make("k-1"), SigningKey.make("k-1")
RING = Keyring(b"r" * 32, 1, (KEY.public(AT - timedelta(days=30)),))
AIRING = Airing("loa-7", "a" * 64, 48_000, 60.0, AT, AT + timedelta(minutes=5), title="Cảnh báo lừa đảo")


def plan(*airings: Airing) -> ReceiverPlan:
    return ReceiverPlan(NAME, RING.station, 17, AT, AT + timedelta(days=12), "Asia/Ho_Chi_Minh").with_airings(airings)


def sealed(document: bytes, **more: Any) -> Sealed:
    return Sealed(NAME, document, RING, sounds="https://loa.xa.example:8443/loa/1/sound/", **more)


def no_airing(id: str) -> Airing | None:
    return None


def its_airing(id: str) -> Airing | None:
    return AIRING if id == AIRING.id else None


def dumped(**facts: Any) -> bytes:
    return json.dumps(facts).encode()


@dataclass(frozen=True)
class Case:
    """How the device behind an adapter talks. `shown`: tag, hash, begin and latest of what it was told to play."""

    adapter: Adapter
    shown: Callable[[list[Parcel]], list[tuple[str, str, datetime, datetime]]]
    says: Mapping[str, bytes]
    report: Callable[[str, datetime | None, datetime], tuple[str, bytes]] | None = None


def neutral_shown(parcels: list[Parcel]) -> list[tuple[str, str, datetime, datetime]]:
    found = read_plan(parcels[0].payload, RING, NAME)
    return [(each.id, each.sound, each.begin, each.latest) for each in found.airings]


def horn_shown(parcels: list[Parcel]) -> list[tuple[str, str, datetime, datetime]]:
    def moment(seconds: int) -> datetime:
        return datetime.fromtimestamp(seconds, UTC)

    entries = json.loads(parcels[0].payload)["entries"]
    assert all(each["url"].endswith(f"/loa/1/sound/{each['sha256']}") for each in entries)
    return [(each["tag"], each["sha256"], moment(each["at"]), moment(each["not_after"])) for each in entries]


def horn_report(tag: str, begun: datetime | None, over: datetime) -> tuple[str, bytes]:
    facts: dict[str, Any] = {"tag": tag, "over": int(over.timestamp()), "result": "done"}
    return REPORT, dumped(**facts, **({} if begun is None else {"begun": int(begun.timestamp())}))


CASES = (
    Case(Neutral(), neutral_shown, {STATUS: Status(True, AT, 17).payload(), REPLY: Reply("c-1", AT).payload()}),
    Case(
        Horn(),
        horn_shown,
        {
            STATE: dumped(up=True, rev=17, lacks=0, left=1, free=9, fw="2.1"),
            ANSWER: dumped(id="c-1", ok=True),
            REPORT: horn_report("loa-7", AT, AT + timedelta(minutes=1))[1],
        },
        horn_report,
    ),
)
MAKERS = tuple(each for each in CASES if each.report is not None)
each_adapter = pytest.mark.parametrize("case", CASES, ids=lambda each: each.adapter.id)
each_maker = pytest.mark.parametrize("case", MAKERS, ids=lambda each: each.adapter.id)


def hear(case: Case, topic: str, payload: bytes, airing: Callable[[str], Airing | None] = its_airing) -> list[Said]:
    return heard(case.adapter, Told(NAME, topic, payload, retained=False, at=AT), airing)


def entries(said: list[Said]) -> list[Entry]:
    return [entry for each in said if isinstance(each, Noted) for entry in each.entries]


def test_every_registered_adapter_has_a_case_and_a_name_that_the_files_may_use() -> None:
    assert set(REGISTRY) <= {each.adapter.id for each in CASES}
    assert tuple(REGISTRY) == receivers.ADAPTERS
    assert all(name == each.id for name, each in REGISTRY.items())


@each_adapter
def test_a_device_has_topics_of_its_own_only(case: Case) -> None:
    for topic in (*case.adapter.reads, *case.adapter.writes):
        assert topic.split("/").count(RECEIVER) == 1
        assert not set("+#%$") & set(topic)
    assert not set(case.adapter.reads) & set(case.adapter.writes)
    assert set(case.adapter.kept) <= {*case.adapter.reads, *case.adapter.writes}
    others = [topic for each in CASES if each is not case for topic in (*each.adapter.reads, *each.adapter.writes)]
    assert not {*case.adapter.reads, *case.adapter.writes} & set(others)


@each_adapter
def test_a_plan_arrives_as_it_was_signed(case: Case) -> None:
    second = replace(AIRING, id="loa-8", sound="b" * 64, begin=AT + timedelta(hours=1), latest=AT + timedelta(hours=2))
    wanted = plan(AIRING, second)
    parcels = list(translated(case.adapter, case.adapter.plan, sealed(wanted.sealed(KEY))))
    assert case.shown(parcels) == [(each.id, each.sound, each.begin, each.latest) for each in wanted.airings]
    assert all(each.retain for each in parcels)
    assert case.shown(list(translated(case.adapter, case.adapter.plan, sealed(plan().sealed(KEY))))) == []


@each_maker
def test_nothing_that_is_not_the_stations_is_translated(case: Case) -> None:
    another = replace(plan(AIRING), receiver="xa-an-lao-01")
    for document in (plan(AIRING).sealed(OTHER_KEY), another.sealed(KEY), b"{}", b"\xff"):
        with pytest.raises(AccessError):
            translated(case.adapter, case.adapter.plan, sealed(document))


@each_adapter
def test_a_command_is_never_retained_and_keeps_its_id(case: Case) -> None:
    command = Command("c-1", NAME, Order.SILENCE, AT, AT + timedelta(seconds=60))
    (parcel,) = translated(case.adapter, case.adapter.command, sealed(command.sealed(KEY), id="c-1"))
    assert not parcel.retain
    assert b"c-1" in parcel.payload
    assert case.report or read_command(parcel.payload, RING, NAME) == command


@each_adapter
def test_everything_a_device_may_say_is_understood(case: Case) -> None:
    assert set(case.says) == set(case.adapter.writes)
    for topic, payload in case.says.items():
        assert hear(case, topic, payload)


@each_adapter
def test_an_answer_that_the_broker_had_kept_is_none(case: Case) -> None:
    for topic, payload in case.says.items():
        said = heard(case.adapter, Told(NAME, topic, payload, retained=True, at=AT), its_airing)
        assert not any(isinstance(each, Reply) for each in said)


@each_adapter
@settings(max_examples=60, deadline=None)
@given(
    noise=st.binary(max_size=200)
    | st.dictionaries(st.text(max_size=6), st.integers() | st.text()).map(lambda each: json.dumps(each).encode())
)
def test_whatever_else_arrives_is_refused_by_name(case: Case, noise: bytes) -> None:
    for topic in (*case.adapter.writes, "elsewhere"):
        with pytest.raises(AccessError, match="document_unreadable"):
            hear(case, topic, noise)


@each_adapter
def test_a_report_that_was_tampered_with_is_refused_or_claims_no_more(case: Case) -> None:
    for topic, payload in case.says.items():
        for place in range(len(payload)):
            for hostile in (payload[:place], payload[:place] + b"\x00" + payload[place + 1 :], payload[place:]):
                try:
                    said = entries(hear(case, topic, hostile))
                except AccessError:
                    continue
                assert len(said) <= 2


@each_adapter
def test_what_is_too_large_is_not_even_read(case: Case) -> None:
    for topic, payload in case.says.items():
        with pytest.raises(AccessError, match="size"):
            hear(case, topic, payload + b" " * case.adapter.most_bytes)
        deep = b'{"a":' * 2_000 + b"1" + b"}" * 2_000
        with pytest.raises(AccessError):
            hear(case, topic, deep[: case.adapter.most_bytes])


@each_maker
def test_a_state_says_nothing_of_a_journal_that_the_device_does_not_number(case: Case) -> None:
    for topic, payload in case.says.items():
        for each in hear(case, topic, payload):
            if isinstance(each, Status):
                assert (each.journal, each.written, each.waiting) == ("", 0, 0)
                assert each.clock_offset_s is None or each.at != AT


@each_maker
def test_an_airing_is_confirmed_by_a_report_that_proves_its_end(case: Case) -> None:
    assert case.report is not None
    found = entries(hear(case, *case.report("loa-7", AT, AT + timedelta(seconds=60))))
    assert outcome(of_airing(found, "loa-7")).state is State.CONFIRMED


@each_maker
@pytest.mark.parametrize("seconds", [0, 1, 30, 58])
def test_an_airing_that_was_over_too_soon_was_not_played_whole(case: Case, seconds: int) -> None:
    assert case.report is not None
    found = entries(hear(case, *case.report("loa-7", AT, AT + timedelta(seconds=seconds))))
    said = outcome(of_airing(found, "loa-7"))
    assert (said.state, said.code) == (State.INTERRUPTED, "played_length_differs")


@each_maker
def test_done_without_a_beginning_or_before_it_proves_nothing(case: Case) -> None:
    assert case.report is not None
    for begun in (None, AT + timedelta(seconds=61)):
        with pytest.raises(AccessError, match="document_unreadable"):
            hear(case, *case.report("loa-7", begun, AT + timedelta(seconds=60)))


@each_maker
def test_an_airing_nobody_ordered_is_passed_on_under_its_name_for_the_ledger_to_tell(case: Case) -> None:
    assert case.report is not None
    found = entries(hear(case, *case.report("loa-999", AT, AT + timedelta(seconds=60)), no_airing))
    assert {each.airing for each in found} == {"loa-999"}


@pytest.fixture
def ledger() -> MemoryLedger:
    return MemoryLedger()


@each_maker
def test_a_report_that_comes_twice_is_written_once_and_late_ones_keep_the_numbers_whole(
    case: Case, ledger: MemoryLedger
) -> None:
    assert case.report is not None
    noting = Noting(ledger)
    later = case.report("loa-8", AT + timedelta(hours=1), AT + timedelta(hours=1, minutes=1))
    first = case.report("loa-7", AT, AT + timedelta(minutes=1))
    for topic, payload in (later, first, later, first, first):
        noting.take(NAME, case.adapter, entries(hear(case, topic, payload)))
    assert [each.seq for each in ledger.noted] == [1, 2, 3, 4]
    assert [each.airing for each in ledger.noted] == ["loa-8", "loa-8", "loa-7", "loa-7"]
    Noting(ledger).take(NAME, case.adapter, entries(hear(case, *first)))  # by a station that began anew
    assert [each.seq for each in ledger.noted] == [1, 2, 3, 4, 5, 6]
    assert outcome(of_airing(ledger.noted, "loa-7")).state is State.CONFIRMED


@each_maker
def test_what_could_not_be_written_down_is_taken_when_it_comes_again(case: Case, ledger: MemoryLedger) -> None:
    assert case.report is not None
    noting, said = Noting(ledger), entries(hear(case, *case.report("loa-7", AT, AT + timedelta(minutes=1))))
    ledger.error = StoreError("database_locked")
    with pytest.raises(StoreError):
        noting.take(NAME, case.adapter, said)
    ledger.error = None
    noting.take(NAME, case.adapter, said)
    assert [each.seq for each in ledger.noted] == [1, 2]


def test_more_than_fits_one_piece_is_handed_in_by_pieces(ledger: MemoryLedger) -> None:
    many = [Entry(0, AT + timedelta(seconds=place), Kind.FAULT, code="x") for place in range(1_200)]
    Noting(ledger).take(NAME, Horn(), many)
    assert [each.seq for each in ledger.noted] == list(range(1, 1_201))


class Bare(Horn):
    """The same device, with a firmware that says `done` and no times."""

    evidence = Evidence.NONE


@pytest.mark.parametrize("kind", sorted(SOUNDED))
def test_a_device_that_proves_nothing_confirms_nothing(kind: Kind, monkeypatch: pytest.MonkeyPatch) -> None:
    adapter = Bare()
    said = [Noted((Entry(0, AT, Kind.STARTED, "loa-7"), Entry(0, AT, kind, "loa-7")))]
    monkeypatch.setattr(adapter, "read", lambda told: said)
    with pytest.raises(AccessError, match="unproven"):
        heard(adapter, Told(NAME, REPORT, b"{}", retained=False, at=AT), its_airing)


SLOPPY: tuple[object, ...] = (
    Noted((Entry(0, AT, Kind.FAULT, code="x" * 65),)),
    Noted((Entry(0, AT.replace(tzinfo=None), Kind.FAULT),)),
    Noted(tuple(Entry(0, AT, Kind.FAULT) for _ in range(501))),
    Noted((Entry(0, AT, Kind.FAULT, facts={str(n): "x" for n in range(21)}),)),
    Status(True, AT.replace(tzinfo=None)),
    Status(True, AT, plan=-1),
    Reply("", AT),
    None,
)


@pytest.mark.parametrize("said", SLOPPY, ids=range(len(SLOPPY)))
def test_a_sloppy_adapter_gets_no_further_than_a_sloppy_device(said: Said, monkeypatch: pytest.MonkeyPatch) -> None:
    adapter = Horn()
    monkeypatch.setattr(adapter, "read", lambda told: [said])
    with pytest.raises(AccessError, match="document_unreadable"):
        heard(adapter, Told(NAME, REPORT, b"{}", retained=False, at=AT), its_airing)


@pytest.mark.parametrize(
    "parcel",
    [
        Parcel("loa/1/{receiver}/plan", b""),
        Parcel("horn/2/+/schedule", b""),
        Parcel(SCHEDULE.replace("schedule", "order"), b"", retain=True),
        Parcel(SCHEDULE, b"x" * (MOST_BYTES + 1)),
    ],
    ids=["another's topic", "everybody's topic", "a retained command", "too large"],
)
def test_an_adapter_reaches_its_own_devices_only(parcel: Parcel) -> None:
    with pytest.raises(AccessError, match="adapter_cannot"):
        translated(Horn(), lambda _: [parcel], sealed(b""))


def test_what_a_device_cannot_hold_as_it_is_is_not_trimmed_to_fit() -> None:
    many = [replace(AIRING, id=f"loa-{number}") for number in range(65)]
    for airings in ([replace(AIRING, offset_s=5.0)], many):
        with pytest.raises(AccessError, match="adapter_cannot"):
            translated(Horn(), Horn().plan, sealed(plan(*airings).sealed(KEY)))


def test_who_says_a_thing_is_read_from_the_topic_and_from_nothing_else() -> None:
    assert origin_of("loa/1/an-quang-01/status") == (NAME, STATUS)
    for topic in ("loa/1/an-quang-01/plan", "loa/1//status", "loa/1/a/b/status", "loa/1/_x/status", "loa/1", "status"):
        assert origin_of(topic) is None
    assert adapter_of(NAME, {}) is REGISTRY["loa"]


def test_the_worked_example_of_the_page_is_the_one_that_is_run_here() -> None:
    root = Path(__file__).parents[2]
    page = (root / "docs" / "adding-a-device.md").read_text(encoding="utf-8")
    code = (root / "tests" / "receivers" / "invented.py").read_text(encoding="utf-8")
    shown = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    assert len(shown) == 2
    for each in shown:
        assert indent(each, "    ") in code
    assert f"adapter: {Horn.id}" in page
