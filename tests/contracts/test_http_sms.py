"""What a described provider of SMS owes beyond the suite of all channels: what each fault means, and who is asked."""

from __future__ import annotations

import dataclasses
import json
import logging
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from pipeline.channels import Doubt
from pipeline.channels.http_sms import HttpSms
from pipeline.channels.line import Gate, Line, LineError, monotonic
from pipeline.domain import Dedupe, Delivery, Evidence, Outgoing, Receipt, State, TextContent
from pipeline.errors import Outcome, SendError
from pipeline.messages import CATALOGUE
from tests.channel_cases import NOW, PHONE, TITLE, delivery, order
from tests.contracts.far_http import ASK, FAULTS, SECRET, FarHttp, described, far_http
from tests.patience import PATIENCE_S

LONG_AGO = NOW - timedelta(minutes=10)
MEANINGS = {
    "400": (State.FAILED, "sms_refused", 0),
    "401": (State.RETRY, "sms_credentials", 0),
    "403": (State.RETRY, "sms_credentials", 0),
    "404": (State.RETRY, "sms_place_unknown", 0),
    "405": (State.RETRY, "sms_place_unknown", 0),
    "408": (State.UNKNOWN, "sms_answer_unreadable", 0),
    "409": (State.UNKNOWN, "sms_answer_unreadable", 0),
    "429": (State.RETRY, "sms_too_fast", 0),
    "500": (State.UNKNOWN, "sms_provider_failing", 0),
    "502": (State.UNKNOWN, "sms_provider_failing", 0),
    "503": (State.UNKNOWN, "sms_provider_failing", 0),
    "garbage": (State.UNKNOWN, "sms_answer_unreadable", 0),
    "empty": (State.UNKNOWN, "sms_answer_unreadable", 0),
    "deep": (State.UNKNOWN, "sms_answer_unreadable", 0),
    "strange": (State.UNKNOWN, "sms_answer_unreadable", 0),
    "bad_number": (State.FAILED, "sms_bad_number", 0),
    "no_credit": (State.RETRY, "sms_no_credit", 0),
    "dropped": (State.UNKNOWN, "sms_answer_lost", 1),
    "never_taken": (State.UNKNOWN, "sms_answer_lost", 0),
    "cut_short": (State.UNKNOWN, "sms_answer_lost", 1),
    "silent": (State.UNKNOWN, "sms_no_answer", 1),
    "drips": (State.UNKNOWN, "sms_no_answer", 1),
    "endless": (State.UNKNOWN, "sms_answer_unreadable", 1),
    "elsewhere": (State.UNKNOWN, "sms_redirected", 0),
    "named_by_number": (State.ACCEPTED, "", 1),
}
"""Fault → state, code, and how often the far end sent it."""


@pytest.fixture(autouse=True)
def secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOA_FAR", SECRET)


@pytest.fixture
def far() -> Iterator[FarHttp]:
    with far_http() as server:
        yield server


class Clock:
    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


def channel(far: FarHttp, clock: Clock | None = None, **more: Any) -> HttpSms:
    return HttpSms("tin", {**described(far.url), **more}, clock or Clock())


def asking(far: FarHttp, clock: Clock | None = None, **more: Any) -> HttpSms:
    return channel(far, clock, key_holds=None, ask={"url": f"{far.url}/ask", **ASK}, **more)


def sms(number: int, **more: Any) -> Outgoing:
    made = order(number, TextContent(TITLE), target=f"to-truong/{number}", address={"phone": str(int(PHONE) + number)})
    return dataclasses.replace(made, **more)


def doubt(number: int, *, first: datetime = LONG_AGO, since: datetime | None = None, **more: Any) -> Doubt:
    row = Delivery(number, 1, f"to-truong/{number}", "tin", State.UNKNOWN, since=since or first, **more)
    return Doubt(row, sms(number), first, since or first)


def only_for(number: int, fault: str) -> Any:
    return lambda fields: fault if fields.get("to") == str(int(PHONE) + number) else ""


