"""Twilio, its bad days included, against a far end that keeps what it was sent."""

from __future__ import annotations

import logging
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from pipeline.channels import UNSENT_AFTER, Call, Doubt
from pipeline.channels.line import Gate, Line, LineError, monotonic
from pipeline.channels.registry import build_channel
from pipeline.channels.twilio import Twilio
from pipeline.channels.twilio_codes import REFUSED, STATUS, UNSENT, UNSENT_STATUS, outcome, refusal
from pipeline.config.channels import ChannelSettings
from pipeline.domain import ASKED_TO_STOP, NEVER_REACHED, Delivery, Evidence, Outgoing, State, TextContent
from pipeline.errors import AccessError, Outcome, SendError
from pipeline.messages import CATALOGUE
from tests.contracts.far_twilio import (
    ACCOUNT,
    SECRETS,
    SETTINGS,
    SILENT_S,
    TOKEN,
    Behaviour,
    FarTwilio,
    Message,
    serving,
    signature,
)
from tests.patience import PATIENCE_S
from tests.ports import dead_port

TEXT = "Cảnh báo: “giả danh công an”"
PUBLIC = "https://loa.example.vn:8443/dai"


@pytest.fixture(autouse=True)
def _secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, secret in SECRETS.items():
        monkeypatch.setenv(name, secret)


@pytest.fixture
def far() -> Iterator[FarTwilio]:
    with serving() as end:
        yield end


class Watch:
    """A clock that runs with the machine's and can be set."""

    def __init__(self) -> None:
        self.ahead = timedelta(0)

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead


def channel(url: str, clock: Any = None, **more: Any) -> Twilio:
    values = {**SETTINGS, "base_url": url, **more}
    values = {name: value for name, value in values.items() if value is not None}
    made = build_channel(ChannelSettings("tin-nhan", "twilio", values), Path("/"), clock or Watch())
    assert isinstance(made, Twilio)
    return made


def order(number: int, text: str = TEXT, **more: Any) -> Outgoing:
    now = datetime.now(UTC)
    address = {"phone": str(84_912_345_000 + number), "name": "Nguyễn Văn Mẫu"}
    made = Outgoing(number, f"loa-{number}", ("p", "s", now), now, f"dan/{number}", address, TextContent(text))
    return replace(made, **more)


def doubt(number: int, text: str = TEXT, *, ago: timedelta = timedelta(0), lasted: timedelta = timedelta(0)) -> Doubt:
    now = datetime.now(UTC)
    unknown = Delivery(number, 1, f"dan/{number}", "tin-nhan", State.UNKNOWN)
    return Doubt(unknown, order(number, text), now - ago - lasted, now - ago)


def nobody(_: Any) -> set[str]:
    return set()


def only(number: int, fault: str) -> Behaviour:
    """The fault hits the order of one number."""
    phone = f"+{84_912_345_000 + number}"
    return Behaviour(fault=lambda form: fault if form["To"] == phone else "", codes={"code": (400, 21211)})


# --- one order --------------------------------------------------------------------------------------------------------


