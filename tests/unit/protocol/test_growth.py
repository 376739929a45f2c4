"""A station and receivers of different age: what a reader does not know yet changes nothing of what it reads."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.errors import AccessError
from pipeline.protocol import journal, plan, status
from pipeline.protocol.command import COMMAND, Reply, read_command, read_reply
from pipeline.protocol.enrolment import Asked, Granted, read_asked, read_granted
from pipeline.protocol.hearing import Hearing, Verdict
from pipeline.protocol.plan import PLAN, read_plan
from pipeline.signing import KEYRING, MOST_BYTES, Keyring, seal
from tests.unit.protocol.documents import (
    AIRING,
    COMMAND_OF,
    HANDED,
    KEY,
    NOW,
    PLAN_OF,
    RECEIVER,
    RING,
    ROOT_KEY,
    STATUS,
    spoilt,
)

GRANTED = Granted(
    RECEIVER, "chứng thư", "nơi cấp", "QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUE=", "vòng khóa", "", "Đài An Lão", ""
)
RICH = PLAN_OF.with_airings([AIRING, replace(AIRING, id="loa-8", first_word_s=3.5)])
ASKED = Asked("yêu cầu", "EFUJ", "4HYQS4YUBLVH")
REPLY = Reply("c-1", NOW, "busy")
NEWER = replace(RING, version=9, revoked=frozenset({"k-0"}))

Read = Callable[[bytes], object]
READERS: dict[str, tuple[bytes, Read, object]] = {
    "plan": (RICH.payload(), lambda data: read_plan(seal(data, PLAN, KEY), RING, RECEIVER), RICH),
    "command": (COMMAND_OF.payload(), lambda data: read_command(seal(data, COMMAND, KEY), RING, RECEIVER), COMMAND_OF),
    "keyring": (NEWER.payload(), lambda data: RING.follow(seal(data, KEYRING, ROOT_KEY)), NEWER),
    "status": (STATUS.payload(), status.read_status, STATUS),
    "reply": (REPLY.payload(), read_reply, REPLY),
    "journal": (HANDED.payload(), journal.read_handed, HANDED),
    "request": (ASKED.payload(), read_asked, ASKED),
    "grant": (GRANTED.payload(), read_granted, GRANTED),
}
KNOWN = {"gain_db", *(name for payload, _, _ in READERS.values() for name in json.loads(payload))}
KNOWN |= set(RICH.content()["airings"][1]) | set(RICH.content()["volumes"][0]) | {"id", "public", "since", "until"}
KNOWN |= set(journal.Entry(1, NOW, journal.Kind.TONE).as_json())
NAMES = st.text("a\u1ef1-Z_./ 7", max_size=30).filter(lambda name: name not in KNOWN)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.text('a\u1eef7 \n"', max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abc"), inner, max_size=3),
    max_leaves=4,
)


def tables(facts: Any, at: str = "") -> list[dict[str, Any]]:
    """Every table of a document that has names of its own; those of an entry's facts are the receiver's to name."""
    if isinstance(facts, list):
        return [found for each in facts for found in tables(each, at)]
    if not isinstance(facts, dict) or at == "facts":
        return []
    return [facts, *(found for key, each in facts.items() for found in tables(each, key))]


@given(kind=st.sampled_from(sorted(READERS)), names=st.lists(NAMES, min_size=1), value=VALUES, place=st.integers(0, 99))
@settings(max_examples=200, deadline=None)
def test_a_key_nobody_knows_changes_nothing_wherever_it_stands(
    kind: str, names: list[str], value: object, place: int
) -> None:
    payload, read, whole = READERS[kind]

    def grow(facts: dict[str, Any]) -> None:
        found = tables(facts)
        found[place % len(found)].update(dict.fromkeys(names, value))

    assert read(spoilt(payload, grow)) == whole


@pytest.mark.parametrize("kind", READERS)
def test_every_table_of_a_document_may_have_grown(kind: str) -> None:
    payload, read, whole = READERS[kind]

    def grow(facts: dict[str, Any]) -> None:
        for each in tables(facts):
            each["x-later"] = {"more": [1, None, {"x": "y"}]}

    assert len(tables(json.loads(payload))) >= (6 if kind == "plan" else 3 if kind in {"keyring", "journal"} else 1)
    assert read(spoilt(payload, grow)) == whole


FLAWS: dict[str, Callable[[bytes], bytes]] = {
    "said twice": lambda data: b'{"x-later":1,"x-later":2,' + data[1:],
    "no number": lambda data: b'{"x-later":NaN,' + data[1:],
    "too deep": lambda data: b'{"x-later":' + b"[" * 20 + b"]" * 20 + b"," + data[1:],
    "in letters that are no NFC": lambda data: '{"đe\u0302":1,'.encode() + data[1:],
}


@pytest.mark.parametrize("kind", READERS)
@pytest.mark.parametrize("flaw", FLAWS)
def test_a_key_nobody_knows_is_still_json(kind: str, flaw: str) -> None:
    payload, read, _ = READERS[kind]
    with pytest.raises(AccessError, match=r"document_unreadable|seal_forged"):  # a seal writes NFC: no such is signed
        read(FLAWS[flaw](payload))


@pytest.mark.parametrize(
    ("kind", "most"),
    [("plan", MOST_BYTES), ("status", status.MOST_BYTES), ("journal", journal.MOST_BYTES), ("reply", 4_096)],
)
def test_what_nobody_knows_counts_where_bytes_are_counted(kind: str, most: int) -> None:
    payload, read, _ = READERS[kind]
    with pytest.raises(AccessError, match=r"seal_unreadable|document_unreadable"):
        read(b'{"x-later":"' + b"x" * most + b'",' + payload[1:])


def test_a_known_key_is_read_as_strictly_beside_one_that_is_not() -> None:
    def grow(facts: dict[str, Any]) -> None:
        facts["airings"][0].update({"x-later": 1, "size": True})

    with pytest.raises(AccessError, match="document_unreadable"):
        read_plan(seal(spoilt(RICH.payload(), grow), PLAN, KEY), RING, RECEIVER)


def test_what_must_not_be_passed_over_comes_as_another_version() -> None:
    later = seal(RICH.payload(), PLAN.replace("/1", "/2"), KEY)
    with pytest.raises(AccessError, match="seal_kind"):
        read_plan(later, RING, RECEIVER)


def test_what_stands_beside_a_signature_is_signed_by_nobody_and_refused() -> None:
    sealed = seal(RICH.payload(), plan.PLAN, KEY)
    with pytest.raises(AccessError, match="document_unreadable"):
        read_plan(spoilt(sealed, lambda facts: facts.update({"x-later": 1})), RING, RECEIVER)


def test_a_keyring_that_only_says_more_is_the_same_keyring() -> None:
    grown = spoilt(RING.payload(), lambda facts: facts.update({"x-later": 1}))
    assert RING.follow(seal(grown, KEYRING, ROOT_KEY)) == RING
    older = Keyring(RING.root, 9, (KEY.public(NOW - timedelta(days=1)),))
    with pytest.raises(AccessError, match="keyring_older"):
        older.follow(seal(grown, KEYRING, ROOT_KEY))


def test_a_hearing_that_says_more_is_heard_and_one_that_says_less_is_none() -> None:
    heard = Hearing(Verdict.HEARD, 40.0, 1.0, 0.0, 60.0, 0.2, -30.5)
    assert Hearing.read_facts({**heard.as_facts(), "x-later": "zwei"}) == heard
