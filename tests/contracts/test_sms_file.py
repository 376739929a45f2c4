"""What the SMS hand-over owes beyond the suite of all channels: its files, their safety, and taking rows back."""

from __future__ import annotations

import csv
import errno
import hashlib
import io
import json
import os
import stat
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from pipeline.channels import handover
from pipeline.channels.sms_file import SmsFile, build
from pipeline.channels.tables import HandedRow, from_csv, guarded, to_csv, to_xlsx, unguarded
from pipeline.config.channels import ChannelSettings
from pipeline.domain import Delivery, Outgoing, Receipt, State, TextContent
from pipeline.errors import Outcome, SendError
from tests.channel_cases import NOW, START, delivery, order

WORDS = "Cảnh báo: giả danh công an, “viện kiểm sát” gọi điện đòi chuyển tiền"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "var" / "handover"


@pytest.fixture
def channel(folder: Path) -> SmsFile:
    return SmsFile("ban-giao", folder, lambda: NOW, rows_per_file=3, price_per_part=350)


@pytest.fixture(autouse=True)
def synced(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was made to survive a power cut, in order; the wait itself is left out."""
    names: list[str] = []
    monkeypatch.setattr(os, "fsync", lambda handle: names.append(Path(f"/proc/self/fd/{handle}").readlink().name))
    return names


def sms(number: int, text: str = WORDS, *, start: datetime = START, **address: str) -> Outgoing:
    contact = {"phone": f"849{number:08d}", "name": f"Người {number}", "area": "an-quang", **address}
    return order(number, TextContent(text), start=start, target=f"to-truong/{number}", address=contact)


def row_of(receipt: Receipt) -> Delivery:
    return delivery(receipt, f"to-truong/{receipt.delivery}")


def manifests(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(path.read_text("utf-8")) for path in sorted(folder.glob("*.json"))]


def rows_in(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(path.read_text("utf-8-sig"), newline="")))


def phones(folder: Path) -> list[str]:
    return sorted(row["phone"] for path in folder.glob("*.csv") for row in rows_in(path))


# --- files ------------------------------------------------------------------------------------------------------------


def test_a_batch_is_a_csv_an_xlsx_and_a_manifest_for_their_owner_only(channel: SmsFile, folder: Path) -> None:
    (receipt, _) = channel.send([sms(1), sms(2)])
    content = (folder / receipt.ref).read_bytes()
    assert content.startswith("\ufeffphone,text,name,area\r\n84900000001,".encode())
    assert content.count(b"\r\n") == 3
    (facts,) = manifests(folder)
    assert facts == {
        "file": receipt.ref,
        "sha256": hashlib.sha256(content).hexdigest(),
        "xlsx": facts["xlsx"],
        "xlsx_sha256": hashlib.sha256((folder / facts["xlsx"]).read_bytes()).hexdigest(),
        "recipients": 2,
        "parts": 1,
        "encoding": "UCS-2",
        "segments": 2,
        "price_vnd": 700,
        "occurrence": {"programme": "canh-bao", "slot": "chieu", "start": "2026-11-23T17:00:00+07:00"},
        "created": NOW.isoformat(),
        "acknowledged": None,
        "deliveries": [[1, "loa-1"], [2, "loa-2"]],
    }
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert not list(folder.glob("*.part"))


def test_numbers_stand_in_the_tables_and_nowhere_else(channel: SmsFile, folder: Path) -> None:
    receipts = channel.send([sms(1)])
    assert "84900000001" not in "".join(path.name for path in folder.iterdir())
    assert "84900000001" not in next(folder.glob("*.json")).read_text("utf-8")
    assert "900000001" not in repr(receipts)
    assert "900000001" not in repr(HandedRow(1, "loa-1", "84900000001", WORDS, "Người 1"))


def test_the_name_of_a_batch_tells_nothing_of_its_numbers(channel: SmsFile, tmp_path: Path) -> None:
    other = SmsFile("ban-giao", tmp_path / "other", lambda: NOW)
    assert channel.send([sms(1)])[0].ref == other.send([sms(1, phone="84999999999")])[0].ref


def test_the_workbook_holds_text_as_spreadsheets_read_it(channel: SmsFile, folder: Path) -> None:
    channel.send([sms(1, "=1+1 & <b> …\nhai", name="-Ba", area="@x")])
    book = openpyxl.load_workbook(next(folder.glob("*.xlsx")))
    cells = list(book.active.iter_rows())
    assert [[cell.value for cell in row] for row in cells] == [
        ["phone", "text", "name", "area"],
        ["84900000001", "=1+1 & <b> …\nhai", "-Ba", "@x"],
    ]
    assert {cell.data_type for cell in cells[1]} == {"s"}
    assert cells[1][0].number_format == "@"


def test_no_cell_of_the_csv_is_a_formula(channel: SmsFile, folder: Path) -> None:
    for number, sign in enumerate("=+-@", 1):
        channel.send([sms(number, f"{sign}HYPERLINK(1)", name=f"\t{sign}cmd", area=f" {sign}a")])
    rows = [row for path in folder.glob("*.csv") for row in rows_in(path)]
    assert len(rows) == 4
    for row in rows:
        assert row["phone"].isdigit()
        assert row["text"].startswith(" ")
        assert row["name"].startswith("'")
        assert row["area"].startswith("'")


@pytest.mark.parametrize("cell", ["=a", "'=a", "''=a", " -a", "'a", " a", "", "-", "a=b", "+84", "@"])
def test_a_guard_is_taken_off_again_exactly(cell: str) -> None:
    for cells in (["84", cell, "", ""], ["84", "", cell, cell]):
        assert unguarded(guarded(cells)) == cells


def test_text_arrives_as_composed_words_without_control_characters(channel: SmsFile, folder: Path) -> None:
    words = unicodedata.normalize("NFD", WORDS) + "\r\ndòng\x00 hai\t\ud800!"
    channel.send([sms(1, words, name="Tên\r\nhai dòng")])
    (row,) = rows_in(next(folder.glob("*.csv")))
    assert row["text"] == WORDS + "\ndòng hai !"
    assert row["name"] == "Tên hai dòng"


def test_the_price_counts_the_parts_of_every_text(folder: Path) -> None:
    channel = SmsFile("ban-giao", folder, lambda: NOW, price_per_part=400)
    channel.send([sms(1, "khong dau"), sms(2, "ạ" * 71), sms(3, "ạ" * 71)])
    (facts,) = manifests(folder)
    found = {name: facts[name] for name in ("recipients", "parts", "segments", "price_vnd", "encoding")}
    assert found == {"recipients": 3, "parts": 2, "segments": 5, "price_vnd": 2000, "encoding": "UCS-2"}


def test_no_file_has_more_rows_than_the_portal_takes(channel: SmsFile, folder: Path) -> None:
    receipts = channel.send([sms(number) for number in range(1, 8)])
    assert sorted(facts["recipients"] for facts in manifests(folder)) == [1, 3, 3]
    assert [receipt.delivery for receipt in receipts] == list(range(1, 8))
    for receipt in receipts:
        assert f"849{receipt.delivery:08d}" in {row["phone"] for row in rows_in(folder / receipt.ref)}


def test_two_occurrences_never_share_a_file(channel: SmsFile, folder: Path) -> None:
    refs = [each.ref for each in channel.send([sms(1), sms(2, start=START + timedelta(days=1))])]
    assert refs[0].startswith("20261123-1700-canh-bao-chieu-")
    assert refs[1].startswith("20261124-1700-canh-bao-chieu-")
    assert len(manifests(folder)) == 2


def test_a_name_that_people_wrote_never_leaves_the_folder(channel: SmsFile, folder: Path) -> None:
    odd = replace(sms(1), occurrence=("../../etc", "a/b\n" * 50, START))
    (receipt,) = channel.send([odd])
    assert (folder / receipt.ref).is_file()
    assert "/" not in receipt.ref
    assert channel.withdraw([replace(row_of(receipt), ref="../../../etc/passwd")]) == []


@pytest.mark.parametrize(
    ("bad", "code"),
    [
        (sms(2, phone=""), "handover_no_phone"),
        (sms(2, phone="+84900000002"), "handover_no_phone"),
        (sms(2, phone="0900000002"), "handover_no_phone"),
        (sms(2, " \n"), "handover_no_text"),
    ],
)
def test_an_order_that_lacks_something_fails_alone(channel: SmsFile, folder: Path, bad: Outgoing, code: str) -> None:
    receipts = channel.send([sms(1), bad, sms(3)])
    assert [(each.state, each.code) for each in receipts] == [
        (State.ACCEPTED, ""),
        (State.FAILED, code),
        (State.ACCEPTED, ""),
    ]
    assert phones(folder) == ["84900000001", "84900000003"]


# --- repeats, crashes, full disks -------------------------------------------------------------------------------------


def test_a_delivery_never_stands_in_two_files_however_a_repeat_is_cut(channel: SmsFile, folder: Path) -> None:
    first = {each.delivery: each.ref for each in channel.send([sms(1), sms(2)])}
    standing = {path.name: path.stat().st_mtime_ns for path in folder.iterdir()}
    assert [each.ref for each in channel.send([sms(2), sms(1)])] == [first[2], first[1]]
    assert {path.name: path.stat().st_mtime_ns for path in folder.iterdir()} == standing
    again = channel.send([sms(3), sms(2)])
    assert again[1].ref == first[2]
    assert phones(folder) == ["84900000001", "84900000002", "84900000003"]


def test_everything_is_on_the_disk_before_it_gets_its_name(channel: SmsFile, synced: list[str]) -> None:
    (receipt,) = channel.send([sms(1)])
    stem = receipt.ref.removesuffix(".csv")
    assert synced == [f"{stem}.csv.part", f"{stem}.xlsx.part", f"{stem}.json.part", "handover", "handover"]


class Crash(BaseException):
    """The power goes."""


@pytest.fixture
def power(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, int]]:
    """Counts the steps that touch the disk; crashes before the one in `fails_at`."""
    state = {"step": 0, "fails_at": -1}

    def step() -> None:
        state["step"] += 1
        if state["step"] == state["fails_at"]:
            raise Crash

    write, rename, unlink, sync = handover._write, Path.replace, Path.unlink, handover._sync_folder

    def half(path: Path, content: bytes) -> None:
        if state["step"] + 1 == state["fails_at"]:
            path.write_bytes(content[: len(content) // 2])
        step()
        write(path, content)

    def watched(call: Any) -> Any:
        def watching(*given: Any, **named: Any) -> Any:
            step()
            return call(*given, **named)

        return watching

    monkeypatch.setattr(handover, "_write", half)
    monkeypatch.setattr(handover, "_sync_folder", watched(sync))
    monkeypatch.setattr(Path, "replace", watched(rename))
    monkeypatch.setattr(Path, "unlink", watched(unlink))
    yield state
    state["fails_at"] = -1


def tables_are_whole(folder: Path) -> None:
    digests = {facts["file"]: facts["sha256"] for facts in manifests(folder)}
    for path in folder.glob("*.csv"):
        assert digests[path.name] == hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.mark.parametrize("fails_at", range(1, 13))
def test_after_a_crash_at_any_step_nothing_is_torn_lost_or_doubled(
    channel: SmsFile, folder: Path, power: dict[str, int], fails_at: int
) -> None:
    power["fails_at"] = fails_at
    try:
        channel.send([sms(1), sms(2)])
    except Crash:
        tables_are_whole(folder)
    else:
        assert power["step"] < fails_at
    power["fails_at"] = -1
    again = SmsFile("ban-giao", folder, lambda: NOW, rows_per_file=3)
    receipts = [*again.send([sms(2)]), *again.send([sms(3), sms(1)])]
    assert all(each.state is State.ACCEPTED for each in receipts)
    assert phones(folder) == ["84900000001", "84900000002", "84900000003"]
    tables_are_whole(folder)


@pytest.mark.parametrize("fails_at", range(1, 16))
def test_after_a_crash_while_rows_are_taken_back_they_can_be_taken_back_again(
    channel: SmsFile, folder: Path, power: dict[str, int], fails_at: int
) -> None:
    receipts = channel.send([sms(1), sms(2), sms(3)])
    power.update(step=0, fails_at=fails_at)
    try:
        channel.withdraw([row_of(receipts[1])])
    except Crash:
        power["fails_at"] = -1
        SmsFile("ban-giao", folder, lambda: NOW).withdraw([row_of(receipts[1])])
    assert phones(folder) == ["84900000001", "84900000003"]
    tables_are_whole(folder)


@pytest.mark.parametrize("fault", [errno.ENOSPC, errno.EROFS, errno.EACCES, errno.EIO])
@pytest.mark.parametrize("after", [0, 1, 2])
def test_a_disk_that_refuses_leaves_nothing_and_says_not_sent(
    channel: SmsFile, folder: Path, monkeypatch: pytest.MonkeyPatch, fault: int, after: int
) -> None:
    refuse_after(monkeypatch, after, fault)
    with pytest.raises(SendError) as caught:
        channel.send([sms(1), sms(2)])
    assert (caught.value.code, caught.value.outcome) == ("handover_not_written", Outcome.NOT_SENT)
    assert caught.value.params == {"channel": "ban-giao", "why": os.strerror(fault)}
    assert "900000001" not in f"{caught.value!r}{caught.value.__cause__!r}"
    assert list(folder.iterdir()) == []


def refuse_after(monkeypatch: pytest.MonkeyPatch, good: int, fault: int) -> None:
    written = iter(range(10**6))
    write = handover._write

    def refuse(path: Path, content: bytes) -> None:
        if next(written) >= good:
            raise OSError(fault, os.strerror(fault), str(path))
        write(path, content)

    monkeypatch.setattr(handover, "_write", refuse)


def test_a_disk_that_fills_midway_gives_receipts_for_what_is_out(
    channel: SmsFile, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    refuse_after(monkeypatch, 4, errno.ENOSPC)
    orders = [sms(1), sms(2), sms(3), sms(4), sms(5, start=START + timedelta(hours=1))]
    receipts = channel.send(orders)
    assert [each.state for each in receipts] == [State.ACCEPTED] * 3 + [State.RETRY] * 2
    assert {each.code for each in receipts[3:]} == {"handover_not_written"}
    assert phones(folder) == ["84900000001", "84900000002", "84900000003"]
    monkeypatch.undo()
    assert [each.state for each in channel.send(orders)] == [State.ACCEPTED] * 5
    assert len(phones(folder)) == 5


# --- withdrawing, acknowledging, expiring -----------------------------------------------------------------------------


def test_withdrawing_some_leaves_the_others_in_the_same_file(channel: SmsFile, folder: Path) -> None:
    receipts = channel.send([sms(1), sms(2, "-hai"), sms(3)])
    back = channel.withdraw([row_of(receipts[2]), row_of(receipts[0])])
    assert [(each.delivery, each.state) for each in back] == [(3, State.CANCELLED), (1, State.CANCELLED)]
    (row,) = rows_in(folder / receipts[0].ref)
    assert (row["phone"], row["text"]) == ("84900000002", " -hai")
    (facts,) = manifests(folder)
    assert (facts["recipients"], facts["segments"], facts["price_vnd"]) == (1, 1, 350)
    assert facts["deliveries"] == [[2, "loa-2"]]
    tables_are_whole(folder)
    _, cells = openpyxl.load_workbook(folder / facts["xlsx"]).active.values
    assert cells[:2] == ("84900000002", "-hai")
    assert channel.withdraw([row_of(receipts[0])]) == []


def test_withdrawing_all_removes_every_trace(channel: SmsFile, folder: Path) -> None:
    receipts = channel.send([sms(1), sms(2)])
    assert len(channel.withdraw([row_of(each) for each in receipts])) == 2
    assert list(folder.iterdir()) == []
    assert channel.withdraw([row_of(each) for each in receipts]) == []


def test_what_was_acknowledged_is_deleted_and_cannot_be_taken_back(channel: SmsFile, folder: Path) -> None:
    receipts = channel.send([sms(1), sms(2)])
    assert channel.acknowledge(receipts[0].ref)
    assert [path.suffix for path in folder.iterdir()] == [".json"]
    (facts,) = manifests(folder)
    assert (facts["acknowledged"], facts["sha256"], facts["xlsx_sha256"]) == (NOW.isoformat(), None, None)
    assert channel.withdraw([row_of(each) for each in receipts]) == []
    assert [each.ref for each in channel.send([sms(1), sms(2)])] == [receipts[0].ref] * 2
    assert [path.suffix for path in folder.iterdir()] == [".json"]
    assert not channel.acknowledge("nothing.csv")


def test_rows_of_a_table_that_somebody_changed_are_not_guessed(channel: SmsFile, folder: Path) -> None:
    receipts = channel.send([sms(1), sms(2)])
    (folder / receipts[0].ref).write_text("phone,text\n")
    assert channel.withdraw([row_of(receipts[0])]) == []
    assert len(channel.withdraw([row_of(each) for each in receipts])) == 2
    assert list(folder.iterdir()) == []


def test_batches_go_after_their_days_and_strays_after_one(folder: Path) -> None:
    channel = SmsFile("ban-giao", folder, lambda: NOW, keep_days=30)
    (receipt,) = channel.send([sms(1)])
    stray = folder / "half.csv.part"
    stray.write_text("x")
    os.utime(stray, (NOW.timestamp(), NOW.timestamp()))
    assert channel.expire(NOW + timedelta(hours=23)) == []
    assert stray.exists()
    assert channel.expire(NOW + timedelta(days=30) - timedelta(seconds=1)) == []
    assert not stray.exists()
    assert channel.expire(NOW + timedelta(days=30)) == [receipt.ref]
    assert list(folder.iterdir()) == []


def test_a_disk_that_refuses_to_delete_is_said(channel: SmsFile, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (receipt,) = channel.send([sms(1)])

    def refuse(path: Path, missing_ok: bool = False) -> None:
        raise OSError(errno.EROFS, os.strerror(errno.EROFS), str(path))

    monkeypatch.setattr(Path, "unlink", refuse)
    for call in (lambda: channel.acknowledge(receipt.ref), lambda: channel.expire(NOW + timedelta(days=99))):
        with pytest.raises(SendError, match="handover_not_writable"):
            call()
    with pytest.raises(SendError, match="handover_not_written"):
        channel.withdraw([row_of(receipt)])


def test_a_foreign_json_in_the_folder_disturbs_nothing(channel: SmsFile, folder: Path) -> None:
    folder.mkdir(parents=True)
    for name, content in (("a.json", "{"), ("20261123-1700-canh-bao-chieu-x.json", "[]"), ("b.json", '{"file": 1}')):
        (folder / name).write_text(content)
    (receipt,) = channel.send([sms(1)])
    assert receipt.state is State.ACCEPTED
    assert channel.expire(NOW + timedelta(days=99)) == [receipt.ref]
    assert (folder / "a.json").exists()


# --- settings ---------------------------------------------------------------------------------------------------------


def test_settings_are_those_of_the_file(tmp_path: Path) -> None:
    values = {"path": "var/ra", "rows_per_file": 500_000, "price_per_part": 300, "keep_days": 7}
    channel = build(ChannelSettings("ban-giao", "sms_file", values), tmp_path, lambda: NOW)
    assert (channel.max_batch, channel.price_per_part, channel.keep) == (100_000, 300, timedelta(days=7))
    channel.check()
    assert list((tmp_path / "var" / "ra").iterdir()) == []


def table(count: int) -> Sequence[HandedRow]:
    return [HandedRow(number, f"loa-{number}", f"849{number:08d}", WORDS, "=A", "x") for number in range(count)]


def test_the_same_rows_are_the_same_bytes() -> None:
    assert to_xlsx(table(3)) == to_xlsx(table(3))
    assert from_csv(to_csv(table(3))) == [list(row.cells) for row in table(3)]