def test_an_order_arrives_as_twilio_wants_it(far: FarTwilio) -> None:
    (receipt,) = channel(far.url, messaging_service="MG1", status_callback=PUBLIC).send([order(7)])
    method, path, headers, form = far.asked[0]
    assert (method, path) == ("POST", f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json")
    assert headers["authorization"].startswith("Basic ")
    assert headers["content-type"] == "application/x-www-form-urlencoded"
    callback = form.pop("StatusCallback")
    assert form == {"To": "+84912345007", "Body": TEXT, "From": "UBND-ANLAO", "MessagingServiceSid": "MG1"}
    assert callback.startswith(f"{PUBLIC}/loa/sms/7?k=")
    assert (receipt.state, receipt.ref, receipt.evidence) == (State.ACCEPTED, far.kept[0].sid, Evidence.NONE)


def test_nothing_of_the_environment_turns_requests_elsewhere(far: FarTwilio, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("TWILIO_EDGE", "TWILIO_REGION", "TWILIO_ACCOUNT_SID", "HTTPS_PROXY", "http_proxy"):
        monkeypatch.setenv(name, "elsewhere")
    assert channel(far.url).send([order(1)])[0].state is State.ACCEPTED


FAULTS = [
    ("429", State.RETRY, "sms_too_fast", 0),
    ("429 bare", State.RETRY, "sms_too_fast", 0),
    ("401", State.RETRY, "sms_credentials", 0),
    ("401 bare", State.RETRY, "sms_credentials", 0),
    ("403", State.RETRY, "sms_account_closed", 0),
    ("404", State.RETRY, "sms_place_unknown", 0),
    ("code", State.FAILED, "sms_bad_number", 0),
    ("500", State.UNKNOWN, "sms_provider_failing", 1),
    ("503", State.UNKNOWN, "sms_provider_failing", 1),
    ("302", State.UNKNOWN, "sms_answer_unreadable", 0),
    ("400 bare", State.UNKNOWN, "sms_answer_unreadable", 0),
    ("garbage", State.UNKNOWN, "sms_answer_unreadable", 1),
    ("nothing", State.UNKNOWN, "sms_answer_unreadable", 1),
    ("list", State.UNKNOWN, "sms_answer_unreadable", 1),
    ("deep", State.UNKNOWN, "sms_answer_unreadable", 1),
    ("no sid", State.UNKNOWN, "sms_answer_unreadable", 1),
    ("truncated", State.UNKNOWN, "sms_answer_lost", 1),
    ("drop before", State.UNKNOWN, "sms_answer_lost", 0),
    ("drop after", State.UNKNOWN, "sms_answer_lost", 1),
    ("trickle", State.UNKNOWN, "sms_no_answer", 1),
    ("slow", State.UNKNOWN, "sms_no_answer", 1),
]


@pytest.mark.parametrize(("fault", "state", "code", "kept"), FAULTS)
def test_a_fault_on_one_recipient_leaves_the_others(
    far: FarTwilio, fault: str, state: State, code: str, kept: int, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    far.behaviour = only(2, fault)
    began = time.monotonic()
    patience = timedelta(seconds=1.5 if code == "sms_no_answer" else PATIENCE_S)  # the others are answered meanwhile
    receipts = channel(far.url, timeout=patience).send([order(number) for number in (3, 2, 1)])
    assert time.monotonic() - began < SILENT_S, "it did not wait for the far end"
    assert [each.delivery for each in receipts] == [3, 2, 1]
    assert [each.state for each in receipts] == [State.ACCEPTED, state, State.ACCEPTED]
    assert (receipts[1].code, receipts[1].ref) == (code, "")
    assert len([each for each in far.kept if each.to.endswith("002")]) == kept
    assert not [each for each in far.asked if each[1].endswith("/elsewhere")]
    assert "84912345" not in caplog.text + repr(receipts)
    assert TOKEN not in caplog.text


@pytest.mark.parametrize(
    ("url", "code"),
    [("http://127.0.0.1:{dead}", "sms_no_connection"), ("https://khong-co-ai.invalid", "sms_name_unknown")],
)
def test_who_cannot_be_reached_was_sent_nothing(url: str, code: str) -> None:
    with dead_port() as dead:
        (receipt,) = channel(url.format(dead=dead)).send([order(1)])
    assert (receipt.state, receipt.code) == (State.RETRY, code)


def test_who_cannot_prove_its_name_is_sent_nothing(far: FarTwilio) -> None:
    (receipt,) = channel(far.url.replace("http://", "https://")).send([order(1)])
    assert (receipt.state, receipt.code) == (State.RETRY, "sms_line_untrusted")
    assert far.kept == []


def test_a_far_end_that_accepts_and_never_speaks_leaves_in_doubt() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        receipts = channel(url, timeout=timedelta(seconds=0.5)).send([order(number) for number in range(3)])
    assert {(each.state, each.code) for each in receipts} == {(State.UNKNOWN, "sms_no_answer")}


def test_a_connection_that_was_closed_meanwhile_is_not_used_for_an_order(far: FarTwilio) -> None:
    way = channel(far.url, max_batch=1)
    far.behaviour.fault = lambda form: "drop after" if form["To"].endswith("001") else ""
    states = [way.send([order(number)])[0].state for number in (0, 1, 2, 3)]
    assert states == [State.ACCEPTED, State.UNKNOWN, State.ACCEPTED, State.ACCEPTED]


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("LOA_FAR_ACCOUNT", "AC12 34"),
        ("LOA_FAR_ACCOUNT", "AC/../x"),
        ("LOA_FAR_TOKEN", "bí-mật"),
        ("LOA_FAR_TOKEN", "a b"),
    ],
)
def test_a_mistyped_account_leaves_nobody_in_doubt(
    far: FarTwilio, monkeypatch: pytest.MonkeyPatch, variable: str, value: str
) -> None:
    monkeypatch.setenv(variable, value)
    with pytest.raises(SendError) as caught:
        channel(far.url).send([order(1)])
    assert (caught.value.code, caught.value.outcome) == ("channel_secret_unsound", Outcome.NOT_SENT)
    assert value not in str(caught.value.params)
    assert far.asked == []


def test_connections_are_kept(far: FarTwilio) -> None:
    opened = []
    connect = Line._connect

    def counted(line: Line, gate: Gate) -> Any:
        opened.append(1)
        return connect(line, gate)

    way = channel(far.url, max_batch=2)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Line, "_connect", counted)
        for _ in range(5):
            way.send([order(1), order(2)])
    assert len(opened) <= 2