def told(receipts: list[Receipt]) -> list[tuple[int, State, str]]:
    return [(each.delivery, each.state, each.code) for each in receipts]


# --- what goes out ----------------------------------------------------------------------------------------------------


def test_fields_arrive_filled_in_and_the_key_is_the_same_each_time(far: FarHttp) -> None:
    out = channel(far)
    out.send([sms(1)])
    out.send([sms(1, attempt=2)])
    (_, path, headers, body), (*_, again) = far.requests
    assert path == "/send"
    assert headers["Content-Type"] == "application/json; charset=utf-8"
    assert json.loads(body) == json.loads(again)
    assert json.loads(body) == {
        "to": str(int(PHONE) + 1),
        "text": TITLE,
        "key": "loa-1",
        "from": "LOA",
        "token": SECRET,
    }
    assert far.sent == {str(int(PHONE) + 1): 1}


def test_a_key_the_provider_knows_proves_that_the_first_try_went_out(far: FarHttp) -> None:
    out = channel(far)
    far.fault = lambda _: "dropped"
    assert told(out.send([sms(1)])) == [(1, State.UNKNOWN, "sms_answer_lost")]
    far.fault = lambda _: ""
    (receipt,) = out.send([sms(1, attempt=2)])
    assert (receipt.state, receipt.code, receipt.ref) == (State.ACCEPTED, "sms_repeated", "far-1")
    assert far.sent == {str(int(PHONE) + 1): 1}


def test_keys_of_stations_that_share_an_account_differ(far: FarHttp, tmp_path: Path) -> None:
    for name in ("an-lao", "vinh-bao"):
        key = tmp_path / name
        key.write_text(name)
        HttpSms("tin", described(far.url), Clock(), station_key=key).send([sms(1)])
    assert len(far.taken) == 2
    assert not [key for key in far.taken if "an-lao" in key]


def test_many_are_sent_at_once_and_answered_in_order(far: FarHttp) -> None:
    out = channel(far, at_once=16)
    receipts = out.send([sms(number) for number in range(16)])
    assert [each.delivery for each in receipts] == list(range(16))
    assert {each.state for each in receipts} == {State.ACCEPTED}


# --- what comes back --------------------------------------------------------------------------------------------------


def test_every_fault_of_the_far_end_has_its_meaning() -> None:
    assert set(MEANINGS) == set(FAULTS)


