"""Day lists of a cluster: what a device reads, and what no crash, hand or full disk may do to it."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from pipeline.channels import folder as folder_module
from pipeline.channels import playlist, shelf
from pipeline.channels.folder import FolderChannel, safe_name
from pipeline.channels.playlist import Entry, parse, render
from pipeline.domain import Recording, State
from pipeline.errors import Outcome, SendError
from tests.channel_cases import NOW, START, TITLE, ZONE, delivery, order, recording

DAY = "2026-11-23.m3u8"


@pytest.fixture
def tone(tmp_path: Path) -> Recording:
    return recording(tmp_path / "made")


@pytest.fixture
def channel(tmp_path: Path) -> FolderChannel:
    return FolderChannel("thu-muc", tmp_path / "playout", lambda: NOW, durable=False)


@pytest.fixture
def durable(tmp_path: Path) -> FolderChannel:
    return FolderChannel("thu-muc", tmp_path / "playout", lambda: NOW)


def keys(path: Path) -> list[str]:
    return [entry.key for entry in parse(path.read_text(encoding="utf-8"))]


def list_of(channel: FolderChannel, cluster: str = "an-quang-01", day: str = DAY) -> Path:
    return channel.path / cluster / day


# --- what a device reads ----------------------------------------------------------------------------------------------


def test_a_day_list_is_plain_m3u_sorted_by_start(channel: FolderChannel, tone: Recording) -> None:
    channel.send([order(2, tone, start=START + timedelta(hours=1)), order(1, tone)])
    assert list_of(channel).read_bytes().decode() == (
        "#EXTM3U\n"
        "#PLAYLIST:an-quang-01 2026-11-23\n"
        "#LOA:loa-1\n"
        f"#EXTINF:{tone.duration_s:.3f},{TITLE}\n"
        "#EXT-X-PROGRAM-DATE-TIME:2026-11-23T17:00:00+07:00\n"
        f"../audio/{tone.sha256}.mp3\n"
        "#LOA:loa-2\n"
        f"#EXTINF:{tone.duration_s:.3f},{TITLE}\n"
        "#EXT-X-PROGRAM-DATE-TIME:2026-11-23T18:00:00+07:00\n"
        f"../audio/{tone.sha256}.mp3\n"
    )


def test_the_manifest_says_what_to_verify(channel: FolderChannel, tone: Recording) -> None:
    channel.send([order(1, tone)])
    manifest = json.loads((channel.path / "an-quang-01" / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["folder"] == "an-quang-01"
    assert manifest["items"] == [
        {
            "key": "loa-1",
            "start": "2026-11-23T17:00:00+07:00",
            "duration_s": tone.duration_s,
            "title": TITLE,
            "sha256": tone.sha256,
            "size": tone.path.stat().st_size,
            "delivery": 1,
            "target": "an-quang-01",
            "path": f"../audio/{tone.sha256}.mp3",
        }
    ]


def test_the_path_in_a_list_leads_to_the_recording(channel: FolderChannel, tone: Recording) -> None:
    channel.send([order(1, tone)])
    line = list_of(channel).read_text(encoding="utf-8").splitlines()[-1]
    assert (list_of(channel).parent / line).read_bytes() == tone.path.read_bytes()


@pytest.mark.parametrize(
    ("start", "day"),
    [
        (datetime(2026, 11, 23, 5, 0, tzinfo=ZONE), "2026-11-23"),  # the day before in UTC
        (datetime(2026, 11, 23, 6, 59, tzinfo=ZONE), "2026-11-23"),
        (datetime(2026, 11, 23, 7, 0, tzinfo=ZONE), "2026-11-23"),
        (datetime(2026, 11, 29, 17, 0, tzinfo=ZONE), "2026-11-29"),  # a Sunday
        (datetime(2026, 11, 23, 23, 59, 59, tzinfo=ZONE), "2026-11-23"),  # runs past midnight
        (datetime(2026, 11, 24, 0, 0, tzinfo=ZONE), "2026-11-24"),
    ],
)
def test_an_order_stands_in_the_list_of_its_local_day(
    channel: FolderChannel, tone: Recording, start: datetime, day: str
) -> None:
    channel.send([order(1, tone, start=start)])
    assert [path.name for path in channel.path.glob("*/*.m3u8")] == [f"{day}.m3u8"]


def test_a_recording_lies_once_for_all_clusters(channel: FolderChannel, tone: Recording) -> None:
    channel.send([order(number, tone, target=f"cum-{number}") for number in range(4)])
    sounds = list((channel.path / "audio").iterdir())
    assert [path.name for path in sounds] == [f"{tone.sha256}.mp3"]
    assert sounds[0].samefile(tone.path)
    assert not list(channel.path.glob("cum-*/*.mp3"))


def test_a_recording_is_copied_where_links_do_not_reach(
    channel: FolderChannel, tone: Recording, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "link", _raise(OSError(errno.EXDEV, "other file system")))
    assert channel.send([order(1, tone)])[0].state is State.ACCEPTED
    copy = channel.path / "audio" / f"{tone.sha256}.mp3"
    assert not copy.samefile(tone.path)
    assert hashlib.sha256(copy.read_bytes()).hexdigest() == tone.sha256


def test_a_copy_that_arrives_altered_is_not_listed(
    channel: FolderChannel, tone: Recording, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "link", _raise(OSError(errno.EXDEV, "other file system")))
    monkeypatch.setattr(shutil, "copyfile", lambda source, part: Path(part).write_bytes(b"half"))
    receipt = channel.send([order(1, tone)])[0]
    assert (receipt.state, receipt.code) == (State.FAILED, "recording_altered")
    assert not list(channel.path.rglob("*.mp3"))
    assert not list(channel.path.rglob("*.part"))


def test_a_damaged_copy_is_replaced(channel: FolderChannel, tone: Recording) -> None:
    lying = channel.path / "audio" / f"{tone.sha256}.mp3"
    lying.parent.mkdir(parents=True)
    lying.write_bytes(b"torn")
    assert channel.send([order(1, tone)])[0].state is State.ACCEPTED
    assert lying.read_bytes() == tone.path.read_bytes()


def test_a_bad_recording_fails_alone(channel: FolderChannel, tone: Recording, tmp_path: Path) -> None:
    gone = recording(tmp_path / "gone", hertz=300)
    gone.path.unlink()
    altered = recording(tmp_path / "altered", hertz=600)
    altered.path.write_bytes(tone.path.read_bytes())
    receipts = channel.send([order(1, gone), order(2, tone), order(3, altered)])
    assert [(receipt.state, receipt.code) for receipt in receipts] == [
        (State.FAILED, "recording_missing"),
        (State.ACCEPTED, ""),
        (State.FAILED, "recording_altered"),
    ]
    assert keys(list_of(channel)) == ["loa-2"]


@pytest.mark.parametrize("title", ["Một\nhai", "Một\r\n#EXTINF:9,hai", "Một\u2028hai", "Một\x00\x1b hai", ", ", ""])
def test_no_title_breaks_a_list(channel: FolderChannel, tone: Recording, title: str) -> None:
    from pipeline.domain import AudioContent

    channel.send([order(1, AudioContent(tone, title)), order(2, tone)])
    assert keys(list_of(channel)) == ["loa-1", "loa-2"]
    assert len(list_of(channel).read_text(encoding="utf-8").splitlines()) == 10


# --- folders ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    [".", "..", "../ngoai", "/etc", "a/b", "a\\b", "C:", ".an", "an.", "an ", " an", "a\nb", "an\n", "audio", "AUDIO",
     "con", "COM1", "nul.txt", "x" * 65, "a\x00b", "a*b", "-an"],
)  # fmt: skip
def test_an_unsafe_folder_fails_its_order_alone(channel: FolderChannel, tone: Recording, name: str) -> None:
    receipts = channel.send([order(1, tone, address={"folder": name}), order(2, tone)])
    assert [receipt.code for receipt in receipts] == ["folder_name_unsafe", ""]
    assert [path.name for path in channel.path.iterdir() if path.is_dir()].count("an-quang-01") == 1
    assert sorted(path.name for path in channel.path.parent.iterdir()) == ["made", "playout"]


@pytest.mark.parametrize("name", ["an-quang-01", "Cụm loa 1", "thôn_2", "a", "2026.11"])
def test_plain_names_are_folders(name: str) -> None:
    assert safe_name(name) == name


def test_a_name_in_nfd_is_the_same_folder(channel: FolderChannel, tone: Recording) -> None:
    channel.send([order(1, tone, address={"folder": "Cu\u0323m"}), order(2, tone, address={"folder": "C\u1ee5m"})])
    assert [path.name for path in channel.path.glob("C*")] == ["C\u1ee5m"]
    assert keys(list_of(channel, "C\u1ee5m")) == ["loa-1", "loa-2"]


def test_a_folder_that_is_a_link_elsewhere_is_refused(channel: FolderChannel, tone: Recording, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    channel.path.mkdir()
    (channel.path / "an-quang-01").symlink_to(tmp_path / "elsewhere")
    assert channel.send([order(1, tone)])[0].code == "folder_name_unsafe"
    assert not list((tmp_path / "elsewhere").iterdir())


# --- the same list again ----------------------------------------------------------------------------------------------


def test_a_list_is_written_once_a_call(
    channel: FolderChannel, tone: Recording, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[str] = []
    whole = playlist.write_whole
    monkeypatch.setattr(
        playlist, "write_whole", lambda path, data, **more: (written.append(path.name), whole(path, data, **more))
    )
    channel.send([order(number, tone, start=START + timedelta(minutes=number)) for number in range(20)])
    assert sorted(written) == [DAY, "manifest.json"]
    assert len(keys(list_of(channel))) == 20


def test_earlier_entries_survive_a_restart(channel: FolderChannel, tone: Recording) -> None:
    channel.send([order(1, tone)])
    FolderChannel("thu-muc", channel.path, lambda: NOW).send([order(2, tone, start=START - timedelta(hours=1))])
    assert keys(list_of(channel)) == ["loa-2", "loa-1"]


def test_the_same_key_with_a_better_recording_replaces_it(
    channel: FolderChannel, tone: Recording, tmp_path: Path
) -> None:
    better = recording(tmp_path / "better", hertz=880)
    channel.send([order(1, tone)])
    channel.send([order(1, better)])
    assert [entry.sha256 for entry in parse(list_of(channel).read_text(encoding="utf-8"))] == [better.sha256]


def test_old_days_leave_the_manifest_and_keep_their_lists(channel: FolderChannel, tone: Recording) -> None:
    channel.send([order(1, tone, start=START - timedelta(days=40)), order(2, tone)])
    manifest = json.loads((channel.path / "an-quang-01" / "manifest.json").read_text(encoding="utf-8"))
    assert [each["key"] for each in manifest["items"]] == ["loa-2"]
    assert len(list(channel.path.glob("*/*.m3u8"))) == 2


def test_two_processes_lose_nothing_of_each_other(tmp_path: Path, tone: Recording) -> None:
    def write(first: int) -> None:
        channel = FolderChannel("thu-muc", tmp_path / "playout", lambda: NOW)
        for number in range(first, first + 8):
            channel.send([order(number, tone, start=START + timedelta(minutes=number))])

    threads = [threading.Thread(target=write, args=(first,)) for first in (0, 100)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(keys(tmp_path / "playout" / "an-quang-01" / DAY)) == 16


def test_a_folder_that_another_process_keeps_is_busy(
    channel: FolderChannel, tone: Recording, monkeypatch: pytest.MonkeyPatch
) -> None:
    channel.check()
    monkeypatch.setattr(folder_module, "locked", lambda path: shelf.locked(path, limit=0))
    with shelf.locked(channel.path / ".lock"), pytest.raises(SendError) as caught:
        channel.send([order(1, tone)])
    assert (caught.value.code, caught.value.outcome) == ("folder_busy", Outcome.NOT_SENT)


# --- damage -----------------------------------------------------------------------------------------------------------


def test_a_list_cut_anywhere_is_rebuilt_from_the_manifest(channel: FolderChannel, tone: Recording) -> None:
    channel.send([order(1, tone), order(2, tone, start=START + timedelta(hours=1))])
    whole = list_of(channel).read_bytes()
    for length in range(0, len(whole), 23):
        list_of(channel).write_bytes(whole[:length])
        receipt = channel.send([order(1, tone)])[0]
        assert (receipt.state, receipt.code) == (State.ACCEPTED, "folder_list_rebuilt")
        assert list_of(channel).read_bytes() == whole
        assert list_of(channel).with_name(DAY + ".broken").read_bytes() == whole[:length]


def test_a_list_that_is_gone_is_rebuilt(channel: FolderChannel, tone: Recording) -> None:
    channel.send([order(1, tone)])
    list_of(channel).unlink()
    assert channel.send([order(2, tone)])[0].code == "folder_list_rebuilt"
    assert keys(list_of(channel)) == ["loa-1", "loa-2"]


def test_a_damaged_list_without_a_manifest_is_set_aside(channel: FolderChannel, tone: Recording) -> None:
    channel.send([order(1, tone)])
    (channel.path / "an-quang-01" / "manifest.json").unlink()
    list_of(channel).write_bytes(b"\xff\xfe damaged")
    assert channel.send([order(2, tone)])[0].code == "folder_list_set_aside"
    assert keys(list_of(channel)) == ["loa-2"]
    assert list_of(channel).with_name(DAY + ".broken").read_bytes() == b"\xff\xfe damaged"


@pytest.mark.parametrize("damage", [b"", b"{", b"[]", b'{"items": [{}]}', b'{"items": 3}', b"null", b"\xff"])
def test_a_damaged_manifest_is_rebuilt_from_the_lists(channel: FolderChannel, tone: Recording, damage: bytes) -> None:
    channel.send([order(1, tone), order(2, tone, start=START + timedelta(days=1))])
    manifest = channel.path / "an-quang-01" / "manifest.json"
    manifest.write_bytes(damage)
    channel.send([order(3, tone, start=START + timedelta(hours=1))])
    items = json.loads(manifest.read_bytes())["items"]
    assert [(each["key"], each["size"]) for each in items] == [
        (key, tone.path.stat().st_size) for key in ("loa-1", "loa-3", "loa-2")
    ]
    assert keys(list_of(channel)) == ["loa-1", "loa-3"]


GOOD = render("a", [Entry("k", START, 1.5, "t", "0" * 64)])


@pytest.mark.parametrize(
    "text",
    [
        "",
        "#EXTM3U",
        "#EXTM3U\n",
        GOOD.replace("\n", "\r\n"),
        "\ufeff" + GOOD,
        GOOD + "\n",
        GOOD[:-1],
        GOOD + "\n".join(GOOD.split("\n")[2:]),  # the same key twice
        GOOD.replace("#LOA:k", "#LOA:"),
        GOOD.replace("1.500", "lâu"),
        GOOD.replace("+07:00", ""),
        GOOD.replace("../audio/", "../../etc/"),
        GOOD.replace("0" * 64, "0" * 63),
        GOOD.replace(".mp3", ""),
    ],
)
def test_a_strange_list_is_damaged(text: str) -> None:
    assert parse(GOOD)
    with pytest.raises(ValueError):  # noqa: PT011  whatever is wrong, it is damaged
        parse(text)


def test_a_key_with_line_ends_stays_one_entry() -> None:
    entry = Entry("a\n#b%0A", START, 1.5, "t", "0" * 64)
    assert parse(render("a", [entry])) == (entry,)


class Killed(BaseException):
    """The process ends here."""


def test_killed_between_any_two_steps_a_list_is_old_or_new(
    tmp_path: Path, tone: Recording, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps = 0
    for step in range(60):
        channel = FolderChannel("thu-muc", tmp_path / str(step), lambda: NOW)
        channel.send([order(1, tone)])
        with monkeypatch.context() as patched:
            _kill_at(step, patched)
            try:
                channel.send([order(2, tone), order(3, recording(tmp_path / "made", hertz=500))])
                break
            except Killed:
                steps += 1
        assert keys(list_of(channel)) in (["loa-1"], ["loa-1", "loa-2", "loa-3"])
        manifest = json.loads((list_of(channel).parent / "manifest.json").read_bytes())
        assert {each["key"] for each in manifest["items"]} >= set(keys(list_of(channel)))
        again = FolderChannel("thu-muc", channel.path, lambda: NOW)
        assert [receipt.code for receipt in again.send([order(2, tone), order(4, tone)])] == ["", ""]
        assert set(keys(list_of(channel))) >= {"loa-1", "loa-2", "loa-4"}
        assert not list(channel.path.rglob("*.broken"))
    assert steps >= 10


def _kill_at(step: int, patched: pytest.MonkeyPatch) -> None:
    """Raise at the step-th call of what touches the disk."""
    left = [step]

    def counted(call: Callable[..., object]) -> Callable[..., object]:
        def wrapper(*args: object, **more: object) -> object:
            if left[0] == 0:
                raise Killed
            left[0] -= 1
            return call(*args, **more)

        return wrapper

    for owner, name in ((os, "fsync"), (os, "link"), (Path, "replace"), (Path, "unlink"), (Path, "open")):
        patched.setattr(owner, name, counted(getattr(owner, name)))


CHILD = """
import sys
from datetime import timedelta
from pathlib import Path
from pipeline.channels.folder import FolderChannel
from tests.channel_cases import NOW, START, order
from pipeline.domain import Recording
path, sound, sha256 = sys.argv[1:]
tone = Recording(sha256, Path(sound), 1.0, -16.0, -1.5, "v", False)
channel = FolderChannel("thu-muc", Path(path), lambda: NOW)
print("ready", flush=True)
for number in range(100_000):
    channel.send([order(number, tone, start=START + timedelta(seconds=number % 3000))])
    print(number, flush=True)
