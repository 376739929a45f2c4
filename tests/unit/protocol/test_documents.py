"""Plans, commands, journals, status, enrolment: whole round trips, and every flaw refused by name."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta, timezone
from time import process_time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.domain import Priority, State, Window, Windows
from pipeline.errors import AccessError
from pipeline.protocol.command import LONGEST, Command, Order, Reply, read_command, read_reply
from pipeline.protocol.journal import (
    MOST_BYTES,
    MOST_ENTRIES,
    Entry,
    Handed,
    Kind,
    outcome,
    piece,
    read_handed,
)
from pipeline.protocol.plan import LONGEST_LIFE, MOST_AIRINGS, Airing, ReceiverPlan, Volume, read_plan
from pipeline.protocol.status import read_status
from tests.unit.protocol.documents import (
    AIRING,
    COMMAND_OF,
    EVERY_DAY,
    HANDED,
    KEY,
    NOW,
    OTHER,
    PLAN_OF,
    RECEIVER,
    RING,
    STATUS,
    airing,
    put,
    sealed_command,
    sealed_plan,
    spoilt,
    window,
    without,
)

Change = Callable[[dict[str, Any]], object]

PLANS: dict[str, Change] = {
    "no windows said": without("windows"),
    "no version": without("version"),
    "version 0": put(version=0),
    "version beyond": put(version=2**53 + 1),
    "version true": put(version=True),
    "version as text": put(version="41"),
    "receiver with a path": put(receiver="../an-quang-01"),
    "receiver with a topic": put(receiver="an-quang-01/#"),
    "receiver in capitals": put(receiver="AN-QUANG-01"),
    "receiver of other letters": put(receiver="аn-quang-01"),  # a Cyrillic а
    "that lives longer than a month": put(expires=(NOW + LONGEST_LIFE + timedelta(seconds=1)).isoformat()),
    "expired before it was issued": put(expires=NOW.isoformat()),
    "issued in no zone": put(issued="2026-11-23T05:00:00"),
    "zone nobody knows": put(zone="Asia/Ha_Noi"),
    "zone as a path": put(zone="../../etc/localtime"),
    "zone as a whole path": put(zone="/etc/localtime"),
    "zone that is a folder": put(zone="Asia"),
    "lead-in of an hour": put(lead_in_s=3600),
    "lead-in backwards": put(lead_in_s=-1),
    "lead-in NaN as text": put(lead_in_s="NaN"),
    "louder than mastered": lambda facts: facts["volumes"][0].update(gain_db=0.5),
    "volumes of no gain": lambda facts: facts["volumes"][0].pop("gain_db"),
    "windows as a word": put(windows="always"),
    "window without days": window(days=""),
    "window of a day doubled": window(days="00"),
    "window of an eighth day": window(days="7"),
    "window backwards": window(**{"from": "06:30", "to": "05:00"}),
    "window of no length": window(**{"from": "06:30", "to": "06:30"}),
    "window at 24:00": window(to="24:00"),
    "window with seconds": window(to="06:30:00"),
    "window in other digits": window(to="０6:30"),
    "airing twice": lambda facts: facts["airings"].append(facts["airings"][0]),
    "one sound of two sizes": lambda facts: facts["airings"].append({**facts["airings"][0], "id": "loa-8", "size": 9}),
    "airings beyond": lambda facts: facts.update(
        airings=[{**facts["airings"][0], "id": f"loa-{n}"} for n in range(MOST_AIRINGS + 1)]
    ),
    "hash as a path": airing(sound="../" + "a" * 61),
    "hash in capitals": airing(sound="AB" * 32),
    "hash too short": airing(sound="ab" * 31),
    "hash with a line break": airing(sound="ab" * 32 + "\n"),
    "hash with a NUL": airing(sound="ab" * 31 + "a\0"),
    "id as a path": airing(id="../../x"),
    "id absolute": airing(id="/etc/passwd"),
    "id of dots": airing(id=".."),
    "id empty": airing(id=""),
    "no size": airing(size=0),
    "size beyond": airing(size=2**31 + 1),
    "size as a fraction": airing(size=1.5),
    "no length": airing(seconds=0),
    "a length that no float holds": airing(seconds=10**400),
    "a day long": airing(seconds=86_400),
    "begins behind its end": airing(offset_s=61.25),
    "offset backwards": airing(offset_s=-1),
    "latest before begin": airing(latest=NOW.isoformat()),
    "begin before time": airing(begin="0001-01-01T00:00:00+23:59"),
    "priority nobody knows": airing(priority="urgent"),
    "priority as number": airing(priority=2),
    "title too long": airing(title="x" * 301),
    "title that steers terminals": airing(title="\x1b]0;x\x07"),
    "title of half a pair": airing(title="\\ud83d"),
    "resumes as a word": airing(resumes="yes"),
    "airing of no id": lambda facts: facts["airings"][0].pop("id"),
    "airings as a table": put(airings={"0": {}}),
}


@pytest.mark.parametrize("change", PLANS.values(), ids=PLANS)
def test_a_plan_with_one_flaw_is_refused_as_a_whole(change: Change) -> None:
    document = sealed_plan(change)
    if change is PLANS["title of half a pair"]:
        document = document.replace(b"\\\\\\\\ud83d", b"\\\\ud83d")
    with pytest.raises(AccessError) as refused:
        read_plan(document, RING, RECEIVER)
    assert refused.value.code in {"document_unreadable", "seal_forged"}


def test_a_plan_is_for_one_receiver_of_one_station() -> None:
    assert read_plan(sealed_plan(), RING, RECEIVER) == PLAN_OF
    with pytest.raises(AccessError, match="plan_for_another"):
        read_plan(sealed_plan(), RING, "an-quang-02")
    with pytest.raises(AccessError, match="plan_for_another"):
        read_plan(sealed_plan(put(station="0" * 32)), RING, RECEIVER)


@pytest.mark.parametrize(
    ("issued", "code"),
    [(NOW - timedelta(days=10), "seal_key_over"), (NOW + timedelta(seconds=1), "seal_key_over"), (NOW, "")],
    ids=["before the key's time", "after it", "within it"],
)
def test_a_key_signs_plans_and_commands_only_in_its_time(issued: datetime, code: str) -> None:
    times = put(issued=issued.isoformat(), expires=(issued + timedelta(minutes=5)).isoformat())
    for read, document in ((read_plan, sealed_plan(times, OTHER)), (read_command, sealed_command(times, OTHER))):
        if not code:
            read(document, RING, RECEIVER)
            continue
        with pytest.raises(AccessError, match=code):
            read(document, RING, RECEIVER)


COMMANDS: dict[str, Change] = {
    "an order nobody knows": put(order="reboot"),
    "an order in capitals": put(order="SILENCE"),
    "valid for too long": put(expires=(NOW + LONGEST + timedelta(seconds=1)).isoformat()),
    "over before it begins": put(expires=NOW.isoformat()),
    "no id": put(id=""),
    "id of a kilobyte": put(id="x" * 1_000),
    "id with a line break": put(id="c-1\0"),
    "airings beyond": put(airings=["x"] * 1_001),
    "airings as one": put(airings="loa-7"),
    "numbers for airings": put(airings=[7]),
    "no receiver": without("receiver"),
}


@pytest.mark.parametrize("change", COMMANDS.values(), ids=COMMANDS)
def test_a_command_with_one_flaw_is_refused(change: Change) -> None:
    with pytest.raises(AccessError, match="document_unreadable"):
        read_command(sealed_command(change), RING, RECEIVER)


def test_a_command_is_for_one_receiver() -> None:
    assert read_command(sealed_command(), RING, RECEIVER) == COMMAND_OF
    with pytest.raises(AccessError, match="command_for_another"):
        read_command(sealed_command(), RING, "an-quang-02")


def test_one_kind_never_passes_for_another() -> None:
    with pytest.raises(AccessError, match="seal_kind"):
        read_command(sealed_plan(), RING, RECEIVER)
    with pytest.raises(AccessError, match="seal_kind"):
        read_plan(sealed_command(), RING, RECEIVER)
    for document, read in ((sealed_plan(), read_command), (sealed_command(), read_plan)):
        renamed = json.loads(document)
        renamed["kind"] = "command/1" if read is read_command else "plan/1"
        with pytest.raises(AccessError, match="seal_forged"):
            read(json.dumps(renamed).encode(), RING, RECEIVER)


STATUSES: dict[str, Change] = {
    "online as a number": put(online=1),
    "offset without end": put(clock_offset_s=1e300),
    "offset not said": without("clock_offset_s"),
    "faults without end": put(faults=["x"] * 51),
    "a fault of many words": put(faults=["x" * 65]),
    "a fault that steers terminals": put(faults=["\x1b[31m"]),
    "negative room": put(free_bytes=-1),
}


@pytest.mark.parametrize("change", STATUSES.values(), ids=STATUSES)
def test_a_status_with_one_flaw_is_refused(change: Change) -> None:
    with pytest.raises(AccessError, match="document_unreadable"):
        read_status(spoilt(STATUS.payload(), change))


def test_a_status_and_a_reply_come_back_as_they_went() -> None:
    assert read_status(STATUS.payload()) == STATUS
    assert read_status(replace(STATUS, clock_offset_s=None).payload()).clock_offset_s is None
    assert read_reply(Reply("c-1", NOW, "busy").payload()) == Reply("c-1", NOW, "busy")


@pytest.mark.parametrize("behind", [b" " * 20_000, b" " * 20_000 + b"x"])
def test_what_is_too_long_is_refused_and_never_cut_to_fit(behind: bytes) -> None:
    for read, payload in ((read_status, STATUS.payload()), (read_reply, Reply("c-1", NOW).payload())):
        with pytest.raises(AccessError, match="document_unreadable"):
            read(payload + behind)


def entry(**values: object) -> Change:
    return lambda facts: facts["entries"][0].update(values)


JOURNALS: dict[str, Change] = {
    "a gap": entry(seq=7),
    "backwards": lambda facts: facts["entries"].reverse(),
    "one number twice": lambda facts: facts["entries"][1].update(seq=1),
    "number 0": entry(seq=0),
    "number true": entry(seq=True),
    "kind nobody knows": entry(kind="played"),
    "facts as a list": entry(facts=["x"]),
    "facts without end": entry(facts={f"n{n}": "x" for n in range(21)}),
    "a number among the facts": entry(facts={"n": 1}),
    "a name that steers terminals": entry(facts={"\x1b[2J": "x"}),
    "position backwards": entry(position_s=-1),
    "entries beyond": lambda facts: facts.update(
        entries=[{**facts["entries"][0], "seq": n + 1} for n in range(MOST_ENTRIES + 1)]
    ),
    "no journal": put(journal=""),
}


@pytest.mark.parametrize("change", JOURNALS.values(), ids=JOURNALS)
def test_a_piece_of_a_journal_with_one_flaw_is_refused(change: Change) -> None:
    with pytest.raises(AccessError, match="document_unreadable"):
        read_handed(spoilt(HANDED.payload(), change))


def test_a_piece_of_a_journal_comes_back_as_it_went() -> None:
    assert read_handed(HANDED.payload()) == HANDED
    assert read_handed(Handed("9f3a", ()).payload()) == Handed("9f3a", ())


def test_a_journal_is_handed_in_by_pieces_that_are_taken() -> None:
    long = {f"n{n}": "ữ" * 300 for n in range(20)}
    entries = [Entry(seq, NOW, Kind.FAULT, facts=long) for seq in range(1, 701)]
    left, handed = entries, list[Entry]()
    while left:
        taken = read_handed(piece("9f3a", left).payload()).entries
        handed, left = [*handed, *taken], left[len(taken) :]
    assert handed == entries
    plain = [Entry(seq, NOW, Kind.TONE) for seq in range(1, 701)]
    assert len(piece("9f3a", plain).entries) == MOST_ENTRIES
    assert len(piece("9f3a", entries).payload()) <= MOST_BYTES


def said(*kinds: Kind, code: str = "") -> list[Entry]:
    return [Entry(seq + 1, NOW + timedelta(seconds=seq), kind, "loa-7", code) for seq, kind in enumerate(kinds)]


@pytest.mark.parametrize(
    ("entries", "state"),
    [
        (said(), None),
        (said(Kind.STARTED), None),
        (said(Kind.STARTED, Kind.CUT), None),
        (said(Kind.WITHDRAWN), None),
        (said(Kind.HEARD), None),
        (said(Kind.STARTED, Kind.ENDED), State.CONFIRMED),
        (said(Kind.STARTED, Kind.CUT, Kind.RESUMED, Kind.ENDED), State.CONFIRMED),
        (said(Kind.STARTED, Kind.STOPPED), State.INTERRUPTED),
        (said(Kind.STARTED, Kind.FAILED), State.INTERRUPTED),
        (said(Kind.STARTED, Kind.STOPPED, Kind.ENDED), State.INTERRUPTED),
        (said(Kind.MISSED), State.MISSED),
        (said(Kind.MISSED, Kind.STARTED, Kind.ENDED), State.MISSED),
        (said(Kind.FAILED), State.FAILED),
        (said(Kind.ENDED), State.FAILED),
        (said(Kind.ENDED, Kind.STARTED), State.FAILED),
    ],
)
def test_what_a_journal_says_of_an_airing(entries: list[Entry], state: State | None) -> None:
    found = outcome(entries)
    assert found.state is state
    assert (found.ended is not None) == (state in {State.CONFIRMED, State.INTERRUPTED})


MOMENTS = st.datetimes(
    datetime(2000, 1, 2),  # noqa: DTZ001 the zone is drawn beside it
    datetime(2199, 12, 30),  # noqa: DTZ001
    timezones=st.sampled_from([UTC, timezone(timedelta(hours=7)), timezone(-timedelta(hours=9, minutes=30))]),
)
TEXTS = st.text(st.characters(blacklist_categories=["Cs", "Cc", "Zl", "Zp"]), max_size=20)
AIRINGS = st.builds(
    Airing,
    id=st.from_regex(r"[a-z0-9]([a-z0-9._-]{0,20}[a-z0-9])?", fullmatch=True),
    sound=st.sampled_from(["ab" * 32, "cd" * 32]),
    size=st.just(7),
    seconds=st.floats(0.05, 3600),
    begin=MOMENTS,
    latest=st.just(datetime(2199, 12, 31, tzinfo=UTC)),
    priority=st.sampled_from(Priority),
    title=TEXTS,
    resumes=st.booleans(),
)
HOURS = st.builds(
    Window,
    st.builds(time, st.integers(0, 11), st.integers(0, 59)),
    st.sampled_from([time(12), time(23, 59), time(0)]),
    st.frozensets(st.integers(0, 6), min_size=1),
)
PLANS_OF = st.builds(
    lambda airings, windows, volumes, lead_in: replace(
        PLAN_OF,
        airings=tuple({each.id: each for each in airings}.values()),
        windows=None if windows is None else Windows(tuple(windows)),
        volumes=tuple(volumes),
        lead_in=timedelta(seconds=lead_in),
    ),
    st.lists(AIRINGS, max_size=4),
    st.none() | st.lists(HOURS, max_size=3),
    st.lists(st.builds(Volume, HOURS, st.floats(-60, 0)), max_size=3),
    st.integers(0, 30),
)


@given(PLANS_OF)
@settings(max_examples=50, deadline=None)
def test_every_plan_comes_back_as_it_went(plan: ReceiverPlan) -> None:
    read = read_plan(plan.sealed(KEY), RING, RECEIVER)
    assert read.payload() == plan.payload()
    assert read.content() == json.loads(json.dumps(read.content()))
    assert read_plan(read.sealed(KEY), RING, RECEIVER) == read


@given(st.integers(0, 10**6), st.integers(1, 255))
@settings(max_examples=150, deadline=None)
def test_a_plan_with_any_byte_altered_is_refused_or_says_the_same(place: int, flip: int) -> None:
    document = bytearray(sealed_plan())
    document[place % len(document)] ^= flip
    try:
        assert read_plan(bytes(document), RING, RECEIVER) == PLAN_OF
    except AccessError:
        return


@given(st.integers(0, 10**6))
@settings(max_examples=30, deadline=None)
def test_a_plan_that_is_cut_anywhere_is_refused(length: int) -> None:
    document = sealed_plan()
    with pytest.raises(AccessError):
        read_plan(document[: length % len(document)], RING, RECEIVER)


VALUES = st.none() | st.booleans() | st.integers() | st.floats() | TEXTS | st.just([]) | st.just({}) | st.just([{}])
PLACES = [("", each) for each in PLAN_OF.content()] + [
    (key, each) for key in ("airings", "windows", "volumes") for each in PLAN_OF.content()[key][0]
]


@given(st.sampled_from(PLACES), VALUES)
@settings(max_examples=150, deadline=None)
def test_a_signed_plan_with_anything_anywhere_is_read_or_refused(place: tuple[str, str], value: object) -> None:
    def change(facts: dict[str, Any]) -> None:
        (facts[place[0]][0] if place[0] else facts)[place[1]] = value

    try:
        read_plan(sealed_plan(change), RING, RECEIVER)
    except AccessError:
        return


def test_a_full_plan_is_read_within_a_second() -> None:
    many = [replace(AIRING, id=f"loa-{n}", title="Cảnh báo lừa đảo") for n in range(MOST_AIRINGS)]
    sealed = PLAN_OF.with_airings(many).sealed(KEY)
    began = process_time()
    assert len(read_plan(sealed, RING, RECEIVER).airings) == MOST_AIRINGS
    assert process_time() - began < 1.0


def test_a_plan_that_no_receiver_would_take_is_not_sealed() -> None:
    many = [replace(AIRING, id=f"loa-{n}", title="ữ" * 300) for n in range(MOST_AIRINGS)]
    with pytest.raises(AccessError, match="seal_unreadable"):
        PLAN_OF.with_airings(many).sealed(KEY)


def test_the_first_volume_that_holds_the_beginning_counts() -> None:
    plan = replace(
        PLAN_OF,
        volumes=(
            Volume(Window(time(5), time(6), EVERY_DAY), -6.0),
            Volume(Window(time(5), time(7), EVERY_DAY), -3.0),
        ),
    )
    local = datetime(2026, 11, 23, tzinfo=timezone(timedelta(hours=7)))
    at = {hour: plan.gain_db(local.replace(hour=hour)) for hour in (5, 6, 7)}
    assert at == {5: -6.0, 6: -3.0, 7: 0.0}


def test_a_command_may_be_for_some_airings_and_says_when_it_is_over() -> None:
    command = Command("c-2", RECEIVER, Order.TONE, NOW, NOW + LONGEST)
    assert read_command(command.sealed(KEY), RING, RECEIVER) == command