@pytest.mark.parametrize("fault", MEANINGS)
def test_a_fault_on_one_recipient_leaves_the_others(far: FarHttp, fault: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    far.fault = only_for(2, fault)
    state, code, sent = MEANINGS[fault]
    out = channel(far, timeout=timedelta(seconds=1.5 if fault in ("silent", "drips") else PATIENCE_S))
    receipts = out.send([sms(1), sms(2), sms(3)])
    found = [each[:2] if fault == "drips" else each for each in told(receipts)]  # how its end is heard is chance
    wanted = [(1, State.ACCEPTED, ""), (2, state, code), (3, State.ACCEPTED, "")]
    assert found == [each[: len(found[0])] for each in wanted]
    assert not code or code in CATALOGUE
    assert far.sent[str(int(PHONE) + 2)] == sent
    said = f"{receipts} {out!r} {caplog.text}"
    assert SECRET not in said
    assert PHONE[2:8] not in said


def test_nobody_there_is_provably_unsent() -> None:
    with far_http() as far:
        gone = channel(far)
    assert told(gone.send([sms(1), sms(2)])) == [
        (1, State.RETRY, "sms_no_connection"),
        (2, State.RETRY, "sms_no_connection"),
    ]


def test_no_such_host_is_provably_unsent(far: FarHttp) -> None:
    out = channel(far, url="https://no-such-host.invalid/send")
    assert told(out.send([sms(1)])) in [[(1, State.RETRY, code)] for code in ("sms_name_unknown", "sms_no_connection")]


def test_a_far_end_without_a_certificate_is_sent_nothing(far: FarHttp) -> None:
    out = channel(far, url=far.url.replace("http:", "https:") + "/send")
    ((_, state, code),) = told(out.send([sms(1)]))
    assert (state, code in ("sms_line_untrusted", "sms_no_connection")) == (State.RETRY, True)
    assert not far.requests


def test_after_too_fast_it_rests(far: FarHttp) -> None:
    far.fault = lambda _: "429"
    out = channel(far)
    out.send([sms(1)])
    with pytest.raises(SendError, match="sms_too_fast"):
        out.send([sms(2)])
    assert len(far.requests) == 1


@pytest.mark.parametrize("value", ["two\nlines", "chữ"])
def test_a_secret_that_fits_no_request_sends_nothing(far: FarHttp, monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("LOA_FAR", value)
    out = channel(far, headers={"X-Token": "{secret:LOA_FAR}"})
    assert told(out.send([sms(1)])) == [(1, State.RETRY, "sms_request_bad")]
    assert not far.requests


def test_a_secret_that_is_not_set_is_named_before_any_network(far: FarHttp, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOA_FAR", " ")
    out = channel(far)
    for call in (out.check, lambda: out.send([sms(1)])):
        with pytest.raises(SendError) as caught:
            call()
        assert (caught.value.code, caught.value.params["variable"]) == ("channel_secret_missing", "LOA_FAR")
        assert caught.value.outcome is Outcome.NOT_SENT
    assert not far.requests


@pytest.mark.parametrize("phone", ["", "0912345678", "8491234567x", "84912345678;84912345679"])
def test_what_is_no_number_is_not_sent(far: FarHttp, phone: str) -> None:
    assert told(channel(far).send([sms(1, address={"phone": phone})])) == [(1, State.FAILED, "sms_no_phone")]
    assert not far.requests


def test_who_gave_up_before_the_line_was_crossed_can_use_it_again(far: FarHttp) -> None:
    line = Line(far.url)
    with pytest.raises(LineError):
        line.ask("GET", "/ask?key=a", _Shut(monotonic() + 5))
    alone = {"Connection": "close"}
    assert line.ask("GET", "/ask?key=a", Gate(monotonic() + 5), headers=alone).status == 200


class _Shut(Gate):
    """Somebody gives the request up while its connection is made."""

    def cross(self) -> bool:
        return False


# --- what nobody knows ------------------------------------------------------------------------------------------------


def test_a_key_still_known_may_be_repeated_and_a_forgotten_one_waits_for_a_person(far: FarHttp) -> None:
    out = channel(far, key_holds=timedelta(hours=1))
    assert out.dedupe is Dedupe.KEY
    assert told(out.look_up([doubt(1)], list)) == [(1, State.RETRY, "sms_repeat_by_key")]
    assert out.look_up([doubt(1, first=NOW - timedelta(hours=1), since=LONG_AGO)], list) == []


def test_a_repeat_that_comes_when_its_key_is_forgotten_is_not_sent(far: FarHttp) -> None:
    clock = Clock()
    out = channel(far, clock, key_holds=timedelta(minutes=30))
    late = sms(1, start=NOW - timedelta(minutes=30), attempt=2)
    assert told(out.send([late])) == [(1, State.UNKNOWN, "sms_key_forgotten")]
    assert not far.requests


def test_a_provider_that_knows_no_key_and_cannot_be_asked_waits_for_a_person(far: FarHttp) -> None:
    out = channel(far, key_holds=None)
    assert out.dedupe is Dedupe.NONE
    assert out.look_up([doubt(1)], list) == []
    out.send([sms(1)])
    assert far.requests[0][2]["Connection"] == "close"


@pytest.mark.parametrize(
    ("outcome", "state", "evidence"),
    [
        ("waiting", State.ACCEPTED, Evidence.NONE),
        ("arrived", State.CONFIRMED, Evidence.PROVIDER),
        ("failed", State.FAILED, Evidence.PROVIDER),
    ],
)
def test_a_message_the_provider_lists_went_out(far: FarHttp, outcome: str, state: State, evidence: Evidence) -> None:
    out = asking(far)
    assert out.dedupe is Dedupe.LOOKUP
    far.fault = lambda fields: "dropped" if "to" in fields else ""
    out.send([sms(1)])
    far.outcome = outcome
    (receipt,) = out.look_up([doubt(1, first=NOW)], list)
    assert (receipt.state, receipt.evidence) == (state, evidence)
    assert (receipt.ref == "far-1") is (state is not State.FAILED)


def test_a_provider_that_names_messages_by_their_numbers_puts_none_into_a_receipt(far: FarHttp) -> None:
    out = asking(far)
    far.fault = lambda fields: "dropped" if "to" in fields else ""
    out.send([sms(1)])
    for message in far.taken.values():
        message["id"] = f"sms-{message['to']}"
    (receipt,) = out.look_up([doubt(1, first=NOW)], list)
    assert (receipt.state, receipt.ref) == (State.ACCEPTED, "loa-1")
    far.outcome = "arrived"
    accepted = dataclasses.replace(doubt(1).delivery, state=State.ACCEPTED, ref="loa-1", since=NOW - timedelta(hours=1))
    (receipt,) = out.poll([accepted])
    assert (receipt.state, receipt.ref) == (State.CONFIRMED, "loa-1")


def test_a_message_nobody_lists_is_given_up_after_sixty_seconds_and_no_sooner(far: FarHttp) -> None:
    clock = Clock()
    out = asking(far, clock)
    clock.now = NOW + timedelta(seconds=59)
    assert out.look_up([doubt(1, first=NOW)], list) == []
    clock.now = NOW + timedelta(seconds=60)
    assert told(out.look_up([doubt(1, first=NOW)], list)) == [(1, State.RETRY, "sms_not_listed")]


@pytest.mark.parametrize("fault", ["ask_401", "ask_404", "ask_429", "ask_500"])
def test_an_answer_that_says_nothing_leaves_the_doubt(far: FarHttp, fault: str) -> None:
    far.fault = lambda fields: fault if "ask" in fields else ""
    assert asking(far).look_up([doubt(1)], list) == []


def test_a_silent_provider_is_asked_again_at_the_next_turn_only() -> None:
    with far_http() as far:
        gone = asking(far, at_once=2)
    assert gone.look_up([doubt(number) for number in range(10)], list) == []


def test_who_is_asked_by_reference_needs_one(far: FarHttp) -> None:
    out = channel(far, key_holds=None, ask={"url": f"{far.url}/ask/{{ref}}", **ASK, "fields": {}})
    assert out.dedupe is Dedupe.NONE
    assert out.look_up([doubt(1), doubt(2, ref="loa-2")], list) == []
    assert not far.requests


# --- what was taken over ----------------------------------------------------------------------------------------------


def test_what_was_taken_over_is_asked_about_now_and_then_until_it_arrives(far: FarHttp) -> None:
    clock = Clock()
    out = asking(far, clock)
    row = delivery(out.send([sms(1)])[0], since=NOW)
    assert out.poll([row]) == []
    asked = len(far.requests)
    clock.now = NOW + timedelta(seconds=30)
    assert out.poll([row]) == []
    assert len(far.requests) == asked + 1
    assert out.poll([row]) == []
    assert len(far.requests) == asked + 1
    clock.now = NOW + timedelta(hours=1)
    far.outcome = "arrived"
    assert told(out.poll([row])) == [(1, State.CONFIRMED, "")]


def test_what_has_not_arrived_for_days_is_asked_about_no_more(far: FarHttp) -> None:
    out = asking(far)
    assert out.poll([delivery(out.send([sms(1)])[0], since=NOW - timedelta(days=4))]) == []
    assert len(far.requests) == 1


def test_one_turn_of_asking_is_bounded(far: FarHttp) -> None:
    out = asking(far, at_once=4)
    rows = [Delivery(number, 1, "x/1", "tin", State.ACCEPTED, since=LONG_AGO) for number in range(100)]
    out.poll(rows)
    assert len(far.requests) == 20