"""


def test_a_killed_writer_leaves_whole_lists(tmp_path: Path, tone: Recording) -> None:
    target = tmp_path / "playout" / "an-quang-01" / DAY
    for round_ in range(2):
        command = [sys.executable, "-c", CHILD, str(tmp_path / "playout"), str(tone.path), tone.sha256]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
            assert child.stdout is not None
            assert child.stdout.readline() == "ready\n"
            last = -1
            while last < 8 + 5 * round_:
                last = int(child.stdout.readline())
                keys(target)  # a reader beside the writer never finds a torn one
            child.kill()
            said = [last, *(int(line) for line in child.stdout)]
        assert {f"loa-{number}" for number in said} <= set(keys(target))
    json.loads((target.parent / "manifest.json").read_bytes())


# --- a disk that refuses ----------------------------------------------------------------------------------------------


def _raise(error: BaseException) -> Callable[..., object]:
    def call(*_args: object, **_more: object) -> object:
        raise error

    return call


@pytest.mark.parametrize(
    ("number", "code"),
    [(errno.ENOSPC, "folder_full"), (errno.EROFS, "folder_not_writable"), (errno.EIO, "folder_not_writable")],
)
def test_a_disk_that_takes_nothing_fails_the_call_unsent(
    durable: FolderChannel, tone: Recording, monkeypatch: pytest.MonkeyPatch, number: int, code: str
) -> None:
    durable.send([order(1, tone)])
    before = list_of(durable).read_bytes()
    monkeypatch.setattr(os, "fsync", _raise(OSError(number, "no")))
    with pytest.raises(SendError) as caught:
        durable.send([order(2, tone), order(3, tone, target="cum-2")])
    assert (caught.value.code, caught.value.outcome) == (code, Outcome.NOT_SENT)
    assert list_of(durable).read_bytes() == before
    assert not list(durable.path.rglob("*.part"))


def test_a_disk_that_fills_up_midway_leaves_what_was_written(
    channel: FolderChannel, tone: Recording, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = playlist.write_whole

    def write(path: Path, data: bytes, *, durable: bool) -> None:
        if path.parent.name == "cum-2":
            raise OSError(errno.ENOSPC, "full")
        whole(path, data, durable=durable)

    monkeypatch.setattr(playlist, "write_whole", write)
    receipts = channel.send([order(number, tone, target=f"cum-{number}") for number in (1, 2, 3)])
    assert [(receipt.state, receipt.code) for receipt in receipts] == [
        (State.ACCEPTED, ""),
        (State.RETRY, "folder_full"),
        (State.ACCEPTED, ""),
    ]


# --- after a crash ----------------------------------------------------------------------------------------------------


def test_a_doubt_is_ended_by_the_list(channel: FolderChannel, tone: Recording) -> None:
    sent = channel.send([order(1, tone)])[0]
    doubts = [delivery(sent, id=id, ref="", state=State.UNKNOWN) for id in (1, 2)]
    told = channel.poll([*doubts, delivery(sent)])
    assert [(each.delivery, each.state, each.ref, each.code) for each in told] == [
        (1, State.ACCEPTED, sent.ref, ""),
        (2, State.RETRY, "", "folder_not_listed"),
    ]


def test_what_stands_in_the_manifest_alone_was_not_handed_over(channel: FolderChannel, tone: Recording) -> None:
    sent = channel.send([order(1, tone)])[0]
    doubt = delivery(sent, ref="", state=State.UNKNOWN)
    list_of(channel).write_text("#EXTM3U\n#PLAYLIST:x\n")
    assert [each.state for each in channel.poll([doubt])] == [State.RETRY]
    list_of(channel).unlink()
    assert [each.state for each in channel.poll([doubt])] == [State.RETRY]
    list_of(channel).write_text("damaged")
    assert channel.poll([doubt]) == []


def test_a_folder_that_is_not_there_ends_no_doubt(channel: FolderChannel, tone: Recording, tmp_path: Path) -> None:
    doubt = delivery(channel.send([order(1, tone)])[0], ref="", state=State.UNKNOWN)
    channel.path.rename(tmp_path / "unplugged")
    assert channel.poll([doubt]) == []
    channel.path.mkdir()
    assert channel.poll([doubt]) == []


# --- taking back ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("after_start", "expected"),
    [
        (timedelta(seconds=-1), [(State.CANCELLED, "")]),
        (timedelta(0), [(State.INTERRUPTED, "withdrawn_after_start")]),
        (timedelta(seconds=0.5), [(State.INTERRUPTED, "withdrawn_after_start")]),
        (timedelta(seconds=5), []),
    ],
)
def test_withdraw_claims_no_more_than_it_knows(
    channel: FolderChannel, tone: Recording, after_start: timedelta, expected: list[tuple[State, str]]
) -> None:
    receipt = channel.send([order(1, tone)])[0]
    later = FolderChannel("thu-muc", channel.path, lambda: (START + after_start).astimezone(UTC))
    assert [(each.state, each.code) for each in later.withdraw([delivery(receipt)])] == expected
    assert keys(list_of(channel)) == (["loa-1"] if not expected else [])


def test_withdraw_again_says_the_same(channel: FolderChannel, tone: Recording) -> None:
    sent = delivery(channel.send([order(1, tone)])[0])
    assert channel.withdraw([sent]) == channel.withdraw([sent])


def test_withdraw_finds_a_delivery_whose_receipt_was_lost(channel: FolderChannel, tone: Recording) -> None:
    receipts = channel.send([order(1, tone), order(2, tone)])
    lost = delivery(receipts[0], ref="")
    assert [each.delivery for each in channel.withdraw([lost])] == [1]
    assert keys(list_of(channel)) == ["loa-2"]
    assert channel.find([lost]) == {}
    assert channel.withdraw([delivery(receipts[0], target="cum-9", ref="")]) == []


def test_an_unreadable_folder_hides_nothing_of_the_others(channel: FolderChannel, tone: Recording) -> None:
    receipt = channel.send([order(1, tone)])[0]
    (channel.path / "a-first" / "manifest.json").mkdir(parents=True)
    assert [each.delivery for each in channel.withdraw([delivery(receipt, ref="")])] == [1]


def test_withdraw_rewrites_each_list_once(
    channel: FolderChannel, tone: Recording, monkeypatch: pytest.MonkeyPatch
) -> None:
    receipts = channel.send([order(number, tone) for number in range(6)])
    written: list[str] = []
    whole = playlist.write_whole
    monkeypatch.setattr(
        playlist, "write_whole", lambda path, data, **more: (written.append(path.name), whole(path, data, **more))
    )
    assert len(channel.withdraw([delivery(receipt) for receipt in receipts])) == 6
    assert sorted(written) == [DAY, "manifest.json"]
    assert list_of(channel).read_text(encoding="utf-8") == "#EXTM3U\n#PLAYLIST:an-quang-01 2026-11-23\n"


@pytest.mark.parametrize("ref", ["", "x", "../ngoai/2026-11-23#loa-1", "a/b#c", "a/2026-13-01#c"])
def test_a_ref_that_is_not_ours_touches_nothing(channel: FolderChannel, tone: Recording, ref: str) -> None:
    receipt = channel.send([order(1, tone)])[0]
    assert channel.withdraw([delivery(receipt, target="khac", ref=ref)]) == []
    assert keys(list_of(channel)) == ["loa-1"]


def test_a_list_that_cannot_be_rewritten_is_not_withdrawn(
    durable: FolderChannel, tone: Recording, monkeypatch: pytest.MonkeyPatch
) -> None:
    receipt = durable.send([order(1, tone)])[0]
    monkeypatch.setattr(os, "fsync", _raise(OSError(errno.EROFS, "no")))
    with pytest.raises(SendError) as caught:
        durable.withdraw([delivery(receipt)])
    assert caught.value.code == "folder_not_writable"
    assert keys(list_of(durable)) == ["loa-1"]


def test_the_ref_names_list_and_key(channel: FolderChannel, tone: Recording) -> None:
    receipt = channel.send([order(1, tone)])[0]
    assert channel.find([delivery(receipt)]) == {1: ("an-quang-01", date(2026, 11, 23), "loa-1")}
