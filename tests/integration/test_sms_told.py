"""What people are told of a batch of SMS: what it cost, what is in doubt, what did not go and why."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from pipeline.cli.sms_batches import never_sent_lines, progress_facts, progress_lines
from pipeline.cli.status import _lines
from pipeline.dispatch.doubts import next_question
from pipeline.doctor.status import survey
from pipeline.domain import Dedupe, Outgoing, Receipt, State
from tests.integration.test_texting import SATURDAY, ZONE, Office, Provider, bring, open_office, text_of
from tests.sites import FILES, PROGRAMME, SCRIPT

PRICED = {
    "config/channels.yaml": FILES["config/channels.yaml"].replace(
        "path: var/handover", "path: var/handover, price_per_part: 350"
    )
}
ONLY_SMS = PROGRAMME[: PROGRAMME.index("  - id: chieu")] + PROGRAMME[PROGRAMME.index("  - id: nhan-tin") :]


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    for office in open_office(tmp_path, **PRICED, **{"schedules/canh-bao.yaml": ONLY_SMS}):
        bring(office, "to-truong", 12)
        office.dispatch.plan(SATURDAY)
        yield office


def answer(office: Office, *states: State) -> None:
    """What the provider says of the first, the second … order; of all others the last."""
    said: list[State] = []

    def send(orders: Sequence[Outgoing]) -> list[Receipt]:
        receipts = []
        for order in orders:
            state = states[min(len(said), len(states) - 1)]
            said.append(state)
            code = {State.FAILED: "sms_refused", State.UNKNOWN: "sms_no_answer", State.RETRY: "sms_credentials"}.get(
                state, ""
            )
            receipts.append(Receipt(order.delivery, SATURDAY, state, code=code))
        return receipts

    office.provider.send = send  # type: ignore[method-assign]
    office.dispatch.send_due(SATURDAY)


@pytest.mark.parametrize(
    ("states", "sent", "unknown", "price", "doubtful"),
    [
        ((State.FAILED,), 0, 0, 0, 0),
        ((State.UNKNOWN,), 0, 12, 0, 4_200),
        ((State.ACCEPTED,), 12, 0, 4_200, 0),
        ((State.FAILED, State.UNKNOWN, State.ACCEPTED), 10, 1, 3_500, 350),
    ],
)
def test_only_what_was_taken_over_is_called_sent_and_put_on_the_bill(
    office: Office, states: tuple[State, ...], sent: int, unknown: int, price: int, doubtful: int
) -> None:
    answer(office, *states)
    (found,) = office.batches.progress(SATURDAY)
    facts = progress_facts(found, ZONE)
    assert (facts["sent"], facts["unknown"]) == (sent, unknown)
    assert (facts["price_vnd"], facts["doubtful_vnd"]) == (price, doubtful)
    told = "\n".join(progress_lines([found], ZONE))
    assert ("thêm nhiều nhất" in told) == bool(doubtful)


@pytest.mark.parametrize("name", ["+84912345602", "0912 345 602", "Lê Thị Hoa 0912.345.602", "０９１２３４５６０２"])
def test_nobody_is_addressed_by_a_number_that_stands_where_the_name_should(tmp_path: Path, name: str) -> None:
    words = SCRIPT.replace("Canh bao:", "{ten:Ba con}, canh bao:")
    for office in open_office(
        tmp_path, **{"schedules/canh-bao.yaml": ONLY_SMS, "scripts_audio/gia-danh-cong-an.md": words}
    ):
        bring(office, "to-truong", 2, person=name)
        office.dispatch.plan(SATURDAY)
        office.dispatch.send_due(SATURDAY)
        assert len(office.provider.orders) == 2
        assert {order.address["name"] for order in office.provider.orders} == {""}
        assert all(text_of(order).startswith("Ba con, ") for order in office.provider.orders)


class Asked(Provider):
    """Can be asked."""

    def look_up(self, doubts: object, taken: object) -> list[Receipt]:
        return []


@pytest.mark.parametrize(
    ("channel", "dedupe", "ago_s", "after_s"),
    [
        (Asked(), Dedupe.LOOKUP, 2, 58),
        (Asked(), Dedupe.KEY, 300, 5),
        (Asked(), Dedupe.NONE, 2, None),
        (Provider(), Dedupe.KEY, 2, None),
        (Asked(), Dedupe.LOOKUP, 3_601, None),
        (None, Dedupe.NONE, 2, None),
    ],
)
def test_a_doubt_is_a_persons_only_where_loa_cannot_ask(
    channel: Provider | None, dedupe: Dedupe, ago_s: int, after_s: int | None
) -> None:
    if channel is not None:
        channel.dedupe = dedupe
    found = next_question(channel, SATURDAY - timedelta(seconds=ago_s), SATURDAY)
    assert found == (None if after_s is None else SATURDAY + timedelta(seconds=after_s))


def lines(root: Path, at: datetime = SATURDAY) -> str:
    return "\n".join(_lines(survey(root, lambda: at + timedelta(seconds=30))))


@pytest.fixture
def here(office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("LOA_DATABASE_URL", f"sqlite:///{tmp_path / 'loa.db'}")
    return tmp_path


def test_a_batch_paused_before_anybody_was_looked_up_is_shown_with_all_who_wait(office: Office, here: Path) -> None:
    office.batches.pause("canh-bao/nhan-tin", "an", SATURDAY)
    office.dispatch.send_due(SATURDAY)
    assert "TẠM DỪNG, đã gửi 0, còn 12; sau 11:00 28/11" in lines(here)
    (found,) = office.batches.progress(SATURDAY)
    assert "còn 12" in "\n".join(progress_lines([found], ZONE))
    later = SATURDAY + timedelta(days=1)
    office.dispatch.sweep(later)
    assert "TẠM DỪNG" not in lines(here, later)


def test_the_status_names_what_keeps_texts_from_going(office: Office, here: Path) -> None:
    assert "nhà cung cấp không nhận" not in lines(here)
    answer(office, State.ACCEPTED, State.RETRY)
    assert "11 tin của " in lines(here)
    assert "nhà cung cấp không nhận tài khoản" in lines(here)


def test_a_batch_that_went_to_nobody_says_why_and_whom_it_missed(office: Office) -> None:
    later = SATURDAY + timedelta(days=1)
    office.dispatch.sweep(later)
    (found,) = office.batches.never_sent(later)
    assert found.reasons == {"too_late": 12}
    (line,) = never_sent_lines([found], ZONE)
    assert "12 người không nhận được tin" in line
    assert "12: " in "\n".join(progress_lines([found], ZONE))
