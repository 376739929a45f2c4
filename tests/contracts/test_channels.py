"""What every channel owes dispatch, whatever it speaks to."""

from __future__ import annotations

import dataclasses
import importlib
import logging
import os
import unicodedata
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from pipeline.channels import Channel, Confirms, Doubt, Hears, LooksUp
from pipeline.channels.registry import REGISTRY
from pipeline.config.channels import CHANNEL_TYPES
from pipeline.domain import Dedupe, Delivery, Evidence, Medium, Outgoing, Receipt, State
from pipeline.errors import Outcome, SendError
from pipeline.messages import CATALOGUE
from tests.channel_cases import (
    CASES,
    NOW,
    PHONE,
    SECRETS,
    START,
    TITLE,
    Case,
    delivery,
    fake_player,
    far_end,
    send_all,
)


@pytest.fixture(params=CASES)
def case(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Case]:
    pytest.importorskip(f"pipeline.channels.{request.param}")
    fake_player(tmp_path / "bin")
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}{os.pathsep}{os.environ['PATH']}")
    for name, secret in SECRETS.items():
        monkeypatch.setenv(name, secret)
    found = CASES[request.param]
    if found.serve is None:
        yield found
    else:
        with found.serve(tmp_path) as leading_there:
            yield dataclasses.replace(found, values={**found.values, **leading_there})


@pytest.fixture
def channel(case: Case, tmp_path: Path) -> Channel:
    return case.build(tmp_path, lambda: NOW)


def test_registered_is_what_has_a_case() -> None:
    assert set(REGISTRY) == set(CASES)


def test_registered_is_what_a_site_may_ask_for() -> None:
    assert set(REGISTRY) == set(CHANNEL_TYPES)


def test_every_plug_in_in_the_folder_is_registered() -> None:
    folder = Path(importlib.import_module("pipeline.channels").__file__ or "").parent
    plug_ins = {path.stem for path in folder.glob("*.py") if "\ndef build(" in path.read_text(encoding="utf-8")}
    assert plug_ins <= set(REGISTRY)


def test_an_unknown_type_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SendError) as caught:
        Case("telegraph", {}, required="").build(tmp_path, lambda: NOW)
    assert caught.value.code == "channel_type_unknown"
    assert caught.value.outcome is Outcome.NOT_SENT


def test_declares_what_dispatch_must_know(channel: Channel, case: Case) -> None:
    assert channel.id == "kenh"
    assert channel.medium is (Medium.SMS if case.sms else Medium.LOUDSPEAKER)
    assert channel.max_batch >= 1
    assert channel.lead >= timedelta(0)
    assert channel.dedupe in Dedupe
    assert isinstance(channel, Confirms | Hears) or channel.evidence is Evidence.NONE


def test_check_passes_where_all_is_there(channel: Channel) -> None:
    channel.check()


def test_check_names_a_missing_setting(case: Case, tmp_path: Path) -> None:
    with pytest.raises(SendError) as caught:
        case.build(tmp_path, lambda: NOW, **{case.required: None}).check()
    assert caught.value.outcome is Outcome.NOT_SENT
    assert case.required in {*caught.value.params.values(), *caught.value.params}
    assert caught.value.code in CATALOGUE


def test_one_receipt_per_order_in_order(case: Case, channel: Channel, tmp_path: Path) -> None:
    orders = [case.order(number, tmp_path, start=NOW) for number in (3, 1, 2)]
    receipts = send_all(channel, orders)
    assert [(receipt.delivery, receipt.state) for receipt in receipts] == [
        (3, State.ACCEPTED),
        (1, State.ACCEPTED),
        (2, State.ACCEPTED),
    ]
    assert all(receipt.ref and receipt.evidence is Evidence.NONE and receipt.at == NOW for receipt in receipts)


def test_nothing_to_send_is_no_receipt(channel: Channel) -> None:
    assert channel.send([]) == []


def test_one_bad_order_leaves_the_others(case: Case, channel: Channel, tmp_path: Path) -> None:
    orders = [case.order(number, tmp_path, start=NOW, wrong=number == 2) for number in (1, 2, 3)]
    receipts = send_all(channel, orders)
    assert [receipt.state for receipt in receipts] == [State.ACCEPTED, State.FAILED, State.ACCEPTED]
    assert receipts[1].code in CATALOGUE
    assert not receipts[1].ref


def test_vietnamese_arrives_byte_exact_in_nfc(case: Case, channel: Channel, tmp_path: Path) -> None:
    if not case.text:
        pytest.skip("no words leave through this channel")
    send_all(channel, [case.order(1, tmp_path)])
    shown = b"".join(bytes_ for name, bytes_ in far_end(tmp_path).items() if not name.endswith((".mp3", ".xlsx")))
    assert TITLE.replace('"', '""').encode() in shown
    assert unicodedata.normalize("NFD", "cáo") not in shown.decode("utf-8")
    assert unicodedata.is_normalized("NFC", shown.decode("utf-8"))