def test_after_too_fast_it_rests(far: FarTwilio) -> None:
    far.behaviour = only(2, "429")
    way = channel(far.url)
    way.send([order(1), order(2)])
    asked = len(far.asked)
    with pytest.raises(SendError) as caught:
        way.send([order(3)])
    assert (caught.value.code, caught.value.outcome) == ("sms_too_fast", Outcome.NOT_SENT)
    assert len(far.asked) == asked


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"address": {}}, "sms_no_phone"),
        ({"address": {"phone": "0912 345 678"}}, "sms_no_phone"),
        ({"address": {"phone": "+84912345678"}}, "sms_no_phone"),
        ({"content": TextContent("  ")}, "sms_no_text"),
    ],
)
def test_what_lacks_something_is_not_sent(far: FarTwilio, wrong: dict[str, Any], code: str) -> None:
    (receipt,) = channel(far.url).send([order(1, **wrong)])
    assert (receipt.state, receipt.code, far.asked) == (State.FAILED, code, [])


@pytest.mark.parametrize("missing", ["account", "token", "sender"])
def test_a_missing_setting_is_named_before_any_network(far: FarTwilio, missing: str) -> None:
    way = channel(far.url, **{missing: None})
    with pytest.raises(SendError) as caught:
        way.check()
    assert caught.value.params["setting"] == missing
    assert far.asked == []


