"""What a person reads at a receiver: its journal, its status."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from pipeline.cli.receiver import _fault_line, _titles, _words
from pipeline.protocol.command import Order
from pipeline.protocol.journal import Entry, Kind
from pipeline.receiver.settings import load_settings

AT = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def vietnamese(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOA_LANG", "vi")


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        ({"kind": Kind.BOOTED}, "khởi động"),
        ({"kind": Kind.BOOTED, "code": "ended_well"}, "khởi động: lần chạy trước kết thúc bình thường"),
        ({"kind": Kind.TONE}, "phát âm thử"),
        ({"kind": Kind.TONE, "code": "tone_too_often"}, "không phát được âm thử: vừa có một lần phát thử"),
        ({"kind": Kind.COMMAND, "facts": {"id": "c1", "order": "silence"}}, "theo lệnh im lặng"),
        ({"kind": Kind.STARTED, "airing": "loa-341"}, "bắt đầu phát “Thử máy thu” (loa-341)"),
        ({"kind": Kind.STARTED, "airing": "loa-9"}, "bắt đầu phát loa-9"),
        ({"kind": Kind.PLAN, "facts": {"version": "17", "airings": "2"}}, "nhận kế hoạch bản 17"),
        (
            {"kind": Kind.STOPPED, "airing": "loa-341", "code": "silenced", "position_s": 2.0},
            "dừng giữa chừng “Thử máy thu” (loa-341) (2.0 s): đã dừng theo lệnh im lặng của đài",
        ),
    ],
)
def test_an_entry_is_a_sentence(entry: dict[str, Any], words: str) -> None:
    given: dict[str, Any] = {"airing": "", "code": "", "position_s": 0.0, "facts": {}, **entry}
    assert _words(Entry(1, AT, **given), {"loa-341": "Thử máy thu"}) == words


@pytest.mark.parametrize("order", list(Order))
def test_no_command_is_named_in_english(order: Order) -> None:
    assert order.value not in _words(Entry(1, AT, Kind.COMMAND, "", "", 0.0, {"order": order.value}), {})


def test_a_fault_is_shown_with_its_remedy() -> None:
    shown = _fault_line(("disk_full", "receiver_revoked"))
    assert "đĩa của máy thu đầy" in shown
    assert "dùng thẻ lớn hơn" in shown
    assert "ghi danh lại bằng mã mới của đài" in shown


def test_limits_are_written_as_a_person_writes_them(tmp_path: Path) -> None:
    from pipeline.errors import ConfigError

    (tmp_path / "receiver.yaml").write_text("loudest: 6\n")
    with pytest.raises(ConfigError) as refused:
        load_settings(tmp_path / "receiver.yaml")
    (problem,) = refused.value.problems
    assert (problem.params["low"], problem.params["high"]) == ("-60", "0")


def test_what_no_plan_names_any_more_has_the_title_its_journal_gave_it() -> None:
    entries = [
        Entry(1, AT, Kind.STARTED, "loa-1", "", 0.0, {"title": "Giả danh công an"}),
        Entry(2, AT, Kind.ENDED, "loa-1", "", 61.6, {}),
        Entry(3, AT, Kind.MISSED, "loa-2", "off", 0.0, {"title": "Tên cũ"}),
    ]
    titles = _titles(entries, {"loa-2": "Tên mới"})
    assert [_words(each, titles).count("Giả danh công an") for each in entries] == [1, 1, 0]
    assert "Tên mới" in _words(entries[2], titles)