def test_the_same_delivery_twice_is_one_at_the_far_end(case: Case, channel: Channel, tmp_path: Path) -> None:
    first = send_all(channel, [case.order(1, tmp_path, start=NOW)])
    standing = far_end(tmp_path)
    second = _repeat(channel, case.order(1, tmp_path, start=NOW))
    assert far_end(tmp_path) == standing
    assert (first[0].ref, first[0].state) == (second[0].ref, second[0].state)


def test_a_repeat_after_a_restart_is_one_or_dedupe_says_none(case: Case, channel: Channel, tmp_path: Path) -> None:
    send_all(channel, [case.order(1, tmp_path, start=NOW)])
    standing = far_end(tmp_path)
    _repeat(case.build(tmp_path, lambda: NOW), case.order(1, tmp_path, start=NOW))
    assert (far_end(tmp_path) == standing) or channel.dedupe is Dedupe.NONE


def _repeat(channel: Channel, order: Outgoing) -> list[Receipt]:
    """What dispatch does with an order that may have gone out: it asks, where that is what protects a repeat."""
    if channel.dedupe is not Dedupe.LOOKUP:
        return send_all(channel, [order])
    assert isinstance(channel, LooksUp)
    doubtful = Delivery(order.delivery, 1, order.target, "kenh", State.UNKNOWN)
    return channel.look_up([Doubt(doubtful, order, NOW, NOW)], lambda _: set())


def test_no_number_in_logs_receipts_or_exceptions(
    case: Case, channel: Channel, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    orders = [case.order(number, tmp_path, start=NOW, wrong=number == 2) for number in (0, 1, 2)]
    receipts = send_all(channel, orders)
    receipts += channel.withdraw([delivery(receipt, f"cum-{receipt.delivery}") for receipt in receipts])
    said = f"{receipts} {orders} {channel} {caplog.text} {_failing(case, tmp_path)}"
    assert PHONE[:-2] not in said
    assert not [secret for secret in SECRETS.values() if secret in said]


def _failing(case: Case, root: Path) -> str:
    (root / "blocked").mkdir()
    (root / "blocked" / "var").write_text("a file where a folder belongs")
    try:
        return str(case.build(root / "blocked", lambda: NOW).send([case.order(1, root)]))
    except (SendError, OSError) as error:
        return f"{error!r} {error}"


def test_a_place_that_cannot_be_written_fails_the_call_unsent(case: Case, tmp_path: Path) -> None:
    if "path" not in case.values:
        pytest.skip("writes no files")
    (tmp_path / "var").write_text("a file where a folder belongs")
    channel = case.build(tmp_path, lambda: NOW)
    for call in (channel.check, lambda: channel.send([case.order(1, tmp_path)])):
        with pytest.raises(SendError) as caught:
            call()
        assert caught.value.outcome is Outcome.NOT_SENT
        assert caught.value.code in CATALOGUE


def test_withdraw_takes_back_what_waits(case: Case, tmp_path: Path) -> None:
    channel = case.build(tmp_path, lambda: NOW)
    if not case.takes_back:
        receipt = channel.send([case.order(1, tmp_path)])[0]
        assert channel.withdraw([delivery(receipt, "cum-1")]) == [], "what was taken over is nobody's to take back"
        return
    before = {name for name in far_end(tmp_path) if name.endswith(".log")}
    receipt = channel.send([case.order(1, tmp_path)])[0]
    back = channel.withdraw([delivery(receipt, "cum-1")])
    assert [(each.delivery, each.state) for each in back] == [(1, State.CANCELLED)]
    for name, content in far_end(tmp_path).items():
        assert name.endswith(".mp3") or not (content and TITLE.encode() in content)
    assert {name for name in far_end(tmp_path) if name.endswith(".log")} == before


def test_withdraw_leaves_the_others(case: Case, tmp_path: Path) -> None:
    channel = case.build(tmp_path, lambda: NOW)
    if channel.max_batch == 1:
        pytest.skip("one at a time")
    other = case.order(2, tmp_path, start=START + timedelta(hours=1))
    channel.send([other])
    standing = far_end(tmp_path)
    receipt = channel.send([case.order(1, tmp_path)])[0]
    channel.withdraw([delivery(receipt, "cum-1")])
    after = far_end(tmp_path)
    assert {name: after.get(name) for name in standing} == standing


def test_what_was_sent_before_a_restart_is_still_known(case: Case, tmp_path: Path) -> None:
    first = case.build(tmp_path, lambda: NOW)
    receipt = first.send([case.order(1, tmp_path, start=NOW if case.type == "sound_card" else START)])[0]
    if isinstance(first, Confirms) and first.evidence is not Evidence.NONE:
        first.withdraw([delivery(receipt)])
    second = case.build(tmp_path, lambda: NOW)
    if isinstance(second, Confirms) and second.evidence is not Evidence.NONE:
        news = second.poll([delivery(receipt)])
        assert [each.state for each in news] in ([], [State.INTERRUPTED])
        assert all(each.evidence is Evidence.NONE for each in news)
    elif case.takes_back:
        assert [each.state for each in second.withdraw([delivery(receipt, "cum-1")])] == [State.CANCELLED]