def test_an_empty_secret_is_named_by_its_variable_and_takes_effect_once_set(
    far: FarTwilio, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LOA_FAR_TOKEN", " ")
    way = channel(far.url)
    with pytest.raises(SendError) as caught:
        way.send([order(1)])
    assert (caught.value.code, caught.value.outcome) == ("channel_secret_missing", Outcome.NOT_SENT)
    assert caught.value.params["variable"] == "LOA_FAR_TOKEN"
    monkeypatch.setenv("LOA_FAR_TOKEN", TOKEN)
    assert way.send([order(1)])[0].state is State.ACCEPTED


def test_the_account_can_be_asked(far: FarTwilio) -> None:
    channel(far.url).examine()
    far.behaviour.list_fault = "401"
    with pytest.raises(SendError) as caught:
        channel(far.url).examine()
    assert caught.value.code == "sms_credentials"


# --- codes ------------------------------------------------------------------------------------------------------------


def test_every_reason_has_its_sentence() -> None:
    assert {*REFUSED.values(), *UNSENT.values(), *UNSENT_STATUS.values()} <= set(CATALOGUE)


@pytest.mark.parametrize(
    ("code", "state", "reason"),
    [
        (21211, State.FAILED, "sms_bad_number"),
        (21614, State.FAILED, "sms_landline"),
        (21610, State.FAILED, "sms_opted_out"),
        (30003, State.FAILED, "sms_unreachable"),
        (21606, State.RETRY, "sms_sender_refused"),
        (21408, State.RETRY, "sms_region_closed"),
        (20003, State.RETRY, "sms_credentials"),
        (29999, State.FAILED, "sms_refused"),
        (None, State.UNKNOWN, "sms_answer_unreadable"),
    ],
)
def test_a_code_says_what_became_of_an_order(code: int | None, state: State, reason: str) -> None:
    assert refusal(400, code) == (state, reason)


def test_only_what_is_wrong_with_the_number_itself_blocks_it() -> None:
    blocking = {code for code, reason in REFUSED.items() if reason in NEVER_REACHED}
    assert {21211, 21614, 30005} <= blocking
    assert not blocking & {30003, 30006, 30007, 30008, 21610}
    assert REFUSED[21610] in ASKED_TO_STOP


@pytest.mark.parametrize("code", [*REFUSED, *UNSENT])
def test_a_server_that_failed_leaves_in_doubt_whatever_it_says(code: int) -> None:
    assert refusal(500, code)[0] is State.UNKNOWN


def test_every_status_of_an_outgoing_message_has_its_state() -> None:
    sent = {"queued", "sending", "sent", "accepted", "scheduled"}
    assert sent | {"failed", "delivered", "undelivered", "read", "canceled"} == set(STATUS)
    assert {outcome(status, None) for status in sent} == {(State.ACCEPTED, "")}
    assert outcome("undelivered", 30005) == (State.FAILED, "sms_bad_number")
    assert outcome("undelivered", None) == (State.FAILED, "sms_refused")
    assert outcome("received", None) is None


# --- doubts -----------------------------------------------------------------------------------------------------------


def test_what_twilio_lists_went_out(far: FarTwilio) -> None:
    far.behaviour = only(1, "drop after")
    way = channel(far.url)
    way.send([order(1)])
    (receipt,) = way.look_up([doubt(1)], nobody)
    assert (receipt.state, receipt.ref) == (State.ACCEPTED, far.kept[0].sid)


def test_what_nobody_lists_is_given_up_after_sixty_seconds_and_no_sooner(far: FarTwilio) -> None:
    way = channel(far.url)
    assert way.look_up([doubt(1, ago=UNSENT_AFTER - timedelta(seconds=1))], nobody) == []
    (receipt,) = way.look_up([doubt(1, ago=UNSENT_AFTER + timedelta(seconds=1))], nobody)
    assert (receipt.state, receipt.code) == (State.RETRY, "sms_not_listed")


def test_a_list_that_lags_gives_nothing_up(far: FarTwilio) -> None:
    far.behaviour.lag = 50.0
    way = channel(far.url)
    way.send([order(1)])
    assert way.look_up([doubt(1)], nobody) == []
    far.behaviour.lag = 0.0
    assert way.look_up([doubt(1)], nobody)[0].state is State.ACCEPTED


def test_a_list_is_never_asked_by_the_day_of_sending(far: FarTwilio) -> None:
    channel(far.url).look_up([doubt(1)], nobody)
    assert "DateSent" not in "".join(path for _, path, _, _ in far.asked)


@pytest.mark.parametrize("ahead", [timedelta(hours=3), timedelta(hours=-3)])
def test_the_clock_of_the_list_need_not_be_ours(far: FarTwilio, ahead: timedelta) -> None:
    far.behaviour.ahead = ahead
    way = channel(far.url)
    way.send([order(1)])
    assert way.look_up([doubt(1)], nobody)[0].state is State.ACCEPTED


def test_a_message_of_yesterday_proves_nothing(far: FarTwilio) -> None:
    way = channel(far.url)
    way.send([order(1)])
    far.kept[0].at -= timedelta(days=1).total_seconds()
    (receipt,) = way.look_up([doubt(1, ago=UNSENT_AFTER)], nobody)
    assert receipt.state is State.RETRY


@pytest.mark.parametrize("before", [timedelta(minutes=3), timedelta(minutes=7)])
def test_a_message_made_before_our_order_proves_nothing_and_leaves_the_doubt(far: FarTwilio, before: timedelta) -> None:
    way = channel(far.url)
    way.send([order(1)])
    asked = doubt(1, ago=UNSENT_AFTER)
    far.kept[0].at -= (datetime.now(UTC) - asked.first + before).total_seconds()
    assert way.look_up([asked], nobody) == []


def test_more_messages_than_doubts_leave_the_doubt_and_what_is_older_is_not_counted(far: FarTwilio) -> None:
    way = channel(far.url)
    way.send([order(1)])
    way.send([order(1)])
    assert way.look_up([doubt(1, ago=UNSENT_AFTER)], nobody) == []
    asked = doubt(1)
    far.kept[0].at -= (datetime.now(UTC) - asked.first + timedelta(minutes=1)).total_seconds()
    (receipt,) = way.look_up([asked], nobody)
    assert receipt.ref == far.kept[1].sid


def test_a_message_that_another_delivery_holds_proves_nothing(far: FarTwilio) -> None:
    way = channel(far.url)
    way.send([order(1)])
    (receipt,) = way.look_up([doubt(1, ago=UNSENT_AFTER)], set)
    assert receipt.state is State.RETRY


def test_of_two_doubts_with_the_same_words_each_needs_a_message_of_its_own(far: FarTwilio) -> None:
    way = channel(far.url)
    way.send([order(1)])
    first = doubt(1, ago=UNSENT_AFTER, lasted=timedelta(minutes=1))
    second = replace(doubt(1, ago=UNSENT_AFTER), delivery=Delivery(2, 2, "dan/1", "tin-nhan", State.UNKNOWN))
    receipts = {each.delivery: each.state for each in way.look_up([second, first], nobody)}
    assert receipts == {1: State.ACCEPTED, 2: State.RETRY}


def test_words_of_ours_that_nobody_knows_leave_the_doubt(far: FarTwilio) -> None:
    way = channel(far.url)
    way.send([order(1, "Một lời đã được sửa từ đó")])
    far.kept[0].at -= (UNSENT_AFTER + timedelta(seconds=1)).total_seconds()
    assert way.look_up([doubt(1, ago=UNSENT_AFTER)], nobody) == []
    far.kept[0].sender = "NGAN-HANG"  # another's, of the same account
    assert way.look_up([doubt(1, ago=UNSENT_AFTER)], nobody)[0].state is State.RETRY


def test_words_a_service_has_folded_and_those_of_a_trial_are_known_again(far: FarTwilio) -> None:
    way = channel(far.url)
    way.send([order(1), order(2)])
    far.kept[0].body = TEXT.replace("“", '"').replace("”", '"')
    far.kept[1].body = f"Sent from your Twilio trial account - {TEXT}"
    receipts = way.look_up([doubt(1), doubt(2)], nobody)
    assert [each.state for each in receipts] == [State.ACCEPTED, State.ACCEPTED]


def test_many_doubts_are_looked_up_in_the_list_as_a_whole_over_its_pages(far: FarTwilio) -> None:
    far.behaviour.page_size = 7
    way = channel(far.url)
    way.send([order(number) for number in range(40)])
    asked = len(far.asked)
    doubts = [doubt(number, ago=UNSENT_AFTER) for number in range(45)]
    found = {each.delivery: each.state for each in way.look_up(doubts, nobody)}
    assert [found[number] for number in range(45)] == [State.ACCEPTED] * 40 + [State.RETRY] * 5
    assert len(far.asked) - asked == 6


def test_a_list_too_long_to_be_read_proves_nothing(far: FarTwilio, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline.channels.twilio_list.PAGES", 2)
    far.behaviour.page_size = 5
    way = channel(far.url)
    way.send([order(number) for number in range(30)])
    receipts = way.look_up([doubt(number, ago=UNSENT_AFTER) for number in range(20, 50)], nobody)
    assert {each.state for each in receipts} <= {State.ACCEPTED}


@pytest.mark.parametrize("fault", ["drop", "500", "429", "401", "garbage", "list", "deep", "302"])
def test_a_list_that_cannot_be_read_leaves_every_doubt(far: FarTwilio, fault: str) -> None:
    far.behaviour.list_fault = fault
    with pytest.raises(SendError) as caught:
        channel(far.url).look_up([doubt(1, ago=UNSENT_AFTER)], nobody)
    assert caught.value.outcome is Outcome.UNKNOWN
    assert caught.value.code in CATALOGUE


def test_what_failed_since_is_told_with_its_reason(far: FarTwilio) -> None:
    way = channel(far.url)
    way.send([order(1)])
    far.kept[0].status, far.kept[0].error = "undelivered", 30005
    (receipt,) = way.look_up([doubt(1)], nobody)
    assert (receipt.state, receipt.code) == (State.FAILED, "sms_bad_number")


def test_news_of_what_was_taken_over_are_asked_for_ever_more_seldom(far: FarTwilio) -> None:
    watch = Watch()
    way = channel(far.url, watch)
    (sent, other) = way.send([order(1), order(2)])
    waiting = [
        Delivery(each.delivery, 1, "dan/1", "tin-nhan", State.ACCEPTED, ref=each.ref, since=each.at)
        for each in (sent, other)
    ]
    assert way.poll(waiting) == []
    asked = len(far.asked)
    far.kept[0].status = "delivered"
    assert way.poll(waiting) == []
    assert len(far.asked) == asked
    watch.ahead = timedelta(minutes=2)
    (news,) = way.poll(waiting)
    assert (news.state, news.evidence, news.ref) == (State.CONFIRMED, Evidence.PROVIDER, far.kept[0].sid)


# --- the line ---------------------------------------------------------------------------------------------------------


def test_a_gate_is_crossed_or_shut_and_never_both() -> None:
    for _ in range(200):
        gate, found = Gate(monotonic() + 5), []
        crossing = threading.Thread(target=lambda gate=gate, found=found: found.append(gate.cross()))
        crossing.start()
        unsent = gate.shut()
        crossing.join()
        assert unsent is not found[0]


def test_behind_its_time_nothing_is_written(far: FarTwilio) -> None:
    line = Line(far.url)
    with pytest.raises(LineError) as caught:
        line.ask("POST", "/x", Gate(monotonic() - 1))
    line.close()
    assert not caught.value.sent
    assert far.asked == []


# --- reports ----------------------------------------------------------------------------------------------------------


def called(far: FarTwilio, *, status: str = "delivered", delivery: int = 7, **more: str) -> Call:
    """A report as Twilio would send it on the first message kept."""
    message: Message = far.kept[0]
    form = {"MessageSid": message.sid, "MessageStatus": status, "AccountSid": ACCOUNT, "ErrorCode": "", **more}
    target = message.callback.removeprefix(PUBLIC.removesuffix("/dai"))
    body = "&".join(f"{name}={value}" for name, value in form.items()).encode()
    return Call(delivery, target, {"x-twilio-signature": signature(message.callback, form)}, body)


@pytest.fixture
def way(far: FarTwilio) -> Twilio:
    made = channel(far.url, status_callback=PUBLIC)
    made.send([order(7)])
    return made


@pytest.mark.parametrize(
    ("status", "error", "state", "code"),
    [
        ("delivered", "", State.CONFIRMED, ""),
        ("sent", "", State.ACCEPTED, ""),
        ("undelivered", "30003", State.FAILED, "sms_unreachable"),
        ("failed", "x", State.FAILED, "sms_refused"),
    ],
)
def test_a_report_becomes_a_receipt(
    far: FarTwilio, way: Twilio, status: str, error: str, state: State, code: str
) -> None:
    receipt = way.hear(called(far, status=status, ErrorCode=error))
    assert receipt is not None
    assert (receipt.delivery, receipt.state, receipt.code, receipt.ref) == (7, state, code, far.kept[0].sid)


def test_a_report_of_something_else_is_no_news(far: FarTwilio, way: Twilio) -> None:
    assert way.hear(called(far, status="received")) is None


def test_a_field_left_empty_belongs_to_what_is_signed(far: FarTwilio, way: Twilio) -> None:
    assert way.hear(called(far, RawDlrDoneDate="", ErrorMessage="")) is not None


def test_a_path_that_a_proxy_has_cut_is_still_the_public_address(far: FarTwilio, way: Twilio) -> None:
    call = called(far)
    assert way.hear(replace(call, target=call.target.removeprefix("/dai"))) is not None


def _forged(call: Call) -> dict[str, Call]:
    return {
        "unsigned": replace(call, headers={}),
        "empty": replace(call, headers={"x-twilio-signature": ""}),
        "signed by another": replace(call, headers={"x-twilio-signature": signature("https://x", {}, "other")}),
        "not ascii": replace(call, headers={"x-twilio-signature": "é" * 28}),
        "changed": replace(call, body=call.body.replace(b"delivered", b"failed")),
        "of another delivery": replace(call, delivery=8),
        "another address": replace(call, target=call.target.replace("/7?", "/8?"), delivery=8),
        "without key": replace(call, target=call.target.partition("?")[0]),
        "two keys": replace(call, target=call.target + "&k=1"),
        "no text": replace(call, body=b"\xff\xfe\x00"),
        "empty body": replace(call, body=b""),
    }


@pytest.mark.parametrize("kind", [*_forged(Call(7, "/loa/sms/7?k=1", {}, b"delivered"))])
def test_a_forged_report_is_refused(far: FarTwilio, way: Twilio, kind: str) -> None:
    with pytest.raises(AccessError) as caught:
        way.hear(_forged(called(far))[kind])
    assert caught.value.code == "callback_forged"


def test_a_report_of_another_account_is_refused(far: FarTwilio, way: Twilio) -> None:
    with pytest.raises(AccessError):
        way.hear(called(far, AccountSid="AC" + "1" * 32))
